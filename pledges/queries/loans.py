"""Reads about loans: who sees them, what is owed on a day, how it came to be."""

from collections.abc import Iterable
from datetime import date

from django.db.models import QuerySet

from finance_platform.foundation.errors import NotFound
from finance_platform.foundation.models import User
from finance_platform.foundation.permissions import Role
from pledges import loan_schedule
from pledges.models import Loan, Receipt
from pledges.queries import enterprises
from pledges.rules import loans as rules
from pledges.rules.loans import Debt, Payment


def loans_visible_to(by: User) -> QuerySet[Loan]:
    """Return a borrower's own, a lender's, a guarantor's, an office's region; the system sees all."""
    if by.role == Role.ENTERPRISE:
        return Loan.objects.filter(borrower=by.organisation)
    if by.role in {Role.BANK_OFFICER, Role.BANK_APPROVER}:
        return Loan.objects.filter(lender=by.organisation)
    if by.role == Role.GUARANTOR:
        return Loan.objects.filter(guarantor=by.organisation)
    scope = enterprises.looked_after_by(by, "application__region")
    return Loan.objects.none() if scope is None else Loan.objects.filter(scope)


def loan(by: User, pk: int) -> Loan:
    """Return one loan the viewer may see. Raises: NotFound."""
    return _one(loans_visible_to(by).filter(pk=pk))


def loan_by_number(by: User, number: str) -> Loan:
    """Return one loan the viewer may see, by its number. Raises: NotFound."""
    return _one(loans_visible_to(by).filter(number=number))


def loan_of(application_id: int) -> Loan | None:
    """Return an application's loan, whoever asks: for use cases that have already decided."""
    return Loan.objects.filter(application_id=application_id).first()


def _one(rows: QuerySet[Loan]) -> Loan:
    found = rows.select_related("borrower", "lender", "application__region", "agreement").first()
    if found is None:
        raise NotFound("没有这笔贷款")
    return found


def payments(loan: Loan) -> list[Payment]:
    """Return the receipts that stand (a reversed one and its reversal are both left out), oldest first."""
    standing = loan.receipts.filter(reverses=None, reversed_by=None).order_by("received_on", "pk")
    return [_payment(receipt) for receipt in standing]


def _payment(receipt: Receipt) -> Payment:
    return Payment(
        receipt.received_on,
        receipt.amount_fen,
        receipt.penalty_fen,
        receipt.compound_fen,
        receipt.interest_fen,
        receipt.principal_fen,
    )


def debt(loan: Loan, on: date, received: Iterable[Payment] | None = None) -> Debt:
    """Return what is owed on a day. Compensation by the fund changes nothing in it.

    Raises: BadDocument if the day lies before disbursement.
    """
    received = payments(loan) if received is None else list(received)
    notice = loan.accelerated_on
    if notice is None or on < notice:
        return _scheduled(loan, on, received)
    before = [p for p in received if p.day <= notice]
    after = [p for p in received if notice < p.day <= on]
    now = _scheduled(loan, on, before)
    return rules.accelerated(_scheduled(loan, notice, before), after, now.days_past_due, now.class_floor)


def _scheduled(loan: Loan, on: date, received: Iterable[Payment]) -> Debt:
    answer = loan_schedule.build(rules.with_payments(loan.terms, received, on))
    return rules.debt_by_schedule(answer["arrears"], on)
