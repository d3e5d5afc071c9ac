"""The bank's loans: where they stand, what came in, acceleration, settlement, the cover behind them."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from banks_portal.forms import loans as forms
from banks_portal.forms.awards import ReasonForm
from banks_portal.queries import loans as queries
from banks_portal.queries import recoveries as shares
from banks_portal.services import recoveries, servicing
from banks_portal.views.cases import store
from finance_platform.foundation import doors
from finance_platform.foundation.permissions import Permission
from pledges import queries as pledges
from pledges.rules.states import PLEDGE_TONES
from pledges.services import disposals
from pledges.services import loans as loan_services

Request: Any = HttpRequest
TONES = {
    "ACTIVE": "good", "OVERDUE": "warn", "RESTRUCTURED": "warn", "ACCELERATED": "bad", "COMPENSATED": "info",
    "IN_RECOVERY": "bad", "SETTLED": "neutral", "WRITTEN_OFF": "neutral",
}  # fmt: skip


@doors.page
def loan_list(request: Request) -> HttpResponse:
    """Show the bank's loans; `state` filters."""
    doors.require(request, Permission.WORK_DELEGATE)
    rows = pledges.loans_visible_to(request.user).select_related("borrower")
    state = request.GET.get("state", "")
    page = doors.paged(rows.filter(state=state) if state in TONES else rows, request.GET.get("after", ""))
    states = [(key, label) for key, label in _states(page) if key in TONES]
    context = {"page": page, "tones": TONES, "state": state, "states": states, "crumbs": [{"label": _("贷后管理")}]}
    return render(request, "banks_portal/loans/list.html", context)


def _states(page: doors.Page) -> list[tuple[str, str]]:
    return list(page.rows[0].machine.states.items()) if page.rows else []


@doors.page
def loan(request: Request, number: str) -> HttpResponse:
    """Show a loan: debt of the day, cover, receipts, schedule, pledges, claims."""
    file = queries.loan_file(request.user, number, timezone.localdate(request.at))
    context = {
        "file": file,
        "loan": file.loan,
        "unshared": shares.unshared(file),
        "secured": _secured(file),
        "disposal_of": {row.reference: row.pk for row in file.disposals if row.state == "SETTLED"},
        "tone": TONES.get(file.loan.state, "neutral"),
        "crumbs": _crumbs(number),
    }
    return render(request, "banks_portal/loans/loan.html", context)


def _secured(file: queries.LoanFile) -> list[tuple[Any, str, list[Any]]]:
    """Return each pledge of the loan with the tone of its state and its disposals."""
    return [
        (
            pledge,
            PLEDGE_TONES[pledge.state],
            [row for row in file.disposals if row.pledge_id == pledge.pk],
        )
        for pledge in file.pledges
    ]


@doors.page
def receipt(request: Request, number: str) -> HttpResponse:
    """Book money received."""
    form = forms.ReceiptForm(request.POST or None, initial={"received_on": timezone.localdate(request.at)})
    return _step(request, number, form, servicing.record_receipt, title=_("登记收款"), done=_("收款已登记。"))


@doors.page
def reverse_receipt(request: Request, number: str, receipt_id: int) -> HttpResponse:
    """Undo a wrongly booked receipt."""
    row = pledges.loan_by_number(request.user, number)
    form = ReasonForm(request.POST or None)
    answer = doors.submitted(
        request, form,
        lambda data: servicing.reverse_receipt(by=request.user, at=request.at, receipt_id=receipt_id, **data),
        done=_("已冲销。"), to=_page(number),
    )  # fmt: skip
    context = {"loan": row, "form": form, "title": _("冲销收款"), "crumbs": _crumbs(number, _("冲销收款"))}
    return answer or render(request, "banks_portal/loans/step.html", context)


@doors.page
@require_POST
def share_receipt(request: Request, number: str, receipt_id: int) -> HttpResponse:
    """Share a payment received after compensation, as the second person."""
    return doors.act(
        request, lambda: recoveries.share_receipt(by=request.user, at=request.at, receipt_id=receipt_id),
        done=_("已按方案分配。"), to=_page(number),
    )  # fmt: skip


@doors.page
def accelerate(request: Request, number: str) -> HttpResponse:
    """Declare the loan due in full."""

    def action(*, loan_id: int, notice: Any, **common: Any) -> Any:
        document = store(request, "acceleration_notice", notice, number)
        return servicing.accelerate(**common, loan_id=loan_id, notice_document_id=document)

    form = forms.NoticeForm(request.POST or None, request.FILES or None)
    return _step(request, number, form, action, title=_("宣布提前到期"), done=_("已宣布提前到期。"))


@doors.page
@require_POST
def settle(request: Request, number: str) -> HttpResponse:
    """Close a loan on which nothing is owed."""
    row = pledges.loan_by_number(request.user, number)
    return doors.act(
        request, lambda: loan_services.settle(by=request.user, at=request.at, loan_id=row.pk),
        done=_("贷款已结清。"), to=_page(number),
    )  # fmt: skip


@doors.page
@require_POST
def open_disposal(request: Request, number: str, pledge_id: int) -> HttpResponse:
    """Begin the disposal of a pledge of the loan."""
    row = pledges.loan_by_number(request.user, number)
    return doors.act(
        request, lambda: disposals.start(by=request.user, at=request.at, loan_id=row.pk, pledge_id=pledge_id),
        done=_("处置已启动。"), to=_page(number),
    )  # fmt: skip


def _step(request: Request, number: str, form: Any, service: Any, *, title: str, done: str) -> HttpResponse:
    row = pledges.loan_by_number(request.user, number)
    answer = doors.submitted(
        request, form, lambda data: service(by=request.user, at=request.at, loan_id=row.pk, **data),
        done=done, to=_page(number),
    )  # fmt: skip
    context = {"loan": row, "form": form, "title": title, "crumbs": _crumbs(number, title)}
    return answer or render(request, "banks_portal/loans/step.html", context)


def _page(number: str) -> str:
    return reverse("bank_loan", args=[number])


def _crumbs(number: str, last: str = "") -> list[dict[str, str]]:
    found = [{"label": _("贷后管理"), "url": reverse("bank_loans")}, {"label": number}]
    if last:
        found[1]["url"] = _page(number)
        found.append({"label": last})
    return found
