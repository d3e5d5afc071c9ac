"""Real options that a plain formula or a plain tree can judge: contract section 4, without least squares."""

import math
from typing import Any

from .income import Worth
from .path import Path, below
from .special import ndtr


class NotJudged(ValueError):
    """The document asks for something that this reference does not recompute."""


def option_worth(option: dict[str, Any], at: str, path: Path) -> Worth:
    """Give what an option is worth. Raises: NotJudged for least-squares Monte Carlo."""
    judges = {"black_scholes": _black_scholes, "binomial": _binomial, "margrabe": _margrabe}
    if option["model"] not in judges:
        raise NotJudged(f"the scalar reference does not value options by {option['model']}")
    value, intrinsic, further = judges[option["model"]](option, at, path)
    block = {"value": value, "intrinsic": intrinsic, "time_premium": value - intrinsic}
    return {"value": value, "option": block | further}


def _exchange(received: float, given: float, deviation: float, sign: float) -> float:
    """Give the value of max(sign (X - Y), 0) for lognormal X and Y."""
    if deviation <= 0:
        return max(sign * (received - given), 0.0)
    distance = math.log(received / given) / deviation
    upper, lower = sign * (distance + deviation / 2), sign * (distance - deviation / 2)
    return sign * (received * ndtr(upper) - given * ndtr(lower))


def _black_scholes(option: dict[str, Any], at: str, path: Path) -> tuple[float, float, dict[str, float]]:
    sign = 1.0 if option["type"] == "call" else -1.0
    names = ("underlying", "strike", "expiry", "risk_free", "yield", "volatility")
    s, k, t, r, q, sigma = (path.member(option, at, name) for name in names)
    received, given = s * math.exp(-q * t), k * math.exp(-r * t)
    path.moved += received + given
    return _exchange(received, given, sigma * math.sqrt(t), sign), max(sign * (s - k), 0.0), {}


def _margrabe(option: dict[str, Any], at: str, path: Path) -> tuple[float, float, dict[str, float]]:
    other, there, t = option["second"], below(at, "second"), path.member(option, at, "expiry")
    names = ("underlying", "yield", "volatility")
    s1, q1, v1 = (path.member(option, at, name) for name in names)
    s2, q2, v2 = (path.member(other, there, name) for name in names)
    variance = v1 * v1 + v2 * v2 - 2 * path.member(option, at, "correlation") * v1 * v2
    received, given = s1 * math.exp(-q1 * t), s2 * math.exp(-q2 * t)
    path.moved += received + given
    return _exchange(received, given, math.sqrt(max(variance, 0.0) * t), 1.0), max(s1 - s2, 0.0), {}


def _binomial(option: dict[str, Any], at: str, path: Path) -> tuple[float, float, dict[str, float]]:
    sign, n = 1.0 if option["type"] == "call" else -1.0, int(option.get("steps", 1000))
    s, k = option["underlying"], option["strike"]
    exercise = option.get("exercise", "american")
    now, every = exercise == "american", 0 if exercise == "european" else 1
    if not isinstance(exercise, str):
        every = n // int(exercise)
    path.moved += s + k
    values = [_tree(option, sign, n, spacing, now) for spacing in (every, 0)]
    return values[0], max(sign * (s - k), 0.0), {"european": values[1]}


def _tree(option: dict[str, Any], sign: float, n: int, every: int, now: bool) -> float:
    """Roll the tree back, exercising at every `every`-th step (0: at expiry only)."""
    s, k, r, year = option["underlying"], option["strike"], option["risk_free"], option["expiry"] / n
    up = math.exp(option["volatility"] * math.sqrt(year))
    p = (math.exp((r - option.get("yield", 0)) * year) - 1 / up) / (up - 1 / up)
    discount = math.exp(-r * year)
    values = [max(sign * (s * up ** (2 * j - n) - k), 0.0) for j in range(n + 1)]
    for step in range(n - 1, -1, -1):
        values = [discount * (p * values[j + 1] + (1 - p) * values[j]) for j in range(step + 1)]
        if every and step % every == 0 and (step > 0 or now):
            values = [max(v, sign * (s * up ** (2 * j - step) - k)) for j, v in enumerate(values)]
    return values[0]
