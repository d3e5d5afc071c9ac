"""Appraisals in JSON: every step has its address under the appraisal's number."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router

from finance_platform.foundation import doors
from finance_platform.foundation.errors import Invalid
from finance_platform.foundation.schemas import REFUSALS, Listing
from pledges import queries as pledges
from valuation import queries
from valuation.models import Appraisal
from valuation.queries.appraisals import FIRM_ROLES
from valuation.rules import pools, states
from valuation.schemas import appraisals as shapes
from valuation.schemas import runs as run_shapes
from valuation.services import appraisals, objections

router = Router()
Request: Any = HttpRequest
OUT = {200: shapes.AppraisalOut, **REFUSALS}
VALUE = ("valuation_date", "appraised_value_fen", "low_fen", "high_fen", "run_id")


def _out(request: Request) -> Callable[[Appraisal], dict[str, Any]]:
    """Return how an appraisal is told to who asks: without the value where it is not his to see yet."""
    firm = doors.person(request).role in FIRM_ROLES

    def tell(row: Appraisal) -> dict[str, Any]:
        named = {"application": row.application.number, "firm": row.firm.name}
        hidden = () if firm or row.state in states.SIGNED else VALUE
        fields = (name for name in shapes.AppraisalOut.model_fields if name not in {*named, *hidden})
        plain = {name: getattr(row, name) for name in fields}
        return shapes.AppraisalOut(**named, **plain).model_dump(mode="json")

    return tell


@router.get("/appraisals", response={200: Listing[shapes.AppraisalOut], **REFUSALS})
def listing(request: Request, state: str = "", after: str = "", limit: int = doors.PAGE_SIZE) -> Any:
    """List the appraisals one may see, newest first."""
    rows = queries.appraisals_visible_to(doors.person(request))
    page = doors.paged(rows.filter(state=state) if state else rows, after, limit)
    return {"items": [_out(request)(row) for row in page.rows], "next": page.next}


@router.post("/applications/{number}/appraisals", response={201: shapes.AppraisalOut, **REFUSALS})
def commission(request: Request, number: str, body: shapes.CommissionIn) -> Any:
    """Ask a firm to appraise the pool of an application."""
    by = doors.person(request)
    found = pledges.application_by_number(by, number)
    return doors.once(
        request, lambda: appraisals.commission(by=by, at=request.at, application_id=found.pk, **body.dict()),
        shape=_out(request), status=201,
    )  # fmt: skip


@router.get("/appraisals/{number}", response=OUT)
def appraisal(request: Request, number: str) -> Any:
    """Give one appraisal."""
    return _out(request)(queries.appraisal_by_number(doors.person(request), number))


@router.get("/appraisals/{number}/model", response={200: dict[str, Any], **REFUSALS})
def model(request: Request, number: str) -> Any:
    """Give the pool's document under the tables' assumptions, to begin from."""
    by, today = doors.person(request), timezone.localdate(request.at)
    found = queries.appraisal_by_number(by, number)
    if by.role not in FIRM_ROLES:
        raise Invalid("模型由评估机构提出")
    return pools.document(queries.pool(found.application_id), queries.default_assumptions(found, today), seed=0)


@router.get("/appraisals/{number}/statement", response={200: run_shapes.StatementOut, **REFUSALS})
def statement(request: Request, number: str) -> Any:
    """Give the tables' statement of the pool, to begin from: assumptions with grade, source and date."""
    by, today = doors.person(request), timezone.localdate(request.at)
    found = queries.appraisal_by_number(by, number)
    if by.role not in FIRM_ROLES:
        raise Invalid("模型由评估机构提出")
    return queries.default_statement(found, today).plain()


def _act(request: Request, number: str, service: Callable[..., Appraisal], **fields: Any) -> Any:
    by = doors.person(request)
    found = queries.appraisal_by_number(by, number)
    return doors.once(
        request, lambda: service(by=by, at=request.at, appraisal_id=found.pk, **fields), shape=_out(request)
    )


@router.post("/appraisals/{number}/acceptance", response=OUT)
def accept(request: Request, number: str, body: shapes.AcceptanceIn) -> Any:
    """Take on a commission under a declaration of independence."""
    return _act(request, number, appraisals.accept, **body.dict())


@router.post("/appraisals/{number}/conflict", response=OUT)
def stand_aside(request: Request, number: str, body: shapes.DeclarationIn) -> Any:
    """Stand aside because of an interest in the matter."""
    return _act(request, number, appraisals.declare_conflict, **body.dict())


@router.post("/appraisals/{number}/start", response=OUT)
def start(request: Request, number: str) -> Any:
    """Begin work as the appraiser in charge."""
    return _act(request, number, appraisals.start)


@router.post("/appraisals/{number}/draft", response=OUT)
def draft(request: Request, number: str, body: shapes.DraftIn) -> Any:
    """State the value on a run and hand it to the reviewer."""
    return _act(request, number, appraisals.draft, **body.dict())


@router.post("/appraisals/{number}/review", response=OUT)
def review(request: Request, number: str, body: shapes.ReviewIn) -> Any:
    """Pass a draft on to the signatories, or send it back."""
    return _act(request, number, appraisals.review, **body.dict())


@router.post("/appraisals/{number}/signature", response=OUT)
def sign(request: Request, number: str) -> Any:
    """Sign; the second signature issues and locks."""
    return _act(request, number, appraisals.sign)


@router.post("/appraisals/{number}/signature-refusal", response=OUT)
def refuse(request: Request, number: str, body: shapes.NoteIn) -> Any:
    """Send a reviewed draft back instead of signing it."""
    return _act(request, number, appraisals.refuse_signature, **body.dict())


@router.post("/appraisals/{number}/withdrawal", response=OUT)
def withdraw(request: Request, number: str, body: shapes.ReasonIn) -> Any:
    """Take a commission back."""
    return _act(request, number, appraisals.withdraw, **body.dict())


@router.post("/appraisals/{number}/objection", response=OUT)
def file_objection(request: Request, number: str, body: shapes.ObjectionIn) -> Any:
    """Object to a signed value."""
    return _act(request, number, objections.file, **body.dict())


@router.post("/appraisals/{number}/objection-answer", response=OUT)
def answer_objection(request: Request, number: str, body: shapes.AnswerIn) -> Any:
    """Uphold a value objected to, or let it go."""
    services = {"uphold": objections.uphold, "revise": objections.revise}
    if body.outcome not in services:
        raise Invalid("没有这种处理", fields={"outcome": "请写 uphold 或 revise"})
    return _act(request, number, services[body.outcome], answer=body.answer)
