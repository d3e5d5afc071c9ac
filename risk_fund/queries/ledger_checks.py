"""The books examine themselves: each invariant is one short question whose answer must be an empty list of faults.

They hold by construction (triggers, constraints, one way in); the checks look at the rows as they are, so that whoever
went around the database's guards is found. Source: domain page section 4.3, with its numbering.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection

from risk_fund.models import Fund
from risk_fund.queries import ledger
from risk_fund.rules import accounts as a

FAULTS_SHOWN = 5


@dataclass(frozen=True)
class Check:
    """One invariant of one fund: whether it holds, and if not, which rows break it."""

    name: str
    ok: bool
    detail: str


def checks(fund: Fund | None = None) -> list[Check]:
    """Return every invariant of a fund's books, or of all funds'."""
    funds = [fund] if fund is not None else list(Fund.objects.all())
    return [_check(one, name, question) for one in funds for name, question in QUESTIONS.items()]


def _check(fund: Fund, name: str, question: Callable[[Fund], Iterable[str]]) -> Check:
    faults = list(question(fund))
    more = f" 等 {len(faults)} 处" if len(faults) > FAULTS_SHOWN else ""
    return Check(name, not faults, ";".join(faults[:FAULTS_SHOWN]) + more)


# --- The entries themselves ------------------------------------------------------------------------------------------
def unbalanced_books(fund: Fund) -> Iterable[str]:
    """4.3-1: in every book the debit balances equal the credit balances."""
    for book, name in a.BOOKS.items():
        trial = ledger.trial_balance(fund, book)
        if not trial.balanced:
            yield f"{name}:借方 {trial.debit_fen} 分,贷方 {trial.credit_fen} 分"


def misshapen_entries(fund: Fund) -> Iterable[str]:
    """4.3-1: every entry has the lines and the total it states, in accounts of its own fund and book."""
    return _vouchers(
        """LEFT JOIN risk_fund_posting p ON p.entry_id = e.id
           LEFT JOIN risk_fund_account d ON d.id = p.debit_account_id
           LEFT JOIN risk_fund_account c ON c.id = p.credit_account_id
           WHERE e.fund_id = %s GROUP BY e.id
           HAVING (count(p.id), coalesce(sum(p.amount_fen), 0)) <> (e.lines, e.total_fen) OR NOT coalesce(bool_and(
               (d.fund_id, d.book) = (e.fund_id, e.book) AND (c.fund_id, c.book) = (e.fund_id, e.book)), false)""",
        fund,
    )


def stale_balances(fund: Fund) -> Iterable[str]:
    """The kept balances equal the sums of the postings."""
    rows = _rows(
        """WITH leg AS (
               SELECT debit_account_id AS account_id, debit_unit AS unit, amount_fen AS dr, 0 AS cr
               FROM risk_fund_posting
               UNION ALL SELECT credit_account_id, credit_unit, 0, amount_fen FROM risk_fund_posting),
           summed AS (SELECT account_id, unit, sum(dr) AS dr, sum(cr) AS cr FROM leg GROUP BY 1, 2),
           kept AS (SELECT account_id, unit, debit_fen, credit_fen FROM risk_fund_accountbalance)
           SELECT a.code, unit FROM summed FULL JOIN kept USING (account_id, unit)
               JOIN risk_fund_account a ON a.id = account_id
           WHERE a.fund_id = %s AND (dr, cr) IS DISTINCT FROM (debit_fen, credit_fen) ORDER BY 1, 2""",
        fund.pk,
    )
    return [f"科目 {code} {unit}".strip() for code, unit in rows]


def gaps_in_numbers(fund: Fund) -> Iterable[str]:
    """4.3-11: vouchers are numbered from one without gaps, per book and year."""
    rows = _rows(
        """SELECT book, fiscal_year, max(number), count(*) FROM risk_fund_journalentry WHERE fund_id = %s
           GROUP BY 1, 2 HAVING max(number) <> count(*) OR min(number) <> 1 ORDER BY 1, 2""",
        fund.pk,
    )
    return [f"{a.BOOKS[book]} {year} 年:末号 {last},共 {count} 张" for book, year, last, count in rows]


def booked_after_closing(fund: Fund) -> Iterable[str]:
    """4.3-10: no voucher came into a month after it was closed."""
    return _vouchers(
        """WHERE e.fund_id = %s AND EXISTS (
               SELECT 1 FROM risk_fund_period p WHERE p.fund_id = e.fund_id AND p.state = 'CLOSED'
               AND (p.year, p.month) >= (extract(year FROM e.effective_date), extract(month FROM e.effective_date))
               AND e.booked_at > p.closed_at)""",
        fund,
    )


def one_handed_entries(fund: Fund) -> Iterable[str]:
    """4.3-12: every voucher's maker and checker differ, and every money voucher has a checker."""
    return _vouchers(
        "WHERE e.fund_id = %s AND (e.checker_id = e.maker_id OR e.book = 'money' AND e.checker_id IS NULL)", fund
    )


