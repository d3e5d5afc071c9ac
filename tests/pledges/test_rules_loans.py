"""What a loan owes before and after acceleration, against figures worked by hand."""

from datetime import date, timedelta

import pytest

from pledges import loan_schedule
from pledges.rules import loans as rules
from pledges.rules.loans import Payment
from pledges.rules.statements import CALLED, LATER, OVERDUE, PAID, Due, paid_rows

# 1,200,000.00 yuan, 6 % act/360, principal in 12 equal parts of 100,000.00: every figure below is a line of arithmetic.
TERMS = {
    "disbursements": [{"date": "2025-01-10", "amount": 120_000_000}], "rate": {"annual": "0.06"},
    "day_count": "act/360", "method": "equal_principal", "instalments": 12, "first_due": "2025-02-10",
}  # fmt: skip
FIRST, SECOND, THIRD = date(2025, 2, 10), date(2025, 3, 10), date(2025, 4, 10)
# Interest of whole months is balance x 6 % / 12: 6,000.00, then 5,500.00, then 5,000.00 ...
FIRST_ROW_FEN = 10_600_000


def debt(on: date, *payments: Payment, notice: date | None = None) -> rules.Debt:
    return rules.debt_on(TERMS, payments, on, notice)


def test_on_the_due_date_nothing_is_overdue_and_the_day_after_the_whole_row_is():
    on_the_day, after = debt(FIRST), debt(FIRST + timedelta(days=1))
    assert (on_the_day.days_past_due, on_the_day.due_fen) == (0, 0)
    assert (after.days_past_due, after.interest_fen, after.overdue_principal_fen) == (1, 600_000, 10_000_000)
    # 100,000.00 x 6 % x 1.5 x 1/360 = 25.00 of penalty, 6,000.00 likewise = 1.50 of compound interest.
    assert (after.penalty_fen, after.compound_fen, after.oldest_due) == (2_500, 150, FIRST)


@pytest.mark.parametrize(
    ("days", "floor"),
    [
        (0, "normal"), (1, "special_mention"), (90, "special_mention"), (91, "substandard"), (270, "substandard"),
        (271, "doubtful"), (360, "doubtful"), (361, "loss"),
    ],
)  # fmt: skip
def test_the_class_floor_changes_at_90_270_and_360_days_inclusive(days: int, floor: str):
    found = debt(FIRST + timedelta(days=days))
    assert (found.days_past_due, found.class_floor) == (days, floor)


@pytest.mark.parametrize(("days", "floor"), [(90, "special_mention"), (91, "substandard"), (361, "loss")])
def test_after_the_notice_the_days_go_on_from_the_oldest_unpaid_row(days: int, floor: str):
    found = debt(FIRST + timedelta(days=days), notice=date(2025, 3, 1))
    assert (found.days_past_due, found.class_floor, found.oldest_due) == (days, floor, FIRST)


def test_a_payment_is_used_in_the_contracts_order_and_the_rest_waits_as_credit():
    used = rules.used_by_schedule(TERMS, [], FIRST + timedelta(days=1), FIRST_ROW_FEN + 2_650 + 700)
    assert used == {
        "compound_fen": 150, "penalty_fen": 2_500, "interest_fen": 600_000, "principal_fen": 10_000_000,
        "unapplied_fen": 700,
    }  # fmt: skip


def test_credit_is_used_by_itself_when_the_next_row_falls_due():
    ahead = Payment(date(2025, 1, 20), 2 * FIRST_ROW_FEN)
    assert debt(date(2025, 2, 1), ahead).unapplied_fen == 2 * FIRST_ROW_FEN
    later = debt(SECOND, ahead)
    assert (later.unapplied_fen, later.principal_fen) == (2 * FIRST_ROW_FEN - 10_600_000 - 10_550_000, 100_000_000)


def test_acceleration_makes_all_principal_due_with_the_interest_earned_until_the_notice():
    notice = date(2025, 2, 25)
    found = debt(notice, notice=notice)
    # The first row's 6,000.00; then 1,100,000.00 x 6 % x 15/360 = 2,750.00 for the broken period.
    assert found.interest_fen == 600_000 + 275_000
    assert (found.principal_fen, found.overdue_principal_fen) == (120_000_000, 120_000_000)
    # 15 days on 100,000.00 at 9 %: 375.00; on 6,000.00: 22.50.
    assert (found.penalty_fen, found.compound_fen, found.accrued_until) == (37_500, 2_250, notice)


def test_a_row_due_on_the_very_day_of_the_notice_is_owed():
    found = debt(SECOND, notice=SECOND)
    assert found.interest_fen == 600_000 + 550_000


