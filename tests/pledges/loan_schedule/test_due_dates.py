"""When instalments fall due, when the money moves, and between which dates interest is counted."""

from datetime import date
from typing import Any

import pytest

from pledges.loan_schedule import build
from tests.pledges.loan_schedule.samples import BULLET, EQUAL, INTEREST_ONLY


def dates(document: dict[str, Any], key: str = "due") -> list[str]:
    return [row[key] for row in build(document)["rows"]]


def test_months_keep_the_day_of_the_first_due_date_cut_to_the_months_end() -> None:
    document = EQUAL | {"disbursements": [{"date": "2023-12-31", "amount": 1000}], "first_due": "2024-01-31"}
    assert dates(document) == ["2024-01-31", "2024-02-29", "2024-03-31", "2024-04-30", "2024-05-31", "2024-06-30"]


def test_a_first_due_date_cut_short_is_kept_thereafter() -> None:
    document = EQUAL | {"disbursements": [{"date": "2024-01-31", "amount": 1000}], "first_due": "2024-02-29"}
    assert dates(document)[1:3] == ["2024-03-29", "2024-04-29"]


@pytest.mark.parametrize(
    ("every", "second"),
    [
        ({"unit": "month", "count": 5}, "2024-07-05"),
        ({"unit": "month", "count": 12}, "2025-02-05"),
        ({"unit": "week", "count": 2}, "2024-02-19"),
        ({"unit": "day", "count": 366}, "2025-02-05"),
    ],
)
def test_steps_of_months_weeks_and_days(every: dict[str, Any], second: str) -> None:
    assert dates(EQUAL | {"every": every})[1] == second


def test_settlement_days_lie_strictly_between_start_and_maturity() -> None:
    document = INTEREST_ONLY | {
        "disbursements": [{"date": "2024-01-20", "amount": 1000}],
        "maturity": "2024-04-20",
        "settlement": {"every": "month", "day": 20},
    }
    assert dates(document) == ["2024-02-20", "2024-03-20", "2024-04-20"]
    assert dates(document | {"maturity": "2024-04-21"})[-2:] == ["2024-04-20", "2024-04-21"]


def test_quarters_settle_in_march_june_september_and_december() -> None:
    document = INTEREST_ONLY | {"disbursements": [{"date": "2023-11-05", "amount": 1000}], "rate": {"annual": "0.05"}}
    assert dates(document | {"maturity": "2024-12-20"}) == [
        "2023-12-20",
        "2024-03-20",
        "2024-06-20",
        "2024-09-20",
        "2024-12-20",
    ]


def test_settlement_is_monthly_on_the_twentieth_by_default() -> None:
    document = {key: INTEREST_ONLY[key] for key in INTEREST_ONLY if key != "settlement"}
    assert dates(document)[:2] == ["2024-01-20", "2024-02-20"]


def moved(maturity: str, **business_days: Any) -> dict[str, Any]:
    row = build(BULLET | {"maturity": maturity, "business_days": {"rule": "following"} | business_days})["rows"][-1]
    return {key: row[key] for key in ("to", "due", "days")}


def test_a_weekend_moves_the_money_and_not_the_interest() -> None:
    assert moved("2024-06-29") == {"to": "2024-06-29", "due": "2024-07-01", "days": 176}


def test_interest_may_run_to_the_day_the_money_moves() -> None:
    assert moved("2024-06-29", accrue_to="adjusted") == {"to": "2024-07-01", "due": "2024-07-01", "days": 178}


def test_a_make_up_day_is_a_working_day_and_a_holiday_never_is() -> None:
    assert moved("2024-06-29", workdays=["2024-06-29"])["due"] == "2024-06-29"
    assert moved("2024-06-29", workdays=["2024-06-29"], holidays=["2024-06-29"])["due"] == "2024-07-01"
    assert moved("2024-06-28", holidays=["2024-06-28", "2024-07-01"])["due"] == "2024-07-02"


def test_without_the_rule_holidays_move_nothing() -> None:
    assert moved("2024-06-29", rule="none", holidays=["2024-06-29"], accrue_to="adjusted")["due"] == "2024-06-29"


def test_two_dates_on_one_working_day_leave_a_period_of_no_days() -> None:
    daily = {"every": {"unit": "day", "count": 1}, "first_due": "2024-02-09", "instalments": 4}
    adjusted = {"business_days": {"rule": "following", "accrue_to": "adjusted"}}
    rows = build(EQUAL | daily | adjusted)["rows"]
    assert [(row["to"], row["days"]) for row in rows] == [
        ("2024-02-09", 35), ("2024-02-12", 3), ("2024-02-12", 0), ("2024-02-12", 0)
    ]  # fmt: skip
    assert [row["interest"] > 0 for row in rows] == [True, True, False, False]


def test_a_period_of_no_days_is_still_a_whole_month_by_the_period_basis() -> None:
    """A month-long closure: the second instalment's whole month is charged, though both fall on one working day."""
    closed = [date.fromordinal(date(2024, 2, 5).toordinal() + offset).isoformat() for offset in range(31)]
    business_days = {"rule": "following", "accrue_to": "adjusted", "holidays": closed}
    rows = build(EQUAL | {"business_days": business_days})["rows"]
    assert [row["to"] for row in rows[:2]] == ["2024-03-07", "2024-03-07"]
    assert rows[1]["days"] == 0
    assert rows[1]["interest"] == round(rows[0]["balance"] * 0.06 / 12)
