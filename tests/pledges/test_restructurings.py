"""A loan restructured: proposed on an agreement, approved by another, watched for a year, missed, cured, called."""

import io
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from openpyxl import load_workbook

from finance_platform.foundation import queries as foundation
from finance_platform.foundation import viewer
from finance_platform.foundation.errors import Conflict, Forbidden, IllegalTransition, Invalid, NotFound
from finance_platform.foundation.models import StateChange
from finance_platform.foundation.services import people
from pledges import queries
from pledges.models import Instalment, Loan, Restructuring
from pledges.rules import restructurings as rules
from pledges.rules.statements import LATER, PAID, REPLACED
from pledges.services import loans, restructurings
from tests.factories import PRINCIPAL_FEN, SECURED_UNTIL, at, colleague, make_loan, make_paper
from tests.pledges.restructured import (
    AGREED,
    APPROVED,
    BROKEN_FEN,
    DECEMBER,
    DECEMBER_FEN,
    JUNE,
    JUNE_FEN,
    OBSERVED_UNTIL,
    SEPTEMBER,
    SEPTEMBER_FEN,
    SIGNED,
    TERMS,
    day_end,
    new_terms,
    paid_to_the_day,
    propose,
    receive,
    restructured,
)

pytestmark = pytest.mark.django_db
A_DAY = timedelta(days=1)


# --- By hand ----------------------------------------------------------------------------------------------------------
def test_the_new_terms_are_in_force_from_their_day_to_the_fen(actors):
    loan = restructured(actors)
    found = loan.restructurings.get()
    assert (loan.state, loan.maturity, loan.restructured_on) == ("RESTRUCTURED", date(2027, 6, 20), AGREED)
    assert (found.state, found.principal_fen, found.observation_until) == ("APPROVED", PRINCIPAL_FEN, OBSERVED_UNTIL)
    assert found.carried_interest_fen == BROKEN_FEN
    assert (found.proposed_by, found.decided_by) == (actors.bank_officer, actors.bank_approver)
    first, second = queries.instalments(loan, AGREED)[:2]
    assert (first.no, first.due, first.interest_fen) == (1, SEPTEMBER, SEPTEMBER_FEN)
    assert (second.due, second.interest_fen) == (DECEMBER, DECEMBER_FEN)
    # The day after September's instalment it is late by a day: 47,100.00 x 3.6 % x 1.5 / 360 = 7.07 of compound.
    owed = queries.debt(loan, SEPTEMBER + A_DAY)
    assert (owed.principal_fen, owed.interest_fen, owed.compound_fen) == (PRINCIPAL_FEN, SEPTEMBER_FEN, 707)


def test_days_before_the_agreement_are_told_by_the_terms_of_their_time(actors):
    before = paid_to_the_day(actors)
    days = (date(2025, 5, 1), JUNE, JUNE + A_DAY, AGREED - A_DAY)
    told = [queries.statement(before, on) for on in days]
    found = propose(actors, before)
    restructurings.approve(by=actors.bank_approver, at=APPROVED, restructuring_id=found.pk)
    after = Loan.objects.get(pk=before.pk)
    assert [queries.statement(after, on) for on in days] == told
    assert [queries.annual_rate(after, on) for on in (AGREED - A_DAY, AGREED)] == [
        queries.annual_rate(before), queries.annual_rate(before) * 36 / queries.annual_rate(before) / 1000,
    ]  # fmt: skip


def test_nothing_is_due_on_the_day_and_money_that_waits_goes_over(actors):
    loan = paid_to_the_day(actors)
    receive(actors, loan, AGREED, 1_000)
    found = propose(actors, loan)
    restructurings.approve(by=actors.bank_approver, at=APPROVED, restructuring_id=found.pk)
    loan = Loan.objects.get(pk=loan.pk)
    on_the_day = queries.debt(loan, AGREED)
    assert (on_the_day.total_fen, on_the_day.due_fen, on_the_day.unapplied_fen) == (PRINCIPAL_FEN, 0, 1_000)
    slip = receive(actors, loan, SEPTEMBER, SEPTEMBER_FEN - 1_000)
    assert slip.interest_fen == SEPTEMBER_FEN - 1_000
    assert queries.debt(loan, SEPTEMBER).interest_paid_fen == SEPTEMBER_FEN


