"""Reads about loans: who sees them, what is owed on a day, how it came to be."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet

from finance_platform.foundation.errors import NotFound, OutOfRange
from finance_platform.foundation.faults import BadDocument
from finance_platform.foundation.models import User
from finance_platform.foundation.permissions import Role
from pledges import loan_schedule
from pledges.models import Loan, Receipt
from pledges.queries import enterprises
from pledges.rules import loans as rules
from pledges.rules.loans import Debt, Payment
from pledges.rules.statements import Due, PaidRow, paid_rows


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
        return rules.debt_on(loan.terms, received, on, loan.accelerated_on)
    except BadDocument as bad:
        raise OutOfRange(
            f"贷款 {loan} 在 {on} 没有可计算的欠款", fields={"on": f"请选择放款日 {loan.disbursed_on} 及以后的日期"}
        ) from bad


def annual_rate(loan: Loan) -> Decimal:
    """Return the yearly rate that the contract came to on the day of payment, as a fraction."""
    return Decimal(loan_schedule.build(loan.terms | {"as_of": str(loan.disbursed_on)})["rate_path"][0]["annual"])


def statement(loan: Loan, on: date) -> Statement:
    """Return the repayment table with what was paid of each row, and the debt, on a day. Raises: OutOfRange."""
    received = [payment for payment in payments(loan) if payment.day <= on]
    rows = [Due(row.no, row.due, row.interest_fen, row.principal_fen, row.fee_fen) for row in loan.instalments.all()]
    owed = debt(loan, on, received)
    return Statement(debt=owed, rows=paid_rows(rows, owed, on), payments=received)
