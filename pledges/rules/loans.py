"""What a loan owes, in plain numbers: what acceleration makes due, the five-tier class, the schedule's questions.

All interest, penalty and days past due come from `pledges.loan_schedule`; here stands only what the contract page of
the schedule leaves to the lender: what acceleration makes due, and which class a bank may not go below.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

FIVE_TIERS = ("normal", "special_mention", "substandard", "doubtful", "loss")
"""From best to worst. Source: 商业银行金融资产风险分类办法, 令〔2023〕第1号."""

NON_PERFORMING = frozenset(FIVE_TIERS[2:])


@dataclass(frozen=True, slots=True)
class Payment:
    """Money received: day and amount, and what it was used for."""

    day: date
    amount_fen: int
    penalty_fen: int = 0
    compound_fen: int = 0
    interest_fen: int = 0
    principal_fen: int = 0


@dataclass(frozen=True, slots=True)
class Debt:
    """What a borrower owes on a day: all principal outstanding, and the interest, penalty and compound that are due.

    `overdue_principal_fen` is the part of the principal already due (all of it after acceleration). `accrued_until` is
    the day to which interest and penalty are computed: after acceleration they stop there, and the statement says so.
    """

    principal_fen: int
    overdue_principal_fen: int
    interest_fen: int
    penalty_fen: int
    compound_fen: int
    days_past_due: int
    class_floor: str
    accrued_until: date
    oldest_due: date | None
    accelerated: bool = False

    @property
    def total_fen(self) -> int:
        """Everything owed, in fen."""
        return self.principal_fen + self.interest_fen + self.penalty_fen + self.compound_fen

    @property
    def due_fen(self) -> int:
        """What is due on the day, in fen."""
        return self.overdue_principal_fen + self.interest_fen + self.penalty_fen + self.compound_fen


def with_payments(terms: Mapping[str, Any], payments: Iterable[Payment], as_of: date) -> dict[str, Any]:
    """Return the loan_schedule document that asks for the arrears on a day. Payments after the day are left out."""
    until = sorted((p for p in payments if p.day <= as_of), key=lambda p: p.day)
    paid = [{"date": p.day.isoformat(), "amount": p.amount_fen} for p in until]
    return {**terms, "as_of": as_of.isoformat(), "payments": paid}


def debt_by_schedule(arrears: Mapping[str, Any], as_of: date) -> Debt:
    """Return the debt that the schedule's arrears block states."""
    days = arrears["days_past_due"]
    return Debt(
        principal_fen=arrears["outstanding_principal"],
        overdue_principal_fen=arrears["overdue_principal"],
        interest_fen=arrears["overdue_interest"],
        penalty_fen=arrears["penalty_due"],
        compound_fen=arrears["compound_due"],
        days_past_due=days,
        class_floor=arrears["class_floor"],
        accrued_until=as_of,
        oldest_due=date.fromordinal(as_of.toordinal() - days) if days else None,
    )


def accelerated(at_notice: Debt, received_after: Iterable[Payment], days_past_due: int, class_floor: str) -> Debt:
    """Return the debt after acceleration: all principal due, less what was used of later receipts.

    Interest beyond the notice day is not computed here: the schedule's contract ends with the notice.
    """
    later = list(received_after)
    principal = at_notice.principal_fen - sum(p.principal_fen for p in later)
    return Debt(
        principal_fen=principal,
        overdue_principal_fen=principal,
        interest_fen=at_notice.interest_fen - sum(p.interest_fen for p in later),
        penalty_fen=at_notice.penalty_fen - sum(p.penalty_fen for p in later),
        compound_fen=at_notice.compound_fen - sum(p.compound_fen for p in later),
        days_past_due=days_past_due,
        class_floor=class_floor,
        accrued_until=at_notice.accrued_until,
        oldest_due=at_notice.oldest_due,
        accelerated=True,
    )


def used_for(debt: Debt, amount_fen: int) -> dict[str, int]:
    """Return how money received after acceleration is used: compound, penalty, interest, then principal.

    Source: 民法典 561 (interest before principal). What exceeds the debt stays unapplied.

    >>> debt = Debt(100, 100, 10, 5, 0, 91, "substandard", date(2025, 1, 1), None, True)
    >>> used_for(debt, 20)
    {'compound_fen': 0, 'penalty_fen': 5, 'interest_fen': 10, 'principal_fen': 5, 'unapplied_fen': 0}
    """
    used, left = {}, amount_fen
    for name in ("compound_fen", "penalty_fen", "interest_fen", "principal_fen"):
        used[name] = min(left, getattr(debt, name))
        left -= used[name]
    return used | {"unapplied_fen": left}


def worse(first: str, second: str) -> str:
    """Return the worse of two classes."""
    return max(first, second, key=FIVE_TIERS.index)


def better_than_floor(bank_class: str, floor: str) -> bool:
    """Return whether a bank's class is better than days past due allow, which is an error (令〔2023〕第1号)."""
    return FIVE_TIERS.index(bank_class) < FIVE_TIERS.index(floor)
