"""Reads about rights: which of them the viewer sees, what is known of one, whether it can be pledged."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet

from finance_platform.foundation.errors import NotFound
from finance_platform.foundation.models import StateChange, User
from finance_platform.foundation.permissions import Role
from pledges.models import Application, AssetTag, AssetVerification, IpAsset
from pledges.queries import applications, enterprises
from pledges.rules.pledgeability import RightFacts, Verdict, verdict

UNDER_PLEDGE = frozenset({"PLEDGED", "IMPAIRED"})
EXPIRY_WARNING_DAYS = 90


@dataclass(frozen=True)
class Change:
    """One move of a thing: when, from which state to which, by whom."""

    at: datetime
    source: str
    target: str
    by: User


def assets_visible_to(by: User) -> QuerySet[IpAsset]:
    """Return an enterprise's own rights, for a bank those in the dossiers open to it, for an office its region's."""
    if by.role == Role.ENTERPRISE:
        return IpAsset.objects.filter(owner=by.organisation)
    if by.role in {Role.BANK_OFFICER, Role.BANK_APPROVER}:
        seen = applications.applications_visible_to(by).values("pk")
        return IpAsset.objects.filter(pools__application__in=seen).distinct()
    scope = enterprises.looked_after_by(by, "owner__region")
    return IpAsset.objects.none() if scope is None else IpAsset.objects.filter(scope)


def asset(by: User, pk: int) -> IpAsset:
    """Return one right the viewer may see. Raises: NotFound."""
    found = assets_visible_to(by).filter(pk=pk).select_related("owner", "import_batch").first()
    if found is None:
        raise NotFound("没有这件知识产权,或它未向贵单位开放")
    return found


def assets_of(application_id: int) -> QuerySet[IpAsset]:
    """Return the pool of an application, whoever asks: for use cases of upper apps that have already decided."""
    return IpAsset.objects.filter(pools__application_id=application_id).order_by("pools__id")


def facts_of(asset: IpAsset) -> RightFacts:
    """Return what is known of a right, as the verdict wants it."""
    return RightFacts(
        registry=asset.registry, kind=asset.kind, legal_status=asset.legal_status, expiry_date=asset.expiry_date,
        fee_paid_until=asset.fee_paid_until,
        co_owners_consent=all(owner.get("consent_document") for owner in asset.co_owners),
        pledged=asset.state in UNDER_PLEDGE, adverse=tuple(asset.adverse), declared=tuple(asset.declared),
    )  # fmt: skip


def pledgeability(asset: IpAsset, on: date, maturity: date | None = None) -> Verdict:
    """Return whether a right can be pledged on a day for a debt due at `maturity`, and on which grounds not."""
    return verdict(facts_of(asset), on, maturity)


def pledgeable_count(assets: Iterable[IpAsset], on: date) -> tuple[int, Counter[str]]:
    """Return how many of the rights can be pledged on a day, and how often each ground or gap stands against one."""
    against: Counter[str] = Counter()
    good = 0
    for entry in assets:
        answer = pledgeability(entry, on)
        good += answer.ok
        against.update(ground.code for ground in answer.grounds)
        against.update(f"unknown:{name}" for name in answer.unknown if not answer.ok and name == "legal_status")
    return good, against


def verification_under_way(asset: IpAsset) -> AssetVerification | None:
    """Return the round that waits for its second person, or None."""
    return asset.verifications.filter(second_at=None).select_related("first_by", "document").first()


def tags_visible_to(by: User) -> QuerySet[AssetTag]:
    return AssetTag.objects.filter(asset__in=assets_visible_to(by).values("pk")).select_related("asset")


def tag(by: User, pk: int) -> AssetTag:
    """Return one tag of a right the viewer may see. Raises: NotFound."""
    found = tags_visible_to(by).filter(pk=pk).first()
    if found is None:
        raise NotFound("没有这个标签")
    return found


def search_assets(rows: QuerySet[IpAsset], text: str) -> QuerySet[IpAsset]:
    """Return the rights whose number, title or owner contains the text."""
    if not text:
        return rows
    compact = text.upper().replace(" ", "").removeprefix("ZL")
    return rows.filter(
        Q(number__icontains=compact)
        | Q(publication_number__icontains=compact)
        | Q(title__icontains=text)
        | Q(owner_name__icontains=text)
    )


def sees_assets_as_office(by: User) -> bool:
    return enterprises.looked_after_by(by, "owner__region") is not None


def expiring_assets(by: User, on: date) -> QuerySet[IpAsset]:
    """Return the viewer's live rights whose fee or term runs out within 90 days, or has run out."""
    horizon = on + timedelta(days=EXPIRY_WARNING_DAYS)
    ending = Q(fee_paid_until__lte=horizon) | Q(expiry_date__lte=horizon)
    live = assets_visible_to(by).exclude(state__in=["TERMINATED", "TRANSFERRED"]).filter(legal_status="in_force")
    return live.filter(ending).order_by("fee_paid_until", "expiry_date")[:10]


def state_changes(row: IpAsset | Application) -> list[Change]:
    """Return what moved a thing from state to state, oldest first, states by their names."""
    names = row.machine.states
    rows = StateChange.objects.filter(subject=f"{row._meta.label}:{row.pk}").select_related("by")
    return [Change(change.at, names[change.source], names[change.target], change.by) for change in rows]
