"""The level instalment as an exact ratio, and the rounding that makes it money."""

from fractions import Fraction
from math import prod
from random import Random

import pytest

from pledges.loan_schedule.principal import TIME_UNITS, level_instalment
from pledges.loan_schedule.rounding import instalment_fen, interest_fen, rounded
from pledges.loan_schedule.terms import Rounding, RoundingMode


@pytest.mark.parametrize("seed", range(20))
def test_the_instalment_solves_the_contracts_equation_exactly(seed: int) -> None:
    rng = Random(seed)
    times = [Fraction(rng.randint(0, 400), rng.choice([12, 360, 365, 365 * 366])) for _ in range(rng.randint(1, 30))]
    rate = Fraction(rng.randint(0, 10**8), 10**8)
    balance, accrued = rng.randint(0, 10**15), Fraction(rng.randint(0, 10**12), 36_000_000)
    factors = [prod(1 / (1 + rate * time) for time in times[: index + 1]) for index in range(len(times))]
    units = [int(time * TIME_UNITS) for time in times]
    assert Fraction(*level_instalment(balance, accrued, rate, units)) == (
        (balance + accrued * factors[0]) / sum(factors)
    )


def test_at_no_interest_the_instalment_is_the_equal_part() -> None:
    assert Fraction(*level_instalment(1000, Fraction(0), Fraction(0), [TIME_UNITS // 12] * 3)) == Fraction(1000, 3)


@pytest.mark.parametrize(
    ("mode", "results"),
    [
        ("half_up", [0, 0, 1, 1, 2, 3]),
        ("half_even", [0, 0, 0, 1, 2, 2]),
        ("up", [0, 1, 1, 1, 2, 3]),
        ("down", [0, 0, 0, 0, 1, 2]),
    ],
)
def test_rounding_of_quarters(mode: RoundingMode, results: list[int]) -> None:
    assert [rounded(quarters, 4, mode) for quarters in (0, 1, 2, 3, 6, 10)] == results


def test_half_even_at_a_half_looks_at_the_parity_above_and_below() -> None:
    assert [rounded(halves, 2, "half_even") for halves in (1, 3, 5, 7)] == [0, 2, 2, 4]


def test_interest_and_instalment_round_each_in_its_own_way() -> None:
    rounding = Rounding(interest="down", instalment="up", multiple_fen=100)
    assert interest_fen(Fraction(1999, 1000), rounding) == 1
    assert instalment_fen(10_001, 100, rounding) == 200
    assert instalment_fen(10_000, 100, rounding) == 100


def test_a_half_of_the_multiple_is_a_tie() -> None:
    assert instalment_fen(50, 1, Rounding(instalment="half_even", multiple_fen=100)) == 0
    assert instalment_fen(150, 1, Rounding(instalment="half_even", multiple_fen=100)) == 200
    assert instalment_fen(50, 1, Rounding(instalment="half_up", multiple_fen=100)) == 100
