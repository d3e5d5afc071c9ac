"""Internal valuations and agreed values in JSON, for their bank and, where it may see them, the enterprise."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router

from finance_platform.foundation import doors
from finance_platform.foundation.errors import Forbidden
from finance_platform.foundation.schemas import REFUSALS, Listing
from pledges import queries as pledges
from valuation import queries
from valuation.models import Appraisal
from valuation.queries import bases as reads
from valuation.queries.appraisals import BANK_ROLES
from valuation.rules import pools
from valuation.schemas import appraisals as appraisal_shapes
from valuation.schemas import bases as shapes
from valuation.services import bases

router = Router()
Request: Any = HttpRequest


def _told(shape: Any) -> Callable[[Any], dict[str, Any]]:
    """Return how a value is told in a shape; application and bank by their names."""

    def tell(row: Any) -> dict[str, Any]:
        named = {"application": row.application.number, "bank": row.bank.name}
        plain = {name: getattr(row, name) for name in shape.model_fields if name not in named}
        return dict(shape(**named, **plain).model_dump(mode="json"))

    return tell


_internal, _agreed = _told(shapes.InternalOut), _told(shapes.AgreedOut)
INTERNAL, AGREED = {200: shapes.InternalOut, **REFUSALS}, {200: shapes.AgreedOut, **REFUSALS}


@router.get("/applications/{number}/value-model", response={200: dict[str, Any], **REFUSALS})
def model(request: Request, number: str) -> Any:
    """Give a bank the pool's document under the tables' assumptions, to begin an internal valuation from."""
    by, today = doors.person(request), timezone.localdate(request.at)
    application = pledges.application_by_number(by, number)
    if by.role not in BANK_ROLES:
        raise Forbidden("只有银行办理内部评估")
    stated = queries.default_assumptions(Appraisal(application=application), today)
    return pools.document(queries.pool(application.pk), stated, seed=0)


@router.get("/internal-valuations", response={200: Listing[shapes.InternalOut], **REFUSALS})
def internal_listing(request: Request, after: str = "", limit: int = doors.PAGE_SIZE) -> Any:
    """List the internal valuations one may see, newest first."""
    page = doors.paged(reads.internal_visible_to(doors.person(request)), after, limit)
    return {"items": [_internal(row) for row in page.rows], "next": page.next}


@router.get("/internal-valuations/{number}", response=INTERNAL)
def internal(request: Request, number: str) -> Any:
    """Give one internal valuation."""
    return _internal(reads.internal_valuation(doors.person(request), number=number))


@router.post("/applications/{number}/internal-valuations", response={201: shapes.InternalOut, **REFUSALS})
def measure(request: Request, number: str, body: shapes.InternalIn) -> Any:
    """Value an application's pool for one's own bank."""
    by = doors.person(request)
    found = pledges.application_by_number(by, number)
    return doors.once(
        request, lambda: bases.measure(by=by, at=request.at, application_id=found.pk, **body.dict()),
        shape=_internal, status=201,
    )  # fmt: skip


@router.post("/internal-valuations/{number}/decision", response=INTERNAL)
def decide(request: Request, number: str, body: appraisal_shapes.ReviewIn) -> Any:
    """Approve or refuse an internal valuation as another person of the bank."""
    return _of_internal(request, number, bases.decide, **body.dict())


@router.post("/internal-valuations/{number}/withdrawal", response=INTERNAL)
def withdraw(request: Request, number: str, body: appraisal_shapes.ReasonIn) -> Any:
    """Take an internal valuation back."""
    return _of_internal(request, number, bases.withdraw, **body.dict())


@router.get("/agreed-values", response={200: Listing[shapes.AgreedOut], **REFUSALS})
def agreed_listing(request: Request, after: str = "", limit: int = doors.PAGE_SIZE) -> Any:
    """List the agreed values one is a side of, newest first."""
    page = doors.paged(reads.agreed_visible_to(doors.person(request)), after, limit)
    return {"items": [_agreed(row) for row in page.rows], "next": page.next}


@router.get("/agreed-values/{number}", response=AGREED)
def agreed(request: Request, number: str) -> Any:
    """Give one agreed value to its two sides."""
    return _agreed(reads.agreed_value(doors.person(request), number=number))


@router.post("/applications/{number}/agreed-values", response={201: shapes.AgreedOut, **REFUSALS})
def propose(request: Request, number: str, body: shapes.AgreedIn) -> Any:
    """Propose to the enterprise a value to agree on."""
    by = doors.person(request)
    found = pledges.application_by_number(by, number)
    return doors.once(
        request, lambda: bases.propose(by=by, at=request.at, application_id=found.pk, **body.dict()),
        shape=_agreed, status=201,
    )  # fmt: skip


@router.post("/agreed-values/{number}/agreement", response=AGREED)
def agree(request: Request, number: str, body: shapes.FigureIn) -> Any:
    """State the same figure as the enterprise."""
    return _of_agreed(request, number, bases.agree, **body.dict())


@router.post("/agreed-values/{number}/refusal", response=AGREED)
def decline(request: Request, number: str, body: appraisal_shapes.ReasonIn) -> Any:
    """Turn a proposed value down as the enterprise."""
    return _of_agreed(request, number, bases.decline, **body.dict())


@router.post("/agreed-values/{number}/withdrawal", response=AGREED)
def take_back(request: Request, number: str, body: appraisal_shapes.ReasonIn) -> Any:
    """Take a proposed value back as the bank."""
    return _of_agreed(request, number, bases.take_back, **body.dict())


def _of_internal(request: Request, number: str, service: Callable[..., Any], **fields: Any) -> Any:
    by = doors.person(request)
    pk = reads.internal_valuation(by, number=number).pk
    return doors.once(request, lambda: service(by=by, at=request.at, valuation_id=pk, **fields), shape=_internal)


def _of_agreed(request: Request, number: str, service: Callable[..., Any], **fields: Any) -> Any:
    by = doors.person(request)
    pk = reads.agreed_value(by, number=number).pk
    return doors.once(request, lambda: service(by=by, at=request.at, agreed_id=pk, **fields), shape=_agreed)
