"""Applications a bank has won, and its credit decisions on them."""

from typing import Any

from django.db.models import QuerySet

from banks_portal.models import CreditDecision, Offer
from banks_portal.queries.offers import BANK_ROLES, OFFICE_ROLES
from banks_portal.rules.credit import LIVE
from finance_platform.foundation.errors import NotFound
from finance_platform.foundation.models import User
from finance_platform.foundation.permissions import Role
from pledges import queries as pledges


def won_offer(by: User, application_id: int) -> Offer:
    """Return the offer with which the viewer's bank won an application. Raises: NotFound."""
    offers = Offer.objects.filter(application=application_id, bank=by.organisation, state="SELECTED")
    found = offers.select_related("application", "bank").first() if by.role in BANK_ROLES else None
    if found is None:
        raise NotFound("贵行没有中选的这份申请")
    return found


def awards_visible_to(by: User) -> QuerySet[Any]:
    """Return the applications that the viewer's bank has won, newest first."""
    return pledges.applications_visible_to(by).filter(lender=by.organisation).order_by("-pk")


def decisions_visible_to(by: User) -> QuerySet[CreditDecision]:
    """Return a bank's own decisions, for offices the approved ones of their region, for an enterprise its approved."""
    rows = CreditDecision.objects.select_related("application", "offer", "bank", "proposed_by", "first_by", "second_by")
    if by.role in BANK_ROLES:
        return rows.filter(bank=by.organisation)
    approved = rows.filter(state="APPROVED")
    if by.role == Role.ENTERPRISE:
        return approved.filter(application__enterprise=by.organisation)
    if by.role in OFFICE_ROLES:
        return approved.filter(application__in=pledges.applications_visible_to(by))
    return rows.none()


def decision(by: User, pk: int, *, lock: bool = False) -> CreditDecision:
    """Return one decision the viewer may see. Raises: NotFound."""
    rows = decisions_visible_to(by).filter(pk=pk)
    found = (rows.select_for_update(of=("self",)) if lock else rows).first()
    if found is None:
        raise NotFound("没有这份授信审批")
    return found


def live_decision(application_id: int) -> CreditDecision | None:
    """Return the decision of an application that is not refused or withdrawn, or None."""
    return CreditDecision.objects.filter(application=application_id, state__in=LIVE).first()


def approved_decision(by: User, application_id: int) -> CreditDecision:
    """Return the approved decision of an application the viewer's bank won. Raises: NotFound."""
    found = decisions_visible_to(by).filter(application=application_id, state="APPROVED").first()
    if found is None:
        raise NotFound("该申请尚无贵行已批的授信决定")
    return found
