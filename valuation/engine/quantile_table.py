"""The beta quantile from a table: betaincinv costs a hundred times what a cubic does.

Over normal scores z the quantile B^-1(Phi(z)) is smooth, so a piecewise cubic through its exact values and slopes on
a uniform grid is enough. Each table is checked between its nodes against the exact inverse and refined until it is
right to 1e-7 of a standard deviation; a shape too steep for that gets no table and is inverted exactly.

Source: our own measurement, held by tests/valuation/engine.
"""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import special

type FloatArray = NDArray[np.float64]

REACH = 8.3
"""Scores beyond this do not occur: the smallest probability ever drawn is 2^-53, a score of -8.21."""
TOLERANCE = 1e-7
"""Of the standard deviation."""
COARSEST, FINEST = 16, 256
"""Cells per unit of score, at first and at most."""


@dataclass(frozen=True)
class QuantileTable:
    """Cubics on a uniform grid of scores: `coefficients` (4, cells), powers ascending, local variable in [0, 1)."""

    coefficients: FloatArray
    cells_per_unit: int

    def at_scores(self, scores: FloatArray) -> FloatArray:
        """Give the quantiles in [0, 1] at the normal scores, each within the reach of the table."""
        position = (scores + REACH) * self.cells_per_unit
        cell = position.astype(np.intp)
        position -= cell
        values: FloatArray = self.coefficients[3].take(cell)
        for lower in self.coefficients[2::-1]:
            values *= position
            values += lower.take(cell)
        return values


@lru_cache(maxsize=256)
def beta_table(alpha: float, beta: float) -> QuantileTable | None:
    """Give the table of the Beta(alpha, beta) quantile, or None where no table reaches the tolerance."""
    density = COARSEST
    while density <= FINEST:
        table = _hermite_table(alpha, beta, density)
        if _worst_error(table, alpha, beta) <= TOLERANCE * _deviation(alpha, beta):
            return table
        density *= 2
    return None


def _hermite_table(alpha: float, beta: float, density: int) -> QuantileTable:
    scores = np.arange(math.ceil(2 * REACH * density) + 1) / density - REACH
    values = _exact(alpha, beta, scores)
    slopes = _slopes(alpha, beta, scores, values) / density
    rise = np.diff(values)
    left, right = slopes[:-1], slopes[1:]
    return QuantileTable(np.stack([values[:-1], left, 3 * rise - 2 * left - right, left + right - 2 * rise]), density)


def _slopes(alpha: float, beta: float, scores: FloatArray, values: FloatArray) -> FloatArray:
    """Give dx/dz = phi(z) / f(x) with f the beta density, zero where the quantile has reached an end."""
    with np.errstate(all="ignore"):
        log_density = (
            special.xlogy(alpha - 1, values) + special.xlog1py(beta - 1, -values) - special.betaln(alpha, beta)
        )
        slopes = np.exp(-0.5 * scores**2 - 0.5 * math.log(2 * math.pi) - log_density)
    inside = (values > 0) & (values < 1) & np.isfinite(slopes)
    return np.where(inside, slopes, 0.0)


def _deviation(alpha: float, beta: float) -> float:
    size = alpha + beta
    return math.sqrt(alpha / size * (beta / size) / (size + 1))


def _exact(alpha: float, beta: float, scores: FloatArray) -> FloatArray:
    """Give B^-1(Phi(z)), from the upper tail for z > 0, where Phi(z) itself has lost its digits."""
    lower, upper = scores[scores <= 0], scores[scores > 0]
    rising = special.betaincinv(alpha, beta, special.ndtr(lower))
    return np.concatenate([rising, special.betainccinv(alpha, beta, special.ndtr(-upper))])


def _worst_error(table: QuantileTable, alpha: float, beta: float) -> float:
    cells = table.coefficients.shape[1]
    scores = (np.arange(cells) + 0.5) / table.cells_per_unit - REACH
    return float(np.max(np.abs(table.at_scores(scores) - _exact(alpha, beta, scores))))
