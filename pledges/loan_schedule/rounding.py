"""Bringing an exact, non-negative ratio to an integer: the only place where a fraction of a fen disappears."""

from fractions import Fraction

from pledges.loan_schedule.terms import Rounding, RoundingMode


def rounded(numerator: int, denominator: int, mode: RoundingMode) -> int:
    """Round numerator/denominator (both >= 0, denominator > 0) to an integer.

    "up" is away from zero, "down" towards it, "half_up" and "half_even" differ only at exactly a half. The ratio need
    not be in lowest terms.

    >>> [rounded(5, 2, mode) for mode in ("half_up", "half_even", "up", "down")]
    [3, 2, 3, 2]
    """
    whole, rest = divmod(numerator, denominator)
    if mode == "down" or rest == 0:
        return whole
    if mode == "up" or 2 * rest > denominator:
        return whole + 1
    tie = 2 * rest == denominator
    return whole + (tie and (mode == "half_up" or whole % 2 == 1))


def interest_fen(exact: Fraction, rounding: Rounding) -> int:
    """Round an exact amount of interest to fen as the loan agrees."""
    return rounded(exact.numerator, exact.denominator, rounding.interest)


def instalment_fen(numerator: int, denominator: int, rounding: Rounding) -> int:
    """Round an exact instalment, numerator/denominator fen, to the agreed multiple of fen."""
    multiple = rounding.multiple_fen
    return rounded(numerator, denominator * multiple, rounding.instalment) * multiple
