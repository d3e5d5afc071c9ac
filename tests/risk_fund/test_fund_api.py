"""The fund's JSON door: the same figures, the same refusals, the same single execution as the pages."""

import json
from typing import Any

import pytest
from django.test import Client

from risk_fund.models import Claim, MoneyOrder
from tests.factories import Actors, set_clock
from tests.risk_fund import cover
from tests.risk_fund.cover import WAN

pytestmark = pytest.mark.django_db


@pytest.fixture
def claim(actors: Actors, calendars: None) -> Claim:
    fund = cover.open_fund(actors)
    cover.scheme_in_force(actors, fund)
    return cover.filed(actors, cover.in_default(actors))


def call(user: Any, method: str, path: str, body: Any = None, key: str = "") -> Any:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    headers = {"Idempotency-Key": key} if key else {}
    data = json.dumps(body) if body is not None else None
    answer = client.generic(method, f"/api/v1{path}", data or "", content_type="application/json", headers=headers)
    return answer.status_code, answer.json()


def test_a_claim_passes_its_desks_over_json_once_per_key(actors: Actors, claim: Claim) -> None:
    set_clock(cover.REVIEWED)
    path = f"/claims/{claim.number}"
    status, problem = call(actors.first_reviewer, "POST", f"{path}/first-review", {"agree": True})
    assert (status, problem["errors"][0]["field"]) == (422, "note")
    decision = {"agree": True, "note": "只申请本金"}
    for key in ("k1", "k1"):
        status, shown = call(actors.first_reviewer, "POST", f"{path}/first-review", decision, key)
        assert (status, shown["state"]) == (200, "REVIEWED")
    assert call(actors.first_reviewer, "POST", f"{path}/first-review", {"agree": False, "note": "x"}, "k1")[0] == 409
    assert call(actors.checker, "POST", f"{path}/check", decision)[1]["state"] == "CHECKED"
    shown = call(actors.approver, "POST", f"{path}/approve", decision)[1]
    assert shown["outcome"]["allocation"]["fund"] == shown["compensation_fen"] == 200 * WAN
    assert len(shown["steps"]) == 4


def test_the_wrong_role_the_wrong_state_and_a_foreign_row_are_told_apart(actors: Actors, claim: Claim) -> None:
    path = f"/claims/{claim.number}"
    decision = {"agree": True, "note": "x"}
    assert call(actors.cashier, "POST", f"{path}/first-review", decision)[0] == 403
    assert call(actors.approver, "POST", f"{path}/approve", decision)[0] == 409
    assert call(actors.other_prefecture_reviewer, "POST", f"{path}/first-review", decision)[0] == 404
    assert call(actors.other_bank_officer, "GET", path)[0] == 404


def test_money_orders_are_made_and_confirmed_over_json(actors: Actors, claim: Claim) -> None:
    set_clock(cover.OPENED)
    body = {"kind": "contribution", "subject": "NMG", "amount_fen": 7, "reference": "API-1", "source": "central"}
    status, order = call(actors.cashier, "POST", "/orders", body, "order-1")
    assert (status, order["state"]) == (201, "PREPARED")
    assert call(actors.cashier, "POST", "/orders", body, "order-1")[1]["number"] == order["number"]
    assert MoneyOrder.objects.filter(reference="API-1").count() == 1
    assert call(actors.cashier, "POST", f"/orders/{order['number']}/confirm")[0] == 403
    assert call(actors.accountant, "POST", f"/orders/{order['number']}/confirm")[1]["state"] == "CONFIRMED"


def test_lists_position_schemes_and_overview_answer(actors: Actors, claim: Claim) -> None:
    set_clock(cover.FILED)
    assert call(actors.auditor, "GET", "/claims")[1]["items"][0]["number"] == claim.number
    assert call(actors.auditor, "GET", "/enrolments")[1]["items"][0]["covered_fen"] == 200 * WAN
    events = call(actors.auditor, "GET", f"/enrolments/{claim.enrolment.number}/events")[1]
    assert [line["event"]["type"] for line in events] == ["enrol"]
    assert call(actors.auditor, "GET", "/funds/NMG/position")[1]["covered_fen"] == 200 * WAN
    assert call(actors.auditor, "GET", "/schemes")[1][0]["ratio"] == "54 : 26 : 16 : 4"
    assert call(actors.auditor, "GET", "/overview")[1]["queue"] == [claim.number]
    assert call(actors.bank_officer, "GET", "/overview")[0] == 403
    assert Client().get("/api/v1/progress").status_code == 200
    assert Client().get("/api/v1/notices").json() == []
    assert Client().get("/api/v1/claims").status_code == 401


def test_an_order_goes_back_to_the_cashier_for_a_reason_in_the_body(actors: Actors, claim: Claim) -> None:
    set_clock(cover.OPENED)
    body = {"kind": "contribution", "subject": "NMG", "amount_fen": 7, "reference": "API-2", "source": "central"}
    path = f"/orders/{call(actors.cashier, 'POST', '/orders', body)[1]['number']}/return"
    assert call(actors.accountant, "POST", f"{path}?reason=x")[0] == 422
    assert call(actors.accountant, "POST", path, {"reason": "金额不符"})[1]["state"] == "RETURNED"
    assert MoneyOrder.objects.get(reference="API-2").return_reason == "金额不符"
