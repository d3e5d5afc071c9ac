"""Rights, their verification and their tags in JSON."""

from typing import Any

from django.http import HttpRequest
from ninja import Router

from finance_platform.foundation import doors
from finance_platform.foundation.schemas import REFUSALS, Listing
from pledges import queries
from pledges.models import AssetTag, IpAsset
from pledges.schemas import assets as shapes
from pledges.services import assets, tags, verification

router = Router()
Request: Any = HttpRequest


def _asset(row: IpAsset) -> dict[str, Any]:
    return shapes.AssetOut.model_validate(row, from_attributes=True).model_dump(mode="json")


def _tag(row: AssetTag) -> dict[str, Any]:
    return shapes.TagOut.model_validate(row, from_attributes=True).model_dump(mode="json")


@router.get("/assets", response={200: Listing[shapes.AssetOut], **REFUSALS})
def listing(request: Request, q: str = "", state: str = "", after: str = "", limit: int = doors.PAGE_SIZE) -> Any:
    """List the rights one may see, newest first."""
    rows = queries.search_assets(queries.assets_visible_to(doors.person(request)), q)
    page = doors.paged(rows.filter(state=state) if state else rows, after, limit)
    return {"items": page.rows, "next": page.next}


@router.post("/assets", response={201: shapes.AssetOut, **REFUSALS})
def list_asset(request: Request, body: shapes.AssetIn) -> Any:
    """Enter one right in the enterprise's library."""
    return doors.once(
        request, lambda: assets.list_asset(by=doors.person(request), at=request.at, **body.dict()),
        shape=_asset, status=201,
    )  # fmt: skip


@router.get("/assets/{pk}", response={200: shapes.AssetOut, **REFUSALS})
def asset(request: Request, pk: int) -> Any:
    """Give one right."""
    return queries.asset(doors.person(request), pk)


@router.put("/assets/{pk}", response={200: shapes.AssetOut, **REFUSALS})
def revise(request: Request, pk: int, body: shapes.AssetRevision) -> Any:
    """Correct what is known of a draft or restricted right."""
    return doors.once(
        request,
        lambda: assets.revise(by=doors.person(request), at=request.at, asset_id=pk, **body.dict()),
        shape=_asset,
    )


@router.get("/assets/{pk}/pledgeability", response={200: shapes.VerdictOut, **REFUSALS})
def pledgeability(request: Request, pk: int) -> Any:
    """Say whether the right can be pledged today, on which grounds not, and what is unknown."""
    on = request.at.date()
    verdict = queries.pledgeability(queries.asset(doors.person(request), pk), on)
    return {"ok": verdict.ok, "on": on, "grounds": verdict.grounds, "unknown": list(verdict.unknown)}


@router.post("/assets/{pk}/submission", response={200: shapes.AssetOut, **REFUSALS})
def submit(request: Request, pk: int, body: shapes.SubmissionIn) -> Any:
    """Hand a right in for verification."""
    return _act(request, pk, assets.submit, body.dict())


@router.post("/assets/{pk}/first-check", response={201: shapes.FirstCheckOut, **REFUSALS})
def first_check(request: Request, pk: int, body: shapes.FirstCheckIn) -> Any:
    """Answer the registry's questions as the first verifier."""
    return doors.once(
        request, lambda: verification.first_check(by=doors.person(request), at=request.at, asset_id=pk, **body.dict()),
        shape=lambda row: shapes.FirstCheckOut.model_validate(row, from_attributes=True).model_dump(mode="json"),
        status=201,
    )  # fmt: skip


@router.post("/assets/{pk}/second-check", response={200: shapes.AssetOut, **REFUSALS})
def second_check(request: Request, pk: int, body: shapes.SecondCheckIn) -> Any:
    """Decide as the second verifier."""
    return _act(request, pk, verification.second_check, body.dict())


@router.post("/assets/{pk}/restriction", response={200: shapes.AssetOut, **REFUSALS})
def restrict(request: Request, pk: int, body: shapes.GroundIn) -> Any:
    """Take a pledgeable right out because a ground has appeared."""
    return _act(request, pk, assets.restrict, body.dict())


@router.post("/assets/{pk}/end", response={200: shapes.AssetOut, **REFUSALS})
def end(request: Request, pk: int, body: shapes.EndIn) -> Any:
    """Record that the register shows the right ended."""
    return _act(request, pk, assets.end, body.dict())


@router.post("/assets/{pk}/adverse-event", response={200: shapes.AssetOut, **REFUSALS})
def adverse(request: Request, pk: int, body: shapes.GroundIn) -> Any:
    """Record an event that lowers a pledged right (the lender)."""
    return _act(request, pk, assets.report_adverse, body.dict())


@router.post("/assets/{pk}/cure", response={200: shapes.AssetOut, **REFUSALS})
def cured(request: Request, pk: int, body: shapes.NoteIn) -> Any:
    """Record that what impaired a pledged right is over (the lender)."""
    return _act(request, pk, assets.report_cured, body.dict())


@router.get("/assets/{pk}/tags", response={200: list[shapes.TagOut], **REFUSALS})
def asset_tags(request: Request, pk: int) -> Any:
    """Give a right's tags, proposed and decided."""
    return list(queries.asset(doors.person(request), pk).tags.order_by("id"))


@router.post("/assets/{pk}/tags", response={200: list[shapes.TagOut], **REFUSALS})
def propose_tags(request: Request, pk: int) -> Any:
    """Match the rules in force anew."""
    return doors.once(
        request, lambda: tags.propose(by=doors.person(request), at=request.at, asset_id=pk),
        shape=lambda rows: [_tag(row) for row in rows],
    )  # fmt: skip


@router.post("/tags/{pk}/decision", response={200: shapes.TagOut, **REFUSALS})
def decide_tag(request: Request, pk: int, body: shapes.DecisionIn) -> Any:
    """Confirm or reject a proposed tag."""
    return doors.once(
        request, lambda: tags.decide(by=doors.person(request), at=request.at, tag_id=pk, **body.dict()), shape=_tag
    )


def _act(request: Request, pk: int, service: Any, fields: dict[str, Any]) -> Any:
    return doors.once(
        request, lambda: service(by=doors.person(request), at=request.at, asset_id=pk, **fields), shape=_asset
    )
