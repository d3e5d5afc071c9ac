"""The income approach: the flows of a right over its life, taxed and discounted.

One kernel for all four methods. Earned income fades with coverage, decay and survival, costs stop with the right,
tax takes its share, and what is left is discounted at the asset's own rate. Every array broadcasts to (periods,
paths), so the point value is this code with one path.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from valuation.engine.document import BELOW_ONE, NON_NEGATIVE, UNIT, Members
from valuation.engine.earnings import (
    Earnings,
    RevenueShare,
    read_excess_earnings,
    read_incremental_income,
    read_profit_split,
    read_relief_from_royalty,
)
from valuation.engine.fading import NO_DECAY, NO_HAZARD, Decay, Hazard, read_decay, read_hazard
from valuation.engine.periods import NO_HORIZON, Horizon, Periods, Setting, read_horizon
from valuation.engine.quantities import Constant, Draws, Quantity, Series, Steady, product
from valuation.engine.rates import BuildUp, Rate, rate_at, read_rate
from valuation.engine.scalars import scalar, series
from valuation.engine.terminal import Amortisation, Terminal, check_convergence, read_amortisation, read_terminal

type FloatArray = NDArray[np.float64]

METHODS = {
    "relief_from_royalty": read_relief_from_royalty,
    "profit_split": read_profit_split,
    "multi_period_excess_earnings": read_excess_earnings,
    "incremental_income": read_incremental_income,
}
YEAR_COLUMNS = (
    *("start", "end", "fraction", "revenue", "decay", "survival", "pre_tax", "contributory_charges", "tax"),
    *("cash_flow", "exponent", "discount_factor", "present_value"),
)
UNCAPPED = np.ones(1)


@dataclass(frozen=True)
class Flows:
    """What happens to an income asset on some paths, in full-year amounts.

    Rates and values are (1,) or (paths,); the rest broadcasts to (periods, paths).
    """

    periods: Periods
    revenue: FloatArray
    decay: FloatArray
    survival: FloatArray
    pre_tax: FloatArray
    charges: FloatArray | None
    taxable: FloatArray
    tax_rate: FloatArray
    cash_flow: FloatArray
    discount_factor: FloatArray
    present_values: FloatArray
    discount_rate: FloatArray
    terminal_value: FloatArray
    tab_factor: FloatArray

    @property
    def present_value(self) -> FloatArray:
        return np.sum(self.present_values, axis=0) + self.terminal_value

    @property
    def value(self) -> FloatArray:
        return self.present_value * self.tab_factor

    def years(self) -> list[dict[str, Any]]:
        """Give a row, in amounts of the period, for every period in which the right lives on the one path."""
        amounts = {
            "revenue": self.revenue,
            "pre_tax": self.pre_tax,
            "contributory_charges": np.zeros(1) if self.charges is None else self.charges,
            "tax": self.tax_rate * self.taxable,
            "cash_flow": self.cash_flow,
        }
        columns = {
            "start": self.periods.start,
            "end": self.periods.end,
            "fraction": self.periods.fraction,
            "decay": self.decay,
            "survival": self.survival,
            "exponent": self.periods.exponent,
            "discount_factor": self.discount_factor,
            "present_value": self.present_values,
        } | {name: amount * self.periods.fraction for name, amount in amounts.items()}
        shape = self.periods.start.shape
        table = {name: np.broadcast_to(columns[name], shape)[:, 0].tolist() for name in YEAR_COLUMNS}
        lived = [row for row, fraction in enumerate(table["fraction"]) if fraction > 0]
        return [{"period": row + 1} | {name: column[row] for name, column in table.items()} for row in lived]


@dataclass(frozen=True)
class IncomeAsset:
    """A right valued by what it earns."""

    horizon: Horizon
    earnings: Earnings
    tax_rate: Quantity
    rate: Rate
    coverage: Series
    costs: Series | None
    decay: Decay
    hazard: Hazard
    terminal: Terminal | None
    amortisation: Amortisation | None
    warnings: tuple[dict[str, str], ...]

    def value(self, draws: Draws, cap: FloatArray = UNCAPPED) -> FloatArray:
        """Give the value on each path, (1,) or (paths,); see `flows` for `cap`."""
        return self.flows(draws, cap).value

    @property
    def lives_on_revenue(self) -> bool:
        """Whether the right earns a share of its product's revenue."""
        return isinstance(self.earnings, RevenueShare)

    def effective_rate(self, draws: Draws) -> FloatArray:
        """Give the share of its product's revenue that the right claims before fading, to (periods, paths)."""
        assert isinstance(self.earnings, RevenueShare)
        return self.earnings.rate.at(draws) * self.coverage.at(draws)

    def flows(self, draws: Draws, cap: FloatArray = UNCAPPED) -> Flows:
        """Give the flows on each path; `cap` (to (periods, paths)) scales income where a product's rates are capped.

        Source: contract of the calculator, section 2: F after tax of pre = I A - c S, PV = F f (1 + k)^-Delta.
        """
        periods, earned = self.horizon.at(draws), self.earnings.earned(draws)
        decay, survival = self.decay.left(periods, draws), self.hazard.survival(periods, draws)
        share = product(self.coverage.at(draws), cap, decay, survival)
        pre_tax = product(earned.income, share)
        if self.costs is not None:
            pre_tax = pre_tax - self.costs.at(draws) * survival
        charges = None if earned.charges is None else earned.charges * share
        taxable = pre_tax if charges is None or not self.earnings.charged_before_tax else pre_tax - charges
        tax_rate, rate = self.tax_rate.at(draws), rate_at(self.rate, draws)
        flow = taxable * (1 - tax_rate)
        if charges is not None and not self.earnings.charged_before_tax:
            flow = flow - charges
        discount_factor = periods.exponent * -np.log1p(rate)
        np.exp(discount_factor, out=discount_factor)
        return Flows(
            periods,
            revenue=earned.revenue,
            decay=decay,
            survival=survival,
            pre_tax=pre_tax,
            charges=charges,
            taxable=taxable,
            tax_rate=tax_rate,
            cash_flow=flow,
            discount_factor=discount_factor,
            present_values=product(flow, periods.fraction, discount_factor),
            discount_rate=rate,
            terminal_value=self._terminal_value(flow, rate, periods, draws),
            tab_factor=self._tab_factor(tax_rate, rate, draws),
        )

    def _terminal_value(self, flow: FloatArray, rate: FloatArray, periods: Periods, draws: Draws) -> FloatArray:
        if self.terminal is None:
            return np.zeros(1)
        return self.terminal.value(flow[-1], rate, periods, self.decay, self.hazard, draws)

    def _tab_factor(self, tax_rate: FloatArray, rate: FloatArray, draws: Draws) -> FloatArray:
        if self.amortisation is None:
            return np.ones(1)
        return self.amortisation.factor(tax_rate, rate, draws)

    def report(self, draws: Draws, cap: FloatArray = UNCAPPED) -> dict[str, Any]:
        """Give the members of the result for the one path of `draws`."""
        flows = self.flows(draws, cap)
        return {
            "value": float(flows.value[0]),
            "discount_rate": float(flows.discount_rate[0]),
            "present_value": float(flows.present_value[0]),
            "terminal_value": float(flows.terminal_value[0]),
            "tab_factor": float(flows.tab_factor[0]),
            "years": flows.years(),
        }


