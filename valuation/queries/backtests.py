"""The back-test: every realised revenue in its signed distribution, by appraisal firm, and disposals against values."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from finance_platform.foundation.models import User
from pledges import queries as pledges
from valuation.models import Appraisal, RealisedRevenue
from valuation.queries.appraisals import appraisals_of, appraisals_visible_to
from valuation.rules import backtests as rules
from valuation.rules import figures, states


@dataclass(frozen=True)
class Record:
    """A realised revenue in force with its forecast."""

    row: RealisedRevenue

    @property
    def realised(self) -> float:
        return figures.yuan(self.row.revenue_fen)

    @property
    def inside(self) -> bool:
        return rules.is_inside(self.row.forecast, self.realised)

    @property
    def pit(self) -> float:
        return float(self.row.forecast["pit"])

    def forecast_fen(self) -> dict[str, int]:
        """Return P10, median and P90 in fen."""
        return {name: figures.fen(self.row.forecast[name]) for name in ("p10", "p50", "p90")}


@dataclass(frozen=True)
class FirmLine:
    """One appraisal firm's records."""

    firm: str
    share: rules.Share
    mean_place: float


@dataclass(frozen=True)
class Sale:
    """A disposal beside the signed value of the rights that were sold, both in fen."""

    disposal: Any
    appraisal: Any
    value_fen: int

    @property
    def ratio(self) -> float | None:
        return self.disposal.price_fen / self.value_fen if self.value_fen else None


def realised_visible_to(by: User) -> QuerySet[RealisedRevenue]:
    """Return the realised revenues, corrected ones included, of the appraisals the viewer may see; newest first."""
    rows = RealisedRevenue.objects.filter(run__appraisal__in=appraisals_visible_to(by).values("pk"))
    return rows.select_related("run__appraisal__firm", "document", "organisation", "recorded_by")


def backtest_records(by: User) -> list[Record]:
    """Return the figures in force, newest first."""
    return [Record(row) for row in realised_visible_to(by).filter(replaced_by=None)]


def signed_of(day: date) -> QuerySet[Appraisal]:
    """Return the appraisals whose signed value is of a day or before: a year of theirs may be over. Oldest first."""
    rows = Appraisal.objects.filter(state__in=states.SIGNED, valuation_date__lte=day, run__isnull=False)
    return rows.select_related("run", "application__drafted_by").order_by("pk")


def by_firm(found: list[Record]) -> list[FirmLine]:
    """Return each appraisal firm's share inside P10–P90 and the mean place (0.5 where it errs to neither side)."""
    firms: dict[str, list[Record]] = {}
    for one in found:
        firms.setdefault(one.row.run.appraisal.firm.name, []).append(one)
    return [
        FirmLine(firm, rules.coverage(one.inside for one in ours), sum(one.pit for one in ours) / len(ours))
        for firm, ours in sorted(firms.items())
    ]


def sales(by: User) -> list[Sale]:
    """Return the disposals that fetched a price, beside what the signed run said the same rights were worth.

    The signed value is that in force when the loan's pledge was agreed: the last one signed before it was sold.
    """
    found = []
    sold = pledges.disposals_visible_to(by).filter(price_fen__gt=0, sold_on__isnull=False)
    for disposal in sold.select_related("pledge__agreement__application").order_by("-sold_on"):
        application = disposal.pledge.agreement.application
        signed = appraisals_of(application.pk).filter(issued_on__lte=disposal.sold_on, run__isnull=False)
        appraisal = signed.order_by("-issued_on", "-pk").first()
        if appraisal is None or appraisal.run is None:
            continue
        ours = {
            asset.number for asset in pledges.assets_of(application.pk) if asset.registry == disposal.pledge.registry
        }
        worth = [one["value"] for one in appraisal.run.output.get("assets", ()) if one["name"] in ours]
        found.append(Sale(disposal, appraisal, figures.fen(sum(worth))))
    return found
