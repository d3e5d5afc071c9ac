"""Reads about disposals of pledged rights."""

from django.db.models import QuerySet

from finance_platform.foundation.errors import NotFound
from finance_platform.foundation.models import User
from pledges.models import Disposal
from pledges.queries import loans


def disposals_visible_to(by: User) -> QuerySet[Disposal]:
    """Return the disposals of the loans the viewer sees."""
    seen = Disposal.objects.filter(loan__in=loans.loans_visible_to(by).values("pk"))
    return seen.select_related("loan", "pledge__agreement")


def disposal(by: User, pk: int) -> Disposal:
    """Return one disposal the viewer may see. Raises: NotFound."""
    found = disposals_visible_to(by).filter(pk=pk).first()
    if found is None:
        raise NotFound("没有这项质物处置")
    return found
