"""The books as JSON; amounts are integer fen."""

from datetime import date, datetime
from uuid import UUID

from ninja import Schema


class BalanceOut(Schema):
    code: str
    name: str
    name_en: str
    book: str
    side: str
    dimension: str
    is_header: bool
    balance_fen: int


class TrialOut(Schema):
    book: str
    debit_fen: int
    credit_fen: int
    balanced: bool


class TreeOut(Schema):
    fund: str
    as_of: date | None
    accounts: list[BalanceOut]
    trial_balances: list[TrialOut]


class LegOut(Schema):
    day: date
    entry_id: int
    voucher: str
    kind: str
    memo: str
    unit: str
    against: str
    debit_fen: int
    credit_fen: int
    balance_fen: int


class StatementOut(Schema):
    """A page of an account's statement; the sums foot the whole selection, not the page."""

    code: str
    brought_fen: int
    debit_fen: int
    credit_fen: int
    closing_fen: int
    opening_fen: int
    items: list[LegOut]
    next: str


class LineOut(Schema):
    code: str
    name: str
    unit: str
    debit_fen: int
    credit_fen: int


class EntryOut(Schema):
    id: int
    event_id: UUID
    fund: str
    book: str
    voucher: str
    kind: str
    memo: str
    effective_date: date
    booked_at: datetime
    maker: str
    checker: str | None
    subject: str
    total_fen: int
    reverses: int | None
    reversed_by: int | None
    lines: list[LineOut]


class CheckOut(Schema):
    name: str
    ok: bool
    detail: str


class VerificationOut(Schema):
    fund: str
    ok: bool
    checks: list[CheckOut]


class ReversalIn(Schema):
    reason: str
    effective_date: date


class ReasonIn(Schema):
    reason: str


class ReversalOut(Schema):
    id: int
    entry_id: int
    state: str
    reason: str
    effective_date: date


class ReconciliationIn(Schema):
    fund: str = ""
    year: int
    month: int
    treasury_statement_fen: int
    deposit_statement_fen: int


class PeriodOut(Schema):
    id: int
    fund: str
    year: int
    month: int
    state: str
    treasury_statement_fen: int
    deposit_statement_fen: int
