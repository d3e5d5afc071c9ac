"""A bank's questions to the signed run of a dossier: the lender's distribution, and challenges of one assumption."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from banks_portal.forms import questions as forms
from banks_portal.queries import appraisals as appraisal_queries
from banks_portal.queries import coverage, questions
from finance_platform.foundation import doors
from finance_platform.foundation.errors import DomainError, NotFound
from finance_platform.foundation.permissions import Permission
from finance_platform.foundation.phrases import said
from pledges import queries as pledges
from valuation import queries as valuation
from valuation.rules import challenges as rules
from valuation.services import challenges, lenders

Request: Any = HttpRequest


def _opened(request: Request, number: str) -> tuple[Any, Any]:
    """Return the application and the appraisal in force. Raises: NotFound; Forbidden."""
    doors.require(request, Permission.RUN_QUESTION)
    application = pledges.application_by_number(request.user, number)
    appraisal = appraisal_queries.issued(application.pk, timezone.localdate(request.at))
    if appraisal is None:
        raise NotFound("尚无已出具的评估报告")
    return application, appraisal


@doors.page
@never_cache
def lender(request: Request, number: str, pk: int | None = None) -> HttpResponse:
    """Ask the lender's distribution of the signed run, and show the bank's answers so far."""
    application, appraisal = _opened(request, number)
    own = valuation.assessments_visible_to(request.user, request.at).filter(run=appraisal.run)
    found = own.filter(pk=pk).first() if pk else own.first()
    if pk and found is None:
        raise NotFound("没有这次放款人测算")
    today = timezone.localdate(request.at)
    margin = valuation.parameters(today).row("conventions", "operating_margin").mode
    initial = forms.lender_initial(
        application.amount_fen, application.term_months, application.repayment, today, margin
    )
    form = forms.LenderForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        asked = _carry_out(
            form, lambda: lenders.assess(by=request.user, at=request.at, run_id=appraisal.run_id, terms=form.terms())
        )
        if asked is not None:
            messages.success(request, _("已测算并留存。截止前仅贵行可见。"))
            return HttpResponseRedirect(reverse("bank_lender_answer", args=[application.number, asked.pk]))
    context = {
        "application": application, "appraisal": appraisal, "form": form, "own": own[:20], "found": found,
        "crumbs": _crumbs(application, _("放款人分布")),
    }  # fmt: skip
    if found is not None:
        context |= _answer(found)
    return render(request, "banks_portal/questions/lender.html", context)


def _answer(found: Any) -> dict[str, Any]:
    output = found.output
    return {
        "output": output, "rows": questions.lender_rows(output), "mean_fen": questions.point_fen(output),
        "instalments": questions.instalment_rows(output, found.run.valuation_date),
        "curve": questions.curve_series(output), "revenue": questions.revenue_chart(output),
        "ledger": questions.ledger_rows(output),
    }  # fmt: skip


@doors.page
@never_cache
def challenge(request: Request, number: str, pk: int | None = None) -> HttpResponse:
    """Change one assumption of the signed run, and show the bank's signed differences so far."""
    application, appraisal = _opened(request, number)
    own = valuation.challenges_visible_to(request.user, request.at).filter(run=appraisal.run)
    found = own.filter(pk=pk).first() if pk else None
    if pk and found is None:
        raise NotFound("没有这条质疑")
    document = appraisal.run.document
    initial = {"loan_fen": application.amount_fen, "realised_percent": coverage.REALISED_PERCENT}
    form = forms.ChallengeForm(request.POST or None, initial=initial, assumptions=questions.assumptions(document))
    if request.method == "POST" and form.is_valid():
        made = _carry_out(form, lambda: _challenged(request, appraisal, dict(form.cleaned_data)))
        if made is not None:
            messages.success(request, _("差异已留存,原测算未改动。截止前仅贵行可见。"))
            return HttpResponseRedirect(reverse("bank_challenge_record", args=[application.number, made.pk]))
    context = {
        "application": application, "appraisal": appraisal, "form": form, "own": own[:20], "found": found,
        "rows": questions.difference(found) if found else [], "crumbs": _crumbs(application, _("质疑一项假设")),
    }  # fmt: skip
    return render(request, "banks_portal/questions/challenge.html", context)


def _challenged(request: Request, appraisal: Any, given: dict[str, Any]) -> Any:
    pointer = given.pop("pointer")
    value = rules.typed(given.pop("value"), rules.at(appraisal.run.document, pointer))
    changes = [{"pointer": pointer, "value": value}]
    return challenges.challenge(by=request.user, at=request.at, run_id=appraisal.run_id, changes=changes, **given)


def _carry_out(form: Any, action: Any) -> Any:
    """Return the row that was kept; on refusal keep the text and say why (then None)."""
    try:
        return action()
    except DomainError as error:
        if error.status in {403, 404}:
            raise
        form.add_error(None, said(error.message))
        for name, text in error.fields.items():
            form.add_error(
                name if name in form.fields else None, f"{'' if name in form.fields else name + ' '}{said(text)}"
            )
        return None


def _crumbs(application: Any, last: str) -> list[dict[str, str]]:
    dossier = {"label": application.number, "url": reverse("bank_dossier", args=[application.number])}
    return [{"label": _("工作台"), "url": reverse("bank_workbench")}, dossier, {"label": last}]
