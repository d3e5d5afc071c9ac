"""The end of a day: lateness follows the calendar, paid-up loans are told apart, a day run twice changes nothing."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from finance_platform.foundation.errors import Forbidden, Invalid
from finance_platform.foundation.models import StateChange
from pledges.models import Loan
from pledges.services import loans
from tests.factories import DEFAULTED, FIRST_DUE, at, loan_terms, make_loan

pytestmark = pytest.mark.django_db
LATE = at(2027, 1, 1)


def run(actors, on: date, **changes: Any) -> list[Loan]:
    return loans.run_day(by=actors.system, at=LATE, on=on, **changes)


def figures(loan: Loan) -> tuple[Any, ...]:
    loan.refresh_from_db()
    return (loan.state, loan.days_past_due, loan.class_floor, loan.bank_class, loan.status_on)


def changes_of(loan: Loan) -> int:
    return StateChange.objects.filter(subject=f"pledges.Loan:{loan.pk}").count()


@pytest.mark.parametrize(
    ("days", "state", "floor"),
    [
        (0, "ACTIVE", "normal"), (1, "OVERDUE", "special_mention"), (90, "OVERDUE", "special_mention"),
        (91, "OVERDUE", "substandard"), (270, "OVERDUE", "substandard"), (271, "OVERDUE", "doubtful"),
        (360, "OVERDUE", "doubtful"), (361, "OVERDUE", "loss"),
    ],
)  # fmt: skip
def test_a_missed_instalment_ages_by_the_calendar(actors, days: int, state: str, floor: str):
    loan, on = make_loan(actors), FIRST_DUE + timedelta(days=days)
    run(actors, on)
    assert figures(loan) == (state, days, floor, floor, on)


def test_running_a_day_again_changes_nothing(actors):
    loan = make_loan(actors)
    first = run(actors, FIRST_DUE + timedelta(days=91))
    before, trace = figures(loan), changes_of(loan)
    assert ([found.pk for found in first], run(actors, FIRST_DUE + timedelta(days=91))) == ([loan.pk], [])
    assert (figures(loan), changes_of(loan)) == (before, trace)


def test_a_day_before_the_last_one_closed_is_left_alone(actors):
    loan = make_loan(actors)
    run(actors, FIRST_DUE + timedelta(days=91))
    before = figures(loan)
    assert run(actors, FIRST_DUE) == []
    assert figures(loan) == before


def test_skipped_days_come_to_the_same_as_every_day(actors):
    loan, last = make_loan(actors), FIRST_DUE + timedelta(days=3)
    with transaction.atomic():
        run(actors, last)
        at_once = figures(loan)
        transaction.set_rollback(True)
    for days in range(-2, 4):
        run(actors, FIRST_DUE + timedelta(days=days))
    assert figures(loan) == at_once == ("OVERDUE", 3, "special_mention", "special_mention", last)


def test_a_paid_up_loan_is_closed_without_computing_it(actors):
    loan = make_loan(actors)
    row = loan.instalments.first()
    _receive(actors, loan, row.interest_fen + row.principal_fen)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        run(actors, FIRST_DUE + timedelta(days=5))
    assert not any('FROM "pledges_receipt"' in q["sql"] and "reverses_id" in q["sql"] for q in seen.captured_queries)
    assert figures(loan) == ("ACTIVE", 0, "normal", "normal", FIRST_DUE + timedelta(days=5))


def test_a_fen_short_is_not_paid_up(actors):
    loan = make_loan(actors)
    row = loan.instalments.first()
    _receive(actors, loan, row.interest_fen + row.principal_fen - 1)
    run(actors, FIRST_DUE + timedelta(days=1))
    assert figures(loan)[:2] == ("OVERDUE", 1)


def test_credit_paid_ahead_is_used_by_itself(actors):
    loan = make_loan(actors)
    row = loan.instalments.first()
    _receive(actors, loan, 2 * (row.interest_fen + row.principal_fen), on=date(2025, 5, 1))
    run(actors, date(2025, 6, 30))
    assert figures(loan)[:2] == ("ACTIVE", 0)
    assert loan.outstanding_principal_fen == loan.principal_fen - sum(
        row.principal_fen for row in loan.instalments.filter(due__lte=date(2025, 6, 30))
    )


def test_a_reversed_receipt_is_no_payment(actors):
    loan = make_loan(actors)
    row = loan.instalments.first()
    receipt = _receive(actors, loan, row.interest_fen + row.principal_fen)
    loans.reverse_receipt(by=actors.bank_officer, at=LATE, receipt_id=receipt.pk, reason="退票")
    run(actors, FIRST_DUE + timedelta(days=2))
    assert figures(loan)[:2] == ("OVERDUE", 2)


def test_an_interest_only_loan_is_late_with_its_interest(actors):
    terms = {
        "disbursements": loan_terms()["disbursements"], "rate": {"annual": "0.0435"}, "day_count": "act/360",
        "method": "interest_only", "maturity": "2026-04-21", "settlement": {"every": "quarter", "day": 20},
    }  # fmt: skip
    loan = make_loan(actors, terms=terms)
    # 21 April to 20 June is 60 days: 5,000,000.00 x 4.35 % x 60/360 = 36,250.00.
    assert (loan.instalments.first().due, loan.instalments.first().interest_fen) == (date(2025, 6, 20), 3_625_000)
    run(actors, date(2025, 6, 21))
    assert figures(loan)[:2] == ("OVERDUE", 1)
    assert loan.outstanding_principal_fen == loan.principal_fen


def test_the_days_go_on_after_acceleration_and_compensation(actors):
    loan = make_loan(actors, state="IN_RECOVERY")
    run(actors, FIRST_DUE + timedelta(days=271))
    assert figures(loan)[:3] == ("IN_RECOVERY", 271, "doubtful")


def test_one_loan_can_be_closed_alone(actors):
    loan = make_loan(actors)
    assert run(actors, FIRST_DUE + timedelta(days=1), loan_id=loan.pk + 1) == []
    assert figures(loan)[0] == "ACTIVE"


def test_a_day_to_come_is_not_closed(actors):
    make_loan(actors)
    with pytest.raises(Invalid):
        loans.run_day(by=actors.system, at=DEFAULTED, on=timezone.localdate(DEFAULTED) + timedelta(days=1))


@pytest.mark.parametrize("who", ["bank_officer", "enterprise", "operator", "accountant", "public"])
def test_only_the_system_closes_the_day(actors, who: str):
    with pytest.raises(Forbidden):
        loans.run_day(by=getattr(actors, who), at=LATE, on=FIRST_DUE)


def _receive(actors, loan: Loan, amount_fen: int, on: date = FIRST_DUE) -> Any:
    return loans.record_receipt(
        by=actors.bank_officer, at=LATE, loan_id=loan.pk, received_on=on, amount_fen=amount_fen, reference="R-1"
    )
