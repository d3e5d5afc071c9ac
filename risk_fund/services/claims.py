"""A claim passes three desks in two offices, then the public eye; the scheme shares the loss at the last signature.

The lender files; the prefecture's IP office recomputes the loss; the region's IP administration checks; the finance
office approves. Four different persons, principals counted. Compensation leaves the borrower's debt as it is.
"""

from datetime import date, datetime
from typing import Any

from django.utils import timezone

from finance_platform.foundation import queries as shared_queries
from finance_platform.foundation.errors import Conflict, Forbidden, IllegalTransition, Invalid
from finance_platform.foundation.models import User
from finance_platform.foundation.permissions import Permission
from finance_platform.foundation.rules import require_distinct_hands
from finance_platform.foundation.services import numbers
from finance_platform.foundation.use_case import hands, use_case
from pledges import queries as pledges
from risk_fund.models import Claim, ClaimStep, Enrolment
from risk_fund.queries import claims as queries
from risk_fund.queries import enrolments as enrolment_queries
from risk_fund.rules import claims as rules
from risk_fund.rules import journal
from risk_fund.services import ledger, sharing

# Whose hands must differ from those of the step.
_BEFORE = {"first_review": ("file",), "second_review": ("file", "first_review"),
           "approve": ("file", "first_review", "second_review")}  # fmt: skip
_CLAIMABLE = ("OVERDUE", "ACCELERATED", "COMPENSATED", "IN_RECOVERY")


# --- The claimant ----------------------------------------------------------------------------------------------------
@use_case(Permission.CLAIM_FILE)
def file(
    *, by: User, at: datetime, loan_id: int, principal_fen: int = 0, interest_fen: int = 0, penalty_fen: int = 0,
    cost_fen: int = 0, interest_days: int | None = None, due: date | None = None,
    evidence: list[dict[str, str]] | None = None, explanation: str = "",
) -> Claim:  # fmt: skip
    """File a claim on a loan under cover. `evidence` lists {"kind", "document_id"} of the claimant's documents.

    Raises: NotFound; Forbidden for anybody but lender or guarantor; Conflict if the loan has an open claim, no
    registered pledge, or with the engine's reason; Invalid (amounts, evidence, one loss claimed twice).
    Writes: claim in SUBMITTED, its first step; the documents are opened to no one else (the offices read them all).
    """
    loan = pledges.loan(by, loan_id)
    enrolment = enrolment_queries.enrolment_of_loan(loan_id, lock=True)
    _require_claimable(by, loan, enrolment)
    assert enrolment is not None
    loss = rules.Loss(principal_fen, interest_fen, penalty_fen, cost_fen)
    owed = _recomputed(loan, timezone.localdate(at))
    _require_loss(loan, loss, owed)
    claim = Claim(
        number=numbers.take("BC", timezone.localdate(at).year), enrolment=enrolment, loan=loan,
        claimant=by.organisation, prefecture=enrolment.application.region, principal_fen=principal_fen,
        interest_fen=interest_fen, penalty_fen=penalty_fen, cost_fen=cost_fen, interest_days=interest_days, due=due,
        as_of=timezone.localdate(at), evidence=_evidence(by, evidence or []), explanation=explanation.strip(),
        recomputed=_by_field(owed), filed_by=by, filed_at=at,
    )  # fmt: skip
    sharing.try_out(enrolment, _event(claim), at=at, registered=_registered(loan))
    claim.save()
    claim.move("submit", by=by, at=at, loss_fen=loss.total_fen, evidence=claim.evidence)
    _step(claim, "file", by, at, claim.explanation)
    return claim


@use_case(Permission.CLAIM_FILE)
def resubmit(*, by: User, at: datetime, claim_id: int, evidence: list[dict[str, str]], explanation: str) -> Claim:
    """Answer what the office asked for: more evidence and a word; the amounts stay (withdraw to change them).

    Raises: NotFound; IllegalTransition; Invalid. Writes: claim back in SUBMITTED.
    """
    claim = _own(by, claim_id)
    claim.evidence = [*claim.evidence, *_evidence(by, evidence, complete=False)]
    claim.explanation = f"{claim.explanation}\n{explanation.strip()}".strip()
    claim.move("resubmit", by=by, at=at, evidence=claim.evidence)
    _step(claim, "resubmit", by, at, explanation)
    return claim


