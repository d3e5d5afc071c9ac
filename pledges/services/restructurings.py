"""A loan restructured (重组): an officer lays the signed agreement before the bank, another person approves it.

What the fund's cover asks beside stands in the bank's portal, whose use cases call these.
"""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from finance_platform.foundation import queries as foundation
from finance_platform.foundation.errors import Conflict, IllegalTransition, Invalid
from finance_platform.foundation.models import Document, User
from finance_platform.foundation.permissions import Permission
from finance_platform.foundation.rules import require_distinct_hands
from finance_platform.foundation.services import documents, numbers
from finance_platform.foundation.use_case import hands, use_case
from pledges import queries
from pledges.models import Instalment, Loan, Restructuring
from pledges.rules import restructurings as rules
from pledges.rules.evidence import reason as required_reason
from pledges.rules.loans import AccountEnd, account_end
from pledges.services import _terms, standing

REASON_LENGTH_MAX = 500
NO_CHANGE_FILING = "平台尚不办理质押变更登记,请在该日之前安排到期"


@use_case(Permission.LOAN_SERVICE)
def propose(
    *, by: User, at: datetime, loan_id: int, agreed_on: date, terms: dict[str, Any], agreement_document_id: UUID,
    difficulty: str,
) -> Restructuring:  # fmt: skip
    """Propose new terms, a loan_schedule document for the principal outstanding on the day of the agreement.

    Raises: NotFound; IllegalTransition unless the loan is active or overdue; Conflict (a proposal is open, interest or
    penalty unpaid, later receipts, beyond the secured maturity); Invalid (day, terms with the schedule's pointers, no
    account of the borrower's difficulty, another's paper). Writes: restructuring; the agreement opens to borrower
    and guarantor.
    """
    loan = standing.locked(by, loan_id)
    if Restructuring.objects.filter(loan=loan, state="PROPOSED").exists():
        raise Conflict("该笔贷款已有待审批的重组:请先审批或撤回", code="restructuring_open")
    story = required_reason(difficulty, field="difficulty", label="借款人财务困难情况", longest=REASON_LENGTH_MAX)
    end, rows = _checked(loan, terms, agreed_on, timezone.localdate(at))
    paper = _own_paper(by, loan, agreement_document_id)
    for party in filter(None, (loan.borrower, loan.guarantor)):
        documents.open_to(paper, party, by=by, at=at)
    return Restructuring.objects.create(
        number=numbers.take("CZ", timezone.localdate(at).year), loan=loan, agreed_on=agreed_on,
        principal_fen=end.principal_fen, carried_interest_fen=end.carried_fen, terms=terms,
        maturity=_terms.maturity(rows, loan.agreement, NO_CHANGE_FILING), agreement=paper,
        agreement_sha256=paper.sha256, difficulty=story, proposed_by=by, proposed_for_id=_principal(), proposed_at=at,
    )  # fmt: skip


@use_case(Permission.CREDIT_APPROVE)
def approve(*, by: User, at: datetime, restructuring_id: int) -> Restructuring:
    """Put proposed terms in force from the day of the agreement; the loan is at best special mention while observed.

    Raises: NotFound; Forbidden (same hands); as `propose` for what has changed since. Writes: restructuring, its
    instalments, the loan with its new maturity.
    """
    found, loan = _locked(by, restructuring_id)
    require_distinct_hands(_proposers(found), hands(), what="贷款重组")
    end, rows = _checked(loan, found.terms, found.agreed_on, timezone.localdate(at))
    if end.carried_fen != found.carried_interest_fen:
        raise Conflict("提请之后账目有变:请撤回后重新提请", code="account_changed")
    _terms.maturity(rows, loan.agreement, NO_CHANGE_FILING)
    dues = [date.fromisoformat(row["due"]) for row in rows]
    found.observation_until = rules.observation_until(dues, dues[0])
    _decide(found, by, at)
    found.move(
        "approve", by=by, at=at, agreement=found.agreement_sha256, observation_until=str(found.observation_until)
    )
    Instalment.objects.bulk_create(_terms.instalments(loan, rows, found))
    loan.restructured_on, loan.maturity = found.agreed_on, found.maturity
    loan.move("restructure", by=by, at=at, restructuring=found.number, agreement=found.agreement_sha256)
    standing.restate(loan, max(loan.status_on or found.agreed_on, found.agreed_on), by=by, at=at)
    return found


@use_case(Permission.CREDIT_APPROVE)
def refuse(*, by: User, at: datetime, restructuring_id: int, reason: str) -> Restructuring:
    """Refuse a proposal with a reason; the loan stays as it is.

    Raises: NotFound; Forbidden (same hands); IllegalTransition; Invalid without a reason. Writes: restructuring.
    """
    found, _loan = _locked(by, restructuring_id)
    require_distinct_hands(_proposers(found), hands(), what="贷款重组")
    _decide(found, by, at)
    return _close(found, "refuse", reason, by, at)


