"""The JSON door: the whole way of an appraisal, idempotent, with problem details."""

import pytest
from django.test import Client

from finance_platform.foundation.services import people
from tests.factories import set_clock
from tests.pledges import builders as pledges
from tests.valuation import builders
from tests.valuation.builders import MEASURED
from valuation.models import Appraisal, Estimate, ValuationRun

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock(db):
    set_clock(MEASURED)


class Caller:
    """A person with a token."""

    def __init__(self, user):
        token = people.issue_token(by=user, at=MEASURED, label="test")[1]
        self.client, self.headers = Client(), {"Authorization": f"Bearer {token}"}

    def get(self, path):
        return self.client.get(f"/api/v1/{path}", headers=self.headers)

    def post(self, path, body=None, key=""):
        headers = self.headers | ({"Idempotency-Key": key} if key else {})
        return self.client.post(f"/api/v1/{path}", body or {}, content_type="application/json", headers=headers)


def test_an_appraisal_goes_its_whole_way(actors):
    application = pledges.submitted(actors)
    sme, worker, reviewer, first, second = map(
        Caller, (actors.enterprise, actors.appraiser, actors.reviewer, actors.signatory, actors.signatory2)
    )
    firm = {"firm_id": actors.appraiser.organisation.pk}
    commissioned = sme.post(f"applications/{application.number}/appraisals", firm)
    assert commissioned.status_code == 201
    path = f"appraisals/{commissioned.json()['number']}"
    declared = {"conflict_free": True, "declaration": "无利害关系", "loss_sharing": False}
    assert worker.post(f"{path}/acceptance", declared).json()["state"] == "ACCEPTED"
    assert worker.post(f"{path}/start").json()["state"] == "IN_PROGRESS"
    document = worker.get(f"{path}/model").json()
    run = worker.post(f"{path}/runs", {"document": document, "seed": 11}, key="run-1")
    assert run.status_code == 201
    again = worker.post(f"{path}/runs", {"document": document, "seed": 11}, key="run-1")
    assert again.json() == run.json()
    assert ValuationRun.objects.count() == 1
    output = run.json()["output"]
    assert output["run"]["seed"] == 11
    quantiles = output["simulation"]["quantiles"]
    low, point, high = (round(quantiles[name] * 100) for name in ("p10", "p50", "p90"))
    stated = {"run_id": run.json()["id"], "point_fen": point, "low_fen": low, "high_fen": high, "evidence": "报表"}
    assert worker.post(f"{path}/draft", stated).json()["appraised_value_fen"] == point
    assert worker.post(f"{path}/statements", {"texts": builders.TEXTS}).json()["complete"]
    assert reviewer.post(f"{path}/review", {"approve": True, "note": "同意"}).json()["state"] == "REVIEWED"
    assert first.post(f"{path}/signature").json()["state"] == "REVIEWED"
    issued = second.post(f"{path}/signature").json()
    assert (issued["state"], issued["title"]) == ("ISSUED", "系统测算报告")
    assert issued["expires_on"] == "2026-04-07"
    assert sme.get(path).json()["appraised_value_fen"] == point
    verdict = sme.post(f"valuation-runs/{issued['run_id']}/verification").json()
    assert verdict == {"answer": "IDENTICAL", "differences": []}
    assert [row["number"] for row in sme.get(f"{path}/runs").json()["items"]] == [1]


def test_a_visitor_asks_for_an_estimate_and_reads_it_again(client):
    asked = {"kind": "trademark", "sector": "food", "remaining_years": 8, "revenue_fen": 3_000_000_000, "growth": 0.03}
    answer = client.post("/api/v1/estimates", asked, content_type="application/json")
    assert answer.status_code == 201
    body = answer.json()
    assert "不构成资产评估报告" in body["notice"]
    assert body["p10_fen"] < body["median_fen"] < body["p90_fen"]
    assert client.get(f"/api/v1/estimates/{body['id']}").json() == body
    assert Estimate.objects.get().made_by.username == "public"


def test_a_wrong_estimate_is_a_problem_with_its_fields(client):
    asked = {"kind": "x", "remaining_years": 8, "revenue_fen": 0, "growth": 0.03}
    answer = client.post("/api/v1/estimates", asked, content_type="application/json")
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
    assert {error["field"] for error in answer.json()["errors"]} == {"kind", "revenue_fen"}


def test_parameters_are_paged(client):
    first = client.get("/api/v1/valuation-parameters?limit=3").json()
    assert len(first["items"]) == 3
    following = client.get(f"/api/v1/valuation-parameters?limit=3&after={first['next']}").json()
    assert following["items"][0] not in first["items"]
    assert all(row["source"] for row in first["items"])


def test_a_faulty_document_is_a_problem_with_pointers(actors):
    appraisal = builders.started(actors)
    document = builders.model(appraisal)
    document["portfolio"]["shared"]["tax_rate"] = 1.5
    worker = Caller(actors.appraiser)
    answer = worker.post(f"appraisals/{appraisal.number}/runs", {"document": document, "seed": 1})
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_document")
    assert "/portfolio/shared/tax_rate" in {error["field"] for error in answer.json()["errors"]}


def test_wrong_state_wrong_role_and_foreign_row_are_told_apart(actors):
    appraisal = builders.commissioned(actors)
    path = f"appraisals/{appraisal.number}"
    assert Caller(actors.appraiser).post(f"{path}/start").status_code == 409
    assert Caller(actors.appraiser).post(f"{path}/signature").status_code == 403
    assert Caller(actors.other_enterprise).post(f"{path}/withdrawal", {"reason": "x"}).status_code == 404
    assert Client().get(f"/api/v1/{path}").status_code == 401
    bad = Caller(actors.reviewer).post(f"{path}/objection-answer", {"outcome": "x", "answer": "x"})
    assert bad.status_code == 422
    assert Appraisal.objects.get().state == "REQUESTED"


@pytest.mark.parametrize(
    ("who", "rest", "body", "state"),
    [
        ("appraiser", "conflict", {"declaration": "持有债权人股份"}, "CONFLICT"),
        ("enterprise", "withdrawal", {"reason": "不再需要"}, "WITHDRAWN"),
    ],
)
def test_a_commission_may_end_early(actors, who, rest, body, state):
    appraisal = builders.commissioned(actors)
    assert Caller(getattr(actors, who)).post(f"appraisals/{appraisal.number}/{rest}", body).json()["state"] == state


def test_a_signature_may_be_refused_and_a_signed_value_objected_to(actors):
    appraisal = builders.reviewed(actors)
    path = f"appraisals/{appraisal.number}"
    assert (
        Caller(actors.signatory).post(f"{path}/signature-refusal", {"note": "缺依据"}).json()["state"] == "IN_PROGRESS"
    )
    appraisal.refresh_from_db()
    builders.drafted(actors, appraisal, builders.measured(actors, appraisal))
    Caller(actors.reviewer).post(f"{path}/review", {"approve": True, "note": "好"})
    Caller(actors.signatory).post(f"{path}/signature")
    Caller(actors.signatory2).post(f"{path}/signature")
    assert Caller(actors.enterprise).post(f"{path}/objection", {"ground": "太低"}).json()["state"] == "OBJECTED"
    answer = {"outcome": "uphold", "answer": "参数有据"}
    assert Caller(actors.reviewer).post(f"{path}/objection-answer", answer).json()["state"] == "ISSUED"
    assert len(Caller(actors.enterprise).get("appraisals?state=ISSUED").json()["items"]) == 1
