"""The JSON door of the foundation: registration, oneself, colleagues, documents, calendars."""

from datetime import datetime
from typing import Any
from uuid import UUID

from ninja import File, Form, Router, Schema, Status
from ninja.files import UploadedFile

from finance_platform.foundation import doors, queries
from finance_platform.foundation.models import Document, User
from finance_platform.foundation.schemas import REFUSALS, Listing
from finance_platform.foundation.services import calendars, documents, organisations, people

router = Router()


class RegistrationIn(Schema):
    name: str
    credit_code: str
    region_code: str
    full_name: str
    username: str
    password: str


class OnboardingIn(RegistrationIn):
    kind: str
    role: str = ""


class PersonOut(Schema):
    username: str
    full_name: str
    organisation: str
    organisation_id: int | None
    role: str
    permissions: list[str]


class InvitationIn(Schema):
    full_name: str
    role: str


class InvitationOut(Schema):
    full_name: str
    role: str
    expires_at: datetime
    token: str


class AcceptanceIn(Schema):
    token: str
    username: str
    password: str


class DelegationIn(Schema):
    delegate_id: int
    starts_at: datetime
    ends_at: datetime
    reason: str


class DelegationOut(Schema):
    id: int
    delegate_id: int
    starts_at: datetime
    ends_at: datetime
    revoked_at: datetime | None


class DocumentOut(Schema):
    id: UUID
    kind: str
    filename: str
    number: str
    size_bytes: int
    sha256: str
    subject: str
    stored_at: datetime


class ShareIn(Schema):
    organisation_id: int


class CalendarIn(Schema):
    kind: str
    text: str
    source: str


class Imported(Schema):
    kind: str
    rows: int


class SuspensionIn(Schema):
    reason: str


class OrganisationOut(Schema):
    id: int
    kind: str
    name: str
    credit_code: str
    region_id: str
    suspended_at: datetime | None


def _person(request: Any, user: User) -> dict[str, Any]:
    return {
        "username": user.username, "full_name": user.full_name, "role": user.role,
        "organisation": user.organisation.name if user.organisation else "",
        "organisation_id": user.organisation.pk if user.organisation else None,
        "permissions": sorted(queries.permissions_of(user, request.at)),
    }  # fmt: skip


def _out(schema: type[Schema], **extra: Any) -> Any:
    return lambda row: schema.model_validate(row, from_attributes=True).model_dump(mode="json") | extra


@router.post("/registrations", auth=None, response={201: PersonOut, **REFUSALS})
def register(request: Any, body: RegistrationIn) -> Any:
    """Register an enterprise and its first person."""
    visitor = queries.public_user()
    return doors.once(
        request, lambda: organisations.register_enterprise(by=visitor, at=request.at, **body.dict()),
        shape=lambda user: _person(request, user), status=201,
    )  # fmt: skip


@router.post("/organisations", response={201: PersonOut, **REFUSALS})
def onboard(request: Any, body: OnboardingIn) -> Any:
    """Take in an organisation with its first person (operator)."""
    return doors.once(
        request, lambda: organisations.onboard(by=doors.person(request), at=request.at, **body.dict()),
        shape=lambda user: _person(request, user), status=201,
    )  # fmt: skip


@router.post("/organisations/{pk}/suspension", response={200: OrganisationOut, **REFUSALS})
def suspend(request: Any, pk: int, body: SuspensionIn) -> Any:
    """Stop an organisation's people from acting (operator)."""
    return doors.once(
        request,
        lambda: organisations.suspend(by=doors.person(request), at=request.at, organisation_id=pk, reason=body.reason),
        shape=_out(OrganisationOut),
    )


@router.post("/organisations/{pk}/reinstatement", response={200: OrganisationOut, **REFUSALS})
def reinstate(request: Any, pk: int) -> Any:
    """Lift a suspension (operator)."""
    return doors.once(
        request, lambda: organisations.reinstate(by=doors.person(request), at=request.at, organisation_id=pk),
        shape=_out(OrganisationOut),
    )  # fmt: skip


@router.get("/me", response={200: PersonOut, **REFUSALS})
def me(request: Any) -> Any:
    """Say who is asking and what he may do."""
    return _person(request, doors.person(request))


