"""Reads of the two bases beside a firm's report, and of the value in force under any basis."""

from datetime import date
from typing import Any

from django.db.models import F, QuerySet

from finance_platform.foundation.errors import NotFound
from finance_platform.foundation.models import User
from finance_platform.foundation.permissions import Role
from valuation.models import AgreedValue, InternalValuation
from valuation.queries.appraisals import BANK_ROLES, issued_appraisal
from valuation.rules import bases as rules

# What of an internal valuation others than its bank may learn of: never one that was not approved.
APPROVED_ONCE = ("APPROVED", "SUPERSEDED", "EXPIRED")


def regions_of(application: Any) -> tuple[str, ...]:
    """Return the codes of the region an application belongs to: its own and that of the prefecture above it."""
    region = application.region
    return tuple(filter(None, (region.code, region.parent_id)))


def internal_visible_to(by: User) -> QuerySet[InternalValuation]:
    """Return a bank's own; an enterprise sees approved ones of its application once that bank has won it."""
    rows = InternalValuation.objects.select_related("application__enterprise", "bank", "made_by", "decided_by")
    if by.role in BANK_ROLES:
        return rows.filter(bank=by.organisation)
    if by.role == Role.ENTERPRISE:
        won = rows.filter(application__enterprise=by.organisation, application__lender=F("bank"))
        return won.filter(state__in=APPROVED_ONCE)
    return rows if by.role == Role.SYSTEM else rows.none()


def agreed_visible_to(by: User) -> QuerySet[AgreedValue]:
    """Return what a bank proposed, or what was proposed to an enterprise: the two sides and nobody else."""
    rows = AgreedValue.objects.select_related("application__enterprise", "bank", "region", "proposed_by", "agreed_by")
    if by.role in BANK_ROLES:
        return rows.filter(bank=by.organisation)
    if by.role == Role.ENTERPRISE:
        return rows.filter(application__enterprise=by.organisation)
    return rows if by.role == Role.SYSTEM else rows.none()


def internal_valuation(by: User, **key: object) -> InternalValuation:
    """Return one internal valuation the viewer may see. Raises: NotFound."""
    found = internal_visible_to(by).filter(**key).first()
    if found is None:
        raise NotFound("没有这项内部评估,或它未向贵单位开放")
    return found


def agreed_value(by: User, **key: object) -> AgreedValue:
    """Return one agreed value the viewer may see. Raises: NotFound."""
    found = agreed_visible_to(by).filter(**key).first()
    if found is None:
        raise NotFound("没有这项协商定价,或它未向贵单位开放")
    return found


def value_in_force(application_id: int, bank_id: int, basis: str, on: date) -> Any | None:
    """Return the value of a basis that a bank may lend on, on a day, or None; for callers that have already decided.

    It has `number`, `title`, `basis`, `basis_label`, `appraised_value_fen`, `expires_on` and `run` (None for an agreed
    value).
    """
    if basis == rules.FILED_REPORT:
        return issued_appraisal(application_id, on)
    found: Any = {
        rules.INTERNAL: InternalValuation.objects.filter(state="APPROVED"),
        rules.AGREED: AgreedValue.objects.filter(state="AGREED"),
    }[basis]
    own = found.filter(application_id=application_id, bank_id=bank_id)
    return own.filter(issued_on__lte=on, expires_on__gte=on).first()


def values_in_force(application_id: int, bank_id: int, on: date) -> dict[str, Any]:
    """Return the values a bank may lend on, on a day, by their basis."""
    found = {basis: value_in_force(application_id, bank_id, basis, on) for basis in rules.LABELS}
    return {basis: value for basis, value in found.items() if value is not None}
