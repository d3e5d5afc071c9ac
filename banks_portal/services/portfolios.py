"""Replay a real portfolio of guaranteed loans through the real services, and hold the ledger against the file.

Loans are taken over as of their own days, then everything happens in the order of the dates: cover reserved and
committed, loans paid out, defaulted, accelerated, claimed, reviewed by three desks, publicised, paid. What the fund
has paid by its ledger must be what plain arithmetic on the file gives.
"""

import hashlib
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from heapq import heapify, heappop, heappush
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Sum
from django.utils import timezone

from banks_portal.rules import portfolios as rules
from banks_portal.rules.portfolios import Row
from finance_platform.foundation import queries as foundation
from finance_platform.foundation.errors import Conflict, Forbidden
from finance_platform.foundation.models import User
from finance_platform.foundation.permissions import Permission, Role
from finance_platform.foundation.services import organisations, people
from finance_platform.foundation.use_case import use_case
from pledges.rules import portfolios as contracts
from pledges.rules.portfolios import ExistingLoan
from pledges.services import loans
from pledges.services import portfolios as pledges
from risk_fund.queries import funds as fund_queries
from risk_fund.queries import ledger, ledger_checks, sharing
from risk_fund.rules.accounts import MONEY
from risk_fund.rules.claims import REQUIRED_EVIDENCE
from risk_fund.services import claims, enrolments, funds, orders, schemes

FUND = "REPLAY"
PREFECTURE, REGION = "150100", "150000"
DISBURSE, CHARGE_OFF, PAY = range(3)
"""What may happen to a loan on a day, in this order."""
NOTE = "来源文件只记核销本金,没有还款流水:以核销本金为准"
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Account:
    """What the replay came to: counts and the payout as the ledger has them, the payout as the file gives it (fen)."""

    rows: int
    loans: int
    claims: int
    payout_fen: int
    summed_fen: int
    principal_fen: int
    schemes: int
    days_of_approval: int
    days_moved: int
    checks: list[tuple[str, bool, str]]

    @property
    def equal(self) -> bool:
        return self.payout_fen == self.summed_fen

    @property
    def green(self) -> bool:
        return all(holds for _name, holds, _detail in self.checks)


@dataclass(frozen=True)
class _Offices:
    """The people of a replay's offices; they have passwords nobody knows."""

    first_reviewer: User
    checker: User
    approver: User
    cashier: User
    accountant: User


@use_case(Permission.PORTFOLIO_REPLAY)
def replay(
    *, by: User, at: datetime, filename: str, data: bytes, limit: int | None = None, keep: bool = False,
    progress: Progress | None = None,
) -> Account:  # fmt: skip
    """Replay the file, or its first `limit` loans by date, in a fund of its own, and give the account of it.

    Without `keep` everything is rolled back once the account is drawn up: the region's books never see it. Publicity
    follows a weekend-only calendar. Raises: Invalid with the file's faults; Forbidden to keep it outside demo and
    test; Conflict if a kept replay is already there or another one is under way. Writes: with `keep`, all that the
    replayed services write.
    """
    if keep and settings.MODE not in {"demo", "test"}:
        raise Forbidden("只有演示和测试环境可以保留回放:请去掉 --keep,结果照常核对并打印")
    rows = rules.read(data, limit)
    source = f"{filename} sha256 {hashlib.sha256(data).hexdigest()[:16]}"
    with transaction.atomic():
        _take_turn()
        _Play(by, at, rows, source).run(progress or (lambda done, total: None))
        connection.check_constraints()  # those deferred to a commit that may never come
        account = _account(rows, data)
        if not keep:
            transaction.set_rollback(True)
    return account


