"""Restructurings over JSON: proposed by an officer, decided by another person of the bank."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from ninja import Router

from banks_portal.schemas import restructurings as shapes
from banks_portal.schemas.offers import ReasonIn
from banks_portal.services import restructurings
from finance_platform.foundation import doors
from finance_platform.foundation.schemas import REFUSALS
from pledges import queries as pledges
from pledges.services import restructurings as of_loans

router = Router()
Request: Any = HttpRequest


@router.get("/loans/{number}/restructurings", response={200: list[shapes.RestructuringOut], **REFUSALS})
def listing(request: Request, number: str) -> Any:
    """List a loan's restructurings, newest first; all but the bank see those approved."""
    by = doors.person(request)
    loan = pledges.loan_by_number(by, number)
    return [shapes.RestructuringOut.of(row) for row in pledges.restructurings_visible_to(by).filter(loan=loan)]


@router.post("/loans/{number}/restructurings", response={201: shapes.RestructuringOut, **REFUSALS})
def propose(request: Request, number: str, body: shapes.RestructuringIn) -> Any:
    """Propose new terms on a signed agreement, for the principal outstanding on its day."""
    by = doors.person(request)
    loan = pledges.loan_by_number(by, number)
    inputs = body.dict() | {"loan_id": loan.pk}
    return doors.once(
        request, lambda: restructurings.propose(by=by, at=request.at, **inputs), shape=shapes.RestructuringOut.of,
        status=201,
    )  # fmt: skip


@router.get("/restructurings/{number}", response={200: shapes.RestructuringOut, **REFUSALS})
def restructuring(request: Request, number: str) -> Any:
    """Give one restructuring with its terms."""
    return shapes.RestructuringOut.of(pledges.restructuring_by_number(doors.person(request), number))


@router.post("/restructurings/{number}/approval", response={200: shapes.RestructuringOut, **REFUSALS})
def approve(request: Request, number: str) -> Any:
    """Put the new terms in force, as another person than who proposed them."""
    return _decide(request, number, restructurings.approve)


@router.post("/restructurings/{number}/refusal", response={200: shapes.RestructuringOut, **REFUSALS})
def refuse(request: Request, number: str, body: ReasonIn) -> Any:
    """Refuse with a reason."""
    return _decide(request, number, of_loans.refuse, reason=body.reason)


@router.post("/restructurings/{number}/withdrawal", response={200: shapes.RestructuringOut, **REFUSALS})
def withdraw(request: Request, number: str, body: ReasonIn) -> Any:
    """Take a proposal back with a reason."""
    return _decide(request, number, of_loans.withdraw, reason=body.reason)


def _decide(request: Request, number: str, service: Callable[..., Any], **inputs: Any) -> Any:
    by = doors.person(request)
    pk = pledges.restructuring_by_number(by, number).pk
    return doors.once(
        request, lambda: service(by=by, at=request.at, restructuring_id=pk, **inputs), shape=shapes.RestructuringOut.of
    )
