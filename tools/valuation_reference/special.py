"""Special functions in plain Python, to about 1e-13: normal, beta, gamma and Student-t, and their inverses.

Source: Abramowitz & Stegun (1964), 26.2.23, 6.5.29, 26.5.8, 26.7.1; Lentz (1976) for the continued fractions.
"""

import math
from collections.abc import Callable

ROOT_TWO = math.sqrt(2)
LOG_ROOT_TWO_PI = 0.5 * math.log(2 * math.pi)
TINY, EPSILON = 1e-300, 2.0**-53


def ndtr(x: float) -> float:
    """Give Phi(x)."""
    return 0.5 * math.erfc(-x / ROOT_TWO)


def log_ndtr(x: float) -> float:
    """Give log Phi(x), in the far left tail from the continued fraction of Mills' ratio."""
    if x >= 0:
        return math.log1p(-ndtr(-x))
    if x > -10:
        return math.log(ndtr(x))
    rest = -x
    for k in range(80, 0, -1):
        rest = -x + k / rest
    return -x * x / 2 - LOG_ROOT_TWO_PI - math.log(rest)


def ndtri(u: float) -> float:
    """Give z with Phi(z) = u: a rational start, then Newton's method on the logarithm."""
    return -_lower_score(math.log(1 - u)) if u > 0.5 else _lower_score(math.log(u))


def ndtri_exp(log_u: float) -> float:
    """Give z with Phi(z) = e^log_u, also where e^log_u is no double."""
    return _lower_score(log_u) if log_u < -math.log(2) else ndtri(math.exp(log_u))


def _lower_score(log_u: float) -> float:
    t = math.sqrt(-2 * log_u)
    z = (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))) - t
    for _ in range(5):
        level = log_ndtr(z)
        z -= (level - log_u) * math.exp(level + z * z / 2 + LOG_ROOT_TWO_PI)
    return z


def betainc(a: float, b: float, x: float) -> float:
    """Give I_x(a, b)."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - math.exp(_log_betainc(b, a, 1 - x))
    return math.exp(_log_betainc(a, b, x))


def betaincinv(a: float, b: float, u: float) -> float:
    """Give x with I_x(a, b) = u, found from the end on whose side of the mean it lies."""
    if betainc(a, b, a / (a + b)) < u:
        return 1 - _lower_beta(b, a, 1 - u)
    return _lower_beta(a, b, u)


def _lower_beta(a: float, b: float, u: float) -> float:
    log_beta, log_u, middle = _log_beta(a, b), math.log(u), math.log(a / (a + b))

    def miss(t: float) -> tuple[float, float]:
        level = _log_betainc(a, b, math.exp(t))
        return level - log_u, math.exp(a * t + (b - 1) * math.log1p(-math.exp(t)) - log_beta - level)

    start = (log_u + math.log(a) + log_beta) / a
    return math.exp(_root(miss, start - 50, middle, min(start, middle)))


def _log_beta(a: float, b: float) -> float:
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)


def _log_betainc(a: float, b: float, x: float) -> float:
    """Give log I_x(a, b) for x not far above the mean."""

    def term(m: int) -> float:
        k, odd = divmod(m, 2)
        if odd:
            return -(a + k) * (a + b + k) * x / ((a + 2 * k) * (a + 2 * k + 1))
        return k * (b - k) * x / ((a + 2 * k - 1) * (a + 2 * k))

    front = a * math.log(x) + b * math.log1p(-x) - _log_beta(a, b) - math.log(a)
    return front - math.log(_fraction(1.0, term, lambda m: 1.0))


def _fraction(first: float, above: Callable[[int], float], below: Callable[[int], float]) -> float:
    """Give first + above(1) / (below(1) + above(2) / (below(2) + ...))."""
    value = c = first or TINY
    d = 0.0
    for m in range(1, 10_000):
        d = 1 / ((below(m) + above(m) * d) or TINY)
        c = (below(m) + above(m) / c) or TINY
        value *= c * d
        if abs(c * d - 1) < EPSILON:
            break
    return value


def gammainc(a: float, x: float) -> tuple[float, float]:
    """Give P(a, x) and Q(a, x) = 1 - P(a, x), the smaller of them without cancellation."""
    if x <= 0:
        return 0.0, 1.0
    front = math.exp(a * math.log(x) - x - math.lgamma(a))
    if x < a + 1:
        term = total = 1 / a
        k = 0
        while term > total * EPSILON:
            k += 1
            term *= x / (a + k)
            total += term
        return front * total, 1 - front * total
    upper = front / _fraction(x + 1 - a, lambda m: m * (a - m), lambda m: x + 1 - a + 2 * m)
    return 1 - upper, upper


def gammaincinv(a: float, u: float) -> float:
    """Give x with P(a, x) = u."""
    lower = gammainc(a, a)[0] >= u

    def miss(t: float) -> tuple[float, float]:
        x = math.exp(t)
        p, q = gammainc(a, x)
        slope = math.exp(a * t - x - math.lgamma(a))
        if lower:
            return math.log(p or TINY) - math.log(u), slope / (p or TINY)
        return math.log(1 - u) - math.log(q or TINY), slope / (q or TINY)

    start = (math.log(u) + math.lgamma(a + 1)) / a if lower else math.log(a) + 0.1
    ends = (start - 1, math.log(a)) if lower else (math.log(a), math.log(a + 100 + 20 * math.sqrt(a)))
    return math.exp(_root(miss, *ends, min(max(start, ends[0]), ends[1])))


def stdtr(freedom: float, t: float) -> float:
    """Give the distribution function of Student's t."""
    tail = betainc(freedom / 2, 0.5, freedom / (freedom + t * t)) / 2
    return 1 - tail if t > 0 else tail


def _root(miss: Callable[[float], tuple[float, float]], low: float, high: float, start: float) -> float:
    """Give the zero of an increasing function, of which `miss` gives value and slope, between `low` and `high`."""
    t = start
    for _ in range(200):
        value, slope = miss(t)
        low, high = (t, high) if value < 0 else (low, t)
        step = value / slope if slope > 0 else math.inf
        following = t - step
        if not low <= following <= high:
            following = (low + high) / 2
        if abs(following - t) <= 2 * EPSILON * max(abs(t), 0.01):
            return following
        t = following
    return t
