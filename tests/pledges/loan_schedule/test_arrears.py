"""What is overdue, what that costs, how payments are used, and the class the delay still allows."""

from fractions import Fraction
from typing import Any

import pytest

from pledges.loan_schedule import build
from pledges.loan_schedule.arrears import class_floor
from tests.pledges.loan_schedule.samples import BULLET

LOAN = BULLET | {
    "disbursements": [{"date": "2023-01-05", "amount": 1_000_000}],
    "maturity": "2024-01-05",
    "rate": {"annual": "0.036"},
    "day_count": "act/360",
}
INTEREST = 36_500
"""365 days of 0.036/360 a day on 1000000 fen; the penalty is half as much again: 150 fen a day."""


def arrears(as_of: str, *payments: tuple[str, int], **changes: Any) -> dict[str, Any]:
    paid = [{"date": day, "amount": amount} for day, amount in payments]
    return build(LOAN | {"as_of": as_of, "payments": paid} | changes)["arrears"]


def of(state: dict[str, Any], *keys: str) -> list[Any]:
    return [state[key] for key in keys]


def test_nobody_asked() -> None:
    assert build(LOAN)["arrears"] is None


def test_on_the_due_date_nothing_is_overdue_yet() -> None:
    state = arrears("2024-01-05")
    assert of(state, "overdue_principal", "overdue_interest", "penalty_accrued", "total_due") == [0, 0, 0, 0]
    assert of(state, "outstanding_principal", "days_past_due", "class_floor") == [1_000_000, 0, "normal"]


def test_penalty_runs_from_the_due_date() -> None:
    state = arrears("2024-01-06")
    assert of(state, "overdue_principal", "overdue_interest") == [1_000_000, INTEREST]
    assert of(state, "penalty_accrued", "compound_accrued") == [150, 5]
    assert of(state, "days_past_due", "class_floor") == [1, "special_mention"]
    assert state["total_due"] == 1_000_000 + INTEREST + 155


def test_what_moves_to_a_working_day_is_due_and_late_from_there() -> None:
    moved = {"maturity": "2024-01-06", "business_days": {"rule": "following"}}
    assert of(arrears("2024-01-08", **moved), "penalty_accrued", "days_past_due") == [0, 0]
    assert of(arrears("2024-01-09", **moved), "penalty_accrued", "days_past_due") == [150, 1]


def test_penalty_and_compound_bear_nothing_themselves() -> None:
    one, ten = arrears("2024-01-15"), arrears("2024-04-14")
    assert (one["penalty_accrued"], ten["penalty_accrued"]) == (1_500, 15_000)
    assert ten["compound_accrued"] == round(Fraction(INTEREST * 54 * 100, 360_000))


def test_without_compound_unpaid_interest_bears_nothing() -> None:
    state = arrears("2024-04-14", penalty={"compound": False})
    assert of(state, "penalty_accrued", "compound_accrued", "compound_due") == [15_000, 0, 0]


def test_the_multiple_is_the_contracts() -> None:
    assert arrears("2024-01-15", penalty={"multiple": "1.3"})["penalty_accrued"] == 1_300


@pytest.mark.parametrize(("day_count", "days"), [("30/360", 91), ("act/360", 91)])
def test_bond_basis_counts_actual_days_here(day_count: str, days: int) -> None:
    state = arrears("2024-04-05", day_count=day_count)
    assert state["penalty_accrued"] == 150 * days


def test_act_act_takes_the_days_of_each_year() -> None:
    state = arrears("2025-01-05", day_count="act/act", maturity="2023-12-31")
    share = Fraction(1, 365) + 1 + Fraction(4, 365)
    assert state["penalty_accrued"] == round(1_000_000 * Fraction("0.054") * share)


def test_the_rate_of_each_day_counts_even_after_the_table() -> None:
    rate = {"lpr": "1Y", "bp": 0, "reset": "publication"}
    lpr = [{"date": "2023-01-01", "1Y": "0.036"}, {"date": "2024-01-15", "1Y": "0.018"}]
    state = arrears("2024-01-25", rate=rate, lpr=lpr)
    assert state["penalty_accrued"] == 10 * 150 + 10 * 75


# --- payments ---------------------------------------------------------------------------------------------------------


def test_money_in_advance_waits_and_is_used_on_the_due_date() -> None:
    assert arrears("2024-01-04", ("2023-06-01", 5))["unapplied"] == 5
    state = arrears("2024-01-05", ("2023-06-01", 1_100_000))
    assert state["paid"] == {"compound": 0, "penalty": 0, "interest": INTEREST, "principal": 1_000_000}
    assert of(state, "unapplied", "outstanding_principal") == [63_500, 0]


def test_money_that_comes_on_the_due_date_is_in_time() -> None:
    state = arrears("2024-03-01", ("2024-01-05", 1_000_000 + INTEREST))
    assert of(state, "total_due", "days_past_due", "unapplied") == [0, 0, 0]


