"""A loan's life: paid out against registered pledges on agreed terms, accelerated, compensated, pursued, settled."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from finance_platform.foundation.errors import Conflict, Forbidden, IllegalTransition, Invalid, NotFound, OutOfRange
from pledges import loan_schedule, queries
from pledges.models import Application, Instalment, Loan, PledgeAgreement
from pledges.services import loans, registrations
from tests.factories import (
    DEFAULTED,
    FILED,
    FIRST_DUE,
    PAID_OUT,
    PRINCIPAL_FEN,
    REGISTERED,
    at,
    loan_terms,
    make_contracted_application,
    make_loan,
    make_paper,
    make_registered,
)

pytestmark = pytest.mark.django_db
DAY = timezone.localdate(PAID_OUT)


@pytest.fixture
def application(actors):
    application = make_contracted_application(actors)
    make_registered(actors, application)
    return application


def paid_out(actors, application: Application, **changes: Any) -> Loan:
    values = {
        "by": actors.bank_officer, "at": PAID_OUT, "application_id": application.pk, "principal_fen": PRINCIPAL_FEN,
        "terms": loan_terms(), "disbursed_on": DAY,
    } | changes  # fmt: skip
    return loans.disburse(**values)


# --- Disbursement ----------------------------------------------------------------------------------------------------
def test_a_loan_takes_the_table_of_its_terms(actors, application):
    loan = paid_out(actors, application)
    rows = loan_schedule.build(loan_terms())["rows"]
    assert (loan.state, loan.number, loan.maturity) == ("ACTIVE", "DK-2025-00001", date(2027, 4, 21))
    stored = loan.instalments.values_list("no", "due", "interest_fen", "principal_fen")
    assert [(n, d.isoformat(), i, p) for n, d, i, p in stored] == [
        (r["no"], r["due"], r["interest"], r["principal"]) for r in rows
    ]
    assert sum(row.principal_fen for row in loan.instalments.all()) == PRINCIPAL_FEN
    assert queries.application(actors.enterprise, application.pk).state == "DISBURSED"


def test_a_loan_is_paid_out_once_and_the_database_refuses_a_second(actors, application):
    loan = paid_out(actors, application)
    with pytest.raises(Conflict, match="已放款"):
        paid_out(actors, application)
    again = {
        field.name: getattr(loan, field.name)
        for field in Loan._meta.concrete_fields
        if field.name not in {"id", "state"}
    }
    with pytest.raises(IntegrityError, match="application"), transaction.atomic():
        Loan.objects.create(**again | {"number": "DK-2025-99999", "agreement": None})


def test_nothing_is_paid_out_before_every_registry_has_registered(actors):
    application = make_contracted_application(actors)
    agreement = PledgeAgreement.objects.get(application=application)
    with pytest.raises(Conflict) as refusal:
        paid_out(actors, application)
    assert refusal.value.code == "not_registered"
    pledge = registrations.file(by=actors.bank_officer, at=FILED, agreement_id=agreement.pk, registry="patent")
    result: dict[str, Any] = {"pledge_id": pledge.pk, "certificate_no": "A-1", "registered_on": date(2025, 4, 18)}
    registrations.key_result(by=actors.bank_officer, at=REGISTERED, **result)
    registrations.confirm_result(by=actors.bank_approver, at=REGISTERED, **result)
    with pytest.raises(Conflict):
        paid_out(actors, application)


@pytest.mark.parametrize("day", [date(2025, 4, 17), date(2025, 4, 22)])
def test_the_day_of_payment_lies_between_registration_and_today(actors, application, day: date):
    terms = loan_terms(disbursements=[{"date": day.isoformat(), "amount": PRINCIPAL_FEN}])
    with pytest.raises(Invalid) as refusal:
        paid_out(actors, application, disbursed_on=day, terms=terms)
    assert "disbursed_on" in refusal.value.fields


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"rate": {"annual": 0.0435}}, "/rate/annual"),
        ({"instalments": 0}, "/instalments"),
        ({"as_of": "2025-05-01"}, "/as_of"),
        ({"payments": []}, "/payments"),
        ({"prepayments": [{"date": "2025-06-01", "amount": 1}]}, "/prepayments"),
        ({"disbursements": [{"date": "2025-04-21", "amount": PRINCIPAL_FEN - 1}]}, "terms"),
        (
            {"rate": {"lpr": "1Y", "bp": 90, "reset": "anniversary"}, "lpr": [{"date": "2025-01-20", "1Y": "0.031"}]},
            "terms",
        ),
    ],
)  # fmt: skip
def test_terms_that_are_no_plain_contract_are_refused_by_their_place(actors, application, changes: dict, pointer: str):
    with pytest.raises(Invalid) as refusal:
        paid_out(actors, application, terms=loan_terms(**changes))
    assert pointer in refusal.value.fields


def test_terms_may_say_how_lateness_is_charged(actors, application):
    loan = paid_out(actors, application, terms=loan_terms(penalty={"multiple": "1.3", "compound": False}))
    owed = queries.debt(loan, FIRST_DUE + timedelta(days=30))
    row = loan.instalments.first()
    # Principal of the first row x 4.35 % x 1.3 x 30/360, half up to the fen.
    assert (owed.penalty_fen, owed.compound_fen) == ((row.principal_fen * 435 * 13 + 600_000) // 1_200_000, 0)


def test_a_loan_ends_by_the_secured_maturity(actors):
    application = make_contracted_application(actors, maturity=date(2027, 4, 20))
    make_registered(actors, application)
    with pytest.raises(Conflict) as refusal:
        paid_out(actors, application)
    assert refusal.value.code == "beyond_secured_maturity"


def test_a_guarantor_is_a_guarantor(actors, application):
    with pytest.raises(Invalid):
        paid_out(actors, application, guarantor_id=actors.appraiser.organisation.pk)
    with pytest.raises(NotFound):
        paid_out(actors, application, guarantor_id=10**9)
    loan = paid_out(actors, application, guarantor_id=actors.guarantor.organisation.pk)
    assert queries.loan(actors.guarantor, loan.pk) == loan


@pytest.mark.parametrize("who", ["enterprise", "bank_approver", "intake", "approver", "auditor", "public"])
def test_only_a_loan_officer_pays_out(actors, application, who: str):
    with pytest.raises(Forbidden):
        paid_out(actors, application, by=getattr(actors, who))


def test_a_bank_that_did_not_win_finds_nothing_to_pay_out(actors, application):
    with pytest.raises(NotFound):
        paid_out(actors, application, by=actors.other_bank_officer)


def test_the_database_keeps_what_was_agreed(actors):
    loan = make_loan(actors)
    for change in ({"terms": {}}, {"principal_fen": 1}, {"maturity": date(2030, 1, 1)}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Loan.objects.filter(pk=loan.pk).update(**change)
    for change in ("update", "delete"):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows = Instalment.objects.filter(loan=loan)
            rows.update(interest_fen=0) if change == "update" else rows.delete()


# --- Who sees it -----------------------------------------------------------------------------------------------------
def test_a_loan_is_seen_by_its_sides_and_by_the_offices_of_its_region(actors):
    loan = make_loan(actors)
    seen = {name for name, person in actors.everyone().items() if queries.loans_visible_to(person).exists()}
    assert seen == {
        "enterprise", "bank_officer", "bank_approver", "bank_approver2", "intake", "verifier", "verifier2",
        "first_reviewer", "checker", "approver", "cashier", "accountant", "auditor", "system",
    }  # fmt: skip
    with pytest.raises(NotFound):
        queries.loan_by_number(actors.other_bank_officer, loan.number)


def test_a_day_before_the_payment_has_no_debt(actors):
    with pytest.raises(OutOfRange) as refusal:
        queries.debt(make_loan(actors), DAY - timedelta(days=1))
    assert "on" in refusal.value.fields


# --- Class, acceleration ---------------------------------------------------------------------------------------------
def test_the_banks_class_may_be_worse_than_the_calendar_but_not_better(actors):
    loan = make_loan(actors, state="OVERDUE")
    assert (loan.class_floor, loan.bank_class) == ("substandard", "substandard")
    with pytest.raises(Invalid, match="次级"):
        loans.classify(by=actors.bank_officer, at=DEFAULTED, loan_id=loan.pk, bank_class="special_mention")
    assert loans.classify(by=actors.bank_officer, at=DEFAULTED, loan_id=loan.pk, bank_class="loss").bank_class == "loss"


def test_acceleration_takes_an_overdue_loan_the_banks_own_notice_and_happens_once(actors):
    loan = make_loan(actors)
    notice = make_paper(actors.bank_officer, "acceleration_notice")
    key = {"by": actors.bank_approver, "at": DEFAULTED, "loan_id": loan.pk}
    with pytest.raises(IllegalTransition):
        loans.accelerate(**key, notice_document_id=notice)
    loans.run_day(by=actors.system, at=DEFAULTED, on=timezone.localdate(DEFAULTED))
    with pytest.raises(NotFound):
        loans.accelerate(**key, notice_document_id=make_paper(actors.enterprise, "notice"))
    done = loans.accelerate(**key, notice_document_id=notice)
    assert (done.state, done.accelerated_on) == ("ACCELERATED", timezone.localdate(DEFAULTED))
    with pytest.raises(Conflict, match="已于"):
        loans.accelerate(**key, notice_document_id=notice)


@pytest.mark.parametrize("who", ["bank_officer", "enterprise", "approver", "public"])
def test_only_the_banks_approver_accelerates(actors, who: str):
    loan = make_loan(actors, state="OVERDUE")
    with pytest.raises(Forbidden):
        loans.accelerate(by=getattr(actors, who), at=DEFAULTED, loan_id=loan.pk, notice_document_id=uuid4())


def test_a_loan_compensated_before_acceleration_can_still_be_declared_due(actors):
    loan = make_loan(actors, state="OVERDUE")
    loans.mark_compensated(by=actors.accountant, at=DEFAULTED, loan_id=loan.pk, claim_number="BC-2025-00001")
    notice = make_paper(actors.bank_officer, "acceleration_notice")
    done = loans.accelerate(by=actors.bank_approver, at=DEFAULTED, loan_id=loan.pk, notice_document_id=notice)
    assert (done.state, queries.debt(done, timezone.localdate(DEFAULTED)).overdue_principal_fen) == (
        "IN_RECOVERY", PRINCIPAL_FEN,
    )  # fmt: skip


# --- Compensation and the end ----------------------------------------------------------------------------------------
@pytest.mark.parametrize("state", ["OVERDUE", "ACCELERATED"])
def test_compensation_leaves_the_debt_schedule_and_class_as_they_were(actors, state: str):
    loan = make_loan(actors, state=state)
    days = [timezone.localdate(DEFAULTED) + timedelta(days=n) for n in (0, 1, 200)]
    before = [queries.statement(loan, day) for day in days]
    figures = (loan.outstanding_principal_fen, loan.days_past_due, loan.class_floor, loan.bank_class)
    loans.mark_compensated(by=actors.accountant, at=DEFAULTED, loan_id=loan.pk, claim_number="BC-2025-00001")
    loan.refresh_from_db()
    assert (loan.state, loan.claim_number) == ("IN_RECOVERY", "BC-2025-00001")
    assert [queries.statement(loan, day) for day in days] == before
    assert (loan.outstanding_principal_fen, loan.days_past_due, loan.class_floor, loan.bank_class) == figures


@pytest.mark.parametrize("who", ["cashier", "bank_officer", "enterprise", "checker", "public"])
def test_only_the_accountant_who_confirms_the_payment_marks_compensation(actors, who: str):
    loan = make_loan(actors, state="OVERDUE")
    with pytest.raises(Forbidden):
        loans.mark_compensated(by=getattr(actors, who), at=DEFAULTED, loan_id=loan.pk, claim_number="BC-1")


def test_compensation_wants_a_claim_and_a_loan_in_default(actors):
    loan = make_loan(actors)
    with pytest.raises(IllegalTransition):
        loans.mark_compensated(by=actors.accountant, at=PAID_OUT, loan_id=loan.pk, claim_number="BC-1")
    with pytest.raises(Invalid):
        loans.mark_compensated(by=actors.accountant, at=PAID_OUT, loan_id=loan.pk, claim_number=" ")


def test_recovery_without_compensation_wants_papers(actors):
    loan = make_loan(actors, state="ACCELERATED")
    with pytest.raises(Invalid):
        loans.pursue(by=actors.bank_officer, at=DEFAULTED, loan_id=loan.pk, papers=" ")
    assert loans.pursue(by=actors.bank_officer, at=DEFAULTED, loan_id=loan.pk, papers="(2025)内0102民初1号").state == (
        "IN_RECOVERY"
    )


def test_a_loan_with_a_fen_left_is_not_settled(actors):
    loan = make_loan(actors, state="ACCELERATED")
    owed = queries.debt(loan, timezone.localdate(DEFAULTED)).total_fen
    receipt = {"by": actors.bank_officer, "at": DEFAULTED, "loan_id": loan.pk}
    loans.record_receipt(**receipt, received_on=timezone.localdate(DEFAULTED), amount_fen=owed - 1, reference="R-1")
    with pytest.raises(Conflict, match=r"0\.01 元"):
        loans.settle(**receipt)
    loans.record_receipt(**receipt, received_on=timezone.localdate(DEFAULTED), amount_fen=1, reference="R-2")
    done = loans.settle(**receipt)
    assert (done.state, done.outstanding_principal_fen, done.days_past_due) == ("SETTLED", 0, 0)


def test_what_falls_due_on_the_very_day_keeps_a_loan_open(actors):
    # Principal is paid before interest under these terms: on the last day the interest alone is left.
    order = ["principal", "interest", "penalty", "compound"]
    terms = {
        "disbursements": loan_terms()["disbursements"], "rate": {"annual": "0.0435"}, "day_count": "act/360",
        "method": "bullet", "maturity": "2025-10-21", "penalty": {"order": order},
    }  # fmt: skip
    loan = make_loan(actors, terms=terms)
    last = at(2025, 10, 21)
    key = {"by": actors.bank_officer, "at": last, "loan_id": loan.pk}
    loans.record_receipt(**key, received_on=loan.maturity, amount_fen=PRINCIPAL_FEN, reference="R-1")
    assert queries.debt(loan, loan.maturity).total_fen == 0
    with pytest.raises(Conflict, match="未清偿"):
        loans.settle(**key)


@pytest.mark.parametrize("state", ["ACTIVE", "OVERDUE", "ACCELERATED", "SETTLED"])
def test_only_a_loan_in_recovery_is_written_off(actors, state: str):
    loan = make_loan(actors, state=state)
    with pytest.raises(IllegalTransition):
        loans.write_off(by=actors.bank_approver, at=DEFAULTED, loan_id=loan.pk, ruling="(2025)内01执终1号")


def test_a_write_off_leaves_the_debt_and_later_money_is_booked(actors):
    loan = make_loan(actors, state="IN_RECOVERY")
    day = timezone.localdate(DEFAULTED)
    before = queries.debt(loan, day)
    done = loans.write_off(by=actors.bank_approver, at=DEFAULTED, loan_id=loan.pk, ruling="(2025)内01执终1号")
    assert (done.state, queries.debt(done, day)) == ("WRITTEN_OFF", before)
    loans.record_receipt(
        by=actors.bank_officer, at=DEFAULTED, loan_id=loan.pk, received_on=day, amount_fen=1_000, reference="R-1"
    )
    assert queries.debt(done, day).total_fen == before.total_fen - 1_000


def test_a_foreign_loan_is_not_found_by_any_step(actors):
    loan = make_loan(actors, state="ACCELERATED")
    officer, approver = actors.other_bank_officer, actors.other_bank_officer
    for step in (
        lambda: loans.classify(by=officer, at=DEFAULTED, loan_id=loan.pk, bank_class="loss"),
        lambda: loans.pursue(by=officer, at=DEFAULTED, loan_id=loan.pk, papers="x"),
        lambda: loans.settle(by=approver, at=DEFAULTED, loan_id=loan.pk),
        lambda: loans.record_receipt(
            by=officer, at=DEFAULTED, loan_id=loan.pk, received_on=DAY, amount_fen=1, reference="x"
        ),
    ):
        with pytest.raises(NotFound):
            step()
