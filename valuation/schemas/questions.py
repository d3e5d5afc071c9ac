"""Shapes of a bank's questions to a signed run."""

from datetime import date, datetime
from typing import Any

from ninja import Schema


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
