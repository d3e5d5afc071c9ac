"""Shapes of offers: what a bank sends and reads of its own, what an enterprise compares, what is public."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from ninja import Schema

from banks_portal.queries.offers import Comparison, OwnOffer
from banks_portal.rules.comparison import Column
from banks_portal.rules.terms import written


class FeeIn(Schema):
    name: str
    payee: str
    amount_fen: int
    after_months: int = 0


class TermsIn(Schema):
    """An offer: a fixed `annual_rate` ("0.0385") or `lpr` ("1Y", "5Y") with `bp`; the service names what is missing."""

    amount_fen: int
    term_months: int
    method: str
    settlement: str = ""
    annual_rate: str = ""
    lpr: str = ""
    bp: int = 0
    day_count: str = "act/360"
    security: str = "none"
    with_cover: bool = True
    conditions: str = ""
    valid_until: date
    contact: str = ""
    fees: list[FeeIn] = []


class OfferIn(Schema):
    """What is to be done lies in the body, never in the address: save a draft, seal, or withdraw."""

    intent: Literal["save", "seal", "withdraw"]
    terms: TermsIn | None = None


class Received(Schema):
    """The one answer to every work on a sealed offer."""

    received: bool = True


class OwnOfferOut(Schema):
    id: UUID
    state: str
    version: int
    commitment: str
    saved_at: datetime
    terms: dict[str, Any]
    rank: int | None
    median_annual_cost: float | None

    @classmethod
    def of(cls, own: OwnOffer) -> dict[str, Any]:
        offer = own.offer
        return {
            "id": offer.pk, "state": offer.state, "version": offer.version, "commitment": offer.commitment,
            "saved_at": own.saved_at, "terms": written(own.terms), "rank": offer.rank,
            "median_annual_cost": offer.median_annual_cost,
        }  # fmt: skip


class RefusalIn(Schema):
    codes: list[str]
    text: str = ""


class FlowOut(Schema):
    day: date
    amount_fen: int


class ColumnOut(Schema):
    """One opened offer; costs are parts of one a year, flows are the enterprise's (+ in)."""

    offer_id: UUID
    state: str
    bank: str
    annual_cost: float | None
    annual_cost_before_subsidy: float | None
    nominal_rate: float
    interest_fen: int
    fees_fen: int
    subsidy_fen: int
    net_cost_fen: int
    terms: dict[str, Any]
    commitment: str
    blinding: str
    commitment_holds: bool
    flows: list[FlowOut]

    @classmethod
    def of(cls, column: Column, offer: Any, holds: bool) -> dict[str, Any]:
        price = column.price
        return {
            "offer_id": offer.pk, "state": offer.state, "bank": column.bank, "annual_cost": price.annual_cost,
            "annual_cost_before_subsidy": price.annual_cost_before_subsidy, "nominal_rate": price.nominal_rate,
            "interest_fen": price.interest_fen, "fees_fen": price.fees_fen, "subsidy_fen": price.subsidy_fen,
            "net_cost_fen": price.net_cost_fen, "terms": offer.terms, "commitment": offer.commitment,
            "blinding": offer.blinding, "commitment_holds": holds,
            "flows": [{"day": day, "amount_fen": amount} for day, amount in price.flows],
        }  # fmt: skip


class ComparisonOut(Schema):
    """The opened offers in a public order; empty, with `opened` false, before the opening."""

    opened: bool
    order: str
    columns: list[ColumnOut]
    cheapest: UUID | None
    lowest_nominal: UUID | None
    cheapest_full: UUID | None
    refusals: list[dict[str, Any]]

    @classmethod
    def of(cls, found: Comparison, opened: bool, holds: dict[str, bool]) -> dict[str, Any]:
        said = found.summary
        return {
            "opened": opened, "order": found.order,
            "columns": [ColumnOut.of(column, offer, holds[column.key]) for column, offer in found.rows],
            "cheapest": said.cheapest.key if said else None,
            "lowest_nominal": said.lowest_nominal.key if said else None,
            "cheapest_full": said.cheapest_full.key if said and said.cheapest_full else None,
            "refusals": [{"bank": b, "reasons": reasons, "text": text} for b, reasons, text in found.refusals],
        }  # fmt: skip


class SelectionIn(Schema):
    offer_id: UUID


class ReasonIn(Schema):
    reason: str


class OpeningOut(Schema):
    application: str
    deadline: datetime
    opened_at: datetime
    priced_on: date
    commitments: list[str]
    digest: str

    @classmethod
    def of(cls, record: Any) -> dict[str, Any]:
        names = ("deadline", "opened_at", "priced_on", "commitments", "digest")
        return {"application": record.application.number} | {name: getattr(record, name) for name in names}


class ApplicationState(Schema):
    """Where an application stands after a step."""

    number: str
    state: str
    lender: str | None

    @classmethod
    def of(cls, application: Any) -> dict[str, Any]:
        lender = application.lender.name if application.lender else None
        return {"number": application.number, "state": application.state, "lender": lender}
