"""The public estimate: a form, an answer with its picture, and the tables behind it. Works without script."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from finance_platform.foundation import doors, sheets
from finance_platform.foundation.errors import OutOfRange
from valuation import queries
from valuation.forms.estimates import KIND_LABELS, SECTOR_LABELS, EstimateForm
from valuation.models import Estimate
from valuation.services import estimates
from valuation.views import papers, pictures

Request: Any = HttpRequest
TABLES = {
    "royalty_patent": _lazy("技术许可费率(占收入)"), "royalty_mark": _lazy("商标许可费率(占收入)"),
    "economic_life": _lazy("经济寿命(年)"), "decay": _lazy("年衰减率"), "hazard": _lazy("年失效率"),
    "discount_rate": _lazy("折现率构成"), "conventions": _lazy("通用约定"), "loan_to_value": _lazy("质押率"),
    "loan_rate": _lazy("贷款利率加点"), "evidence": _lazy("证据等级的放宽"),
    "licence_fee": _lazy("专利许可统计(元)"),
}  # fmt: skip


@doors.public_page
def ask(request: Request) -> HttpResponse:
    """Ask the six questions; `from` brings back an earlier answer's inputs."""
    form = EstimateForm(request.POST or None, initial=_earlier(request))

    def act(_fields: dict[str, Any]) -> Estimate:
        return estimates.estimate(by=doors.person(request), at=request.at, inputs=form.inputs())

    done = doors.submitted(
        request, form, act, done=_("试算完成"), to=lambda row: reverse("estimate_answer", args=[row.pk])
    )
    crumbs = [{"label": _("估值试算")}]
    return done or render(request, "valuation/estimate.html", {"form": form, "crumbs": crumbs})


def _earlier(request: Request) -> dict[str, Any]:
    try:
        found = queries.estimate(UUID(request.GET["from"]))
    except (KeyError, ValueError):
        return {"growth": 0.05, "kind": "invention_patent"}
    return dict(found.inputs)


@doors.public_page
def answer(request: Request, pk: UUID) -> HttpResponse:
    """Show an answer to whoever holds its address."""
    found = queries.estimate(pk)
    context = pictures.shown_estimate(found) | {
        "cost": _cost(request, found),
        "kind": KIND_LABELS[found.inputs["kind"]],
        "sector": SECTOR_LABELS[found.inputs["sector"]],
        "crumbs": [{"label": _("估值试算"), "url": reverse("estimate")}, {"label": _("结果")}],
    }
    return render(request, "valuation/estimate_answer.html", context)


def _cost(request: Request, found: Estimate) -> Any:
    """Return what the loan may cost today, None while no LPR is known for today."""
    try:
        return queries.loan_cost(found, timezone.localdate(request.at))
    except OutOfRange:
        return None


@doors.public_page
def paper(request: Request, pk: UUID) -> HttpResponse:
    """Give an answer as one printed page."""
    found = queries.estimate(pk)
    banner = _("演示数据") if settings.MODE == "demo" else ""
    data = sheets.pdf(papers.estimate(found, _cost(request, found), banner), found.made_at)
    return HttpResponse(data, "application/pdf", headers={"Content-Disposition": 'inline; filename="estimate.pdf"'})


@doors.public_page
def parameter_tables(request: Request) -> HttpResponse:
    """Show every default with its source and how far it can be trusted."""
    found: dict[tuple[str, int], list[Any]] = {}
    for row in queries.parameters_page(timezone.localdate(request.at)):
        found.setdefault((row.table.code, row.table.version), []).append(row)
    tables = [(TABLES.get(code, code), version, rows) for (code, version), rows in found.items()]
    crumbs = [{"label": _("估值试算"), "url": reverse("estimate")}, {"label": _("参数表")}]
    return render(request, "valuation/parameters.html", {"tables": tables, "crumbs": crumbs})
