"""The end of a day: days past due, class floor, what is missed or cured."""

from datetime import date, datetime
from typing import Any

from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from finance_platform.foundation.errors import Invalid
from finance_platform.foundation.models import User
from finance_platform.foundation.permissions import Permission
from finance_platform.foundation.use_case import use_case
from pledges.models import Loan, Receipt
from pledges.services import standing


@use_case(Permission.DAY_END)
def run_day(*, by: User, at: datetime, on: date, loan_id: int | None = None) -> list[Loan]:
    """Close the day for all live loans (or one): days past due, class floor, what is missed or cured.

    Loans paid to the day are told apart in one query; only the others are computed. Running a day again changes
    nothing, and a day before the last one closed is left alone. Returns the loans whose state changed.
    Raises: Invalid for a day to come. Writes: loans and their state changes.
    """
    if on > timezone.localdate(at):
        raise Invalid("不能结转未到的日期", fields={"on": f"请选择 {timezone.localdate(at)} 及以前的日期"})
    live = Loan.objects.filter(state__in=standing.LIVE, disbursed_on__lte=on).exclude(status_on__gt=on)
    if loan_id is not None:
        live = live.filter(pk=loan_id)
    paid_up = _paid_up(live, on)
    late = live.exclude(pk__in=paid_up).select_for_update().order_by("pk")
    changed = [loan for loan in late if standing.restate(loan, on, by=by, at=at)]
    live.filter(pk__in=paid_up).update(status_on=on)
    return changed


def _paid_up(live: Any, on: date) -> list[int]:
    """Return the loans that were never late and of which just what fell due by the day has been received.

    Credit paid ahead, anything ever charged for lateness and whatever was restructured take the long way.
    """
    due = Coalesce(
        Sum(F("instalments__interest_fen") + F("instalments__principal_fen"), filter=Q(instalments__due__lte=on)), 0
    )
    paid = (
        Receipt.objects.filter(loan__in=live)
        .order_by()
        .values("loan")
        .annotate(
            total=Sum(F("interest_fen") + F("principal_fen")),
            other=Sum(F("penalty_fen") + F("compound_fen") + F("unapplied_fen")),
        )
    )
    received = {row["loan"]: row["total"] for row in paid if row["other"] == 0}
    odd = {row["loan"] for row in paid if row["other"] != 0}
    owing = live.filter(state="ACTIVE", days_past_due=0, restructured_on=None).exclude(pk__in=odd).annotate(due_fen=due)
    return [pk for pk, due_fen in owing.values_list("pk", "due_fen") if received.get(pk, 0) == due_fen]
