"""The credit decision: an officer proposes, two approvers decide; the second approval reserves the fund's cover."""

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils import timezone

from banks_portal.models import CreditDecision
from banks_portal.queries import appraisals
from banks_portal.queries import awards as queries
from banks_portal.rules import credit as rules
from banks_portal.services import _locks
from finance_platform.foundation.errors import Conflict, IllegalTransition, Invalid
from finance_platform.foundation.models import User
from finance_platform.foundation.permissions import Permission
from finance_platform.foundation.rules import require_distinct_hands
from finance_platform.foundation.use_case import hands, use_case
from pledges.services import awards
from risk_fund.services import enrolments
from valuation.rules.bases import FILED_REPORT


@use_case(Permission.DILIGENCE)
def propose(
    *, by: User, at: datetime, application_id: int, principal_fen: int, ltv_limit: Decimal, note: str,
    with_cover: bool = True, scheme_code: str = "", basis: str = FILED_REPORT,
) -> CreditDecision:  # fmt: skip
    """Propose a credit on an application the bank won, resting on a value of one basis, with cover or plainly without.

    Raises: NotFound; IllegalTransition outside due diligence; Invalid (no value of that basis in force, or not
    allowed; loan-to-value above the bank's limit, more than offered, no scheme named); Conflict if a decision is open.
    Writes: decision.
    """
    offer: Any = queries.won_offer(by, application_id)
    if _locks.state_of_locked(application_id) != "DUE_DILIGENCE":
        raise IllegalTransition("请先开始尽职调查,再提交授信审批")
    if queries.live_decision(application_id):
        raise Conflict("该申请已有审批中的授信决定", code="decision_open")
    today = timezone.localdate(at)
    appraisal = appraisals.in_force(application_id, by.organisation, basis, today)
    faults = rules.faults(
        principal_fen=principal_fen, offered_fen=offer.amount_fen, ltv_limit=Fraction(ltv_limit), on=today,
        appraised_value_fen=appraisal.appraised_value_fen if appraisal else None,
        appraisal_expires=appraisal.expires_on if appraisal else None, basis=basis,
    )  # fmt: skip
    faults |= appraisals.not_allowed(application_id, basis, principal_fen, appraisal, today)
    faults |= {"scheme_code": "纳入风险补偿时须选择补偿方案"} if with_cover and not scheme_code else {}
    faults |= {"note": "请写明授信意见"} if not note.strip() else {}
    if faults:
        raise Invalid("尚不能提交审批:" + ";".join(faults.values()), fields=faults)
    assert appraisal is not None
    return CreditDecision.objects.create(
        application_id=application_id, offer=offer, bank=by.organisation, principal_fen=principal_fen,
        basis=basis, appraisal_number=appraisal.number,
        appraised_value_fen=appraisal.appraised_value_fen, ltv_limit=ltv_limit,
        with_cover=with_cover, scheme_code=scheme_code if with_cover else "", note=note.strip(), proposed_by=by,
        proposed_for_id=_principal(), proposed_at=at,
    )  # fmt: skip


@use_case(Permission.CREDIT_APPROVE)
def approve(*, by: User, at: datetime, decision_id: int) -> CreditDecision:
    """Give the first or the second approval; the second reserves cover and approves the application, or nothing.

    Raises: NotFound; Forbidden (same hands); IllegalTransition; Conflict if the value proposed on is no longer in
    force, or with the fund's reason if cover is refused: then the officer may withdraw and propose anew.
    Writes: decision; application, enrolment at the second.
    """
    decision = queries.decision(by, decision_id, lock=True)
    require_distinct_hands(_behind(decision, "proposed"), _behind(decision, "first"), hands(), what="授信审批")
    if decision.state == "PROPOSED":
        decision.first_by, decision.first_for_id, decision.first_at = by, _principal(), at
        decision.move("support", by=by, at=at)
        return decision
    _require_still_in_force(decision, timezone.localdate(at))
    decision.second_by, decision.second_for_id, decision.second_at = by, _principal(), at
    decision.move("approve", by=by, at=at, with_cover=decision.with_cover, scheme=decision.scheme_code)
    _reserve(decision, by, at)
    awards.approve(by=by, at=at, application_id=decision.application_id)
    return decision


def _require_still_in_force(decision: CreditDecision, today: date) -> None:
    """The value proposed on may have been objected to, replaced or run out since. Raises: Conflict."""
    value = appraisals.in_force(decision.application_id, decision.bank, decision.basis, today)
    if value is None or value.number != decision.appraisal_number:
        raise Conflict(
            f"{decision.basis_label} {decision.appraisal_number} 已不在用:请撤回本审批,按在用的价值重新提交",
            code="value_not_in_force",
        )


def _reserve(decision: CreditDecision, by: User, at: datetime) -> None:
    if not decision.with_cover:
        return
    try:
        enrolments.reserve(
            by=by, at=at, application_id=decision.application_id, bank_id=decision.bank_id,
            principal_fen=decision.principal_fen, scheme_code=decision.scheme_code,
        )  # fmt: skip
    except Conflict as refusal:
        remedy = "如仍拟发放,请由客户经理撤回本审批,改按“不纳入风险补偿”重新提交"
        raise Conflict(f"风险补偿额度预占未通过:{refusal.message}。{remedy}", code=refusal.code) from None


@use_case(Permission.CREDIT_APPROVE)
def refuse(*, by: User, at: datetime, decision_id: int, reason: str) -> CreditDecision:
    """Refuse a proposed credit with a reason; the officer may propose anew or decline the award.

    Raises: NotFound; Forbidden (same hands); IllegalTransition; Invalid without a reason. Writes: decision.
    """
    decision = queries.decision(by, decision_id, lock=True)
    require_distinct_hands(_behind(decision, "proposed"), hands(), what="授信审批")
    return _close(decision, "refuse", reason, by, at)


@use_case(Permission.DILIGENCE)
def withdraw(*, by: User, at: datetime, decision_id: int, reason: str) -> CreditDecision:
    """Take a proposal back before it is approved. Raises: NotFound; IllegalTransition; Invalid. Writes: decision."""
    return _close(queries.decision(by, decision_id, lock=True), "withdraw", reason, by, at)


def _close(decision: CreditDecision, event: str, reason: str, by: User, at: datetime) -> CreditDecision:
    if not reason.strip():
        raise Invalid("请写明理由", fields={"reason": "必填"})
    decision.closing_reason = reason.strip()[:500]
    decision.move(event, by=by, at=at, reason=decision.closing_reason)
    return decision


def _behind(decision: CreditDecision, step: str) -> list[int | None]:
    return [getattr(decision, f"{step}_by_id"), getattr(decision, f"{step}_for_id")]


def _principal() -> int | None:
    """Return whom the acting person stands in for, if anybody."""
    return hands()[1] if len(hands()) > 1 else None
