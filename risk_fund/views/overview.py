"""The supervision overview, and the progress page for everybody."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from finance_platform.foundation import doors
from finance_platform.foundation import queries as shared
from finance_platform.foundation.permissions import Permission
from risk_fund.queries import indicators, ledger, ledger_checks, overview
from risk_fund.rules import indicators as rules
from risk_fund.rules.indicators import DEFINITION
from risk_fund.views.claims import desk_rows
from risk_fund.views.funds import bank_bars

Request: Any = HttpRequest
FEN_PER_YI = 10_000_000_000


@doors.page
def bureau(request: Request) -> HttpResponse:
    """Show what the region has reached, what the fund holds and stands for, and what waits on this desk."""
    doors.require(request, Permission.OVERVIEW_READ)
    today = timezone.localdate(request.at)
    found = overview.overview(request.user, today, request.GET.get("fund", ""))
    fund_code = found.fund.code if found.fund else ""
    context = {
        "overview": found,
        "headline": headline(found.headline),
        "kpis": [(figure, overview.address(figure.link, fund_code)) for figure in found.figures],
        "tiles": tiles(found.prefectures),
        "banks": bank_bars(found.banks),
        "queue": desk_rows(found.queue, request),
        "books": books(found.fund) if found.fund else None,
        "definition": DEFINITION,
        "crumbs": [{"label": _("监管总览"), "url": ""}],
    }
    return render(request, "risk_fund/overview/bureau.html", context)


@doors.public_page
def progress(request: Request) -> HttpResponse:
    """Show everybody the region's official progress, and what ran through the platform beside it."""
    today = timezone.localdate(request.at)
    registered = indicators.registrations(shared.system_user())
    found = overview.headline(registered, today)
    context = {
        "headline": headline(found),
        "on": today,
        "prefectures": overview.prefectures(registered, found, today),
        "definition": DEFINITION,
        "crumbs": [{"label": _("公开进度"), "url": ""}],
    }
    return render(request, "risk_fund/overview/progress.html", context)


def headline(found: overview.Headline | None) -> dict[str, Any] | None:
    """Return the headline with its curve: a point for each official figure, beside it where the target path stood."""
    if found is None:
        return None
    plan = found.plan
    days = [plan.period_from, *(row.as_of for row in found.series), plan.period_to]
    actual = [0.0, *(row.amount_fen / FEN_PER_YI for row in found.series), None]
    series: list[dict[str, Any]] = [
        {"label": _("官方累计"), "values": actual, "style": "actual", "area": True, "end": f"{actual[-2]:.2f}"}
    ]
    target = (plan.target_fen or 0) / FEN_PER_YI
    if target:
        path = [float(rules.path_share(plan, day)) * target for day in days]
        series.append({"label": _("目标路径(按时间均匀)"), "values": path, "style": "target"})
    labels = [f"{day:%Y-%m}" for day in days]
    return {"of": found, "series": series, "labels": labels, "target": target, "limit_label": f"{_('目标')} {target:g}"}


def tiles(rows: list[overview.PrefectureRow]) -> list[dict[str, Any]]:
    """Return the tile map of the platform's registered amounts: four levels by share of the largest."""
    largest = max((row.tally.amount_fen for row in rows), default=0) or 1
    return [
        {
            "code": row.code,
            "name": row.name.removesuffix("市").removesuffix("盟"),
            "text": f"{row.tally.amount_fen / 1_000_000:,.0f}",
            "level": min(4, 1 + 4 * row.tally.amount_fen // (largest + 1)),
            "url": f"{reverse('bureau_registrations')}?region={row.code}",
        }
        for row in rows
    ]


def books(fund: Any) -> dict[str, Any]:
    """Return the ledger's strip: totals of both sides, and whether every check holds."""
    trial = ledger.trial_balance(fund, "money")
    checks = ledger_checks.checks(fund)
    return {
        "debit_fen": trial.debit_fen,
        "credit_fen": trial.credit_fen,
        "difference_fen": trial.debit_fen - trial.credit_fen,
        "entries": ledger.entries(fund).count(),
        "failed": [check for check in checks if not check.ok],
        "checked": len(checks),
    }


@doors.page
def registrations(request: Request) -> HttpResponse:
    """Show the registrations behind a prefecture's amount, with the same period and as-of day as the overview."""
    doors.require(request, Permission.OVERVIEW_READ)
    today = timezone.localdate(request.at)
    rows = indicators.registrations(request.user)
    found = overview.headline(rows, today)
    region = request.GET.get("region", "")
    rows = [row for row in rows if not region or row.region == region]
    prefecture = next((row for row in overview.prefectures(rows, found, today) if row.code == region), None)
    context = {
        "rows": sorted(rows, key=lambda row: (row.agreement, row.registry)),
        "region": prefecture,
        "tally": prefecture.tally if prefecture else (found.platform if found else None),
        "headline": found,
        "definition": DEFINITION,
        "crumbs": [{"label": _("监管总览"), "url": reverse("bureau")}, {"label": _("登记明细"), "url": ""}],
    }
    return render(request, "risk_fund/overview/registrations.html", context)