def test_overdue_principal_is_carried_into_the_new_plan(actors):
    on, when = date(2025, 5, 31), at(2025, 5, 31)
    loan = day_end(actors, make_loan(actors), on)  # 24 equal instalments, the first on 21 May
    owed = queries.debt(loan, on)
    with pytest.raises(Conflict) as refusal:
        propose(actors, loan, when, agreed_on=on)
    assert (refusal.value.code, set(refusal.value.fields)) == ("account_not_clear", {"penalty", "interest"})
    receive(actors, loan, on, owed.interest_fen + owed.penalty_fen + owed.compound_fen)
    found = propose(actors, loan, when, agreed_on=on)
    # Ten days on the schedule's balance; what is overdue bears penalty, not interest.
    first = loan.instalments.get(no=1)
    exact = Fraction((PRINCIPAL_FEN - first.principal_fen) * 435 * 10, 10_000 * 360)
    assert abs(found.carried_interest_fen - exact) <= Fraction(1, 2)
    assert found.principal_fen == PRINCIPAL_FEN
    restructurings.approve(by=actors.bank_approver, at=when, restructuring_id=found.pk)
    loan = Loan.objects.get(pk=loan.pk)
    assert (loan.state, loan.days_past_due, loan.outstanding_principal_fen) == ("RESTRUCTURED", 0, PRINCIPAL_FEN)


def test_principal_overdue_at_the_old_maturity_is_agreed_anew(actors):
    loan = make_loan(actors, terms=TERMS)
    receive(actors, loan, date(2025, 4, 22), _interest_of(loan))  # all interest ahead, no principal
    loan = day_end(actors, loan, date(2026, 4, 22))
    owed = queries.debt(loan, date(2026, 4, 22))
    # One day's penalty on 5,000,000.00: 4.32 % x 1.5 / 360 = 900.00.
    assert (loan.state, owed.overdue_principal_fen, owed.penalty_fen) == ("OVERDUE", PRINCIPAL_FEN, 90_000)
    receive(actors, loan, date(2026, 4, 22), 90_000)
    found = propose(actors, loan, at(2026, 4, 22, 15), agreed_on=date(2026, 4, 22))
    restructurings.approve(by=actors.bank_approver, at=at(2026, 4, 22, 16), restructuring_id=found.pk)
    after = queries.debt(Loan.objects.get(pk=loan.pk), date(2026, 4, 22))
    assert (after.principal_fen, after.due_fen, after.days_past_due) == (PRINCIPAL_FEN, 0, 0)


def _interest_of(loan: Loan) -> int:
    return sum(loan.instalments.values_list("interest_fen", flat=True))


# --- What is refused --------------------------------------------------------------------------------------------------
def test_what_is_due_comes_first(actors):
    loan = make_loan(actors, terms=TERMS)
    receive(actors, loan, JUNE, JUNE_FEN - 1)
    with pytest.raises(Conflict) as refusal:
        propose(actors, loan, at(2025, 6, 20, 16), agreed_on=JUNE)
    assert refusal.value.fields == {"interest": "到期利息 0.01 元未清:请先收妥并登记收款"}


@pytest.mark.parametrize("on", [date(2025, 7, 2), date(2025, 6, 20), date(2025, 4, 21)])
def test_the_day_is_not_to_come_nor_long_past(actors, on: date):
    loan = paid_to_the_day(actors)
    with pytest.raises(Invalid) as refusal:
        propose(actors, loan, agreed_on=on)
    assert "agreed_on" in refusal.value.fields


