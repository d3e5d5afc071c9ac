"""A firm puts its filing as an institution on record."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from finance_platform.foundation import doors
from finance_platform.foundation.permissions import Permission
from finance_platform.foundation.services import documents
from valuation.forms.appraisals import FilingForm
from valuation.models import InstitutionFiling
from valuation.services import filings

Request: Any = HttpRequest


@doors.page
def declare(request: Request) -> HttpResponse:
    """Declare the filing with its notice."""
    doors.require(request, Permission.APPRAISAL_SIGN)
    form = FilingForm(request.POST or None, request.FILES or None)
    page = reverse("appraiser_tasks")

    def act(fields: dict[str, Any]) -> InstitutionFiling:
        notice = fields["notice"]
        kept = documents.store(
            by=request.user, at=request.at, kind="institution_filing", filename=notice.name, data=notice.read()
        )
        return filings.declare(
            by=request.user, at=request.at, code=fields["code"], authority=fields["authority"], document_id=kept.pk
        )

    done = doors.submitted(request, form, act, done=_("备案已登记"), to=page)
    title = _("机构备案")
    crumbs = [{"label": _("评估任务"), "url": page}, {"label": title}]
    context = {"form": form, "title": title, "back": page, "crumbs": crumbs}
    return done or render(request, "valuation/step.html", context)
