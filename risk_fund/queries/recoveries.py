"""Recoveries as each viewer may see them."""

from django.db.models import Q, QuerySet

from finance_platform.foundation.errors import NotFound
from finance_platform.foundation.models import User
from pledges import queries as pledges
from risk_fund.models import Recovery

_WITH = ("enrolment__scheme_version__scheme__fund", "enrolment__bank", "enrolment__borrower", "loan", "reported_by")


def recoveries_visible_to(by: User) -> QuerySet[Recovery]:
    """Return a bank's own and a borrower's own; the offices' by their part of the region."""
    rows = Recovery.objects.select_related(*_WITH)
    scope = pledges.looked_after_by(by, "enrolment__application__region")
    if scope is not None:
        return rows.filter(scope)
    if by.organisation is None:
        return rows.none()
    return rows.filter(Q(enrolment__bank=by.organisation) | Q(enrolment__borrower=by.organisation))


def recovery(by: User, pk: int, *, lock: bool = False) -> Recovery:
    """Return one recovery. Raises: NotFound."""
    return _one(recoveries_visible_to(by).filter(pk=pk), lock)


def recovery_by_number(by: User, number: str, *, lock: bool = False) -> Recovery:
    """Return one recovery by its number. Raises: NotFound."""
    return _one(recoveries_visible_to(by).filter(number=number), lock)


def _one(rows: QuerySet[Recovery], lock: bool) -> Recovery:
    found = (rows.select_for_update(of=("self",)) if lock else rows).first()
    if found is None:
        raise NotFound("没有这笔追偿,或您不能查看")
    return found
