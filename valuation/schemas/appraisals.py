"""Shapes of appraisals: commission, declarations, report, review, objection."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from ninja import Schema


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
