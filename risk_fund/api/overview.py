"""Overview, progress and official figures over JSON."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import File, Router
from ninja.files import UploadedFile

from finance_platform.foundation import doors
from finance_platform.foundation import queries as shared
from finance_platform.foundation.errors import Forbidden
from finance_platform.foundation.permissions import Permission
from finance_platform.foundation.schemas import REFUSALS, Listing
from risk_fund.queries import indicators as indicator_queries
from risk_fund.queries import overview as queries
from risk_fund.rules.indicators import DEFINITION
from risk_fund.schemas import overview as shapes
from risk_fund.services import indicators

router = Router()
Request: Any = HttpRequest


@router.get("/overview", response={200: shapes.OverviewOut} | REFUSALS)
def overview(request: Request, fund: str = "") -> Any:
    """The supervision overview; each figure names the page of the entries behind it."""
    by = doors.person(request)
    if not shared.may(by, Permission.OVERVIEW_READ, request.at):
        raise Forbidden("您的岗位不能查看监管总览")
    found = queries.overview(by, timezone.localdate(request.at), fund)
    code = found.fund.code if found.fund else ""
    figures = [
        {"key": one.key, "label": one.label, "amount_fen": one.amount_fen, "formula": one.formula,
         "address": queries.address(one.link, code)}
        for one in found.figures
    ]  # fmt: skip
    return _progress(found.on, found.headline, found.prefectures) | {
        "fund": code or None, "figures": figures, "queue": [claim.number for claim in found.queue]
    }  # fmt: skip


@router.get("/progress", auth=None, response={200: shapes.ProgressOut})
def progress(request: Request) -> Any:
    """The region's official progress, and what ran through the platform beside it."""
    today = timezone.localdate(request.at)
    registered = indicator_queries.registrations(shared.system_user())
    found = queries.headline(registered, today)
    return _progress(today, found, queries.prefectures(registered, found, today))


@router.get("/indicators", response={200: Listing[shapes.FigureOut]} | REFUSALS)
def figures(request: Request, after: str = "", limit: int = doors.PAGE_SIZE) -> Any:
    """Official figures with source and file digest."""
    page = doors.paged(indicator_queries.figures(), after, limit)
    return {"items": page.rows, "next": page.next}


@router.post("/indicators", response={201: shapes.ImportOut} | REFUSALS)
def import_figures(request: Request, file: UploadedFile = File(...)) -> Any:
    """Import a CSV of official figures, whole or not at all."""
    return doors.once(
        request,
        lambda: indicators.import_figures(
            by=doors.person(request), at=request.at, filename=file.name or "", data=file.read()
        ),
        shape=lambda row: shapes.ImportOut.from_orm(row).dict(), status=201,
    )  # fmt: skip


def _progress(on: Any, found: queries.Headline | None, rows: list[queries.PrefectureRow]) -> dict[str, Any]:
    return {"on": on, "headline": _headline(found) if found else None, "prefectures": rows}


def _headline(found: queries.Headline) -> dict[str, Any]:
    latest, plan = found.latest, found.plan
    return {
        "state": found.state, "period_from": plan.period_from, "period_to": plan.period_to, "base_fen": plan.base_fen,
        "target_fen": plan.target_fen, "official_fen": latest and latest.amount_fen,
        "official_as_of": latest and latest.as_of, "platform": found.platform, "difference_fen": found.difference_fen,
        "coverage_ratio": None if found.coverage_ratio is None else str(found.coverage_ratio), "definition": DEFINITION,
    }  # fmt: skip
