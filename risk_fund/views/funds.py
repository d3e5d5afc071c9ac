"""The fund's position: cash, exposure, ratios, the loans under cover."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from finance_platform.foundation import doors
from finance_platform.foundation import queries as shared
from finance_platform.foundation.permissions import Permission
from risk_fund.forms.funds import FundForm
from risk_fund.models import Fund
from risk_fund.queries import enrolments, ledger, overview, recoveries, sharing
from risk_fund.queries import funds as queries
from risk_fund.rules.enrolments import ENROLMENT
from risk_fund.rules.schemes import party_label
from risk_fund.services import funds

Request: Any = HttpRequest
TONES = {"RESERVED": "info", "COMMITTED": "good", "CLAIMED": "warn", "LAPSED": "neutral", "ENDED": "neutral",
         "VOIDED": "bad"}  # fmt: skip


@doors.page
def fund_page(request: Request) -> HttpResponse:
    """Show a fund: figures with their entries, exposure by bank, checks of the record, enrolments."""
    doors.require(request, Permission.OVERVIEW_READ)
    code = request.GET.get("fund", "")
    fund = queries.fund(code) if code else queries.funds().first()
    rows = enrolments.enrolments_visible_to(request.user).select_related("sharing")
    rows = rows.filter(scheme_version__scheme__fund=fund) if fund else rows.none()
    state = request.GET.get("state", "")
    rows = rows.filter(state=state) if state in ENROLMENT.states else rows
    page = doors.paged(rows, request.GET.get("after", ""))
    context = {
        "fund": fund,
        "funds": queries.funds(),
        "position": queries.position(fund) if fund else None,
        "kpis": [(one, overview.address(one.link, fund.code)) for one in overview.money_figures(fund)] if fund else [],
        "ratios": overview.ratios(queries.position(fund)) if fund else [],
        "banks": bank_bars(sharing.covered_by_bank(fund)) if fund else [],
        "checks": sharing.checks(fund) if fund and request.GET.get("check") else None,
        "page": page,
        "rows": [(row, TONES[row.state]) for row in page.rows],
        "states": ENROLMENT.states.items(),
        "state": state,
        "may_open": shared.may(request.user, Permission.FUND_MANAGE, request.at),
        "crumbs": [_crumb(_("基金敞口"))],
    }
    return render(request, "risk_fund/funds/detail.html", context)


@doors.page
def open_fund(request: Request) -> HttpResponse:
    """Open a fund and its books."""
    doors.require(request, Permission.FUND_MANAGE)
    form = FundForm(request.POST or None)

    def carry_out(fields: dict[str, Any]) -> Fund:
        return funds.open_fund(by=request.user, at=request.at, **fields)

    answer = doors.submitted(
        request, form, carry_out, done=_("资金已建账"), to=lambda fund: f"{reverse('bureau_fund')}?fund={fund.code}"
    )
    crumbs = [_crumb(_("基金敞口"), reverse("bureau_fund")), _crumb(_("建立资金"))]
    return answer or render(request, "risk_fund/funds/new.html", {"form": form, "crumbs": crumbs})


@doors.page
def enrolment_page(request: Request, number: str) -> HttpResponse:
    """Show one loan's cover and everything the sharing engine was told about it."""
    enrolment = enrolments.enrolment_by_number(request.user, number)
    context = {
        "enrolment": enrolment,
        "sharing": enrolments.sharing_loan(enrolment),
        "tone": TONES[enrolment.state],
        "events": [event_row(line) for line in sharing.events(enrolment)],
        "crumbs": [_crumb(_("基金敞口"), reverse("bureau_fund")), _crumb(enrolment.number)],
    }
    return render(request, "risk_fund/funds/enrolment.html", context)


@doors.page
def recovery_page(request: Request, number: str) -> HttpResponse:
    """Show what came back on a loan, how it was used up, and who has which part of it."""
    recovery = recoveries.recovery_by_number(request.user, number)
    context = {
        "recovery": recovery,
        "tone": {"REPORTED": "info", "RECEIVED": "good"}.get(recovery.state, "neutral"),
        "allocation": [(party_label(party), amount) for party, amount in recovery.allocation.items()],
        "orders": recovery.orders.all(),
        "vouchers": ledger.entries_about(request.user, recovery, *recovery.orders.all()),
        "crumbs": [_crumb(_("基金敞口"), reverse("bureau_fund")), _crumb(recovery.number)],
    }
    return render(request, "risk_fund/funds/recovery.html", context)


EVENT_LABELS = {
    "enrol": "预占备案", "repay": "本金减少", "claim": "补偿分担", "recovery": "追偿分配", "clawback": "补偿撤销",
}  # fmt: skip
AMOUNTS = {"enrol": "principal", "repay": "amount", "claim": "principal", "recovery": "gross"}


def event_row(line: Any) -> dict[str, Any]:
    """Return one line of the record for people: what, how much, what the fund covers or pays after it."""
    kind = line.event["type"]
    return {
        "on": line.on,
        "label": EVENT_LABELS[kind],
        "amount_fen": line.event.get(AMOUNTS.get(kind, "")),
        "allocation": [(party_label(name), fen) for name, fen in _parts(line.outcome).items()],
        "exposure_fen": line.outcome["exposure"],
        "covered_fen": line.outcome["covered"],
        "by": line.by,
        "subject": line.subject,
        "url": _page_of(line.subject),
    }


def _page_of(number: str) -> str:
    """Return the page of the claim or recovery that an event of the record names, or nothing."""
    name = {"BC": "bureau_claim", "ZC": "bureau_recovery"}.get(number[:2], "")
    return reverse(name, args=[number]) if name else ""


def _parts(outcome: dict[str, Any]) -> dict[str, int]:
    return outcome.get("allocation") or outcome.get("returned") or {}


def bank_bars(rows: list[tuple[str, str, int, int]]) -> list[dict[str, Any]]:
    """Return the bars of exposure by bank, in wan yuan (the chart's unit)."""
    total = sum(covered for *_rest, covered in rows) or 1
    return [
        {"label": name, "value": covered / 1_000_000, "text": f"{covered / 1_000_000:,.2f} · {covered / total:.1%}"}
        for name, _code, _owed, covered in rows
    ]


def _crumb(label: Any, url: str = "") -> dict[str, Any]:
    return {"label": label, "url": url}
