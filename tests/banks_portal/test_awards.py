"""From due diligence to disbursement: one proposes, two approve with cover, and the loan is paid out once."""

from datetime import date
from decimal import Decimal

import pytest

from banks_portal.models import CreditDecision
from banks_portal.services import contracts, credit, diligence, lending
from finance_platform.foundation.errors import Conflict, Forbidden, IllegalTransition, Invalid, NotFound
from pledges import loan_schedule
from pledges.models import Application
from risk_fund.models import Enrolment
from risk_fund.rules.samples import LEVERAGED
from tests.banks_portal import journey
from tests.banks_portal.journey import CHOSEN, DECIDED, PAID_OUT, PRINCIPAL_FEN, SIGNED
from tests.factories import colleague, make_paper

pytestmark = pytest.mark.django_db


def approve(by, decision):
    return credit.approve(by=by, at=DECIDED, decision_id=decision.pk)


def test_two_approvers_beside_the_proposer_approve_a_credit(actors):
    application = journey.in_diligence(actors)
    decision = journey.proposed(actors, application)
    assert approve(actors.bank_approver, decision).state == "SUPPORTED"
    assert Application.objects.get(pk=application.pk).state == "DUE_DILIGENCE"
    assert approve(actors.bank_approver2, decision).state == "APPROVED"
    assert Application.objects.get(pk=application.pk).state == "APPROVED"
    assert not Enrolment.objects.exists()


def test_one_person_cannot_approve_twice(actors):
    decision = journey.proposed(actors, journey.in_diligence(actors))
    approve(actors.bank_approver, decision)
    with pytest.raises(Forbidden, match="不同人员"):
        approve(actors.bank_approver, decision)


def test_the_database_refuses_the_same_hand_twice(actors):
    decision = journey.proposed(actors, journey.in_diligence(actors))
    with pytest.raises(Exception, match="three_distinct_hands"):
        CreditDecision.objects.filter(pk=decision.pk).update(first_by=decision.proposed_by)


def test_the_second_approval_reserves_cover(actors):
    code = journey.fund_with_scheme(actors)
    application = journey.approved(actors, scheme_code=code)
    enrolment = Enrolment.objects.get(application=application)
    assert (enrolment.state, enrolment.reserved_fen) == ("RESERVED", PRINCIPAL_FEN)


def test_an_approval_whose_cover_is_refused_is_refused_aloud_and_can_go_on_without_cover(actors):
    code = journey.fund_with_scheme(actors, PRINCIPAL_FEN // 11, LEVERAGED)  # ten times that is less than the loan
    application = journey.in_diligence(actors)
    decision = journey.proposed(actors, application, with_cover=True, scheme_code=code)
    approve(actors.bank_approver, decision)
    with pytest.raises(Conflict, match=r"风险补偿额度预占未通过.*不纳入风险补偿"):
        approve(actors.bank_approver2, decision)
    assert CreditDecision.objects.get(pk=decision.pk).state == "SUPPORTED"
    credit.withdraw(by=actors.bank_officer, at=DECIDED, decision_id=decision.pk, reason="额度不足")
    again = journey.proposed(actors, application)
    for approver in (actors.bank_approver, actors.bank_approver2):
        approve(approver, again)
    assert Application.objects.get(pk=application.pk).state == "APPROVED"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"principal_fen": PRINCIPAL_FEN + 1}, "principal_fen"),
        ({"principal_fen": 0}, "principal_fen"),
        ({"ltv_limit": Decimal("0.0001")}, "principal_fen"),
        ({"ltv_limit": Decimal("1.5")}, "ltv_limit"),
        ({"with_cover": True}, "scheme_code"),
        ({"note": " "}, "note"),
    ],
)
def test_a_proposal_that_breaks_a_limit_is_refused_by_field(actors, changes, field):
    application = journey.in_diligence(actors)
    with pytest.raises(Invalid) as refusal:
        journey.proposed(actors, application, **changes)
    assert set(refusal.value.fields) == {field}


def test_without_an_issued_appraisal_nothing_is_proposed(actors):
    with pytest.raises(Invalid, match="尚无已出具的评估报告"):
        journey.proposed(actors, journey.in_diligence(actors, appraised=False))


