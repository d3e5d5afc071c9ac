"""A fund's first year in sixteen vouchers, as a finance officer would check it.

`ledger_year.json` is the worked example of the domain pages: 3,000 万 appropriated, one loan of 500 万 covered at 54 %,
defaulted, compensated and partly recovered. Compared by accounts and amounts: our books split the treasury's account
into available and reserved money and let cover pass through a reservation, which cancels out within a voucher.
"""

import json
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from finance_platform.foundation.errors import Conflict
from risk_fund.models import Fund
from risk_fund.queries import ledger as queries
from risk_fund.queries.ledger_checks import checks
from risk_fund.rules import journal
from risk_fund.services import periods
from tests.factories import at
from tests.risk_fund.books import Books, open_books

WORKED = json.loads((Path(__file__).parent / "ledger_year.json").read_text(encoding="utf-8"))
CLAIM, RECOVERED, SUBSIDY = 1_799_999_99, 257_333_33, 210_888_88

# Each voucher: its number, its day, and the entries of the accounting manual that make it up.
YEAR = [
    (1, date(2025, 1, 5), [journal.appropriation("region", 30_000_000_00)]),
    (2, date(2025, 1, 12), [journal.bank_contribution("A", 5_000_000_00)]),
    (3, date(2025, 1, 15), [journal.quota_granted("A", 100_000_000_00)]),
    (4, date(2025, 2, 1), [journal.reservation("L1", "A", 2_700_000_00), journal.commitment("L1", 2_700_000_00)]),
    (5, date(2025, 3, 21), [journal.bank_interest(26_250_00)]),
    (6, date(2025, 6, 30), [journal.commitment_released("L1", "A", 540_000_00)]),
    (7, date(2025, 9, 10), [journal.claim_approved("L1", CLAIM)]),
    (8, date(2025, 10, 9), [journal.claim_paid("L1", CLAIM)]),
    (9, date(2025, 10, 9), [journal.recovery_right("L1", CLAIM, as_asset=True)]),
    (10, date(2025, 10, 9), [journal.commitment_used("L1", CLAIM)]),
    (11, date(2025, 10, 9), [journal.commitment_released("L1", "A", 2_160_000_00 - CLAIM)]),
    (12, date(2025, 12, 15), [journal.recovery_collected(RECOVERED, same_year=True)]),
    (13, date(2025, 12, 15), [journal.recovery_right_reduced("L1", RECOVERED, as_asset=True)]),
    (14, date(2025, 12, 20), [journal.subsidy("interest", SUBSIDY)]),
    (15, date(2025, 12, 28), list(journal.write_off("L1", CLAIM - RECOVERED, as_asset=True))),
    (16, date(2025, 12, 31), [journal.bank_contribution_returned("A", 1_000_000_00)]),
]
# The worked year leaves the pursued balance out of its vouchers; our books keep it, against its own contra account.
PURSUED = {"9004.L1", "9008.L1"}
FOLDED = {"1002.01.01": "1002.01", "1002.01.02": "1002.01"}
# The worked year opens sub-accounts for quotas and commitments only; ours have units for others too.
SPLIT = {"9001", "9002", "9004", "9008"}


def account_of(code: str, unit: str) -> str:
    return f"{code}.{unit}" if code in SPLIT else FOLDED.get(code, code)


def net(entries) -> dict[str, int]:
    """Return what vouchers do to each account: debits less credits, in fen."""
    found: Counter[str] = Counter()
    for entry in entries:
        for posting in queries.postings(entry):
            found[account_of(posting.debit_account.code, posting.debit_unit)] += posting.amount_fen
            found[account_of(posting.credit_account.code, posting.credit_unit)] -= posting.amount_fen
    return {code: fen for code, fen in found.items() if fen}


def worked(number: int) -> dict[str, int]:
    lines = next(entry for entry in WORKED["entries"] if entry["no"] == number)["lines"]
    return {line["acct"].split(" ")[0]: line["dr"] - line["cr"] for line in lines}


def keep_the_year(books: Books) -> dict[int, list]:
    return {number: books.post(day, *drafts, key=f"year:{number}") for number, day, drafts in YEAR}


@pytest.fixture
def books(actors) -> Books:
    return open_books(actors, recovery_right_as_asset=True)


def test_each_of_the_sixteen_vouchers_has_the_worked_accounts_and_amounts(books):
    for number, vouchers in keep_the_year(books).items():
        found = net(vouchers)
        assert {code: fen for code, fen in found.items() if code not in PURSUED} == worked(number), number
        assert {code for code in found if code in PURSUED} == (PURSUED if number == 15 else set())


