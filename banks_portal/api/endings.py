"""The enterprise takes an application back, or both sides their contracts, over JSON."""

from typing import Any

from django.http import HttpRequest
from ninja import Router

from banks_portal.schemas.awards import RescissionIn
from banks_portal.schemas.offers import ApplicationState, ReasonIn
from banks_portal.services import endings
from finance_platform.foundation import doors
from finance_platform.foundation.schemas import REFUSALS
from pledges import queries as pledges

router = Router()
Request: Any = HttpRequest


@router.post("/applications/{number}/withdrawal", response={200: ApplicationState} | REFUSALS)
def withdraw(request: Request, number: str, body: ReasonIn) -> Any:
    """Take an application back; cover reserved for it lapses with it."""
    by = doors.person(request)
    pk = pledges.application_by_number(by, number).pk
    return doors.once(
        request, lambda: endings.withdraw(by=by, at=request.at, application_id=pk, reason=body.reason),
        shape=ApplicationState.of,
    )  # fmt: skip


@router.post("/applications/{number}/rescission", response={200: ApplicationState} | REFUSALS)
def rescind(request: Request, number: str, body: RescissionIn) -> Any:
    """Record that both sides rescinded the contracts before payment."""
    by = doors.person(request)
    pk = pledges.application_by_number(by, number).pk
    return doors.once(
        request, lambda: endings.rescind(by=by, at=request.at, application_id=pk, **body.dict()),
        shape=ApplicationState.of,
    )  # fmt: skip
