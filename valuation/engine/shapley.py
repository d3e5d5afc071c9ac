"""Shapley effects: the share of the value's variance that each group of drivers answers for, also when they depend.

Variance-based indices want independent inputs. Under dependence a driver's own share and what it borrows from others
cannot be told apart by them; the Shapley effect divides every joint contribution fairly, is never negative, and the
effects of all groups sum to one.

Source: Song, Nelson & Staum (2016), Shapley effects for global sensitivity analysis, doi 10.1137/15M1048070; Owen
(2014), doi 10.1137/130936233. All subsets of at most eight groups are gone through, so nothing is left to chance but
the conditional variances.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

from valuation.engine.dependence import triangular_factor
from valuation.engine.randomness import Randomness
from valuation.engine.run import read_run
from valuation.engine.sampling import RandomBits, to_uniform

type FloatArray = NDArray[np.float64]
type Model = Callable[[FloatArray], FloatArray]
"""From latent standard normals (dimensions, paths) to values (paths,)."""

MOST_GROUPS = 8
SHAPLEY_STREAM = 2
BATCHES = 16


@dataclass(frozen=True)
class Effects:
    """The effect of each group, in order, with its standard error; the variance that they divide."""

    effects: tuple[float, ...]
    standard_errors: tuple[float, ...]
    variance: float


def shapley_effects(
    model: Model, correlation: FloatArray, groups: Sequence[Sequence[int]], *, pairs: int = 16_384, seed: int = 0
) -> Effects:
    """Return the Shapley effects of groups of the model's latent normals, correlated by `correlation` (d, d).

    `groups` divide the dimensions 0..d-1 among them. The cost of a subset is E[Var(Y | the others)], estimated by
    `pairs` pairs of paths (a multiple of 16) that share the others and draw the subset twice; the full set's is the
    variance, so the effects sum to 1 but for rounding. Standard errors come from 16 independent batches.
    Raises: ValueError for more than eight groups, groups that do not divide the dimensions, or a constant model.

    Source: Song, Nelson & Staum (2016), theorem 2, with two inner draws.

    >>> found = shapley_effects(lambda z: z[0] + 2 * z[1], np.eye(2), [[0], [1]], pairs=4096)
    >>> [round(effect, 1) for effect in found.effects]
    [0.2, 0.8]
    """
    _check(correlation, groups, pairs)
    costs = _costs(model, correlation, groups, pairs, seed)
    everything = frozenset(range(len(groups)))
    if not np.mean(costs[everything]) > 0:
        raise ValueError("model: its value does not vary, so there is nothing to divide")
    variance = float(np.mean(costs[everything]))
    effects = np.array(_divided({subset: float(np.mean(cost)) for subset, cost in costs.items()})) / variance
    batches = np.array([_divided({subset: cost[batch] for subset, cost in costs.items()}) for batch in range(BATCHES)])
    apart = batches - effects * np.sum(batches, axis=1, keepdims=True)
    errors = np.std(apart, axis=0, ddof=1) / math.sqrt(BATCHES) / variance
    return Effects(tuple(effects.tolist()), tuple(errors.tolist()), variance)


def _check(correlation: FloatArray, groups: Sequence[Sequence[int]], pairs: int) -> None:
    if not 1 <= len(groups) <= MOST_GROUPS:
        raise ValueError(f"groups: from 1 to {MOST_GROUPS}; put drivers that belong together into one")
    if sorted(place for group in groups for place in group) != list(range(len(correlation))):
        raise ValueError("groups: must divide the dimensions among them, each in exactly one")
    if pairs < BATCHES * 2 or pairs % BATCHES:
        raise ValueError(f"pairs: must be a multiple of {BATCHES}, at least {2 * BATCHES}")


def _divided(costs: Mapping[frozenset[int], float]) -> list[float]:
    """Give each player's share of the whole cost: the mean, over all orders, of what his coming adds."""
    players = max(costs, key=len)
    shares = []
    for player in sorted(players):
        share, others = 0.0, players - {player}
        for size in range(len(players)):
            weight = 1 / (len(players) * math.comb(len(players) - 1, size))
            for subset in map(frozenset, combinations(sorted(others), size)):
                share += weight * (costs[subset | {player}] - costs[subset])
        shares.append(share)
    return shares


