"""Schemes over JSON; the document is the sharing contract's own."""

from datetime import date
from typing import Any

from ninja import Schema


class SchemeIn(Schema):
    code: str
    document: dict[str, Any]
    legal_basis: str
    valid_from: date
    name: str = ""
    fund_code: str = ""
    valid_to: date | None = None
    source: str = ""
    authority: str = "unverified"


class TrialIn(Schema):
    events: list[dict[str, Any]]


class SchemeOut(Schema):
    id: int
    code: str
    number: int
    state: str
    state_label: str
    document: dict[str, Any]
    legal_basis: str
    source: str
    authority: str
    valid_from: date
    valid_to: date | None
    ratio: str

    @classmethod
    def of(cls, version: Any) -> dict[str, Any]:
        """Return a scheme version as this shape's values."""
        said = {"code": version.scheme.code}
        return said | {name: getattr(version, name) for name in cls.model_fields if name not in said}
