"""Simulated figures with honest errors: every standard error comes from 16 independent randomisations.

A figure of all paths is computed once from them all and once from each randomisation; the spread of the sixteen says
how far the figure may be off. Ratios take the spread of their linearised residuals, so that a randomisation without
a single default does not break the loss given default.

Source: Owen, Monte Carlo theory, methods and examples, sections 17.3 (randomised quasi-Monte Carlo) and 2.7 (ratios).
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from valuation.engine.sampling import RANDOMISATIONS
from valuation.engine.summary import deviation, mean, quantile, tail_mean

type FloatArray = NDArray[np.float64]
type BoolArray = NDArray[np.bool_]
type Figure = Callable[[FloatArray], float]


@dataclass(frozen=True)
class Estimate:
    """A figure and its standard error, None where there is nothing to tell it from."""

    value: float | None
    standard_error: float | None

    def interval(self, confidence: float) -> tuple[float, float]:
        """Give the two-sided interval by Student's t, 15 degrees of freedom. Raises: ValueError without a figure."""
        if self.value is None or self.standard_error is None:
            raise ValueError("value: there is no figure to put an interval around")
        reach = float(special.stdtrit(RANDOMISATIONS - 1, (1 + confidence) / 2)) * self.standard_error
        return self.value - reach, self.value + reach

    def as_json(self) -> dict[str, float | None]:
        """Give {value, standard_error}."""
        return {"value": self.value, "standard_error": self.standard_error}


NO_ESTIMATE = Estimate(None, None)


def by_randomisation(samples: FloatArray) -> FloatArray:
    """Give `samples` (paths,) as (16, paths / 16), a row for each randomisation."""
    return samples.reshape(RANDOMISATIONS, -1)


def error_of(figures: list[float]) -> float:
    """Give the standard error of a figure that the randomisations tell independently."""
    return deviation(np.array(figures)) / math.sqrt(len(figures))


def mean_of(samples: FloatArray) -> Estimate:
    """Give the mean of `samples` (paths,)."""
    return Estimate(mean(samples), linear_error(samples))


def linear_error(influences: FloatArray) -> float:
    """Give the standard error of a figure from what each path adds to it, to first order: `influences` (paths,)."""
    return error_of([mean(row) for row in by_randomisation(influences)])


def share_of(hits: BoolArray) -> Estimate:
    """Give the share of paths on which something is so; `hits` (paths,)."""
    return mean_of(hits.astype(np.float64))


def ratio_of(numerator: FloatArray, denominator: FloatArray) -> Estimate:
    """Give the sum of `numerator` over that of `denominator`, (paths,) each; no estimate where the latter is 0."""
    below = float(np.sum(denominator)) / denominator.size
    if below == 0:
        return NO_ESTIMATE
    ratio = float(np.sum(numerator)) / numerator.size / below
    return Estimate(ratio, linear_error(numerator - ratio * denominator) / abs(below))


def mean_where(samples: FloatArray, mask: BoolArray) -> Estimate:
    """Give the mean of `samples` (paths,) over the paths of `mask` (paths,)."""
    return ratio_of(np.where(mask, samples, 0.0), mask.astype(np.float64))


def quantile_of(samples: FloatArray, percent: int) -> Estimate:
    """Give a quantile of `samples` (paths,)."""
    return _of_sorted(samples, lambda ascending: quantile(ascending, percent))


def tail_mean_of(samples: FloatArray, percent: int) -> Estimate:
    """Give the mean of the lowest `percent` of `samples` (paths,)."""
    return _of_sorted(samples, lambda ascending: tail_mean(ascending, percent))


def _of_sorted(samples: FloatArray, figure: Figure) -> Estimate:
    rows = np.sort(by_randomisation(samples), axis=1)
    return Estimate(figure(np.sort(samples)), error_of([figure(row) for row in rows]))


def quantile_where(samples: FloatArray, mask: BoolArray, percent: int) -> Estimate:
    """Give a quantile of `samples` (paths,) over the paths of `mask` (paths,).

    Without a path there is no estimate; without one in some randomisation there is no standard error.
    """
    if not mask.any():
        return NO_ESTIMATE
    value = quantile(np.sort(samples[mask]), percent)
    rows = list(zip(by_randomisation(samples), mask.reshape(RANDOMISATIONS, -1), strict=True))
    if not all(kept.any() for _, kept in rows):
        return Estimate(value, None)
    return Estimate(value, error_of([quantile(np.sort(row[kept]), percent) for row, kept in rows]))


def correlation(first: FloatArray, second: FloatArray) -> Estimate:
    """Give the linear correlation of two samples (paths,) each, no estimate where one does not vary."""
    if not _varies(first) or not _varies(second):
        return NO_ESTIMATE
    rows = list(zip(by_randomisation(first), by_randomisation(second), strict=True))
    if not all(_varies(one) and _varies(other) for one, other in rows):
        return Estimate(_correlation(first, second), None)
    return Estimate(_correlation(first, second), error_of([_correlation(one, other) for one, other in rows]))


def _varies(samples: FloatArray) -> bool:
    return bool(np.any(samples != samples[0]))


def _correlation(first: FloatArray, second: FloatArray) -> float:
    one, other = first - mean(first), second - mean(second)
    return float(np.sum(one * other) / math.sqrt(float(np.sum(one * one)) * float(np.sum(other * other))))
