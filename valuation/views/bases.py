"""The two other bases: the bank measures and approves for itself, or proposes a figure the enterprise states too."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from finance_platform.foundation import doors
from finance_platform.foundation import queries as foundation
from finance_platform.foundation.errors import Invalid
from finance_platform.foundation.permissions import Permission
from pledges import queries as pledges
from valuation import queries
from valuation.forms import bases as forms
from valuation.models import Appraisal, InternalValuation
from valuation.queries import bases as reads
from valuation.queries.appraisals import BANK_ROLES
from valuation.rules import bases as rules
from valuation.rules import statements
from valuation.services import bases
from valuation.views import pictures

Request: Any = HttpRequest
TONES = {
    "MEASURED": "warn", "APPROVED": "good", "REFUSED": "bad", "WITHDRAWN": "neutral", "SUPERSEDED": "neutral",
    "EXPIRED": "neutral", "PROPOSED": "warn", "AGREED": "good", "DECLINED": "bad",
}  # fmt: skip


@doors.page
def values(request: Request, number: str) -> HttpResponse:
    """Show a bank what it may lend on for an application, basis by basis, each with its own rules."""
    if request.user.role not in BANK_ROLES:
        doors.require(request, Permission.VALUE_APPROVE)
    return _values(request, number)


@doors.page
def sme_values(request: Request, number: str) -> HttpResponse:
    """Show an enterprise what banks measured (once one has won) and what they propose to agree on."""
    doors.require(request, Permission.VALUE_AGREE)
    return _values(request, number)


def _values(request: Request, number: str) -> HttpResponse:
    application = pledges.application_by_number(request.user, number)
    today = timezone.localdate(request.at)
    parameters = queries.parameters(today)
    own = {"application": application}
    bank = request.user.role in BANK_ROLES
    context = {
        "application": application, "tones": TONES, "internal": reads.internal_visible_to(request.user).filter(**own),
        "agreed": reads.agreed_visible_to(request.user).filter(**own),
        "appraisals": queries.appraisals_visible_to(request.user).filter(**own),
        "pilots": [row.label for row in rules.pilot_regions(parameters).values()],
        "internal_ceiling": rules.ceiling_fen(parameters, rules.INTERNAL),
        "agreed_ceiling": rules.ceiling_fen(parameters, rules.AGREED),
        "may_measure": foundation.may(request.user, Permission.VALUE_MEASURE, request.at),
        "may_propose": foundation.may(request.user, Permission.VALUE_PROPOSE, request.at),
        "crumbs": [
            {"label": number, "url": reverse("bank_dossier" if bank else "sme_application", args=[number])},
            {"label": _("价值依据")},
        ],
    }  # fmt: skip
    return render(request, "valuation/values.html", context)


def _home(request: Request, number: str) -> str:
    return reverse("bank_values" if request.user.role in BANK_ROLES else "sme_values", args=[number])


def _crumbs(request: Request, application: Any, label: Any) -> list[dict[str, Any]]:
    return [{"label": application.number, "url": _home(request, application.number)}, {"label": label}]


@doors.page
def measure(request: Request, number: str) -> HttpResponse:
    """State a model of the pool and value it for one's own bank."""
    doors.require(request, Permission.VALUE_MEASURE)
    application = pledges.application_by_number(request.user, number)
    today, pool = timezone.localdate(request.at), queries.pool(application.pk)
    stated = queries.default_statement(Appraisal(application=application), today)
    form = forms.InternalForm(request.POST or None, pool=pool, stated=stated, seed=int(f"{today:%Y%m%d}"))

    def act(fields: dict[str, Any]) -> InternalValuation:
        statement = form.stated_now()
        statements.require_evidence(statement, stated, pool, today)
        document = queries.model(pool, statement, today, fields["seed"])
        call = {"by": request.user, "at": request.at, "application_id": application.pk}
        try:
            return bases.measure(
                **call, document=document, seed=fields["seed"], evidence=fields["evidence"], stated=statement.plain()
            )
        except Invalid as error:
            faults = ";".join(f"{place}:{reason}" for place, reason in error.fields.items())
            raise Invalid(f"{error.message}({faults})", code=error.code) from error

    done = doors.submitted(
        request, form, act, done=_("内部评估已测算,待本行另一人批准"),
        to=lambda made: reverse("internal_value", args=[made.number]),
    )  # fmt: skip
    title = _("银行内部评估")
    context = {
        "form": form, "title": title, "back": _home(request, number), "appraisal": application,
        "crumbs": _crumbs(request, application, title),
    }  # fmt: skip
    return done or render(request, "valuation/model.html", context)


