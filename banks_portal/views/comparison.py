"""The enterprise compares and chooses; the public reads the record of an opening."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from banks_portal.forms.awards import ReasonForm
from banks_portal.queries import appraisals, comparison_sheet
from banks_portal.queries import offers as queries
from banks_portal.queries import openings as opening_queries
from banks_portal.rules import comparison as rules
from banks_portal.services import openings, selections
from finance_platform.foundation import doors
from finance_platform.foundation import queries as shared
from finance_platform.foundation.forms import PlatformForm
from finance_platform.foundation.permissions import Permission
from pledges import queries as pledges

Request: Any = HttpRequest
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ORDER_LABELS = {"cost": "综合成本", "amount": "额度", "term": "期限", "rate": "名义利率"}


@doors.page
def offers(request: Request, number: str) -> HttpResponse:
    """Show the opened offers side by side; before the deadline only that nobody sees anything."""
    application = _application(request, number)
    appraisal = appraisals.relied_on(application, timezone.localdate(request.at))
    value_fen = appraisal.appraised_value_fen if appraisal else None
    order = request.GET.get("sort", "cost")
    found = queries.comparison_of(request.user, application, order=order, appraised_value_fen=value_fen)
    context = {
        "application": application, "found": found, "appraisal": appraisal,
        "opening": opening_queries.opening_of(application), "orders": ORDER_LABELS.items(), "order": found.order,
        "badges": _badges(found), "legend": [(_("利息"), "info"), (_("费用"), "warn"), (_("财政贴息"), "good")],
        "spending": _spending(found), "cash": _cash(found),
        "payees": sorted({payee for column in found.columns for payee in column.price.fees_by_payee}),
        "checked": {key: queries.commitment_holds(offer) for key, offer in found.offers.items()},
        "crumbs": _crumbs(application),
    }  # fmt: skip
    return render(request, "banks_portal/comparison/offers.html", context)


@doors.page
def export(request: Request, number: str) -> HttpResponse:
    """Give the comparison and every offer's cash flow as a workbook, from which the cost can be computed again."""
    application = _application(request, number)
    found = queries.comparison_of(request.user, application)
    response = HttpResponse(comparison_sheet.workbook(application, found), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{application.number}-offers.xlsx"'
    return response


@doors.page
def accept(request: Request, number: str, offer_id: UUID) -> HttpResponse:
    """Ask once more before an offer is chosen, then choose it."""
    doors.require(request, Permission.OFFER_SELECT)
    application = _application(request, number)
    offer = queries.offer(request.user, offer_id)
    form = PlatformForm(request.POST if request.method == "POST" else None)
    answer = doors.submitted(
        request, form, lambda _data: selections.select(by=request.user, at=request.at, offer_id=offer_id),
        done=_("已选定。其他银行的卷宗权限已结束;请等待该行尽职调查。"), to=_page(application),
    )  # fmt: skip
    found = queries.comparison_of(request.user, application)
    column = next((column for column in found.columns if column.key == str(offer.pk)), None)
    context = {"application": application, "offer": offer, "column": column, "form": form,
               "crumbs": _crumbs(application, _("选择"))}  # fmt: skip
    return answer or render(request, "banks_portal/comparison/accept.html", context)


@doors.page
def decline_all(request: Request, number: str) -> HttpResponse:
    """Decline every offer with a reason."""
    doors.require(request, Permission.OFFER_SELECT)
    application = _application(request, number)
    form = ReasonForm(request.POST or None)
    answer = doors.submitted(
        request, form,
        lambda data: selections.decline_all(
            by=request.user, at=request.at, application_id=application.pk, reason=data["reason"]
        ),
        done=_("已婉拒全部报价,申请已撤回。"), to=_page(application),
    )  # fmt: skip
    context = {"application": application, "form": form, "crumbs": _crumbs(application, _("全部婉拒"))}
    return answer or render(request, "banks_portal/comparison/decline.html", context)


@doors.public_page
def opening(request: Request, number: str) -> HttpResponse:
    """Show the public record of an opening: when, and the commitments that were opened."""
    return render(request, "banks_portal/comparison/opening.html", {"record": opening_queries.record_of(number)})


def _application(request: Request, number: str) -> Any:
    """Return the application; what is due is opened first, so that nobody waits for a clock to tick."""
    application = pledges.application_by_number(request.user, number)
    if opening_queries.waits(application, request.at):
        openings.open_due(by=shared.system_user(), at=request.at)
    return application


def _badges(found: queries.Comparison) -> dict[str, list[str]]:
    badges: dict[str, list[str]] = {column.key: [] for column in found.columns}
    if found.summary:
        badges[found.summary.cheapest.key].append(_("综合成本最低"))
        if found.summary.cheapest_full and found.summary.cheapest_full.key != found.summary.cheapest.key:
            badges[found.summary.cheapest_full.key].append(_("足额最低"))
        if found.summary.nominal_misleads:
            badges[found.summary.lowest_nominal.key].append(_("名义利率最低"))
    return badges


def _spending(found: queries.Comparison) -> list[dict[str, Any]]:
    """Return each offer's cost a year for each million really used, by kind, in 万元."""
    rows = []
    for column in found.columns:
        price = column.price
        parts = [(price.interest_fen, "info"), (price.fees_fen, "warn"), (-price.subsidy_fen, "good")]
        rows.append({
            "label": column.bank, "segments": [{"value": 100 * price.yearly(fen), "tone": tone} for fen, tone in parts],
            "text": _("净 %.2f") % (100 * price.yearly(price.net_cost_fen)),
        })  # fmt: skip
    return rows


def _cash(found: queries.Comparison) -> list[dict[str, Any]]:
    """Return what each offer asks for, added up over the months from disbursement, in 万元."""
    styles = (("actual", "info"), ("plain", "good"), ("target", "warn"), ("limit", "bad"))
    return [
        {"label": column.bank, "values": _added_up(column), "style": "plain", "tone": styles[i % 4][1]}
        for i, column in enumerate(found.columns)
    ]


def _added_up(column: rules.Column) -> list[tuple[float, float]]:
    points, total = [(0.0, 0.0)], 0
    for day, amount in column.price.flows:
        if amount < 0:
            total -= amount
            points.append(((day - column.price.start).days / 30.4375, total / 1_000_000))
    return points


def _page(application: Any) -> str:
    return reverse("sme_offers", args=[application.number])


def _crumbs(application: Any, last: str = "") -> list[dict[str, str]]:
    found = [{"label": _("我的融资")}, {"label": application.number}, {"label": _("报价比选")}]
    return [*found[:2], found[2] | {"url": _page(application)}, {"label": last}] if last else found
