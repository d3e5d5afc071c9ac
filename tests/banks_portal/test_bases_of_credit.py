"""A credit proposal names the basis of its value: in force, in bounds, still so at the second approval."""

import pytest
from django.test import Client
from django.urls import reverse

from banks_portal.services import credit
from finance_platform.foundation.errors import Conflict, Invalid
from tests.banks_portal import journey
from tests.banks_portal.journey import DECIDED, PRINCIPAL_FEN
from tests.factories import set_clock
from tests.valuation import builders
from valuation.models import Appraisal
from valuation.services import bases, objections

pytestmark = pytest.mark.django_db
VALUE_FEN = 900_000_000


@pytest.fixture
def application(actors):
    found = journey.in_diligence(actors)
    set_clock(DECIDED)
    return found


def agreed(actors, application, value_fen=VALUE_FEN):
    call = {"at": DECIDED, "application_id": application.pk, "grounds": "参照同类交易"}
    found = bases.propose(by=actors.bank_officer, **call, value_fen=value_fen)
    return bases.agree(by=actors.enterprise, at=DECIDED, agreed_id=found.pk, value_fen=value_fen)


def internal(actors, application):
    document = builders.model(Appraisal(application=application))
    found = bases.measure(
        by=actors.bank_officer, at=DECIDED, application_id=application.pk, document=document, seed=3, evidence="报表"
    )
    return bases.decide(by=actors.bank_approver, at=DECIDED, valuation_id=found.pk, approve=True, note="同意")


@pytest.mark.parametrize(("basis", "word"), [("internal", "内部评估"), ("agreed", "协商定价"), ("guess", "价值依据")])
def test_a_basis_without_a_value_in_force_is_refused_and_named(actors, application, basis, word):
    with pytest.raises(Invalid) as refusal:
        journey.proposed(actors, application, basis=basis)
    assert word in refusal.value.fields["appraisal"]


def test_each_basis_lends_on_its_own_value(actors, application):
    decision = journey.proposed(actors, application)
    assert (decision.basis, decision.appraisal_number[:2]) == ("filed_report", "PG")
    for value, basis in ((agreed(actors, application), "agreed"), (internal(actors, application), "internal")):
        credit.withdraw(by=actors.bank_officer, at=DECIDED, decision_id=decision.pk, reason="改用其他依据")
        decision = journey.proposed(actors, application, basis=basis)
        assert (decision.basis, decision.appraisal_number) == (basis, value.number)
        assert decision.appraised_value_fen == value.appraised_value_fen
        assert decision.ltv_ratio == PRINCIPAL_FEN / value.appraised_value_fen


def test_a_loan_above_the_ceiling_of_internal_valuation_is_refused(actors, application):
    internal(actors, application)
    with pytest.raises(Invalid) as refusal:
        journey.proposed(actors, application, basis="internal", principal_fen=1_000_000_001)
    assert "银行内部评估限于" in refusal.value.fields["basis"]


def test_a_value_objected_to_meanwhile_stops_the_second_approval(actors, application):
    decision = journey.proposed(actors, application)
    credit.approve(by=actors.bank_approver, at=DECIDED, decision_id=decision.pk)
    appraisal = Appraisal.objects.get(number=decision.appraisal_number)
    objections.file(by=actors.enterprise, at=DECIDED, appraisal_id=appraisal.pk, ground="收入有误")
    with pytest.raises(Conflict) as refusal:
        credit.approve(by=actors.bank_approver2, at=DECIDED, decision_id=decision.pk)
    assert refusal.value.code == "value_not_in_force"


def test_the_credit_page_offers_what_is_in_force_and_the_case_prints_the_basis(actors, application):
    value = agreed(actors, application)
    client = Client()
    client.force_login(actors.bank_officer, "django.contrib.auth.backends.ModelBackend")
    form = reverse("bank_case_credit", args=[application.number])
    shown = client.get(form).content.decode()
    assert value.number in shown
    assert "银行内部评估 ·" not in shown, "none is in force"
    client.post(form, {
        "principal_fen": "3000000", "ltv_limit": "60", "basis": "agreed", "scheme_code": "", "note": "同意",
    })  # fmt: skip
    case = client.get(reverse("bank_case", args=[application.number])).content.decode()
    assert "银企协商定价" in case
    assert value.number in case
