"""Enterprises, applications and dossiers in JSON."""

from typing import Any

from django.http import HttpRequest
from ninja import File, Form, Router
from ninja.files import UploadedFile

from finance_platform.foundation import doors
from finance_platform.foundation.errors import NotFound
from finance_platform.foundation.schemas import REFUSALS, Listing
from pledges import queries
from pledges.models import Application, ApplicationAsset, ApplicationDocument, Dossier
from pledges.schemas import applications as shapes
from pledges.services import applications, dossiers, enterprises

router = Router()
Request: Any = HttpRequest


def _out(schema: Any) -> Any:
    return lambda row: schema.model_validate(row, from_attributes=True).model_dump(mode="json")


def _paper(row: ApplicationDocument) -> dict[str, Any]:
    receipt = row.document
    return {
        "kind": row.kind, "document_id": str(receipt.pk), "number": receipt.number, "filename": receipt.filename,
        "sha256": receipt.sha256, "stored_at": receipt.stored_at.isoformat(),
    }  # fmt: skip


def _summary(row: Application) -> dict[str, Any]:
    names = {"enterprise": row.enterprise.name, "region": row.region_id}
    plain = {name: getattr(row, name) for name in shapes.ApplicationOut.model_fields if name not in names}
    return shapes.ApplicationOut(**plain, **names).model_dump(mode="json")


def _dossier(row: Dossier) -> dict[str, Any]:
    plain = {name: getattr(row, name) for name in shapes.DossierOut.model_fields if name != "application"}
    return shapes.DossierOut(**plain, application=row.application.number).model_dump(mode="json")


def _entry(entry: ApplicationAsset) -> dict[str, Any]:
    asset, pledgor = entry.asset, entry.pledgor
    return {
        "asset_id": asset.pk, "number": asset.number, "title": asset.title, "state": asset.state,
        "pledgor": pledgor.name, "pledgor_kind": pledgor.kind,
    }  # fmt: skip


def _detail(row: Application) -> dict[str, Any]:
    pool = [_entry(entry) for entry in row.pool.select_related("asset", "pledgor")]
    papers = [_paper(paper) for paper in row.papers.select_related("document")]
    lacking = queries.missing(row) if row.state in applications.OPEN_TO_CHANGE else {}
    return _summary(row) | {"pool": pool, "papers": papers, "lacking": lacking}


@router.get("/profile", response={200: shapes.ProfileOut, **REFUSALS})
def profile(request: Request) -> Any:
    """Give what the enterprise says of itself."""
    by = doors.person(request)
    found = queries.profile(by.organisation) if by.organisation else None
    if found is None:
        raise NotFound("尚未填写企业信息")
    return found


@router.put("/profile", response={200: shapes.ProfileOut, **REFUSALS})
def revise_profile(request: Request, body: shapes.ProfileIn) -> Any:
    """Replace the enterprise's page about itself."""
    return doors.once(
        request, lambda: enterprises.revise_profile(by=doors.person(request), at=request.at, **body.dict()),
        shape=_out(shapes.ProfileOut),
    )  # fmt: skip


@router.get("/applications", response={200: Listing[shapes.ApplicationOut], **REFUSALS})
def listing(request: Request, state: str = "", after: str = "", limit: int = doors.PAGE_SIZE) -> Any:
    """List the applications one may see, newest first."""
    rows = queries.applications_visible_to(doors.person(request)).select_related("enterprise", "region")
    page = doors.paged(rows.filter(state=state) if state else rows, after, limit)
    return {"items": [_summary(row) for row in page.rows], "next": page.next}


@router.post("/applications", response={201: shapes.ApplicationDetail, **REFUSALS})
def draft(request: Request, body: shapes.NewApplicationIn) -> Any:
    """Begin an application."""
    return doors.once(
        request, lambda: applications.draft(by=doors.person(request), at=request.at, **body.dict()),
        shape=_detail, status=201,
    )  # fmt: skip


@router.get("/applications/{number}", response={200: shapes.ApplicationDetail, **REFUSALS})
def application(request: Request, number: str) -> Any:
    """Give one application with its pool and the receipts of its papers."""
    return _detail(queries.application_by_number(doors.person(request), number))


