"""Pledge registrations over JSON: handed in, decided by the registry, let go."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from ninja import Router

from banks_portal.schemas import registrations as shapes
from banks_portal.schemas.offers import ReasonIn
from finance_platform.foundation import doors
from finance_platform.foundation.schemas import REFUSALS
from pledges.services import registrations

router = Router()
Request: Any = HttpRequest
OUT: Any = {200: shapes.PledgeOut} | REFUSALS


@router.post("/agreements/{pk}/registrations", response=OUT)
def file(request: Request, pk: int, body: shapes.FilingIn) -> Any:
    """Record the filing with one registry."""
    return _act(request, registrations.file, agreement_id=pk, **body.dict())


@router.post("/pledges/{pk}/result", response=OUT)
def key_result(request: Request, pk: int, body: shapes.CertificateIn) -> Any:
    """Key the registry's certificate as the first person."""
    return _act(request, registrations.key_result, pledge_id=pk, **body.dict())


@router.post("/pledges/{pk}/confirmation", response=OUT)
def confirm_result(request: Request, pk: int, body: shapes.CertificateIn) -> Any:
    """Key the same certificate as the second person."""
    return _act(request, registrations.confirm_result, pledge_id=pk, **body.dict())


@router.post("/pledges/{pk}/correction", response=OUT)
def ask_correction(request: Request, pk: int, body: shapes.CorrectionIn) -> Any:
    """Record that the registry sent the papers back to be mended."""
    return _act(request, registrations.ask_correction, pledge_id=pk, notice=body.notice)


@router.post("/pledges/{pk}/refiling", response=OUT)
def refile(request: Request, pk: int, body: shapes.RefilingIn) -> Any:
    """Record that mended papers were handed in."""
    return _act(request, registrations.refile, pledge_id=pk, receipt_no=body.receipt_no)


@router.post("/pledges/{pk}/refusal", response=OUT)
def refuse(request: Request, pk: int, body: shapes.RefusalIn) -> Any:
    """Record the registry's refusal on one of its grounds."""
    return _act(request, registrations.refuse, pledge_id=pk, ground=body.ground)


@router.post("/pledges/{pk}/withdrawal", response=OUT)
def withdraw(request: Request, pk: int, body: ReasonIn) -> Any:
    """Record that the parties took their filing back."""
    return _act(request, registrations.withdraw, pledge_id=pk, reason=body.reason)


@router.post("/pledges/{pk}/cancellation", response=OUT)
def file_cancellation(request: Request, pk: int, body: shapes.CancellationIn) -> Any:
    """Record that the pledgee asked the registry to cancel."""
    return _act(request, registrations.file_cancellation, pledge_id=pk, **body.dict())


@router.post("/pledges/{pk}/cancellation-result", response=OUT)
def confirm_cancellation(request: Request, pk: int, body: shapes.CancelledIn) -> Any:
    """Record the registry's cancellation: the rights are free."""
    return _act(request, registrations.confirm_cancellation, pledge_id=pk, **body.dict())


@router.post("/pledges/{pk}/revocation", response=OUT)
def revoke(request: Request, pk: int, body: shapes.RevocationIn) -> Any:
    """Record that the registry revoked the registration."""
    return _act(request, registrations.revoke, pledge_id=pk, notice_no=body.notice_no)


def _act(request: Request, service: Callable[..., Any], **inputs: Any) -> Any:
    by = doors.person(request)
    return doors.once(request, lambda: service(by=by, at=request.at, **inputs), shape=shapes.PledgeOut.of)
