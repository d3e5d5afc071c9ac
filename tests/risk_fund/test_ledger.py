"""The books: posting, limits, idempotency, reversals, statements, and who may read them."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from finance_platform.foundation.errors import Conflict, Forbidden, Invalid, NotFound
from risk_fund.models import AccountBalance, Fund, JournalEntry, Posting, Reversal
from risk_fund.queries import accounts as statements
from risk_fund.queries import ledger as queries
from risk_fund.queries.accounts import Filter
from risk_fund.queries.ledger_checks import checks
from risk_fund.rules import journal
from risk_fund.rules.journal import Draft, Line, Place
from risk_fund.services import ledger
from tests.factories import at
from tests.risk_fund.books import WAN, open_books

JAN, FEB, JUN = date(2025, 1, 6), date(2025, 2, 3), date(2025, 6, 30)


@pytest.fixture
def books(actors):
    return open_books(actors)


# --- Posting ---------------------------------------------------------------------------------------------------------
def test_an_event_is_posted_in_one_round_trip(books, django_assert_num_queries):
    with django_assert_num_queries(1):
        entries = books.post(JAN, journal.appropriation("region", 100 * WAN), journal.quota_granted("B1", 50 * WAN))
        assert [(entry.book, entry.number, entry.total_fen) for entry in entries] == [
            ("money", 1, 100 * WAN), ("commitment", 1, 50 * WAN),
        ]  # fmt: skip
    assert len({entry.event_id for entry in entries}) == 1
    assert entries[0].voucher_number == "实2025-00001"


def test_numbers_run_without_gaps_per_fund_book_and_year_even_after_a_refusal(books, actors):
    other = open_books(actors, code="BAOTOU")
    for day in (JAN, FEB):
        books.post(day, journal.appropriation("region", WAN))
    with pytest.raises(Conflict), transaction.atomic():
        books.post(FEB, journal.appropriation("region", WAN), journal.management_cost(9 * WAN))
    assert books.post(FEB, journal.appropriation("region", WAN))[0].number == 3
    assert books.post(date(2026, 1, 5), journal.bank_interest(5))[0].number == 1
    assert other.post(FEB, journal.appropriation("region", WAN))[0].number == 1
    many = books.post(JUN, *[journal.bank_interest(1)] * 40)
    assert [entry.number for entry in many] == list(range(4, 44))


def test_an_account_that_must_not_fall_below_nought_refuses_the_whole_event(books):
    books.post(JAN, journal.appropriation("region", 10 * WAN))
    with pytest.raises(Conflict, match=r"财政专户-可用资金余额不足,缺 20,000\.00 元") as refusal, transaction.atomic():
        books.post(JUN, journal.bank_interest(WAN), journal.claim_approved("L1", 13 * WAN))
    assert refusal.value.code == "balance_short"
    assert books.balance("1002.01.01") == 10 * WAN
    assert books.balance("4604") == books.balance("5901.01") == 0
    books.post(JUN, journal.claim_approved("L1", 10 * WAN))
    assert books.balance("1002.01.01") == 0, "to the last fen it may be promised"


def test_the_limit_holds_for_each_unit_by_itself(books):
    books.post(JAN, journal.quota_granted("B1", 5 * WAN), journal.quota_granted("B2", 9 * WAN))
    with pytest.raises(Conflict, match=r"可用额度\(B1\)余额不足"), transaction.atomic():
        books.post(JUN, journal.reservation("L1", "B1", 6 * WAN))
    books.post(JUN, journal.reservation("L1", "B2", 6 * WAN))
    assert queries.units("9001", books.fund) == {"B1": 5 * WAN, "B2": 3 * WAN}


def test_posted_again_under_its_key_an_event_answers_with_the_first_entries(books):
    first = books.post(JAN, journal.appropriation("region", WAN), key="order:7")
    again = books.post(JAN, journal.appropriation("region", WAN), key="order:7", at=at(2025, 3, 1))
    assert [entry.pk for entry in again] == [entry.pk for entry in first]
    assert books.balance("1002") == WAN


@pytest.mark.parametrize("changed", ["amount", "day", "checker"])
def test_the_same_key_with_other_inputs_is_a_conflict(books, actors, changed):
    books.post(JAN, journal.appropriation("region", WAN), key="order:7")
    amount_fen = 2 * WAN if changed == "amount" else WAN
    more = {"checker_id": actors.approver.pk} if changed == "checker" else {}
    day = FEB if changed == "day" else JAN
    with pytest.raises(Conflict) as refusal, transaction.atomic():
        books.post(day, journal.appropriation("region", amount_fen), key="order:7", **more)
    assert refusal.value.code == "idempotency_key_reused"
    assert books.balance("1002") == WAN


def test_two_funds_may_use_the_same_key(books, actors):
    other = open_books(actors, code="BAOTOU")
    for one in (books, other):
        one.post(JAN, journal.appropriation("region", WAN), key="year-end:2025")
    assert books.balance("1002") == other.balance("1002") == WAN


def test_an_event_without_lines_posts_nothing_and_uses_no_number(books):
    assert books.post(JAN, journal.appropriation("region", 0)) == []
    assert not JournalEntry.objects.exists()


def test_tomorrows_date_is_refused(books):
    with pytest.raises(Invalid, match="晚于今天"):
        books.post(FEB, journal.bank_interest(1), at=at(2025, 2, 2))


def test_money_needs_a_checker_who_is_not_the_maker(books, actors):
    for checker in (None, actors.cashier.pk):
        with pytest.raises(DatabaseError), transaction.atomic():
            books.post(JAN, journal.appropriation("region", WAN), checker_id=checker)
    books.post(JAN, journal.quota_granted("B1", WAN), checker_id=None)
    assert not JournalEntry.objects.filter(book="money").exists()


@pytest.mark.parametrize(
    "lines",
    [
        [(Place("1002.01"), Place("3101.01"), 5)],  # a header takes no postings
        [(Place("1002.01.01"), Place("9009"), 5)],  # another book
        [(Place("1002.01.01", "B1"), Place("3101.01"), 5)],  # a unit where there is none
        [(Place("1002.02"), Place("3101.01"), 5)],  # no unit where there must be one
        [(Place("9999"), Place("3101.01"), 5)],  # no such account
        [(Place("1002.01.01"), Place("1002.01.01"), 5)],  # one account on both sides
        [(Place("1002.01.01"), Place("3101.01"), 0)],  # nought
        [(Place("1002.01.01"), Place("3101.01"), -5)],  # below nought
    ],
)
def test_what_the_rules_would_not_draft_the_database_refuses_too(books, lines):
    wrong = Draft("money", "trial", "trial", tuple(Line(*line) for line in lines))
    with pytest.raises(DatabaseError), transaction.atomic():
        books.post(JAN, wrong)
    assert not Posting.objects.exists()
    assert not AccountBalance.objects.exists()


@pytest.mark.parametrize("table", ["journalentry", "posting", "accountbalance"])
@pytest.mark.parametrize(
    "statement",
    ["INSERT INTO {0} SELECT * FROM {0}", "UPDATE {0} SET id = id", "DELETE FROM {0}", "TRUNCATE {0} CASCADE"],
)
def test_the_run_time_role_only_reads_the_books(books, table, statement):
    books.post(JAN, journal.appropriation("region", WAN))
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(f"risk_fund_{table}"))


# --- Balances --------------------------------------------------------------------------------------------------------
def test_a_balance_can_be_read_as_of_any_day(books):
    books.post(FEB, journal.appropriation("region", 7 * WAN))
    books.post(JAN, journal.bank_contribution("B1", 3 * WAN))
    books.post(JUN, journal.claim_approved("L1", 2 * WAN))
    assert [books.balance("1002", as_of=day) for day in (JAN - timedelta(1), JAN, FEB, JUN)] == [
        0, 3 * WAN, 10 * WAN, 10 * WAN,
    ]  # fmt: skip
    assert books.balance("1002.01.01", as_of=FEB) == 7 * WAN
    assert books.balance("1002.01.01", as_of=JUN) == books.balance("1002.01.01") == 5 * WAN
    assert books.balance("2307.01", unit="B1", as_of=JAN) == 3 * WAN
    assert books.balance("2307.01", unit="B2") == 0


def test_the_tree_adds_up_to_its_headers_and_the_trial_balance_to_nought(books):
    books.post(JAN, journal.appropriation("region", 7 * WAN), journal.bank_contribution("B1", WAN))
    books.post(JUN, journal.claim_approved("L1", 2 * WAN))
    branches = {branch.account.code: branch for branch in queries.tree(books.fund)["money"]}
    assert branches["1002"].balance_fen == 8 * WAN
    assert branches["1002.01"].balance_fen == 7 * WAN
    assert (branches["1002.01.02"].balance_fen, branches["1002.01.02"].level) == (2 * WAN, 2)
    trial = queries.trial_balance(books.fund, "money")
    assert trial.debit_fen == trial.credit_fen == 10 * WAN
    early = queries.trial_balance(books.fund, "money", as_of=FEB)
    assert early.debit_fen == early.credit_fen == 8 * WAN


# --- Statements ------------------------------------------------------------------------------------------------------
def keep_a_busy_account(books) -> None:
    books.post(JAN, journal.appropriation("region", 100 * WAN))
    for day in range(20):
        books.post(FEB + timedelta(days=day), journal.management_cost(day + 1), journal.bank_interest(1000))
    books.post(JUN, journal.claim_approved("L1", 30 * WAN))


@pytest.mark.parametrize("code", ["1002.01.01", "1002", "3101.01"])
def test_a_statement_pages_through_with_a_running_balance_and_foots(books, code):
    keep_a_busy_account(books)
    account = queries.account(books.fund, code)
    rows, after = [], ""
    while True:
        page = statements.statement(account, Filter(), after=after, limit=7)
        assert page.opening_fen == (rows[-1].balance_fen if rows else 0)
        assert page.first == (not after)
        rows += page.rows
        after = page.next
        if not after:
            break
    assert len({(row.posting_id, row.side) for row in rows}) == len(rows)
    assert [row.day for row in rows] == sorted(row.day for row in rows)
    assert rows[-1].balance_fen == page.closing_fen == books.balance(code)
    assert page.debit_fen == sum(row.debit_fen for row in rows)
    assert page.credit_fen == sum(row.credit_fen for row in rows)


def test_a_statement_of_some_days_brings_the_former_balance_forward(books):
    keep_a_busy_account(books)
    account = queries.account(books.fund, "1002.01.01")
    since, until = FEB + timedelta(days=5), FEB + timedelta(days=9)
    page = statements.statement(account, Filter(since=since, until=until))
    assert page.brought_fen == page.opening_fen == books.balance("1002.01.01", as_of=since - timedelta(days=1))
    assert page.closing_fen == page.rows[-1].balance_fen == books.balance("1002.01.01", as_of=until)
    assert {row.day for row in page.rows} == {since + timedelta(days=n) for n in range(5)}


def test_a_statement_can_be_narrowed_to_a_unit_or_a_kind_of_event(books):
    books.post(JAN, journal.quota_granted("B1", 5 * WAN), journal.quota_granted("B2", 9 * WAN))
    books.post(JUN, journal.reservation("L1", "B1", WAN))
    account = queries.account(books.fund, "9001")
    assert statements.statement(account, Filter(unit="B1")).closing_fen == 4 * WAN
    granted = statements.statement(account, Filter(kind="quota_granted"))
    assert (granted.debit_fen, granted.credit_fen, len(granted.rows)) == (14 * WAN, 0, 2)


def test_a_made_up_page_key_is_refused(books):
    with pytest.raises(Invalid, match="翻页位置"):
        statements.statement(queries.account(books.fund, "1002"), Filter(), after="x.1")


# --- Reversals -------------------------------------------------------------------------------------------------------
def propose(books, entry, **changed):
    given = {"entry_id": entry.pk, "reason": "金额录入有误", "effective_date": JUN} | changed
    return ledger.propose_reversal(by=books.cashier, at=at(2025, 7, 1), **given)


def test_a_wrong_voucher_is_turned_round_by_two_people(actors):
    books = open_books(actors, kind=Fund.Kind.GOVERNMENT_UNIT)
    entry, parallel = books.post(JAN, journal.appropriation("region", WAN))
    request = propose(books, entry)
    ledger.reverse(by=actors.accountant, at=at(2025, 7, 2), reversal_id=request.pk)
    entry.refresh_from_db()
    assert entry.reversed_by.memo == "冲销 实2025-00001:金额录入有误"
    assert (entry.reversed_by.maker, entry.reversed_by.checker) == (actors.cashier, actors.accountant)
    assert entry.reversed_by.effective_date == JUN
    assert JournalEntry.objects.get(reverses=parallel).event_id == entry.reversed_by.event_id
    assert books.balance("1002") == books.balance("3101") == books.balance("8001") == books.balance("6001") == 0
    assert books.balance("1002", as_of=FEB) == WAN, "what stood then stood then"
    assert [check for check in checks(books.fund) if not check.ok] == []


def test_a_reversal_is_refused_to_the_same_hands_and_to_other_offices(books, actors):
    (entry,) = books.post(JAN, journal.appropriation("region", WAN))
    request = propose(books, entry)
    for who in (actors.cashier, actors.checker, actors.bank_officer):
        with pytest.raises(Forbidden):
            ledger.reverse(by=who, at=at(2025, 7, 2), reversal_id=request.pk)
    assert books.balance("1002") == WAN


def test_what_was_reversed_or_is_a_reversal_or_belongs_to_a_case_stays(books, actors):
    (entry,) = books.post(JAN, journal.appropriation("region", 5 * WAN))
    (case,) = books.post(FEB, journal.claim_approved("L1", WAN))
    with pytest.raises(Conflict, match="对应业务中更正"):
        propose(books, case)
    (fee,) = books.post(FEB, journal.management_cost(WAN))
    request = propose(books, fee)
    with pytest.raises(Conflict, match="待复核"):
        propose(books, fee)
    ledger.reverse(by=actors.accountant, at=at(2025, 7, 2), reversal_id=request.pk)
    with pytest.raises(Conflict, match="已被冲销"):
        propose(books, fee)
    with pytest.raises(Conflict, match="不能再冲销"):
        propose(books, JournalEntry.objects.get(reverses=fee))
    with pytest.raises(Conflict, match="已被冲销"):
        ledger.reverse(by=actors.accountant, at=at(2025, 7, 3), reversal_id=request.pk)
    assert entry.pk


def test_a_reversal_that_would_overdraw_is_refused_and_stays_proposed(books, actors):
    (entry,) = books.post(JAN, journal.appropriation("region", WAN))
    books.post(FEB, journal.claim_approved("L1", WAN))
    request = propose(books, entry)
    with pytest.raises(Conflict, match="余额不足"):
        ledger.reverse(by=actors.accountant, at=at(2025, 7, 2), reversal_id=request.pk)
    assert Reversal.objects.get(pk=request.pk).state == "PROPOSED"
    request = ledger.refuse_reversal(
        by=actors.accountant, at=at(2025, 7, 2), reversal_id=request.pk, reason="资金已冻结"
    )
    assert (request.state, request.decided_by) == ("REFUSED", actors.accountant)


@pytest.mark.parametrize(
    "changed", [{"reason": " "}, {"effective_date": date(2025, 1, 5)}, {"effective_date": date(2025, 7, 2)}]
)
def test_a_reversal_needs_a_reason_and_a_day_between_the_voucher_and_today(books, changed):
    (entry,) = books.post(JAN, journal.appropriation("region", WAN))
    with pytest.raises(Invalid):
        propose(books, entry, **changed)


def test_the_database_refuses_a_reversal_that_does_not_mirror_its_entry(books):
    (entry,) = books.post(JAN, journal.appropriation("region", WAN))
    half = journal.surplus_returned("region", WAN // 2)
    with pytest.raises(DatabaseError, match="does not mirror"), transaction.atomic():
        books.post(FEB, half, reverses=[entry.pk])


# --- Who reads -------------------------------------------------------------------------------------------------------
def test_offices_see_the_books_and_nobody_else_does(books, actors):
    (entry,) = books.post(JAN, journal.appropriation("region", WAN))
    readers = {"intake", "verifier", "verifier2", "first_reviewer", "other_prefecture_reviewer", "checker", "approver",
               "cashier", "accountant", "auditor"}  # fmt: skip
    for name, person in actors.everyone().items():
        assert queries.funds_visible_to(person).exists() == (name in readers), name
        if name in readers:
            assert queries.entry(person, entry.pk) == entry
        else:
            with pytest.raises(NotFound):
                queries.entry(person, entry.pk)