def test_an_account_that_changed_since_is_proposed_anew(actors):
    loan = paid_to_the_day(actors)
    found = propose(actors, loan)
    loans.reverse_receipt(by=actors.bank_officer, at=SIGNED, receipt_id=loan.receipts.get().pk, reason="退票")
    with pytest.raises(Conflict) as refusal:
        restructurings.approve(by=actors.bank_approver, at=APPROVED, restructuring_id=found.pk)
    assert refusal.value.code == "account_not_clear"


def test_nothing_is_agreed_back_past_a_receipt(actors):
    loan = paid_to_the_day(actors)
    found = propose(actors, loan)
    receive(actors, loan, date(2025, 7, 2), 100)
    with pytest.raises(Conflict) as refusal:
        restructurings.approve(by=actors.bank_approver, at=APPROVED, restructuring_id=found.pk)
    assert refusal.value.code == "receipts_since"


def test_an_approval_that_comes_too_late_is_refused(actors):
    found = propose(actors, paid_to_the_day(actors))
    with pytest.raises(Invalid, match="协议日"):
        restructurings.approve(by=actors.bank_approver, at=at(2025, 7, 12), restructuring_id=found.pk)


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"disbursements": [{"date": "2025-07-01", "amount": PRINCIPAL_FEN - 1}]}, "terms"),
        ({"disbursements": [{"date": "2025-06-30", "amount": PRINCIPAL_FEN}]}, "terms"),
        ({"disbursements": "all"}, "/disbursements"),
        ({"rate": {"annual": "1.5"}}, "/rate/annual"),
        ({"payments": []}, "/payments"),
    ],
)
def test_terms_that_are_not_the_outstanding_principal_from_the_day_are_refused(actors, terms: Any, field: str):
    loan = paid_to_the_day(actors)
    with pytest.raises(Invalid) as refusal:
        propose(actors, loan, terms=new_terms(loan) | terms)
    assert field in refusal.value.fields


def test_the_secured_maturity_is_the_last_day(actors):
    loan = paid_to_the_day(actors)
    late = (SECURED_UNTIL + A_DAY).isoformat()
    with pytest.raises(Conflict) as refusal:
        propose(actors, loan, terms=new_terms(loan, maturity=late))
    assert (refusal.value.code, "变更登记" in refusal.value.message) == ("beyond_secured_maturity", True)
    assert propose(actors, loan, terms=new_terms(loan, maturity=SECURED_UNTIL.isoformat())).state == "PROPOSED"


def test_the_borrowers_difficulty_and_an_agreement_of_the_bank_are_asked_for(actors):
    loan = paid_to_the_day(actors)
    with pytest.raises(Invalid) as refusal:
        propose(actors, loan, difficulty=" ")
    assert "difficulty" in refusal.value.fields
    with pytest.raises(NotFound):
        theirs = make_paper(actors.other_bank_officer, "restructuring_agreement")
        propose(actors, loan, agreement_document_id=theirs)


def test_one_proposal_at_a_time(actors):
    loan = paid_to_the_day(actors)
    first = propose(actors, loan)
    with pytest.raises(Conflict) as refusal:
        propose(actors, loan)
    assert refusal.value.code == "restructuring_open"
    restructurings.withdraw(by=actors.bank_officer, at=SIGNED, restructuring_id=first.pk, reason="条款有误")
    assert propose(actors, loan).number != first.number


@pytest.mark.parametrize("state", ["ACCELERATED", "IN_RECOVERY", "WRITTEN_OFF", "SETTLED"])
def test_only_a_loan_active_or_overdue_is_restructured(actors, state: str):
    loan = make_loan(actors, state=state)
    with pytest.raises(IllegalTransition):
        propose(actors, loan, at(2025, 8, 26), agreed_on=date(2025, 8, 26), terms=TERMS)


