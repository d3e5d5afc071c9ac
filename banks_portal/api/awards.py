"""An award's way over JSON: diligence, decision, contracts, disbursement."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from ninja import Router

from banks_portal.queries import awards as queries
from banks_portal.schemas import awards as shapes
from banks_portal.schemas.offers import ApplicationState, ReasonIn
from banks_portal.services import contracts, credit, diligence, lending
from finance_platform.foundation import doors
from finance_platform.foundation.schemas import REFUSALS, Listing
from pledges import queries as pledges

router = Router()
Request: Any = HttpRequest


@router.post("/applications/{number}/diligence", response={200: ApplicationState} | REFUSALS)
def start(request: Request, number: str) -> Any:
    """Begin due diligence as the chosen bank."""
    return _of_application(request, number, diligence.start, ApplicationState.of)


@router.post("/applications/{number}/award-decline", response={200: ApplicationState} | REFUSALS)
def decline(request: Request, number: str, body: shapes.DeclineIn) -> Any:
    """Give up the award with a written reason."""
    return _of_application(request, number, diligence.decline, ApplicationState.of, **body.dict())


@router.get("/decisions", response={200: Listing[shapes.DecisionOut]} | REFUSALS)
def decisions(request: Request, after: str = "", limit: int = doors.PAGE_SIZE) -> Any:
    """The credit decisions the viewer may see, newest first."""
    page = doors.paged(queries.decisions_visible_to(doors.person(request)), after, limit)
    return {"items": [shapes.DecisionOut.of(row) for row in page.rows], "next": page.next}


@router.post("/applications/{number}/decisions", response={200: shapes.DecisionOut} | REFUSALS)
def propose(request: Request, number: str, body: shapes.ProposalIn) -> Any:
    """Propose a credit."""
    return _of_application(request, number, credit.propose, shapes.DecisionOut.of, **body.dict())


@router.post("/decisions/{pk}/approval", response={200: shapes.DecisionOut} | REFUSALS)
def approve(request: Request, pk: int) -> Any:
    """Give the first or the second approval."""
    return _act(request, credit.approve, shapes.DecisionOut.of, decision_id=pk)


@router.post("/decisions/{pk}/refusal", response={200: shapes.DecisionOut} | REFUSALS)
def refuse(request: Request, pk: int, body: ReasonIn) -> Any:
    """Refuse a proposed credit as an approver."""
    return _act(request, credit.refuse, shapes.DecisionOut.of, decision_id=pk, reason=body.reason)


@router.post("/decisions/{pk}/withdrawal", response={200: shapes.DecisionOut} | REFUSALS)
def withdraw(request: Request, pk: int, body: ReasonIn) -> Any:
    """Take a proposal back as the officer."""
    return _act(request, credit.withdraw, shapes.DecisionOut.of, decision_id=pk, reason=body.reason)


@router.post("/applications/{number}/contracts", response={200: shapes.AgreementOut} | REFUSALS)
def prepare(request: Request, number: str, body: shapes.ContractsIn) -> Any:
    """Lay the contracts before both sides."""
    return _of_application(request, number, contracts.prepare, shapes.AgreementOut.of, **body.dict())


@router.post("/applications/{number}/disbursement", response={200: shapes.LoanOut} | REFUSALS)
def disburse(request: Request, number: str, body: shapes.DisbursementIn) -> Any:
    """Pay out the loan; cover is committed with it."""
    return _of_application(request, number, lending.disburse, shapes.LoanOut.of, **body.dict())


def _of_application(request: Request, number: str, service: Callable[..., Any], shape: Any, **inputs: Any) -> Any:
    pk = pledges.application_by_number(doors.person(request), number).pk
    return _act(request, service, shape, application_id=pk, **inputs)


def _act(request: Request, service: Callable[..., Any], shape: Any, **inputs: Any) -> Any:
    by = doors.person(request)
    return doors.once(request, lambda: service(by=by, at=request.at, **inputs), shape=shape)
