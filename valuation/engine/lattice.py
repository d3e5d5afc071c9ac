"""Options that may be exercised early, on the recombining tree of Cox, Ross and Rubinstein.

A call is priced as the put it mirrors: strike and underlying, rate and yield change places, and the tree is the same
tree with up and down exchanged. So payoffs are bounded and no node of a tall tree overflows.
Source: Cox, Ross & Rubinstein (1979), doi 10.1016/0304-405X(79)90015-1; McDonald & Schroder (1998) for the mirror.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from valuation.engine.closed_forms import option_report
from valuation.engine.model import Warnings
from valuation.engine.quantities import Draws

type FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Binomial:
    """An option on a tree of `steps`, exercisable at every `exercise_every`-th step (None: at expiry only).

    `exercises_now` says whether it may be exercised at once.
    """

    sign: float
    underlying: float
    strike: float
    expiry: float
    risk_free: float
    asset_yield: float
    volatility: float
    steps: int
    exercise_every: int | None
    exercises_now: bool
    warnings: Warnings = ()

    @property
    def up_probability(self) -> float:
        """The risk-neutral probability of an up move; the tree is arbitrage-free only where it lies in (0, 1)."""
        return _up_probability(self.risk_free - self.asset_yield, self.volatility, self.expiry / self.steps)

    def value(self, draws: Draws) -> FloatArray:
        """Give the value (1,)."""
        return self._values()[:1]

    def report(self, point: Draws) -> dict[str, Any]:
        """Give the members of the result."""
        value, european = self._values().tolist()
        intrinsic = max(self.sign * (self.underlying - self.strike), 0.0)
        return option_report(value, intrinsic, european=european)

    def _values(self) -> FloatArray:
        """Give the value with early exercise and without, (2,), rolled back through the tree together."""
        is_call = self.sign > 0
        spot, strike = (self.strike, self.underlying) if is_call else (self.underlying, self.strike)
        rate, carry = (self.asset_yield, self.risk_free) if is_call else (self.risk_free, self.asset_yield)
        year = self.expiry / self.steps
        up = _up_probability(rate - carry, self.volatility, year)
        payoffs = _put_payoffs(spot, strike, self.volatility * np.sqrt(year), self.steps)
        discount = np.exp(-rate * year)
        values = np.stack([_payoffs_at(payoffs, self.steps, self.steps)] * 2)
        for step in range(self.steps - 1, -1, -1):
            values = (discount * up) * values[:, 1:] + (discount * (1 - up)) * values[:, :-1]
            if self._may_exercise(step):
                np.maximum(values[0], _payoffs_at(payoffs, self.steps, step), out=values[0])
        return values[:, 0]

    def _may_exercise(self, step: int) -> bool:
        if self.exercise_every is None or step % self.exercise_every:
            return False
        return step > 0 or self.exercises_now


def _up_probability(drift: float, volatility: float, year: float) -> float:
    move = volatility * np.sqrt(year)
    down = np.expm1(-move)
    return float((np.expm1(drift * year) - down) / (np.expm1(move) - down))


def _put_payoffs(spot: float, strike: float, move: float, steps: int) -> tuple[FloatArray, FloatArray]:
    """Give max(K - S e^(j move), 0) for j = -N, -N + 2, .., N and for j = -N + 1, .., N - 1: (N + 1,) and (N,)."""
    exponents = np.arange(-steps, steps + 1)
    payoffs = np.maximum(strike - spot * np.exp(exponents * move), 0.0)
    return payoffs[::2].copy(), payoffs[1::2].copy()


def _payoffs_at(payoffs: tuple[FloatArray, FloatArray], steps: int, step: int) -> FloatArray:
    """Give the payoffs of the nodes of one step (step + 1,), from the lowest up."""
    start, parity = divmod(steps - step, 2)
    return payoffs[parity][start : start + step + 1]
