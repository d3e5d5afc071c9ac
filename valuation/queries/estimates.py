"""Reads of the public's estimates."""

from datetime import date
from uuid import UUID

from finance_platform.foundation import queries as foundation
from finance_platform.foundation.errors import NotFound
from valuation.models import Estimate
from valuation.queries.parameters import parameters
from valuation.rules import estimates as rules


def estimate(pk: UUID) -> Estimate:
    """Return an estimate to whoever holds its address; it names nobody. Raises: NotFound."""
    found = Estimate.objects.filter(pk=pk).first()
    if found is None:
        raise NotFound("没有这次试算")
    return found


def loan_cost(found: Estimate, on: date) -> rules.LoanCost:
    """Return what the upper end of the loan range may cost from a day on. Raises: OutOfRange without an LPR."""
    return rules.loan_cost(found.loan_high_fen, foundation.lpr_on(on), parameters(on), on)
