"""Reads about enterprises, and which part of the region an office looks after."""

from django.db.models import Q

from finance_platform.foundation import queries as foundation
from finance_platform.foundation.models import Organisation, User
from finance_platform.foundation.permissions import Role
from pledges.models import EnterpriseProfile

REGION_WIDE = frozenset({Role.CHECKER, Role.APPROVER, Role.CASHIER, Role.ACCOUNTANT, Role.AUDITOR, Role.SYSTEM})
PREFECTURE = frozenset({Role.INTAKE_OFFICER, Role.ASSET_VERIFIER, Role.FIRST_REVIEWER})
WHOLE_REGION = "150000"


def profile(organisation: Organisation) -> EnterpriseProfile | None:
    """Return what an enterprise says of itself, or None."""
    return EnterpriseProfile.objects.filter(organisation=organisation).first()


def looked_after_by(by: User, region: str) -> Q | None:
    """Return the condition on a region column for the rows an office sees; None if the viewer is no office.

    Regional offices, the auditor and the system see everything; a prefecture's office its prefecture with its counties.
    """
    if by.role in REGION_WIDE:
        return Q()
    if by.role not in PREFECTURE or by.organisation is None:
        return None
    here = foundation.prefecture_of(by.organisation.region)
    if here.code == WHOLE_REGION:
        return Q()
    return Q(**{region: here}) | Q(**{f"{region}__parent": here})


def banks() -> list[Organisation]:
    """Return the banks that an enterprise may send an application to."""
    return list(Organisation.objects.filter(kind=Organisation.Kind.BANK, suspended_at=None))


def intake_offices(region_code: str) -> list[Organisation]:
    """Return the offices that take in applications of a prefecture."""
    kind = Organisation.Kind.IP_OFFICE_PREFECTURE
    return list(Organisation.objects.filter(Q(region=region_code) | Q(region__parent=region_code), kind=kind))
