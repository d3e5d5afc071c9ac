"""Claims at the desks, and in public."""

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import messages
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
from risk_fund.forms import claims as forms
from risk_fund.models import Claim
from risk_fund.queries import claims as queries
from risk_fund.queries import desk, ledger
from risk_fund.rules import claims as rules
from risk_fund.services import claims, objections

Request: Any = HttpRequest
TONES = {
    "SUBMITTED": "info", "REVIEWED": "info", "CHECKED": "info", "RETURNED": "warn", "OBJECTED": "warn",
    "APPROVED": "good", "PUBLICISED": "good", "PAID": "good", "REJECTED": "bad", "WITHDRAWN": "neutral",
    "REVOKED": "bad",
}  # fmt: skip
# On which next steps the claim's page shows each form.
FORM_OF = {
    "decision_form": {"first_review", "check", "approve"}, "note_form": {"first_review"}, "proposal_form": {"propose"},
}  # fmt: skip


@doors.page
def claim_list(request: Request) -> HttpResponse:
    """Show the claims of one's part of the region; `state` filters."""
    doors.require(request, Permission.OVERVIEW_READ)
    rows = queries.claims_visible_to(request.user)
    state = request.GET.get("state", "")
    rows = rows.filter(state=state) if state in rules.CLAIM.states else rows
    page = doors.paged(rows, request.GET.get("after", ""))
    context = {
        "page": page,
        "rows": desk_rows(page.rows, request),
        "states": rules.CLAIM.states.items(),
        "state": state,
        "crumbs": [_crumb(_("补偿申请"))],
    }
    return render(request, "risk_fund/claims/list.html", context)


def desk_rows(rows: Iterable[Claim], request: Request) -> list[tuple[Claim, desk.Standing, str]]:
    """Return each claim with what this person may do with it, and the tone of its state."""
    return [(row, desk.standing(row, request.user, request.at), TONES.get(row.state, "neutral")) for row in rows]


@doors.page
def claim_page(request: Request, number: str) -> HttpResponse:
    """Show a claim: what the lender says, what the record gives, how it was shared, who did what, what may be done."""
    claim = queries.claim_by_number(request.user, number)
    return _show(request, claim, {})


def _show(request: Request, claim: Claim, forms_given: dict[str, Any]) -> HttpResponse:
    standing = desk.standing(claim, request.user, request.at)
    context = {
        "claim": claim,
        "standing": standing,
        "tone": TONES.get(claim.state, "neutral"),
        "steps": desk.way(claim),
        "explanation": desk.explained(claim),
        "comparison": [(rules.COMPONENT_LABELS[row.component], row) for row in claim.comparison],
        "history": [(rules.STEP_LABELS[step.step], step) for step in claim.steps.select_related("by")],
        "evidence": _evidence(request, claim),
        "orders": claim.orders.all(),
        "vouchers": ledger.entries_about(request.user, claim, *claim.orders.all()),
        "objections": claim.objections.select_related("raised_by", "proposed_by", "decided_by"),
        "decision_form": forms.DecisionForm(initial={"agree": "yes"}),
        "note_form": forms.NoteForm(),
        "proposal_form": forms.ProposalForm(initial={"uphold": "no"}),
        "crumbs": [_crumb(_("补偿申请"), reverse("bureau_claims")), _crumb(claim.number)],
    } | forms_given
    return render(request, "risk_fund/claims/detail.html", context)


def _evidence(request: Request, claim: Claim) -> list[dict[str, Any]]:
    """Return the evidence with its labels; those who pay and book see that it exists, reviewers may open it."""
    ids = [item["document_id"] for item in claim.evidence]
    visible = shared.documents_visible_to(request.user).filter(pk__in=ids)
    readable = {str(pk) for pk in visible.values_list("pk", flat=True)}
    return [
        item | {"label": rules.evidence_label(item["kind"]), "readable": item["document_id"] in readable}
        for item in claim.evidence
    ]


def _written(service: Callable[..., Any], form_class: Any, name: str, done: Any) -> Any:
    """Return the view of a desk's form: carried out, or shown again on the claim's page with what is wrong."""

    @doors.page
    @require_POST
    def act(request: Request, number: str) -> HttpResponse:
        claim = queries.claim_by_number(request.user, number)
        form = form_class(request.POST)

        def carry_out(fields: dict[str, Any]) -> Any:
            return service(by=request.user, at=request.at, claim_id=claim.pk, **fields)

        answer = doors.submitted(request, form, carry_out, done=done, to=_address(claim))
        return answer or _show_again(request, number, name, form)

    return act


def _show_again(request: Request, number: str, name: str, form: Any) -> HttpResponse:
    """Show the claim with what is wrong: in its form, or above all where the claim's state no longer shows one."""
    claim = queries.claim_by_number(request.user, number)
    if desk.standing(claim, request.user, request.at).action not in FORM_OF[name]:
        for fault in form.non_field_errors():
            messages.error(request, fault)
    return _show(request, claim, {name: form})


def _pressed(service: Callable[..., Any], done: Any) -> Any:
    """Return the view of a one-button action on a claim."""

    @doors.page
    @require_POST
    def act(request: Request, number: str) -> HttpResponse:
        claim = queries.claim_by_number(request.user, number)
        return doors.act(
            request, lambda: service(by=request.user, at=request.at, claim_id=claim.pk), done=done, to=_address(claim)
        )

    return act


first_review = _written(claims.first_review, forms.DecisionForm, "decision_form", _lazy("初审意见已记录"))
check = _written(claims.check, forms.DecisionForm, "decision_form", _lazy("复核意见已记录"))
approve = _written(claims.approve, forms.DecisionForm, "decision_form", _lazy("审定意见已记录"))
send_back = _written(claims.send_back, forms.NoteForm, "note_form", _lazy("已退回补正"))
propose = _written(objections.propose, forms.ProposalForm, "proposal_form", _lazy("调查意见已记录"))
publicise = _pressed(claims.publicise, _lazy("已开始公示"))
decide = _pressed(objections.decide, _lazy("异议已处理"))


# --- In public -------------------------------------------------------------------------------------------------------
@doors.public_page
def notices(request: Request) -> HttpResponse:
    """Show every publicised claim, names masked."""
    context = {
        "notices": queries.notices(),
        "today": timezone.localdate(request.at),
        "may_object": shared.may(doors.person(request), Permission.CLAIM_OBJECT, request.at),
        "crumbs": [_crumb(_("补偿公示"))],
    }
    return render(request, "risk_fund/claims/public.html", context)


@doors.page
def objection(request: Request, number: str) -> HttpResponse:
    """Let somebody concerned object to a publicised claim."""
    doors.require(request, Permission.CLAIM_OBJECT)
    form = forms.ObjectionForm(request.POST or None)

    def carry_out(fields: dict[str, Any]) -> Any:
        return objections.raise_objection(by=request.user, at=request.at, claim_number=number, **fields)

    answer = doors.submitted(request, form, carry_out, done=_("异议已提交,付款暂停"), to=reverse("claim_notices"))
    crumbs = [_crumb(_("补偿公示"), reverse("claim_notices")), _crumb(_("提出异议"))]
    context = {"form": form, "number": number, "crumbs": crumbs}
    return answer or render(request, "risk_fund/claims/objection.html", context)


def _address(claim: Claim) -> str:
    return reverse("bureau_claim", args=[claim.number])


def _crumb(label: Any, url: str = "") -> dict[str, Any]:
    return {"label": label, "url": url}
