"""Days between two dates and parts of a year, by four conventions."""

from datetime import date
from fractions import Fraction

import pytest

from pledges.loan_schedule.day_count import days_between, year_fraction
from pledges.loan_schedule.terms import DayCount


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        (date(2024, 1, 31), date(2024, 2, 29), 29),
        (date(2024, 2, 29), date(2024, 3, 31), 32),
        (date(2024, 1, 30), date(2024, 1, 31), 0),
        (date(2024, 1, 29), date(2024, 1, 31), 2),
        (date(2024, 1, 31), date(2024, 3, 31), 60),
        (date(2023, 12, 31), date(2024, 1, 1), 1),
        (date(2024, 2, 28), date(2024, 3, 1), 3),
        (date(2023, 11, 15), date(2025, 2, 15), 450),
    ],
)
def test_bond_basis_counts_months_of_thirty_days(start: date, end: date, days: int) -> None:
    assert days_between("30/360", start, end) == days
    assert year_fraction("30/360", start, end) == Fraction(days, 360)


@pytest.mark.parametrize(
    ("convention", "years"),
    [
        ("act/360", Fraction(366, 360)),
        ("act/365", Fraction(366, 365)),
        ("act/act", Fraction(342, 366) + Fraction(24, 365)),
        ("30/360", Fraction(1)),
    ],
)
def test_a_year_from_25_january_2024(convention: DayCount, years: Fraction) -> None:
    assert year_fraction(convention, date(2024, 1, 25), date(2025, 1, 25)) == years


def test_whole_calendar_years_are_whole_by_act_act() -> None:
    assert year_fraction("act/act", date(2023, 1, 1), date(2028, 1, 1)) == 5


def test_century_years_are_common_unless_divisible_by_400() -> None:
    assert year_fraction("act/act", date(2100, 1, 1), date(2100, 1, 2)) == Fraction(1, 365)
    assert year_fraction("act/act", date(2000, 1, 1), date(2000, 1, 2)) == Fraction(1, 366)


@pytest.mark.parametrize("convention", ["act/360", "act/365", "act/act", "30/360"])
def test_no_time_is_no_year(convention: DayCount) -> None:
    assert year_fraction(convention, date(2024, 1, 31), date(2024, 1, 31)) == 0
