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

    @staticmethod
    def resolve_loan(claim: Any) -> str:
        return str(claim.loan.number)

    @staticmethod
    def resolve_enrolment(claim: Any) -> str:
        return str(claim.enrolment.number)

    @staticmethod
    def resolve_claimant(claim: Any) -> str:
        return str(claim.claimant.name)

    @staticmethod
    def resolve_prefecture(claim: Any) -> str:
        return str(claim.prefecture_id)

    @staticmethod
    def resolve_steps(claim: Any) -> list[dict[str, Any]]:
        rows = claim.steps.select_related("by")
        return [{"step": row.step, "by": str(row.by), "at": row.at, "note": row.note} for row in rows]


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
