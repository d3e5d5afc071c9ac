"""The books on screen: who may look, what is shown, and that the figures foot."""

import re
from datetime import date

import pytest
from django.urls import reverse

from risk_fund.models import JournalEntry, Period, Reversal
from tests.risk_fund.books import a_busy_spring

pytestmark = pytest.mark.django_db
PAGES = ["", "accounts/1002/", "verify/?run=1", "reversals/", "periods/"]


@pytest.fixture
def books(actors):
    return a_busy_spring(actors)


@pytest.fixture
def browse(client):
    def get(person, address, **data):
        client.force_login(person, "django.contrib.auth.backends.ModelBackend")
        return client.get(f"/bureau/ledger/{address}", data)

    return get


@pytest.mark.parametrize("address", PAGES)
def test_offices_may_look_and_others_are_refused(books, actors, browse, address):
    for person in (actors.auditor, actors.cashier, actors.checker):
        assert browse(person, address).status_code == 200
    for person in (actors.bank_officer, actors.enterprise, actors.appraiser):
        assert browse(person, address).status_code == 403


def test_visitors_are_sent_to_sign_in(books, client):
    for address in PAGES:
        assert client.get(f"/bureau/ledger/{address}").status_code == 302


def test_the_tree_shows_balances_to_the_fen_and_the_trial_balance(books, actors, browse):
    text = browse(actors.auditor, "").content.decode()
    shown = f"{books.balance('1002') // 100:,}.{books.balance('1002') % 100:02d}"
    assert shown in text
    assert text.count("借贷相等") == 2, "a fund without a budget shows two books"
    early = browse(actors.auditor, "", as_of="2025-01-31").content.decode()
    assert "1,070,000.00" in early


def test_a_statement_leads_on_to_its_next_page_with_the_same_filter(books, actors, browse):
    page = browse(actors.auditor, "accounts/1002.01.01/", since="2025-02-01", until="2025-02-28")
    text = page.content.decode()
    statement = page.context["page"]
    assert len(statement.rows) == 50
    assert statement.closing_fen == books.balance("1002.01.01", as_of=date(2025, 2, 28))
    (more,) = re.findall(r'rel="next" href="([^"]+)"', text)
    after = browse(actors.auditor, "accounts/1002.01.01/" + more.replace("&amp;", "&"))
    assert len(after.context["rows"]) == 6
    assert after.context["page"].rows[-1].balance_fen == statement.closing_fen
    assert "承前页" in after.content.decode()


def test_a_faulty_filter_says_so_and_a_foreign_account_is_not_found(books, actors, browse):
    page = browse(actors.auditor, "accounts/1002/", since="2025-03-01", until="2025-02-01")
    assert "须不早于起始日期" in page.content.decode()
    assert browse(actors.auditor, "accounts/7777/").status_code == 404
    assert browse(actors.auditor, "", fund="NOPE").status_code == 404
    assert browse(actors.auditor, "entries/999999/").status_code == 404


def test_a_voucher_shows_lines_hands_and_capitals(books, actors, browse):
    entry = JournalEntry.objects.get(kind="claim_approved")
    text = browse(actors.auditor, f"entries/{entry.pk}/").content.decode()
    assert "陆拾万元整" in text
    assert "BA-2025-00001" in text
    assert actors.cashier.full_name in text
    assert actors.accountant.full_name in text
    assert "申请红字冲销" not in text


def test_the_examination_runs_when_asked(books, actors, browse):
    assert "全部相符" not in browse(actors.auditor, "verify/").content.decode()
    assert "全部相符" in browse(actors.auditor, "verify/", run="1").content.decode()


def test_a_voucher_is_reversed_through_the_pages_by_two_people(books, actors, client):
    entry = JournalEntry.objects.filter(kind="bank_contribution").get()
    client.force_login(actors.cashier, "django.contrib.auth.backends.ModelBackend")
    assert "申请红字冲销" in client.get(reverse("bureau_ledger_entry", args=[entry.pk])).content.decode()
    address = reverse("bureau_ledger_reversal", args=[entry.pk])
    assert "必" in client.post(address, {"reason": ""}).content.decode()
    assert client.post(address, {"reason": "重复入账", "effective_date": "2025-06-30"}).status_code == 302
    request = Reversal.objects.get()
    assert "待他人复核" in client.get(reverse("bureau_ledger_reversals")).content.decode()
    assert client.post(reverse("bureau_ledger_reversal_post", args=[request.pk])).status_code == 403
    client.force_login(actors.accountant, "django.contrib.auth.backends.ModelBackend")
    assert client.post(reverse("bureau_ledger_reversal_post", args=[request.pk])).status_code == 302
    assert books.balance("1002.02") == 0
    assert "本凭证已被冲销" in client.get(reverse("bureau_ledger_entry", args=[entry.pk])).content.decode()


def test_a_month_is_settled_through_the_pages_by_two_people(books, actors, client):
    client.force_login(actors.cashier, "django.contrib.auth.backends.ModelBackend")
    address = reverse("bureau_ledger_periods")
    wrong = {"year": 2025, "month": 1, "treasury_statement_fen": "999", "deposit_statement_fen": "70000"}
    assert "请查明后再对账" in client.post(address, wrong).content.decode()
    right = wrong | {"treasury_statement_fen": "1,000,000.00"}
    assert client.post(address, right).status_code == 302
    period = Period.objects.get()
    assert "本人对账" in client.get(address).content.decode()
    client.force_login(actors.accountant, "django.contrib.auth.backends.ModelBackend")
    assert client.post(reverse("bureau_ledger_close", args=[period.pk])).status_code == 302
    assert Period.objects.get().state == "CLOSED"
