"""Contracts of an approved credit: secured amount and maturity follow from the decision, not from retyping."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from banks_portal.queries import awards as queries
from banks_portal.rules import pricing
from banks_portal.rules import terms as offer_terms
from finance_platform.foundation.models import User
from finance_platform.foundation.permissions import Permission
from finance_platform.foundation.use_case import use_case
from pledges.services import agreements

# How long after the contracts are prepared the loan may be paid out and still end by the secured maturity.
DISBURSE_WITHIN_DAYS = 60


@use_case(Permission.CONTRACT_SIGN)
def prepare(
    *, by: User, at: datetime, application_id: int, contract_document_id: UUID, loan_contract_document_id: UUID,
    secured_amount_fen: int | None = None, maturity: date | None = None, kind: str = "ordinary",
    pledgees: list[dict[str, Any]] | None = None,
) -> Any:  # fmt: skip
    """Lay the contracts of an approved credit before both sides, with the hashes of the documents.

    Without them given, the secured amount is the approved principal and the maturity leaves 60 days to register and
    disburse. Raises: NotFound without an approved decision; Conflict, Invalid as the agreement. Writes: agreement.
    """
    decision = queries.approved_decision(by, application_id)
    terms = offer_terms.read(decision.offer.terms)
    latest = timezone.localdate(at) + timedelta(days=DISBURSE_WITHIN_DAYS)
    return agreements.prepare(
        by=by, at=at, application_id=application_id, contract_document_id=contract_document_id,
        loan_contract_document_id=loan_contract_document_id, kind=kind, pledgees=pledgees,
        secured_amount_fen=secured_amount_fen or decision.principal_fen,
        maturity=maturity or pricing.maturity(terms, latest),
    )  # fmt: skip
