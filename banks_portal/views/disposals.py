"""Disposals: each state asks for its own next step, and the settlement for a second person."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from banks_portal.forms import loans as forms
from banks_portal.services import recoveries
from banks_portal.views.cases import store
from finance_platform.foundation import doors
from finance_platform.foundation.errors import NotFound
from finance_platform.foundation.permissions import Permission
from pledges import queries as pledges
from pledges.services import disposals
from risk_fund.queries import recoveries as fund_recoveries
from risk_fund.rules.schemes import party_label

Request: Any = HttpRequest
TONES = {"SOLD": "warn", "IN_KIND": "warn", "SETTLED": "good", "FAILED": "bad", "SUSPENDED": "warn"}


def _value(request: Request, disposal: Any, data: dict[str, Any]) -> Any:
    report = store(request, "disposal_valuation", data.pop("report"), f"disposal:{disposal.pk}")
    return disposals.value(by=request.user, at=request.at, disposal_id=disposal.pk, document_id=report, **data)


def _list(request: Request, disposal: Any, data: dict[str, Any]) -> Any:
    paper = store(request, "disposal_agreement", data.pop("agreement"), f"disposal:{disposal.pk}")
    return disposals.list_for_sale(
        by=request.user, at=request.at, disposal_id=disposal.pk, agreement_document_id=paper, **data
    )


def _auction(request: Request, disposal: Any, data: dict[str, Any]) -> Any:
    return disposals.auction(by=request.user, at=request.at, disposal_id=disposal.pk, notice=data["text"])


def _fail(request: Request, disposal: Any, data: dict[str, Any]) -> Any:
    return disposals.fail_auction(by=request.user, at=request.at, disposal_id=disposal.pk, reason=data["text"])


def _sell(request: Request, disposal: Any, data: dict[str, Any]) -> Any:
    return disposals.sell(by=request.user, at=request.at, disposal_id=disposal.pk, **data)


def _key_settlement(request: Request, disposal: Any, data: dict[str, Any]) -> Any:
    return disposals.settle_first(by=request.user, at=request.at, disposal_id=disposal.pk, **data)


# What can be done: name in the address, states in which it is offered, label, form, call.
Step = tuple[frozenset[str], str, type[Any], Callable[..., Any]]
STEPS: dict[str, Step] = {
    "value": (frozenset({"INITIATED"}), "登记处置评估", forms.DisposalValueForm, _value),
    "list": (frozenset({"VALUED"}), "挂牌", forms.ListingForm, _list),
    "auction": (frozenset({"LISTED"}), "开始拍卖", forms.NoteForm, _auction),
    "sell": (frozenset({"AUCTION_1", "AUCTION_2", "NEGOTIATED"}), "登记成交", forms.SaleForm, _sell),
    "fail": (frozenset({"AUCTION_1", "AUCTION_2", "NEGOTIATED"}), "登记流拍", forms.NoteForm, _fail),
    "key": (frozenset({"SOLD", "IN_KIND"}), "录入结算", forms.SettlementForm, _key_settlement),
}


@doors.page
def disposal_list(request: Request) -> HttpResponse:
    """Show the disposals of the bank's loans."""
    doors.require(request, Permission.WORK_DELEGATE)
    page = doors.paged(pledges.disposals_visible_to(request.user), request.GET.get("after", ""))
    return render(request, "banks_portal/disposals/list.html", {"page": page, "crumbs": [{"label": _("质物处置")}]})


@doors.page
def disposal(request: Request, disposal_id: int) -> HttpResponse:
    """Show a disposal with the steps its state allows."""
    found = pledges.disposal(request.user, disposal_id)
    offered = [(name, _(label)) for name, (states, label, _form, _call) in STEPS.items() if found.state in states]
    shared = fund_recoveries.recoveries_visible_to(request.user).filter(loan=found.loan_id)
    recovery = shared.filter(reference=found.reference).first() if found.reference else None
    context = {
        "disposal": found, "offered": offered, "to_confirm": _to_confirm(found), "crumbs": _crumbs(found),
        "tone": TONES.get(found.state, "info"), "rights": found.pledge.assets.select_related("asset"),
        "recovery": recovery,
        "parts": [(party_label(party), fen) for party, fen in recovery.allocation.items()] if recovery else [],
    }  # fmt: skip
    return render(request, "banks_portal/disposals/disposal.html", context)


def _to_confirm(found: Any) -> bool:
    return bool(found.state in {"SOLD", "IN_KIND"} and found.settlement_keyed_by_id)


@doors.page
def step(request: Request, disposal_id: int, name: str) -> HttpResponse:
    """Show and carry out one step."""
    found = pledges.disposal(request.user, disposal_id)
    if name not in STEPS:
        raise NotFound(_("没有这一步骤"))
    _states, label, form_class, call = STEPS[name]
    today = timezone.localdate(request.at)
    form = form_class(request.POST or None, request.FILES or None, initial={"sold_on": today, "received_on": today})
    answer = doors.submitted(
        request, form, lambda data: call(request, found, data), done=_("已登记。"), to=_page(found.pk)
    )
    context = {"disposal": found, "form": form, "title": _(label), "crumbs": _crumbs(found, _(label))}
    return answer or render(request, "banks_portal/disposals/step.html", context)


@doors.page
@require_POST
def settle(request: Request, disposal_id: int) -> HttpResponse:
    """Settle as the second person; the proceeds are shared at once."""
    return doors.act(
        request, lambda: recoveries.settle(by=request.user, at=request.at, disposal_id=disposal_id),
        done=_("已结算:费用、利息、本金依次受偿,余额归出质人。"), to=_page(disposal_id),
    )  # fmt: skip


def _page(disposal_id: int) -> str:
    return reverse("bank_disposal", args=[disposal_id])


def _crumbs(found: Any, last: str = "") -> list[dict[str, str]]:
    crumbs = [{"label": _("质物处置"), "url": reverse("bank_disposals")}, {"label": str(found.pledge)}]
    if last:
        crumbs[1]["url"] = _page(found.pk)
        crumbs.append({"label": last})
    return crumbs
