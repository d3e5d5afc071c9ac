"""Restructuring at the bank's two doors: the fund's cover holds what it held, another person of the bank decides."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from banks_portal.queries import claims as claim_queries
from banks_portal.services import claims, restructurings, servicing
from finance_platform.foundation import viewer
from finance_platform.foundation.errors import Conflict, Forbidden, Invalid, NotFound
from finance_platform.foundation.services import people
from pledges import queries as pledges
from pledges.models import Loan, Restructuring
from pledges.services import loans
from pledges.services import restructurings as of_loans
from risk_fund.models import Claim
from risk_fund.queries import enrolments as fund_enrolments
from risk_fund.queries import sharing
from risk_fund.services import claims as fund_claims
from risk_fund.services import orders
from tests.banks_portal import journey
from tests.factories import at, colleague, make_paper, set_clock
from tests.risk_fund.cover import evidence

pytestmark = pytest.mark.django_db
FIRST_DUE, AGREED = date(2025, 5, 21), date(2025, 6, 1)
SIGNED, APPROVED = at(2025, 6, 1, 15), at(2025, 6, 2)
MATURITY = date(2027, 4, 21)
PLAN = {"method": "interest_only", "maturity": MATURITY, "settlement": "quarter"}


@pytest.fixture
def code(actors) -> str:
    return journey.fund_with_scheme(actors)


@pytest.fixture
def covered(actors, code) -> Loan:
    """Return a loan under cover of which the first instalment was paid on its day."""
    loan = journey.lent(actors, scheme_code=code)
    row = loan.instalments.get(no=1)
    servicing.record_receipt(
        by=actors.bank_officer, at=at(2025, 5, 21, 14), loan_id=loan.pk, received_on=FIRST_DUE,
        amount_fen=row.interest_fen + row.principal_fen, reference="R-1",
    )  # fmt: skip
    return Loan.objects.get(pk=loan.pk)


def propose(actors, loan: Loan, when: Any = SIGNED, **changes: Any) -> Restructuring:
    values: dict[str, Any] = {
        "by": actors.bank_officer, "agreed_on": AGREED, "annual_rate": Decimal("0.036"), "plan": PLAN,
        "difficulty": "主要客户停产", "agreement_document_id": make_paper(actors.bank_officer, "agreement", when),
    } | changes  # fmt: skip
    return restructurings.propose(at=when, loan_id=loan.pk, **values)


def restructured(actors, loan: Loan) -> Loan:
    found = propose(actors, loan)
    restructurings.approve(by=actors.bank_approver, at=APPROVED, restructuring_id=found.pk)
    return Loan.objects.get(pk=loan.pk)


# --- Cover ------------------------------------------------------------------------------------------------------------
def test_a_covered_loan_is_restructured_within_its_maturity_and_the_cover_stays(actors, covered):
    enrolment = fund_enrolments.enrolment_of_loan(covered.pk)
    before = fund_enrolments.outstanding_fen(enrolment), fund_enrolments.covered_fen(enrolment)
    loan = restructured(actors, covered)
    assert (loan.state, loan.maturity) == ("RESTRUCTURED", MATURITY)
    assert (fund_enrolments.outstanding_fen(enrolment), fund_enrolments.covered_fen(enrolment)) == before
    assert before[0] == loan.outstanding_principal_fen == pledges.debt(loan, AGREED).principal_fen
    found = loan.restructurings.get()
    # 11 days at 4.35 % on what is left after the first instalment.
    assert found.carried_interest_fen == round(before[0] * 435 * 11 / 10_000 / 360)


def test_a_longer_loan_would_need_the_funds_consent_for_which_there_is_no_way(actors, covered):
    with pytest.raises(Conflict) as refusal:
        propose(actors, covered, plan=PLAN | {"maturity": date(2027, 4, 22)})
    assert (refusal.value.code, set(refusal.value.fields)) == ("cover_ends_at_maturity", {"maturity"})
    assert "平台尚无" in refusal.value.message
    assert not Restructuring.objects.exists()


def test_without_cover_the_secured_maturity_is_the_bound(actors):
    loan = journey.lent(actors)
    row = loan.instalments.get(no=1)
    servicing.record_receipt(
        by=actors.bank_officer, at=at(2025, 5, 21, 14), loan_id=loan.pk, received_on=FIRST_DUE,
        amount_fen=row.interest_fen + row.principal_fen, reference="R-1",
    )  # fmt: skip
    assert propose(actors, loan, plan=PLAN | {"maturity": date(2027, 6, 14)}).maturity == date(2027, 6, 14)


def test_not_while_a_claim_is_under_way(actors, covered):
    late = at(2025, 9, 1)
    loans.run_day(by=actors.system, at=late, on=late.date(), loan_id=covered.pk)
    owed = pledges.debt(Loan.objects.get(pk=covered.pk), late.date())
    servicing.record_receipt(
        by=actors.bank_officer, at=late, loan_id=covered.pk, received_on=late.date(), reference="R-2",
        amount_fen=owed.interest_fen + owed.penalty_fen + owed.compound_fen,
    )  # fmt: skip
    key = {"agreed_on": late.date()}
    found = propose(actors, covered, at(2025, 9, 1, 15), **key)
    claim = claims.file(by=actors.bank_officer, at=at(2025, 9, 1, 16), loan_id=covered.pk, evidence=evidence(actors))
    with pytest.raises(Conflict) as refusal:
        restructurings.approve(by=actors.bank_approver, at=at(2025, 9, 1, 17), restructuring_id=found.pk)
    assert refusal.value.code == "claim_open"
    fund_claims.withdraw(by=actors.bank_officer, at=at(2025, 9, 2), claim_id=claim.pk, reason="拟重组")
    assert restructurings.approve(
        by=actors.bank_approver, at=at(2025, 9, 2), restructuring_id=found.pk
    ).state == "APPROVED"  # fmt: skip


def test_a_restructured_loan_that_fails_is_compensated_by_its_new_terms(actors, covered, calendars):
    loan = restructured(actors, covered)
    principal_fen = loan.outstanding_principal_fen
    defaulted = at(2025, 9, 25)
    loans.run_day(by=actors.system, at=defaulted, on=defaulted.date(), loan_id=loan.pk)
    notice = make_paper(actors.bank_officer, "notice", defaulted)
    servicing.accelerate(by=actors.bank_approver, at=defaulted, loan_id=loan.pk, notice_document_id=notice)
    loan = Loan.objects.get(pk=loan.pk)
    owed = pledges.debt(loan, defaulted.date())
    with viewer.seen_by(actors.bank_officer):
        assembled = claim_queries.assemble(actors.bank_officer, loan.pk, defaulted.date())
    # June's instalment holds the interest of the broken period, which began on 21 May.
    assert (assembled.due, assembled.interest_days) == (date(2025, 6, 20), (defaulted.date() - FIRST_DUE).days)
    claim = claims.file(by=actors.bank_officer, at=defaulted, loan_id=loan.pk, evidence=evidence(actors))
    assert (claim.principal_fen, claim.interest_fen) == (principal_fen, owed.interest_fen)
    assert claim.difference_fen == 0  # the fund's own reckoning is the same
    for review, by in ((fund_claims.first_review, actors.first_reviewer), (fund_claims.check, actors.checker),
                       (fund_claims.approve, actors.approver)):  # fmt: skip
        review(by=by, at=at(2025, 9, 26), claim_id=claim.pk, agree=True, note="一致")
    fund_claims.publicise(by=actors.system, at=at(2025, 9, 26), claim_id=claim.pk)
    claim = Claim.objects.get(pk=claim.pk)
    order = orders.make(
        by=actors.cashier, at=at(2025, 10, 20), kind="claim_payment", subject=claim.number, reference="PAY-1",
        amount_fen=claim.compensation_fen,
    )  # fmt: skip
    orders.confirm(by=actors.accountant, at=at(2025, 10, 20), order_id=order.pk)
    loan = Loan.objects.get(pk=loan.pk)
    assert loan.state == "IN_RECOVERY"
    assert pledges.debt(loan, date(2025, 10, 20)).total_fen == owed.total_fen
    assert [
        name for name, holds, _detail in sharing.checks(claim.enrolment.scheme_version.scheme.fund) if not holds
    ] == []


# --- Plans ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"plan": {"method": "equal_principal", "maturity": MATURITY}}, "instalments"),
        ({"plan": {"method": "equal_instalment", "instalments": 20}}, "first_due"),
        ({"plan": {"method": "interest_only", "maturity": MATURITY}}, "settlement"),
        ({"plan": {"method": "bullet"}}, "maturity"),
        ({"plan": {"method": "forgiven"}}, "method"),
        ({"annual_rate": Decimal(0)}, "annual_rate"),
        ({"annual_rate": Decimal("0.2401")}, "annual_rate"),
        ({"plan": {"method": "bullet", "maturity": AGREED}}, "/maturity"),
    ],
)
def test_a_plan_that_is_incomplete_is_refused_by_its_field(actors, covered, changes: dict[str, Any], field: str):
    with pytest.raises(Invalid) as refusal:
        propose(actors, covered, **changes)
    assert field in refusal.value.fields


def test_every_method_can_be_agreed(actors, covered):
    for plan in (
        {"method": "equal_principal", "first_due": date(2025, 7, 1), "instalments": 20},
        {"method": "equal_instalment", "first_due": date(2025, 7, 1), "instalments": 20},
        {"method": "bullet", "maturity": MATURITY},
    ):
        found = propose(actors, covered, plan=plan)
        assert found.terms["method"] == plan["method"]
        of_loans.withdraw(by=actors.bank_officer, at=SIGNED, restructuring_id=found.pk, reason="另议")


# --- Hands ------------------------------------------------------------------------------------------------------------
def test_hands_roles_and_banks(actors, covered):
    with pytest.raises(Forbidden):
        propose(actors, covered, by=actors.bank_approver)
    with pytest.raises(NotFound):
        propose(actors, covered, by=actors.other_bank_officer)
    found = propose(actors, covered)
    with pytest.raises(Forbidden):
        restructurings.approve(by=actors.bank_officer, at=APPROVED, restructuring_id=found.pk)
    with pytest.raises(NotFound):
        stranger = colleague(actors.other_bank_officer, "bank_approver")
        restructurings.approve(by=stranger, at=APPROVED, restructuring_id=found.pk)
    people.delegate(
        by=actors.bank_approver, at=SIGNED, delegate_id=actors.bank_officer.pk, starts_at=SIGNED,
        ends_at=at(2025, 6, 9), reason="出差",
    )  # fmt: skip
    with pytest.raises(Forbidden, match="不同人员"):
        restructurings.approve(by=actors.bank_officer, at=APPROVED, restructuring_id=found.pk)


# --- Pages ------------------------------------------------------------------------------------------------------------
def page(client, user, name: str, *args: Any, data: dict[str, Any] | None = None) -> Any:
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    address = reverse(name, args=args)
    return client.get(address) if data is None else client.post(address, data, follow=True)


def form(**changes: Any) -> dict[str, Any]:
    return {
        "agreed_on": AGREED.isoformat(), "method": "interest_only", "annual_rate": "3.6", "settlement": "quarter",
        "maturity": MATURITY.isoformat(), "difficulty": "主要客户停产",
        "agreement": SimpleUploadedFile("agreement.pdf", b"agreed"),
    } | changes  # fmt: skip


def test_the_officer_fills_a_form_and_the_approver_reads_the_new_table(actors, covered, client):
    set_clock(SIGNED)
    shown = page(client, actors.bank_officer, "bank_loan", covered.number).content.decode()
    assert reverse("bank_restructure", args=[covered.number]) in shown
    refused = page(client, actors.bank_officer, "bank_restructure", covered.number, data=form(maturity="2027-05-01"))
    assert "平台尚无此办理路径" in refused.content.decode()
    page(client, actors.bank_officer, "bank_restructure", covered.number, data=form())
    found = Restructuring.objects.get()
    assert found.terms["rate"] == {"annual": "0.036"}
    desk = page(client, actors.bank_approver, "bank_workbench").content.decode()
    assert found.number in desk
    read = page(client, actors.bank_approver, "bank_restructuring", found.number).content.decode()
    assert "等额本息" in read
    assert "2027-04-21" in read
    page(client, actors.bank_approver, "bank_restructuring_approve", found.number, data={})
    assert Loan.objects.get(pk=covered.pk).state == "RESTRUCTURED"
    mine = page(client, actors.enterprise, "sme_loan", covered.number).content.decode()
    assert found.number in mine
    assert "重组前的还款计划" in mine
    assert page(client, actors.enterprise, "document", found.agreement_id).status_code == 200
    assert page(client, actors.bank_officer, "bank_loan", covered.number).status_code == 200


def test_the_approver_refuses_and_the_officer_takes_back_with_a_reason(actors, covered, client):
    set_clock(SIGNED)
    found = propose(actors, covered)
    for user, state in ((actors.bank_approver, "REFUSED"), (actors.bank_officer, "WITHDRAWN")):
        page(client, user, "bank_restructuring_close", found.number, data={"reason": "条款需重议"})
        assert Restructuring.objects.get(pk=found.pk).state == state
        found = propose(actors, covered)


def test_others_do_not_find_the_pages(actors, covered, client):
    set_clock(SIGNED)
    found = propose(actors, covered)
    for user in (actors.other_bank_officer, actors.enterprise):
        assert page(client, user, "bank_restructuring", found.number).status_code == 404
    assert page(client, actors.bank_approver, "bank_restructure", covered.number).status_code == 403


# --- JSON -------------------------------------------------------------------------------------------------------------
def call(client, user, path: str, body: Any = None) -> Any:
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    if body is None:
        return client.get(f"/api/v1/{path}")
    return client.post(f"/api/v1/{path}", body, content_type="application/json")


def test_the_same_over_json(actors, covered, client):
    set_clock(SIGNED)
    agreement = make_paper(actors.bank_officer, "agreement", SIGNED)
    body = {
        "agreed_on": "2025-06-01", "annual_rate": "0.036", "difficulty": "主要客户停产",
        "agreement_document_id": str(agreement),
        "plan": {"method": "interest_only", "maturity": "2027-04-21", "settlement": "quarter"},
    }  # fmt: skip
    path = f"loans/{covered.number}/restructurings"
    assert call(client, actors.enterprise, path, body).status_code == 403
    assert call(client, actors.other_bank_officer, path, body).status_code == 404
    made = call(client, actors.bank_officer, path, body)
    assert made.status_code == 201
    number = made.json()["number"]
    assert made.json()["state"] == "PROPOSED"
    assert call(client, actors.bank_officer, f"restructurings/{number}/approval", {}).status_code == 403
    assert call(client, actors.enterprise, f"restructurings/{number}").status_code == 404
    approved = call(client, actors.bank_approver, f"restructurings/{number}/approval", {})
    assert (approved.status_code, approved.json()["state"]) == (200, "APPROVED")
    assert approved.json()["observation_until"] == "2026-06-20"
    detail = call(client, actors.enterprise, f"loans/{covered.number}").json()
    assert (detail["state"], detail["method"], detail["restructured_on"]) == (
        "RESTRUCTURED", "interest_only", "2025-06-01",
    )  # fmt: skip
    assert detail["rows"][0]["due"] == "2025-06-20"
    assert [row["number"] for row in call(client, actors.enterprise, path).json()] == [number]
    late = call(client, actors.bank_officer, f"restructurings/{number}/withdrawal", {"reason": "晚了"})
    assert late.status_code == 409