def _take_turn() -> None:
    """Refuse at once what would otherwise wait, row by row, for another replay to end."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext(%s))", [__name__])
        if not cursor.fetchone()[0]:
            raise Conflict("另一次组合回放正在进行:请待其结束后再试", code="replay_under_way")


def _account(rows: Sequence[Row], data: bytes) -> Account:
    fund = fund_queries.fund(FUND)
    paid = ledger.entries(fund, kind="claim_paid").filter(book=MONEY)
    return Account(
        rows=len(rows),
        loans=ledger.entries(fund, kind="commitment").count(),
        claims=paid.count(),
        payout_fen=paid.aggregate(all=Sum("total_fen"))["all"] or 0,
        summed_fen=rules.summed_payout_fen(data, (row.key for row in rows)),
        principal_fen=sum(row.principal_fen for row in rows),
        schemes=len({row.share for row in rows}),
        days_of_approval=sum(row.day_is_approvals for row in rows),
        days_moved=sum(row.day_moved for row in rows),
        checks=[(c.name, c.ok, c.detail) for c in ledger_checks.checks(fund)] + sharing.checks(fund),
    )


def _moment(day: date, hour: int) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour)))


# --- The stage -------------------------------------------------------------------------------------------------------
def _offices(by: User, at: datetime) -> _Offices:
    first_reviewer = _office(by, at, 1, "ip_office_prefecture", "知识产权部门", Role.FIRST_REVIEWER, PREFECTURE)
    checker = _office(by, at, 2, "ip_office_region", "自治区知识产权局", Role.CHECKER, REGION)
    approver = _office(by, at, 3, "finance_office", "自治区财政厅", Role.APPROVER, REGION)
    cashier, accountant = (_colleague(approver, at, role) for role in (Role.CASHIER, Role.ACCOUNTANT))
    return _Offices(first_reviewer, checker, approver, cashier, accountant)


def _office(by: User, at: datetime, serial: int, kind: str, name: str, role: Role, region: str) -> User:
    return organisations.onboard(
        by=by, at=at, kind=kind, name=f"{name}{contracts.MARK}", credit_code=contracts.credit_code("F", serial),
        region_code=region, full_name=f"{role}{contracts.MARK}", username=f"replay.{role}", role=role, fictional=True,
        password=secrets.token_urlsafe(24),
    )  # fmt: skip


def _colleague(head: User, at: datetime, role: Role) -> User:
    _invitation, token = people.invite(by=head, at=at, full_name=f"{role}{contracts.MARK}", role=role)
    return people.accept(
        by=foundation.public_user(), at=at, token=token, username=f"replay.{role}", password=secrets.token_urlsafe(24)
    )


def _open_fund(offices: _Offices, at: datetime, rows: Sequence[Row]) -> None:
    """Open the fund with as much money as was ever lent, and put one scheme in force for each share."""
    funds.open_fund(by=offices.approver, at=at, code=FUND, name=f"组合回放资金{contracts.MARK}")
    order = orders.make(
        by=offices.cashier, at=at, kind="contribution", subject=FUND, source="region", reference="回放注资",
        amount_fen=sum(row.principal_fen for row in rows),
    )  # fmt: skip
    orders.confirm(by=offices.accountant, at=at, order_id=order.pk)
    for share in sorted({row.share for row in rows}):
        version = schemes.draft(
            by=offices.checker, at=at, code=rules.scheme_code(share), document=rules.scheme(share), fund_code=FUND,
            name=f"回放 {share.numerator}/{share.denominator}", legal_basis="示例:来源文件的担保比例",
            valid_from=timezone.localdate(at),
        )  # fmt: skip
        schemes.approve(by=offices.approver, at=at, version_id=version.pk)


def _existing(row: Row) -> ExistingLoan:
    return ExistingLoan(row.key, row.borrower, row.bank, row.disbursed_on, row.principal_fen, row.months, row.record)


# --- The play --------------------------------------------------------------------------------------------------------
@dataclass
class _Play:
    """One replay under way: rows by index, what was taken over of each, its loan and its claim."""

    by: User
    at: datetime
    rows: Sequence[Row]
    source: str
    loans: dict[int, int] = field(default_factory=dict)
    due: dict[int, tuple[str, int]] = field(default_factory=dict)

    def run(self, progress: Progress) -> None:
        """Set the stage, then let everything happen in the order of the days."""
        begins = _moment(self.rows[0].disbursed_on, 6)
        self.offices = _offices(self.by, begins)
        _open_fund(self.offices, begins, self.rows)
        self.taken = pledges.take_over(
            by=self.by, at=self.at, loans=[_existing(row) for row in self.rows], region_code=PREFECTURE,
            source=self.source,
        )  # fmt: skip
        queue = [(row.disbursed_on, DISBURSE, i) for i, row in enumerate(self.rows)]
        queue += [(row.charged_off_on, CHARGE_OFF, i) for i, row in enumerate(self.rows)
                  if row.charge_off_fen and row.charged_off_on]  # fmt: skip
        heapify(queue)
        while queue:
            day, what, i = heappop(queue)
            if what == DISBURSE:
                self._disburse(i, day)
                progress(len(self.loans), len(self.rows))
            elif what == CHARGE_OFF:
                heappush(queue, (self._claim(i, day), PAY, i))
            else:
                self._pay(i, day)

    def _disburse(self, i: int, day: date) -> None:
        row, taken = self.rows[i], self.taken[self.rows[i].key]
        application: dict[str, Any] = {"application_id": taken.application_id, "principal_fen": row.principal_fen}
        enrolments.reserve(
            by=taken.staff.approver, at=_moment(day, 9), bank_id=taken.staff.bank.pk,
            scheme_code=rules.scheme_code(row.share), **application,
        )  # fmt: skip
        officer: dict[str, Any] = {"by": taken.staff.officer, "at": _moment(day, 10)}
        loan = loans.disburse(terms=contracts.terms(_existing(row)), disbursed_on=day, **officer, **application)
        enrolments.commit(loan_id=loan.pk, **officer, **application)
        self.loans[i] = loan.pk

    def _claim(self, i: int, day: date) -> date:
        """Let the loan default and its claim pass all desks; returns the first day on which it may be paid."""
        claim = self._file(i, day)
        desks = self.offices
        one: dict[str, Any] = {"claim_id": claim.pk}
        claims.first_review(by=desks.first_reviewer, at=_moment(day, 13), agree=True, note=NOTE, **one)
        claims.check(by=desks.checker, at=_moment(day, 14), agree=True, **one)
        claims.approve(by=desks.approver, at=_moment(day, 15), agree=True, **one)
        shown: Any = claims.publicise(by=self.by, at=_moment(day, 16), calendar=foundation.WEEKENDS_ONLY, **one)
        self.due[i] = shown.number, shown.compensation_fen
        return shown.publicity_ends + timedelta(days=1)

    def _file(self, i: int, day: date) -> Any:
        row, taken = self.rows[i], self.taken[self.rows[i].key]
        loan: dict[str, Any] = {"loan_id": self.loans[i]}
        loans.run_day(by=self.by, at=_moment(day, 9), on=day, **loan)
        loans.accelerate(by=taken.staff.approver, at=_moment(day, 10), notice_document_id=taken.document_id, **loan)
        return claims.file(
            by=taken.staff.officer, at=_moment(day, 11), principal_fen=row.charge_off_fen, explanation=NOTE,
            evidence=[{"kind": kind, "document_id": str(taken.document_id)} for kind in REQUIRED_EVIDENCE], **loan,
        )  # fmt: skip

    def _pay(self, i: int, day: date) -> None:
        number, amount_fen = self.due[i]
        order = orders.make(
            by=self.offices.cashier, at=_moment(day, 9), kind="claim_payment", subject=number, amount_fen=amount_fen,
            reference=f"REPLAY-{self.rows[i].key}",
        )  # fmt: skip
        orders.confirm(by=self.offices.accountant, at=_moment(day, 10), order_id=order.pk)
