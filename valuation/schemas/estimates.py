"""Shapes of the public estimate and the parameter tables."""

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
