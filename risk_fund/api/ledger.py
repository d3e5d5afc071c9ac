"""The books over JSON: /api/v1/ledger/…"""

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Router

from finance_platform.foundation import doors
from finance_platform.foundation import queries as shared
from finance_platform.foundation.errors import Forbidden
from finance_platform.foundation.models import User
from finance_platform.foundation.permissions import Permission
from finance_platform.foundation.schemas import REFUSALS, Listing
from risk_fund.models import Fund, JournalEntry, Period, Reversal
from risk_fund.queries import accounts as statements
from risk_fund.queries import ledger as queries
from risk_fund.queries import periods as period_queries
from risk_fund.queries.ledger_checks import checks
from risk_fund.schemas import ledger as shapes
from risk_fund.services import ledger, periods

router = Router()
Request: Any = HttpRequest


@router.get("/accounts", response={200: shapes.TreeOut} | REFUSALS)
def tree(request: Request, fund: str = "", as_of: date | None = None) -> dict[str, Any]:
    """Every account with its balance, now or at the end of a day."""
    found = _fund(request, fund)
    branches = [branch for rows in queries.tree(found, as_of=as_of).values() for branch in rows]
    books = dict.fromkeys(branch.account.book for branch in branches)
    return {
        "fund": found.code, "as_of": as_of, "accounts": [_balance(branch) for branch in branches],
        "trial_balances": [queries.trial_balance(found, book, as_of=as_of) for book in books],
    }  # fmt: skip


def _balance(branch: queries.Branch) -> dict[str, Any]:
    names = ("code", "name", "name_en", "book", "side", "dimension", "is_header")
    return {name: getattr(branch.account, name) for name in names} | {"balance_fen": branch.balance_fen}


@router.get("/accounts/{code}/postings", response={200: shapes.StatementOut} | REFUSALS)
def postings(
    request: Request, code: str, fund: str = "", since: date | None = None, until: date | None = None, unit: str = "",
    kind: str = "", after: str = "", limit: int = statements.PAGE_SIZE,
) -> dict[str, Any]:  # fmt: skip
    """An account's postings with running balance and footing."""
    account = queries.account(_fund(request, fund), code)
    only = statements.Filter(since=since, until=until, unit=unit, kind=kind)
    page = statements.statement(account, only, after=after, limit=limit)
    names = ("brought_fen", "debit_fen", "credit_fen", "closing_fen", "opening_fen", "next")
    return {name: getattr(page, name) for name in names} | {"code": code, "items": page.rows}


@router.get("/entries/{pk}", response={200: shapes.EntryOut} | REFUSALS)
def entry(request: Request, pk: int) -> dict[str, Any]:
    """A voucher with its lines."""
    _require(request)
    return _entry(queries.entry(doors.person(request), pk))


def _entry(found: JournalEntry) -> dict[str, Any]:
    names = ("id", "event_id", "book", "kind", "memo", "effective_date", "booked_at", "subject", "total_fen")
    turned = JournalEntry.objects.filter(reverses=found).values_list("pk", flat=True).first()
    return {name: getattr(found, name) for name in names} | {
        "fund": found.fund.code, "voucher": found.voucher_number, "maker": str(found.maker),
        "checker": str(found.checker) if found.checker else None, "reverses": found.reverses_id, "reversed_by": turned,
        "lines": [
            {"code": line.account.code, "name": line.account.name, "unit": line.unit, "debit_fen": line.debit_fen,
             "credit_fen": line.credit_fen}
            for line in queries.voucher_lines(found)
        ],
    }  # fmt: skip


@router.get("/verify", response={200: shapes.VerificationOut} | REFUSALS)
def verify(request: Request, fund: str = "") -> dict[str, Any]:
    """Every invariant of the books, asked of the rows as they are."""
    found = _fund(request, fund)
    results = checks(found)
    return {"fund": found.code, "ok": all(check.ok for check in results), "checks": results}


