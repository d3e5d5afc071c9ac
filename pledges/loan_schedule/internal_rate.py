"""The annual rate at which dated cash flows are worth nothing together.

The search runs over u = ln(1+r), in which a flow after t years is worth CF exp(-u t). Values are carried to the first
flow while u is positive and to the last while it is negative, so that no exponent is ever positive and nothing
overflows; written with expm1, the sum is exact at u = 0 and loses nothing near it.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from math import exp, expm1, fsum, log

LOWEST, HIGHEST = -0.9, 100.0
MOST_STEPS = 200

type Flows = Sequence[tuple[float, int]]


def xirr(flows: Iterable[tuple[date, int]]) -> float | None:
    """Give r in [-0.9, 100] with sum of CF/(1+r)^(days from the first flow/365) = 0, None if the ends have one sign.

    `flows` are (day, fen), in any order. Source: the XIRR convention of spreadsheets (actual days over 365); search by
    Newton's method kept inside a bisected bracket, Press et al., Numerical Recipes, 3rd ed., section 9.4.

    >>> round(xirr([(date(2023, 1, 1), -100), (date(2024, 1, 1), 110)]), 12)
    0.1
    """
    netted = Counter[date]()
    for day, amount_fen in flows:
        netted[day] += amount_fen
    dated = sorted((day, amount_fen) for day, amount_fen in netted.items() if amount_fen)
    timed = [((day - dated[0][0]).days / 365, amount_fen) for day, amount_fen in dated]
    return _root(timed, log(1 + LOWEST), log(1 + HIGHEST))


def _root(flows: Flows, low: float, high: float) -> float | None:
    at_low, at_high = _worth(flows, low)[0], _worth(flows, high)[0]
    if at_low == 0 or at_high == 0:
        return LOWEST if at_low == 0 else HIGHEST
    if (at_low > 0) == (at_high > 0):
        return None
    guess = 0.0
    for _ in range(MOST_STEPS):
        worth, slope = _worth(flows, guess)
        if worth == 0:
            break
        low, high = (guess, high) if (worth > 0) == (at_low > 0) else (low, guess)
        newton = guess - worth / slope if slope else low
        nearer = newton if low < newton < high else (low + high) / 2
        if nearer in (guess, low, high) or abs(nearer - guess) <= 1e-16 * abs(nearer):
            break
        guess = nearer
    return expm1(guess)


def _worth(flows: Flows, u: float) -> tuple[float, float]:
    """Give the flows' joint worth at the reference date, in fen, and its derivative by u."""
    reference = flows[0][0] if u >= 0 else flows[-1][0]
    total = sum(amount for _, amount in flows)
    ages = [(time - reference, amount) for time, amount in flows]
    worth = fsum([total, *(amount * expm1(-u * age) for age, amount in ages)])
    return worth, -fsum(age * amount * exp(-u * age) for age, amount in ages)
