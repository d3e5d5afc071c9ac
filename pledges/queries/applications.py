"""Reads about applications: which of them the viewer sees, and what is still missing in one."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from finance_platform.foundation import queries as foundation
from finance_platform.foundation.errors import NotFound
from finance_platform.foundation.models import User
from finance_platform.foundation.permissions import Permission, Role
from pledges.models import Application
from pledges.queries import dossiers, enterprises
from pledges.rules import applications as rules


def applications_visible_to(by: User) -> QuerySet[Application]:
    """Return an enterprise's own, for a bank those it has a live dossier of or has won, for an office its region's.

    Offices see nothing of drafts. Losing banks see nothing after the award.
    """
    if by.role == Role.ENTERPRISE:
        return Application.objects.filter(enterprise=by.organisation)
    if by.role in {Role.BANK_OFFICER, Role.BANK_APPROVER}:
        live = dossiers.dossiers_visible_to(by).filter(application=OuterRef("pk"))
        return Application.objects.filter(Q(lender=by.organisation) | Exists(live))
    scope = enterprises.looked_after_by(by, "region")
    return Application.objects.none() if scope is None else Application.objects.filter(scope).exclude(state="DRAFT")


def application(by: User, pk: int) -> Application:
    """Return one application the viewer may see. Raises: NotFound."""
    return _one(by, pk=pk)


def application_by_number(by: User, number: str) -> Application:
    """Return one application the viewer may see, by its number. Raises: NotFound."""
    return _one(by, number=number)


def _one(by: User, **key: object) -> Application:
    found = applications_visible_to(by).filter(**key).select_related("enterprise", "region", "lender").first()
    if found is None:
        raise NotFound("没有这份融资申请,或它未向贵单位开放")
    return found


def missing(application: Application) -> dict[str, str]:
    """Return what must be completed before the application can be handed in, by task (empty: nothing)."""
    profile = enterprises.profile(application.enterprise)
    pool = [entry.asset for entry in application.pool.select_related("asset")]
    return rules.missing(
        rules.Readiness(
            size=profile.size if profile else "",
            asset_states={str(asset): asset.state for asset in pool},
            papers=set(application.papers.values_list("kind", flat=True)),
            consents=set(application.consents),
            banks=len(application.bank_ids),
        )
    )


def may_accept(by: User, at: datetime) -> bool:
    """Return whether the viewer decides about applications handed in."""
    return foundation.may(by, Permission.APPLICATION_ACCEPT, at)
