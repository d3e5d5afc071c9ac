"""Reads about dossiers: an application as one bank may read it."""

from django.db import models
from django.db.models import Func, Q, QuerySet

from finance_platform.foundation.errors import NotFound
from finance_platform.foundation.models import User
from finance_platform.foundation.permissions import Role
from pledges.models import Dossier
from pledges.queries import enterprises


class PlatformToday(Func):
    """The platform's day, read in the database as row-level security reads it."""

    template = "(SELECT (platform_now() AT TIME ZONE 'Asia/Shanghai')::date)"
    output_field = models.DateField()


def dossiers_visible_to(by: User) -> QuerySet[Dossier]:
    """Return a borrower's own consents, for a bank its open dossiers, for an office its region's.

    Row-level security repeats this in the database (there without the office's region).
    """
    if by.role == Role.ENTERPRISE:
        return Dossier.objects.filter(borrower=by.organisation)
    if by.role in {Role.BANK_OFFICER, Role.BANK_APPROVER}:
        live = Q(opened_at__isnull=False, revoked_at=None, closed_at=None, expires_on__gte=PlatformToday())
        return Dossier.objects.filter(live, bank=by.organisation)
    scope = enterprises.looked_after_by(by, "application__region")
    return Dossier.objects.none() if scope is None else Dossier.objects.filter(scope)


def dossier(by: User, pk: int) -> Dossier:
    """Return one dossier the viewer may see. Raises: NotFound."""
    found = dossiers_visible_to(by).filter(pk=pk).select_related("application", "bank").first()
    if found is None:
        raise NotFound("没有这份卷宗,或授权已结束")
    return found
