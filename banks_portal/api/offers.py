"""Sealed offers over JSON.

Work on an offer goes to one address with one answer; its `Idempotency-Key` is kept among the sealed traces, keyed,
and never in the open table of keys.
"""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router

from banks_portal.queries import offers as queries
from banks_portal.queries import openings as opening_queries
from banks_portal.schemas import offers as shapes
from banks_portal.services import offers, openings, selections
from finance_platform.foundation import doors
from finance_platform.foundation import queries as shared
from finance_platform.foundation.errors import Invalid, NotFound
from finance_platform.foundation.schemas import REFUSALS
from pledges import queries as pledges

router = Router()
Request: Any = HttpRequest


@router.post("/applications/{number}/offer", response={200: shapes.Received} | REFUSALS)
def place(request: Request, number: str, body: shapes.OfferIn) -> Any:
    """Save, seal or withdraw the bank's own offer before the deadline; the answer is the same for each."""
    by = doors.person(request)
    common: dict[str, Any] = {
        "by": by, "at": request.at, "application_id": pledges.application_by_number(by, number).pk,
        "call": request.headers.get("Idempotency-Key", "")[:90],
    }  # fmt: skip
    if body.intent == "withdraw":
        offers.withdraw(**common)
    elif body.terms is not None:
        offers.save(**common, terms=body.terms.dict(), seal=body.intent == "seal")
    elif body.intent == "seal":
        offers.seal(**common)
    else:
        raise Invalid("请给出报价条件", fields={"terms": "必填"})
    return {"received": True}


@router.get("/applications/{number}/offer", response={200: shapes.OwnOfferOut} | REFUSALS)
def own(request: Request, number: str) -> Any:
    """The bank's own offer with its latest content."""
    by = doors.person(request)
    found = queries.own_offer(by, pledges.application_by_number(by, number))
    if found is None:
        raise NotFound("贵行没有这份申请的报价")
    return shapes.OwnOfferOut.of(found)


@router.post("/applications/{number}/refusal", response={200: shapes.Received} | REFUSALS)
def refuse(request: Request, number: str, body: shapes.RefusalIn) -> Any:
    """Say in writing why the bank does not bid."""
    by = doors.person(request)
    application = pledges.application_by_number(by, number)
    offers.refuse(by=by, at=request.at, application_id=application.pk, codes=body.codes, text=body.text)
    return {"received": True}


@router.get("/applications/{number}/offers", response={200: shapes.ComparisonOut} | REFUSALS)
def comparison(request: Request, number: str, sort: str = "cost") -> Any:
    """The opened offers side by side; nothing before the opening."""
    by = doors.person(request)
    application = pledges.application_by_number(by, number)
    if opening_queries.waits(application, request.at):
        openings.open_due(by=shared.system_user(), at=request.at)
    found = queries.comparison_of(by, application, order=sort)
    holds = {key: queries.commitment_holds(offer) for key, offer in found.offers.items()}
    return shapes.ComparisonOut.of(found, opening_queries.opening_of(application) is not None, holds)


@router.post("/applications/{number}/selection", response={200: shapes.ApplicationState} | REFUSALS)
def select(request: Request, number: str, body: shapes.SelectionIn) -> Any:
    """Choose one of the opened offers."""
    by = doors.person(request)
    application = pledges.application_by_number(by, number)
    _require_of(by, application, body.offer_id)
    return doors.once(
        request, lambda: selections.select(by=by, at=request.at, offer_id=body.offer_id),
        shape=lambda _offer: shapes.ApplicationState.of(pledges.application(by, application.pk)),
    )  # fmt: skip


def _require_of(by: Any, application: Any, offer_id: UUID) -> None:
    if queries.offer(by, offer_id).application_id != application.pk:
        raise NotFound("没有这份报价,或它尚未开启")


@router.post("/applications/{number}/offers/declination", response={200: shapes.ApplicationState} | REFUSALS)
def decline_all(request: Request, number: str, body: shapes.ReasonIn) -> Any:
    """Decline every opened offer with a reason."""
    by = doors.person(request)
    pk = pledges.application_by_number(by, number).pk
    return doors.once(
        request, lambda: selections.decline_all(by=by, at=request.at, application_id=pk, reason=body.reason),
        shape=lambda _none: shapes.ApplicationState.of(pledges.application(by, pk)),
    )  # fmt: skip


@router.get("/openings/{number}", response={200: shapes.OpeningOut} | REFUSALS, auth=None)
def opening(request: Request, number: str) -> Any:
    """The public record of an opening."""
    return shapes.OpeningOut.of(opening_queries.record_of(number))
