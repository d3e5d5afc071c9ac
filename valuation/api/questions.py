"""A bank's questions to a signed run in JSON: under a loan, by the lender's engine, with one assumption changed.

No `Idempotency-Key` is kept: the same question is answered by the same record, and a key in the open would tell.
"""

from typing import Any

from django.http import HttpRequest
from ninja import Router, Status

from finance_platform.foundation import doors
from finance_platform.foundation.schemas import REFUSALS, Listing
from valuation import queries
from valuation.models import Challenge, LenderAssessment
from valuation.rules.lenders import Terms
from valuation.schemas import questions as shapes
from valuation.services import challenges, lenders

router = Router()
Request: Any = HttpRequest


@router.get("/valuation-runs/{pk}/coverage", response={200: shapes.CoverageOut, **REFUSALS})
def coverage(
    request: Request, pk: int, loan_fen: int, realised: int = queries.samples.REALISED_PERCENT,
    tolerance: float = queries.samples.TOLERANCE_PERCENT,
) -> Any:  # fmt: skip
    """Say what a run's own paths say of a loan: mode appraisal, amounts in the run's yuan, shares as fractions."""
    run = queries.run(doors.person(request), pk)
    found = queries.coverage(run, queries.asked(loan_fen, realised, tolerance))
    estimates = {
        name: {"value": figure.value, "standard_error": figure.error}
        for name in ("value_below", "recovery_below", "gap", "largest")
        for figure in [getattr(found, name)]
    }
    columns = ("amount", "value_below", "recovery_below", "gap")
    curve = [dict(zip(columns, row, strict=True)) for row in found.curve]
    return {"mode": "appraisal", "recovery_mean": found.recovery_mean, "curve": curve, **estimates}


def _assessment(row: LenderAssessment) -> dict[str, Any]:
    named: dict[str, Any] = {"run_id": row.run_id, "bank": row.bank.name, "output": row.output}
    rest = {name: getattr(row, name) for name in shapes.AssessmentOut.model_fields if name not in named}
    return shapes.AssessmentOut(**named, **rest).model_dump(mode="json")


@router.post("/valuation-runs/{pk}/assessments", response={201: shapes.AssessmentOut, **REFUSALS})
def assess(request: Request, pk: int, body: shapes.LenderTermsIn) -> Any:
    """Ask the lender's distribution of a signed run under a loan; the answer is kept."""
    by = doors.person(request)
    return Status(201, _assessment(lenders.assess(by=by, at=request.at, run_id=pk, terms=Terms(**body.dict()))))


@router.get("/assessments", response={200: Listing[shapes.AssessmentOut], **REFUSALS})
def assessments(request: Request, after: str = "", limit: int = doors.PAGE_SIZE) -> Any:
    """List the lender's assessments one may read, newest first."""
    page = doors.paged(queries.assessments_visible_to(doors.person(request), request.at), after, limit)
    return {"items": [_assessment(row) for row in page.rows], "next": page.next}


@router.get("/assessments/{pk}", response={200: shapes.AssessmentOut, **REFUSALS})
def assessment(request: Request, pk: int) -> Any:
    """Give one lender's assessment."""
    return _assessment(queries.assessment(doors.person(request), request.at, pk))


def _challenge(row: Challenge) -> dict[str, Any]:
    named: dict[str, Any] = {
        "run_id": row.run_id,
        "bank": row.bank.name,
        "made_by": row.made_by.username,
        "output": row.output,
    }
    rest = {name: getattr(row, name) for name in shapes.ChallengeOut.model_fields if name not in named}
    return shapes.ChallengeOut(**named, **rest).model_dump(mode="json")


@router.post("/valuation-runs/{pk}/challenges", response={201: shapes.ChallengeOut, **REFUSALS})
def challenge(request: Request, pk: int, body: shapes.ChallengeIn) -> Any:
    """Change one assumption of a signed run and keep the difference beside it."""
    given = body.dict()
    made = challenges.challenge(by=doors.person(request), at=request.at, run_id=pk, **given)
    return Status(201, _challenge(made))


@router.get("/challenges", response={200: Listing[shapes.ChallengeOut], **REFUSALS})
def listing(request: Request, after: str = "", limit: int = doors.PAGE_SIZE) -> Any:
    """List the challenges one may read, newest first."""
    page = doors.paged(queries.challenges_visible_to(doors.person(request), request.at), after, limit)
    return {"items": [_challenge(row) for row in page.rows], "next": page.next}


@router.get("/challenges/{pk}", response={200: shapes.ChallengeOut, **REFUSALS})
def detail(request: Request, pk: int) -> Any:
    """Give one challenge."""
    return _challenge(queries.challenge(doors.person(request), request.at, pk))