@router.put("/applications/{number}", response={200: shapes.ApplicationDetail, **REFUSALS})
def revise(request: Request, number: str, body: shapes.RevisionIn) -> Any:
    """Replace what a draft or returned application says."""
    return _act(request, number, applications.revise, body.dict())


@router.post("/applications/{number}/papers", response={201: shapes.PaperOut, **REFUSALS})
def attach(request: Request, number: str, file: File[UploadedFile], kind: Form[str]) -> Any:
    """Receive a paper; the answer is its receipt."""
    data, name = file.read(), file.name or ""
    return doors.once(
        request,
        lambda: applications.attach(
            by=doors.person(request), at=request.at, application_id=_pk(request, number), kind=kind, filename=name,
            data=data,
        ),
        shape=_paper, status=201,
    )  # fmt: skip


@router.post("/applications/{number}/pledgors", response={201: shapes.PledgorOut, **REFUSALS})
def add_pledgor(request: Request, number: str, body: shapes.PledgorIn) -> Any:
    """Let a third party pledge rights of his own for the borrower."""
    return doors.once(
        request,
        lambda: applications.add_pledgor(
            by=doors.person(request), at=request.at, application_id=_pk(request, number), **body.dict()
        ),
        shape=_out(shapes.PledgorOut), status=201,
    )  # fmt: skip


@router.post("/applications/{number}/pledgors/{pk}/removal", response={200: shapes.ApplicationDetail, **REFUSALS})
def remove_pledgor(request: Request, number: str, pk: int) -> Any:
    """Take a third party out of a draft."""
    return _act(request, number, applications.remove_pledgor, {"pledgor_id": pk})


@router.post("/applications/{number}/submission", response={200: shapes.ApplicationDetail, **REFUSALS})
def submit(request: Request, number: str) -> Any:
    """Hand an application in."""
    return _act(request, number, applications.submit, {})


@router.post("/applications/{number}/resubmission", response={200: shapes.ApplicationDetail, **REFUSALS})
def resubmit(request: Request, number: str) -> Any:
    """Hand a returned application in again."""
    return _act(request, number, applications.resubmit, {})


@router.post("/applications/{number}/return", response={200: shapes.ApplicationDetail, **REFUSALS})
def return_for_completion(request: Request, number: str, body: shapes.ReturnIn) -> Any:
    """Send an application back with the whole list of what is missing (the office, once)."""
    return _act(request, number, applications.return_for_completion, body.dict())


@router.post("/applications/{number}/acceptance", response={200: shapes.ApplicationDetail, **REFUSALS})
def accept(request: Request, number: str, body: shapes.AcceptanceIn) -> Any:
    """Take an application in and publish it to the banks the borrower chose (the office)."""
    return _act(request, number, applications.accept, body.dict())


@router.post("/applications/{number}/rejection", response={200: shapes.ApplicationDetail, **REFUSALS})
def reject(request: Request, number: str, body: shapes.ReasonIn) -> Any:
    """Refuse an application that can never qualify (the office)."""
    return _act(request, number, applications.reject, body.dict())


@router.get("/dossiers", response={200: Listing[shapes.DossierOut], **REFUSALS})
def dossier_list(request: Request, after: str = "", limit: int = doors.PAGE_SIZE) -> Any:
    """List the dossiers one may see: own consents, or those open to one's bank."""
    rows = queries.dossiers_visible_to(doors.person(request)).select_related("application")
    page = doors.paged(rows, after, limit)
    return {"items": [_dossier(row) for row in page.rows], "next": page.next}


@router.post("/dossiers/{pk}/revocation", response={200: shapes.DossierOut, **REFUSALS})
def revoke(request: Request, pk: int) -> Any:
    """Take back the consent given to one bank."""
    return doors.once(
        request, lambda: dossiers.revoke(by=doors.person(request), at=request.at, dossier_id=pk),
        shape=_dossier,
    )  # fmt: skip


def _pk(request: Request, number: str) -> int:
    return queries.application_by_number(doors.person(request), number).pk


def _act(request: Request, number: str, service: Any, fields: dict[str, Any]) -> Any:
    return doors.once(
        request,
        lambda: service(by=doors.person(request), at=request.at, application_id=_pk(request, number), **fields),
        shape=_detail,
    )
