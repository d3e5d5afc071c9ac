"""The distributions of the contract, section 1.1: mean, greatest value, and inverse distribution function."""

import math
from collections.abc import Callable
from typing import Any, NamedTuple

from .special import betaincinv, log_ndtr, ndtr, ndtri, ndtri_exp

STEP_ROUNDING = 1e-12
"""A probability that misses a step of a discrete law by less than this has reached it."""
GAUSS = (
    (0.0, 128 / 225),
    (math.sqrt(5 - 2 * math.sqrt(10 / 7)) / 3, (322 + 13 * math.sqrt(70)) / 900),
    (-math.sqrt(5 - 2 * math.sqrt(10 / 7)) / 3, (322 + 13 * math.sqrt(70)) / 900),
    (math.sqrt(5 + 2 * math.sqrt(10 / 7)) / 3, (322 - 13 * math.sqrt(70)) / 900),
    (-math.sqrt(5 + 2 * math.sqrt(10 / 7)) / 3, (322 - 13 * math.sqrt(70)) / 900),
)
"""Nodes and weights of the five-point rule of Gauss on [-1, 1]."""
PANELS = 240


class Law(NamedTuple):
    """A law of one number."""

    mean: float
    greatest: float
    quantile: Callable[[float], float]


def law(given: dict[str, Any]) -> Law:
    """Read a distribution that is known to be good."""
    return LAWS[given["distribution"]](given)


def _uniform(given: dict[str, Any]) -> Law:
    low, high = given["low"], given["high"]
    return Law((low + high) / 2, high, lambda u: low + (high - low) * u)


def _triangular(given: dict[str, Any]) -> Law:
    low, mode, high = given["low"], given["mode"], given["high"]

    def quantile(u: float) -> float:
        if u < (mode - low) / (high - low):
            return low + math.sqrt(u * (high - low) * (mode - low))
        return high - math.sqrt((1 - u) * (high - low) * (high - mode))

    return Law((low + mode + high) / 3, high, quantile)


def _scaled_beta(alpha: float, beta: float, low: float, high: float) -> Law:
    mean = low + (high - low) * alpha / (alpha + beta)
    return Law(mean, high, lambda u: low + (high - low) * betaincinv(alpha, beta, u))


def _pert(given: dict[str, Any]) -> Law:
    low, mode, high, weight = given["low"], given["mode"], given["high"], given.get("lambda", 4)
    left, right = weight * (mode - low) / (high - low), weight * (high - mode) / (high - low)
    return _scaled_beta(1 + left, 1 + right, low, high)


def _beta(given: dict[str, Any]) -> Law:
    return _scaled_beta(given["alpha"], given["beta"], given.get("low", 0), given.get("high", 1))


def _normal(given: dict[str, Any]) -> Law:
    mean, sd = given["mean"], given["sd"]
    return Law(mean, math.inf, lambda u: mean + sd * ndtri(u))


def _lognormal(given: dict[str, Any]) -> Law:
    if "mean" in given:
        variance = math.log1p((given["sd"] / given["mean"]) ** 2)
        mu, sigma = math.log(given["mean"]) - variance / 2, math.sqrt(variance)
    else:
        mu, sigma = given["mu"], given["sigma"]
    return Law(math.exp(mu + sigma * sigma / 2), math.inf, lambda u: math.exp(mu + sigma * ndtri(u)))


def _truncated_normal(given: dict[str, Any]) -> Law:
    mean, sd, low, high = given["mean"], given["sd"], given["low"], given["high"]
    a, b = (low - mean) / sd, (high - mean) / sd

    def held(score: float) -> float:
        return min(max(mean + sd * score, low), high)

    return Law(held(truncated_mean(a, b)), high, lambda u: held(truncated_score(a, b, u)))


def truncated_mean(a: float, b: float) -> float:
    """Give E[Z | a <= Z <= b] for a standard normal Z, by quadrature of the density about its peak."""
    peak = min(max(0.0, a), b)
    reach = math.sqrt(peak * peak + 90)
    left, right = max(a, -reach), min(b, reach)
    half = (right - left) / PANELS / 2
    mass = moment = 0.0
    for panel in range(PANELS):
        middle = left - peak + (2 * panel + 1) * half
        for node, weight in GAUSS:
            offset = middle + half * node
            density = weight * math.exp(-offset * (peak + offset / 2))
            mass, moment = mass + density, moment + density * offset
    return peak + moment / mass


def truncated_score(a: float, b: float, u: float) -> float:
    """Give z with P(Z <= z | a <= Z <= b) = u."""
    if a + b > 0:
        return -truncated_score(-b, -a, 1 - u)
    if a > -30:
        return ndtri(ndtr(a) + u * (ndtr(b) - ndtr(a)))
    below = math.exp(log_ndtr(a) - log_ndtr(b))
    return ndtri_exp(log_ndtr(b) + math.log(below + u * (1 - below)))


def _discrete(given: dict[str, Any]) -> Law:
    pairs = sorted((v, p) for v, p in zip(given["values"], given["probabilities"], strict=True) if p > 0)

    def quantile(u: float) -> float:
        reached = 0.0
        for value, probability in pairs[:-1]:
            reached += probability
            if u <= reached + STEP_ROUNDING:
                return value
        return pairs[-1][0]

    mean = math.fsum(v * p for v, p in pairs) / math.fsum(p for _, p in pairs)
    return Law(mean, pairs[-1][0], quantile)


LAWS: dict[str, Callable[[dict[str, Any]], Law]] = {
    "uniform": _uniform,
    "triangular": _triangular,
    "pert": _pert,
    "normal": _normal,
    "truncated_normal": _truncated_normal,
    "lognormal": _lognormal,
    "beta": _beta,
    "discrete": _discrete,
}
