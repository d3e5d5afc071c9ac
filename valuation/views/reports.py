"""What a report states: the appraiser fills it in, and the report itself as a paper."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from finance_platform.foundation import doors
from finance_platform.foundation.permissions import Permission
from valuation import queries
from valuation.forms.reports import StatementsForm
from valuation.models import Appraisal
from valuation.queries import report_paper
from valuation.queries import reports as records
from valuation.rules import reports as rules
from valuation.services import reports

Request: Any = HttpRequest


@doors.page
def state(request: Request, number: str) -> HttpResponse:
    """Fill in what the report must state; what the records say stands beside."""
    doors.require(request, Permission.APPRAISAL_WORK)
    found = queries.appraisal_by_number(request.user, number)
    known = rules.known(records.records(found))
    form = StatementsForm(request.POST or None, stated=found.statements, known=known)
    page = reverse("appraiser_task", args=[found.number])

    def act(fields: dict[str, Any]) -> Appraisal:
        return reports.state(by=request.user, at=request.at, appraisal_id=found.pk, texts=fields)

    done = doors.submitted(request, form, act, done=_("报告事项已保存"), to=page)
    title = _("报告事项")
    crumbs = [
        {"label": _("评估任务"), "url": reverse("appraiser_tasks")}, {"label": found.number, "url": page},
        {"label": title},
    ]  # fmt: skip
    context = {"form": form, "title": title, "back": page, "appraisal": found, "crumbs": crumbs}
    return done or render(request, "valuation/statements.html", context)


@doors.page
def paper(request: Request, number: str) -> HttpResponse:
    """Give the report as a PDF, to the firm as a draft from the first conclusion on, to others once it is issued."""
    found = records.report_of(request.user, number)
    address = request.build_absolute_uri(reverse("appraisal_run_verification", args=[found.run_id]))
    name = f'inline; filename="{found.number}.pdf"'
    return HttpResponse(report_paper.pdf(found, address), "application/pdf", headers={"Content-Disposition": name})