def test_a_second_decision_beside_an_open_one_is_refused(actors):
    application = journey.in_diligence(actors)
    journey.proposed(actors, application)
    with pytest.raises(Conflict, match="已有审批中"):
        journey.proposed(actors, application)
    with pytest.raises(Conflict, match="尚在进行"):
        diligence.decline(by=actors.bank_officer, at=DECIDED, application_id=application.pk, code="value", text="低")


def test_a_refused_credit_needs_a_reason_and_leaves_the_way_open(actors):
    application = journey.in_diligence(actors)
    decision = journey.proposed(actors, application)
    with pytest.raises(Invalid):
        credit.refuse(by=actors.bank_approver, at=DECIDED, decision_id=decision.pk, reason="")
    credit.refuse(by=actors.bank_approver, at=DECIDED, decision_id=decision.pk, reason="行业敞口已满")
    assert journey.proposed(actors, application).state == "PROPOSED"


def test_another_bank_finds_neither_the_award_nor_the_decision(actors):
    application = journey.in_diligence(actors)
    decision = journey.proposed(actors, application)
    stranger = colleague(actors.other_bank_officer, "bank_approver")
    with pytest.raises(NotFound):
        approve(stranger, decision)
    with pytest.raises(NotFound):
        credit.propose(
            by=actors.other_bank_officer, at=DECIDED, application_id=application.pk, principal_fen=1,
            ltv_limit=Decimal("0.5"), note="x", with_cover=False,
        )  # fmt: skip


@pytest.mark.parametrize("who", ["bank_officer", "enterprise", "checker", "auditor"])
def test_only_an_approver_approves(actors, who):
    decision = journey.proposed(actors, journey.in_diligence(actors))
    with pytest.raises(Forbidden):
        approve(getattr(actors, who), decision)


def test_an_approved_decision_is_not_approved_again(actors):
    journey.approved(actors)
    third = colleague(actors.bank_officer, "bank_approver")
    with pytest.raises(IllegalTransition):
        approve(third, CreditDecision.objects.get())


# --- Contracts and disbursement ---------------------------------------------------------------------------------------
def test_contracts_follow_from_the_decision_without_retyping(actors):
    application = journey.contracted(actors)
    assert application.agreement.secured_amount_fen == PRINCIPAL_FEN
    assert application.agreement.maturity == date(2027, 6, 14)  # 60 days to register and disburse, then 24 months


def test_contracts_need_an_approved_decision(actors):
    application = journey.in_diligence(actors)
    papers = [make_paper(actors.bank_officer, kind, SIGNED) for kind in ("a", "b")]
    with pytest.raises(NotFound, match="已批的授信"):
        contracts.prepare(
            by=actors.bank_officer, at=SIGNED, application_id=application.pk, contract_document_id=papers[0],
            loan_contract_document_id=papers[1],
        )  # fmt: skip


def disburse(actors, application, on=PAID_OUT):
    return lending.disburse(by=actors.bank_officer, at=on, application_id=application.pk, disbursed_on=on.date())


def test_the_loan_is_paid_out_on_the_terms_that_were_offered_and_cover_is_committed(actors):
    code = journey.fund_with_scheme(actors)
    loan = journey.lent(actors, scheme_code=code)
    rows = loan_schedule.build(loan.terms)["rows"]
    assert (loan.principal_fen, len(rows), rows[0]["due"]) == (PRINCIPAL_FEN, 24, "2025-05-21")
    enrolment = Enrolment.objects.get()
    assert (enrolment.state, enrolment.loan, enrolment.committed_fen) == ("COMMITTED", loan, PRINCIPAL_FEN)


def test_nothing_is_paid_out_before_every_pledge_is_registered(actors):
    application = journey.contracted(actors)
    with pytest.raises(Conflict, match="登记尚未全部完成"):
        disburse(actors, application)


def test_a_second_disbursement_is_refused(actors):
    loan = journey.lent(actors)
    with pytest.raises(Conflict):
        disburse(actors, loan.application)


def test_a_loan_that_would_outlast_the_secured_debt_is_refused(actors):
    application = journey.registered(actors)
    with pytest.raises(Conflict, match="晚于质押合同的债务届满日"):
        disburse(actors, application, CHOSEN.replace(month=7))
