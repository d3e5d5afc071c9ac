"""Disposals over JSON: each step its own address, settled by two persons."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from ninja import Router

from banks_portal.schemas import awards as shapes
from banks_portal.schemas.offers import ReasonIn
from banks_portal.services import recoveries
from finance_platform.foundation import doors
from finance_platform.foundation.schemas import REFUSALS, Listing
from pledges import queries as pledges
from pledges.services import disposals

router = Router()
Request: Any = HttpRequest
OUT: Any = {200: shapes.DisposalOut} | REFUSALS


@router.get("/disposals", response={200: Listing[shapes.DisposalOut]} | REFUSALS)
def disposal_list(request: Request, after: str = "", limit: int = doors.PAGE_SIZE) -> Any:
    """The disposals of the loans the viewer sees, newest first."""
    page = doors.paged(pledges.disposals_visible_to(doors.person(request)), after, limit)
    return {"items": [shapes.DisposalOut.of(row) for row in page.rows], "next": page.next}


@router.post("/loans/{number}/disposals", response=OUT)
def start(request: Request, number: str, body: shapes.DisposalIn) -> Any:
    """Begin the disposal of a pledge of a loan that is due in full."""
    pk = pledges.loan_by_number(doors.person(request), number).pk
    return _act(request, disposals.start, loan_id=pk, pledge_id=body.pledge_id)


@router.post("/disposals/{pk}/valuation", response=OUT)
def value(request: Request, pk: int, body: shapes.ValueIn) -> Any:
    """Record the disposal appraisal."""
    return _act(request, disposals.value, disposal_id=pk, **body.dict())


@router.post("/disposals/{pk}/listing", response=OUT)
def list_for_sale(request: Request, pk: int, body: shapes.ListingIn) -> Any:
    """Offer the rights for sale."""
    return _act(request, disposals.list_for_sale, disposal_id=pk, **body.dict())


@router.post("/disposals/{pk}/auction", response=OUT)
def auction(request: Request, pk: int, body: shapes.AuctionIn) -> Any:
    """Open the first auction."""
    return _act(request, disposals.auction, disposal_id=pk, notice=body.notice)


@router.post("/disposals/{pk}/failure", response=OUT)
def fail(request: Request, pk: int, body: ReasonIn) -> Any:
    """Record that nobody bid."""
    return _act(request, disposals.fail_auction, disposal_id=pk, reason=body.reason)


@router.post("/disposals/{pk}/sale", response=OUT)
def sell(request: Request, pk: int, body: shapes.SaleIn) -> Any:
    """Record the hammer price, or that of a negotiated sale."""
    return _act(request, disposals.sell, disposal_id=pk, **body.dict())


@router.post("/disposals/{pk}/settlement", response=OUT)
def settle_first(request: Request, pk: int, body: shapes.SettlementIn) -> Any:
    """Key the settlement as the first person."""
    return _act(request, disposals.settle_first, disposal_id=pk, **body.dict())


@router.post("/disposals/{pk}/confirmation", response={200: shapes.SettledOut} | REFUSALS)
def settle_second(request: Request, pk: int) -> Any:
    """Settle as the second person; what the fund compensated is shared back at once."""
    return _act(request, recoveries.settle, shapes.SettledOut.of, disposal_id=pk)


def _act(request: Request, service: Callable[..., Any], shape: Any = shapes.DisposalOut.of, **inputs: Any) -> Any:
    by = doors.person(request)
    return doors.once(request, lambda: service(by=by, at=request.at, **inputs), shape=shape)
