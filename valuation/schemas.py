"""Shapes of estimates, appraisals and runs in JSON. Amounts are integer fen, rates fractions a year."""

from datetime import date, datetime
from decimal import Decimal
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
    supersedes_reason: str = ""


class AcceptanceIn(Schema):
    """`loss_sharing` must be answered; `loss_share` is a fraction ("0.04"), `loss_scheme` such as 54:26:16:4."""

    conflict_free: bool
    declaration: str
    loss_sharing: bool | None = None
    loss_share: Decimal | None = None
    loss_scheme: str = ""
    filing_code: str = ""


class FilingIn(Schema):
    code: str
    authority: str
    document_id: UUID


class FilingOut(FilingIn):
    id: int
    document_sha256: str
    declared_at: datetime


class StatementsIn(Schema):
    """Texts by the code of their statement; an empty text takes its statement back."""

    texts: dict[str, str]


class ReportItemOut(Schema):
    """`known` is what the records say, `stated` what the appraiser says; missing where neither does."""

    code: str
    label: str
    known: str
    stated: str
    missing: bool


class StatementsOut(Schema):
    appraisal: str
    complete: bool
    items: list[ReportItemOut]


class DeclarationIn(Schema):
    declaration: str


class RunIn(Schema):
    """Either a statement (assumptions with evidence), or a document of the calculator (contract `value_asset`).

    A statement is what an appraiser states; inputs of grade B and C are drawn wider. A document is taken as it is;
    where its correlation matrix is none, `consent` names the largest change of the nearest one, as the refusal showed.
    """

    seed: int
    statement: dict[str, Any] | None = None
    document: dict[str, Any] | None = None
    consent: str = ""


class StatementOut(Schema):
    """Where an appraiser begins: the tables' assumptions, each group with grade, source and date."""

    assumptions: dict[str, Any]
    evidence: dict[str, dict[str, Any]]
    royalty_by: str


class IndicatorAnswersIn(Schema):
    """`answers`: {key: {score, note}}; score 1 to 10, or null for missing."""

    right_number: str
    answers: dict[str, Any]


class IndicatorAnswersOut(Schema):
    right_number: str
    form_version: int
    answers: dict[str, dict[str, Any]]
    score: float
    parts: dict[str, float]
    missing: int
    made_at: datetime


class IndicatorFormIn(Schema):
    """A tree of indicators: the three first-level names, weights that sum to 1 on each level, a key on each leaf."""

    structure: dict[str, Any]
    valid_from: date
    source: str


class IndicatorFormOut(Schema):
    version: int
    valid_from: date
    source: str
    structure: dict[str, Any]


class StepOut(Schema):
    drivers: list[str]
    before_fen: int
    after_fen: int
    change_fen: int


class ComparisonOut(Schema):
    """From the first run's simulated mean to the second's; the steps add up to the difference, to the fen."""

    first: int
    second: int
    from_fen: int
    to_fen: int
    steps: list[StepOut]


class ChargeOut(Schema):
    """One line of the risk ledger: `figures` is one number or low, mode and high, as fractions a year."""

    risk: str
    form: str
    assets: list[str]
    figures: list[float]
    pointer: str
    double: bool


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
    loss_sharing: bool | None = None
    loss_share: Decimal | None = None
    loss_scheme: str = ""
    filing_code: str = ""
    supersedes_reason: str = ""
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
    convergence: list[dict[str, float]]
    stated: dict[str, Any]
    flags: list[dict[str, Any]]
    ledger: list[ChargeOut]


class DifferenceOut(Schema):
    pointer: str
    recorded: Any
    recomputed: Any


class VerdictOut(Schema):
    """`answer`: IDENTICAL, IDENTICAL TO 1e-6, WITHIN STANDARD ERROR or DIFFERS, with the places of that grade."""

    answer: str
    differences: list[DifferenceOut]


class InternalIn(Schema):
    """A document of the calculator, its seed, and what it rests on; the value is the simulated mean."""

    document: dict[str, Any]
    seed: int
    evidence: str


class InternalOut(Schema):
    id: int
    number: str
    application: str
    bank: str
    basis: str
    title: str
    state: str
    valuation_date: date
    point_fen: int
    low_fen: int
    high_fen: int
    evidence: str
    engine: str
    seed: int
    input_digest: str
    output_digest: str
    note: str
    issued_on: date | None = None
    expires_on: date | None = None


class AgreedIn(Schema):
    value_fen: int
    grounds: str


class FigureIn(Schema):
    value_fen: int


class AgreedOut(Schema):
    """`agreed_fen` is what the enterprise stated, the same figure; None until then."""

    id: int
    number: str
    application: str
    bank: str
    basis: str
    title: str
    state: str
    value_fen: int
    agreed_fen: int | None = None
    ceiling_fen: int
    grounds: str
    closing_reason: str
    issued_on: date | None = None
    expires_on: date | None = None


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
