"""Shapes of the two other bases of value."""

from datetime import date
from typing import Any

from ninja import Schema


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
