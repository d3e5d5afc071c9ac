"""Loans in JSON: the list, one with its table and receipts, what is owed on a day."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router

from finance_platform.foundation import doors
from finance_platform.foundation.schemas import REFUSALS, Listing
from pledges import queries
from pledges.models import Loan, Receipt
from pledges.rules.loans import Debt
from pledges.rules.statements import PaidRow
from pledges.schemas import loans as shapes

router = Router()
Request: Any = HttpRequest


def _summary(loan: Loan) -> dict[str, Any]:
    names = {"application": loan.application.number, "borrower": str(loan.borrower), "lender": str(loan.lender)}
    plain = {name: getattr(loan, name) for name in shapes.LoanSummary.model_fields if name not in names}
    return plain | names


def _debt(debt: Debt, on: date) -> dict[str, Any]:
    return {"on": on} | {name: getattr(debt, name) for name in shapes.DebtState.model_fields if name != "on"}


def _row(entry: PaidRow) -> dict[str, Any]:
    agreed = {name: getattr(entry.row, name) for name in ("no", "due", "interest_fen", "principal_fen", "fee_fen")}
    paid = {name: getattr(entry, name) for name in ("interest_paid_fen", "principal_paid_fen", "mark")}
    return agreed | paid


def _receipt(row: Receipt) -> dict[str, Any]:
    plain = {name: getattr(row, name) for name in shapes.ReceiptRow.model_fields if name != "reverses"}
    return plain | {"reverses": row.reverses_id}


@router.get("/loans", response={200: Listing[shapes.LoanSummary], **REFUSALS})
def listing(request: Request, state: str = "", after: str = "", limit: int = doors.PAGE_SIZE) -> Any:
    """List the loans one may see, newest first."""
    rows = queries.loans_visible_to(doors.person(request)).select_related("application", "borrower", "lender")
    page = doors.paged(rows.filter(state=state) if state else rows, after, limit)
    return {"items": [_summary(loan) for loan in page.rows], "next": page.next}


@router.get("/loans/{number}", response={200: shapes.LoanDetail, **REFUSALS})
def loan(request: Request, number: str) -> Any:
    """Give one loan with its repayment table, what was paid of it, its receipts and today's debt."""
    found = queries.loan_by_number(doors.person(request), number)
    on = timezone.localdate(request.at)
    statement = queries.statement(found, on)
    return _summary(found) | {
        "annual_rate": str(queries.annual_rate(found, on)),
        "method": queries.terms_in_force(found, on)["method"],
        "debt": _debt(statement.debt, on),
        "rows": [_row(entry) for entry in statement.rows],
        "receipts": [_receipt(row) for row in found.receipts.order_by("received_on", "pk")],
    }


@router.get("/loans/{number}/debt", response={200: shapes.DebtState, **REFUSALS})
def debt(request: Request, number: str, on: date | None = None) -> Any:
    """Give what is owed on a day, by default today. Compensation by the fund changes nothing in it."""
    found = queries.loan_by_number(doors.person(request), number)
    day = on or timezone.localdate(request.at)
    return _debt(queries.debt(found, day), day)