def test_the_default_order_is_compound_penalty_interest_principal() -> None:
    """On 15 January 1500 of penalty and 55 of compound interest are open."""
    state = arrears("2024-01-15", ("2024-01-15", 1_555 + INTEREST + 400))
    assert state["paid"] == {"compound": 55, "penalty": 1_500, "interest": INTEREST, "principal": 400}
    assert of(state, "overdue_principal", "overdue_interest", "penalty_due") == [999_600, 0, 0]


def test_principal_first_stops_the_penalty() -> None:
    order = ["principal", "interest", "penalty", "compound"]
    state = arrears("2024-01-25", ("2024-01-15", 1_000_000), penalty={"order": order})
    assert of(state, "overdue_principal", "penalty_accrued", "penalty_due") == [0, 1_500, 1_500]
    assert state["compound_accrued"] == round(Fraction(INTEREST * 54 * 20, 360_000))
    assert of(state, "days_past_due", "class_floor") == [20, "special_mention"]


def test_penalty_is_paid_as_it_stands_rounded_on_the_day() -> None:
    """55 fen of compound interest are asked after ten days (54.75 exactly), 54.75 more ten days later make 110."""
    state = arrears(
        "2024-01-25", ("2024-01-15", 55), penalty={"order": ["compound", "penalty", "interest", "principal"]}
    )
    assert of(state, "compound_accrued", "compound_due") == [110, 55]


def test_penalty_alone_unpaid_is_no_delay() -> None:
    order = ["principal", "interest", "penalty", "compound"]
    state = arrears("2024-01-25", ("2024-01-15", 1_000_000 + INTEREST), penalty={"order": order})
    assert of(state, "total_due", "days_past_due", "class_floor") == [1_555, 0, "normal"]


MONTHLY = LOAN | {"method": "interest_only", "settlement": {"every": "month", "day": 5}}


def monthly(as_of: str, *payments: tuple[str, int], **changes: Any) -> dict[str, Any]:
    paid = [{"date": day, "amount": amount} for day, amount in payments]
    return build(MONTHLY | {"as_of": as_of, "payments": paid} | changes)["arrears"]


def test_the_oldest_row_is_paid_first() -> None:
    """3100 fen on 5 February, 2800 on 5 March, 3100 on 5 April: 4000 leave 1900 of March open."""
    state = monthly("2023-04-05", ("2023-03-05", 4_000), penalty={"compound": False})
    assert of(state, "overdue_interest", "days_past_due") == [1_900, 31]
    state = monthly("2023-04-06", ("2023-03-05", 4_000), penalty={"compound": False})
    assert of(state, "overdue_interest", "days_past_due") == [5_000, 32]


def test_credit_left_over_is_used_by_itself_when_something_falls_due() -> None:
    state = monthly("2023-04-05", ("2023-02-05", 3_100 + 2_000))
    assert state["paid"]["interest"] == 5_100
    assert of(state, "unapplied", "overdue_interest", "days_past_due") == [0, 800, 31]


def test_several_payments_of_one_day_are_one() -> None:
    once, twice = (
        monthly("2023-04-05", ("2023-03-06", 900)),
        monthly("2023-04-05", ("2023-03-06", 400), ("2023-03-06", 500)),
    )
    assert once == twice


def test_prepayment_rows_are_taken_as_paid() -> None:
    state = monthly("2023-03-20", prepayments=[{"date": "2023-03-20", "amount": 400_000}])
    assert of(state, "outstanding_principal", "overdue_interest") == [600_000, 5_900]
    assert (
        monthly("2023-03-19", prepayments=[{"date": "2023-03-20", "amount": 400_000}])["outstanding_principal"]
        == 1_000_000
    )


def test_money_not_yet_lent_is_not_outstanding() -> None:
    later = [*MONTHLY["disbursements"], {"date": "2023-03-20", "amount": 7}]
    assert monthly("2023-03-19", disbursements=later)["outstanding_principal"] == 1_000_000
    assert monthly("2023-03-20", disbursements=later)["outstanding_principal"] == 1_000_007


def test_the_start_itself_may_be_asked_about() -> None:
    state = monthly("2023-01-05", ("2023-01-05", 3))
    assert of(state, "outstanding_principal", "unapplied", "total_due") == [1_000_000, 3, 0]


def test_penalty_rounds_as_interest_does() -> None:
    rounding = {"rounding": {"interest": "up"}}
    assert arrears("2024-01-06", **rounding)["compound_accrued"] == 6
    assert arrears("2024-01-06", rounding={"interest": "down"})["compound_accrued"] == 5


@pytest.mark.parametrize(
    ("days", "name"),
    [
        (0, "normal"), (1, "special_mention"), (90, "special_mention"), (91, "substandard"), (270, "substandard"),
        (271, "doubtful"), (360, "doubtful"), (361, "loss"), (9999, "loss"),
    ],
)  # fmt: skip
def test_each_class_begins_the_day_after_the_last_of_the_one_above(days: int, name: str) -> None:
    assert class_floor(days) == name
