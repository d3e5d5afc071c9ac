"""What the others do: the enterprise commissions, everybody who may see a signed value opens it and repeats its run."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from finance_platform.foundation import doors
from finance_platform.foundation import queries as foundation
from finance_platform.foundation.permissions import Permission
from pledges import queries as pledges
from valuation import queries
from valuation.engine.verdict import CLOSE, IDENTICAL, WITHIN
from valuation.forms import appraisals as forms
from valuation.models import Appraisal
from valuation.rules import states
from valuation.services import appraisals, measuring, objections
from valuation.views import pictures
from valuation.views.tasks import TONES, steps

Request: Any = HttpRequest


@doors.page
def commission(request: Request, number: str) -> HttpResponse:
    """Choose a firm for one's application, and see how far its appraisals have come."""
    doors.require(request, Permission.APPRAISAL_COMMISSION)
    application = pledges.application_by_number(request.user, number)
    rows = queries.appraisals_of(application.pk)
    firms = [(firm.pk, firm.name) for firm in queries.firms()]
    in_force = any(row.state in {"ISSUED", "OBJECTED"} for row in rows)
    form = forms.CommissionForm(request.POST or None, firms=firms, again=in_force)

    def act(fields: dict[str, Any]) -> Appraisal:
        return appraisals.commission(by=request.user, at=request.at, application_id=application.pk, **fields)

    done = doors.submitted(request, form, act, done=_("已委托评估"), to=request.path)
    context = {
        "application": application, "rows": [(row, TONES[row.state]) for row in rows], "form": form,
        "open": application.state not in appraisals.NOT_APPRAISED
        and not any(row.state in states.UNDER_WAY for row in rows),
        "crumbs": _crumbs(application.number),
    }  # fmt: skip
    return done or render(request, "valuation/commission.html", context)


def _crumbs(number: str) -> list[dict[str, Any]]:
    return [{"label": number, "url": reverse("sme_application", args=[number])}, {"label": _("价值评估")}]


@doors.page
def appraisal(request: Request, number: str) -> HttpResponse:
    """Show an appraisal to whoever may see it; the value once it is signed."""
    found = queries.appraisal_by_number(request.user, number)
    signed = found.state in states.SIGNED and found.run is not None
    may_object = foundation.may(request.user, Permission.APPRAISAL_OBJECT, request.at)
    may_commission = foundation.may(request.user, Permission.APPRAISAL_COMMISSION, request.at)
    context = {
        "appraisal": found, "tone": TONES[found.state], "steps": steps(found), "signed": signed,
        "may_record": foundation.may(request.user, Permission.REVENUE_RECORD, request.at),
        "may_object": may_object and found.can("object"), "may_withdraw": may_commission and found.can("withdraw"),
        "crumbs": [{"label": _("价值评估")}, {"label": found.number}],
    }  # fmt: skip
    if signed:
        context |= pictures.shown(queries.run(request.user, found.run_id))
    return render(request, "valuation/appraisal.html", context)


@doors.page
@require_POST
def verify_run(request: Request, pk: int) -> HttpResponse:
    """Recompute a run and say how alike it came out: one of four words, with the places where it is not identical."""
    verdict = measuring.verify_run(by=request.user, at=request.at, run_id=pk)
    places = {"places": "、".join(difference["pointer"] for difference in verdict.differences)}
    if verdict.answer == IDENTICAL:
        messages.success(request, _("重算一致(IDENTICAL):输入、输出与摘要逐项相同"))
    elif verdict.answer == CLOSE:
        messages.success(request, _("重算一致至百万分之一(IDENTICAL TO 1e-6),仅末位数字不同:%(places)s") % places)
    elif verdict.answer == WITHIN:
        messages.warning(request, _("重算仅在标准误差之内相符(WITHIN STANDARD ERROR):%(places)s") % places)
    else:
        messages.error(request, _("重算不一致(DIFFERS):%(places)s") % places)
    return HttpResponseRedirect(reverse("appraisal_run_verification", args=[pk]))


@doors.page
def withdraw(request: Request, number: str) -> HttpResponse:
    form = forms.WithdrawalForm(request.POST or None)
    return _step(request, number, form, _("撤回委托"), _("委托已撤回"), appraisals.withdraw)


@doors.page
def file_objection(request: Request, number: str) -> HttpResponse:
    form = forms.ObjectionForm(request.POST or None)
    return _step(request, number, form, _("提出异议"), _("异议已提交"), objections.file)


def _step(request: Request, number: str, form: Any, title: str, done: str, service: Any) -> HttpResponse:
    found = queries.appraisal_by_number(request.user, number)
    page = reverse("appraisal", args=[found.number])

    def act(fields: dict[str, Any]) -> Any:
        return service(by=request.user, at=request.at, appraisal_id=found.pk, **fields)

    answer = doors.submitted(request, form, act, done=done, to=page)
    crumbs = [{"label": found.number, "url": page}, {"label": title}]
    context = {"form": form, "title": title, "back": page, "crumbs": crumbs, "appraisal": found}
    return answer or render(request, "valuation/step.html", context)
