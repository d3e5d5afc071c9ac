"""Official figures as known on a day, and what ran through the platform, side by side and never mixed."""

from datetime import date

from django.db.models import QuerySet

from finance_platform.foundation.models import User
from pledges import queries as pledges
from risk_fund.models import IndicatorImport, OfficialFigure
from risk_fund.rules import indicators as rules

WHOLE_REGION = "150000"
# A pledge that was refused or given up before registration secures nothing and holds nothing up.
_GIVEN_UP = ("REFUSED", "WITHDRAWN")


def imports() -> QuerySet[IndicatorImport]:
    return IndicatorImport.objects.select_related("imported_by")


def figures() -> QuerySet[OfficialFigure]:
    return OfficialFigure.objects.select_related("region", "batch")


def plan(on: date, indicator: str = rules.REGISTERED_AMOUNT) -> rules.Plan | None:
    """Return the plan period that holds on a day, or the last one before it; None if none was imported."""
    targets = figures().filter(indicator=indicator, kind="target", region=WHOLE_REGION, period_from__lte=on)
    target = targets.order_by("-period_from", "-as_of").first()
    if target is None:
        return None
    base = figures().filter(indicator=indicator, kind="base", region=WHOLE_REGION, period_to__lt=target.period_from)
    known = base.order_by("-period_to", "-as_of").first()
    return rules.Plan(
        target.period_from, target.period_to, known.amount_fen if known else None, target.amount_fen, target.source
    )


def official_series(
    plan: rules.Plan, on: date, region: str = WHOLE_REGION, indicator: str = rules.REGISTERED_AMOUNT
) -> list[OfficialFigure]:
    """Return the official amounts of a plan period known by a day, oldest first."""
    rows = figures().filter(
        indicator=indicator, kind__in=["actual", "final"], region=region, period_from=plan.period_from, as_of__lte=on
    )
    return list(rows.order_by("as_of", "id"))


def official_by_prefecture(plan: rules.Plan, on: date) -> dict[str, OfficialFigure]:
    """Return each prefecture's latest official amount of the plan period, where one was imported."""
    rows = figures().filter(
        indicator=rules.REGISTERED_AMOUNT, kind__in=["actual", "final"], region__parent=WHOLE_REGION,
        period_from=plan.period_from, as_of__lte=on,
    )  # fmt: skip
    return {row.region_id: row for row in rows.order_by("as_of", "id")}


def registrations(by: User) -> list[rules.Registration]:
    """Return every registration under a pledge contract of the applications the viewer sees."""
    rows = pledges.applications_visible_to(by).filter(agreement__pledges__isnull=False).order_by().distinct()
    found = rows.values_list(
        "agreement__pledges__pk", "agreement__pledges__state", "agreement__number", "region_id",
        "agreement__secured_amount_fen", "agreement__pledges__registry", "agreement__pledges__registered_on",
        "enterprise__credit_code",
    )  # fmt: skip
    return [rules.Registration(*row) for _pk, state, *row in found if state not in _GIVEN_UP]
