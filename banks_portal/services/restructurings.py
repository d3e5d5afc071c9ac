"""Restructuring a loan at the bank: the new plan becomes a loan document, and the fund's cover must hold what it held.

A scheme's frozen version covers the loan as it was enrolled and knows no consent to a longer one, so a covered loan is
restructured within its maturity; while a claim is under way the debt stays as it was claimed.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from banks_portal.rules import restructurings as rules
from finance_platform.foundation.errors import Conflict
from finance_platform.foundation.models import User
from finance_platform.foundation.permissions import Permission
from finance_platform.foundation.use_case import use_case
from pledges import queries as pledges
from pledges.services import restructurings
from risk_fund.queries import claims as fund_claims
from risk_fund.queries import enrolments as fund_enrolments

COVERING = frozenset({"COMMITTED", "CLAIMED"})


@use_case(Permission.LOAN_SERVICE)
def propose(
    *, by: User, at: datetime, loan_id: int, agreed_on: date, annual_rate: Decimal, plan: Mapping[str, Any],
    agreement_document_id: UUID, difficulty: str,
) -> Any:  # fmt: skip
    """Propose to restructure a loan: a fixed yearly rate (a fraction) and a plan, see `rules.plan_of`.

    Raises: NotFound; Invalid (plan, rate, day); Conflict (the fund's cover, an open claim, interest or penalty unpaid,
    a proposal open, beyond the secured maturity); IllegalTransition. Writes: restructuring.
    """
    loan: Any = pledges.loan(by, loan_id)
    terms = rules.document(
        pledges.terms_in_force(loan, agreed_on), agreed_on=agreed_on, annual_rate=annual_rate, plan=plan,
        principal_fen=pledges.debt(loan, agreed_on).principal_fen,
    )  # fmt: skip
    found = restructurings.propose(
        by=by, at=at, loan_id=loan_id, agreed_on=agreed_on, terms=terms, difficulty=difficulty,
        agreement_document_id=agreement_document_id,
    )  # fmt: skip
    _require_cover_kept(loan, found.maturity)
    return found


@use_case(Permission.CREDIT_APPROVE)
def approve(*, by: User, at: datetime, restructuring_id: int) -> Any:
    """Approve a proposed restructuring as another person of the bank; the new terms are in force from their day.

    Raises: NotFound; Forbidden (same hands); Conflict, Invalid, IllegalTransition as `propose`. Writes: restructuring,
    instalments, loan.
    """
    found: Any = pledges.restructuring(by, restructuring_id)
    _require_cover_kept(found.loan, found.maturity)
    return restructurings.approve(by=by, at=at, restructuring_id=restructuring_id)


def _require_cover_kept(loan: Any, maturity: date) -> None:
    if fund_claims.claim_under_way(loan.pk):
        raise Conflict("该笔贷款的补偿申请正在办理:办结或撤回后才能重组", code="claim_open")
    enrolment = fund_enrolments.enrolment_of_loan(loan.pk)
    if enrolment is not None and enrolment.state in COVERING and maturity > loan.maturity:
        raise Conflict(
            f"本笔贷款在补偿范围内({enrolment.number},方案 {enrolment.scheme_version}),备案期限至 {loan.maturity};"
            "延长须经资金管理方同意,平台尚无此办理路径:请在原到期日内安排还款",
            code="cover_ends_at_maturity", fields={"maturity": f"不晚于 {loan.maturity}"},
        )  # fmt: skip
