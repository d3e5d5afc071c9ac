"""Open the offers of every application whose deadline has passed: all at once, each checked against its commitment."""

import logging
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from banks_portal.models import Offer, OfferTrace, OpeningRecord
from banks_portal.queries import openings as queries
from banks_portal.queries import rates
from banks_portal.rules import comparison, pricing, sealing
from banks_portal.rules import terms as offer_terms
from banks_portal.services import _sealed
from finance_platform.foundation.errors import DomainError
from finance_platform.foundation.models import User
from finance_platform.foundation.permissions import Permission
from finance_platform.foundation.rules import digest_of
from finance_platform.foundation.use_case import use_case

log = logging.getLogger(__name__)


@use_case(Permission.OFFER_OPEN)
def open_due(*, by: User, at: datetime) -> list[OpeningRecord]:
    """Open the offers of all applications that are due; each application's offers open together or not at all.

    An application whose offers cannot be opened (a seal does not fit, no LPR in force) is logged and stays closed;
    it is tried again next time. Writes: offers, opening records, the audit rows that were sealed.
    """
    records = []
    for application in queries.due(by, at):
        try:
            with transaction.atomic():
                record = _open(application, by, at)
        except (sealing.BrokenSeal, DomainError) as error:
            log.error("the offers of %s were not opened: %s", application.number, error)
        else:
            records += [record] if record else []
    return records


def _open(application: Any, by: User, at: datetime) -> OpeningRecord | None:
    if not _locked_and_due(application):
        return None
    key = _sealed.data_key(application.pk)
    offers = list(
        Offer.objects.select_for_update(of=("self",)).filter(
            application=application, deadline=application.offer_deadline, state="SEALED"
        )
    )
    _sealed.release(key, OfferTrace.objects.filter(application=application, deadline=application.offer_deadline))
    priced_on = timezone.localdate(application.offer_deadline)
    costs = [_fill(offer, application, key, priced_on, at) for offer in offers]
    for offer, standing in zip(offers, comparison.standings(costs), strict=True):
        offer.rank, offer.median_annual_cost = standing.rank, _exact(standing.median_annual_cost)
        offer.move("reveal", by=by, at=at, commitment=offer.commitment)
    return _record(application, offers, priced_on, at)


def _locked_and_due(application: Any) -> bool:
    """Lock the application, then ask the database whether its deadline has passed and nobody opened it meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pledges_application WHERE id = %s FOR UPDATE", [application.pk])
        cursor.execute("SELECT banks_portal_deadline_passed(%s)", [application.pk])
        passed = bool(cursor.fetchone()[0])
    return passed and not queries.opening_of(application)


def _fill(offer: Offer, application: Any, key: bytes, priced_on: Any, at: datetime) -> float | None:
    """Write the opened content into the offer and return its all-in cost. Raises: BrokenSeal."""
    version = offer.versions.get(number=offer.version)
    sealed = sealing.Sealed(bytes(version.nonce), bytes(version.ciphertext))
    content = sealing.opened(key, sealed, application.pk, offer.bank_id, offer.pk, offer.version)
    if not sealing.committed(offer.commitment, application.number, offer.bank.credit_code, **content):
        raise sealing.BrokenSeal("the content is not what was committed to")
    terms = offer_terms.read(content["terms"])
    price = pricing.price(terms, priced_on, lpr=rates.lpr_for(terms, priced_on))
    offer.opened_at, offer.terms, offer.blinding = at, content["terms"], content["blinding"]
    offer.amount_fen, offer.valid_until = terms.amount_fen, terms.valid_until
    offer.annual_cost = _exact(price.annual_cost)
    return price.annual_cost


def _exact(rate: float | None) -> Decimal | None:
    return None if rate is None else round(Decimal(rate), 10)


def _record(application: Any, offers: list[Offer], priced_on: Any, at: datetime) -> OpeningRecord:
    commitments = sorted(offer.commitment for offer in offers)
    content = {
        "application": application.number, "deadline": application.offer_deadline.isoformat(),
        "opened_at": at.isoformat(), "priced_on": priced_on.isoformat(), "commitments": commitments,
    }  # fmt: skip
    return OpeningRecord.objects.create(
        application=application, deadline=application.offer_deadline, opened_at=at, priced_on=priced_on,
        commitments=commitments, digest=digest_of(content),
    )  # fmt: skip