def read_income_asset(method: str, members: Members, setting: Setting) -> IncomeAsset:
    """Read an income asset from its members."""
    horizon = members.required("horizon", lambda node: read_horizon(node, setting))
    periods = horizon.count if horizon is not None else None
    decay = members.optional("decay", read_decay, NO_DECAY)
    hazard = members.optional("hazard", read_hazard, NO_HAZARD)
    rate = members.required("discount_rate", read_rate)
    terminal = members.optional("terminal", lambda node: read_terminal(node, setting, horizon), None)
    if terminal is not None:
        check_convergence(members.find("terminal"), terminal, rate, decay, hazard)
    return IncomeAsset(
        horizon=horizon or NO_HORIZON,
        earnings=METHODS[method](members, periods),
        tax_rate=members.required("tax_rate", scalar(BELOW_ONE)),
        rate=rate,
        coverage=members.optional("coverage", series(UNIT, periods), Steady(Constant(1.0))),
        costs=members.optional("costs", series(NON_NEGATIVE, periods), None),
        decay=decay,
        hazard=hazard,
        terminal=terminal,
        amortisation=members.optional("tax_amortisation", lambda node: read_amortisation(node, setting), None),
        warnings=_warnings(rate, hazard),
    )


def _warnings(rate: Rate, hazard: Hazard) -> tuple[dict[str, str], ...]:
    """Warn where legal risk is charged in the flows and in the rate."""
    if hazard is NO_HAZARD or not (isinstance(rate, BuildUp) and rate.charges_legal_risk):
        return ()
    return ({"pointer": hazard.pointer, "code": "legal_risk_twice"},)
