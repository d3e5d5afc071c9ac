"""Estimates and parameter tables in JSON, open to everybody."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router

from finance_platform.foundation import doors
from finance_platform.foundation.schemas import REFUSALS, Listing
from valuation import queries
from valuation.models import Estimate, ParameterRow
from valuation.schemas import estimates as shapes
from valuation.services import estimates

router = Router()
Request: Any = HttpRequest
NOTICE = "参考试算,不构成资产评估报告,也不是放款承诺"


def _out(row: Estimate) -> dict[str, Any]:
    plain = {name: getattr(row, name) for name in shapes.EstimateOut.model_fields if name != "notice"}
    return shapes.EstimateOut(notice=NOTICE, **plain).model_dump(mode="json")


@router.post("/estimates", auth=None, response={201: shapes.EstimateOut, **REFUSALS})
def estimate(request: Request, body: shapes.EstimateIn) -> Any:
    """Answer six questions about a right; no account needed."""
    inputs = body.dict(exclude={"seed"})
    return doors.once(
        request,
        lambda: estimates.estimate(by=doors.person(request), at=request.at, inputs=inputs, seed=body.seed),
        shape=_out,
        status=201,
    )


@router.get("/estimates/{pk}", auth=None, response={200: shapes.EstimateOut, **REFUSALS})
def answer(request: Request, pk: UUID) -> Any:
    """Give an answer to whoever holds its id."""
    return _out(queries.estimate(pk))


@router.get("/valuation-parameters", auth=None, response={200: Listing[shapes.ParameterOut], **REFUSALS})
def parameters(request: Request, after: str = "", limit: int = doors.PAGE_SIZE) -> Any:
    """List the defaults in force with source and status."""
    rows = queries.parameters_page(timezone.localdate(request.at))
    page = doors.paged(rows, after, limit, key="pk")
    return {"items": [_parameter(row) for row in page.rows], "next": page.next}


def _parameter(row: ParameterRow) -> dict[str, Any]:
    own = {"table": row.table.code, "version": row.table.version}
    return own | {name: getattr(row, name) for name in shapes.ParameterOut.model_fields if name not in own}
