"""Where a loan stands: locked before it is changed, restated after.

No use cases: every function runs inside one of `loans`, `receipts`, `day_end` or `disposals` that has already decided.
"""

from datetime import date, datetime

from finance_platform.foundation.models import User
from pledges import queries
from pledges.models import Loan
from pledges.rules import loans as rules
from pledges.rules.loans import Debt

LIVE = ("ACTIVE", "OVERDUE", "RESTRUCTURED", "ACCELERATED", "COMPENSATED", "IN_RECOVERY")
PAYABLE = (*LIVE, "WRITTEN_OFF")


def locked(by: User, loan_id: int) -> Loan:
    """Return a loan the viewer may see, locked. Raises: NotFound."""
    queries.loan(by, loan_id)
    return Loan.objects.select_for_update(of=("self",)).select_related("borrower", "lender").get(pk=loan_id)


def restate(loan: Loan, on: date, *, by: User, at: datetime) -> bool:
    """Recompute where the loan stands at the end of a day; returns whether its state changed.

    Days past due make a loan overdue. It is cured when all arrears are paid, penalty and compound interest included.
    """
    debt = queries.debt(loan, on)
    loan.outstanding_principal_fen = debt.principal_fen
    loan.days_past_due, loan.class_floor, loan.status_on = debt.days_past_due, debt.class_floor, on
    loan.bank_class = rules.worse(loan.bank_class, loan.class_floor)
    event = _event(loan, debt)
    if event is None:
        loan.save()
        return False
    loan.move(event, by=by, at=at, days_past_due=debt.days_past_due, class_floor=debt.class_floor)
    return True


def _event(loan: Loan, debt: Debt) -> str | None:
    if debt.days_past_due and loan.state in {"ACTIVE", "RESTRUCTURED"}:
        return "miss"
    if not debt.due_fen and loan.state == "OVERDUE":
        return "cure"
    return None
