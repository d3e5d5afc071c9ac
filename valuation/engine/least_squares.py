"""Options that may be exercised early, by least-squares Monte Carlo.

Backwards from expiry: at each date the cash a path will bring later, discounted, is regressed on the level of the
underlying over the paths in the money; a path exercises where it gets more than the fit.
Source: Longstaff & Schwartz (2001), doi 10.1093/rfs/14.1.113.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import special

from valuation.engine.closed_forms import option_report
from valuation.engine.model import Warnings
from valuation.engine.quantities import Draws
from valuation.engine.sampling import SimulationRequest, column, sampler_for
from valuation.engine.summary import mean, standard_error

type FloatArray = NDArray[np.float64]

DEPENDENT_BELOW = 1e-11
"""A power of the level that keeps less than this of its length beside the lower ones adds nothing to the fit."""


class Levels(Protocol):
    """Where the levels of the underlying come from."""

    @property
    def now(self) -> float:
        """The level at time 0."""

    @property
    def dates(self) -> int:
        """How many equally spaced exercise dates there are, the last at expiry."""

    @property
    def rows(self) -> int:
        """How many rows the paths form for their standard error; see summary.standard_error."""

    def backwards(self) -> Iterator[FloatArray]:
        """Give the levels (paths,) at each date, from expiry to the first."""


@dataclass(frozen=True)
class GivenLevels:
    """Levels given as a matrix (paths, 1 + dates), column 0 now."""

    matrix: FloatArray
    rows = 1

    @property
    def now(self) -> float:
        return mean(self.matrix[:, 0])

    @property
    def dates(self) -> int:
        return self.matrix.shape[1] - 1

    def backwards(self) -> Iterator[FloatArray]:
        for date in range(self.dates, 0, -1):
            yield np.ascontiguousarray(self.matrix[:, date])


@dataclass(frozen=True)
class BrownianLevels:
    """Geometric Brownian motion, drawn from expiry backwards by the Brownian bridge.

    So only one date is held at a time, and the first dimension of a low-discrepancy sampler decides where a path ends.
    """

    now: float
    drift: float
    volatility: float
    expiry: float
    dates: int
    request: SimulationRequest

    @property
    def rows(self) -> int:
        return self.request.rows

    def backwards(self) -> Iterator[FloatArray]:
        sampler, year = sampler_for(self.request), self.expiry / self.dates
        motion = np.sqrt(self.expiry) * special.ndtri(column(sampler, 0))
        for dimension, date in enumerate(range(self.dates, 0, -1)):
            if dimension:
                step = np.sqrt(year * date / (date + 1)) * special.ndtri(column(sampler, dimension))
                motion = motion * (date / (date + 1)) + step
            yield self.now * np.exp((self.drift - self.volatility**2 / 2) * (date * year) + self.volatility * motion)


@dataclass(frozen=True)
class LeastSquares:
    """An option exercisable at the dates of its `levels`, not now."""

    sign: float
    strike: float
    expiry: float
    risk_free: float
    degree: int
    levels: Levels
    warnings: Warnings = ()

    def value(self, draws: Draws) -> FloatArray:
        """Give the value (1,)."""
        return np.array([mean(self._discounted_cash()[0])])

    def report(self, point: Draws) -> dict[str, Any]:
        """Give the members of the result."""
        cash, european = self._discounted_cash()
        intrinsic = max(self.sign * (self.levels.now - self.strike), 0.0)
        error = standard_error(cash.reshape(self.levels.rows, -1))
        return option_report(mean(cash), intrinsic, european=mean(european), standard_error=error)

    def _discounted_cash(self) -> tuple[FloatArray, FloatArray]:
        """Give what each path brings, discounted to now, with early exercise and without, (paths,) each."""
        discount = np.exp(-self.risk_free * self.expiry / self.levels.dates)
        levels = self.levels.backwards()
        at_expiry = self._payoff(next(levels))
        cash = at_expiry.copy()
        for level in levels:
            cash *= discount
            self._exercise(cash, level)
        return cash * discount, at_expiry * discount**self.levels.dates

    def _payoff(self, level: FloatArray) -> FloatArray:
        return np.maximum(self.sign * (level - self.strike), 0.0)

    def _exercise(self, cash: FloatArray, level: FloatArray) -> None:
        """Replace the cash of the paths that do better by exercising at `level`."""
        payoff = self._payoff(level)
        chosen = np.flatnonzero(payoff > 0)
        if chosen.size > self.degree:
            fitted = fit(level[chosen], cash[chosen], self.degree)
            exercised = chosen[payoff[chosen] > fitted]
            cash[exercised] = payoff[exercised]


def fit(x: FloatArray, y: FloatArray, degree: int) -> FloatArray:
    """Give the least-squares polynomial of `degree` in `x` fitted to `y`, at `x`; all (n,).

    The powers are made orthogonal on the data one after the other, so nothing is ill-conditioned, no matrix is formed
    and sums run in a fixed order. Source: Forsythe (1957), doi 10.1137/0105007.
    """
    low, high = float(np.min(x)), float(np.max(x))
    scaled = (x - low) / (high - low) * 2 - 1 if high > low else np.zeros_like(x)
    basis = [np.full_like(x, 1 / np.sqrt(x.size))]
    fitted = basis[0] * np.sum(basis[0] * y)
    for _ in range(degree):
        candidate = scaled * basis[-1]
        length = np.sqrt(np.sum(candidate * candidate))
        for _ in range(2):
            for known in basis:
                candidate = candidate - known * np.sum(known * candidate)
        rest = np.sqrt(np.sum(candidate * candidate))
        if not rest > DEPENDENT_BELOW * length:
            break
        basis.append(candidate / rest)
        fitted = fitted + basis[-1] * np.sum(basis[-1] * y)
    return fitted
