"""Shapes of rights, imports, verification and tags in JSON."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from ninja import Schema


class CoOwner(Schema):
    name: str
    consent_document: UUID | None = None


class AssetFacts(Schema):
    title: str
    co_owners: list[CoOwner] = []
    filing_date: date | None = None
    grant_date: date | None = None
    expiry_date: date | None = None
    legal_status: str = "unknown"
    ipc: str = ""
    nice_classes: str = ""
    goods: str = ""
    product: str = ""
    fee_paid_until: date | None = None
    state_asset: bool = False


class AssetIn(AssetFacts):
    kind: str
    number: str
    owner_name: str = ""


class AssetRevision(AssetFacts):
    declared: list[str] = []


class AssetOut(Schema):
    id: int
    kind: str
    registry: str
    number: str
    number_kind: str
    publication_number: str
    title: str
    owner_name: str
    state: str
    legal_status: str
    filing_date: date | None
    grant_date: date | None
    expiry_date: date | None
    fee_paid_until: date | None
    ipc: list[str]
    nice_classes: list[int]
    product: str
    adverse: list[str]
    declared: list[str]


class GroundOut(Schema):
    code: str
    label: str
    curable: bool
    authority: str


class VerdictOut(Schema):
    """Whether a right can be pledged on a day, on which grounds not, and what is unknown."""

    ok: bool
    on: date
    grounds: list[GroundOut]
    unknown: list[str]


class SubmissionIn(Schema):
    document_id: UUID | None = None


class FirstCheckIn(Schema):
    findings: dict[str, bool]
    extract_date: date | None = None
    document_id: UUID | None = None
    legal_status: str = ""
    fee_paid_until: date | None = None
    expiry_date: date | None = None
    note: str = ""


class FirstCheckOut(Schema):
    id: int
    asset_id: int
    extract_date: date
    findings: dict[str, Any]
    first_at: datetime


class SecondCheckIn(Schema):
    ok: bool
    ground: str = ""


class GroundIn(Schema):
    ground: str
    note: str


class NoteIn(Schema):
    note: str


class EndIn(Schema):
    legal_status: str
    notice_no: str


class TagOut(Schema):
    id: int
    asset_id: int
    taxonomy: str
    code: str
    label: str
    rule_version: str
    rule_hit: str
    state: str
    reason: str


class DecisionIn(Schema):
    confirm: bool
    reason: str = ""


class ImportOut(Schema):
    id: int
    filename: str
    sha256: str
    rows: int
    stored: int
    unchanged: int
    refused: int
    confirmed_at: datetime | None
    report: dict[str, Any]