@use_case(Permission.CLAIM_FILE)
def withdraw(*, by: User, at: datetime, claim_id: int, reason: str) -> Claim:
    """Take a claim back before it is reviewed. Raises: NotFound; IllegalTransition; Invalid without a reason."""
    claim = _own(by, claim_id)
    claim.move("withdraw", by=by, at=at, reason=_text(reason, "reason", "请写明撤回原因"))
    _step(claim, "withdraw", by, at, reason)
    return claim


# --- The desks -------------------------------------------------------------------------------------------------------
@use_case(Permission.CLAIM_FIRST_REVIEW)
def first_review(*, by: User, at: datetime, claim_id: int, agree: bool, note: str = "") -> Claim:
    """Recompute the loss from the loan's record and agree or refuse; a difference must be explained in the note.

    Raises: NotFound; Forbidden (same hands); IllegalTransition; Invalid. Writes: claim, step, the loss as recomputed.
    """
    claim = _for_step(by, claim_id, "first_review")
    owed = _recomputed(pledges.loan(by, claim.loan_id), claim.as_of)
    claim.recomputed = _by_field(owed)
    if agree and not note.strip() and any(row.difference_fen for row in claim.comparison):
        raise Invalid("申请金额与系统重算不一致", fields={"note": "请逐项说明差异原因后再同意"})
    return _pass_on(claim, "first_review", "reviewed_by", agree, note, by, at)


@use_case(Permission.CLAIM_FIRST_REVIEW)
def send_back(*, by: User, at: datetime, claim_id: int, note: str) -> Claim:
    """Ask the claimant for what is missing. Raises: NotFound; Forbidden; IllegalTransition; Invalid without a list."""
    claim = _for_step(by, claim_id, "first_review")
    claim.move("send_back", by=by, at=at, missing=_text(note, "note", "请写明需要补正的材料"))
    _step(claim, "send_back", by, at, note)
    return claim


@use_case(Permission.CLAIM_CHECK)
def check(*, by: User, at: datetime, claim_id: int, agree: bool, note: str = "") -> Claim:
    """Check a reviewed claim for the region, or refuse it with a reason.

    Raises: NotFound; Forbidden (same hands); IllegalTransition; Invalid. Writes: claim, step.
    """
    return _pass_on(_for_step(by, claim_id, "second_review"), "second_review", "checked_by", agree, note, by, at)


@use_case(Permission.CLAIM_APPROVE)
def approve(*, by: User, at: datetime, claim_id: int, agree: bool, note: str = "") -> Claim:
    """Give the last signature: the scheme shares the loss, which binds; or refuse with a reason.

    Raises: NotFound; Forbidden (same hands); IllegalTransition; Conflict with the engine's reason, or if the fund's
    free cash does not cover its part. Writes: claim, step, sharing event, journal entries (liability and reserved cash
    in the money book, cover used in the memo book).
    """
    claim = _for_step(by, claim_id, "approve")
    if agree:
        _share(claim, by, at)
    return _pass_on(claim, "approve", "approved_by", agree, note, by, at)


# --- Publicity -------------------------------------------------------------------------------------------------------
@use_case(Permission.CLAIM_PUBLICISE)
def publicise(*, by: User, at: datetime, claim_id: int, calendar: str = shared_queries.STATE_COUNCIL) -> Claim:
    """Show an approved claim in public, names masked, for five working days of the calendar.

    A portfolio replay over years without imported holidays names the weekend-only calendar.
    Raises: NotFound; IllegalTransition; OutOfRange beyond the working calendar. Writes: claim with both days.
    """
    claim = queries.claim(by, claim_id, lock=True)
    today = timezone.localdate(at)
    claim.publicised_on = today
    claim.publicity_ends = shared_queries.work_calendar(calendar).add(today, rules.PUBLICITY_WORKING_DAYS)
    claim.move("publicise", by=by, at=at, until=claim.publicity_ends.isoformat())
    _step(claim, "publicise", by, at)
    return claim


