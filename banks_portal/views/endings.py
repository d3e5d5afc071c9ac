"""The enterprise takes an application back."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from banks_portal.forms.awards import ReasonForm
from banks_portal.services import endings
from finance_platform.foundation import doors
from finance_platform.foundation.permissions import Permission
from pledges import queries as pledges

Request: Any = HttpRequest


@doors.page
def withdraw(request: Request, number: str) -> HttpResponse:
    """Ask for the reason, then withdraw."""
    doors.require(request, Permission.APPLICATION_MANAGE)
    found = pledges.application_by_number(request.user, number)
    back = reverse("sme_application", args=[number])
    form = ReasonForm(request.POST or None)
    done = doors.submitted(
        request, form,
        lambda fields: endings.withdraw(by=request.user, at=request.at, application_id=found.pk, **fields),
        done=_("申请已撤回"), to=back,
    )  # fmt: skip
    crumbs = [{"label": _("我的融资"), "url": reverse("sme_applications")}, {"label": number, "url": back},
              {"label": _("撤回申请")}]  # fmt: skip
    context = {"title": _("撤回申请"), "form": form, "application": found, "back": back, "crumbs": crumbs}
    return done or render(request, "pledges/applications/form.html", context)
