"""Schemes over JSON: /api/v1/schemes."""

from typing import Any

from django.http import HttpRequest
from ninja import Router

from finance_platform.foundation import doors
from finance_platform.foundation.schemas import REFUSALS
from risk_fund.queries import schemes as queries
from risk_fund.schemas import schemes as shapes
from risk_fund.schemas.claims import ReasonIn
from risk_fund.services import schemes

router = Router()
Request: Any = HttpRequest


@router.get("/schemes", response={200: list[shapes.SchemeOut]} | REFUSALS)
def scheme_list(request: Request) -> Any:
    """Every version of every scheme."""
    return [shapes.SchemeOut.of(version) for version in queries.versions()]


@router.post("/schemes", response={201: shapes.SchemeOut} | REFUSALS)
def draft(request: Request, body: shapes.SchemeIn) -> Any:
    """Draft the next version of a scheme."""
    return doors.once(
        request,
        lambda: schemes.draft(by=doors.person(request), at=request.at, **body.dict()),
        shape=shapes.SchemeOut.of,
        status=201,
    )


@router.post("/schemes/{pk}/approve", response={200: shapes.SchemeOut} | REFUSALS)
def approve(request: Request, pk: int) -> Any:
    """Put a version in force."""
    return doors.once(
        request,
        lambda: schemes.approve(by=doors.person(request), at=request.at, version_id=pk),
        shape=shapes.SchemeOut.of,
    )


@router.post("/schemes/{pk}/discard", response={200: shapes.SchemeOut} | REFUSALS)
def discard(request: Request, pk: int, body: ReasonIn) -> Any:
    """Give up a draft."""
    return doors.once(
        request, lambda: schemes.discard(by=doors.person(request), at=request.at, version_id=pk, **body.dict()),
        shape=shapes.SchemeOut.of,
    )  # fmt: skip


@router.post("/schemes/{pk}/retire", response={200: shapes.SchemeOut} | REFUSALS)
def retire(request: Request, pk: int, body: ReasonIn) -> Any:
    """Take a version out of use for new loans."""
    return doors.once(
        request, lambda: schemes.retire(by=doors.person(request), at=request.at, version_id=pk, **body.dict()),
        shape=shapes.SchemeOut.of,
    )  # fmt: skip


@router.post("/schemes/{pk}/trial", response={200: dict[str, Any]} | REFUSALS)
def trial(request: Request, pk: int, body: shapes.TrialIn) -> Any:
    """Replay events under a version with the calculator; nothing is kept."""
    return queries.tried(queries.version(doors.person(request), pk), body.events)
