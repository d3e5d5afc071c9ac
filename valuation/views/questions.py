"""What banks made of a signed run, for those who may read it once the offers are open."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from finance_platform.foundation import doors
from valuation import queries

Request: Any = HttpRequest


@doors.page
def challenges(request: Request, number: str) -> HttpResponse:
    """Show the challenges of an appraisal's signed run that one may read."""
    found = queries.appraisal_by_number(request.user, number)
    rows = queries.challenges_visible_to(request.user, request.at).filter(run__appraisal=found)
    crumbs = [{"label": found.number, "url": reverse("appraisal", args=[found.number])}, {"label": _("银行的质疑")}]
    context = {"appraisal": found, "rows": rows[: doors.PAGE_SIZE], "crumbs": crumbs}
    return render(request, "valuation/challenges.html", context)