def test_a_loan_called_in_the_meantime_is_not_restructured(actors):
    found = propose(actors, paid_to_the_day(actors))
    loan = day_end(actors, found.loan, SEPTEMBER + A_DAY)
    notice = make_paper(actors.bank_officer, "acceleration_notice", at(2025, 9, 22))
    loans.accelerate(by=actors.bank_approver, at=at(2025, 9, 22), loan_id=loan.pk, notice_document_id=notice)
    with pytest.raises(IllegalTransition):
        restructurings.approve(by=actors.bank_approver, at=at(2025, 9, 22), restructuring_id=found.pk)


# --- Hands ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("who", ["enterprise", "bank_approver", "guarantor", "accountant", "auditor"])
def test_an_officer_of_the_bank_proposes(actors, who: str):
    loan = paid_to_the_day(actors)
    with pytest.raises(Forbidden):
        propose(actors, loan, by=getattr(actors, who))


@pytest.mark.parametrize("who", ["bank_officer", "enterprise", "approver", "system"])
def test_an_approver_of_the_bank_approves(actors, who: str):
    found = propose(actors, paid_to_the_day(actors))
    with pytest.raises(Forbidden):
        restructurings.approve(by=getattr(actors, who), at=APPROVED, restructuring_id=found.pk)


def test_another_bank_finds_nothing(actors):
    loan = paid_to_the_day(actors)
    with pytest.raises(NotFound):
        propose(actors, loan, by=actors.other_bank_officer)
    found = propose(actors, loan)
    stranger = colleague(actors.other_bank_officer, "bank_approver")
    for action, inputs in ((restructurings.approve, {}), (restructurings.refuse, {"reason": "不同意"})):
        with pytest.raises(NotFound):
            action(by=stranger, at=APPROVED, restructuring_id=found.pk, **inputs)


def test_who_proposed_does_not_approve_even_for_an_approver(actors):
    """An officer to whom an approver delegated holds the permission, and still may not check himself."""
    people.delegate(
        by=actors.bank_approver, at=SIGNED, delegate_id=actors.bank_officer.pk, starts_at=SIGNED,
        ends_at=SIGNED + timedelta(days=9), reason="出差",
    )  # fmt: skip
    found = propose(actors, paid_to_the_day(actors))
    for action, inputs in ((restructurings.approve, {}), (restructurings.refuse, {"reason": "不同意"})):
        with pytest.raises(Forbidden, match="不同人员"):
            action(by=actors.bank_officer, at=APPROVED, restructuring_id=found.pk, **inputs)


def test_a_refusal_leaves_the_loan_as_it_is_and_says_why(actors):
    found = propose(actors, paid_to_the_day(actors))
    key: dict[str, Any] = {"by": actors.bank_approver, "at": APPROVED, "restructuring_id": found.pk}
    with pytest.raises(Invalid):
        restructurings.refuse(**key, reason=" ")
    refused = restructurings.refuse(**key, reason="第一还款来源未改善")
    assert (refused.state, refused.closing_reason) == ("REFUSED", "第一还款来源未改善")
    loan = Loan.objects.get(pk=found.loan_id)
    assert (loan.state, loan.restructured_on, loan.maturity) == ("ACTIVE", None, date(2026, 4, 21))
    with pytest.raises(IllegalTransition):
        restructurings.approve(**key)


def test_the_borrower_reads_the_agreement_and_what_was_approved(actors):
    found = propose(actors, paid_to_the_day(actors))
    assert not queries.restructurings_visible_to(actors.enterprise).exists()
    restructurings.approve(by=actors.bank_approver, at=APPROVED, restructuring_id=found.pk)
    assert queries.restructurings_visible_to(actors.enterprise).get() == found
    assert not queries.restructurings_visible_to(actors.other_enterprise).exists()
    with viewer.seen_by(actors.enterprise):
        paper = foundation.document(actors.enterprise, found.agreement_id)
    assert paper.sha256 == found.agreement_sha256


