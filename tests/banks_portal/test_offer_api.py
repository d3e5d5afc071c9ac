"""The sealed market over JSON: one answer to every work on an offer, nothing for others, problem details on refusal."""

import json

import pytest
from django.core.management import call_command
from django.test import Client

from banks_portal.queries import offers as offer_queries
from finance_platform.foundation import viewer
from finance_platform.foundation.models import IdempotencyKey
from finance_platform.foundation.services import people
from tests.banks_portal.offers import AFTER, BEFORE, place, plain_terms, published_application
from tests.factories import set_clock

pytestmark = pytest.mark.django_db
BASE = "/api/v1/applications/RZ-2025-90001"


@pytest.fixture
def application(actors):
    set_clock(BEFORE)
    return published_application(actors.enterprise, actors.bank_officer, actors.other_bank_officer)


def call(user, method, path, body=None, key=""):
    _row, token = people.issue_token(by=user, at=BEFORE, label="test")
    headers = {"Authorization": f"Bearer {token}"} | ({"Idempotency-Key": key} if key else {})
    send = getattr(Client(), method)
    if method == "get":
        return send(path, headers=headers)
    return send(path, json.dumps(body or {}), content_type="application/json", headers=headers)


def offer(intent, **changes):
    return {"intent": intent, "terms": plain_terms(**changes)}


def own(user, application):
    with viewer.seen_by(user):
        return offer_queries.own_offer(user, application)


def test_saving_sealing_and_withdrawing_have_one_answer(actors, application):
    answers = [
        call(actors.bank_officer, "post", f"{BASE}/offer", body)
        for body in (offer("save"), offer("seal"), {"intent": "seal"}, {"intent": "withdraw"})
    ]
    assert {(answer.status_code, answer.content) for answer in answers} == {(200, b'{"received": true}')}
    assert own(actors.bank_officer, application).offer.state == "WITHDRAWN"


def test_a_retried_call_is_known_without_an_open_key(actors, application):
    for _ in range(2):
        assert call(actors.bank_officer, "post", f"{BASE}/offer", offer("seal"), key="k-1").status_code == 200
    assert own(actors.bank_officer, application).offer.version == 1
    other = call(actors.bank_officer, "post", f"{BASE}/offer", offer("seal", term_months=12), key="k-1")
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")
    assert not IdempotencyKey.objects.exists()


def test_a_bank_reads_its_own_offer_and_a_rival_finds_none(actors, application):
    place(actors.bank_officer, application)
    assert call(actors.bank_officer, "get", f"{BASE}/offer").json()["terms"]["annual_rate"] == "0.0385"
    assert call(actors.other_bank_officer, "get", f"{BASE}/offer").status_code == 404


@pytest.mark.parametrize("who", ["enterprise", "other_bank_officer", "intake", "auditor", "checker"])
def test_before_the_deadline_others_read_that_nothing_is_opened(actors, application, who):
    place(actors.bank_officer, application)
    answer = call(getattr(actors, who), "get", f"{BASE}/offers").json()
    assert (answer["opened"], answer["columns"], answer["cheapest"], answer["refusals"]) == (False, [], None, [])


def test_a_wrong_field_is_named_in_the_problem(actors, application):
    answer = call(actors.bank_officer, "post", f"{BASE}/offer", offer("seal", annual_rate="0.9"))
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert [fault["field"] for fault in answer.json()["errors"]] == ["annual_rate"]


def test_a_late_offer_is_a_conflict(actors, application):
    set_clock(AFTER)
    answer = call(actors.bank_officer, "post", f"{BASE}/offer", offer("seal"))
    assert (answer.status_code, answer.json()["code"]) == (409, "deadline_passed")


def test_after_the_deadline_the_enterprise_compares_and_chooses(actors, application):
    place(actors.bank_officer, application)
    place(actors.other_bank_officer, application, annual_rate="0.0345", fees=[])
    set_clock(AFTER)
    call_command("open_offers")
    found = call(actors.enterprise, "get", f"{BASE}/offers").json()
    assert [column["bank"] for column in found["columns"]] == ["北疆银行", "青城银行"]
    assert all(column["commitment_holds"] for column in found["columns"])
    for _ in range(2):
        chosen = call(actors.enterprise, "post", f"{BASE}/selection", {"offer_id": found["cheapest"]}, key="s-1")
        assert (chosen.status_code, chosen.json()["state"]) == (200, "MATCHED")
    assert call(actors.bank_officer, "get", f"{BASE}/offers").status_code == 404
    started = call(actors.other_bank_officer, "post", f"{BASE}/diligence")
    assert (started.status_code, started.json()["state"]) == (200, "DUE_DILIGENCE")


def test_the_opening_record_needs_no_sign_in(actors, application):
    place(actors.bank_officer, application)
    set_clock(AFTER)
    call_command("open_offers")
    answer = Client().get("/api/v1/openings/RZ-2025-90001")
    assert answer.status_code == 200
    assert len(answer.json()["commitments"]) == 1


def test_a_wrong_role_is_forbidden_and_a_visitor_unauthenticated(actors, application):
    assert call(actors.bank_approver, "post", f"{BASE}/offer", offer("save")).status_code == 403
    assert Client().get(f"{BASE}/offers").status_code == 401
