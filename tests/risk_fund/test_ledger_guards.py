"""What the books withstand: their owner's hand, two at once, a failure in the middle, and tampering behind the guards.

These tests commit, so each works in a database of its own that is dropped afterwards.
"""

import io
import threading
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, OperationalError, connection, connections, transaction

from finance_platform.foundation.errors import Conflict
from risk_fund.models import AccountBalance, JournalEntry, Posting
from risk_fund.queries.ledger_checks import checks
from risk_fund.rules import journal
from risk_fund.services import ledger, periods
from tests.factories import at, people_of_the_region
from tests.risk_fund.books import WAN, as_owner, open_books

JAN, FEB = date(2025, 1, 6), date(2025, 2, 3)


@pytest.fixture
def actors(committed_db):
    return people_of_the_region()


@pytest.fixture
def books(actors):
    return open_books(actors)


def sql(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def footprint() -> tuple[int, int, int]:
    return JournalEntry.objects.count(), Posting.objects.count(), AccountBalance.objects.count()


# --- The owner's hand ------------------------------------------------------------------------------------------------
def test_not_even_the_owner_rewrites_the_books(books):
    books.post(JAN, journal.appropriation("region", WAN), journal.quota_granted("B1", WAN))
    (entry,) = books.post(FEB, journal.bank_interest(5))
    period = periods.reconcile(
        by=books.cashier, at=at(2025, 7, 1), fund_code="NMG", year=2025, month=2,
        treasury_statement_fen=WAN + 5, deposit_statement_fen=0,
    )  # fmt: skip
    before = footprint()
    with as_owner():
        for table in ("journalentry", "posting", "account"):
            for statement in ("UPDATE risk_fund_{} SET id = id", "DELETE FROM risk_fund_{}"):
                refused(statement.format(table), "Cannot")
        for table in ("journalentry", "posting", "account", "accountbalance", "fund", "period"):
            refused(f"TRUNCATE risk_fund_{table} CASCADE", "is refused")
        for table in ("accountbalance", "fund", "period"):
            refused(f"DELETE FROM risk_fund_{table}", "Cannot delete")
        refused(forged(entry, "number + 1", "checker_id"), "lacks the postings")
        refused(forged(entry, "number", "checker_id"), "entry_number_once")
        refused(forged(entry, "number + 1", "maker_id"), "checker_is_not_maker")
        refused(added_line(entry), "other postings than it states")
    assert footprint() == before
    assert period.state == "RECONCILED"


def forged(entry: JournalEntry, number: str, checker: str) -> str:
    """Copy an entry, without postings, under another number or checker."""
    changed = {
        "event_id": "gen_random_uuid()", "idempotency_key": "'forged'", "number": number, "checker_id": checker,
    }  # fmt: skip
    fields = JournalEntry._meta.concrete_fields
    columns = [field.column for field in fields if field.column not in {"id", "reverses_id"}]
    values = ", ".join(changed.get(column, column) for column in columns)
    table = "risk_fund_journalentry"
    return f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM {table} WHERE id = {entry.pk}"


def added_line(entry: JournalEntry) -> str:
    """Add one more posting to an entry that was finished before."""
    places = "debit_account_id, debit_unit, credit_account_id, credit_unit"
    return (
        f"INSERT INTO risk_fund_posting (entry_id, line, {places}, amount_fen) "
        f"SELECT entry_id, 9, {places}, 1 FROM risk_fund_posting WHERE entry_id = {entry.pk}"
    )


def refused(statement: str, why: str) -> None:
    with pytest.raises(DatabaseError, match=why), transaction.atomic():
        sql(statement)


def test_the_owner_cannot_post_into_a_closed_month_either(books, actors):
    books.post(JAN, journal.appropriation("region", WAN))
    period = periods.reconcile(
        by=actors.cashier, at=at(2025, 7, 1), fund_code="NMG", year=2025, month=1, treasury_statement_fen=WAN,
        deposit_statement_fen=0,
    )  # fmt: skip
    periods.close(by=actors.accountant, at=at(2025, 7, 2), period_id=period.pk)
    with as_owner(), pytest.raises(Conflict, match="已结账"), transaction.atomic():
        books.post(JAN, journal.bank_interest(5))


# --- Two at once -----------------------------------------------------------------------------------------------------
def together(*works) -> list:
    """Run each work in a thread with its own connection, from one starting line; return results or errors in order."""
    line, found = threading.Barrier(len(works)), [None] * len(works)

    def run(index, work):
        try:
            line.wait(timeout=20)
            found[index] = work()
        except Exception as error:
            found[index] = error
        finally:
            connections["default"].close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return found


def test_two_claims_cannot_both_have_the_last_money(books):
    books.post(JAN, journal.appropriation("region", 10 * WAN))
    found = together(*[lambda n=n: books.post(FEB, journal.claim_approved(f"L{n}", 6 * WAN)) for n in (1, 2)])
    assert sorted(type(one).__name__ for one in found) == ["Conflict", "list"]
    assert books.balance("1002.01.01") == 4 * WAN
    assert JournalEntry.objects.count() == 2


def test_a_limit_read_while_holding_the_turn_still_holds_when_posting(books):
    books.post(JAN, journal.appropriation("region", 10 * WAN))

    def spend_what_is_there(name):
        with transaction.atomic():
            ledger.hold(books.fund)
            free_fen = books.balance("1002.01.01")
            return books.post(FEB, journal.claim_approved(name, min(free_fen, 6 * WAN)))

    found = together(lambda: spend_what_is_there("L1"), lambda: spend_what_is_there("L2"))
    assert sorted(one[0].total_fen for one in found) == [8 * WAN, 12 * WAN], "each line counts in the voucher's total"
    assert books.balance("1002.01.01") == 0


def test_numbers_stay_gapless_and_balances_true_under_contention(books):
    books.post(JAN, journal.appropriation("region", WAN))

    def work(name):
        return lambda: [books.post(FEB, journal.bank_interest(7), key=f"{name}:{n}") for n in range(12)]

    found = together(*[work(name) for name in "abcd"])
    assert all(isinstance(one, list) for one in found), found
    numbers = list(JournalEntry.objects.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, 50))
    assert books.balance("4604") == 4 * 12 * 7
    assert [check for check in checks(books.fund) if not check.ok] == []


