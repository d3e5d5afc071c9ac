"""Schemes: listed, drafted, approved, and a loss tried on them."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST

from finance_platform.foundation import doors
from finance_platform.foundation import queries as shared
from finance_platform.foundation.permissions import Permission
from finance_platform.foundation.phrases import said
from risk_fund.forms import schemes as forms
from risk_fund.models import SchemeVersion
from risk_fund.queries import schemes as queries
from risk_fund.queries import trials
from risk_fund.rules.schemes import SCOPE_LABELS, party_label
from risk_fund.services import schemes

Request: Any = HttpRequest
TONES = {"DRAFT": "info", "APPROVED": "good", "RETIRED": "neutral", "DISCARDED": "neutral"}


@doors.page
def scheme_list(request: Request) -> HttpResponse:
    """Show every scheme with its versions."""
    doors.require(request, Permission.OVERVIEW_READ)
    context = {
        "versions": [(row, TONES[row.state]) for row in queries.versions()],
        "may_draft": shared.may(request.user, Permission.SCHEME_DRAFT, request.at),
        "crumbs": [_crumb(_("补偿方案"))],
    }
    return render(request, "risk_fund/schemes/list.html", context)


@doors.page
def scheme_page(request: Request, pk: int) -> HttpResponse:
    """Show one version in words and as it was filed; try a loss on it."""
    doors.require(request, Permission.OVERVIEW_READ)
    version = queries.version(request.user, pk)
    form = forms.TrialForm(request.GET) if "loss_fen" in request.GET else forms.TrialForm()
    trial = trials.trial(version, **form.cleaned_data) if form.is_bound and form.is_valid() else None
    return _show(request, version, {"trial_form": form, "trial": trial})


def _show(request: Request, version: SchemeVersion, more: dict[str, Any]) -> HttpResponse:
    mine = request.user.pk in version.made_hands
    context = {
        "version": version,
        "tone": TONES[version.state],
        "facts": facts(version.document),
        "document": json.dumps(version.document, ensure_ascii=False, indent=2),
        "may_approve": shared.may(request.user, Permission.SCHEME_APPROVE, request.at) and not mine,
        "may_draft": shared.may(request.user, Permission.SCHEME_DRAFT, request.at),
        "mine": mine,
        "reason_form": forms.ReasonForm(),
        "trial_form": forms.TrialForm(),
        "crumbs": [_crumb(_("补偿方案"), reverse("bureau_schemes")), _crumb(str(version))],
    } | more
    return render(request, "risk_fund/schemes/detail.html", context)


@doors.page
def new_scheme(request: Request) -> HttpResponse:
    """Draft the next version; `from` takes over an older version's text."""
    doors.require(request, Permission.SCHEME_DRAFT)
    form = forms.SchemeForm(request.POST or None, initial=_initial(request))

    def carry_out(fields: dict[str, Any]) -> SchemeVersion:
        return schemes.draft(by=request.user, at=request.at, **fields)

    answer = doors.submitted(request, form, carry_out, done=_("草稿已保存,待财政部门批准"), to=_address)
    crumbs = [_crumb(_("补偿方案"), reverse("bureau_schemes")), _crumb(_("起草"))]
    return answer or render(request, "risk_fund/schemes/new.html", {"form": form, "crumbs": crumbs})


def _initial(request: Request) -> dict[str, Any]:
    start: dict[str, Any] = {"valid_from": timezone.localdate(request.at), "authority": "unverified"}
    if not request.GET.get("from", "").isdigit():
        return start
    older = queries.version(request.user, int(request.GET["from"]))
    taken = {name: getattr(older, name) for name in ("document", "legal_basis", "source", "authority")}
    return start | taken | {"code": older.scheme.code, "name": older.scheme.name, "fund_code": older.scheme.fund.code}


@doors.page
@require_POST
def approve(request: Request, pk: int) -> HttpResponse:
    return doors.act(
        request, lambda: schemes.approve(by=request.user, at=request.at, version_id=pk), done=_("方案已批准"),
        to=reverse("bureau_scheme", args=[pk]),
    )  # fmt: skip


def _with_reason(service: Any, done: Any) -> Any:
    @doors.page
    @require_POST
    def act(request: Request, pk: int) -> HttpResponse:
        version = queries.version(request.user, pk)
        form = forms.ReasonForm(request.POST)

        def carry_out(fields: dict[str, Any]) -> SchemeVersion:
            return service(by=request.user, at=request.at, version_id=pk, **fields)  # type: ignore[no-any-return]

        answer = doors.submitted(request, form, carry_out, done=done, to=_address(version))
        return answer or _show(request, version, {"reason_form": form})

    return act


discard = _with_reason(schemes.discard, _lazy("草稿已作废"))
retire = _with_reason(schemes.retire, _lazy("方案已停用"))


def facts(document: dict[str, Any]) -> list[tuple[str, str]]:
    """Return a scheme's terms in words; what a field means is said where the record is the contract's JSON."""
    parties = said("、".join(party_label(party) for party in document["parties"]))
    found = [(_("分担方"), parties), (_("兜底方"), said(party_label(document["residual"])))]
    for cap in document.get("caps", []):
        amount = said(f"{cap['amount'] / 1_000_000:,.2f} 万元")
        found.append((_("限额"), f"{said(party_label(cap['party']))} · {said(SCOPE_LABELS[cap['scope']])} {amount}"))
    if waiting := document.get("waiting"):
        window = f",其后 {waiting['window_days']} 天内提出" if waiting.get("window_days") is not None else ""
        found.append((_("等待期"), said(f"{waiting['wait_days']} 天{window}")))
    for breaker in document.get("breakers", []):
        found.append((_("熔断"), said(f"预警 {breaker.get('warn', '—')},暂停 {breaker['suspend']}")))
    if (capacity := document.get("capacity")) and capacity.get("leverage") is not None:
        found.append((_("放大倍数上限"), said(f"{capacity['leverage']} 倍")))
    return found


def _address(version: SchemeVersion) -> str:
    return reverse("bureau_scheme", args=[version.pk])


def _crumb(label: Any, url: str = "") -> dict[str, Any]:
    return {"label": label, "url": url}
