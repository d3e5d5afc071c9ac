"""What a bank's desk shows: the queue, and one dossier with everything known before the decision."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from banks_portal.models import CreditDecision
from banks_portal.queries import appraisals, awards, coverage, offers
from banks_portal.rules import pricing
from finance_platform.foundation.errors import NotFound
from finance_platform.foundation.models import User
from pledges import queries as pledges
from pledges.rules.applications import PAPER_KINDS
from valuation import queries as valuation
from valuation.rules.coverage import Sample

ROWS = 50


def takes_offers(application: Any, at: datetime) -> bool:
    """Return whether an application takes offers at the moment (the database decides again when one is placed)."""
    return bool(application.state == "PUBLISHED" and application.offer_deadline and at < application.offer_deadline)


# --- The desk -------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Waiting:
    """A dossier open for offers: how long it still is, and what the bank itself has done (nobody else's work shows)."""

    application: Any
    left: timedelta
    own: str

    @property
    def tone(self) -> str:
        return "warn" if self.left < timedelta(hours=24) else "info"

    @property
    def left_text(self) -> tuple[int, int]:
        """Days and hours left."""
        return self.left.days, self.left.seconds // 3600


@dataclass(frozen=True)
class Desk:
    """The bank's workbench: the queue, awards on their way, decisions that wait for an approver, loans in arrears."""

    waiting: list[Waiting]
    unopened: int
    awards: list[Any]
    decisions: list[CreditDecision]
    restructurings: list[Any]
    arrears: list[Any]


def workbench(by: User, at: datetime) -> Desk:
    """Return what lies on the bank's desk at the moment."""
    published = pledges.applications_visible_to(by).filter(state="PUBLISHED").select_related("enterprise", "region")
    own = {offer.application_id: offer.state_label for offer in _present(by)}
    rows: Any = published.filter(offer_deadline__gt=at).order_by("offer_deadline")[:ROWS]
    loans = pledges.loans_visible_to(by).select_related("borrower")
    proposed = pledges.restructurings_visible_to(by).filter(state="PROPOSED")
    return Desk(
        waiting=[Waiting(row, row.offer_deadline - at, own.get(row.pk, "")) for row in rows],
        unopened=published.filter(offer_deadline__lte=at).count(),
        awards=list(awards.awards_visible_to(by).exclude(state="DISBURSED").select_related("enterprise")[:ROWS]),
        decisions=list(awards.decisions_visible_to(by).filter(state__in=["PROPOSED", "SUPPORTED"])[:ROWS]),
        restructurings=list(proposed.select_related("loan__borrower", "proposed_by")[:ROWS]),
        arrears=list(loans.filter(days_past_due__gt=0).order_by("-days_past_due")[:ROWS]),
    )


def _present(by: User) -> list[Any]:
    rows = offers.offers_visible_to(by)
    return [offer for offer in rows if offer.deadline == offer.application.offer_deadline]


# --- The dossier ----------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class AssetLine:
    """A right of the pool with the verdict on its pledgeability for the wanted term."""

    asset: Any
    verdict: Any
    years_left: float | None


@dataclass(frozen=True)
class DossierFile:
    """One dossier as of a day; `tried` is the loan and the realised part of the value that the picture shows."""

    profile: Any | None
    assets: list[AssetLine]
    papers: list[Any]
    appraisal: Any | None
    coverage: coverage.Page | None
    tornado: list[dict[str, Any]]
    tried: dict[str, Any]
    own: offers.OwnOffer | None
    refusal: Any | None
    opening: Any | None
    open: bool
    left: timedelta | None

    @property
    def debt_ratio(self) -> float | None:
        profile = self.profile
        if profile is None or not profile.total_assets_fen or profile.total_debt_fen is None:
            return None
        return float(profile.total_debt_fen / profile.total_assets_fen)


def dossier_file(
    by: User, application: Any, at: datetime, loan_fen: int | None = None,
    realised: int = coverage.REALISED_PERCENT, tolerance: float = coverage.TOLERANCE_PERCENT,
) -> DossierFile:  # fmt: skip
    """Return the dossier of an application the viewer already sees, with the loan and disposal rate tried."""
    today = timezone.localdate(at)
    loan_fen = loan_fen or application.amount_fen
    appraisal = appraisals.issued(application.pk, today)
    run = appraisal.run if appraisal else None
    return DossierFile(
        profile=pledges.profile(application.enterprise),
        assets=_asset_lines(application, today),
        papers=_papers(application),
        appraisal=appraisal,
        coverage=coverage.page(appraisal, application, loan_fen, realised, tolerance) if appraisal else None,
        tornado=appraisals.tornado(run) if run else [],
        tried={"loan_fen": loan_fen, "realised": realised, "tolerance": tolerance},
        own=offers.own_offer(by, application),
        refusal=offers.own_refusal(by, application),
        opening=offers.openings.opening_of(application),
        open=takes_offers(application, at),
        left=application.offer_deadline - at if application.offer_deadline else None,
    )


def sample(application: Any, at: datetime) -> Sample:
    """Return the simulated values behind the figures of a dossier the viewer already sees. Raises: NotFound."""
    appraisal = appraisals.issued(application.pk, timezone.localdate(at))
    found = valuation.sample_of(appraisal.run) if appraisal else None
    if found is None:
        raise NotFound("尚无已出具的评估报告,或其测算没有模拟")
    return found


def _papers(application: Any) -> list[dict[str, Any]]:
    rows = application.papers.select_related("document").order_by("pk")
    return [{"label": PAPER_KINDS.get(row.kind, row.kind), "document": row.document} for row in rows]


def _asset_lines(application: Any, today: Any) -> list[AssetLine]:
    ends = pricing.months_later(today, application.term_months)
    return [
        AssetLine(
            asset, pledges.pledgeability(asset, today, ends),
            (asset.expiry_date - today).days / 365.25 if asset.expiry_date else None,
        )
        for asset in pledges.assets_of(application.pk)
    ]  # fmt: skip
