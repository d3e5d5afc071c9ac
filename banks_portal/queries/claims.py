"""A claim assembled from the loan's own record: amounts, days, due date, what evidence is still asked for."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from finance_platform.foundation.models import User
from pledges import loan_schedule
from pledges import queries as pledges
from risk_fund.queries import claims as fund_claims
from risk_fund.queries import enrolments as fund_enrolments
from risk_fund.rules.claims import REQUIRED_EVIDENCE


@dataclass(frozen=True)
class Assembled:
    """What a claim on a loan would ask for on a day. Penalty holds compound interest too, as the fund claims them."""

    loan: Any
    debt: Any
    enrolment: Any | None
    cover_start: date | None
    principal_fen: int
    interest_fen: int
    penalty_fen: int
    interest_days: int | None
    due: date | None
    required: dict[str, str]

    @property
    def total_fen(self) -> int:
        return self.principal_fen + self.interest_fen + self.penalty_fen


def assemble(by: User, loan_id: int, on: date) -> Assembled:
    """Return the claim that the loan's record supports on a day, less what was claimed before. Raises: NotFound.

    Interest days are those of the unpaid periods: from the start of the oldest to the end of the latest that is due,
    or to the notice of acceleration, with which interest ends.
    """
    loan = pledges.loan(by, loan_id)
    debt = pledges.debt(loan, on)
    before = fund_claims.claimed_before(loan_id)
    return Assembled(
        loan=loan,
        debt=debt,
        enrolment=fund_enrolments.enrolment_of_loan(loan_id),
        cover_start=pledges.cover_start(loan),
        principal_fen=max(0, debt.principal_fen - before.principal_fen),
        interest_fen=max(0, debt.interest_fen - before.interest_fen),
        penalty_fen=max(0, debt.penalty_fen + debt.compound_fen - before.penalty_fen),
        interest_days=_interest_days(loan, debt),
        due=debt.oldest_due,
        required=dict(REQUIRED_EVIDENCE),
    )


def _interest_days(loan: Any, debt: Any) -> int | None:
    if debt.oldest_due is None:
        return None
    terms = pledges.terms_in_force(loan, debt.accrued_until)
    rows = [row for row in loan_schedule.build(terms)["rows"] if row["due"] >= debt.oldest_due.isoformat()]
    until = debt.accrued_until.isoformat()
    # Interest falls due by whole periods; a notice makes that of the broken period due, too, and ends it.
    unpaid = [row for row in rows if (row["from"] < until if debt.accelerated else row["due"] <= until)]
    if not unpaid:
        return None
    first = unpaid[0]["no"] == 1  # a restructured loan's first instalment holds interest of the days before, too
    begins = pledges.interest_earned_from(loan, debt.accrued_until) if first else date.fromisoformat(unpaid[0]["from"])
    ends = min(unpaid[-1]["to"], until) if debt.accelerated else unpaid[-1]["to"]
    return (date.fromisoformat(ends) - begins).days
