"""Close an accounting month: one person reconciles it with the bank statements, another closes it for good.

December is closed by first posting the year's closing entries, so every year begins with income and expense at nought.
"""

from datetime import datetime

from django.utils import timezone

from finance_platform.foundation import rules as shared_rules
from finance_platform.foundation.errors import Conflict, Invalid, NotFound
from finance_platform.foundation.models import User
from finance_platform.foundation.permissions import Permission
from finance_platform.foundation.use_case import hands, use_case
from risk_fund.models import Fund, JournalEntry, Period
from risk_fund.queries import ledger as queries
from risk_fund.queries import periods as period_queries
from risk_fund.rules import accounts, journal
from risk_fund.rules import periods as rules
from risk_fund.services import ledger


@use_case(Permission.MONEY_MAKE)
def reconcile(
    *, by: User, at: datetime, fund_code: str, year: int, month: int, treasury_statement_fen: int,
    deposit_statement_fen: int,
) -> Period:  # fmt: skip
    """State that the month's closing balances equal the two bank statements.

    Raises: NotFound; Invalid (month); Conflict (month still running, closed, or a statement differs from the books).
    Writes: the period, RECONCILED.
    """
    fund = _turn(by, fund_code)
    _require_month(month)
    rules.require_over(year, month, timezone.localdate(at))
    statements = {"treasury_statement_fen": treasury_statement_fen, "deposit_statement_fen": deposit_statement_fen}
    _require_agreement(fund, year, month, **statements)
    period = Period.objects.filter(fund=fund, year=year, month=month).first()
    period = period or Period(fund=fund, year=year, month=month)
    period.reconciled_by, period.reconciled_hands, period.reconciled_at = by, hands(), at
    for name, amount_fen in statements.items():
        setattr(period, name, amount_fen)
    if period.pk is None:
        period.save()
    period.move("reconcile", by=by, at=at, **statements)
    return period


@use_case(Permission.PERIOD_CLOSE)
def close(*, by: User, at: datetime, period_id: int) -> Period:
    """Close a reconciled month for good; the last month of a year first gets the year's closing entries.

    Raises: NotFound; Forbidden (the same hands reconciled it); Conflict (not reconciled, changed since, an earlier
    month still open). Writes: the period, CLOSED; in December the closing entries.
    """
    period = _locked(by, period_id)
    shared_rules.require_distinct_hands(period.reconciled_hands, hands(), what="月末结账")
    fund, year, month = period.fund, period.year, period.month
    _require_agreement(fund, year, month, period.treasury_statement_fen, period.deposit_statement_fen)
    if (earlier := period_queries.open_before(fund, year, month)) is not None:
        raise Conflict(f"{earlier:%Y 年 %m 月}还有未结账的凭证:请按顺序结账", code="earlier_month_open")
    if month == 12:
        _post_year_end(period, by=by, at=at)
    period.closed_by, period.closed_at = by, at
    period.move("close", by=by, at=at)
    return period


@use_case(Permission.PERIOD_CLOSE)
def reopen(*, by: User, at: datetime, period_id: int, reason: str) -> Period:
    """Send a reconciled month back, to be reconciled anew; a closed one never. Raises: NotFound; Invalid; Conflict."""
    if not reason.strip():
        raise Invalid("请写明退回原因", fields={"reason": "必填"})
    period = _locked(by, period_id)
    period.move("reopen", by=by, at=at, reason=reason.strip())
    return period


def _post_year_end(period: Period, *, by: User, at: datetime) -> list[JournalEntry]:
    fund, last = period.fund, rules.last_day(period.year, 12)
    codes = accounts.CLOSED_EACH_YEAR
    balances_fen = {code: queries.balance(code, fund, as_of=last) for code in codes}
    return ledger.post(
        fund=fund, drafts=journal.year_end(balances_fen, period.year), at=at, effective_date=last,
        maker_id=period.reconciled_by_id, checker_id=by.pk, idempotency_key=f"year-end:{period.year}",
        subject=f"risk_fund.Period:{period.pk}",
    )  # fmt: skip


def _require_agreement(
    fund: Fund, year: int, month: int, treasury_statement_fen: int, deposit_statement_fen: int
) -> None:
    last = rules.last_day(year, month)
    names = {accounts.TREASURY_CASH: treasury_statement_fen, accounts.BANK_DEPOSITS: deposit_statement_fen}
    booked = {accounts.account_row(code).name: queries.balance(code, fund, as_of=last) for code in names}
    rules.require_statements_agree(booked, {accounts.account_row(code).name: fen for code, fen in names.items()})


def _require_month(month: int) -> None:
    if not 1 <= month <= 12:
        raise Invalid("月份无效", fields={"month": "请填写 1 至 12"})


def _turn(by: User, fund_code: str) -> Fund:
    fund = queries.fund_by_code(by, fund_code)
    ledger.hold(fund)
    return fund


def _locked(by: User, period_id: int) -> Period:
    """Return a visible period behind its fund's turn, so that no entry comes in between."""
    period = period_queries.periods_visible_to(by).filter(pk=period_id).first()
    if period is None:
        raise NotFound("没有这个会计期间")
    ledger.hold(period.fund)
    return Period.objects.select_for_update(of=("self",)).select_related("fund").get(pk=period_id)
