"""Funds, enrolments, money orders and recoveries over JSON; amounts are integer fen."""

from datetime import date, datetime
from typing import Any

from ninja import Schema


class FundIn(Schema):
    code: str
    name: str
    name_en: str = ""
    kind: str = "special_account"
    recovery_right_as_asset: bool = False


class FundOut(Schema):
    code: str
    name: str
    name_en: str
    kind: str


class RatioOut(Schema):
    key: str
    label: str
    formula: str
    numerator: int | None
    denominator: int | None


class PositionOut(Schema):
    fund: str
    available_fen: int
    reserved_fen: int
    cash_fen: int
    exposure_fen: int
    covered_fen: int
    ratios: list[RatioOut]


class EnrolmentOut(Schema):
    number: str
    state: str
    state_label: str
    scheme: str
    bank: str
    borrower: str
    reserved_fen: int
    committed_fen: int | None
    outstanding_fen: int
    covered_fen: int

    @staticmethod
    def resolve_scheme(row: Any) -> str:
        return str(row.scheme_version)

    @staticmethod
    def resolve_bank(row: Any) -> str:
        return str(row.bank.name)

    @staticmethod
    def resolve_borrower(row: Any) -> str:
        return str(row.borrower.name)

    @staticmethod
    def resolve_outstanding_fen(row: Any) -> int:
        return int(row.sharing.outstanding_fen)

    @staticmethod
    def resolve_covered_fen(row: Any) -> int:
        return int(row.sharing.covered_fen)


class EventOut(Schema):
    i: int
    on: date
    event: dict[str, Any]
    context: dict[str, Any]
    outcome: dict[str, Any]


class OrderIn(Schema):
    kind: str
    subject: str
    amount_fen: int
    reference: str
    source: str = ""
    memo: str = ""


class OrderOut(Schema):
    number: str
    state: str
    state_label: str
    kind: str
    subject: str
    amount_fen: int
    reference: str
    source: str
    made_at: datetime
    checked_at: datetime | None

    @classmethod
    def of(cls, order: Any) -> dict[str, Any]:
        """Return an order as this shape's values."""
        about = order.claim or order.recovery
        said = {"subject": about.number if about is not None else order.fund.code}
        return said | {name: getattr(order, name) for name in cls.model_fields if name not in said}


class DueOut(Schema):
    kind: str
    subject: str
    party: str
    amount_fen: int
    note: str


class RecoveryOut(Schema):
    number: str
    state: str
    state_label: str
    loan: str
    received_on: date
    gross_fen: int
    cost_fen: int
    interest_fen: int
    loss_fen: int
    surplus_fen: int
    allocation: dict[str, int]
    fund_part_fen: int

    @staticmethod
    def resolve_loan(row: Any) -> str:
        return str(row.loan.number)