# --- Sharing ---------------------------------------------------------------------------------------------------------
def _share(claim: Claim, by: User, at: datetime) -> None:
    """Let the engine share the loss, and book what it means to the fund."""
    enrolment = Enrolment.objects.select_for_update().get(pk=claim.enrolment_id)
    shared = sharing.apply(
        enrolment, _event(claim), by=by, at=at, registered=_registered(claim.loan), subject=claim.number
    )
    fund_party = enrolment.scheme_version.document["fund"]
    _require_payable(shared.event.outcome, fund_party)
    claim.outcome = shared.event.outcome
    claim.compensation_fen = claim.outcome["allocation"][fund_party]
    if enrolment.state == "COMMITTED":
        enrolment.move("claim", by=by, at=at, claim=claim.number)
    ledger.post(
        fund=enrolment.scheme_version.scheme.fund, at=at, effective_date=timezone.localdate(at),
        maker_id=claim.checked_by_id, checker_id=by.pk,
        drafts=_approval(enrolment, claim.compensation_fen, shared.released_fen),
        subject=f"risk_fund.Claim:{claim.pk}", idempotency_key=f"claim:{claim.number}:approved",
    )  # fmt: skip


def _approval(enrolment: Enrolment, compensation_fen: int, released_fen: int) -> list[journal.Draft]:
    """Return the entries of an approval: the liability, the cover it uses up, and what cover is left over."""
    used_fen = min(compensation_fen, released_fen)
    rest_fen = released_fen - used_fen
    bank = enrolment.bank.credit_code
    return [
        journal.claim_approved(enrolment.number, compensation_fen),
        journal.commitment_used(enrolment.number, used_fen),
        journal.commitment_released(enrolment.number, bank, rest_fen, limited=False),
    ]


def _require_payable(outcome: dict[str, Any], fund: str) -> None:
    """Refuse aloud what the workflow cannot pay yet: a part for which there is no cash, a refund to be given back."""
    if outcome["unpaid"]:
        message = "资金可用余额不足以全额补偿,平台尚不支持递延或按比例支付:请待资金补充后审定"
        raise Conflict(message, code="short_of_cash")
    if outcome["true_up"][fund]:
        message = "此前的追偿返还需要随本次补偿回补,平台尚不支持:请先联系财政部门处理"
        raise Conflict(message, code="true_up_unsupported")


def _event(claim: Claim) -> dict[str, Any]:
    event: dict[str, Any] = {"type": "claim"} | claim.loss.by_component()
    if claim.interest_days is not None:
        event["interest_days"] = claim.interest_days
    return event | ({"due": claim.due.isoformat()} if claim.due else {})


# --- Guards ----------------------------------------------------------------------------------------------------------
def _require_claimable(by: User, loan: Any, enrolment: Enrolment | None) -> None:
    if enrolment is None or enrolment.state not in {"COMMITTED", "CLAIMED"}:
        raise Conflict("该笔贷款不在补偿范围内(没有有效备案)", code="not_enrolled")
    if by.organisation is None or by.organisation.pk not in {loan.lender_id, loan.guarantor_id}:
        raise Forbidden("只有贷款人或履行了担保责任的担保人可以申请补偿")
    if loan.state not in _CLAIMABLE:
        raise Conflict("贷款未逾期也未提前到期:请先按合同催收,达到条件后再申请", code="loan_not_in_default")
    if queries.claim_under_way(loan.pk):
        raise Conflict("该笔贷款已有办理中的补偿申请,同一损失不能重复申请", code="claim_open")


