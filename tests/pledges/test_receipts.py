"""Money received: used by the contract's order, refused twice, undone by a reversal that restores what was."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from finance_platform.foundation.errors import Conflict, Forbidden, Invalid, NotFound
from finance_platform.foundation.models import StateChange
from pledges import queries
from pledges.models import Loan, Receipt
from pledges.services import loans
from tests.factories import DEFAULTED, FIRST_DUE, PAID_OUT, at, loan_terms, make_loan

pytestmark = pytest.mark.django_db
NOW = at(2025, 7, 1)
SECOND_DUE = date(2025, 6, 21)


def received(actors, loan: Loan, amount_fen: int, on: date = FIRST_DUE, **changes: Any) -> Receipt:
    values = {"by": actors.bank_officer, "at": NOW, "reference": f"R-{on}-{amount_fen}"} | changes
    return loans.record_receipt(loan_id=loan.pk, received_on=on, amount_fen=amount_fen, **values)


def standing(loan: Loan) -> tuple[Any, ...]:
    loan.refresh_from_db()
    return (loan.state, loan.outstanding_principal_fen, loan.days_past_due, loan.class_floor, loan.status_on)


def parts(receipt: Receipt) -> tuple[int, ...]:
    return (
        receipt.compound_fen, receipt.penalty_fen, receipt.interest_fen, receipt.principal_fen, receipt.unapplied_fen
    )  # fmt: skip


def test_an_instalment_paid_on_its_day_is_interest_and_principal(actors):
    loan = make_loan(actors)
    row = loan.instalments.first()
    receipt = received(actors, loan, row.interest_fen + row.principal_fen)
    assert parts(receipt) == (0, 0, row.interest_fen, row.principal_fen, 0)
    # 5,000,000.00 x 4.35 % / 12 = 18,125.00 of interest, whatever the annuity.
    assert row.interest_fen == 1_812_500
    assert standing(loan) == ("ACTIVE", loan.principal_fen - row.principal_fen, 0, "normal", FIRST_DUE)


def test_late_money_pays_compound_and_penalty_first(actors):
    loan = make_loan(actors)
    row = loan.instalments.first()
    late = FIRST_DUE + timedelta(days=10)
    receipt = received(actors, loan, row.interest_fen, on=late)
    # Ten days at 4.35 % x 1.5 on the row's principal and on its interest, half up.
    penalty, compound = ((fen * 435 * 3 * 10 + 3_600_000) // 7_200_000 for fen in (row.principal_fen, row.interest_fen))
    assert parts(receipt) == (compound, penalty, row.interest_fen - penalty - compound, 0, 0)
    assert standing(loan)[0] == "OVERDUE"


def test_the_sums_of_receipts_are_the_schedules_own_account(actors):
    loan = make_loan(actors)
    for on, amount in ((FIRST_DUE, 10_000_000), (date(2025, 5, 30), 3_000_000), (SECOND_DUE, 30_000_000)):
        received(actors, loan, amount, on=on)
    statement = queries.statement(loan, SECOND_DUE)
    assert sum(r.interest_fen for r in loan.receipts.all()) == statement.debt.interest_paid_fen
    assert sum(r.principal_fen for r in loan.receipts.all()) == statement.debt.principal_paid_fen
    assert sum(r.amount_fen for r in loan.receipts.all()) == 43_000_000


def test_arrears_are_cured_only_with_their_penalty(actors):
    loan = make_loan(actors)
    late = FIRST_DUE + timedelta(days=10)
    owed = queries.debt(loan, late)
    loans.run_day(by=actors.system, at=NOW, on=late)
    received(actors, loan, owed.due_fen - 1, on=late)
    assert standing(loan)[0] == "OVERDUE"
    received(actors, loan, 1, on=late)
    assert standing(loan)[0] == "ACTIVE"


def test_rows_paid_but_penalty_owed_is_not_a_cure(actors):
    loan = make_loan(actors, terms=loan_terms(penalty={"order": ["principal", "interest", "penalty", "compound"]}))
    late = FIRST_DUE + timedelta(days=10)
    loans.run_day(by=actors.system, at=NOW, on=late)
    row = loan.instalments.first()
    received(actors, loan, row.interest_fen + row.principal_fen, on=late)
    state, _outstanding, days, *_rest = standing(loan)
    assert (state, days) == ("OVERDUE", 0)
    assert queries.debt(loan, late).penalty_fen > 0


def test_a_bank_slip_is_booked_once_until_its_receipt_is_reversed(actors):
    loan = make_loan(actors)
    wrong = received(actors, loan, 1_000, reference="SLIP-1")
    with pytest.raises(Conflict, match="已登记"):
        received(actors, loan, 1_000, reference=" SLIP-1 ")
    loans.reverse_receipt(by=actors.bank_officer, at=NOW, receipt_id=wrong.pk, reason="金额录错")
    right = received(actors, loan, 10_000, reference="SLIP-1")
    assert (right.reference, right.booking) == ("SLIP-1", 2)
    with pytest.raises(Conflict):
        received(actors, loan, 10_000, reference="SLIP-1")


def test_the_database_refuses_the_same_slip_twice_and_any_change_of_a_receipt(actors):
    loan = make_loan(actors)
    receipt = received(actors, loan, 1_000, reference="SLIP-1")
    again = {f.name: getattr(receipt, f.name) for f in Receipt._meta.concrete_fields if f.name != "id"}
    with pytest.raises(IntegrityError, match="one_receipt_a_bank_slip"), transaction.atomic():
        Receipt.objects.create(**again)
    with pytest.raises(IntegrityError, match="receipt_foots"), transaction.atomic():
        Receipt.objects.create(**again | {"reference": "SLIP-2", "amount_fen": 999})
    with pytest.raises(DatabaseError), transaction.atomic():
        Receipt.objects.filter(pk=receipt.pk).update(reason="x")


@pytest.mark.parametrize("state", ["ACTIVE", "ACCELERATED"])
def test_a_reversal_restores_the_loan_to_what_it_was(actors, state: str):
    loan = make_loan(actors, state=state)
    on = timezone.localdate(DEFAULTED)
    loans.run_day(by=actors.system, at=DEFAULTED, on=on)
    before, owed = standing(loan), queries.statement(loan, on)
    receipt = received(actors, loan, 31_415_926, on=on, at=DEFAULTED)
    assert queries.debt(loan, on).total_fen == owed.debt.total_fen - 31_415_926
    reversal = loans.reverse_receipt(by=actors.bank_officer, at=DEFAULTED, receipt_id=receipt.pk, reason="入错户")
    assert (standing(loan), queries.statement(loan, on)) == (before, owed)
    assert (reversal.amount_fen, reversal.reverses) == (-31_415_926, receipt)
    assert sum(parts(reversal)) == -31_415_926


def test_receipts_are_reversed_from_the_latest_and_once(actors):
    loan = make_loan(actors)
    first, second = received(actors, loan, 1_000), received(actors, loan, 2_000, on=SECOND_DUE)
    undo = {"by": actors.bank_officer, "at": NOW, "reason": "录错"}
    with pytest.raises(Conflict, match="最近一笔"):
        loans.reverse_receipt(receipt_id=first.pk, **undo)
    reversal = loans.reverse_receipt(receipt_id=second.pk, **undo)
    for pk in (second.pk, reversal.pk):
        with pytest.raises((Conflict, NotFound)):
            loans.reverse_receipt(receipt_id=pk, **undo)
    with pytest.raises(Invalid, match="冲销原因"):
        loans.reverse_receipt(by=actors.bank_officer, at=NOW, receipt_id=first.pk, reason=" ")


def test_a_reversal_can_make_a_loan_overdue_again_but_not_reopen_a_settled_one(actors):
    loan = make_loan(actors)
    row = loan.instalments.first()
    receipt = received(actors, loan, row.interest_fen + row.principal_fen)
    loans.run_day(by=actors.system, at=NOW, on=date(2025, 6, 10))
    loans.reverse_receipt(by=actors.bank_officer, at=NOW, receipt_id=receipt.pk, reason="退票")
    assert standing(loan)[:3:2] == ("OVERDUE", 20)


def test_a_settled_loan_takes_no_receipt_and_no_reversal(actors):
    loan = make_loan(actors, state="SETTLED")
    when = at(2027, 4, 22)
    with pytest.raises(Conflict, match="结清"):
        received(actors, loan, 1, on=date(2027, 4, 21), at=when)
    with pytest.raises(Conflict, match="结清"):
        loans.reverse_receipt(by=actors.bank_officer, at=when, receipt_id=loan.receipts.get().pk, reason="录错")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount_fen": 0}, "amount_fen"), ({"amount_fen": -1}, "amount_fen"), ({"reference": "  "}, "reference"),
        ({"reference": "9" * 61}, "reference"), ({"received_on": date(2025, 4, 20)}, "received_on"),
        ({"received_on": date(2025, 7, 2)}, "received_on"),
    ],
)  # fmt: skip
def test_a_receipt_that_cannot_be_is_refused_by_its_field(actors, changes: dict[str, Any], field: str):
    loan = make_loan(actors)
    values = {"amount_fen": 1_000, "reference": "R-1", "received_on": FIRST_DUE} | changes
    with pytest.raises(Invalid) as refusal:
        loans.record_receipt(by=actors.bank_officer, at=NOW, loan_id=loan.pk, **values)
    assert field in refusal.value.fields
    assert not loan.receipts.exists()


def test_receipts_come_in_the_order_of_their_days(actors):
    loan = make_loan(actors)
    received(actors, loan, 1_000, on=SECOND_DUE)
    with pytest.raises(Invalid, match="最近一笔"):
        received(actors, loan, 1_000, on=FIRST_DUE)


def test_after_acceleration_no_more_is_taken_than_is_owed(actors):
    loan = make_loan(actors, state="ACCELERATED")
    on = timezone.localdate(DEFAULTED)
    owed = queries.debt(loan, on)
    with pytest.raises(Invalid, match="超过全部债务"):
        received(actors, loan, owed.total_fen + 1, on=on, at=DEFAULTED)
    receipt = received(actors, loan, owed.total_fen, on=on, at=DEFAULTED)
    assert parts(receipt) == (owed.compound_fen, owed.penalty_fen, owed.interest_fen, owed.principal_fen, 0)
    assert queries.debt(loan, on).total_fen == 0


def test_money_received_on_the_day_before_the_notice_and_on_its_day_is_all_counted(actors):
    loan = make_loan(actors, state="ACCELERATED")
    day = timezone.localdate(DEFAULTED)
    before = queries.debt(loan, day)
    received(actors, loan, 5_000_000, on=day - timedelta(days=1), at=DEFAULTED)
    after_first = queries.debt(loan, day)
    received(actors, loan, 7_000_000, on=day, at=DEFAULTED)
    after_second = queries.debt(loan, day)
    # The first went to arrears a day before the notice and so saved at most that day's penalty.
    assert 0 <= before.total_fen - after_first.total_fen - 5_000_000 <= 2_000
    assert after_first.total_fen - after_second.total_fen == 7_000_000


def test_recovered_money_leaves_a_trace_of_its_own(actors):
    loan = make_loan(actors, state="IN_RECOVERY")
    received(actors, loan, 1_000, on=timezone.localdate(DEFAULTED), at=DEFAULTED)
    assert StateChange.objects.filter(subject=f"pledges.Loan:{loan.pk}", event="recover").count() == 1


@pytest.mark.parametrize("who", ["enterprise", "bank_approver", "cashier", "auditor", "public"])
def test_only_loan_officers_book_and_reverse(actors, who: str):
    loan = make_loan(actors)
    receipt = received(actors, loan, 1_000)
    with pytest.raises(Forbidden):
        received(actors, loan, 2_000, by=getattr(actors, who))
    with pytest.raises(Forbidden):
        loans.reverse_receipt(by=getattr(actors, who), at=NOW, receipt_id=receipt.pk, reason="x")


def test_another_banks_receipt_is_not_found(actors):
    loan = make_loan(actors)
    receipt = received(actors, loan, 1_000)
    with pytest.raises(NotFound):
        received(actors, loan, 1_000, by=actors.other_bank_officer, on=PAID_OUT.date())
    with pytest.raises(NotFound):
        loans.reverse_receipt(by=actors.other_bank_officer, at=NOW, receipt_id=receipt.pk, reason="x")
