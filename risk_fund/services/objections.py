"""During publicity anybody concerned may object; the region's IP administration inquires, the finance office decides.

An objection that is upheld revokes the approval: the engine takes the loss back to the lender, the books are turned
round, and the claim is over.
"""

from datetime import datetime
from uuid import UUID

from django.utils import timezone

from finance_platform.foundation import queries as shared_queries
from finance_platform.foundation.errors import Conflict, Invalid, NotFound
from finance_platform.foundation.models import User
from finance_platform.foundation.permissions import Permission
from finance_platform.foundation.rules import require_distinct_hands
from finance_platform.foundation.use_case import hands, use_case
from risk_fund.models import Claim, ClaimStep, Objection
from risk_fund.queries import claims as queries
from risk_fund.rules import claims as rules
from risk_fund.rules import journal
from risk_fund.services import ledger, sharing


@use_case(Permission.CLAIM_OBJECT)
def raise_objection(
    *, by: User, at: datetime, claim_number: str, text: str, document_id: UUID | None = None
) -> Objection:
    """Object to a publicised claim, which stops its payment. Whoever reads the public notice may object.

    Raises: NotFound; Invalid without a text; Conflict after the last day; IllegalTransition. Writes: objection, claim.
    """
    claim = Claim.objects.select_for_update().filter(number=claim_number, publicised_on__isnull=False).first()
    if claim is None or claim.publicity_ends is None:
        raise NotFound("没有这份公示")
    if not text.strip():
        raise Invalid("请写明异议内容", fields={"text": "必填"})
    if rules.may_pay(timezone.localdate(at), claim.publicity_ends):
        raise Conflict(f"公示已于 {claim.publicity_ends} 截止", code="publicity_over")
    claim.move("object", by=by, at=at, text=text.strip())
    document = shared_queries.document(by, document_id) if document_id else None
    return Objection.objects.create(claim=claim, text=text.strip(), document=document, raised_by=by, raised_at=at)


@use_case(Permission.CLAIM_CHECK)
def propose(*, by: User, at: datetime, claim_id: int, uphold: bool, finding: str) -> Objection:
    """Write what the inquiry found and whether the objection should be upheld.

    Raises: NotFound; Invalid without a finding; Conflict if no objection is open. Writes: objection.
    """
    objection = _open(by, claim_id)
    if not finding.strip():
        raise Invalid("请写明调查意见", fields={"finding": "必填"})
    objection.uphold, objection.finding = uphold, finding.strip()
    objection.proposed_by, objection.proposed_hands = by, list(hands())
    objection.save()
    return objection


@use_case(Permission.CLAIM_APPROVE)
def decide(*, by: User, at: datetime, claim_id: int) -> Claim:
    """Confirm the proposal: dismissed, the claim goes on in publicity; upheld, its approval is revoked.

    Raises: NotFound; Conflict without a proposal; Forbidden (same hands). Writes: objection, claim; if upheld the
    engine's clawback and the turned-round entries of the approval.
    """
    objection = _open(by, claim_id)
    if objection.uphold is None:
        raise Conflict("异议尚无调查意见:请先由自治区知识产权局提出", code="no_proposal")
    require_distinct_hands(objection.proposed_hands, hands(), what="异议处理")
    objection.decided_by, objection.decided_at = by, at
    objection.save()
    claim = objection.claim
    if objection.uphold:
        _revoke(claim, objection, by, at)
    claim.move("uphold_objection" if objection.uphold else "dismiss_objection", by=by, at=at, finding=objection.finding)
    ClaimStep.objects.create(claim=claim, step="objection", by=by, hands=list(hands()), at=at, note=objection.finding)
    return claim


def _open(by: User, claim_id: int) -> Objection:
    claim = queries.claim(by, claim_id, lock=True)
    objection = Objection.objects.select_for_update().filter(claim=claim, decided_at=None).first()
    if objection is None:
        raise Conflict("没有待处理的异议", code="no_objection")
    objection.claim = claim
    return objection


def _revoke(claim: Claim, objection: Objection, by: User, at: datetime) -> None:
    """Take the loss back to the lender. An earlier paid claim on the loan would be voided too, and needs more."""
    if Claim.objects.filter(loan=claim.loan_id, state="PAID").exists():
        raise Conflict("该笔贷款已有支付过的补偿,撤销需同时追回,平台尚不支持:请联系财政部门", code="paid_before")
    enrolment = claim.enrolment
    shared = sharing.apply(enrolment, {"type": "clawback"}, by=by, at=at, subject=claim.number)
    enrolment.move("void", by=by, at=at, claim=claim.number)
    fund_party = enrolment.scheme_version.document["fund"]
    ledger.post(
        fund=enrolment.scheme_version.scheme.fund, at=at, effective_date=timezone.localdate(at),
        drafts=[journal.claim_reduced(enrolment.number, shared.event.outcome["returned"][fund_party])],
        maker_id=objection.proposed_by_id or 0, checker_id=by.pk, subject=f"risk_fund.Claim:{claim.pk}",
        idempotency_key=f"claim:{claim.number}:revoked",
    )  # fmt: skip
