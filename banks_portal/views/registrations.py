"""A pledge at one registry: handed in, mended, registered by two persons, refused, withdrawn, cancelled, revoked."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from banks_portal.forms import registrations as forms
from banks_portal.queries import cases as queries
from banks_portal.views.cases import crumbs
from finance_platform.foundation import doors
from finance_platform.foundation.errors import NotFound
from pledges import queries as pledges
from pledges.rules.states import PLEDGE_TONES
from pledges.services import registrations

Request: Any = HttpRequest


@dataclass(frozen=True)
class Step:
    """What can be recorded of a pledge in some states, by which form and call; `note` says what it asks for."""

    states: frozenset[str]
    label: str
    note: str
    form: type[forms.RegistrationForm]
    call: Callable[..., Any]

    def fits(self, pledge: Any) -> bool:
        return pledge.state in self.states


IN_HAND, IN_FORCE = frozenset({"FILED"}), frozenset({"REGISTERED"})
SENT_BACK, LEAVING = frozenset({"CORRECTION"}), frozenset({"CANCEL_FILED"})
STEPS = {
    "result": Step(
        IN_HAND, "录入结果", "请按质押登记通知书录入;须第二人独立录入一致后生效。", forms.CertificateForm,
        registrations.key_result,
    ),
    "confirmation": Step(
        IN_HAND, "第二人录入", "请另一人对照通知书独立录入,两次一致即生效。", forms.CertificateForm,
        registrations.confirm_result,
    ),
    "correction": Step(
        IN_HAND, "登记补正通知", "登记机构退回补正:写明缺什么;已录入的结果随之作废。", forms.CorrectionForm,
        registrations.ask_correction,
    ),
    "refusal": Step(
        IN_HAND, "登记不予登记", "按通知书选择事由;补救后可重新提交。", forms.RefusalForm, registrations.refuse
    ),
    "refiling": Step(
        SENT_BACK, "提交补正材料", "提交前系统再次逐件预检。", forms.FilingForm, registrations.refile
    ),
    "withdrawal": Step(
        IN_HAND | SENT_BACK, "撤回申请", "登记机构作出决定前可以撤回,之后可重新提交。", forms.WithdrawalForm,
        registrations.withdraw,
    ),
    "cancellation": Step(
        IN_FORCE, "申请注销", "债务清偿、质权实现或放弃后,由质权人向登记机构申请注销。", forms.CancellationForm,
        registrations.file_cancellation,
    ),
    "cancelled": Step(
        LEAVING, "登记注销结果", "请按注销通知书录入;权利自注销日起不再受本项质押约束。", forms.CancelledForm,
        registrations.confirm_cancellation,
    ),
    "revocation": Step(
        IN_FORCE, "登记撤销", "登记机构撤销登记(材料虚假、合同无效)的,补偿责任视为自始未起算。", forms.RevocationForm,
        registrations.revoke,
    ),
}  # fmt: skip


@doors.page
def registration(request: Request, number: str, registry: str) -> HttpResponse:
    """Show the pledge with what its state allows; before there is one, the form that hands it in."""
    found, pledge = queries.filing(request.user, number, registry, request.at)
    if pledge is None or request.method == "POST":
        return _file(request, found, registry)
    context = {
        "case": found, "pledge": pledge, "tone": PLEDGE_TONES[pledge.state], "registry": pledges.REGISTRIES[registry],
        "code": registry, "rights": pledge.assets.select_related("asset"), "offered": _offered(pledge),
        "crumbs": crumbs(found, _("质押登记")),
    }  # fmt: skip
    return render(request, "banks_portal/registrations/registration.html", context)


def _offered(pledge: Any) -> list[tuple[str, str, str]]:
    """Return (name, label, note) of the steps the state allows; the result is keyed once, then confirmed."""
    hidden = "result" if pledge.keyed_by_id else "confirmation"
    return [(name, _(step.label), _(step.note)) for name, step in STEPS.items() if step.fits(pledge) and name != hidden]


def _file(request: Request, found: queries.Case, registry: str) -> HttpResponse:
    agreement_id = found.agreement.pk if found.agreement else 0
    return _asked(
        request, found, registry, forms.FilingForm, _("提交登记"), _("提交前系统按登记机构的不予登记事由逐件预检。"),
        lambda data: registrations.file(
            by=request.user, at=request.at, agreement_id=agreement_id, registry=registry, **data
        ),
    )  # fmt: skip


@doors.page
def step(request: Request, number: str, registry: str, name: str) -> HttpResponse:
    """Show and carry out one step."""
    found, pledge = queries.filing(request.user, number, registry, request.at)
    if name not in STEPS or pledge is None:
        raise NotFound(_("没有这一步骤"))
    asked = STEPS[name]
    return _asked(
        request, found, registry, asked.form, _(asked.label), _(asked.note),
        lambda data: asked.call(by=request.user, at=request.at, pledge_id=pledge.pk, **data),
    )  # fmt: skip


def _asked(
    request: Request, found: queries.Case, registry: str, form_class: type[forms.RegistrationForm], title: str,
    note: str, action: doors.Action,
) -> HttpResponse:  # fmt: skip
    today = timezone.localdate(request.at)
    form = form_class(request.POST or None, registry=registry, initial={"cancelled_on": today})
    page = reverse("bank_case_registration", args=[found.application.number, registry])
    back = reverse("bank_case", args=[found.application.number]) if dict(found.filings)[registry] is None else page
    answer = doors.submitted(request, form, action, done=_("已登记。"), to=page)
    context = {
        "case": found, "form": form, "title": title, "note": note, "back": back,
        "registry": pledges.REGISTRIES[registry], "crumbs": crumbs(found, title),
    }  # fmt: skip
    return answer or render(request, "banks_portal/registrations/step.html", context)
