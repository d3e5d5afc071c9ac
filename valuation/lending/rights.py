"""The pledged rights on some paths: what they earn together, and what each is still worth at any later time."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from valuation.engine.earnings import RevenueShare, RoyaltyRate
from valuation.engine.income import UNCAPPED, Flows, IncomeAsset
from valuation.engine.model import Model
from valuation.engine.periods import Horizon
from valuation.engine.portfolio import Portfolio, ProductCap
from valuation.engine.quantities import Draws

type FloatArray = NDArray[np.float64]

ONLY_PRODUCT = "product"
"""The name of the product of a right that stands alone and names none."""


@dataclass(frozen=True)
class Right:
    """An income asset, the product that it serves and its name, empty where it stands alone."""

    name: str
    asset: IncomeAsset
    product: str


@dataclass(frozen=True)
class Rights:
    """Rights in the order of the document, and the caps on what those of one product may claim together."""

    rights: tuple[Right, ...]
    caps: tuple[ProductCap, ...]

    @classmethod
    def of(cls, model: Model) -> "Rights":
        """Give the rights of an income asset, or those of a portfolio of such; what is no income asset is left out."""
        if isinstance(model, Portfolio):
            found = (Right(p.name, p.asset, p.product or "") for p in model.parts if isinstance(p.asset, IncomeAsset))
            return cls(tuple(found), model.caps)
        return cls((Right("", model, ONLY_PRODUCT),) if isinstance(model, IncomeAsset) else (), ())

    def flows(self, draws: Draws) -> list[Flows]:
        """Give the flows of every right under the caps."""
        scales: dict[int, FloatArray] = {}
        for cap in self.caps:
            capped = [self.rights[place].asset for place in cap.members]
            scales |= zip(cap.members, cap.scales(capped, draws), strict=True)
        return [right.asset.flows(draws, scales.get(place, UNCAPPED)) for place, right in enumerate(self.rights)]

    def of_product(self) -> dict[str, list[int]]:
        """Give the places of the rights of every product, the longest-lived first."""
        found: dict[str, list[int]] = {}
        for place, right in enumerate(self.rights):
            found.setdefault(right.product, []).append(place)
        return {name: sorted(found[name], key=lambda place: -self.rights[place].asset.horizon.count) for name in found}

    @property
    def end(self) -> float:
        """The years until the last of the longest lives ends."""
        grids = [right.asset.horizon for right in self.rights]
        return max((grid.starts[-1] + grid.longest[-1] for grid in grids if grid.count), default=0.0)

    def scaled(self, multiple: float) -> "Rights":
        """Give the same rights with every share of revenue multiplied."""
        return replace(self, rights=tuple(replace(r, asset=_scaled(r.asset, multiple)) for r in self.rights))


@dataclass(frozen=True)
class ScaledRate:
    """A share of revenue, multiplied."""

    rate: RoyaltyRate
    multiple: float

    def at(self, draws: Draws) -> FloatArray:
        """Give the share, broadcastable to (periods, paths)."""
        return self.rate.at(draws) * self.multiple


def _scaled(asset: IncomeAsset, multiple: float) -> IncomeAsset:
    if not isinstance(asset.earnings, RevenueShare):
        return asset
    return replace(asset, earnings=replace(asset.earnings, rate=ScaledRate(asset.earnings.rate, multiple)))


def worth_at(flows: Flows, horizon: Horizon, times: FloatArray) -> FloatArray:
    """Give what a right is worth at each of `times` (times,), years from now: (times, 1) or (times, paths).

    The flows after that time, as faded as they are on the path, discounted to it. Of the period that is under way its
    remainder counts, centred or at its end as the timing of the document has it; at time 0 this is the value.
    """
    log_rate = np.log1p(flows.discount_rate)
    from_each_period = np.cumsum(flows.present_values[::-1], axis=0)[::-1]
    later = np.concatenate([from_each_period, np.zeros_like(from_each_period[:1])])
    begun = np.searchsorted(np.array(horizon.starts), times, side="left")
    worths = []
    for time, first in zip(times, begun, strict=True):
        from_then = (later[first] + flows.terminal_value) * np.exp(time * log_rate)
        if first > 0:
            from_then = from_then + _remainder(flows, horizon, first - 1, time, log_rate)
        worths.append(from_then)
    return np.stack(np.broadcast_arrays(*worths))


def _remainder(flows: Flows, horizon: Horizon, period: int, time: float, log_rate: FloatArray) -> FloatArray:
    """Give the worth at `time` of the rest of the period that is under way, (1,) or (paths,)."""
    left = np.maximum(flows.periods.end[period] - time, 0.0)
    wait = left if horizon.timing == "end_of_year" else left / 2
    return flows.cash_flow[period] * left * np.exp(-wait * log_rate)