@router.post("/invitations", response={201: InvitationOut, **REFUSALS})
def invite(request: Any, body: InvitationIn) -> Any:
    """Offer a colleague a place; the token is shown this once and not replayed, so no Idempotency-Key applies."""
    row, token = people.invite(by=doors.person(request), at=request.at, **body.dict())
    return Status(201, {"full_name": row.full_name, "role": row.role, "expires_at": row.expires_at, "token": token})


@router.post("/invitations/acceptance", auth=None, response={201: PersonOut, **REFUSALS})
def accept(request: Any, body: AcceptanceIn) -> Any:
    """Take the place offered by an invitation."""
    user = people.accept(by=queries.public_user(), at=request.at, **body.dict())
    return Status(201, _person(request, user))


@router.post("/memberships/{pk}/end", response={200: dict[str, Any], **REFUSALS})
def end_membership(request: Any, pk: int) -> Any:
    """Let a colleague leave (the organisation's administrator)."""
    return doors.once(
        request, lambda: people.end_membership(by=doors.person(request), at=request.at, membership_id=pk),
        shape=lambda row: {"id": row.pk, "left_at": row.left_at.isoformat()},
    )  # fmt: skip


@router.post("/delegations", response={201: DelegationOut, **REFUSALS})
def delegate(request: Any, body: DelegationIn) -> Any:
    """Lend one's work to a colleague for a time."""
    return doors.once(
        request, lambda: people.delegate(by=doors.person(request), at=request.at, **body.dict()),
        shape=_out(DelegationOut), status=201,
    )  # fmt: skip


@router.post("/delegations/{pk}/revocation", response={200: DelegationOut, **REFUSALS})
def revoke_delegation(request: Any, pk: int) -> Any:
    """Take one's work back."""
    return doors.once(
        request, lambda: people.revoke_delegation(by=doors.person(request), at=request.at, delegation_id=pk),
        shape=_out(DelegationOut),
    )  # fmt: skip


@router.get("/documents", response={200: Listing[DocumentOut], **REFUSALS})
def document_list(request: Any, after: str = "", limit: int = doors.PAGE_SIZE, subject: str = "") -> Any:
    """List the documents one may see, newest first."""
    rows = queries.documents_visible_to(doors.person(request))
    page = doors.paged(rows.filter(subject=subject) if subject else rows, after, limit, key="-number")
    return {"items": page.rows, "next": page.next}


@router.post("/documents", response={201: DocumentOut, **REFUSALS})
def store(
    request: Any,
    file: File[UploadedFile],
    kind: Form[str],
    subject: Form[str] = "",
    replaces: Form[UUID | None] = None,
) -> Any:
    """Receive a file; the answer is its receipt."""
    data, name = file.read(), file.name or ""
    return doors.once(
        request,
        lambda: documents.store(
            by=doors.person(request),
            at=request.at,
            kind=kind,
            filename=name,
            data=data,
            subject=subject,
            replaces=replaces,
        ),
        shape=_out(DocumentOut),
        status=201,
    )


@router.get("/documents/{pk}", response={200: DocumentOut, **REFUSALS})
def document(request: Any, pk: UUID) -> Document:
    """Give a document's receipt."""
    return queries.document(doors.person(request), pk)


@router.post("/documents/{pk}/shares", response={200: DocumentOut, **REFUSALS})
def share(request: Any, pk: UUID, body: ShareIn) -> Any:
    """Let another organisation see a document of one's own."""
    return doors.once(
        request,
        lambda: documents.share(
            by=doors.person(request), at=request.at, document_id=pk, organisation_id=body.organisation_id
        ),
        shape=_out(DocumentOut),
    )


@router.post("/calendars", response={200: Imported, **REFUSALS})
def import_calendar(request: Any, body: CalendarIn) -> Any:
    """Take in holidays (`kind` holidays) or LPR fixings (`kind` lpr) as CSV text (operator)."""
    by, at = doors.person(request), request.at
    if body.kind == "lpr":
        count = calendars.import_lpr(by=by, at=at, text=body.text, source=body.source)
    else:
        count = len(calendars.import_holidays(by=by, at=at, text=body.text, source=body.source))
    return {"kind": body.kind, "rows": count}
