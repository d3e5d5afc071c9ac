"""The market approach: prices paid for comparable rights, each adjusted to the right at hand."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from valuation.engine.document import NON_NEGATIVE, POSITIVE, Domain, Members, Node, choice, number, text
from valuation.engine.quantities import Draws, Quantity, at_the_means, total
from valuation.engine.scalars import scalar

type FloatArray = NDArray[np.float64]

ADJUSTMENT = Domain(0.0, 100.0)
LARGEST_QUIET_ADJUSTMENT = 0.5
AGGREGATES = ("weighted_mean", "median")


@dataclass(frozen=True)
class Comparable:
    """A price paid elsewhere, and the factors that bring it here, in the order of their names."""

    pointer: str
    price: Quantity
    adjustments: tuple[Quantity, ...]
    weight: float

    def factor(self, draws: Draws) -> FloatArray:
        """Give the product of the adjustments, (1,) or (paths,)."""
        factor = np.ones(1)
        for adjustment in self.adjustments:
            factor = factor * adjustment.at(draws)
        return factor

    def adjusted(self, draws: Draws) -> FloatArray:
        """Give the adjusted price, (1,) or (paths,)."""
        return self.price.at(draws) * self.factor(draws)

    def warning(self, draws: Draws) -> list[dict[str, str]]:
        """Warn where the factor on the one path of `draws` is further than half from 1."""
        if abs(float(self.factor(draws)[0]) - 1) <= LARGEST_QUIET_ADJUSTMENT:
            return []
        return [{"pointer": self.pointer, "code": "adjustment_above_50_percent"}]


@dataclass(frozen=True)
class MarketAsset:
    """Adjusted prices, averaged by weight or by their median. Source: IVS 105, section 30 (market approach)."""

    comparables: tuple[Comparable, ...]
    is_median: bool
    warnings: tuple[dict[str, str], ...]

    def value(self, draws: Draws) -> FloatArray:
        """Give the value on each path, (1,) or (paths,)."""
        prices = [comparable.adjusted(draws) for comparable in self.comparables]
        if self.is_median:
            return np.asarray(np.median(np.stack(np.broadcast_arrays(*prices)), axis=0))
        weights = [comparable.weight for comparable in self.comparables]
        return total(price * weight for price, weight in zip(prices, weights, strict=True)) / sum(weights)

    def report(self, draws: Draws) -> dict[str, Any]:
        """Give the members of the result for the one path of `draws`."""
        rows = [
            {"adjusted": float(comparable.adjusted(draws)[0]), "factor": float(comparable.factor(draws)[0])}
            for comparable in self.comparables
        ]
        return {"value": float(self.value(draws)[0]), "comparables": rows}


def read_market_asset(members: Members) -> MarketAsset:
    """Read the member `market` of an asset."""
    return members.required("market", _read_market)


def _read_market(node: Node) -> MarketAsset:
    members = node.members()
    comparables = members.required("comparables", _read_comparables)
    aggregate = members.optional("aggregate", choice(*AGGREGATES), AGGREGATES[0])
    members.close()
    point = at_the_means(node.reading.inputs)
    warnings = [] if node.reading.faults else [row for each in comparables for row in each.warning(point)]
    return MarketAsset(comparables, aggregate == "median", tuple(warnings))


def _read_comparables(node: Node) -> tuple[Comparable, ...]:
    entries = node.items()
    if node.value == []:
        node.fault("must have at least one comparable")
    return tuple(_read_comparable(entry) for entry in entries)


def _read_comparable(node: Node) -> Comparable:
    members = node.members()
    members.optional("name", text, "")
    comparable = Comparable(
        node.pointer,
        price=members.required("price", scalar(NON_NEGATIVE)),
        adjustments=members.optional("adjustments", _read_adjustments, ()),
        weight=members.optional("weight", lambda found: number(found, POSITIVE), 1.0),
    )
    members.close()
    return comparable


def _read_adjustments(node: Node) -> tuple[Quantity, ...]:
    read = scalar(ADJUSTMENT)
    return tuple(read(adjustment) for _, adjustment in node.members().by_name())