# --- Observation ------------------------------------------------------------------------------------------------------
def test_the_class_is_special_mention_at_best_until_the_observation_ends(actors):
    loan = restructured(actors)
    assert (loan.class_floor, loan.bank_class) == ("special_mention", "special_mention")
    with pytest.raises(Invalid, match="关注"):
        loans.classify(by=actors.bank_officer, at=APPROVED, loan_id=loan.pk, bank_class="normal")
    assert loans.classify(by=actors.bank_officer, at=APPROVED, loan_id=loan.pk, bank_class="doubtful").pk == loan.pk
    floors = [queries.debt(loan, on).class_floor for on in (AGREED - A_DAY, AGREED, SEPTEMBER)]
    assert floors == ["normal", "special_mention", "special_mention"]


def _paid_on_time(actors: Any, loan: Loan, since: date, until: date) -> None:
    for row in queries.instalments(loan, AGREED):
        if since <= row.due <= until:
            receive(actors, loan, row.due, row.interest_fen + row.principal_fen)


def test_a_restructured_loan_that_is_paid_is_cured_when_the_observation_ends_and_not_a_day_before(actors):
    loan = restructured(actors)
    _paid_on_time(actors, loan, AGREED, OBSERVED_UNTIL - A_DAY)
    loan = day_end(actors, loan, OBSERVED_UNTIL - A_DAY)
    assert (loan.state, loan.class_floor) == ("RESTRUCTURED", "special_mention")
    loan = day_end(actors, loan, OBSERVED_UNTIL)
    assert (loan.state, loan.class_floor, loan.bank_class) == ("ACTIVE", "normal", "special_mention")
    assert loans.classify(by=actors.bank_officer, at=at(2026, 9, 21), loan_id=loan.pk, bank_class="normal").pk
    assert queries.debt(loan, OBSERVED_UNTIL - A_DAY).class_floor == "special_mention"
    # Cured, it still ages by the terms that were agreed anew.
    _paid_on_time(actors, loan, OBSERVED_UNTIL, OBSERVED_UNTIL)
    loan = day_end(actors, loan, date(2026, 12, 21))
    assert (loan.state, loan.days_past_due) == ("OVERDUE", 1)


def test_a_missed_instalment_begins_the_observation_anew(actors):
    loan = restructured(actors)
    loan = day_end(actors, loan, SEPTEMBER + A_DAY)
    assert (loan.state, loan.days_past_due, loan.class_floor) == ("OVERDUE", 1, "special_mention")
    assert loan.restructurings.get().observation_until == OBSERVED_UNTIL  # missed from its first day: no later
    loan = day_end(actors, loan, DECEMBER + A_DAY)
    assert loan.days_past_due == (DECEMBER + A_DAY - SEPTEMBER).days
    assert loan.restructurings.get().observation_until == date(2026, 12, 20)
    owed = queries.debt(loan, date(2025, 12, 22))
    receive(actors, loan, date(2025, 12, 22), owed.due_fen)
    loan = Loan.objects.get(pk=loan.pk)
    assert (loan.state, loan.days_past_due, loan.class_floor) == ("RESTRUCTURED", 0, "special_mention")
    events = (
        StateChange.objects.filter(subject=f"pledges.Loan:{loan.pk}").order_by("pk").values_list("event", flat=True)
    )
    assert list(events) == ["disburse", "restructure", "miss", "resume"]
    _paid_on_time(actors, loan, date(2025, 12, 23), date(2026, 12, 19))
    assert day_end(actors, loan, date(2026, 12, 19)).state == "RESTRUCTURED"
    assert day_end(actors, loan, date(2026, 12, 20)).state == "ACTIVE"


