"""What time ends before the money is paid out: offers past their validity, applications whose time is over."""

from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from banks_portal.models import Offer
from finance_platform.foundation.models import User
from pledges import queries as pledges
from pledges.rules.states import APPLICATION


def with_stale_offers(by: User, on: date) -> QuerySet[Any]:
    """Return the applications of which an opened offer waits for a choice that was possible until before the day."""
    return _all(by).filter(Exists(stale_offers(on).filter(application=OuterRef("pk"))))


def stale_offers(on: date) -> QuerySet[Offer]:
    """Return the opened offers, neither chosen nor released, that were valid until before the day."""
    return Offer.objects.filter(state="REVEALED", valid_until__lt=on)


def unanswered(by: User) -> QuerySet[Any]:
    """Return the published applications whose opened offers have all lapsed: there is nothing left to choose.

    A round without any offer is left to the enterprise, which reads the banks' reasons and withdraws.
    """
    offers = Offer.objects.filter(
        application=OuterRef("pk"), deadline=OuterRef("offer_deadline"), opened_at__isnull=False
    )
    return _all(by).filter(Exists(offers), ~Exists(offers.exclude(state="LAPSED")), state="PUBLISHED")


def out_of_consent(by: User, on: date) -> QuerySet[Any]:
    """Return the applications that may lapse and whose consents to the banks all ended before the day."""
    consents = pledges.dossiers_visible_to(by).filter(application=OuterRef("pk"))
    over = _all(by).filter(Exists(consents), ~Exists(consents.filter(expires_on__gte=on)))
    return over.filter(state__in=[move.source for move in APPLICATION.moves if move.event == "expire"])


def _all(by: User) -> QuerySet[Any]:
    return pledges.applications_visible_to(by).order_by("pk")
