"""What the value depends on: a tornado of one-at-a-time moves, and variance-based indices of all of them together."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from valuation.engine.document import Node, as_double, flag
from valuation.engine.model import Model
from valuation.engine.quantities import Draws
from valuation.engine.randomness import Randomness
from valuation.engine.sampling import SENSITIVITY_STREAM, RandomBits, ScrambledSobol, SimulationRequest, chunks

type FloatArray = NDArray[np.float64]

FEWEST_POINTS, MOST_POINTS = 16_384, 32_768
"""Base points of the variance-based indices: enough for two decimals, whatever the run's own number of paths."""
TIE_DIGITS = 12
"""Swings that agree to so many digits rank by name: their difference is rounding."""


@dataclass(frozen=True)
class SensitivityRequest:
    """Which analyses are wanted: the two probabilities of a tornado, and whether indices."""

    tornado: tuple[float, float] | None
    indices: bool


def read_sensitivity(node: Node) -> SensitivityRequest:
    """Read {tornado, sobol}."""
    members = node.members()
    request = SensitivityRequest(
        tornado=members.optional("tornado", _read_probabilities, None),
        indices=members.optional("sobol", flag, False),
    )
    members.close()
    return request


def _read_probabilities(node: Node) -> tuple[float, float] | None:
    entries = [as_double(value) for value in node.value] if isinstance(node.value, list) else []
    if len(entries) == 2 and 0 < entries[0] < entries[1] < 1:
        return entries[0], entries[1]
    node.fault("must be two probabilities [p, q] with 0 < p < q < 1")
    return None


def tornado(model: Model, randomness: Randomness, probabilities: tuple[float, float]) -> list[dict[str, Any]]:
    """Give a row per input: the value with that input at its two quantiles and everything else at its mean.

    The moves are the paths of one evaluation: two paths an input.
    """
    names = list(randomness.inputs)
    values = np.broadcast_to(model.value(_moves(randomness, probabilities)), (2 * len(names),))
    rows = []
    for name, (low, high) in zip(names, values.reshape(-1, 2).tolist(), strict=True):
        rows.append({"name": name, "low": low, "high": high, "swing": abs(high - low)})
    return sorted(rows, key=lambda row: (-_to_digits(row["swing"]), row["name"]))


def _moves(randomness: Randomness, probabilities: tuple[float, float]) -> Draws:
    paths = 2 * len(randomness.inputs)
    moved = {}
    for index, (name, law) in enumerate(randomness.inputs.items()):
        moved[name] = np.full(paths, law.mean)
        moved[name][2 * index : 2 * index + 2] = law.quantile(np.array(probabilities))
    return Draws(moved)


def _to_digits(swing: float) -> float:
    return float(f"{swing:.{TIE_DIGITS - 1}e}") if math.isfinite(swing) else swing


def indices(model: Model, randomness: Randomness, request: SimulationRequest) -> dict[str, dict[str, float]]:
    """Give first-order and total indices of the value for every source of randomness.

    A and B are independent sets of points, the two halves of the dimensions of one scrambled Sobol set; AB is A with
    the one source from B, BA the reverse. Variance and total index are Jansen's (1999), averaged over both swaps, the
    first-order index is the symmetric one of Saltelli's family; none needs the mean, so heavy tails cancel.
    Source: Saltelli et al. (2010), doi 10.1016/j.cpc.2009.09.018; Azzini, Mara & Rosati (2021), doi
    10.1016/j.envsoft.2021.105167, equations 8 and 9.
    """
    points = min(max(1 << (request.paths - 1).bit_length(), FEWEST_POINTS), MOST_POINTS)
    sampler = ScrambledSobol(RandomBits(request.seed, SENSITIVITY_STREAM), points, repetitions=1)
    width, names = randomness.dimensions, sorted(randomness.groups())
    sums = {name: np.zeros(4) for name in names}
    for uniforms in chunks(sampler, 2 * width):
        a, b = randomness.draws(uniforms[:width]), randomness.draws(uniforms[width:])
        at_a, at_b = _values(model, a, uniforms), _values(model, b, uniforms)
        for name in names:
            swapped = _values(model, a.with_source(name, b), uniforms), _values(model, b.with_source(name, a), uniforms)
            sums[name] += _moments(at_a, at_b, *swapped)
    return {name: _ratios(*sums[name].tolist()) for name in names}


def _values(model: Model, draws: Draws, uniforms: FloatArray) -> FloatArray:
    return np.broadcast_to(model.value(draws), uniforms.shape[1:])


def _moments(a: FloatArray, b: FloatArray, ab: FloatArray, ba: FloatArray) -> FloatArray:
    """Give the sums (4,) that the indices of one source are ratios of, and that of the squares of the values."""
    first = 2 * np.sum((ab - a) * (b - ba))
    total = np.sum(np.square(a - ab) + np.square(b - ba))
    variance = np.sum(np.square(a - b) + np.square(ab - ba))
    return np.array([first, total, variance, np.sum(a * a + b * b)])


def _ratios(first: float, total: float, variance: float, squares: float) -> dict[str, float]:
    """Give the two indices; zeros where all variation is rounding."""
    if variance <= (4 * np.finfo(np.float64).eps) ** 2 * squares:
        return {"first": 0.0, "total": 0.0}
    return {"first": first / variance, "total": total / variance}
