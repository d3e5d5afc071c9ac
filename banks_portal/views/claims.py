"""The bank's claims: those filed, and a new one assembled from the loan's record."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from banks_portal.forms.loans import ClaimForm
from banks_portal.queries import claims as queries
from banks_portal.services import claims
from banks_portal.views.cases import store
from finance_platform.foundation import doors
from finance_platform.foundation.permissions import Permission
from pledges import queries as pledges
from risk_fund.queries import claims as fund_claims
from risk_fund.queries import desk
from risk_fund.rules import claims as claim_rules

Request: Any = HttpRequest
TONES = {"RETURNED": "warn", "REJECTED": "bad", "OBJECTED": "bad", "PAID": "good", "WITHDRAWN": "neutral"}


@doors.page
def claim_list(request: Request) -> HttpResponse:
    """Show the claims of the viewer's organisation."""
    doors.require(request, Permission.WORK_DELEGATE)
    page = doors.paged(fund_claims.claims_visible_to(request.user), request.GET.get("after", ""))
    return render(request, "banks_portal/claims/list.html", {"page": page, "crumbs": [{"label": _("补偿申请")}]})


@doors.page
def claim(request: Request, number: str) -> HttpResponse:
    """Show one claim as its claimant sees it."""
    found = fund_claims.claim_by_number(request.user, number)
    context = {
        "claim": found,
        "tone": TONES.get(found.state, "info"),
        "explanation": desk.explained(found),
        "steps": [(claim_rules.STEP_LABELS[step.step], step) for step in found.steps.select_related("by")],
        "evidence": [(claim_rules.evidence_label(item["kind"]), item) for item in found.evidence],
        "crumbs": [{"label": _("补偿申请"), "url": reverse("bank_claims")}, {"label": number}],
    }  # fmt: skip
    return render(request, "banks_portal/claims/claim.html", context)


@doors.page
def new(request: Request) -> HttpResponse:
    """Assemble a claim on the loan named in the address, and file it."""
    doors.require(request, Permission.CLAIM_FILE)
    loan = pledges.loan_by_number(request.user, request.GET.get("loan", ""))
    found = queries.assemble(request.user, loan.pk, timezone.localdate(request.at))
    initial = {name: getattr(found, name) for name in ("principal_fen", "interest_fen", "penalty_fen")}
    form = ClaimForm(
        request.POST or None, request.FILES or None, required_evidence=found.required, initial=initial | {"cost_fen": 0}
    )
    answer = doors.submitted(
        request, form, lambda data: _file(request, loan, form, data),
        done=_("补偿申请已提交,等待盟市知识产权部门初审。"),
        to=lambda row: reverse("bank_claim", args=[row.number]),
    )  # fmt: skip
    context = {
        "found": found, "loan": loan, "form": form,
        "crumbs": [{"label": _("补偿申请"), "url": reverse("bank_claims")}, {"label": _("新的申请")}],
    }  # fmt: skip
    return answer or render(request, "banks_portal/claims/new.html", context)


def _file(request: Request, loan: Any, form: ClaimForm, data: dict[str, Any]) -> Any:
    evidence = [
        {"kind": kind, "document_id": str(store(request, kind, data[f"evidence_{kind}"], loan.number))}
        for kind in form.evidence_kinds
    ]
    return claims.file(
        by=request.user, at=request.at, loan_id=loan.pk, evidence=evidence, explanation=data["explanation"],
        **form.amounts(),
    )  # fmt: skip
