"""Shapes of enterprises, applications and dossiers in JSON. Amounts are integer fen."""

from datetime import date, datetime
from uuid import UUID

from ninja import Schema


class ProfileIn(Schema):
    size: str
    industry_code: str = ""
    founded_on: date | None = None
    employees: int | None = None
    revenue_last_year_fen: int | None = None
    total_assets_fen: int | None = None
    total_debt_fen: int | None = None
    state_owned: bool = False
    tags: list[str] = []


class ProfileOut(ProfileIn):
    organisation_id: int
    revised_at: datetime


class PledgorIn(Schema):
    kind: str
    name: str
    asset_ids: list[int]
    consent_document_id: UUID | None = None
    relation: str = ""
    id_number: str = ""
    organisation_id: int | None = None


class PledgorOut(Schema):
    id: int
    kind: str
    name: str
    relation: str


class ApplicationIn(Schema):
    amount_fen: int
    term_months: int
    purpose: str
    purpose_code: str
    repayment: str
    asset_ids: list[int] = []
    bank_ids: list[int] = []
    consents: list[str] = []


class NewApplicationIn(ApplicationIn):
    pledgors: list[PledgorIn] = []


class RevisionIn(ApplicationIn):
    """Without `pledgors` the third parties stay as they are."""

    pledgors: list[PledgorIn] | None = None


class ApplicationOut(Schema):
    number: str
    state: str
    enterprise: str
    region: str
    amount_fen: int
    term_months: int
    purpose: str
    purpose_code: str
    repayment: str
    submitted_at: datetime | None
    accepted_at: datetime | None
    offer_deadline: datetime | None
    missing: list[str]
    complete_by: date | None
    closing_reason: str


class PoolEntryOut(Schema):
    asset_id: int
    number: str
    title: str
    state: str
    pledgor: str
    pledgor_kind: str


class PaperOut(Schema):
    kind: str
    document_id: UUID
    number: str
    filename: str
    sha256: str
    stored_at: datetime


class ApplicationDetail(ApplicationOut):
    pool: list[PoolEntryOut]
    papers: list[PaperOut]
    lacking: dict[str, str]


class ReasonIn(Schema):
    reason: str


class ReturnIn(Schema):
    missing: list[str]


class AcceptanceIn(Schema):
    offer_deadline: datetime


class DossierOut(Schema):
    id: int
    application: str
    bank_id: int
    scope: list[str]
    expires_on: date
    opened_at: datetime | None
    revoked_at: datetime | None
    closed_at: datetime | None
    closed_because: str
