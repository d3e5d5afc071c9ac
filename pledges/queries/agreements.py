"""Reads about agreements and registrations: who sees them, and since when there is cover."""

from datetime import date

from django.db.models import Q, QuerySet

from finance_platform.foundation.errors import NotFound
from finance_platform.foundation.models import User
from finance_platform.foundation.permissions import Role
from pledges.models import Application, ApplicationAsset, IpAsset, Loan, Pledge, PledgeAgreement
from pledges.queries import enterprises

ENDED = frozenset({"REFUSED", "WITHDRAWN", "REVOKED"})
NOT_YET = frozenset({"PREPARED", "FILED", "CORRECTION"})
IN_FORCE = frozenset({"REGISTERED", "CHANGE_FILED"})
REGISTRIES: dict[str, str] = {value: str(label) for value, label in IpAsset.Registry.choices}


def agreements_visible_to(by: User) -> QuerySet[PledgeAgreement]:
    """Return a borrower's own, a bank's or guarantor's as lender or pledgee, an office's region."""
    if by.role == Role.ENTERPRISE:
        return PledgeAgreement.objects.filter(application__enterprise=by.organisation)
    if by.role in {Role.BANK_OFFICER, Role.BANK_APPROVER, Role.GUARANTOR, Role.INSURER}:
        mine = Q(lender=by.organisation) | Q(pledgees__organisation=by.organisation)
        return PledgeAgreement.objects.filter(mine).distinct()
    scope = enterprises.looked_after_by(by, "application__region")
    return PledgeAgreement.objects.none() if scope is None else PledgeAgreement.objects.filter(scope)


def agreement(by: User, pk: int) -> PledgeAgreement:
    """Return one agreement the viewer may see. Raises: NotFound."""
    return _one(by, pk=pk)


def agreement_by_number(by: User, number: str) -> PledgeAgreement:
    """Return one agreement the viewer may see, by its number. Raises: NotFound."""
    return _one(by, number=number)


def _one(by: User, **key: object) -> PledgeAgreement:
    rows = agreements_visible_to(by).filter(**key)
    found = rows.select_related("application__enterprise", "lender").first()
    if found is None:
        raise NotFound("没有这份质押合同")
    return found


def agreement_of(application_id: int) -> PledgeAgreement | None:
    """Return an application's agreement, whoever asks: for use cases that have already decided."""
    return PledgeAgreement.objects.filter(application_id=application_id).select_related("lender").first()


def pledges_visible_to(by: User) -> QuerySet[Pledge]:
    return Pledge.objects.filter(agreement__in=agreements_visible_to(by).values("pk")).select_related("agreement")


def pledge(by: User, pk: int) -> Pledge:
    """Return one pledge the viewer may see. Raises: NotFound."""
    found = pledges_visible_to(by).filter(pk=pk).first()
    if found is None:
        raise NotFound("没有这项质押登记")
    return found


def live_pledges(agreement: PledgeAgreement) -> QuerySet[Pledge]:
    """Return the pledges of an agreement that were not refused, withdrawn or revoked."""
    return agreement.pledges.exclude(state__in=ENDED).order_by("pk")


def registries_of(agreement: PledgeAgreement) -> list[str]:
    """Return the registries that the pool of rights belongs to."""
    pool = ApplicationAsset.objects.filter(application=agreement.application_id).order_by()
    return sorted(pool.values_list("asset__registry", flat=True).distinct())


def all_registered(agreement: PledgeAgreement) -> bool:
    """Return whether every registry of the pool has a registration in force now (none cancelled meanwhile)."""
    in_force = agreement.pledges.filter(state__in=IN_FORCE).values_list("registry", flat=True)
    return set(in_force) == set(registries_of(agreement))


def cover_start(thing: Application | Loan) -> date | None:
    """Return the day from which cover can stand: the last registration of the agreement, None until all are there.

    A registration that was later cancelled still tells when cover began; one refused, withdrawn or revoked never did.
    Source: 民法典 444 (the pledge is created by registration); decisions page (derived, never pushed).
    """
    application_id = thing.application_id if isinstance(thing, Loan) else thing.pk
    found = agreement_of(application_id)
    if found is None:
        return None
    days = {p.registry: p.registered_on for p in live_pledges(found) if p.state not in NOT_YET}
    if set(days) != set(registries_of(found)):
        return None
    return max(days.values())  # type: ignore[type-var]
