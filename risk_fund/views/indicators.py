"""Official figures: what was imported, and how to import more."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from finance_platform.foundation import doors
from finance_platform.foundation import queries as shared
from finance_platform.foundation.permissions import Permission
from risk_fund.forms.indicators import FiguresForm
from risk_fund.models import IndicatorImport
from risk_fund.queries import indicators as queries
from risk_fund.rules.indicators import DEFINITION
from risk_fund.services import indicators

Request: Any = HttpRequest


@doors.page
def indicator_page(request: Request) -> HttpResponse:
    """Show the figures with source and digest; let the region's office import a file."""
    doors.require(request, Permission.OVERVIEW_READ)
    form = FiguresForm(request.POST or None, request.FILES or None)

    def carry_out(fields: dict[str, Any]) -> IndicatorImport:
        file = fields["file"]
        return indicators.import_figures(by=request.user, at=request.at, filename=file.name, data=file.read())

    answer = doors.submitted(request, form, carry_out, done=_("已导入"), to=reverse("bureau_indicators"))
    if answer:
        return answer
    context = {
        "form": form,
        "figures": queries.figures().order_by("-as_of", "-id")[:200],
        "imports": queries.imports()[:20],
        "definition": DEFINITION,
        "may_import": shared.may(request.user, Permission.INDICATOR_IMPORT, request.at),
        "crumbs": [{"label": _("指标数据"), "url": ""}],
    }
    return render(request, "risk_fund/indicators/list.html", context)
