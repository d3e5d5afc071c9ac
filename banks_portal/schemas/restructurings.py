"""Shapes of restructurings. Amounts are integer fen, rates fractions as text ("0.0345")."""

from datetime import date
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from ninja import Schema


class PlanIn(Schema):
    """`first_due` and `instalments` (monthly) for the equal methods; `maturity` for the others; `settlement` for
    interest_only."""

    method: Literal["equal_instalment", "equal_principal", "interest_only", "bullet"]
    maturity: date | None = None
    settlement: Literal["month", "quarter"] | None = None
    first_due: date | None = None
    instalments: int | None = None


class RestructuringIn(Schema):
    agreed_on: date
    annual_rate: Decimal
    plan: PlanIn
    agreement_document_id: UUID
    difficulty: str


class RestructuringOut(Schema):
    number: str
    loan: str
    state: str
    agreed_on: date
    principal_fen: int
    carried_interest_fen: int
    maturity: date
    terms: dict[str, Any]
    difficulty: str
    agreement_document: str
    agreement_sha256: str
    proposed_by: str
    decided_by: str | None
    closing_reason: str
    observation_until: date | None

    @classmethod
    def of(cls, row: Any) -> dict[str, Any]:
        same = (
            "number", "state", "agreed_on", "principal_fen", "carried_interest_fen", "maturity", "terms", "difficulty",
            "closing_reason", "observation_until", "agreement_sha256",
        )  # fmt: skip
        return {name: getattr(row, name) for name in same} | {
            "loan": row.loan.number, "agreement_document": str(row.agreement_id),
            "proposed_by": str(row.proposed_by),
            "decided_by": str(row.decided_by) if row.decided_by else None,
        }  # fmt: skip
