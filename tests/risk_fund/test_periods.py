"""A month is reconciled by one person, closed by another, and then takes no entry any more."""

from datetime import date

import pytest
from django.db import DatabaseError, transaction

from finance_platform.foundation.errors import Conflict, Forbidden, Invalid, NotFound
from finance_platform.foundation.services import people
from risk_fund.models import Period
from risk_fund.rules import journal
from risk_fund.rules import periods as rules
from risk_fund.services import periods
from tests.factories import at, colleague
from tests.risk_fund.books import WAN, open_books

JAN, FEB = date(2025, 1, 6), date(2025, 2, 3)


@pytest.fixture
def books(actors):
    return open_books(actors)


def reconcile(books, month=1, treasury_fen=None, **changed):
    last = rules.last_day(2025, month)
    given = {
        "by": books.cashier, "at": at(2025, 7, 1), "fund_code": books.fund.code, "year": 2025, "month": month,
        "treasury_statement_fen": books.balance("1002.01", as_of=last) if treasury_fen is None else treasury_fen,
        "deposit_statement_fen": books.balance("1002.02", as_of=last),
    }  # fmt: skip
    return periods.reconcile(**(given | changed))


def close(books, period, **changed):
    return periods.close(**({"by": books.accountant, "at": at(2025, 7, 2), "period_id": period.pk} | changed))


def test_a_closed_month_takes_no_entry_and_neither_do_the_months_before(books):
    books.post(FEB, journal.appropriation("region", WAN))
    close(books, reconcile(books, month=2))
    for day in (JAN, FEB, date(2025, 2, 28)):
        with pytest.raises(Conflict, match="已结账") as refusal, transaction.atomic():
            books.post(day, journal.bank_interest(1))
        assert refusal.value.code == "period_closed"
    assert books.post(date(2025, 3, 1), journal.bank_interest(1))[0].number == 2


def test_an_event_posted_before_the_closing_still_answers_under_its_key(books):
    first = books.post(JAN, journal.appropriation("region", WAN), key="order:1")
    close(books, reconcile(books))
    assert [e.pk for e in books.post(JAN, journal.appropriation("region", WAN), key="order:1")] == [first[0].pk]


def test_the_books_must_agree_with_both_bank_statements(books):
    books.post(JAN, journal.appropriation("region", WAN), journal.bank_contribution("B1", 2 * WAN))
    with pytest.raises(Conflict, match=r"账面 10,000\.00 元,对账单 9,999\.99 元,差 −0\.01 元"):
        reconcile(books, treasury_fen=WAN - 1)
    with pytest.raises(Conflict, match="保证金户"):
        reconcile(books, deposit_statement_fen=0)
    assert reconcile(books).state == "RECONCILED"


def test_a_month_that_changed_after_the_reconciliation_is_not_closed(books):
    books.post(JAN, journal.appropriation("region", WAN))
    period = reconcile(books)
    books.post(date(2025, 1, 20), journal.bank_interest(5))
    with pytest.raises(Conflict, match=r"差 −0\.05 元"):
        close(books, period)
    periods.reopen(by=books.accountant, at=at(2025, 7, 2), period_id=period.pk, reason="漏记利息")
    assert close(books, reconcile(books)).state == "CLOSED"


def test_months_are_closed_in_their_order(books):
    books.post(JAN, journal.appropriation("region", WAN))
    books.post(FEB, journal.bank_interest(5))
    february = reconcile(books, month=2)
    with pytest.raises(Conflict, match="2025 年 01 月还有未结账的凭证"):
        close(books, february)
    close(books, reconcile(books, month=1))
    assert close(books, february).state == "CLOSED"


def test_a_running_month_and_a_thirteenth_month_are_refused(books):
    with pytest.raises(Conflict, match="尚未结束"):
        reconcile(books, month=6, at=at(2025, 6, 30))
    for month in (0, 13):
        with pytest.raises(Invalid, match="月份"):
            periods.reconcile(
                by=books.cashier, at=at(2025, 7, 1), fund_code="NMG", year=2025, month=month,
                treasury_statement_fen=0, deposit_statement_fen=0,
            )  # fmt: skip


def test_a_closed_month_is_never_opened_again(books):
    period = close(books, reconcile(books))
    with pytest.raises(Conflict, match="不允许"):
        periods.reopen(by=books.accountant, at=at(2025, 7, 3), period_id=period.pk, reason="x")
    with pytest.raises(Conflict, match="不允许"):
        reconcile(books)
    with pytest.raises(DatabaseError), transaction.atomic():
        Period.objects.filter(pk=period.pk).update(state="OPEN")


def test_who_reconciled_cannot_close_not_even_in_another_name(books, actors):
    period = reconcile(books)
    for who in (actors.cashier, actors.approver, actors.auditor):
        with pytest.raises(Forbidden):
            close(books, period, by=who)
    people.delegate(
        by=actors.accountant, at=at(2025, 7, 1), delegate_id=actors.cashier.pk, starts_at=at(2025, 7, 1),
        ends_at=at(2025, 7, 9), reason="出差",
    )  # fmt: skip
    with pytest.raises(Forbidden, match="不同人员"):
        close(books, period, by=actors.cashier)
    assert close(books, period, by=colleague(actors.accountant, "accountant")).state == "CLOSED"


def test_a_fund_that_is_not_there_is_not_found(books):
    with pytest.raises(NotFound):
        reconcile(books, fund_code="NOPE")
    with pytest.raises(NotFound):
        close(books, Period(pk=0))


def test_a_year_closed_twice_over_begins_each_year_at_nought(books):
    books.post(JAN, journal.appropriation("region", 9 * WAN))
    books.post(FEB, journal.management_cost(WAN))
    for month in (1, 2):
        close(books, reconcile(books, month=month))
    december = reconcile(books, month=12, at=at(2026, 1, 5))
    books.post(date(2026, 1, 4), journal.bank_interest(300))
    close(books, december, at=at(2026, 1, 6))
    assert books.balance("3101.05") == -WAN
    assert (books.balance("5901.09"), books.balance("4604")) == (0, 300), "the new year's interest stays the new year's"
