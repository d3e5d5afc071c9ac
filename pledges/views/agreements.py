"""The enterprise's contracts: what is signed, by its hashes; who signed when; what the registries decided."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from finance_platform.foundation import doors
from finance_platform.foundation.permissions import Permission
from finance_platform.foundation.templatetags.figures import day, percent, yuan
from pledges import queries
from pledges.models import PledgeAgreement, Pledgee
from pledges.rules.states import PLEDGE_TONES
from pledges.services import agreements

Request: Any = HttpRequest


@doors.page
def my_list(request: Request) -> HttpResponse:
    doors.require(request, Permission.CONTRACT_SIGN)
    rows = queries.agreements_visible_to(request.user).select_related("application", "lender")
    context = {"page": doors.paged(rows, request.GET.get("after", "")), "crumbs": [{"label": _("合同")}]}
    return render(request, "pledges/contracts/mine.html", context)


@doors.page
def contract(request: Request, number: str) -> HttpResponse:
    """Show what is to be signed, and let the borrower sign it."""
    found = _mine(request, number)
    state = found.application.state
    context = {
        "agreement": found, "facts": _facts(found), "steps": _steps(found),
        "papers": [
            (_("质押合同"), found.contract_document_id, found.contract_sha256),
            (_("借款合同"), found.loan_contract_document_id, found.loan_contract_sha256),
        ],
        "signable": found.signed_by_borrower_id is None and state == "APPROVED",
        "ended": state in {"WITHDRAWN", "EXPIRED"},
        "pool": found.application.pool.select_related("asset", "pledgor"),
        "pledges": pledge_rows(found.pledges.order_by("pk")),
        "crumbs": [{"label": _("合同"), "url": reverse("sme_contracts")}, {"label": found.number}],
    }  # fmt: skip
    return render(request, "pledges/contracts/contract.html", context)


@doors.page
@require_POST
def sign(request: Request, number: str) -> HttpResponse:
    found = _mine(request, number)
    return doors.act(
        request, lambda: agreements.sign(by=request.user, at=request.at, agreement_id=found.pk),
        done=_("已签署"), to=reverse("sme_contract", args=[found.number]),
    )  # fmt: skip


def pledge_rows(pledges: Iterable[Any]) -> list[tuple[Any, str, object]]:
    """Return (pledge, tone, registry) for the table of registrations."""
    return [(pledge, PLEDGE_TONES[pledge.state], queries.REGISTRIES[pledge.registry]) for pledge in pledges]


def _mine(request: Request, number: str) -> PledgeAgreement:
    doors.require(request, Permission.CONTRACT_SIGN)
    return queries.agreement_by_number(request.user, number)


def _facts(found: PledgeAgreement) -> list[tuple[str, object]]:
    return [
        (_("申请"), found.application.number),
        (_("贷款银行"), found.lender),
        (_("质押方式"), _(found.get_kind_display())),
        (_("担保债权金额"), yuan(found.secured_amount_fen)),
        (_("债务履行期届满日"), day(found.maturity)),
        (_("质权人"), "、".join(map(_holder, found.pledgees.select_related("organisation")))),
    ]


def _holder(pledgee: Pledgee) -> str:
    share = f" {percent(pledgee.share)}" if pledgee.share else ""
    return f"{pledgee.organisation}({_(pledgee.get_role_display())}{share})"


def _steps(found: PledgeAgreement) -> list[dict[str, object]]:
    """Return the contract's way: both signatures, the registrations, the payment."""
    registered, paid_out = queries.cover_start(found.application), queries.loan_of(found.application_id)
    done = [
        (_("银行准备合同"), True, day(found.prepared_at)),
        (_("企业签署"), found.signed_by_borrower_at is not None, day(found.signed_by_borrower_at)),
        (_("银行签署"), found.signed_by_lender_at is not None, day(found.signed_by_lender_at)),
        (_("质押登记"), registered is not None, day(registered)),
        (_("放款"), paid_out is not None, day(paid_out.disbursed_on) if paid_out else ""),
    ]
    now = next((label for label, is_done, _note in done if not is_done), None)
    return [
        {"label": label, "state": "done", "note": note}
        if is_done
        else {"label": label, "state": "now" if label == now else "todo"}
        for label, is_done, note in done
    ]
