"""The laws a number may follow, each known by its mean, its support, its tails and its inverse distribution function.

Every law is sampled by inversion, so that a low-discrepancy point or a correlated latent stays what it is. `quantile`
is the exact inverse; `draw` may answer from a table where the inverse is dear (see quantile_table).
"""

import math
import sys
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import special

from valuation.engine.quantile_table import beta_table
from valuation.engine.truncation import truncated_mean, truncated_quantile, truncated_share

type FloatArray = NDArray[np.float64]

SMALLEST_SIGMA = sys.float_info.min
"""Stands in for the sigma of a lognormal whose spread is lost in the digits of its mean."""
SMALLEST_PROBABILITY, LARGEST_PROBABILITY = 2.0**-53, 1 - 2.0**-53
"""What a correlated score is kept within: the reach of the uniforms themselves."""
LOWEST_SCORE = -8.2095
"""The score of the smallest probability; within the reach of the tables."""
PROBABILITY_ROUNDING = 1e-12
"""A probability that misses a step of a discrete law by less than this counts as having reached it."""


class Distribution(Protocol):
    """A law of one number. `low` and `high` are the ends of its support, possibly infinite."""

    @property
    def mean(self) -> float:
        """The expectation."""

    @property
    def low(self) -> float:
        """The lower end of the support."""

    @property
    def high(self) -> float:
        """The upper end of the support."""

    def quantile(self, u: FloatArray) -> FloatArray:
        """Give the value at each probability `u` in (0, 1), same shape, relative error of about 1e-10 or better."""

    def at_most(self, x: float) -> float:
        """Give P(X <= x)."""

    def above(self, x: float) -> float:
        """Give P(X > x), without cancellation in the upper tail."""

    def mass(self, x: float) -> float:
        """Give P(X = x)."""


class Continuous:
    """A law that meets no number exactly."""

    def mass(self, x: float) -> float:
        """Give P(X = x)."""
        return 0.0


def draw(distribution: Distribution, u: FloatArray) -> FloatArray:
    """Give the quantiles of `u`, same shape, within 1e-6 of the range: for simulation, where a table may serve."""
    return distribution.tabulated(u) if isinstance(distribution, ScaledBeta) else distribution.quantile(u)


def draw_at_scores(distribution: Distribution, scores: FloatArray) -> FloatArray:
    """Give the quantiles of Phi(scores), same shape, as `draw` does: for inputs whose latents are normal."""
    if isinstance(distribution, Normal | Lognormal):
        return distribution.at_scores(scores)
    if isinstance(distribution, ScaledBeta):
        return distribution.tabulated_at_scores(scores)
    return distribution.quantile(np.clip(special.ndtr(scores), SMALLEST_PROBABILITY, LARGEST_PROBABILITY))


@dataclass(frozen=True)
class Uniform(Continuous):
    """Uniform on [low, high]."""

    low: float
    high: float

    @property
    def mean(self) -> float:
        return (self.low + self.high) / 2

    def quantile(self, u: FloatArray) -> FloatArray:
        return self.low + (self.high - self.low) * u

    def at_most(self, x: float) -> float:
        return min(max((x - self.low) / (self.high - self.low), 0.0), 1.0)

    def above(self, x: float) -> float:
        return min(max((self.high - x) / (self.high - self.low), 0.0), 1.0)


@dataclass(frozen=True)
class Triangular(Continuous):
    """Triangular on [low, high] with its peak at `mode`. Source: Johnson, Kotz & Balakrishnan, vol. 2, ch. 26.9."""

    low: float
    mode: float
    high: float

    @property
    def mean(self) -> float:
        return (self.low + self.mode + self.high) / 3

    def quantile(self, u: FloatArray) -> FloatArray:
        width, rise, fall = self.high - self.low, self.mode - self.low, self.high - self.mode
        rising = self.low + np.sqrt(u * width * rise)
        falling = self.high - np.sqrt((1 - u) * width * fall)
        return np.where(u < rise / width, rising, falling)

    def at_most(self, x: float) -> float:
        if x >= self.mode:
            return 1.0 - self.above(x)
        reached = max(x - self.low, 0.0)
        return reached * reached / ((self.high - self.low) * (self.mode - self.low)) if reached else 0.0

    def above(self, x: float) -> float:
        if x < self.mode:
            return 1.0 - self.at_most(x)
        left = max(self.high - x, 0.0)
        return left * left / ((self.high - self.low) * (self.high - self.mode)) if left else 0.0


@dataclass(frozen=True)
class ScaledBeta(Continuous):
    """low + (high - low) * Beta(alpha, beta). A PERT is one: Vose, Risk Analysis (2008); Clark (1962)."""

    alpha: float
    beta: float
    low: float = 0.0
    high: float = 1.0

    @classmethod
    def pert(cls, low: float, mode: float, high: float, weight: float) -> "ScaledBeta":
        """Give the PERT with the weight (lambda) `weight` on its mode."""
        width = high - low
        return cls(1 + weight * (mode - low) / width, 1 + weight * (high - mode) / width, low, high)

    @property
    def mean(self) -> float:
        share = self.alpha / (self.alpha + self.beta)
        return self.low * (1 - share) + self.high * share

    def quantile(self, u: FloatArray) -> FloatArray:
        return self.low + (self.high - self.low) * special.betaincinv(self.alpha, self.beta, u)

    def tabulated(self, u: FloatArray) -> FloatArray:
        """Give the quantiles within 1e-7 of a standard deviation, where a table can."""
        table = beta_table(self.alpha, self.beta)
        return self.quantile(u) if table is None else self._scaled(table.at_scores(special.ndtri(u)))

    def tabulated_at_scores(self, scores: FloatArray) -> FloatArray:
        """Give the quantiles of Phi(scores) in the same way."""
        table = beta_table(self.alpha, self.beta)
        within = np.clip(scores, LOWEST_SCORE, -LOWEST_SCORE)
        return self.quantile(special.ndtr(within)) if table is None else self._scaled(table.at_scores(within))

    def _scaled(self, shares: FloatArray) -> FloatArray:
        shares *= self.high - self.low
        shares += self.low
        return shares

    def _unit(self, x: float) -> float:
        return min(max((x - self.low) / (self.high - self.low), 0.0), 1.0)

    def at_most(self, x: float) -> float:
        return float(special.betainc(self.alpha, self.beta, self._unit(x)))

    def above(self, x: float) -> float:
        return float(special.betaincc(self.alpha, self.beta, self._unit(x)))


