"""Enrolments as each viewer may see them, and what the engine remembers of them."""

from django.db.models import QuerySet

from finance_platform.foundation.errors import NotFound
from finance_platform.foundation.models import User
from pledges import queries as pledges
from risk_fund.models import Enrolment, SharingLoan


def enrolments_visible_to(by: User) -> QuerySet[Enrolment]:
    """Return a bank's own, an enterprise's own, and for the offices those of their part of the region."""
    rows = Enrolment.objects.select_related("scheme_version__scheme__fund", "borrower", "bank", "loan", "application")
    scope = pledges.looked_after_by(by, "application__region")
    if scope is not None:
        return rows.filter(scope)
    if by.organisation is None:
        return rows.none()
    return rows.filter(bank=by.organisation) | rows.filter(borrower=by.organisation)


def enrolment(by: User, pk: int, *, lock: bool = False) -> Enrolment:
    """Return one enrolment the viewer may see. Raises: NotFound."""
    return _one(enrolments_visible_to(by).filter(pk=pk), lock)


def enrolment_by_number(by: User, number: str) -> Enrolment:
    """Return one enrolment the viewer may see, by its number. Raises: NotFound."""
    return _one(enrolments_visible_to(by).filter(number=number), lock=False)


def enrolment_of_application(by: User, application_id: int, *, lock: bool = False) -> Enrolment:
    """Return the live enrolment of an application. Raises: NotFound."""
    return _one(enrolments_visible_to(by).filter(application=application_id).exclude(state="LAPSED"), lock)


def enrolment_of_loan(loan_id: int, *, lock: bool = False) -> Enrolment | None:
    """Return the enrolment of a loan, or None if it has no cover (for services that hold the loan already)."""
    rows = Enrolment.objects.select_related("scheme_version__scheme__fund", "borrower", "bank").filter(loan=loan_id)
    return (rows.select_for_update(of=("self",)) if lock else rows).first()


def enrolment_of(application_id: int) -> Enrolment | None:
    """Return the live enrolment of an application, or None (for services that hold the application already)."""
    rows = Enrolment.objects.select_related("scheme_version__scheme__fund", "borrower", "bank")
    return rows.filter(application=application_id).exclude(state="LAPSED").first()


def reservation_of(application_id: int) -> Enrolment | None:
    """Return what is reserved for an application, locked, or None (for services that hold the application already)."""
    rows = Enrolment.objects.select_related("scheme_version__scheme__fund", "borrower", "bank")
    return rows.filter(application=application_id, state="RESERVED").select_for_update(of=("self",)).first()


def covered_fen(enrolment: Enrolment) -> int:
    """Return what the fund stands for on this loan now, as the engine last worked it out."""
    return _sharing(enrolment).covered_fen


def outstanding_fen(enrolment: Enrolment) -> int:
    """Return the principal under cover now."""
    return _sharing(enrolment).outstanding_fen


def sharing_loan(enrolment: Enrolment) -> SharingLoan:
    """Return the engine's state of the loan."""
    return _sharing(enrolment)


def _sharing(enrolment: Enrolment) -> SharingLoan:
    return SharingLoan.objects.get(pk=enrolment.pk)


def _one(rows: QuerySet[Enrolment], lock: bool) -> Enrolment:
    found = (rows.select_for_update(of=("self",)) if lock else rows).first()
    if found is None:
        raise NotFound("没有这笔备案,或您不能查看")
    return found
