"""The cash desk: what is due, what was ordered, what waits for the accountant."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from finance_platform.foundation import doors
from finance_platform.foundation import queries as shared
from finance_platform.foundation.permissions import Permission
from risk_fund.forms import orders as forms
from risk_fund.models import MoneyOrder
from risk_fund.queries import ledger
from risk_fund.queries import orders as queries
from risk_fund.rules.orders import MONEY_ORDER
from risk_fund.services import orders

Request: Any = HttpRequest
TONES = {"PREPARED": "info", "CONFIRMED": "good", "RETURNED": "bad"}


@doors.page
def order_list(request: Request) -> HttpResponse:
    """Show what an order could be made for now, and every order made; `state` filters."""
    doors.require(request, Permission.LEDGER_READ)
    rows = queries.orders_visible_to(request.user)
    state = request.GET.get("state", "")
    rows = rows.filter(state=state) if state in MONEY_ORDER.states else rows
    page = doors.paged(rows, request.GET.get("after", ""))
    context = {
        "page": page,
        "rows": [(order, blocked(order, request), TONES[order.state]) for order in page.rows],
        "due": queries.due(request.user),
        "may_make": shared.may(request.user, Permission.MONEY_MAKE, request.at),
        "may_check": shared.may(request.user, Permission.MONEY_CHECK, request.at),
        "states": MONEY_ORDER.states.items(),
        "state": state,
        "crumbs": [_crumb(_("资金指令"))],
    }
    return render(request, "risk_fund/orders/list.html", context)


@doors.page
def new_order(request: Request) -> HttpResponse:
    """Let the cashier make an order; the list hands over what it knows of the subject."""
    doors.require(request, Permission.MONEY_MAKE)
    initial = {name: request.GET[name] for name in ("kind", "subject") if name in request.GET}
    known = next((one for one in queries.due(request.user) if one.subject == initial.get("subject")), None)
    if known is not None:
        initial["amount_fen"] = known.amount_fen
    form = forms.OrderForm(request.POST or None, initial=initial)

    def carry_out(fields: dict[str, Any]) -> MoneyOrder:
        return orders.make(by=request.user, at=request.at, **fields)

    answer = doors.submitted(request, form, carry_out, done=_("指令已提交会计确认"), to=reverse("bureau_orders"))
    crumbs = [_crumb(_("资金指令"), reverse("bureau_orders")), _crumb(_("新建"))]
    return answer or render(request, "risk_fund/orders/new.html", {"form": form, "crumbs": crumbs, "due": known})


@doors.page
def order_page(request: Request, number: str) -> HttpResponse:
    """Show one order, and to the accountant his two answers."""
    order = queries.order_by_number(request.user, number)
    return _show(request, order, forms.ReturnForm())


def _show(request: Request, order: MoneyOrder, form: Any) -> HttpResponse:
    context = {
        "order": order,
        "tone": TONES[order.state],
        "blocked": blocked(order, request),
        "may_check": shared.may(request.user, Permission.MONEY_CHECK, request.at),
        "form": form,
        "vouchers": ledger.entries_about(request.user, order),
        "crumbs": [_crumb(_("资金指令"), reverse("bureau_orders")), _crumb(order.number)],
    }
    return render(request, "risk_fund/orders/detail.html", context)


@doors.page
@require_POST
def confirm(request: Request, number: str) -> HttpResponse:
    order = queries.order_by_number(request.user, number)
    return doors.act(
        request, lambda: orders.confirm(by=request.user, at=request.at, order_id=order.pk), done=_("已确认并入账"),
        to=reverse("bureau_order", args=[number]),
    )  # fmt: skip


@doors.page
@require_POST
def send_back(request: Request, number: str) -> HttpResponse:
    order = queries.order_by_number(request.user, number)
    form = forms.ReturnForm(request.POST)

    def carry_out(fields: dict[str, Any]) -> MoneyOrder:
        return orders.return_(by=request.user, at=request.at, order_id=order.pk, **fields)

    answer = doors.submitted(request, form, carry_out, done=_("已退回出纳"), to=reverse("bureau_order", args=[number]))
    return answer or _show(request, order, form)


def blocked(order: MoneyOrder, request: Request) -> str:
    """Return why this person must not confirm the order, or nothing."""
    grant = shared.grant(request.user, Permission.MONEY_CHECK, request.at)
    mine = {request.user.pk} | ({grant.principal_id} if grant and grant.principal_id else set())
    return _("本人制单,须由他人确认") if mine & set(order.made_hands) else ""


def _crumb(label: Any, url: str = "") -> dict[str, Any]:
    return {"label": label, "url": url}