def test_one_key_sent_twice_at_the_same_time_posts_once(books):
    found = together(*[lambda: books.post(JAN, journal.appropriation("region", WAN), key="order:1")] * 3)
    assert len({one[0].pk for one in found}) == 1
    assert books.balance("1002") == WAN


# --- A failure in the middle -----------------------------------------------------------------------------------------
@pytest.mark.parametrize("table", ["journalentry", "posting", "accountbalance"])
def test_a_failure_between_the_statements_leaves_no_half_entry(books, table):
    books.post(JAN, journal.appropriation("region", 9 * WAN))
    before, cash = footprint(), books.balance("1002.01.01")
    with as_owner():
        sql(
            "CREATE FUNCTION break_down() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'broken down'; END $$",
            f"CREATE TRIGGER zz_break_down AFTER INSERT OR UPDATE ON risk_fund_{table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION break_down()",
        )
    with pytest.raises(DatabaseError, match="broken down"):
        books.post(FEB, journal.claim_approved("L1", WAN), journal.quota_granted("B1", WAN))
    assert footprint() == before
    assert books.balance("1002.01.01") == cash
    with as_owner():
        sql(f"DROP TRIGGER zz_break_down ON risk_fund_{table}")
    assert books.post(FEB, journal.claim_approved("L1", WAN))[0].number == 2, "the number was not lost"


def test_a_killed_session_leaves_no_half_event(books):
    books.post(JAN, journal.appropriation("region", 9 * WAN))
    before = footprint()
    with pytest.raises(OperationalError), transaction.atomic():
        books.post(FEB, journal.claim_approved("L1", WAN), journal.quota_granted("B1", WAN))
        assert footprint() > before
        killer = connection.copy()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            (victim,) = cursor.fetchone()
        with killer.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [victim])
        killer.close()
        books.post(FEB, journal.bank_interest(1))
    connection.close()
    assert footprint() == before
    assert [check for check in checks(books.fund) if not check.ok] == []
    assert books.post(FEB, journal.claim_approved("L1", WAN))[0].number == 2


# --- Tampering behind the guards -------------------------------------------------------------------------------------
def one_more_on(code: str) -> str:
    return with_balance(code, "debit_fen = debit_fen + 1")