def test_the_day_end_run_twice_changes_nothing(actors):
    loan = day_end(actors, restructured(actors), SEPTEMBER + A_DAY)
    before = (loan.state, loan.restructurings.get().observation_until, StateChange.objects.count())
    loan = day_end(actors, loan, SEPTEMBER + A_DAY)
    assert (loan.state, loan.restructurings.get().observation_until, StateChange.objects.count()) == before


@pytest.mark.parametrize(("days", "floor"), [(90, "special_mention"), (91, "substandard"), (271, "doubtful")])
def test_lateness_under_the_new_terms_ages_as_any_other(actors, days: int, floor: str):
    loan = day_end(actors, restructured(actors), SEPTEMBER + timedelta(days=days))
    assert (loan.state, loan.days_past_due, loan.class_floor) == ("OVERDUE", days, floor)


# --- Afterwards -------------------------------------------------------------------------------------------------------
def test_money_of_the_day_or_before_belongs_to_the_closed_account(actors):
    loan = restructured(actors)
    with pytest.raises(Invalid) as refusal:
        receive(actors, loan, AGREED, 100)
    assert "received_on" in refusal.value.fields
    latest = loan.receipts.order_by("-pk")[0]
    with pytest.raises(Conflict) as undone:
        loans.reverse_receipt(by=actors.bank_officer, at=APPROVED, receipt_id=latest.pk, reason="退票")
    assert undone.value.code == "restructured_since"
    later = receive(actors, loan, SEPTEMBER, SEPTEMBER_FEN)
    assert (later.interest_fen, later.unapplied_fen) == (SEPTEMBER_FEN, 0)
    assert loans.reverse_receipt(by=actors.bank_officer, at=at(2025, 9, 21), receipt_id=later.pk, reason="退票").pk


def test_a_restructured_loan_is_called_compensated_and_pursued_by_its_new_terms(actors):
    loan = day_end(actors, restructured(actors), SEPTEMBER + timedelta(days=30))
    called = at(2025, 10, 20)
    notice = make_paper(actors.bank_officer, "acceleration_notice", called)
    loans.accelerate(by=actors.bank_approver, at=called, loan_id=loan.pk, notice_document_id=notice)
    loans.mark_compensated(by=actors.accountant, at=called, loan_id=loan.pk, claim_number="BC-2025-00009")
    loan = Loan.objects.get(pk=loan.pk)
    owed = queries.debt(loan, date(2025, 12, 31))
    # September's 47,100.00 and 30 broken days: 5,000,000.00 x 3.6 % x 30/360 = 15,000.00.
    assert (loan.state, owed.interest_fen, owed.principal_fen) == (
        "IN_RECOVERY",
        SEPTEMBER_FEN + 1_500_000,
        PRINCIPAL_FEN,
    )
    # 30 days on 47,100.00 at 5.4 %: 211.95.
    assert (owed.compound_fen, owed.accrued_until, owed.days_past_due) == (21_195, called.date(), 102)
    slip = receive(actors, loan, date(2025, 12, 31), owed.total_fen)
    assert (slip.principal_fen, slip.unapplied_fen) == (PRINCIPAL_FEN, 0)
    loans.settle(by=actors.bank_officer, at=at(2025, 12, 31, 16), loan_id=loan.pk)
    assert Loan.objects.get(pk=loan.pk).state == "SETTLED"


