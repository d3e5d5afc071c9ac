"""Shapes of runs of the engine, their comparison and verification."""

from datetime import date, datetime
from typing import Any

from ninja import Schema


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
