"""Reads about loans: who sees them, what is owed on a day, how it came to be."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from finance_platform.foundation.errors import NotFound, OutOfRange
from finance_platform.foundation.faults import BadDocument
from finance_platform.foundation.models import User
from finance_platform.foundation.permissions import Role
from pledges import loan_schedule
from pledges.models import Instalment, Loan, Receipt, Restructuring
from pledges.queries import enterprises
from pledges.rules import loans as rules
from pledges.rules import restructurings
from pledges.rules.loans import Debt, Payment
from pledges.rules.restructurings import Agreed
from pledges.rules.statements import Due, PaidRow, paid_rows, replaced_rows


@dataclass(frozen=True)
class Statement:
    """A loan's account on a day: its repayment table with what was paid, the debt, and the receipts that stand."""

    debt: Debt
    rows: list[PaidRow]
    payments: list[Payment]

    @property
    def next_due(self) -> PaidRow | None:
        """The first row not paid in full; None after acceleration, when the whole debt is due."""
        return None if self.debt.accelerated else next((row for row in self.rows if row.unpaid_fen), None)


def loans_visible_to(by: User) -> QuerySet[Loan]:
    """Return a borrower's own, a lender's, a guarantor's, an office's region; the system sees all."""
    if by.role == Role.ENTERPRISE:
        return Loan.objects.filter(borrower=by.organisation)
    if by.role in {Role.BANK_OFFICER, Role.BANK_APPROVER}:
        return Loan.objects.filter(lender=by.organisation)
    if by.role in {Role.GUARANTOR, Role.INSURER}:
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

    Raises: OutOfRange if the day lies before disbursement or beyond what can be computed.
    """
    received = payments(loan) if received is None else list(received)
    try:
        owed = restructurings.debt_under(agreed_terms(loan), received, on, loan.accelerated_on)
    except BadDocument as bad:
        raise OutOfRange(
            f"贷款 {loan} 在 {on} 没有可计算的欠款", fields={"on": f"请选择放款日 {loan.disbursed_on} 及以后的日期"}
        ) from bad
    return replace(owed, class_floor=rules.worse(owed.class_floor, _floor_in_observation(loan, owed, on)))


def _floor_in_observation(loan: Loan, owed: Debt, on: date) -> str:
    found = restructuring_in_force(loan, on)
    watched = found is not None and found.observation_until is not None and on < found.observation_until
    return restructurings.FLOOR_IN_OBSERVATION if watched and owed.total_fen else rules.FIVE_TIERS[0]


# --- Terms in force --------------------------------------------------------------------------------------------------
def restructuring_in_force(loan: Loan, on: date) -> Restructuring | None:
    """Return the restructuring whose terms are in force on a day; None while the contract's own are."""
    if loan.restructured_on is None:
        return None
    return loan.restructurings.filter(state="APPROVED", agreed_on__lte=on).order_by("-agreed_on").first()


def agreed_terms(loan: Loan) -> list[Agreed]:
    """Return the contract's terms, then those of each restructuring, in the order of their days."""
    first = Agreed(loan.disbursed_on or date.min, loan.terms)
    if loan.restructured_on is None:
        return [first]
    later = loan.restructurings.filter(state="APPROVED").order_by("agreed_on")
    return [first, *(Agreed(row.agreed_on, row.terms, row.carried_interest_fen) for row in later)]


def terms_in_force(loan: Loan, on: date) -> dict[str, Any]:
    """Return the loan_schedule document in force on a day."""
    found = restructuring_in_force(loan, on)
    return loan.terms if found is None else found.terms


def interest_earned_from(loan: Loan, on: date) -> date:
    """Return the day from which the first instalment of the terms in force on a day is interest."""
    return restructurings.earned_from([one for one in agreed_terms(loan) if one.since <= on])


def instalments(loan: Loan, on: date) -> QuerySet[Instalment]:
    """Return the rows of the repayment table in force on a day."""
    return loan.instalments.filter(restructuring=restructuring_in_force(loan, on))


def annual_rate(loan: Loan, on: date | None = None) -> Decimal:
    """Return the yearly rate of the terms in force on a day (by default the contract's), as a fraction."""
    terms = loan.terms if on is None else terms_in_force(loan, on)
    return Decimal(loan_schedule.build(terms | {"as_of": terms["disbursements"][0]["date"]})["rate_path"][0]["annual"])


def statement(loan: Loan, on: date) -> Statement:
    """Return the repayment table in force on a day with what was paid of each row, and the debt. Raises: OutOfRange."""
    received = [payment for payment in payments(loan) if payment.day <= on]
    owed = debt(loan, on, received)
    return Statement(debt=owed, rows=paid_rows(_dues(instalments(loan, on)), owed, on), payments=received)


def replaced_tables(loan: Loan, on: date) -> list[tuple[Restructuring, list[PaidRow]]]:
    """Return each restructuring by a day with the table it replaced, as paid on its day; the oldest first."""
    if loan.restructured_on is None:
        return []
    agreed, received, before, found = agreed_terms(loan), payments(loan), None, []
    approved = loan.restructurings.filter(state="APPROVED", agreed_on__lte=on).order_by("agreed_on")
    for place, row in enumerate(approved, start=1):
        owed = restructurings.debt_under(agreed[:place], received, row.agreed_on)
        dues = _dues(loan.instalments.filter(restructuring=before))
        found.append((row, replaced_rows(dues, owed, row.agreed_on)))
        before = row
    return found


def _dues(rows: Iterable[Instalment]) -> list[Due]:
    return [Due(row.no, row.due, row.interest_fen, row.principal_fen, row.fee_fen) for row in rows]


# --- Restructurings --------------------------------------------------------------------------------------------------
def restructurings_visible_to(by: User) -> QuerySet[Restructuring]:
    """Return the restructurings of the loans one may see; the borrower and others see those approved."""
    rows = Restructuring.objects.filter(loan__in=loans_visible_to(by)).select_related("loan")
    bank = by.role in {Role.BANK_OFFICER, Role.BANK_APPROVER}
    return rows if bank else rows.filter(state="APPROVED")


def restructuring(by: User, pk: int) -> Restructuring:
    """Return one restructuring the viewer may see. Raises: NotFound."""
    return _one_of(restructurings_visible_to(by).filter(pk=pk))


def restructuring_by_number(by: User, number: str) -> Restructuring:
    """Return one restructuring the viewer may see, by its number. Raises: NotFound."""
    return _one_of(restructurings_visible_to(by).filter(number=number))


def _one_of(rows: QuerySet[Restructuring]) -> Restructuring:
    found = rows.first()
    if found is None:
        raise NotFound("没有这份重组")
    return found