def test_a_notice_after_the_last_period_earns_no_further_interest():
    late = date(2026, 3, 1)
    interest = sum(row["interest"] for row in loan_schedule.build(TERMS)["rows"])
    assert debt(late, notice=late).interest_fen == interest


def test_broken_interest_does_not_stumble_over_fees_subsidies_or_the_penalty_clause():
    extra = {
        "fees": [{"date": "2026-01-05", "amount": 1_000, "payee": "评估机构"}], "penalty": {"multiple": "1.3"},
        "subsidies": [{"payer": "财政", "share": "0.5"}],
    }  # fmt: skip
    notice = date(2025, 2, 25)
    assert rules.debt_on(TERMS | extra, [], notice, notice).interest_fen == 875_000


def test_nothing_accrues_after_the_notice():
    notice = date(2025, 2, 25)
    at_once, later = (debt(day, notice=notice) for day in (notice, date(2025, 12, 31)))
    assert (at_once.total_fen, at_once.accrued_until) == (later.total_fen, later.accrued_until)


def test_money_after_the_notice_goes_compound_penalty_interest_principal():
    notice = date(2025, 2, 25)
    owed = debt(notice, notice=notice)
    used = rules.used_for(owed, 1_000_000)
    assert used == {
        "compound_fen": 2_250, "penalty_fen": 37_500, "interest_fen": 875_000, "principal_fen": 85_250,
        "unapplied_fen": 0,
    }  # fmt: skip
    parts = {name: fen for name, fen in used.items() if name != "unapplied_fen"}
    left = debt(notice, Payment(notice, 1_000_000, **parts), notice=notice)
    assert left.total_fen == owed.total_fen - 1_000_000


def test_once_the_old_rows_are_paid_the_days_count_from_the_notice_and_end_with_the_debt():
    notice, on = date(2025, 2, 25), date(2025, 3, 7)
    owed = debt(notice, notice=notice)
    part = Payment(on, 11_000_000, **_parts(owed, 11_000_000))
    assert debt(on, part, notice=notice).oldest_due == notice
    assert debt(on, part, notice=notice).days_past_due == 10
    whole = Payment(on, owed.total_fen, **_parts(owed, owed.total_fen))
    done = debt(on, whole, notice=notice)
    assert (done.total_fen, done.days_past_due, done.class_floor, done.oldest_due) == (0, 0, "normal", None)


def test_credit_received_before_the_notice_counts_against_the_accelerated_debt():
    notice = date(2025, 2, 25)
    ahead = Payment(date(2025, 2, 12), FIRST_ROW_FEN + 1_000_000)
    found = debt(notice, ahead, notice=notice)
    without = debt(notice, notice=notice)
    # Two days' lateness before it came: 2 x 26.50; what was over and above went to the broken interest and principal.
    assert without.total_fen - found.total_fen == FIRST_ROW_FEN + 1_000_000 + (37_500 + 2_250 - 5_300)
    assert found.unapplied_fen == 0


def test_payments_of_later_days_are_left_out():
    assert debt(FIRST + timedelta(days=1), Payment(SECOND, FIRST_ROW_FEN)) == debt(FIRST + timedelta(days=1))


def test_a_day_before_disbursement_has_no_debt():
    with pytest.raises(loan_schedule.BadDocument):
        debt(date(2025, 1, 9))


def test_the_table_marks_what_was_paid_oldest_first():
    table = [
        Due(r["no"], date.fromisoformat(r["due"]), r["interest"], r["principal"])
        for r in loan_schedule.build(TERMS)["rows"]
    ]
    on = date(2025, 4, 1)
    rows = paid_rows(table, debt(on, Payment(FIRST, FIRST_ROW_FEN)), on)
    assert [row.mark for row in rows[:3]] == [PAID, OVERDUE, LATER]
    called = paid_rows(table, debt(on, Payment(FIRST, FIRST_ROW_FEN), notice=on), on)
    assert [row.mark for row in called[:3]] == [PAID, OVERDUE, CALLED]
    assert (called[1].unpaid_fen, called[1].row.total_fen) == (10_550_000, 10_550_000)


def test_a_class_better_than_the_floor_is_told_apart():
    assert rules.better_than_floor("normal", "special_mention")
    assert not rules.better_than_floor("loss", "doubtful")
    assert rules.worse("substandard", "special_mention") == "substandard"


def _parts(owed: rules.Debt, amount_fen: int) -> dict[str, int]:
    return {name: fen for name, fen in rules.used_for(owed, amount_fen).items() if name != "unapplied_fen"}