def with_balance(code: str, change: str) -> str:
    return (
        f"UPDATE risk_fund_accountbalance b SET {change} FROM risk_fund_account a "
        f"WHERE a.id = b.account_id AND a.code = '{code}'"
    )


ENTRIES, POSTINGS, BALANCES = (f"UPDATE risk_fund_{t} SET " for t in ("journalentry", "posting", "accountbalance"))
TAMPERINGS = {
    "凭证分录完整": POSTINGS + "amount_fen = amount_fen + 1 WHERE id = (SELECT min(id) FROM risk_fund_posting)",
    "余额等于分录合计": BALANCES + "debit_fen = debit_fen + 1, credit_fen = credit_fen + 1",
    "各账簿借贷相等": one_more_on("3101.01"),
    "凭证号连续": ENTRIES + "number = number + 50 WHERE number = 2",
    "结账后未再入账": ENTRIES + "booked_at = booked_at + interval '5 years' WHERE effective_date = '2025-01-06'",
    "制单与复核不同人": ENTRIES + "checker_id = maker_id",
    "冲销凭证与原凭证相抵": ENTRIES
    + "reverses_id = (SELECT min(id) FROM risk_fund_journalentry) WHERE kind = 'bank_interest' AND book = 'money'",
    "无反向余额": with_balance("1002.01.01", "credit_fen = debit_fen + 1"),
    "待付资金等于预计负债": one_more_on("1002.01.02"),
    "保证金户等于应付银行缴存": one_more_on("1002.02"),
    "追偿权与对应科目相等": with_balance("9005", "unit = 'L9'"),
    "额度守恒": one_more_on("9001"),
    "预算资金结存等于自有存款": one_more_on("8001"),
}


def test_every_check_finds_the_tampering_it_is_there_for(actors):
    books = open_books(actors, kind="government_unit")
    books.post(JAN, journal.appropriation("region", 9 * WAN), journal.bank_contribution("B1", WAN))
    books.post(FEB, journal.bank_interest(5), journal.quota_granted("B1", WAN))
    books.post(FEB, journal.claim_approved("L1", WAN), journal.recovery_right("L1", WAN))
    period = periods.reconcile(
        by=actors.cashier, at=at(2025, 7, 1), fund_code="NMG", year=2025, month=1, treasury_statement_fen=9 * WAN,
        deposit_statement_fen=WAN,
    )  # fmt: skip
    periods.close(by=actors.accountant, at=at(2025, 7, 2), period_id=period.pk)
    assert [check for check in checks(books.fund) if not check.ok] == []
    assert {check.name for check in checks(books.fund)} == set(TAMPERINGS), "a check without a tampering proves nothing"
    with as_owner():
        for name, tampering in TAMPERINGS.items():
            with transaction.atomic():
                go_around_the_guards(tampering)
                broken = {check.name: check.detail for check in checks(books.fund) if not check.ok}
                transaction.set_rollback(True)
            assert name in broken, (name, broken)
            assert broken[name], "a fault names its row"


def go_around_the_guards(tampering: str) -> None:
    tables = ("journalentry", "posting", "accountbalance")
    constraints = {"journalentry": ("checker_is_not_maker",), "posting": (), "accountbalance": ()}
    for table in tables:
        sql(f"ALTER TABLE risk_fund_{table} DISABLE TRIGGER USER")
        sql(*[f"ALTER TABLE risk_fund_{table} DROP CONSTRAINT {name}" for name in constraints[table]])
    sql(tampering)


def test_the_command_reports_each_check_and_fails_on_a_fault(books):
    books.post(JAN, journal.appropriation("region", WAN))
    out = io.StringIO()
    call_command("check_ledger", stdout=out)
    assert "✓ 凭证号连续" in out.getvalue()
    assert "✗" not in out.getvalue()
    with as_owner():
        sql("UPDATE risk_fund_accountbalance SET debit_fen = debit_fen + 1, credit_fen = credit_fen + 1")
    with pytest.raises(SystemExit) as stopped:
        call_command("check_ledger", fund="NMG", stdout=out)
    assert stopped.value.code == 1
    assert "✗ 余额等于分录合计:科目" in out.getvalue()
    with pytest.raises(CommandError, match="NOPE"):
        call_command("check_ledger", fund="NOPE")
