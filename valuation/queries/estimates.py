"""Reads of the public's estimates."""

from uuid import UUID

from finance_platform.foundation.errors import NotFound
from valuation.models import Estimate


def estimate(pk: UUID) -> Estimate:
    """Return an estimate to whoever holds its address; it names nobody. Raises: NotFound."""
    found = Estimate.objects.filter(pk=pk).first()
    if found is None:
        raise NotFound("没有这次试算")
    return found
