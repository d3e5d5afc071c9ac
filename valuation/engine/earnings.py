"""What a right earns a year before it fades: four ways of asking, one shape of answer.

Every income method says how much income a year the right brings while it is whole (before coverage, decay and
survival), from what revenue, and which other assets must be paid for it. `income` does the rest alike for all.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from valuation.engine.document import ANY_NUMBER, NON_NEGATIVE, UNIT, Domain, Members, Node, choice, text
from valuation.engine.growth import Revenue, read_revenue
from valuation.engine.quantities import Constant, Draws, Quantity, Series, Steady, total
from valuation.engine.scalars import scalar, series

type FloatArray = NDArray[np.float64]

MARGIN = Domain(-1.0, 1.0)
COST_SHARE = Domain(0.0, 2.0)
NOTHING = Steady(Constant(0.0))


@dataclass(frozen=True)
class Earned:
    """Full-year amounts of the whole right, each broadcastable to (periods, paths)."""

    revenue: FloatArray
    income: FloatArray
    charges: FloatArray | None = None


class Earnings(Protocol):
    """A way to tell what the right earns."""

    @property
    def charged_before_tax(self) -> bool:
        """Whether the charges come off before tax."""

    def earned(self, draws: Draws) -> Earned:
        """Give the full-year amounts on each path."""


class RoyaltyRate(Protocol):
    """The share of revenue that a right earns."""

    def at(self, draws: Draws) -> FloatArray:
        """Give the share, broadcastable to (periods, paths)."""


@dataclass(frozen=True)
class ProfitShare:
    """A share alpha of the operating margin m, as a share of revenue: K = alpha m. Source: Goldscheider (2002)."""

    profit_share: Series
    operating_margin: Series

    def at(self, draws: Draws) -> FloatArray:
        return self.profit_share.at(draws) * self.operating_margin.at(draws)


@dataclass(frozen=True)
class RevenueShare:
    """Relief from royalty and profit split: revenue times a rate. Source: IVS 210, sections 60.18 and 60.32."""

    revenue: Revenue
    rate: RoyaltyRate
    charged_before_tax = False

    def earned(self, draws: Draws) -> Earned:
        revenue = self.revenue.at(draws)
        return Earned(revenue, revenue * self.rate.at(draws))


@dataclass(frozen=True)
class Charge:
    """The return another asset must earn: an amount, a share of revenue, or a value times its return."""

    amount: Series | None
    share_of_revenue: Quantity | None
    asset_value: Series | None
    required_return: Quantity | None

    def at(self, revenue: FloatArray, draws: Draws) -> FloatArray:
        """Give the charge a year, broadcastable to (periods, paths)."""
        if self.share_of_revenue is not None:
            return revenue * self.share_of_revenue.at(draws)
        if self.asset_value is not None and self.required_return is not None:
            return self.asset_value.at(draws) * self.required_return.at(draws)
        return (self.amount or NOTHING).at(draws)


@dataclass(frozen=True)
class ExcessEarnings:
    """Multi-period excess earnings: profit after charges for all other assets. Source: IVS 210, section 60.5."""

    revenue: Revenue
    costs: Charge
    charges: tuple[Charge, ...]
    charged_before_tax: bool

    def earned(self, draws: Draws) -> Earned:
        revenue = self.revenue.at(draws)
        charges = total(charge.at(revenue, draws) for charge in self.charges) if self.charges else None
        return Earned(revenue, revenue - self.costs.at(revenue, draws), charges)


@dataclass(frozen=True)
class Increment:
    """Income with the right less that without, plus premium and saving by the piece. Source: IVS 210, section 60.24."""

    with_right: Series
    without: Series
    price_premium: Series
    cost_saving: Series
    quantity: Series
    charged_before_tax = False

    def earned(self, draws: Draws) -> Earned:
        each = self.price_premium.at(draws) + self.cost_saving.at(draws)
        income = self.with_right.at(draws) - self.without.at(draws) + each * self.quantity.at(draws)
        return Earned(np.zeros(1), income)


def read_relief_from_royalty(members: Members, periods: int | None) -> Earnings:
    """Read revenue and royalty_rate."""
    revenue = members.required("revenue", lambda node: read_revenue(node, periods))
    return RevenueShare(revenue, members.required("royalty_rate", series(UNIT, periods)))


def read_profit_split(members: Members, periods: int | None) -> Earnings:
    """Read revenue and contribution."""
    revenue = members.required("revenue", lambda node: read_revenue(node, periods))
    return RevenueShare(revenue, members.required("contribution", lambda node: _read_contribution(node, periods)))


def _read_contribution(node: Node, periods: int | None) -> RoyaltyRate:
    members = node.members()
    rate: RoyaltyRate
    if "revenue_share" in members:
        rate = members.required("revenue_share", series(UNIT, periods))
    else:
        share = members.required("profit_share", series(UNIT, periods))
        rate = ProfitShare(share, members.required("operating_margin", series(MARGIN, periods)))
    members.close("is unknown, or does not stand beside revenue_share")
    return rate


def read_excess_earnings(members: Members, periods: int | None) -> Earnings:
    """Read revenue, operating_costs, contributory_charges and cac_basis."""
    return ExcessEarnings(
        revenue=members.required("revenue", lambda node: read_revenue(node, periods)),
        costs=members.required("operating_costs", lambda node: _read_costs(node, periods)),
        charges=members.optional("contributory_charges", lambda node: _read_charges(node, periods), ()),
        charged_before_tax=members.optional("cac_basis", choice("after_tax", "pre_tax"), "after_tax") == "pre_tax",
    )


def _read_costs(node: Node, periods: int | None) -> Charge:
    if not node.is_object or "share_of_revenue" not in node.value or "distribution" in node.value:
        return Charge(series(NON_NEGATIVE, periods)(node), None, None, None)
    members = node.members()
    share = members.required("share_of_revenue", scalar(COST_SHARE))
    members.close()
    return Charge(None, share, None, None)


def _read_charges(node: Node, periods: int | None) -> tuple[Charge, ...]:
    return tuple(_read_charge(entry, periods) for entry in node.items())


def _read_charge(node: Node, periods: int | None) -> Charge:
    members = node.members()
    members.optional("name", text, "")
    by_value = "asset_value" in members or "return" in members
    if node.is_object and sum(("amount" in members, "share_of_revenue" in members, by_value)) != 1:
        node.fault("must have exactly one of amount, share_of_revenue, or asset_value with return")
    charge = Charge(
        amount=members.optional("amount", series(NON_NEGATIVE, periods), None),
        share_of_revenue=members.optional("share_of_revenue", scalar(UNIT), None),
        asset_value=members.required("asset_value", series(NON_NEGATIVE, periods)) if by_value else None,
        required_return=members.required("return", scalar(UNIT)) if by_value else None,
    )
    members.close()
    return charge


def read_incremental_income(members: Members, periods: int | None) -> Earnings:
    """Read incremental."""
    return members.required("incremental", lambda node: _read_increment(node, periods))


def _read_increment(node: Node, periods: int | None) -> Earnings:
    members = node.members()
    names = ("with", "without", "price_premium", "cost_saving")
    with_right, without, premium, saving = (members.optional(n, series(ANY_NUMBER, periods), NOTHING) for n in names)
    if node.is_object and not any(name in members for name in names):
        node.fault(f"must give at least one of {', '.join(names)}")
    by_the_piece = "price_premium" in members or "cost_saving" in members
    read_quantity = series(NON_NEGATIVE, periods)
    quantity = (
        members.required("quantity", read_quantity)
        if by_the_piece
        else members.optional("quantity", read_quantity, NOTHING)
    )
    members.close()
    return Increment(with_right, without, premium, saving, quantity)
