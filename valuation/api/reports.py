"""What a report states, the report itself, filings of firms, and records of runs, for machines."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Router

from finance_platform.foundation import doors
from finance_platform.foundation.schemas import REFUSALS
from valuation import queries
from valuation.models import Appraisal, InstitutionFiling
from valuation.queries import records, report_paper
from valuation.queries import reports as facts
from valuation.rules import reports as rules
from valuation.rules.completeness import STATEMENTS
from valuation.schemas import appraisals as shapes
from valuation.services import filings, reports

router = Router()
Request: Any = HttpRequest


def _statements(found: Appraisal) -> dict[str, Any]:
    known = found.report["known"] if found.report else rules.known(facts.records(found))
    gaps = {gap.code for gap in facts.gaps(found)}
    items = [
        {
            "code": each.code, "label": each.label, "known": known.get(each.code, ""),
            "stated": found.statements.get(each.code, ""), "missing": each.code in gaps,
        }
        for each in STATEMENTS
    ]  # fmt: skip
    return {"appraisal": found.number, "complete": not gaps, "items": items}


def _filing(row: InstitutionFiling) -> dict[str, Any]:
    plain = {name: getattr(row, name) for name in shapes.FilingOut.model_fields}
    return shapes.FilingOut(**plain).model_dump(mode="json")


@router.post("/institution-filings", response={201: shapes.FilingOut, **REFUSALS})
def declare_filing(request: Request, body: shapes.FilingIn) -> Any:
    """Put the firm's filing as an institution on record, with its evidence."""
    by = doors.person(request)
    return doors.once(
        request, lambda: filings.declare(by=by, at=request.at, **body.dict()), shape=_filing, status=201
    )  # fmt: skip


@router.get("/appraisals/{number}/statements", response={200: shapes.StatementsOut, **REFUSALS})
def statements(request: Request, number: str) -> Any:
    """Give what the report states and what is missing, to those who may read the report at its stage."""
    return _statements(facts.stated_of(doors.person(request), number))


@router.post("/appraisals/{number}/statements", response={200: shapes.StatementsOut, **REFUSALS})
def state(request: Request, number: str, body: shapes.StatementsIn) -> Any:
    """Write statements of the report."""
    by = doors.person(request)
    found = queries.appraisal_by_number(by, number)
    return doors.once(
        request, lambda: reports.state(by=by, at=request.at, appraisal_id=found.pk, texts=body.texts),
        shape=_statements,
    )  # fmt: skip


@router.get("/appraisals/{number}/report", response=REFUSALS)
def report(request: Request, number: str) -> Any:
    """Give the report as PDF/A."""
    found = facts.report_of(doors.person(request), number)
    address = request.build_absolute_uri(reverse("appraisal_run_verification", args=[found.run_id]))
    return HttpResponse(report_paper.pdf(found, address), "application/pdf")


@router.get("/valuation-runs/{pk}/record", response=REFUSALS)
def record(request: Request, pk: int) -> Any:
    """Give the record of a run, as tools/verify_valuation.py reads it."""
    _name, text = records.record_file(doors.person(request), pk)
    return HttpResponse(text, "application/json")
