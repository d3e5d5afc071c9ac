"""The overview and official figures over JSON; amounts are integer fen, ratios exact fractions as text."""

from datetime import date
from typing import Any

from ninja import Schema


class FigureOut(Schema):
    indicator: str
    kind: str
    region: str
    period_from: date
    period_to: date
    as_of: date
    amount_fen: int
    definition: str
    source: str
    sha256: str

    @staticmethod
    def resolve_region(row: Any) -> str:
        return str(row.region_id)

    @staticmethod
    def resolve_sha256(row: Any) -> str:
        return str(row.batch.sha256)


class ImportOut(Schema):
    filename: str
    sha256: str
    rows: int
    stored: int


class TallyOut(Schema):
    amount_fen: int
    agreements: int
    registrations: int
    borrowers: int


class PrefectureOut(Schema):
    code: str
    name: str
    tally: TallyOut
    official_fen: int | None


class HeadlineOut(Schema):
    state: str
    period_from: date
    period_to: date
    base_fen: int | None
    target_fen: int | None
    official_fen: int | None
    official_as_of: date | None
    platform: TallyOut
    difference_fen: int | None
    coverage_ratio: str | None
    definition: str


class ProgressOut(Schema):
    on: date
    headline: HeadlineOut | None
    prefectures: list[PrefectureOut]


class KeyFigureOut(Schema):
    key: str
    label: str
    amount_fen: int
    formula: str
    address: str


class OverviewOut(ProgressOut):
    fund: str | None
    figures: list[KeyFigureOut]
    queue: list[str]