@dataclass(frozen=True)
class Normal(Continuous):
    """Normal with mean `mean` and standard deviation `sd`."""

    mean: float
    sd: float
    low = -math.inf
    high = math.inf

    def quantile(self, u: FloatArray) -> FloatArray:
        return self.at_scores(special.ndtri(u))

    def at_scores(self, scores: FloatArray) -> FloatArray:
        """Give the values at normal scores, same shape."""
        return self.mean + self.sd * scores

    def at_most(self, x: float) -> float:
        return float(special.ndtr((x - self.mean) / self.sd))

    def above(self, x: float) -> float:
        return float(special.ndtr((self.mean - x) / self.sd))


@dataclass(frozen=True)
class TruncatedNormal(Continuous):
    """A normal parent (`parent_mean`, `parent_sd`) confined to [low, high]. Source: Johnson & Kotz 1, 13.10."""

    parent_mean: float
    parent_sd: float
    low: float
    high: float

    @property
    def _ends(self) -> tuple[float, float]:
        return (self.low - self.parent_mean) / self.parent_sd, (self.high - self.parent_mean) / self.parent_sd

    @property
    def mean(self) -> float:
        return self._scaled(truncated_mean(*self._ends))

    def _scaled(self, score: float) -> float:
        return min(max(self.parent_mean + self.parent_sd * score, self.low), self.high)

    def quantile(self, u: FloatArray) -> FloatArray:
        scores = truncated_quantile(*self._ends, u)
        return np.clip(self.parent_mean + self.parent_sd * scores, self.low, self.high)

    def at_most(self, x: float) -> float:
        if x < self.low:
            return 0.0
        return truncated_share(*self._ends, (x - self.parent_mean) / self.parent_sd)

    def above(self, x: float) -> float:
        low, high = self._ends
        return 0.0 if x >= self.high else truncated_share(-high, -low, (self.parent_mean - x) / self.parent_sd)


@dataclass(frozen=True)
class Lognormal(Continuous):
    """exp of a normal with mean `mu` and standard deviation `sigma`."""

    mu: float
    sigma: float
    low = 0.0
    high = math.inf

    @classmethod
    def from_moments(cls, mean: float, sd: float) -> "Lognormal":
        """Give the lognormal with the arithmetic mean `mean` and standard deviation `sd`."""
        variance = math.log1p((sd / mean) * (sd / mean))
        return cls(math.log(mean) - variance / 2, max(math.sqrt(variance), SMALLEST_SIGMA))

    @property
    def mean(self) -> float:
        return float(np.exp(self.mu + self.sigma * self.sigma / 2))

    def quantile(self, u: FloatArray) -> FloatArray:
        return self.at_scores(special.ndtri(u))

    def at_scores(self, scores: FloatArray) -> FloatArray:
        """Give the values at normal scores, same shape."""
        return np.exp(self.mu + self.sigma * scores)

    def at_most(self, x: float) -> float:
        return float(special.ndtr((math.log(x) - self.mu) / self.sigma)) if x > 0 else 0.0

    def above(self, x: float) -> float:
        return float(special.ndtr((self.mu - math.log(x)) / self.sigma)) if x > 0 else 1.0


@dataclass(frozen=True)
class Discrete:
    """Finitely many values, ascending, each with a positive probability."""

    values: tuple[float, ...]
    probabilities: tuple[float, ...]

    @classmethod
    def of(cls, values: list[float], probabilities: list[float]) -> "Discrete":
        """Give the law of `values` in any order; those without probability are left out."""
        kept = sorted((value, share) for value, share in zip(values, probabilities, strict=True) if share > 0)
        return cls(tuple(value for value, _ in kept), tuple(share for _, share in kept))

    @property
    def low(self) -> float:
        return self.values[0]

    @property
    def high(self) -> float:
        return self.values[-1]

    @property
    def mean(self) -> float:
        weighted = math.fsum(value * share for value, share in zip(self.values, self.probabilities, strict=True))
        return weighted / math.fsum(self.probabilities)

    def quantile(self, u: FloatArray) -> FloatArray:
        steps = np.cumsum(self.probabilities)[:-1] + PROBABILITY_ROUNDING
        return np.asarray(self.values)[np.searchsorted(steps, u, side="left")]

    def at_most(self, x: float) -> float:
        return math.fsum(share for value, share in zip(self.values, self.probabilities, strict=True) if value <= x)

    def above(self, x: float) -> float:
        return math.fsum(share for value, share in zip(self.values, self.probabilities, strict=True) if value > x)

    def mass(self, x: float) -> float:
        return self.probabilities[self.values.index(x)] if x in self.values else 0.0