# --- Corrections -----------------------------------------------------------------------------------------------------
@router.get("/reversals", response={200: Listing[shapes.ReversalOut]} | REFUSALS)
def reversals(request: Request, after: str = "", limit: int = doors.PAGE_SIZE) -> dict[str, Any]:
    _require(request)
    page = doors.paged(queries.reversals_visible_to(doors.person(request)), after, limit)
    return {"items": [_reversal(row) for row in page.rows], "next": page.next}


@router.post("/entries/{pk}/reversal", response={200: shapes.ReversalOut} | REFUSALS)
def propose_reversal(request: Request, pk: int, body: shapes.ReversalIn) -> Any:
    """Ask for a voucher to be turned round."""
    by = doors.person(request)
    return doors.once(
        request, lambda: ledger.propose_reversal(by=by, at=request.at, entry_id=pk, **body.dict()), shape=_reversal
    )


@router.post("/reversals/{pk}/post", response={200: shapes.ReversalOut} | REFUSALS)
def post_reversal(request: Request, pk: int) -> Any:
    """Check a proposed reversal and post it."""
    by = doors.person(request)
    return doors.once(request, lambda: ledger.reverse(by=by, at=request.at, reversal_id=pk), shape=_reversal)


@router.post("/reversals/{pk}/refuse", response={200: shapes.ReversalOut} | REFUSALS)
def refuse_reversal(request: Request, pk: int, body: shapes.ReasonIn) -> Any:
    """Send a proposed reversal back."""
    by = doors.person(request)
    return doors.once(
        request, lambda: ledger.refuse_reversal(by=by, at=request.at, reversal_id=pk, reason=body.reason),
        shape=_reversal,
    )  # fmt: skip


def _reversal(row: Reversal) -> dict[str, Any]:
    names = ("id", "entry_id", "state", "reason", "effective_date")
    return {name: getattr(row, name) for name in names}


# --- Months ----------------------------------------------------------------------------------------------------------
@router.get("/periods", response={200: Listing[shapes.PeriodOut]} | REFUSALS)
def period_list(request: Request, fund: str = "", after: str = "", limit: int = doors.PAGE_SIZE) -> dict[str, Any]:
    found = _fund(request, fund)
    rows = period_queries.periods_visible_to(doors.person(request)).filter(fund=found)
    page = doors.paged(rows, after, limit)
    return {"items": [_period(row) for row in page.rows], "next": page.next}


@router.post("/periods", response={200: shapes.PeriodOut} | REFUSALS)
def reconcile(request: Request, body: shapes.ReconciliationIn) -> Any:
    """State that a month's closing balances equal the bank statements."""
    by, given = doors.person(request), body.dict()
    code = given.pop("fund")
    return doors.once(request, lambda: periods.reconcile(by=by, at=request.at, fund_code=code, **given), shape=_period)


@router.post("/periods/{pk}/close", response={200: shapes.PeriodOut} | REFUSALS)
def close(request: Request, pk: int) -> Any:
    """Close a reconciled month for good."""
    by = doors.person(request)
    return doors.once(request, lambda: periods.close(by=by, at=request.at, period_id=pk), shape=_period)


@router.post("/periods/{pk}/reopen", response={200: shapes.PeriodOut} | REFUSALS)
def reopen(request: Request, pk: int, body: shapes.ReasonIn) -> Any:
    """Send a reconciled month back."""
    by = doors.person(request)
    return doors.once(
        request, lambda: periods.reopen(by=by, at=request.at, period_id=pk, reason=body.reason), shape=_period
    )


def _period(row: Period) -> dict[str, Any]:
    names = ("id", "year", "month", "state", "treasury_statement_fen", "deposit_statement_fen")
    return {name: getattr(row, name) for name in names} | {"fund": row.fund.code}


# --- Who -------------------------------------------------------------------------------------------------------------
def _require(request: Request) -> User:
    by = doors.person(request)
    if not shared.may(by, Permission.LEDGER_READ, request.at):
        raise Forbidden("您的岗位不能查看账簿")
    return by


def _fund(request: Request, code: str) -> Fund:
    return queries.fund_by_code(_require(request), code)
