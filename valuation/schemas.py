"""Shapes of estimates, appraisals and runs in JSON. Amounts are integer fen, rates fractions a year."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from ninja import Schema


class EstimateIn(Schema):
    """The six answers; a seed may be named, 0 is an ordinary one."""

    kind: str
    remaining_years: float
    revenue_fen: int
    growth: float
    sector: str = "other"
    discount_rate: float | None = None
    seed: int = 0


class EstimateOut(Schema):
    id: UUID
    notice: str
    inputs: dict[str, Any]
    median_fen: int
    p10_fen: int
    p90_fen: int
    loan_low_fen: int
    loan_high_fen: int
    ltv_low: float
    ltv_high: float
    histogram: list[dict[str, float]]
    parameter_versions: dict[str, int]
    input_digest: str


class ParameterOut(Schema):
    table: str
    version: int
    key: str
    label: str
    low: float
    mode: float
    high: float
    status: str
    source: str
    year: int | None
    n: int | None
    note: str


class CommissionIn(Schema):
    firm_id: int
    purpose: str = "知识产权质押融资"
    basis: str = "filed_report"


class AcceptanceIn(Schema):
    conflict_free: bool
    declaration: str
    filing_code: str = ""


class DeclarationIn(Schema):
    declaration: str


class RunIn(Schema):
    """A document of the calculator (contract `value_asset`) and the seed of its simulation."""

    document: dict[str, Any]
    seed: int


class DraftIn(Schema):
    run_id: int
    point_fen: int
    low_fen: int
    high_fen: int
    evidence: str


class ReviewIn(Schema):
    approve: bool
    note: str


class NoteIn(Schema):
    note: str


class ReasonIn(Schema):
    reason: str


class ObjectionIn(Schema):
    ground: str


class AnswerIn(Schema):
    """`outcome` is uphold or revise."""

    outcome: str
    answer: str


class AppraisalOut(Schema):
    """The value is told to the firm as soon as it is stated, to others once it is signed."""

    id: int
    number: str
    application: str
    firm: str
    purpose: str
    basis: str
    title: str
    state: str
    commissioned_at: datetime
    valuation_date: date | None = None
    appraised_value_fen: int | None = None
    low_fen: int | None = None
    high_fen: int | None = None
    run_id: int | None = None
    issued_on: date | None = None
    expires_on: date | None = None
    objection: str = ""
    objection_answer: str = ""


class RunOut(Schema):
    id: int
    number: int
    appraisal: str
    valuation_date: date
    engine: str
    seed: int
    input_digest: str
    output_digest: str
    made_at: datetime
    parameter_versions: dict[str, int]
    environment: dict[str, str]


class RunDetail(RunOut):
    document: dict[str, Any]
    output: dict[str, Any]
    histogram: list[dict[str, float]]


class DifferenceOut(Schema):
    pointer: str
    recorded: Any
    recomputed: Any


class VerdictOut(Schema):
    """`answer`: IDENTICAL, IDENTICAL TO 1e-6, WITHIN STANDARD ERROR or DIFFERS, with the places of that grade."""

    answer: str
    differences: list[DifferenceOut]


class EstimateFigure(Schema):
    """A simulated figure; the error is null where the paths form no sixteen independent rows."""

    value: float
    standard_error: float | None


class CoverageOut(Schema):
    """What a run's own paths say of a loan. Money in the run's yuan, shares as fractions."""

    mode: str
    value_below: EstimateFigure
    recovery_below: EstimateFigure
    gap: EstimateFigure
    largest: EstimateFigure
    recovery_mean: float
    curve: list[dict[str, float]]


class LenderTermsIn(Schema):
    """The loan as the bank means to grant it, and the firm that repays. Amounts in fen, shares as fractions."""

    amount_fen: int
    annual_rate: str
    term_months: int
    method: str
    disbursed_on: date
    operating_margin: float
    other_income_fen: int = 0
    debt_service_fen: int = 0
    opening_cash_fen: int = 0
    lost_with_right: float = 0.0
    measure: str = "expected_loss_rate"
    at_most: float = 0.02


class AssessmentOut(Schema):
    id: int
    run_id: int
    bank: str
    terms: dict[str, Any]
    output: dict[str, Any]
    input_digest: str
    output_digest: str
    engine: str
    lending: str
    parameter_versions: dict[str, int]
    asked_at: datetime
    open_from: datetime


class AssumptionIn(Schema):
    """A JSON pointer into the run's document, and what should stand there."""

    pointer: str
    value: Any


class ChallengeIn(Schema):
    """Exactly one change, and the loan under which the difference is told."""

    changes: list[AssumptionIn]
    reason: str
    loan_fen: int
    realised_percent: int = 60


class ChallengeOut(Schema):
    id: int
    run_id: int
    bank: str
    pointer: str
    old_json: str
    new_json: str
    reason: str
    loan_fen: int
    realised_percent: int
    figures: dict[str, Any]
    output: dict[str, Any]
    run_output_digest: str
    input_digest: str
    output_digest: str
    record_digest: str
    engine: str
    made_by: str
    made_at: datetime
    open_from: datetime