@use_case(Permission.LOAN_SERVICE)
def withdraw(*, by: User, at: datetime, restructuring_id: int, reason: str) -> Restructuring:
    """Take a proposal back. Raises: NotFound; IllegalTransition; Invalid without a reason. Writes: restructuring."""
    found, _loan = _locked(by, restructuring_id)
    return _close(found, "withdraw", reason, by, at)


# --- Guards ----------------------------------------------------------------------------------------------------------
def _checked(
    loan: Loan, terms: dict[str, Any], agreed_on: date, today: date
) -> tuple[AccountEnd, list[dict[str, Any]]]:
    """Return the end of the old account and the new table if day, account and terms allow it."""
    if not loan.can("restructure"):
        raise IllegalTransition(f"贷款“{loan.state_label}”:正常还款或逾期、未宣布提前到期的贷款才能重组")
    _require_day(loan, agreed_on, today)
    end = _account_end(loan, agreed_on)
    rows = _terms.rows_of(terms, _principal_of(terms), agreed_on, end.carried_fen)
    if _principal_of(terms) != end.principal_fen:
        owed = f"{end.principal_fen // 100}.{end.principal_fen % 100:02d}"
        raise Invalid(f"协议日的本金余额为 {owed} 元", fields={"terms": "新条款的本金须等于协议日的本金余额"})
    return end, rows


def _principal_of(terms: dict[str, Any]) -> int:
    """Return the principal the terms hand out, 0 where they are unreadable (the schedule says why)."""
    paid_out = terms.get("disbursements")
    first = paid_out[0] if isinstance(paid_out, list) and paid_out else {}
    amount = first.get("amount") if isinstance(first, dict) else 0
    return amount if isinstance(amount, int) else 0


def _require_day(loan: Loan, agreed_on: date, today: date) -> None:
    begun = loan.restructured_on or loan.disbursed_on or today
    earliest = max(begun + timedelta(days=1), today - timedelta(days=rules.DAYS_BACK_MAX))
    if not earliest <= agreed_on <= today:
        remedy = f"协议日应在 {earliest} 与今天之间:重组不追溯,超过 {rules.DAYS_BACK_MAX} 天的请重新签订协议"
        raise Invalid(remedy, fields={"agreed_on": remedy})
    latest = max((payment.day for payment in queries.payments(loan)), default=agreed_on)
    if latest > agreed_on:
        raise Conflict(f"协议日之后已有收款({latest}):请以该日或以后的日期重新签订协议", code="receipts_since")


def _account_end(loan: Loan, agreed_on: date) -> AccountEnd:
    now, received = rules.account(queries.agreed_terms(loan), queries.payments(loan), agreed_on)
    end = account_end(now.terms, received, agreed_on, now.carried_fen)
    if faults := rules.faults(end):
        raise Conflict("尚不能重组:" + ";".join(faults.values()), code="account_not_clear", fields=faults)
    return end


def _own_paper(by: User, loan: Loan, document_id: UUID) -> Document:
    paper = foundation.document(by, document_id)
    if paper.owner_id != loan.lender_id:
        raise Invalid("重组协议应为本行材料", fields={"agreement_document_id": "请上传本行的重组协议"})
    return paper


# --- Hands -----------------------------------------------------------------------------------------------------------
def _locked(by: User, restructuring_id: int) -> tuple[Restructuring, Loan]:
    """Return a proposal the viewer may see, with its loan, both locked (the loan first, as everywhere)."""
    seen = queries.restructuring(by, restructuring_id)
    loan = standing.locked(by, seen.loan_id)
    found = Restructuring.objects.select_for_update().get(pk=seen.pk)
    if found.state != "PROPOSED":
        raise IllegalTransition(f"{found}:{found.state_label},不能再办理")
    return found, loan


def _proposers(found: Restructuring) -> list[int | None]:
    return [found.proposed_by_id, found.proposed_for_id]


def _principal() -> int | None:
    """Return whom the acting person stands in for, if anybody."""
    return hands()[1] if len(hands()) > 1 else None


def _decide(found: Restructuring, by: User, at: datetime) -> None:
    found.decided_by, found.decided_for_id, found.decided_at = by, _principal(), at


def _close(found: Restructuring, event: str, reason: str, by: User, at: datetime) -> Restructuring:
    found.closing_reason = required_reason(reason, field="reason", label="理由", longest=REASON_LENGTH_MAX)
    found.move(event, by=by, at=at, reason=found.closing_reason)
    return found
