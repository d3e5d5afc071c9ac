"""The bank's questions through both doors: the lender's distribution and the challenge of one assumption."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from finance_platform.foundation import viewer
from finance_platform.foundation.models import AuditRow, IdempotencyKey
from finance_platform.foundation.services import people
from tests.factories import set_clock
from tests.valuation.lending_market import ASKED, OPENED, RISK_FREE, application_of, assessed, challenged, market
from valuation import queries
from valuation.models import Challenge, LenderAssessment

pytestmark = pytest.mark.django_db
LOAN = {
    "amount_fen": "3000000", "annual_rate": "4.35", "term_months": "24", "method": "equal_instalment",
    "disbursed_on": "2025-04-21", "operating_margin": "3", "lost_with_right": "0", "other_income_fen": "0",
    "debt_service_fen": "0", "opening_cash_fen": "0", "measure": "expected_loss_rate", "at_most": "2",
}  # fmt: skip
DOUBT = {"pointer": RISK_FREE, "value": "0.03", "loan_fen": "3000000", "realised_percent": "60", "reason": "利率偏低"}


@pytest.fixture
def appraisal(actors, calendars):
    return market(actors)


def browser(user):
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def send(user, name, appraisal, data):
    return browser(user).post(reverse(name, args=[application_of(appraisal).number]), data, follow=True)


def test_the_lenders_distribution_is_asked_kept_and_shown(actors, appraisal):
    answer = send(actors.bank_officer, "bank_lender", appraisal, LOAN)
    with viewer.seen_by(actors.bank_officer):
        found = LenderAssessment.objects.get()
    assert answer.redirect_chain[-1][0].endswith(f"/lender/{found.pk}/")
    text = answer.content.decode()
    assert found.output_digest[-8:] in text
    for words in ("借款人违约概率", "累计违约概率", "风险台账", "放款人分布模式", "每项风险只计一次", "<svg"):
        assert words in text
    assert len(re.findall(r"<tr><th scope=\"row\">2\d{3}-\d\d-\d\d</th>", text)) == 24
    assert (found.terms["operating_margin"], found.terms["annual_rate"]) == (0.03, "0.0435")


def test_a_refused_loan_keeps_the_text_and_says_why(actors, appraisal):
    answer = send(actors.bank_officer, "bank_lender", appraisal, LOAN | {"disbursed_on": "2025-03-01"})
    text = answer.content.decode()
    assert "不能早于评估基准日" in text
    assert 'value="3000000"' in text
    with viewer.seen_by(actors.bank_officer):
        assert not LenderAssessment.objects.exists()


def test_a_challenge_is_made_kept_and_shown_beside_the_run(actors, appraisal):
    answer = send(actors.bank_officer, "bank_challenge", appraisal, DOUBT)
    with viewer.seen_by(actors.bank_officer):
        found = Challenge.objects.get()
    assert answer.redirect_chain[-1][0].endswith(f"/challenge/{found.pk}/")
    text = answer.content.decode()
    assert found.record_digest[-8:] in text
    assert "差异的标准误差" in text
    three = send(
        actors.bank_officer, "bank_challenge", appraisal,
        DOUBT | {"pointer": "/portfolio/shared/royalty_rate", "value": "0.01, 0.02, 0.03"},
    )  # fmt: skip
    assert "0.02" in three.content.decode()
    with viewer.seen_by(actors.bank_officer):
        assert Challenge.objects.count() == 2


def test_a_refused_challenge_keeps_the_text_and_says_why(actors, appraisal):
    for value, said in (("x", "新值无法读出"), ("0.0165", "新值与原值相同"), ("-3", "模型参数有误")):
        text = send(actors.bank_officer, "bank_challenge", appraisal, DOUBT | {"value": value}).content.decode()
        assert said in text
        assert "利率偏低" in text


def test_the_questions_leave_no_open_trace_before_the_deadline(actors, appraisal):
    send(actors.bank_officer, "bank_lender", appraisal, LOAN)
    send(actors.bank_officer, "bank_challenge", appraisal, DOUBT)
    assert not IdempotencyKey.objects.exists()
    assert not AuditRow.objects.filter(person=actors.bank_officer).exists()


@pytest.mark.parametrize("name", ["bank_lender", "bank_challenge"])
def test_only_the_banks_of_the_dossier_open_the_questions(actors, appraisal, name):
    number = application_of(appraisal).number
    for role, status in {"enterprise": 403, "appraiser": 403, "auditor": 403, "bank_approver": 200}.items():
        assert browser(getattr(actors, role)).get(reverse(name, args=[number])).status_code == status


def test_another_banks_answers_are_not_found(actors, appraisal):
    number = application_of(appraisal).number
    records = {
        "bank_lender_answer": assessed(actors, appraisal).pk, "bank_challenge_record": challenged(actors, appraisal).pk,
    }  # fmt: skip
    for name, pk in records.items():
        assert browser(actors.other_bank_officer).get(reverse(name, args=[number, pk])).status_code == 404
        assert browser(actors.bank_officer).get(reverse(name, args=[number, pk])).status_code == 200


def test_the_firm_reads_a_challenge_once_the_offers_are_open(actors, appraisal):
    found = challenged(actors, appraisal)
    address = reverse("appraisal_challenges", args=[appraisal.number])
    assert found.record_digest[-8:] not in browser(actors.appraiser).get(address).content.decode()
    set_clock(OPENED)
    for user in (actors.appraiser, actors.auditor):
        assert found.record_digest[-8:] in browser(user).get(address).content.decode()
    assert found.record_digest[-8:] not in browser(actors.enterprise).get(address).content.decode()


class Caller:
    """A person with a token; every answer must have the status that is expected."""

    def __init__(self, user):
        token = people.issue_token(by=user, at=ASKED, label="test")[1]
        self.client, self.headers = Client(), {"Authorization": f"Bearer {token}"}

    def get(self, path, status=200):
        return self._read(self.client.get(f"/api/v1{path}", headers=self.headers), status)

    def post(self, path, body, status=200):
        sent = self.client.post(f"/api/v1{path}", body, content_type="application/json", headers=self.headers)
        return self._read(sent, status)

    def _read(self, answer, status):
        assert answer.status_code == status, answer.content.decode()
        return answer.json()


def test_the_json_door_asks_and_reads_the_same(actors, appraisal):
    bank, other = Caller(actors.bank_officer), Caller(actors.other_bank_officer)
    run = appraisal.run_id
    cover = bank.get(f"/valuation-runs/{run}/coverage?loan_fen=300000000&realised=60&tolerance=5")
    ours = queries.coverage(appraisal.run, queries.asked(300_000_000, 60, 5.0))
    assert cover["recovery_below"] == {"value": ours.recovery_below.value, "standard_error": ours.recovery_below.error}
    assert cover["mode"] == "appraisal"
    body = {"changes": [{"pointer": RISK_FREE, "value": 0.03}], "reason": "利率偏低", "loan_fen": 300_000_000}
    made = bank.post(f"/valuation-runs/{run}/challenges", body, status=201)
    assert bank.post(f"/valuation-runs/{run}/challenges", body, status=201)["id"] == made["id"]
    two = body | {"changes": body["changes"] * 2}
    assert bank.post(f"/valuation-runs/{run}/challenges", two, status=422)["code"] == "not_one_assumption"
    assert bank.get(f"/challenges/{made['id']}")["record_digest"] == made["record_digest"]
    other.get(f"/challenges/{made['id']}", status=404)
    assert other.get("/challenges")["items"] == []
    terms = {"amount_fen": 300_000_000, "annual_rate": "0.0435", "term_months": 24, "method": "interest_only",
             "disbursed_on": "2025-04-21", "operating_margin": 0.03}  # fmt: skip
    answer = bank.post(f"/valuation-runs/{run}/assessments", terms, status=201)
    assert bank.get(f"/assessments/{answer['id']}")["output"]["mode"] == "lender_distribution"
    other.get(f"/assessments/{answer['id']}", status=404)
