"""Restructuring at the bank: the officer states the new terms, another person reads them as a table and decides."""

from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from banks_portal.forms import loans as forms
from banks_portal.forms.awards import ReasonForm
from banks_portal.queries import restructurings as queries
from banks_portal.services import restructurings
from banks_portal.views.cases import store
from finance_platform.foundation import doors
from finance_platform.foundation.permissions import Permission
from pledges import queries as pledges
from pledges.services import restructurings as of_loans

Request: Any = HttpRequest
TONES = {"PROPOSED": "info", "APPROVED": "good", "REFUSED": "bad", "WITHDRAWN": "neutral"}
PERCENT = Decimal(100)


@doors.page
def propose(request: Request, number: str) -> HttpResponse:
    """State new terms on a signed agreement."""
    doors.require(request, Permission.LOAN_SERVICE)
    loan = pledges.loan_by_number(request.user, number)
    today = timezone.localdate(request.at)
    rate = pledges.annual_rate(loan, today) * PERCENT
    initial = {"agreed_on": today, "annual_rate": rate.normalize(), "maturity": loan.maturity}
    form = forms.RestructuringForm(request.POST or None, request.FILES or None, initial=initial)
    answer = doors.submitted(
        request, form, lambda data: _propose(request, loan, form, data), done=_("已提交,须由另一位审批人批准。"),
        to=lambda found: _page(found.number),
    )  # fmt: skip
    context = {"loan": loan, "form": form, "title": _("提请重组"), "crumbs": _crumbs(loan, _("提请重组"))}
    return answer or render(request, "banks_portal/loans/step.html", context)


def _propose(request: Request, loan: Any, form: forms.RestructuringForm, data: dict[str, Any]) -> Any:
    agreement = store(request, "restructuring_agreement", data["agreement"], loan.number)
    return restructurings.propose(
        by=request.user, at=request.at, loan_id=loan.pk, agreed_on=data["agreed_on"], plan=form.plan(),
        annual_rate=data["annual_rate"] / PERCENT, agreement_document_id=agreement, difficulty=data["difficulty"],
    )  # fmt: skip


@doors.page
def restructuring(request: Request, number: str) -> HttpResponse:
    """Show a restructuring beside what it replaces."""
    found = queries.restructuring_file(request.user, number)
    loan = found.restructuring.loan
    context = {
        "file": found, "restructuring": found.restructuring, "loan": loan, "tone": TONES[found.restructuring.state],
        "crumbs": _crumbs(loan, number),
    }  # fmt: skip
    return render(request, "banks_portal/loans/restructuring.html", context)


@doors.page
@require_POST
def approve(request: Request, number: str) -> HttpResponse:
    """Put the new terms in force, as another person."""
    row = pledges.restructuring_by_number(request.user, number)
    return doors.act(
        request, lambda: restructurings.approve(by=request.user, at=request.at, restructuring_id=row.pk),
        done=_("重组已批准,新条款自协议日起执行。"), to=_page(number),
    )  # fmt: skip


@doors.page
def close(request: Request, number: str) -> HttpResponse:
    """Refuse a restructuring, or take it back, with a reason; which one follows from the post of the person."""
    row = pledges.restructuring_by_number(request.user, number)
    action = of_loans.refuse if request.user.role == "bank_approver" else of_loans.withdraw
    form = ReasonForm(request.POST or None)
    answer = doors.submitted(
        request, form,
        lambda data: action(by=request.user, at=request.at, restructuring_id=row.pk, reason=data["reason"]),
        done=_("已登记。"), to=_page(number),
    )  # fmt: skip
    title = _("否决或撤回重组")
    context = {"loan": row.loan, "form": form, "title": title, "crumbs": _crumbs(row.loan, title)}
    return answer or render(request, "banks_portal/loans/step.html", context)


def _page(number: str) -> str:
    return reverse("bank_restructuring", args=[number])


def _crumbs(loan: Any, last: str) -> list[dict[str, str]]:
    return [
        {"label": _("贷后管理"), "url": reverse("bank_loans")},
        {"label": loan.number, "url": reverse("bank_loan", args=[loan.number])},
        {"label": last},
    ]
