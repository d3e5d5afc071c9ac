"""Shapes of the indicator form and its answers."""

from datetime import date, datetime
from typing import Any

from ninja import Schema


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
