"""The books over JSON: the figures of the pages, the same refusals, and calls that may be retried."""

import pytest

from finance_platform.foundation.services import people
from risk_fund.models import JournalEntry
from tests.factories import at
from tests.risk_fund.books import WAN, a_busy_spring

pytestmark = pytest.mark.django_db


@pytest.fixture
def books(actors):
    return a_busy_spring(actors)


@pytest.fixture
def call(client):
    """Speak to the JSON door as a person, with a token of his own."""

    def send(person, method, address, body=None, key=""):
        _row, token = people.issue_token(by=person, at=at(2025, 6, 1), label="t")
        headers = {"Authorization": f"Bearer {token}"} | ({"Idempotency-Key": key} if key else {})
        more = {"data": body or {}, "content_type": "application/json"} if method == "post" else {"query_params": body}
        return getattr(client, method)(f"/api/v1/ledger/{address}", headers=headers, **more)

    return send


def test_the_json_door_gives_the_same_figures(books, actors, call):
    tree = call(actors.auditor, "get", "accounts").json()
    cash = next(one for one in tree["accounts"] if one["code"] == "1002")
    assert cash["balance_fen"] == books.balance("1002")
    assert all(trial["balanced"] for trial in tree["trial_balances"])
    statement = call(actors.auditor, "get", "accounts/1002/postings", {"limit": 200}).json()
    assert statement["closing_fen"] == statement["items"][-1]["balance_fen"] == books.balance("1002")
    entry = call(actors.auditor, "get", f"entries/{statement['items'][0]['entry_id']}").json()
    assert entry["total_fen"] == sum(line["debit_fen"] for line in entry["lines"]) == 100 * WAN
    assert call(actors.auditor, "get", "verify").json()["ok"] is True


@pytest.mark.parametrize("address", ["accounts", "accounts/1002/postings", "verify", "reversals", "periods"])
def test_the_json_door_refuses_banks(books, actors, call, address):
    answer = call(actors.bank_officer, "get", address)
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


def test_corrections_and_closings_go_through_the_json_door_too(books, actors, call):
    entry = JournalEntry.objects.get(kind="bank_contribution")
    body = {"reason": "重复入账", "effective_date": "2025-06-30"}
    proposed = call(actors.cashier, "post", f"entries/{entry.pk}/reversal", body, key="k1")
    again = call(actors.cashier, "post", f"entries/{entry.pk}/reversal", body, key="k1")
    assert proposed.json() == again.json()
    posted = call(actors.accountant, "post", f"reversals/{proposed.json()['id']}/post")
    assert posted.json()["state"] == "POSTED"
    month = {"year": 2025, "month": 1, "treasury_statement_fen": 100 * WAN, "deposit_statement_fen": 7 * WAN}
    period = call(actors.cashier, "post", "periods", month).json()
    assert period["state"] == "RECONCILED"
    refusal = call(actors.cashier, "post", f"periods/{period['id']}/close")
    assert refusal.status_code == 403
    reopened = call(actors.accountant, "post", f"periods/{period['id']}/reopen", {"reason": "重对"})
    assert reopened.json()["state"] == "OPEN"
