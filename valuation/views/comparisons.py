"""Two runs of one appraisal side by side: the bridge from one value to the other, and the inputs that differ."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from finance_platform.foundation import doors
from finance_platform.foundation.phrases import said
from finance_platform.foundation.templatetags.figures import in_wan, signed
from valuation import queries
from valuation.forms.fields import WAN
from valuation.rules.bridges import Bridge
from valuation.views import statements, tasks

Request: Any = HttpRequest
LEGEND = [(_lazy("减少"), "warn"), (_lazy("增加"), "plain")]


@doors.page
def compare(request: Request, pk: int, other: int) -> HttpResponse:
    """Explain the difference of two runs, driver by driver."""
    tasks.require_firm(request)
    first, second, found = queries.bridge(request.user, pk, other)
    title = _("第 %(one)s 次与第 %(two)s 次测算对比") % {"one": first.number, "two": second.number}
    context = {
        "first": first, "second": second, "bridge": found, "bars": bars(found), "legend": LEGEND, "title": title,
        "steps": [("、".join(said(name) for name in step.drivers), step) for step in found.steps],
        "change_fen": found.to_fen - found.from_fen, "changed": changed(first.stated, second.stated),
        "appraisal": first.appraisal, "crumbs": tasks.crumbs(first.appraisal, title),
    }  # fmt: skip
    return render(request, "valuation/comparison.html", context)


def bars(found: Bridge) -> list[dict[str, Any]]:
    """Return each step as a bar to the left (less) or right (more), in ten thousand yuan."""
    return [
        {
            "label": "、".join(said(name) for name in step.drivers),
            "value": round(step.change_fen / 100 / WAN, 4),
            "text": signed(in_wan(step.change_fen)),
            "tone": "plain" if step.change_fen >= 0 else "warn",
        }
        for step in found.steps
    ]


def changed(first: dict[str, Any], second: dict[str, Any]) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Return the stated inputs that differ in number, grade or source, as (first, second)."""
    theirs = {str(row["title"]): row for row in statements.inputs(second)}
    pairs = [(row, theirs[str(row["title"])]) for row in statements.inputs(first) if str(row["title"]) in theirs]
    return [(one, two) for one, two in pairs if one != two]
