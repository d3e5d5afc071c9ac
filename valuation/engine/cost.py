"""The cost approach: what it would cost to make the asset again, less what time and progress have taken from it."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from valuation.engine.document import NON_NEGATIVE, POSITIVE, UNIT, Domain, Members, Node, choice, text
from valuation.engine.quantities import Constant, Draws, Quantity, total
from valuation.engine.scalars import scalar

type FloatArray = NDArray[np.float64]

INDEX = Domain(0.0, 100.0)
MARKUP = Domain(0.0, 10.0)
COMBINATIONS = ("multiplicative", "additive")


@dataclass(frozen=True)
class CostAsset:
    """sum(amount index) (1 + profit + opportunity) (obsolescence) remaining / (used + remaining).

    Source: IVS 105, section 60 (cost approach); contract of the calculator, section 3.
    """

    items: tuple[tuple[Quantity, Quantity], ...]
    developer_profit: Quantity
    opportunity_cost: Quantity
    obsolescence: tuple[Quantity, ...]
    is_additive: bool
    age: tuple[Quantity, Quantity] | None
    warnings: tuple[dict[str, str], ...] = ()

    def value(self, draws: Draws) -> FloatArray:
        """Give the value on each path, (1,) or (paths,)."""
        cost = total(amount.at(draws) * index.at(draws) for amount, index in self.items)
        markup = 1 + self.developer_profit.at(draws) + self.opportunity_cost.at(draws)
        return cost * markup * self._usefulness(draws) * self._life_left(draws)

    def _usefulness(self, draws: Draws) -> FloatArray:
        losses = [loss.at(draws) for loss in self.obsolescence]
        if self.is_additive:
            return np.maximum(0.0, 1 - total(losses))
        left = np.ones(1)
        for loss in losses:
            left = left * (1 - loss)
        return left

    def _life_left(self, draws: Draws) -> FloatArray:
        if self.age is None:
            return np.ones(1)
        used, remaining = (years.at(draws) for years in self.age)
        return remaining / (used + remaining)

    def report(self, draws: Draws) -> dict[str, Any]:
        """Give the members of the result for the one path of `draws`."""
        return {"value": float(self.value(draws)[0])}


def read_cost_asset(members: Members) -> CostAsset:
    """Read the member `cost` of an asset."""
    return members.required("cost", _read_cost)


def _read_cost(node: Node) -> CostAsset:
    members = node.members()
    combination = members.optional("obsolescence_combination", choice(*COMBINATIONS), COMBINATIONS[0])
    asset = CostAsset(
        items=members.required("items", _read_items),
        developer_profit=members.optional("developer_profit", scalar(MARKUP), Constant(0.0)),
        opportunity_cost=members.optional("opportunity_cost", scalar(MARKUP), Constant(0.0)),
        obsolescence=members.optional("obsolescence", _read_obsolescence, ()),
        is_additive=combination == "additive",
        age=members.optional("age", _read_age, None),
    )
    members.close()
    return asset


def _read_items(node: Node) -> tuple[tuple[Quantity, Quantity], ...]:
    entries = node.items()
    if node.value == []:
        node.fault("must have at least one item")
    return tuple(_read_item(entry) for entry in entries)


def _read_item(node: Node) -> tuple[Quantity, Quantity]:
    members = node.members()
    members.optional("name", text, "")
    amount = members.required("amount", scalar(NON_NEGATIVE))
    index = members.optional("index", scalar(INDEX), Constant(1.0))
    members.close()
    return amount, index


def _read_obsolescence(node: Node) -> tuple[Quantity, ...]:
    read = scalar(UNIT)
    return tuple(read(loss) for _, loss in node.members().by_name())


def _read_age(node: Node) -> tuple[Quantity, Quantity]:
    members = node.members()
    used = members.required("used_years", scalar(NON_NEGATIVE))
    remaining = members.required("remaining_years", scalar(POSITIVE))
    members.close()
    return used, remaining