def _costs(
    model: Model, correlation: FloatArray, groups: Sequence[Sequence[int]], pairs: int, seed: int
) -> dict[frozenset[int], FloatArray]:
    """Give E[Var(Y | the others)] of every subset of groups, one per batch (16,)."""
    width, bits = len(correlation), RandomBits(seed, SHAPLEY_STREAM)
    normals = np.stack([special.ndtri(to_uniform(bits.words(0, place, pairs))) for place in range(2 * width)])
    costs = {frozenset[int](): np.zeros(BATCHES)}
    for size in range(1, len(groups) + 1):
        for subset in map(frozenset, combinations(range(len(groups)), size)):
            inside = sorted(place for group in subset for place in groups[group])
            one, other = _twins(correlation, inside, normals[:width], normals[width:])
            halves = np.square(model(one) - model(other)) / 2
            costs[subset] = np.mean(halves.reshape(BATCHES, -1), axis=1)
    return costs


def _twins(
    correlation: FloatArray, inside: list[int], first: FloatArray, second: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Give two sets of latents (d, paths) that agree outside `inside` and are independent in it, given the rest."""
    outside = [place for place in range(len(correlation)) if place not in inside]
    order = outside + inside
    factor = triangular_factor(correlation[np.ix_(order, order)])
    kept = len(outside)
    twins = []
    for drawn in (first, second):
        independent = np.concatenate([first[outside], drawn[inside]]) if kept else drawn[inside]
        latents = np.empty_like(first)
        latents[order] = _times(factor, independent)
        twins.append(latents)
    return twins[0], twins[1]


def _times(factor: FloatArray, independent: FloatArray) -> FloatArray:
    """Give the product, written out so that its order of additions never depends on the machine."""
    latents = np.zeros_like(independent)
    for row, column in zip(*np.nonzero(factor), strict=True):
        latents[row] += factor[row, column] * independent[column]
    return latents


def effects_of_document(
    document: dict[str, Any], groups: Mapping[str, Sequence[str]] | None = None, *, pairs: int = 4096, seed: int = 0
) -> dict[str, dict[str, float]]:
    """Return the Shapley effects of a document's drivers: by group a dict with `effect` and `standard_error`.

    `groups` names the sources of randomness of each group (pointers; `...#path`, `...#event`); None: every source is a
    group. Raises: BadDocument; ValueError for a Student-t copula, whose chi-square belongs to no group, or groups that
    do not divide the sources.
    """
    run = read_run(document)
    copula = run.randomness.copula
    if copula is not None and copula.degrees_of_freedom is not None:
        raise ValueError("correlation: Shapley effects are told under a gaussian copula only")
    sources = run.randomness.groups()
    named = groups or {name: [name] for name in sources}
    if sorted(name for names in named.values() for name in names) != sorted(sources):
        raise ValueError(f"groups: must divide these sources among them: {', '.join(sorted(sources))}")
    places = [[place for name in names for place in _places(sources[name])] for names in named.values()]
    independent = Randomness(run.randomness.inputs, run.randomness.events, run.randomness.growth_steps)

    def model(latents: FloatArray) -> FloatArray:
        with np.errstate(all="ignore"):
            values = run.model.value(independent.draws(_uniforms(latents)))
        return np.broadcast_to(values, latents.shape[1:])

    found = shapley_effects(model, _correlation(run.randomness), places, pairs=pairs, seed=seed)
    rows = zip(named, found.effects, found.standard_errors, strict=True)
    return {name: {"effect": effect, "standard_error": error} for name, effect, error in rows}


def _places(dimensions: slice) -> range:
    return range(dimensions.start, dimensions.stop)


def _uniforms(latents: FloatArray) -> FloatArray:
    return np.clip(special.ndtr(latents), 2.0**-53, 1 - 2.0**-53)


def _correlation(randomness: Randomness) -> FloatArray:
    """Give the correlations (d, d) of the latents of all dimensions, those of the copula among them."""
    matrix = np.eye(randomness.dimensions)
    if randomness.copula is not None:
        groups = randomness.groups()
        named = [groups[name].start for name in randomness.copula.names]
        factor = randomness.copula.factor
        matrix[np.ix_(named, named)] = np.sum(factor[:, None, :] * factor[None, :, :], axis=-1)
    return matrix
