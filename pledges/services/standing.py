"""Where a loan stands: locked before it is changed, restated after.

No use cases: every function runs inside one of `loans`, `receipts`, `day_end` or `disposals` that has already decided.
"""

from datetime import date, datetime

from finance_platform.foundation.models import User
from pledges import queries
from pledges.models import Loan
from pledges.rules import loans as rules
from pledges.rules import restructurings as observations
from pledges.rules.loans import Debt

LIVE = ("ACTIVE", "OVERDUE", "RESTRUCTURED", "ACCELERATED", "COMPENSATED", "IN_RECOVERY")
PAYABLE = (*LIVE, "WRITTEN_OFF")


def locked(by: User, loan_id: int) -> Loan:
    """Return a loan the viewer may see, locked. Raises: NotFound."""
    queries.loan(by, loan_id)
    return Loan.objects.select_for_update(of=("self",)).select_related("borrower", "lender").get(pk=loan_id)


def restate(loan: Loan, on: date, *, by: User, at: datetime) -> bool:
    """Recompute where the loan stands at the end of a day; returns whether its state changed.

    Days past due make a loan overdue. It is cured when all arrears are paid, penalty and compound interest included;
    a restructured one not before its observation ends, which an instalment not paid in time begins anew.
    """
    debt = queries.debt(loan, on)
    watched = _watch(loan, debt, on)
    loan.outstanding_principal_fen = debt.principal_fen
    loan.days_past_due, loan.class_floor, loan.status_on = debt.days_past_due, debt.class_floor, on
    loan.bank_class = rules.worse(loan.bank_class, loan.class_floor)
    event = _event(loan, debt, watched)
    if event is None:
        loan.save()
        return False
    loan.move(event, by=by, at=at, days_past_due=debt.days_past_due, class_floor=debt.class_floor)
    return True


def _watch(loan: Loan, debt: Debt, on: date) -> bool:
    """Return whether a restructured loan is under observation; one missed during it begins it anew from that day."""
    found = queries.restructuring_in_force(loan, on)
    if found is None or found.observation_until is None:
        return False
    if debt.oldest_due is not None and debt.oldest_due < found.observation_until and not debt.accelerated:
        dues = list(found.instalments.values_list("due", flat=True))
        missed = max(due for due in dues if due < on)
        found.observation_until = max(found.observation_until, observations.observation_until(dues, missed))
        found.save(update_fields=["observation_until"])
    return on < found.observation_until


def _event(loan: Loan, debt: Debt, watched: bool) -> str | None:
    if debt.days_past_due and loan.state in {"ACTIVE", "RESTRUCTURED"}:
        return "miss"
    if debt.due_fen:
        return None
    if loan.state == "OVERDUE":
        return "resume" if watched else "cure"
    return "cure" if loan.state == "RESTRUCTURED" and not watched else None
