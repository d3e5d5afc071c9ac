"""What comes back after default: a disposal settled, or a payment received, is shared by the scheme at once."""

from datetime import datetime
from typing import Any

from banks_portal.queries import loans as queries
from banks_portal.queries import recoveries as shares
from finance_platform.foundation.errors import Conflict
from finance_platform.foundation.models import User
from finance_platform.foundation.permissions import Permission
from finance_platform.foundation.use_case import use_case
from pledges import queries as pledges
from pledges.services import disposals
from risk_fund.queries import claims as fund_claims
from risk_fund.queries import enrolments as fund_enrolments
from risk_fund.services import enrolments, recoveries

SHARED_STATES = frozenset({"CLAIMED", "VOIDED"})


@use_case(Permission.DISPOSAL_SETTLE)
def settle(*, by: User, at: datetime, disposal_id: int) -> tuple[Any, Any | None]:
    """Settle a disposal as the second person and share the proceeds; returns disposal and recovery (None: no claim).

    Costs, interest, principal, surplus to the pledgor. Before compensation the principal repaid releases cover, which
    takes a person who may service loans. Raises: NotFound; Forbidden (same hands); Conflict.
    Writes: disposal, receipt, loan, rights; recovery or release.
    """
    disposal: Any = disposals.settle_second(by=by, at=at, disposal_id=disposal_id)
    enrolment = fund_enrolments.enrolment_of_loan(disposal.loan_id)
    if enrolment is None:
        return disposal, None
    if enrolment.state in SHARED_STATES:
        return disposal, recoveries.share(
            by=by, at=at, loan_id=disposal.loan_id, gross_fen=disposal.price_fen, cost_fen=disposal.cost_fen,
            interest_fen=disposal.interest_fen, received_on=disposal.received_on, reference=disposal.reference,
            first_hand_id=disposal.settlement_keyed_by_id,
        )  # fmt: skip
    if enrolment.state == "COMMITTED" and disposal.principal_fen:
        enrolments.release(
            by=by, at=at, loan_id=disposal.loan_id, principal_repaid_fen=disposal.principal_fen, on=disposal.received_on
        )
    return disposal, None


@use_case(Permission.DISPOSAL_SETTLE)
def share_receipt(*, by: User, at: datetime, receipt_id: int) -> Any:
    """Share a payment received after compensation, as a second person beside the one who booked it.

    Raises: NotFound; Forbidden (same hands); Conflict (no compensation, reversed, shared before, part of the loss that
    was claimed). Writes: recovery.
    """
    receipt = queries.receipt(by, receipt_id)
    claims = fund_claims.claims_visible_to(by).filter(loan=receipt.loan_id)
    disposals_of = pledges.disposals_visible_to(by).filter(loan=receipt.loan_id)
    if fault := shares.fault(receipt, claims, disposals_of):
        raise Conflict(shares.FAULTS[fault], code=fault)
    interest_fen = receipt.interest_fen + receipt.penalty_fen + receipt.compound_fen
    return recoveries.share(
        by=by, at=at, loan_id=receipt.loan_id, gross_fen=receipt.amount_fen, cost_fen=0, interest_fen=interest_fen,
        received_on=receipt.received_on, reference=receipt.reference, first_hand_id=receipt.recorded_by_id,
    )  # fmt: skip
