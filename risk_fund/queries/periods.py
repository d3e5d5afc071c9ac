"""Which months are settled, and which come next."""

from datetime import date

from django.db.models import Q, QuerySet

from finance_platform.foundation.models import User
from risk_fund.models import Fund, JournalEntry, Period
from risk_fund.queries import ledger


def periods_visible_to(by: User) -> QuerySet[Period]:
    """Return the periods of the funds the viewer's office may read."""
    found = Period.objects.filter(fund__in=ledger.funds_visible_to(by))
    return found.select_related("fund", "reconciled_by", "closed_by")


def closed_until(fund: Fund) -> Period | None:
    """Return the last closed period; every day up to its end is closed."""
    return Period.objects.filter(fund=fund, state="CLOSED").order_by("-year", "-month").first()


def open_before(fund: Fund, year: int, month: int) -> date | None:
    """Return the first day, before the month, of an entry that no closed period holds yet; None if all are settled."""
    found = JournalEntry.objects.filter(fund=fund, effective_date__lt=date(year, month, 1))
    last = closed_until(fund)
    if last is not None:
        later_that_year = Q(fiscal_year=last.year, effective_date__month__gt=last.month)
        found = found.filter(Q(fiscal_year__gt=last.year) | later_that_year)
    return found.order_by("effective_date").values_list("effective_date", flat=True).first()
