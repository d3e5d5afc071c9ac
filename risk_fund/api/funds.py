"""The fund over JSON: /api/v1/funds, /enrolments, /orders, /recoveries."""

from typing import Any

from django.http import HttpRequest
from ninja import Router

from finance_platform.foundation import doors
from finance_platform.foundation import queries as shared
from finance_platform.foundation.errors import Forbidden
from finance_platform.foundation.permissions import Permission
from finance_platform.foundation.schemas import REFUSALS, Listing
from risk_fund.queries import enrolments, overview, recoveries, sharing
from risk_fund.queries import funds as queries
from risk_fund.queries import orders as order_queries
from risk_fund.schemas import funds as shapes
from risk_fund.schemas.claims import ReasonIn
from risk_fund.services import funds, orders

router = Router()
Request: Any = HttpRequest


@router.get("/funds", response={200: list[shapes.FundOut]} | REFUSALS)
def fund_list(request: Request) -> Any:
    """Every fund."""
    _require(request, Permission.OVERVIEW_READ)
    return queries.funds()


@router.post("/funds", response={201: shapes.FundOut} | REFUSALS)
def open_fund(request: Request, body: shapes.FundIn) -> Any:
    """Open a fund and its books."""
    return doors.once(
        request, lambda: funds.open_fund(by=doors.person(request), at=request.at, **body.dict()),
        shape=lambda row: shapes.FundOut.from_orm(row).dict(), status=201,
    )  # fmt: skip


@router.get("/funds/{code}/position", response={200: shapes.PositionOut} | REFUSALS)
def position(request: Request, code: str) -> Any:
    """What a fund has and stands for, with the three ratios as fractions of fen."""
    _require(request, Permission.OVERVIEW_READ)
    found = queries.position(queries.fund(code))
    names = ("available_fen", "reserved_fen", "cash_fen", "exposure_fen", "covered_fen")
    return {name: getattr(found, name) for name in names} | {"fund": code, "ratios": [
        {"key": one.key, "label": one.label, "formula": one.formula,
         "numerator": one.value and one.value.numerator, "denominator": one.value and one.value.denominator}
        for one in overview.ratios(found)
    ]}  # fmt: skip


@router.get("/enrolments", response={200: Listing[shapes.EnrolmentOut]} | REFUSALS)
def enrolment_list(request: Request, state: str = "", after: str = "", limit: int = doors.PAGE_SIZE) -> Any:
    """The loans under cover the viewer may see."""
    rows = enrolments.enrolments_visible_to(doors.person(request)).select_related("sharing")
    page = doors.paged(rows.filter(state=state) if state else rows, after, limit)
    return {"items": page.rows, "next": page.next}


@router.get("/enrolments/{number}/events", response={200: list[shapes.EventOut]} | REFUSALS)
def event_list(request: Request, number: str) -> Any:
    """What the sharing engine was told of one loan, in the calculator's own form."""
    return sharing.events(enrolments.enrolment_by_number(doors.person(request), number))


@router.get("/orders", response={200: Listing[shapes.OrderOut]} | REFUSALS)
def order_list(request: Request, state: str = "", after: str = "", limit: int = doors.PAGE_SIZE) -> Any:
    """Money orders, newest first."""
    rows = order_queries.orders_visible_to(doors.person(request))
    page = doors.paged(rows.filter(state=state) if state else rows, after, limit)
    return {"items": [shapes.OrderOut.of(row) for row in page.rows], "next": page.next}


@router.get("/orders/due", response={200: list[shapes.DueOut]} | REFUSALS)
def due(request: Request) -> Any:
    """What an order could be made for now."""
    _require(request, Permission.LEDGER_READ)
    return order_queries.due(doors.person(request))


@router.post("/orders", response={201: shapes.OrderOut} | REFUSALS)
def make_order(request: Request, body: shapes.OrderIn) -> Any:
    """Prepare a movement of money (cashier)."""
    return doors.once(
        request,
        lambda: orders.make(by=doors.person(request), at=request.at, **body.dict()),
        shape=shapes.OrderOut.of,
        status=201,
    )


@router.post("/orders/{number}/confirm", response={200: shapes.OrderOut} | REFUSALS)
def confirm_order(request: Request, number: str) -> Any:
    """Confirm that the money moved, and book it (accountant)."""
    return doors.once(
        request, lambda: orders.confirm(by=doors.person(request), at=request.at, order_id=_pk(request, number)),
        shape=shapes.OrderOut.of,
    )  # fmt: skip


@router.post("/orders/{number}/return", response={200: shapes.OrderOut} | REFUSALS)
def return_order(request: Request, number: str, body: ReasonIn) -> Any:
    """Send an order back to the cashier (accountant)."""
    return doors.once(
        request,
        lambda: orders.return_(by=doors.person(request), at=request.at, order_id=_pk(request, number), **body.dict()),
        shape=shapes.OrderOut.of,
    )


@router.get("/recoveries", response={200: Listing[shapes.RecoveryOut]} | REFUSALS)
def recovery_list(request: Request, after: str = "", limit: int = doors.PAGE_SIZE) -> Any:
    """What came back on compensated loans, newest first."""
    page = doors.paged(recoveries.recoveries_visible_to(doors.person(request)), after, limit)
    return {"items": page.rows, "next": page.next}


def _pk(request: Request, number: str) -> int:
    return int(order_queries.order_by_number(doors.person(request), number).pk)


def _require(request: Request, permission: Permission) -> None:
    if not shared.may(doors.person(request), permission, request.at):
        raise Forbidden("您的岗位不能查看此项")