def test_one_under_observation_that_is_paid_up_is_not_restructured_and_one_overdue_again_is(actors):
    loan = paid_to_the_day(actors)
    terms = {"method": "equal_principal", "instalments": 20, "first_due": "2025-08-01"}
    first = propose(actors, loan, terms=document(loan, AGREED, terms))
    restructurings.approve(by=actors.bank_approver, at=APPROVED, restructuring_id=first.pk)
    again, when = date(2025, 8, 2), at(2025, 8, 2, 16)
    loan = Loan.objects.get(pk=loan.pk)
    with pytest.raises(IllegalTransition):
        propose(actors, loan, at(2025, 7, 2, 16), agreed_on=date(2025, 7, 2))
    loan = day_end(actors, loan, again)
    owed = queries.debt(loan, again)
    # The month's 15,000.00 and the 6,600.00; a day's lateness on 250,000.00 and on 21,600.00 at 5.4 %.
    assert (owed.interest_fen, owed.penalty_fen, owed.compound_fen) == (2_160_000, 3_750, 324)
    receive(actors, loan, again, 2_160_000 + 3_750 + 324)
    second = propose(
        actors, loan, when, agreed_on=again, terms=document(loan, again, {"method": "bullet", "maturity": "2027-06-20"})
    )
    # A day on the schedule's 4,750,000.00.
    assert (second.principal_fen, second.carried_interest_fen) == (PRINCIPAL_FEN, 47_500)
    restructurings.approve(by=actors.bank_approver, at=when, restructuring_id=second.pk)
    loan = Loan.objects.get(pk=loan.pk)
    assert (loan.state, loan.restructured_on, loan.maturity) == ("RESTRUCTURED", again, date(2027, 6, 20))
    assert [row.number for row, _rows in queries.replaced_tables(loan, again)] == [first.number, second.number]
    assert queries.instalments(loan, again).count() == 1
    assert queries.instalments(loan, AGREED).count() == 20


def document(loan: Loan, on: date, plan: dict[str, Any]) -> dict[str, Any]:
    return rules.document(
        queries.terms_in_force(loan, on), agreed_on=on, principal_fen=PRINCIPAL_FEN, annual_rate="0.036", plan=plan
    )


# --- Statements -------------------------------------------------------------------------------------------------------
def test_the_statement_shows_the_table_in_force_and_what_it_replaced(actors):
    loan = restructured(actors)
    rows = queries.statement(loan, SEPTEMBER).rows
    assert (rows[0].row.due, len(rows), rows[1].mark) == (SEPTEMBER, 8, LATER)
    [(found, replaced)] = queries.replaced_tables(loan, SEPTEMBER)
    assert found == loan.restructurings.get()
    assert [row.mark for row in replaced] == [PAID, *[REPLACED] * 4]
    assert queries.replaced_tables(loan, AGREED - A_DAY) == []


def test_the_workbook_has_a_sheet_for_each_table(actors):
    loan = restructured(actors)
    book = load_workbook(io.BytesIO(queries.schedule_workbook(loan, SEPTEMBER)))
    assert book.sheetnames[1:] == [f"重组前 {AGREED}"]
    now, before = (list(sheet.iter_rows(values_only=True)) for sheet in book)
    head = next(place for place, row in enumerate(now) if row[0] == "期次")
    assert (now[head + 1][1].date(), now[head + 1][3]) == (SEPTEMBER, SEPTEMBER_FEN / 100)
    assert (before[3][1].date(), before[3][9]) == (JUNE, "已还清")


# --- The database -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "changes", [{"maturity": date(2030, 1, 1)}, {"terms": {}}, {"principal_fen": 1}], ids=lambda c: next(iter(c))
)
def test_what_was_agreed_is_not_rewritten(actors, changes: dict[str, Any]):
    loan = restructured(actors)
    for rows in (Loan.objects.filter(pk=loan.pk), loan.restructurings.all()):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**changes)


def test_the_database_asks_for_a_second_person_and_keeps_the_rows(actors):
    found = propose(actors, paid_to_the_day(actors))
    alone = {"state": "APPROVED", "decided_by": found.proposed_by, "observation_until": OBSERVED_UNTIL}
    with pytest.raises(IntegrityError, match="restructured_by_two"), transaction.atomic():
        Restructuring.objects.filter(pk=found.pk).update(**alone)
    with pytest.raises(DatabaseError), transaction.atomic():
        Restructuring.objects.filter(pk=found.pk).delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        Instalment.objects.filter(loan=found.loan).update(interest_fen=0)
