"""Offers as each side may see them: a bank its own at any time, the enterprise and the offices what was opened."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from banks_portal.models import ApplicationKey, BidRefusal, Offer, OfferVersion
from banks_portal.queries import openings, rates
from banks_portal.rules import comparison, pricing, sealing
from banks_portal.rules import terms as offer_terms
from banks_portal.rules.offers import REFUSAL_CODES
from finance_platform.foundation.errors import NotFound
from finance_platform.foundation.models import User
from finance_platform.foundation.permissions import Role
from pledges import queries as pledges

BANK_ROLES = frozenset({Role.BANK_OFFICER, Role.BANK_APPROVER})
OFFICE_ROLES = frozenset({Role.INTAKE_OFFICER, Role.FIRST_REVIEWER, Role.CHECKER, Role.APPROVER, Role.AUDITOR})


def offers_visible_to(by: User) -> QuerySet[Offer]:
    """Return a bank's own offers, the opened ones of an enterprise's applications, or those an office may see.

    Row-level security repeats this rule in the database.
    """
    offers = Offer.objects.select_related("application", "bank")
    if by.role in BANK_ROLES:
        return offers.filter(bank=by.organisation)
    opened = offers.filter(opened_at__isnull=False)
    if by.role == Role.ENTERPRISE:
        return opened.filter(application__enterprise=by.organisation)
    if by.role in OFFICE_ROLES:
        return opened.filter(application__in=pledges.applications_visible_to(by))
    return offers.none()


def round_of(by: User, application: Any) -> QuerySet[Offer]:
    """Return the opened offers of the application's present round that the viewer may see."""
    return offers_visible_to(by).filter(
        application=application, deadline=application.offer_deadline, opened_at__isnull=False
    )


def _round(model: Any, application: Any) -> QuerySet[Any]:
    return model.objects.filter(  # type: ignore[no-any-return]
        application=application, deadline=application.offer_deadline
    )


def offer(by: User, pk: object) -> Offer:
    """Return one offer the viewer may see. Raises: NotFound."""
    found = offers_visible_to(by).filter(pk=pk).first()
    if found is None:
        raise NotFound("没有这份报价,或它尚未开启")
    return found


# --- The bank's own -------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class OwnOffer:
    """What a bank sees of its own offer: state, content, versions, and after the opening its standing."""

    offer: Offer
    terms: offer_terms.OfferTerms
    saved_at: datetime
    blinding: str


def own_offer(by: User, application: Any) -> OwnOffer | None:
    """Return the viewer's bank's offer for an application with its latest content, or None."""
    found = _round(Offer, application).filter(bank=by.organisation).first()
    if found is None or by.role not in BANK_ROLES:
        return None
    version = found.versions.get(number=found.version)
    content = _unsealed(found, version) if found.terms is None else {"terms": found.terms, "blinding": found.blinding}
    return OwnOffer(found, offer_terms.read(content["terms"]), version.saved_at, content["blinding"])


def _unsealed(found: Offer, version: OfferVersion) -> dict[str, Any]:
    wrapped = ApplicationKey.objects.get(application=found.application_id)
    key = sealing.unwrapped(settings.SEALING_KEY, found.application_id, bytes(wrapped.wrapped))
    sealed = sealing.Sealed(bytes(version.nonce), bytes(version.ciphertext))
    return sealing.opened(key, sealed, found.application_id, found.bank_id, found.pk, found.version)


def own_refusal(by: User, application: Any) -> BidRefusal | None:
    """Return the viewer's bank's written refusal to bid, or None."""
    return _round(BidRefusal, application).filter(bank=by.organisation).first()


# --- Side by side ---------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Comparison:
    """The opened offers of one application: columns in order, the summary, what banks wrote that did not bid."""

    columns: list[comparison.Column]
    summary: comparison.Summary | None
    offers: dict[str, Offer]
    order: str
    refusals: list[tuple[str, list[str], str]]

    @property
    def rows(self) -> list[tuple[comparison.Column, Offer]]:
        return [(column, self.offers[column.key]) for column in self.columns]

    @property
    def choosable(self) -> bool:
        return any(offer.state == "REVEALED" for offer in self.offers.values())


def comparison_of(
    by: User, application: Any, *, order: str = "cost", appraised_value_fen: int | None = None
) -> Comparison:
    """Return the application's opened offers side by side; empty before the opening."""
    opening = openings.opening_of(application)
    found = list(round_of(by, application)) if opening else []
    columns = [_column(offer, opening.priced_on, appraised_value_fen) for offer in found] if opening else []
    return Comparison(
        columns=comparison.ordered(columns, order),
        summary=comparison.summary(columns, application.amount_fen),
        offers={str(offer.pk): offer for offer in found},
        order=order if order in comparison.ORDERS else "cost",
        refusals=list(_refusals(by, application)) if opening else [],
    )


def _column(offer: Any, priced_on: Any, appraised_value_fen: int | None) -> comparison.Column:
    terms = offer_terms.read(offer.terms)
    price = pricing.price(terms, priced_on, lpr=rates.lpr_for(terms, priced_on))
    ltv = terms.amount_fen / appraised_value_fen if appraised_value_fen else None
    return comparison.Column(str(offer.pk), offer.bank.name, terms, price, ltv)


def _refusals(by: User, application: Any) -> Iterable[tuple[str, list[str], str]]:
    rows = _round(BidRefusal, application).select_related("bank").order_by("made_at")
    if by.role in BANK_ROLES:
        rows = rows.filter(bank=by.organisation)
    for row in rows:
        yield row.bank.name, [REFUSAL_CODES[code] for code in row.codes], row.text


def commitment_holds(offer: Offer) -> bool:
    """Return whether an opened offer's content is what was committed to before the deadline."""
    content: dict[str, Any] = {"terms": offer.terms, "blinding": offer.blinding}
    return sealing.committed(offer.commitment, offer.application.number, offer.bank.credit_code, **content)