def _require_loss(loan: Any, loss: rules.Loss, owed: rules.Loss) -> None:
    amounts = loss.by_component()
    if wrong := [name for name, amount in amounts.items() if amount < 0]:
        raise Invalid("金额不能为负", fields={f"{name}_fen": "请填写零或大于零的金额" for name in wrong})
    if not loss.total_fen:
        raise Invalid("请至少填写一项损失", fields={"principal_fen": "本金、利息、罚息、费用至少一项大于零"})
    twice = rules.claimed_twice(queries.claimed_before(loan.pk), loss, owed)
    if twice:
        labels = "、".join(rules.COMPONENT_LABELS[name] for name in twice)
        raise Invalid(
            f"{labels}与以前的补偿申请重复:同一损失只能补偿一次",
            code="claimed_twice", fields={f"{name}_fen": "连同以前申请的金额已超过欠款" for name in twice},
        )  # fmt: skip


def _registered(loan: Any) -> str:
    registered = pledges.cover_start(loan)
    if registered is None:
        raise Conflict("质押登记没有全部完成,补偿责任尚未开始", code="not_registered")
    return str(registered.isoformat())


def _recomputed(loan: Any, on: date) -> rules.Loss:
    """Return what the loan's own record owes on a day; cost is not in the record and stands at nought."""
    debt = pledges.debt(loan, on)
    return rules.Loss(debt.principal_fen, debt.interest_fen, debt.penalty_fen + debt.compound_fen)


def _by_field(loss: rules.Loss) -> dict[str, int]:
    return {f"{name}_fen": amount for name, amount in loss.by_component().items()}


def _evidence(by: User, items: list[dict[str, str]], *, complete: bool = True) -> list[dict[str, str]]:
    """Return the evidence with each document's receipt. Raises: NotFound; Invalid if a required kind is missing."""
    missing = rules.missing_evidence({item["kind"] for item in items}) if complete else []
    if missing:
        raise Invalid("证据不齐", fields={"evidence": "请补充:" + "、".join(missing)})
    found = [(item["kind"], shared_queries.document(by, item["document_id"])) for item in items]
    return [
        {"kind": kind, "document_id": str(document.pk), "number": document.number, "sha256": document.sha256}
        for kind, document in found
    ]


# --- Steps -----------------------------------------------------------------------------------------------------------
def _own(by: User, claim_id: int) -> Claim:
    claim = queries.claim(by, claim_id, lock=True)
    if by.organisation is None or claim.claimant_id != by.organisation.pk:
        raise Forbidden("只能办理本单位提交的补偿申请")
    return claim


def _for_step(by: User, claim_id: int, step: str) -> Claim:
    """Return the claim, locked, if it lies on this desk and these hands have not been on it before.

    Raises: NotFound; IllegalTransition; Forbidden.
    """
    claim = queries.claim(by, claim_id, lock=True)
    if not claim.can(step):
        raise IllegalTransition(f"{claim}:当前为“{claim.state_label}”,不在本环节办理")
    earlier = ClaimStep.objects.filter(claim=claim, step__in=_BEFORE[step])
    for other in earlier:
        require_distinct_hands(other.hands, hands(), what="补偿申请审核")
    return claim


def _pass_on(claim: Claim, step: str, column: str, agree: bool, note: str, by: User, at: datetime) -> Claim:
    if agree:
        setattr(claim, column, by)
        claim.move(step, by=by, at=at, note=note, difference_fen=claim.difference_fen)
    else:
        claim.move("reject", by=by, at=at, step=step, reason=_text(note, "note", "请写明不予补偿的理由"))
    _step(claim, step if agree else "reject", by, at, note)
    return claim


def _step(claim: Claim, step: str, by: User, at: datetime, note: str = "") -> None:
    ClaimStep.objects.create(claim=claim, step=step, by=by, hands=list(hands()), at=at, note=note.strip())


def _text(text: str, field: str, remedy: str) -> str:
    if not text.strip():
        raise Invalid(remedy, fields={field: "必填"})
    return text.strip()