@doors.page
def internal(request: Request, number: str) -> HttpResponse:
    """Show an internal valuation with its run."""
    found = reads.internal_valuation(request.user, number=number)
    may = {
        "decide": foundation.may(request.user, Permission.VALUE_APPROVE, request.at) and found.can("approve"),
        "withdraw": foundation.may(request.user, Permission.VALUE_MEASURE, request.at) and found.can("withdraw"),
    }
    context = pictures.shown(found) | {
        "found": found, "tone": TONES[found.state], "may": may, "crumbs": _crumbs(request, found.application, number)
    }  # fmt: skip
    return render(request, "valuation/internal_value.html", context)


@doors.page
def agreed(request: Request, number: str) -> HttpResponse:
    """Show a value proposed to be agreed on, to its two sides."""
    found = reads.agreed_value(request.user, number=number)
    may = {
        "agree": foundation.may(request.user, Permission.VALUE_AGREE, request.at) and found.can("agree"),
        "withdraw": foundation.may(request.user, Permission.VALUE_PROPOSE, request.at) and found.can("withdraw"),
    }
    context = {
        "found": found, "tone": TONES[found.state], "may": may, "crumbs": _crumbs(request, found.application, number)
    }  # fmt: skip
    return render(request, "valuation/agreed_value.html", context)


@doors.page
def decide(request: Request, number: str) -> HttpResponse:
    found = reads.internal_valuation(request.user, number=number)
    form = forms.DecisionForm(request.POST or None)
    return _step(
        request, found, form, Permission.VALUE_APPROVE, _("批准内部评估"), _("已登记您的意见"),
        lambda fields: bases.decide(by=request.user, at=request.at, valuation_id=found.pk, **fields),
    )  # fmt: skip


@doors.page
def withdraw(request: Request, number: str) -> HttpResponse:
    found = reads.internal_valuation(request.user, number=number)
    form = forms.ReasonForm(request.POST or None)
    return _step(
        request, found, form, Permission.VALUE_MEASURE, _("撤回内部评估"), _("已撤回"),
        lambda fields: bases.withdraw(by=request.user, at=request.at, valuation_id=found.pk, **fields),
    )  # fmt: skip


@doors.page
def propose(request: Request, number: str) -> HttpResponse:
    """Propose a value to agree on."""
    doors.require(request, Permission.VALUE_PROPOSE)
    application = pledges.application_by_number(request.user, number)
    form = forms.ProposalForm(request.POST or None)

    def act(fields: dict[str, Any]) -> Any:
        return bases.propose(by=request.user, at=request.at, application_id=application.pk, **fields)

    to = _home(request, number)
    done = doors.submitted(request, form, act, done=_("已提出,待企业填写相同金额"), to=to)
    title = _("提出协商定价")
    context = {
        "form": form, "title": title, "back": to, "appraisal": application,
        "crumbs": _crumbs(request, application, title),
    }  # fmt: skip
    return done or render(request, "valuation/step.html", context)


@doors.page
def agree(request: Request, number: str) -> HttpResponse:
    found = reads.agreed_value(request.user, number=number)
    form = forms.AgreementForm(request.POST or None)
    return _step(
        request, found, form, Permission.VALUE_AGREE, _("确认协商定价"), _("双方金额一致,已生效"),
        lambda fields: bases.agree(by=request.user, at=request.at, agreed_id=found.pk, **fields),
    )  # fmt: skip


@doors.page
def decline(request: Request, number: str) -> HttpResponse:
    found = reads.agreed_value(request.user, number=number)
    form = forms.ReasonForm(request.POST or None)
    return _step(
        request, found, form, Permission.VALUE_AGREE, _("不同意协商定价"), _("已回复不同意"),
        lambda fields: bases.decline(by=request.user, at=request.at, agreed_id=found.pk, **fields),
    )  # fmt: skip


@doors.page
def take_back(request: Request, number: str) -> HttpResponse:
    found = reads.agreed_value(request.user, number=number)
    form = forms.ReasonForm(request.POST or None)
    return _step(
        request, found, form, Permission.VALUE_PROPOSE, _("撤回协商定价"), _("已撤回"),
        lambda fields: bases.take_back(by=request.user, at=request.at, agreed_id=found.pk, **fields),
    )  # fmt: skip


def _step(
    request: Request, found: Any, form: Any, permission: Permission, title: str, done: str,
    service: Callable[[dict[str, Any]], Any],
) -> HttpResponse:  # fmt: skip
    """Show the form of one step, carry it out, and return to the value."""
    doors.require(request, permission)
    name = "internal_value" if found.basis == rules.INTERNAL else "agreed_value"
    page = reverse(name, args=[found.number])
    answer = doors.submitted(request, form, service, done=done, to=page)
    crumbs = [*_crumbs(request, found.application, found.number), {"label": title}]
    crumbs[1]["url"] = page
    context = {"form": form, "title": title, "back": page, "crumbs": crumbs, "appraisal": found}
    return answer or render(request, "valuation/step.html", context)
