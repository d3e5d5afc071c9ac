"""The discount rate a year, after tax and nominal: given, or composed by build-up, CAPM or WACC.

One formula serves the draws and the bounds: each composition is evaluated over whatever its parts are picked to be.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from valuation.engine.document import NON_NEGATIVE, POSITIVE, UNIT, Domain, Members, Node
from valuation.engine.quantities import Constant, Draws, Quantity
from valuation.engine.scalars import scalar

type FloatArray = NDArray[np.float64]
type Pick = Callable[[Quantity], Any]
"""What a part of the rate is taken to be: its values on some paths (an array) or one of its bounds (a float)."""

DISCOUNT_RATE = Domain(0.0, 1.0, open_low=True)
BETA = Domain(0.0, 10.0)
LEGAL_PREMIUM = "legal"


class Rate(Protocol):
    """A rate a year."""

    def over(self, pick: Pick) -> Any:
        """Give the rate with every part taken as `pick` has it."""

    def lowest(self) -> float:
        """Give the rate at the lower end of its parts."""


def rate_at(rate: Rate, draws: Draws) -> FloatArray:
    """Give the rate on each path, (1,) or (paths,)."""
    values: FloatArray = rate.over(lambda part: part.at(draws))
    return values


def _low(part: Quantity) -> float:
    return part.low


def _mean(part: Quantity) -> float:
    return part.mean


@dataclass(frozen=True)
class GivenRate:
    """A rate given as such."""

    rate: Quantity

    def over(self, pick: Pick) -> Any:
        return pick(self.rate)

    def lowest(self) -> float:
        return self.rate.low


@dataclass(frozen=True)
class BuildUp:
    """risk_free + premiums, which stand in the order of their names."""

    risk_free: Quantity
    premiums: tuple[tuple[str, Quantity], ...]

    def over(self, pick: Pick) -> Any:
        rate = pick(self.risk_free)
        for _, premium in self.premiums:
            rate = rate + pick(premium)
        return rate

    def lowest(self) -> float:
        return float(self.over(_low))

    @property
    def charges_legal_risk(self) -> bool:
        """Whether a premium called legal is anything but zero."""
        return any(name == LEGAL_PREMIUM and (part.low, part.high) != (0.0, 0.0) for name, part in self.premiums)


@dataclass(frozen=True)
class Capm:
    """risk_free + beta * ERP + size + specific, ERP given or as market return less risk_free. Source: Sharpe (1964)."""

    risk_free: Quantity
    beta: Quantity
    equity_risk_premium: Quantity | None
    market_return: Quantity | None
    size_premium: Quantity
    specific_premium: Quantity

    def over(self, pick: Pick) -> Any:
        risk_free = pick(self.risk_free)
        if self.equity_risk_premium is not None:
            excess = pick(self.equity_risk_premium)
        else:
            excess = pick(self.market_return or Constant(0.0)) - risk_free
        return risk_free + pick(self.beta) * excess + pick(self.size_premium) + pick(self.specific_premium)

    def lowest(self) -> float:
        return float(self.over(_low))


@dataclass(frozen=True)
class Wacc:
    """(E Re + D Rd (1 - tau)) / (E + D) + premium. Source: Modigliani & Miller (1963)."""

    equity: Quantity
    debt: Quantity
    cost_of_equity: Rate
    cost_of_debt: Quantity
    tax_rate: Quantity
    asset_premium: Quantity

    def over(self, pick: Pick) -> Any:
        equity, debt = pick(self.equity), pick(self.debt)
        after_tax = pick(self.cost_of_debt) * (1 - pick(self.tax_rate))
        return (equity * self.cost_of_equity.over(pick) + debt * after_tax) / (equity + debt) + pick(self.asset_premium)

    def lowest(self) -> float:
        """Give the rate at the means of its parts: weights have no lower end that means a lower rate."""
        return float(self.over(_mean))


def read_rate(node: Node) -> Rate:
    """Read a discount rate: a scalar, or an object with exactly one of build_up, capm, wacc."""
    forms = {"build_up": _read_build_up, "capm": _read_capm, "wacc": _read_wacc}
    given = [name for name in forms if node.is_object and name in node.value]
    if not given:
        return _read_given(node)
    if len(given) > 1 or "distribution" in node.value:
        node.fault(f"must have exactly one form: a number, a distribution, or one of {', '.join(forms)}")
    members = node.members()
    rates = [members.required(name, forms[name]) for name in given]
    if "distribution" not in node.value:
        members.close()
    return rates[0]


def _read_given(node: Node) -> Rate:
    if node.is_object and "distribution" not in node.value:
        node.fault("must be a number, a distribution, or an object with one of build_up, capm, wacc")
        return GivenRate(Constant(float("nan")))
    return GivenRate(scalar(DISCOUNT_RATE)(node))


def _read_build_up(node: Node) -> Rate:
    members = node.members()
    risk_free = members.required("risk_free", scalar(UNIT))
    premiums = members.required("premiums", lambda found: found.members().by_name())
    members.close()
    read = scalar(UNIT)
    return BuildUp(risk_free, tuple((name, read(premium)) for name, premium in premiums))


def _read_capm(node: Node) -> Rate:
    members = node.members()
    if node.is_object and ("equity_risk_premium" in members) == ("market_return" in members):
        node.fault("must have exactly one of equity_risk_premium and market_return")
    capm = Capm(
        risk_free=members.required("risk_free", scalar(UNIT)),
        beta=members.required("beta", scalar(BETA)),
        equity_risk_premium=members.optional("equity_risk_premium", scalar(UNIT), None),
        market_return=members.optional("market_return", scalar(UNIT), None),
        size_premium=_component(members, "size_premium"),
        specific_premium=_component(members, "specific_premium"),
    )
    members.close()
    return capm


def _component(members: Members, name: str) -> Quantity:
    return members.optional(name, scalar(UNIT), Constant(0.0))


def _read_wacc(node: Node) -> Rate:
    members = node.members()
    wacc = Wacc(
        equity=members.required("equity", scalar(POSITIVE)),
        debt=members.required("debt", scalar(NON_NEGATIVE)),
        cost_of_equity=members.required("cost_of_equity", _read_cost_of_equity),
        cost_of_debt=members.required("cost_of_debt", scalar(UNIT)),
        tax_rate=members.required("tax_rate", scalar(UNIT)),
        asset_premium=_component(members, "asset_premium"),
    )
    members.close()
    return wacc


def _read_cost_of_equity(node: Node) -> Rate:
    if not node.is_object or "capm" not in node.value:
        return GivenRate(scalar(UNIT)(node))
    members = node.members()
    rate = members.required("capm", _read_capm)
    members.close()
    return rate
