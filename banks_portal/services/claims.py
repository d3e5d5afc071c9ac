"""File a claim with what the loan's own record owes; nothing of it is typed again."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from banks_portal.queries import claims as queries
from finance_platform.foundation.models import User
from finance_platform.foundation.permissions import Permission
from finance_platform.foundation.use_case import use_case
from risk_fund.services import claims


@use_case(Permission.CLAIM_FILE)
def file(
    *, by: User, at: datetime, loan_id: int, evidence: list[dict[str, str]], cost_fen: int = 0,
    principal_fen: int | None = None, interest_fen: int | None = None, penalty_fen: int | None = None,
    explanation: str = "",
) -> Any:  # fmt: skip
    """File a claim; amounts left out are those assembled from the record.

    Raises: as the fund's claim. Writes: claim in SUBMITTED.
    """
    found = queries.assemble(by, loan_id, timezone.localdate(at))
    return claims.file(
        by=by, at=at, loan_id=loan_id, evidence=evidence, cost_fen=cost_fen, explanation=explanation,
        principal_fen=found.principal_fen if principal_fen is None else principal_fen,
        interest_fen=found.interest_fen if interest_fen is None else interest_fen,
        penalty_fen=found.penalty_fen if penalty_fen is None else penalty_fen,
        interest_days=found.interest_days, due=found.due,
    )  # fmt: skip
