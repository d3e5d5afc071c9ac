"""Reads of appraisals and their runs: who sees which, and which value is in force."""

from datetime import date

from django.db.models import F, QuerySet

from finance_platform.foundation.errors import Invalid, NotFound
from finance_platform.foundation.models import Organisation, StateChange, User
from finance_platform.foundation.permissions import Role
from pledges import queries as pledges
from valuation.models import Appraisal, InstitutionFiling, ValuationRun
from valuation.rules import bridges, states

FIRM_ROLES = frozenset({Role.APPRAISER, Role.APPRAISAL_REVIEWER, Role.APPRAISAL_SIGNATORY})
BANK_ROLES = frozenset({Role.BANK_OFFICER, Role.BANK_APPROVER})


def appraisals_visible_to(by: User) -> QuerySet[Appraisal]:
    """Return a firm's own, an enterprise's own, an office's region; for a bank the signed ones it may read."""
    rows = Appraisal.objects.select_related("application", "firm", "run")
    if by.role in FIRM_ROLES:
        return rows.filter(firm=by.organisation)
    if by.role == Role.ENTERPRISE:
        return rows.filter(application__enterprise=by.organisation)
    if by.role == Role.SYSTEM:
        return rows
    seen = rows.filter(application__in=pledges.applications_visible_to(by).values("pk"))
    return seen.filter(state__in=states.SIGNED) if by.role in BANK_ROLES else seen


def appraisal(by: User, pk: int) -> Appraisal:
    """Return one appraisal the viewer may see. Raises: NotFound."""
    return _one(by, pk=pk)


def appraisal_by_number(by: User, number: str) -> Appraisal:
    """Return one appraisal the viewer may see, by its number. Raises: NotFound."""
    return _one(by, number=number)


def _one(by: User, **key: object) -> Appraisal:
    found = appraisals_visible_to(by).filter(**key).first()
    if found is None:
        raise NotFound("没有这项评估,或它未向贵单位开放")
    return found


def appraisals_of(application_id: int) -> QuerySet[Appraisal]:
    """Return an application's appraisals, newest first, whoever asks: for callers that have already decided."""
    return Appraisal.objects.filter(application_id=application_id).select_related("firm", "run")


def issued_appraisal(application_id: int, on: date) -> Appraisal | None:
    """Return the signed value of an application in force on a day, or None (also while it is objected to).

    It may be used up to and including `expires_on`. For use cases that have already decided who asks.
    """
    in_force = appraisals_of(application_id).filter(state="ISSUED", issued_on__lte=on, expires_on__gte=on)
    return in_force.first()


def runs_visible_to(by: User) -> QuerySet[ValuationRun]:
    """Return every run to the firm that made it; to others only the one that was signed."""
    rows = ValuationRun.objects.select_related("appraisal__application", "appraisal__firm", "made_by")
    seen = rows.filter(appraisal__in=appraisals_visible_to(by).values("pk"))
    if by.role in FIRM_ROLES or by.role == Role.SYSTEM:
        return seen
    return seen.filter(appraisal__state__in=states.SIGNED, appraisal__run=F("pk"))


def run(by: User, pk: int) -> ValuationRun:
    """Return one run the viewer may see. Raises: NotFound."""
    found = runs_visible_to(by).filter(pk=pk).first()
    if found is None:
        raise NotFound("没有这次测算,或它未向贵单位开放")
    return found


def firms() -> QuerySet[Organisation]:
    """Return the appraisal firms that may be commissioned."""
    return Organisation.objects.filter(kind=Organisation.Kind.APPRAISER, suspended_at=None)


def filing_in_force(firm_id: int) -> InstitutionFiling | None:
    """Return the filing a firm has on record (the newest), or None."""
    return InstitutionFiling.objects.filter(firm_id=firm_id).first()


def changes_of(appraisal: Appraisal) -> QuerySet[StateChange]:
    """Return what moved an appraisal from state to state, oldest first."""
    return StateChange.objects.filter(subject=f"{appraisal._meta.label}:{appraisal.pk}").select_related("by")


def bridge(by: User, first: int, second: int) -> tuple[ValuationRun, ValuationRun, bridges.Bridge]:
    """Return two runs of one appraisal the viewer may see, and the bridge between their simulated means.

    Raises: NotFound; Invalid (runs of two appraisals, or of other rights).
    """
    one, two = run(by, first), run(by, second)
    if one.appraisal_id != two.appraisal_id:
        raise Invalid("只能比较同一项评估的两次测算", code="two_appraisals")
    sides = (bridges.Side(each.document, each.engine, bridges.mean_fen(each.output)) for each in (one, two))
    return one, two, bridges.bridge(*sides)
