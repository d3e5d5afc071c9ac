"""What comes on top of the flows: the value after the last year, and the benefit of amortising the price for tax."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from valuation.engine.document import BELOW_ONE, Domain, Node, choice, integer
from valuation.engine.fading import Decay, Hazard
from valuation.engine.periods import Horizon, Periods, Setting
from valuation.engine.quantities import Draws, Quantity
from valuation.engine.rates import DISCOUNT_RATE, Rate
from valuation.engine.scalars import scalar

type FloatArray = NDArray[np.float64]

TERMINAL_GROWTH = Domain(-1.0, 1.0, open_low=True)
RENEWABLE_KINDS = ("trademark", "other")


@dataclass(frozen=True)
class Terminal:
    """The last year's flow goes on for ever, growing at g and still fading. Source: Gordon (1959)."""

    growth: Quantity
    at_horizon_end: bool

    def value(
        self, last_flow: FloatArray, rate: FloatArray, periods: Periods, decay: Decay, hazard: Hazard, draws: Draws
    ) -> FloatArray:
        """Give the discounted terminal value on each path, F_n G / (k - (G - 1)) (1 + k)^-t with net growth G.

        `last_flow` is F_n, after tax, (1,) or (paths,); t is the last flow's exponent or the end of the horizon.
        """
        years = (periods.end if self.at_horizon_end else periods.exponent)[-1]
        net_growth = (1 + self.growth.at(draws)) * hazard.year(draws) * np.exp(decay.log_year(draws))
        return last_flow * net_growth / (rate - (net_growth - 1)) * np.exp(-years * np.log1p(rate))

    def strongest_growth(self, decay: Decay, hazard: Hazard) -> float:
        """Give the greatest G - 1."""
        return (1 + self.growth.high) * hazard.strongest_year() * decay.strongest_year() - 1


@dataclass(frozen=True)
class Amortisation:
    """The price is written off over N years and saves tax: factor 1 / (1 - tau / N * annuity(N, k)).

    Source: Vulpoiu (2014), tax amortisation benefit; the annuity is (1 - (1 + k)^-N) / k, times (1 + k)^0.5 mid-year.
    """

    years: int
    tax_rate: Quantity | None
    discount_rate: Quantity | None
    mid_year: bool

    def factor(self, tax_rate: FloatArray, rate: FloatArray, draws: Draws) -> FloatArray:
        """Give the factor on each path; `tax_rate` and `rate` are the asset's, used where none of its own is given."""
        tax = tax_rate if self.tax_rate is None else self.tax_rate.at(draws)
        rate = rate if self.discount_rate is None else self.discount_rate.at(draws)
        log_year = np.log1p(rate)
        annuity = np.where(rate == 0, self.years, -np.expm1(-self.years * log_year) / rate)
        if self.mid_year:
            annuity = annuity * np.exp(log_year / 2)
        return 1 / (1 - tax / self.years * annuity)


def read_terminal(node: Node, setting: Setting, horizon: Horizon | None) -> Terminal:
    """Read {growth, exponent}, refusing rights that expire, lives that are not fixed and broken last years."""
    members = node.members()
    terminal = Terminal(
        growth=members.required("growth", scalar(TERMINAL_GROWTH)),
        at_horizon_end=members.optional("exponent", choice("last_flow", "horizon_end"), "last_flow") == "horizon_end",
    )
    members.close()
    if setting.kind and setting.kind not in RENEWABLE_KINDS:
        node.fault(f"is only for {' or '.join(RENEWABLE_KINDS)}: a {setting.kind} expires")
    if horizon is not None and not (horizon.is_fixed and horizon.ends_whole):
        node.fault("needs a life that is not random and a last period of a whole year")
    return terminal


CONVERGENCE_MARGIN = 1e-12
"""G - 1 closer to k than this is k itself, but for rounding."""


def check_convergence(node: Node, terminal: Terminal, rate: Rate, decay: Decay, hazard: Hazard) -> None:
    """Note a fault at the growth unless G - 1 < k even where growth is strongest and rate, decay and hazard lowest."""
    if terminal.strongest_growth(decay, hazard) > rate.lowest() - CONVERGENCE_MARGIN:
        node.at("growth", None).fault("must stay below the discount rate, net of fading, over all their values")


def read_amortisation(node: Node, setting: Setting) -> Amortisation:
    """Read {years, tax_rate, discount_rate}."""
    members = node.members()
    amortisation = Amortisation(
        years=members.required("years", lambda found: integer(found, 1, 100)) or 1,
        tax_rate=members.optional("tax_rate", scalar(BELOW_ONE), None),
        discount_rate=members.optional("discount_rate", scalar(DISCOUNT_RATE), None),
        mid_year=setting.timing == "mid_year",
    )
    members.close()
    return amortisation