def reversals_that_do_not_cancel(fund: Fund) -> Iterable[str]:
    """4.3-10: a reversal and its entry sum to nought on every account."""
    return _vouchers(
        """JOIN LATERAL (
               SELECT debit_account_id AS account, debit_unit AS unit, amount_fen AS amount FROM risk_fund_posting
               WHERE entry_id IN (e.id, e.reverses_id)
               UNION ALL SELECT credit_account_id, credit_unit, -amount_fen FROM risk_fund_posting
               WHERE entry_id IN (e.id, e.reverses_id)) leg ON true
           WHERE e.fund_id = %s AND e.reverses_id IS NOT NULL GROUP BY e.id, leg.account, leg.unit
           HAVING sum(leg.amount) <> 0""",
        fund,
    )


# --- What the accounts say together ----------------------------------------------------------------------------------
def accounts_below_nought(fund: Fund) -> Iterable[str]:
    """4.3-15: no negative cash, quota, liability or commitment, on any unit."""
    rows = _rows(
        """SELECT a.code, b.unit FROM risk_fund_accountbalance b JOIN risk_fund_account a ON a.id = b.account_id
           WHERE a.fund_id = %s AND NOT a.may_go_negative
           AND (b.debit_fen - b.credit_fen) * CASE a.side WHEN 'debit' THEN 1 ELSE -1 END < 0 ORDER BY 1, 2""",
        fund.pk,
    )
    return [f"科目 {code} {unit}".strip() for code, unit in rows]


def cash_without_a_claim(fund: Fund) -> Iterable[str]:
    """4.3-3: what is reserved equals what approved claims are owed."""
    return _equal(fund, {a.CASH_RESERVED: "待付补偿资金"}, {a.CLAIMS_PAYABLE: "预计负债"})


def deposits_not_owed(fund: Fund) -> Iterable[str]:
    """4.3-3: the banks' deposits in cash equal what is owed to the banks."""
    return _equal(fund, {a.BANK_DEPOSITS: "银行保证金户"}, {a.DEPOSITS_OF_BANKS: "应付银行缴存"})


def rights_not_provided_for(fund: Fund) -> Iterable[str]:
    """4.3-8: the right of recovery stands against its provision or memo, loan by loan."""
    for own, contra in ((a.RECOVERY_RIGHT, a.RECOVERY_PROVISION), (a.MEMO_RIGHT, a.MEMO_RIGHT_CONTRA)):
        right, provided = ledger.units(own, fund), ledger.units(contra, fund)
        yield from (f"{own} {loan}" for loan in sorted(right | provided) if right.get(loan, 0) != provided.get(loan, 0))


def quota_unaccounted(fund: Fund) -> Iterable[str]:
    """4.3-5: available, reserved and committed quota add up to what was granted and is not used."""
    parts = {a.QUOTA: "可用额度", a.RESERVED_QUOTA: "预占额度", a.COMMITTED: "或有补偿责任"}
    return _equal(fund, parts, {a.QUOTA_CONTRA: "额度对应"})


def budget_apart_from_cash(fund: Fund) -> Iterable[str]:
    """平行记账: the budget's funds on hand equal the fund's own cash (money held for others is not its own)."""
    if not fund.keeps_budget:
        return []
    own_fen = ledger.balance(a.TREASURY_CASH, fund) - ledger.balance(a.HELD_FOR_OTHERS, fund)
    budget_fen = ledger.balance(a.BUDGET_CASH, fund)
    return [] if own_fen == budget_fen else [f"资金结存 {budget_fen} 分,自有专户存款 {own_fen} 分"]


QUESTIONS: dict[str, Callable[[Fund], Iterable[str]]] = {
    "各账簿借贷相等": unbalanced_books,
    "凭证分录完整": misshapen_entries,
    "余额等于分录合计": stale_balances,
    "凭证号连续": gaps_in_numbers,
    "结账后未再入账": booked_after_closing,
    "制单与复核不同人": one_handed_entries,
    "冲销凭证与原凭证相抵": reversals_that_do_not_cancel,
    "无反向余额": accounts_below_nought,
    "待付资金等于预计负债": cash_without_a_claim,
    "保证金户等于应付银行缴存": deposits_not_owed,
    "追偿权与对应科目相等": rights_not_provided_for,
    "额度守恒": quota_unaccounted,
    "预算资金结存等于自有存款": budget_apart_from_cash,
}


def _equal(fund: Fund, left: dict[str, str], right: dict[str, str]) -> list[str]:
    sums = [sum(ledger.balance(code, fund) for code in side) for side in (left, right)]
    if sums[0] == sums[1]:
        return []
    return [f"{'+'.join(left.values())} {sums[0]} 分,{'+'.join(right.values())} {sums[1]} 分"]


def _vouchers(condition: str, fund: Fund) -> list[str]:
    vouchers = "SELECT DISTINCT e.id, e.book, e.fiscal_year, e.number FROM risk_fund_journalentry e"
    rows = _rows(f"{vouchers} {condition}", fund.pk)
    return [f"凭证 {a.BOOK_WORDS[book]}{year}-{number:05d}" for _pk, book, year, number in sorted(rows)]


def _rows(sql: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()  # type: ignore[no-any-return]
