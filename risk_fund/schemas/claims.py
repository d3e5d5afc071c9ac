"""Claims over JSON; amounts are integer fen."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from ninja import Schema


class DecisionIn(Schema):
    agree: bool
    note: str = ""


class NoteIn(Schema):
    note: str


class ReasonIn(Schema):
    reason: str


class EvidenceIn(Schema):
    kind: str
    document_id: str


class ResubmissionIn(Schema):
    evidence: list[EvidenceIn]
    explanation: str


class ObjectionIn(Schema):
    text: str
    document_id: UUID | None = None


class ProposalIn(Schema):
    uphold: bool
    finding: str


class ComparisonOut(Schema):
    component: str
    claimed_fen: int
    recomputed_fen: int
    difference_fen: int


class StepOut(Schema):
    step: str
    by: str
    at: datetime
    note: str


class ClaimOut(Schema):
    number: str
    state: str
    state_label: str
    loan: str
    enrolment: str
    claimant: str
    prefecture: str
    as_of: date
    loss_fen: int
    comparison: list[ComparisonOut]
    outcome: dict[str, Any] | None
    compensation_fen: int | None
    publicised_on: date | None
    publicity_ends: date | None
    steps: list[StepOut]

    @classmethod
    def of(cls, claim: Any) -> dict[str, Any]:
        """Return a claim as this shape's values."""
        steps = claim.steps.select_related("by")
        said = {
            "loan": claim.loan.number,
            "enrolment": claim.enrolment.number,
            "claimant": claim.claimant.name,
            "prefecture": claim.prefecture_id,
            "comparison": [ComparisonOut.from_orm(row).dict() for row in claim.comparison],
            "steps": [{"step": row.step, "by": str(row.by), "at": row.at, "note": row.note} for row in steps],
        }
        return said | {name: getattr(claim, name) for name in cls.model_fields if name not in said}


class ObjectionOut(Schema):
    id: int
    text: str
    raised_at: datetime
    uphold: bool | None
    finding: str
    decided_at: datetime | None


class NoticeOut(Schema):
    number: str
    prefecture: str
    bank: str
    borrower: str
    loss_fen: int
    compensation_fen: int
    scheme: str
    publicised_on: date
    publicity_ends: date
    state: str
