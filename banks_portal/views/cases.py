"""The page of an award: every step from due diligence to disbursement, each by its own hand."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from banks_portal.forms import awards as forms
from banks_portal.queries import awards as award_queries
from banks_portal.queries import cases as queries
from banks_portal.services import contracts, credit, diligence, endings, lending
from finance_platform.foundation import doors
from finance_platform.foundation.services import documents
from pledges import queries as pledges
from pledges.rules.states import PLEDGE_TONES
from pledges.services import agreements

Request: Any = HttpRequest
CREDIT_TONES = {"PROPOSED": "info", "SUPPORTED": "info", "APPROVED": "good", "REFUSED": "bad", "WITHDRAWN": "neutral"}


@doors.page
def case(request: Request, number: str) -> HttpResponse:
    """Show an award with what is done and what comes next."""
    found = queries.case(request.user, number, request.at)
    filings = [(registry, pledges.REGISTRIES[registry], pledge) for registry, pledge in found.filings]
    context = {
        "case": found,
        "filings": filings,
        "tones": CREDIT_TONES,
        "pledge_tones": PLEDGE_TONES,
        "crumbs": crumbs(found),
    }
    return render(request, "banks_portal/cases/case.html", context)


@doors.page
@require_POST
def start(request: Request, number: str) -> HttpResponse:
    """Begin due diligence."""
    found = queries.case(request.user, number, request.at)
    return doors.act(
        request,
        lambda: diligence.start(by=request.user, at=request.at, application_id=found.application.pk),
        done=_("已开始尽职调查。"), to=page(number),
    )  # fmt: skip


@doors.page
def decline(request: Request, number: str) -> HttpResponse:
    """Give up the award with a written reason."""
    form = forms.AwardDeclineForm(request.POST or None)
    return _step(
        request, number, form,
        lambda found, data: diligence.decline(
            by=request.user, at=request.at, application_id=found.application.pk, **data
        ),
        title=_("放弃中选"), label=_("提交"), done=_("已书面告知企业。"), to=reverse("bank_workbench"),
    )  # fmt: skip


@doors.page
def propose(request: Request, number: str) -> HttpResponse:
    """Propose the credit."""
    found = queries.case(request.user, number, request.at)
    schemes = queries.scheme_choices(timezone.localdate(request.at))
    initial = {"principal_fen": found.offer.amount_fen, "with_cover": found.terms.with_cover}
    bases = queries.basis_choices(found, timezone.localdate(request.at))
    form = forms.CreditForm(request.POST or None, schemes=schemes, bases=bases, initial=initial)
    return _step(
        request, number, form,
        lambda found, data: credit.propose(
            by=request.user, at=request.at, application_id=found.application.pk,
            **data | {"ltv_limit": data["ltv_limit"] / Decimal(100)},
        ),
        title=_("提交授信审批"), label=_("提交审批"), done=_("已提交,须由两名审批人批准。"),
    )  # fmt: skip


@doors.page
@require_POST
def approve(request: Request, decision_id: int) -> HttpResponse:
    """Give one approval."""
    decision = award_queries.decision(request.user, decision_id)
    return doors.act(
        request, lambda: credit.approve(by=request.user, at=request.at, decision_id=decision_id),
        done=_("已登记您的审批意见。"), to=page(decision.application.number),
    )  # fmt: skip


@doors.page
def refuse(request: Request, decision_id: int) -> HttpResponse:
    """Refuse the credit, or take the proposal back, with a reason; which one follows from the post of the person."""
    decision = award_queries.decision(request.user, decision_id)
    action = credit.refuse if request.user.role == "bank_approver" else credit.withdraw
    return _step(
        request, decision.application.number, forms.ReasonForm(request.POST or None),
        lambda _found, data: action(by=request.user, at=request.at, decision_id=decision_id, reason=data["reason"]),
        title=_("否决或撤回授信审批"), label=_("提交"), done=_("已登记。"),
    )  # fmt: skip


@doors.page
def prepare_contracts(request: Request, number: str) -> HttpResponse:
    """Lay the contracts before both sides."""
    return _step(
        request, number, forms.ContractForm(request.POST or None, request.FILES or None),
        lambda found, data: _prepare(request, found, data),
        title=_("准备合同"), label=_("提交合同"), done=_("合同已备,双方可以签署。"),
    )  # fmt: skip


def _prepare(request: Request, found: queries.Case, data: dict[str, Any]) -> Any:
    subject = found.application.number
    loan_contract, contract = (store(request, kind, data.pop(kind), subject) for kind in ("loan_contract", "contract"))
    return contracts.prepare(
        by=request.user, at=request.at, application_id=found.application.pk, contract_document_id=contract,
        loan_contract_document_id=loan_contract, **data,
    )  # fmt: skip


@doors.page
@require_POST
def sign(request: Request, number: str) -> HttpResponse:
    """Sign for the bank."""
    found = queries.case(request.user, number, request.at)
    agreement_id = found.agreement.pk if found.agreement else 0
    return doors.act(
        request, lambda: agreements.sign(by=request.user, at=request.at, agreement_id=agreement_id),
        done=_("贵行已签署。"), to=page(number),
    )  # fmt: skip


@doors.page
def rescind(request: Request, number: str) -> HttpResponse:
    """Record that both sides rescinded the contracts before payment."""
    return _step(
        request, number, forms.RescissionForm(request.POST or None, request.FILES or None),
        lambda found, data: endings.rescind(
            by=request.user, at=request.at, application_id=found.application.pk, reason=data["reason"],
            rescission_document_id=store(request, "rescission", data["rescission"], number),
        ),
        title=_("解除合同"), label=_("登记解除"), done=_("合同已解除,预占的补偿额度已退回。"),
        to=reverse("bank_workbench"),
    )  # fmt: skip


@doors.page
def disburse(request: Request, number: str) -> HttpResponse:
    """Pay out the loan."""
    form = forms.DisbursementForm(request.POST or None, initial={"disbursed_on": timezone.localdate(request.at)})
    return _step(
        request, number, form,
        lambda found, data: lending.disburse(
            by=request.user, at=request.at, application_id=found.application.pk, **data
        ),
        title=_("登记放款"), label=_("登记放款"), done=_("已放款;补偿责任按备案生效。"),
        to=lambda loan: reverse("bank_loan", args=[loan.number]),
    )  # fmt: skip


def _step(
    request: Request, number: str, form: Any, action: Callable[[queries.Case, dict[str, Any]], Any], *, title: str,
    label: str, done: str, to: Any = None,
) -> HttpResponse:  # fmt: skip
    """Show one step's form under the case it belongs to, and carry it out once."""
    found = queries.case(request.user, number, request.at)
    answer = doors.submitted(request, form, lambda data: action(found, data), done=done, to=to or page(number))
    context = {"case": found, "form": form, "title": title, "label": label, "crumbs": crumbs(found, title)}
    return answer or render(request, "banks_portal/cases/step.html", context)


def store(request: Request, kind: str, upload: Any, subject: str) -> Any:
    """Keep an uploaded file and return its id."""
    row = documents.store(
        by=request.user, at=request.at, kind=kind, filename=upload.name, data=upload.read(), subject=subject
    )
    return row.pk


def page(number: str) -> str:
    return reverse("bank_case", args=[number])


def crumbs(found: queries.Case, last: str = "") -> list[dict[str, str]]:
    crumbs = [{"label": _("工作台"), "url": reverse("bank_workbench")}, {"label": found.application.number}]
    if last:
        crumbs[1]["url"] = page(found.application.number)
        crumbs.append({"label": last})
    return crumbs
