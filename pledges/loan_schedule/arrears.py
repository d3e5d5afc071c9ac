"""What is overdue on a day, what it costs, and how the payments were used.

Time runs from one date on which something falls due, is paid or changes its rate to the next. Over each step penalty
(罚息) grows on the principal that was already due and unpaid, and compound interest (复利) on such interest; then the
day's money is used in the agreed order, oldest row first.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import accumulate, groupby

from pledges.loan_schedule.day_count import year_fraction
from pledges.loan_schedule.rate_path import RatePath
from pledges.loan_schedule.rounding import interest_fen
from pledges.loan_schedule.table import Row
from pledges.loan_schedule.terms import DayCount, Due, Loan

CLASS_FLOORS = ((0, "normal"), (90, "special_mention"), (270, "substandard"), (360, "doubtful"))
"""Most days past due of each class; beyond the last it is a loss.

Source: 商业银行金融资产风险分类办法, 银保监会、人民银行令〔2023〕第1号.
"""


@dataclass(frozen=True, slots=True)
class Arrears:
    """The state of a loan at the end of `as_of`; the due part of penalty and compound is what is accrued and unpaid."""

    as_of: date
    outstanding_principal_fen: int
    overdue_principal_fen: int
    overdue_interest_fen: int
    penalty_accrued_fen: int
    compound_accrued_fen: int
    paid_fen: dict[Due, int]
    unapplied_fen: int
    days_past_due: int

    @property
    def penalty_due_fen(self) -> int:
        return self.penalty_accrued_fen - self.paid_fen["penalty"]

    @property
    def compound_due_fen(self) -> int:
        return self.compound_accrued_fen - self.paid_fen["compound"]

    @property
    def total_due_fen(self) -> int:
        return self.overdue_principal_fen + self.overdue_interest_fen + self.penalty_due_fen + self.compound_due_fen

    @property
    def class_floor(self) -> str:
        return class_floor(self.days_past_due)


def class_floor(days_past_due: int) -> str:
    """Give the best five-tier class the days past due still allow (0 normal, 90 and 270 and 360 inclusive).

    >>> class_floor(91)
    'substandard'
    """
    return next((name for most_days, name in CLASS_FLOORS if days_past_due <= most_days), "loss")


def arrears(loan: Loan, rows: Sequence[Row], rates: RatePath, as_of: date) -> Arrears:
    """Give the arrears at the end of `as_of`; prepayment rows are taken as paid.

    Source: 银发〔2003〕251号 for penalty and compound interest; contract page, section Arrears.
    """
    run = _Run(loan, [row for row in rows if row.kind == "instalment"], rates, as_of)
    run.through_all_dates()
    prepaid_fen = sum(row.principal_fen for row in rows if row.kind == "prepayment" and row.due <= as_of)
    disbursed_fen = sum(entry.amount_fen for entry in loan.disbursements if entry.date <= as_of)
    overdue = [row for row in run.rows if row.due < as_of]
    return Arrears(
        as_of=as_of,
        outstanding_principal_fen=disbursed_fen - prepaid_fen - run.paid_fen["principal"],
        overdue_principal_fen=max(0, sum(row.principal_fen for row in overdue) - run.paid_fen["principal"]),
        overdue_interest_fen=max(0, sum(row.interest_fen for row in overdue) - run.paid_fen["interest"]),
        penalty_accrued_fen=run.owed_fen("penalty"),
        compound_accrued_fen=run.owed_fen("compound"),
        paid_fen=run.paid_fen,
        unapplied_fen=run.credit_fen,
        days_past_due=_days_past_due(overdue, run.paid_fen, as_of),
    )


def _days_past_due(overdue: Sequence[Row], paid_fen: dict[Due, int], as_of: date) -> int:
    """Give the days since the oldest row not paid in full; payments having gone to the oldest rows first."""
    interest = accumulate(row.interest_fen for row in overdue)
    principal = accumulate(row.principal_fen for row in overdue)
    for row, interest_fen_so_far, principal_fen_so_far in zip(overdue, interest, principal, strict=True):
        if interest_fen_so_far > paid_fen["interest"] or principal_fen_so_far > paid_fen["principal"]:
            return (as_of - row.due).days
    return 0


class _Run:
    """The walk through the dates; of interest and principal only sums are kept, since the oldest are paid first."""

    def __init__(self, loan: Loan, rows: Sequence[Row], rates: RatePath, as_of: date) -> None:
        self.loan, self.rows, self.rates, self.as_of = loan, rows, rates, as_of
        self.day_count: DayCount = "act/360" if loan.day_count == "30/360" else loan.day_count
        self.fallen_due_fen: Counter[Due] = Counter()
        self.accrued_fen: dict[Due, Fraction] = {"penalty": Fraction(0), "compound": Fraction(0)}
        self.paid_fen: dict[Due, int] = {"compound": 0, "penalty": 0, "interest": 0, "principal": 0}
        self.credit_fen = 0

    def through_all_dates(self) -> None:
        due, paid = self._rows_by_due(), self._payments_by_date()
        days = {*due, *paid, *self.rates.days, self.as_of}
        before = self.loan.start
        for today in sorted(day for day in days if day <= self.as_of):
            self._accrue(before, today)
            for row in due.get(today, ()):
                self.fallen_due_fen["interest"] += row.interest_fen
                self.fallen_due_fen["principal"] += row.principal_fen
            self._use(paid[today])
            before = today

    def owed_fen(self, due: Due) -> int:
        """Give what has fallen due or accrued so far, paid or not."""
        if due in self.accrued_fen:
            return interest_fen(self.accrued_fen[due], self.loan.rounding)
        return self.fallen_due_fen[due]

    def _accrue(self, before: date, today: date) -> None:
        years = year_fraction(self.day_count, before, today)
        per_fen = self.rates.on(before) * self.loan.penalty.multiple * years
        self.accrued_fen["penalty"] += self._unpaid_fen("principal") * per_fen
        if self.loan.penalty.compound:
            self.accrued_fen["compound"] += self._unpaid_fen("interest") * per_fen

    def _use(self, payment_fen: int) -> None:
        """Add the day's payment to the credit and use it in the agreed order."""
        self.credit_fen += payment_fen
        for due in self.loan.penalty.order:
            used_fen = min(self.credit_fen, self._unpaid_fen(due))
            self.paid_fen[due] += used_fen
            self.credit_fen -= used_fen

    def _unpaid_fen(self, due: Due) -> int:
        return self.owed_fen(due) - self.paid_fen[due]

    def _rows_by_due(self) -> dict[date, list[Row]]:
        return {due: list(group) for due, group in groupby(self.rows, key=lambda row: row.due)}

    def _payments_by_date(self) -> Counter[date]:
        paid: Counter[date] = Counter()
        for payment in self.loan.payments:
            paid[payment.date] += payment.amount_fen
        return paid
