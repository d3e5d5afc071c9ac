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
from valuation.engine.sampling import CHUNK, SENSITIVITY_STREAM, RandomBits, ScrambledSobol, SimulationRequest, chunks
from valuation.engine.summary import mean

type FloatArray = NDArray[np.float64]

FEWEST_POINTS, MOST_POINTS = 16_384, 65_536
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

    Two independent sets of points A and B, and for every source the set A with that source's dimensions from B:
    first-order by Saltelli et al. (2010), doi 10.1016/j.cpc.2009.09.018, table 2 (b), total by Jansen (1999), table 2
    (f). A and B are the two halves of the dimensions of one scrambled Sobol set.
    """
    names = sorted(randomness.groups())
    points = min(max(1 << (request.paths - 1).bit_length(), FEWEST_POINTS), MOST_POINTS)
    sampler = ScrambledSobol(RandomBits(request.seed, SENSITIVITY_STREAM), points, repetitions=1)
    base, other, mixed = _evaluated(model, randomness, sampler, names, points)
    centre = mean(np.stack([base, other]))
    base, other = base - centre, other - centre
    variance = mean(np.stack([base * base, other * other]))
    if variance <= (np.finfo(np.float64).eps * abs(centre)) ** 2:
        return {name: {"first": 0.0, "total": 0.0} for name in names}
    result = {}
    for name in names:
        moved = mixed[name] - centre
        first, total = mean(other * (moved - base)) / variance, mean((base - moved) ** 2) / (2 * variance)
        result[name] = {"first": first, "total": total}
    return result


def _evaluated(
    model: Model, randomness: Randomness, sampler: ScrambledSobol, names: list[str], points: int
) -> tuple[FloatArray, FloatArray, dict[str, FloatArray]]:
    """Give the values (points,) at A, at B, and per source at A with the source from B."""
    width = randomness.dimensions
    base, other = np.empty(points), np.empty(points)
    mixed = {name: np.empty(points) for name in names}
    for index, uniforms in enumerate(chunks(sampler, 2 * width)):
        here = slice(index * CHUNK, (index + 1) * CHUNK)
        first, second = randomness.draws(uniforms[:width]), randomness.draws(uniforms[width:])
        base[here], other[here] = model.value(first), model.value(second)
        for name in names:
            mixed[name][here] = model.value(first.with_source(name, second))
    return base, other, mixed