def test_the_trial_balance_before_closing_is_the_worked_one(books):
    keep_the_year(books)
    stands: Counter[str] = Counter()
    for book in ("money", "commitment"):
        trial = queries.trial_balance(books.fund, book)
        assert trial.balanced
        for account, debit_fen, credit_fen in trial.rows:
            stands[FOLDED.get(account.code, account.code)] += debit_fen - credit_fen
    expected = Counter({key.split(" ")[0].split(".A")[0].split(".L1")[0]: fen for key, fen in trial_items()})
    pursued = {"9004": CLAIM - RECOVERED, "9008": -(CLAIM - RECOVERED)}
    assert {k: v for k, v in stands.items() if v} == {k: v for k, v in expected.items() if v} | pursued


def trial_items():
    return WORKED["trial_balance_before_close"].items()


def test_the_money_promised_in_september_is_free_again_for_nobody_until_it_is_paid_in_october(books):
    for number, day, drafts in YEAR[:7]:
        books.post(day, *drafts, key=f"year:{number}")
    assert books.balance("1002.01.02") == CLAIM == books.balance("2601")
    assert queries.cash_available(books.fund) == 30_000_000_00 + 26_250_00 - CLAIM
    books.post(date(2025, 10, 9), journal.claim_paid("L1", CLAIM))
    assert books.balance("1002.01.02") == 0 == books.balance("2601")


def test_closing_the_year_leaves_the_worked_fund_and_cash(books, actors):
    keep_the_year(books)
    treasury_fen, deposits_fen = books.balance("1002.01"), books.balance("1002.02")
    period = periods.reconcile(
        by=actors.cashier, at=at(2026, 1, 5), fund_code="NMG", year=2025, month=12,
        treasury_statement_fen=treasury_fen, deposit_statement_fen=deposits_fen,
    )  # fmt: skip
    with pytest.raises(Conflict, match="按顺序结账"):
        periods.close(by=actors.accountant, at=at(2026, 1, 6), period_id=period.pk)
    settle_months_before_december(books, actors)
    periods.close(by=actors.accountant, at=at(2026, 1, 6), period_id=period.pk)
    assert books.balance("3101.05") == WORKED["surplus_for_year"]
    assert books.balance("3101") == WORKED["closing_fund"]
    assert books.balance("1002") == WORKED["cash"] == WORKED["closing_fund"] + books.balance("2307.01")
    assert all(books.balance(code) == 0 for code in ("4604", "5901.01", "5001.02"))
    assert [check for check in checks(books.fund) if not check.ok] == []


def settle_months_before_december(books: Books, actors) -> None:
    for month in (1, 2, 3, 6, 9, 10):
        last = date(2025, month, 28)
        period = periods.reconcile(
            by=actors.cashier, at=at(2026, 1, 5), fund_code="NMG", year=2025, month=month,
            treasury_statement_fen=books.balance("1002.01", as_of=last.replace(day=30) if month != 2 else last),
            deposit_statement_fen=books.balance("1002.02", as_of=last),
        )  # fmt: skip
        periods.close(by=actors.accountant, at=at(2026, 1, 6), period_id=period.pk)


def test_by_default_the_right_of_recovery_stays_out_of_the_money_book(actors):
    books = open_books(actors)
    keep = [(n, day, drafts) for n, day, drafts in YEAR if n not in {9, 13, 15}]
    for number, day, drafts in keep:
        books.post(day, *drafts, key=f"year:{number}")
    books.post(date(2025, 12, 31), journal.recovery_right("L1", CLAIM))
    books.post(date(2025, 12, 31), journal.recovery_right_reduced("L1", RECOVERED))
    books.post(date(2025, 12, 31), *journal.write_off("L1", CLAIM - RECOVERED))
    assert books.balance("1218.01") == books.balance("1219") == 0
    assert books.balance("9005") == books.balance("9006") == 0
    assert books.balance("9004", unit="L1") == CLAIM - RECOVERED
    assert books.balance("1002.01") == 28_272_694_46, "the money is the same either way"


def test_a_government_unit_keeps_a_budget_that_follows_its_cash(actors):
    books = open_books(actors, kind=Fund.Kind.GOVERNMENT_UNIT, recovery_right_as_asset=True)
    keep_the_year(books)
    assert books.balance("8001") == books.balance("1002.01") == 28_272_694_46
    assert books.balance("6001") == 30_000_000_00
    assert books.balance("6609") == 26_250_00
    assert books.balance("7901") == CLAIM - RECOVERED + SUBSIDY
    assert [check for check in checks(books.fund) if not check.ok] == []


def test_the_books_of_the_year_examine_themselves_and_find_nothing(books):
    keep_the_year(books)
    found = checks(books.fund)
    assert len(found) >= 12
    assert [check for check in found if not check.ok] == []
