"""Tables of what a bank does, by subject; every name can be imported from here."""

from banks_portal.models.credit import CreditDecision
from banks_portal.models.offers import ApplicationKey, BidRefusal, Offer, OfferTrace, OfferVersion
from banks_portal.models.openings import OpeningRecord

__all__ = ["ApplicationKey", "BidRefusal", "CreditDecision", "Offer", "OfferTrace", "OfferVersion", "OpeningRecord"]
