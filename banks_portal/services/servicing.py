"""Post-loan work in which the loan and the fund's cover move together: receipts, their reversal, acceleration."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from banks_portal.queries import loans as queries
from finance_platform.foundation.errors import Conflict
from finance_platform.foundation.models import User
from finance_platform.foundation.permissions import Permission
from finance_platform.foundation.use_case import use_case
from pledges.services import loans
from risk_fund.queries import enrolments as fund_enrolments
from risk_fund.services import enrolments


@use_case(Permission.LOAN_SERVICE)
def record_receipt(*, by: User, at: datetime, loan_id: int, received_on: date, amount_fen: int, reference: str) -> Any:
    """Book money received on a loan; principal repaid releases cover. After compensation it awaits sharing.

    Raises: NotFound; Invalid; Conflict (slip already booked). Writes: receipt, loan; release (memo book).
    """
    receipt = loans.record_receipt(
        by=by, at=at, loan_id=loan_id, received_on=received_on, amount_fen=amount_fen, reference=reference
    )
    enrolment = fund_enrolments.enrolment_of_loan(loan_id)
    if receipt.principal_fen and enrolment is not None and enrolment.state == "COMMITTED":
        enrolments.release(by=by, at=at, loan_id=loan_id, principal_repaid_fen=receipt.principal_fen, on=received_on)
    return receipt


@use_case(Permission.LOAN_SERVICE)
def reverse_receipt(*, by: User, at: datetime, receipt_id: int, reason: str) -> Any:
    """Undo a wrongly booked receipt. One that already released cover is refused: cover is not yet restored.

    Raises: NotFound; Invalid; Conflict. Writes: reversing receipt, loan.
    """
    receipt = queries.receipt(by, receipt_id)
    enrolment = fund_enrolments.enrolment_of_loan(receipt.loan_id)
    if receipt.principal_fen and enrolment is not None and enrolment.state != "RESERVED":
        raise Conflict("该笔收款已按本金释放补偿责任,平台尚不支持恢复:请联系平台运营方更正", code="cover_released")
    return loans.reverse_receipt(by=by, at=at, receipt_id=receipt_id, reason=reason)


@use_case(Permission.LOAN_ACCELERATE)
def accelerate(*, by: User, at: datetime, loan_id: int, notice_document_id: UUID) -> Any:
    """Declare an overdue loan due in full from today. Raises: NotFound; IllegalTransition. Writes: loan."""
    return loans.accelerate(by=by, at=at, loan_id=loan_id, notice_document_id=notice_document_id)
