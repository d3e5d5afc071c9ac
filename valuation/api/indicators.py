"""The indicator form in JSON: the version in force, new versions, and the answers for a right."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router

from finance_platform.foundation import doors
from finance_platform.foundation.errors import NotFound
from finance_platform.foundation.schemas import REFUSALS
from valuation import queries
from valuation.models import IndicatorAnswers, IndicatorForm
from valuation.queries.appraisals import FIRM_ROLES
from valuation.rules import indicators as rules
from valuation.schemas import indicators as shapes
from valuation.services import indicators

router = Router()
Request: Any = HttpRequest


def _form(row: IndicatorForm) -> dict[str, Any]:
    return shapes.IndicatorFormOut.from_orm(row).model_dump(mode="json")


def _answers(row: IndicatorAnswers) -> dict[str, Any]:
    scored = rules.score(row.form.structure, row.answers)
    return shapes.IndicatorAnswersOut(
        right_number=row.right_number, form_version=row.form.version, answers=row.answers, score=scored.value,
        parts=dict(scored.parts), missing=scored.missing, made_at=row.made_at,
    ).model_dump(mode="json")  # fmt: skip


@router.get("/indicator-form", response={200: shapes.IndicatorFormOut, **REFUSALS})
def form(request: Request) -> Any:
    """Give the form in force today."""
    doors.person(request)
    return _form(queries.indicator_form(timezone.localdate(request.at)))


@router.post("/indicator-forms", response={201: shapes.IndicatorFormOut, **REFUSALS})
def load(request: Request, body: shapes.IndicatorFormIn) -> Any:
    """Take in a new version of the form."""
    by = doors.person(request)
    return doors.once(
        request, lambda: indicators.load_form(by=by, at=request.at, **body.dict()), shape=_form, status=201
    )


@router.get("/appraisals/{number}/indicators", response={200: list[shapes.IndicatorAnswersOut], **REFUSALS})
def listing(request: Request, number: str) -> Any:
    """List the newest answers for each right, to the firm alone."""
    by = doors.person(request)
    found = queries.appraisal_by_number(by, number)
    if by.role not in FIRM_ROLES:
        raise NotFound("没有这项评估,或它未向贵单位开放")
    return [_answers(row) for row in queries.indicator_answers(found).values()]


@router.post("/appraisals/{number}/indicators", response={201: shapes.IndicatorAnswersOut, **REFUSALS})
def answer(request: Request, number: str, body: shapes.IndicatorAnswersIn) -> Any:
    """Answer the form for one right; earlier answers stay, the newest count."""
    by = doors.person(request)
    found = queries.appraisal_by_number(by, number)
    return doors.once(
        request, lambda: indicators.answer(by=by, at=request.at, appraisal_id=found.pk, **body.dict()),
        shape=_answers, status=201,
    )  # fmt: skip
