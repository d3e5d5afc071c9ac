"""Runs in JSON: made by the appraiser, read and repeated by whoever may see them."""

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest
from ninja import Router

from finance_platform.foundation import doors
from finance_platform.foundation.errors import Invalid
from finance_platform.foundation.schemas import REFUSALS, Listing
from valuation import queries
from valuation.models import ValuationRun
from valuation.rules import risks
from valuation.schemas import runs as shapes
from valuation.services import appraisals, measuring

router = Router()
Request: Any = HttpRequest


def _plain(row: ValuationRun) -> dict[str, Any]:
    fields = (name for name in shapes.RunOut.model_fields if name != "appraisal")
    return {"appraisal": row.appraisal.number} | {name: getattr(row, name) for name in fields}


def _summary(row: ValuationRun) -> dict[str, Any]:
    return shapes.RunOut(**_plain(row)).model_dump(mode="json")


def _detail(row: ValuationRun) -> dict[str, Any]:
    kept = {name: getattr(row, name) for name in ("histogram", "convergence", "stated", "flags")}
    ledger = [asdict(entry) for entry in risks.entries(row.document)]
    whole = {"document": row.document, "output": row.output, "ledger": ledger, **kept}
    return shapes.RunDetail(**_plain(row), **whole).model_dump(mode="json")


@router.get("/appraisals/{number}/runs", response={200: Listing[shapes.RunOut], **REFUSALS})
def listing(request: Request, number: str, after: str = "", limit: int = doors.PAGE_SIZE) -> Any:
    """List the runs of an appraisal that one may see."""
    by = doors.person(request)
    found = queries.appraisal_by_number(by, number)
    page = doors.paged(queries.runs_visible_to(by).filter(appraisal=found), after, limit, key="pk")
    return {"items": [_summary(row) for row in page.rows], "next": page.next}


@router.post("/appraisals/{number}/runs", response={201: shapes.RunDetail, **REFUSALS})
def run(request: Request, number: str, body: shapes.RunIn) -> Any:
    """Value the pool by what is stated, or by a document; the answer is the run as it is kept."""
    by = doors.person(request)
    found = queries.appraisal_by_number(by, number)
    call: dict[str, Any] = {"by": by, "at": request.at, "appraisal_id": found.pk, "seed": body.seed}

    def make() -> ValuationRun:
        if body.statement is not None and body.document is None:
            return appraisals.measure(**call, statement=body.statement)
        if body.document is not None and body.statement is None:
            return appraisals.run(**call, document=body.document, consent=body.consent)
        raise Invalid("请提交一项:statement 或 document", fields={"statement": "二者只写其一"})

    return doors.once(request, make, shape=_detail, status=201)


@router.get("/valuation-runs/{pk}", response={200: shapes.RunDetail, **REFUSALS})
def detail(request: Request, pk: int) -> Any:
    """Give a run: input, output, digests, seed, environment."""
    return _detail(queries.run(doors.person(request), pk))


@router.get("/valuation-runs/{pk}/comparison/{other}", response={200: shapes.ComparisonOut, **REFUSALS})
def comparison(request: Request, pk: int, other: int) -> Any:
    """Explain the difference of two runs of one appraisal, driver by driver in a fixed order."""
    first, second, found = queries.bridge(doors.person(request), pk, other)
    return {"first": first.pk, "second": second.pk, **found.plain()}


@router.post("/valuation-runs/{pk}/verification", response={200: shapes.VerdictOut, **REFUSALS})
def verify(request: Request, pk: int) -> Any:
    """Recompute a run and say how alike it came out, in four grades, and where it differs."""
    verdict = measuring.verify_run(by=doors.person(request), at=request.at, run_id=pk)
    return {"answer": verdict.answer, "differences": verdict.differences}
