"""Shapes of pledge registrations over JSON."""

from datetime import date
from typing import Any

from ninja import Schema


class FilingIn(Schema):
    registry: str
    receipt_no: str = ""


class RefilingIn(Schema):
    receipt_no: str = ""


class CertificateIn(Schema):
    certificate_no: str
    registered_on: date


class CorrectionIn(Schema):
    notice: str


class RefusalIn(Schema):
    """`ground` is a code of the registry's own list of grounds."""

    ground: str


class CancellationIn(Schema):
    """`ground`: repaid, realised, waived or void; the last two need the paper named in `note`."""

    ground: str
    note: str = ""


class CancelledIn(Schema):
    notice_no: str
    cancelled_on: date | None = None


class RevocationIn(Schema):
    notice_no: str


class PledgeOut(Schema):
    id: int
    registry: str
    state: str
    certificate_no: str
    registered_on: date | None
    cancellation_filed_on: date | None
    cancellation_reason: str
    cancelled_on: date | None

    @classmethod
    def of(cls, row: Any) -> dict[str, Any]:
        return {name: getattr(row, name) for name in cls.model_fields}
