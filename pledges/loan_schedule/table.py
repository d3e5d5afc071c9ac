"""The repayment table: a walk through the periods, taking disbursements and prepayments as they come.

Between two events nothing changes but the interest that accrues; at each event the interest so far is counted, the
balance moves, and the instalment may be agreed anew. On one day the instalment comes first, then a disbursement, then a
prepayment; an event on a boundary belongs to the period that begins there.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

from finance_platform.foundation.faults import BadDocument, Fault
from pledges.loan_schedule.day_count import days_between, year_fraction
from pledges.loan_schedule.due_dates import Period
from pledges.loan_schedule.principal import Standing, principal_rule
from pledges.loan_schedule.rate_path import RatePath
from pledges.loan_schedule.rounding import interest_fen, rounded
from pledges.loan_schedule.terms import Dated, Disbursement, Instalments, Loan, Prepayment


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table over [start, end), paid on `due`; `balance_fen` is what is owed after `end`.

    `fee_fen` is the lender's fee of a prepayment; fees agreed for a date are laid on the rows by `fees`.
    """

    kind: Literal["instalment", "prepayment"]
    start: date
    end: date
    due: date
    days: int
    interest_fen: int
    principal_fen: int
    fee_fen: int
    balance_fen: int


def event_faults(loan: Loan, periods: list[Period]) -> Iterator[Fault]:
    """Give a fault for every disbursement or prepayment on or after the last accrual boundary."""
    last = periods[-1].end
    events_by_key: dict[str, Sequence[Dated]] = {"disbursements": loan.disbursements, "prepayments": loan.prepayments}
    for key, events in events_by_key.items():
        for index, event in enumerate(events):
            if event.date >= last:
                yield Fault(f"/{key}/{index}/date", f"must be before the last accrual boundary, {last}")


def rows(loan: Loan, periods: list[Period], rates: RatePath) -> list[Row]:
    """Give the rows in table order; the table ends with the balance, or with the last period.

    Raises BadDocument: `/prepayments/i/amount` above the balance, `/prepayments/i/date` after the loan is repaid.
    Source: contract page, sections Interest of a row and Principal.
    """
    walk = _Walk(loan, periods, rates)
    walk.run()
    return walk.rows


class _Walk:
    def __init__(self, loan: Loan, periods: list[Period], rates: RatePath) -> None:
        self.loan, self.periods, self.rates = loan, periods, rates
        self.rows: list[Row] = []
        self.rule = principal_rule(loan, periods)
        self.disbursements = list(reversed(loan.disbursements))  # the next one last
        self.prepayments = list(reversed(list(enumerate(loan.prepayments))))
        self.period = periods[0]
        self.row_start = self.today = loan.start
        self.balance_fen = self.disbursements.pop().amount_fen
        self.accrued_fen = Fraction(0)

    def run(self) -> None:
        self.rule.agree(self._standing())
        for period in self.periods:
            self.period = period
            self.rule.begin_period(self._standing())
            interrupted = self._take_events()
            if not self._repaid():
                self._pay_instalment(interrupted)
            if self._repaid():
                break
        if self.prepayments:
            late = reversed([index for index, _ in self.prepayments])
            raise BadDocument(Fault(f"/prepayments/{index}/date", "comes after the loan is repaid") for index in late)

    def _take_events(self) -> bool:
        """Take the period's events in order and tell whether one of them lies strictly inside it."""
        interrupted = False
        while not self._repaid() and (event := self._next_event()):
            interrupted |= event.date > self.period.start
            self._accrue_to(event.date)
            if isinstance(event, Disbursement):
                self._disburse(self.disbursements.pop())
            else:
                self._prepay(*self.prepayments.pop())
        return interrupted

    def _next_event(self) -> Disbursement | Prepayment | None:
        """Give the period's next event; of a disbursement and a prepayment on one day the disbursement comes first."""
        waiting: list[Disbursement | Prepayment] = [*self.disbursements[-1:]]
        waiting += [prepayment for _, prepayment in self.prepayments[-1:]]
        mine = [event for event in waiting if event.date == self.period.start or event.date < self.period.end]
        return min(mine, key=lambda event: event.date, default=None)

    def _disburse(self, disbursement: Disbursement) -> None:
        self.balance_fen += disbursement.amount_fen
        self.rule.agree(self._standing())

    def _prepay(self, index: int, prepayment: Prepayment) -> None:
        if prepayment.amount_fen > self.balance_fen:
            reason = f"is above the balance, {self.balance_fen}"
            raise BadDocument([Fault(f"/prepayments/{index}/amount", reason)])
        fee = prepayment.amount_fen * prepayment.fee_rate
        fee_fen = rounded(fee.numerator, fee.denominator, "half_up")
        self._add_row("prepayment", prepayment.date, prepayment.date, self.accrued_fen, prepayment.amount_fen, fee_fen)
        if prepayment.effect == "lower":
            self.rule.agree(self._standing())

    def _pay_instalment(self, interrupted: bool) -> None:
        period = self.period
        exact = None if interrupted else self._whole_period_interest()
        if exact is None:
            self._accrue_to(period.end)
            exact = self.accrued_fen
        principal_fen = self.balance_fen
        if period is not self.periods[-1]:
            principal_fen = self.rule.principal_fen(interest_fen(exact, self.loan.rounding), self.balance_fen)
        self._add_row("instalment", period.end, period.due, exact, principal_fen, fee_fen=0)

    def _whole_period_interest(self) -> Fraction | None:
        """Give count/12 of a year's interest at the first day's rate, None where the period is counted by days."""
        plan, period = self.loan.plan, self.period
        if not isinstance(plan, Instalments) or plan.interest_basis == "daily" or not period.regular:
            return None
        return self.balance_fen * self.rates.on(period.start) * Fraction(plan.every.count, 12)

    def _accrue_to(self, day: date) -> None:
        """Count the interest up to a day in segments of one rate, each with its own year fraction."""
        for until in (*self.rates.changes_between(self.today, day), day):
            years = year_fraction(self.loan.day_count, self.today, until)
            self.accrued_fen += self.balance_fen * self.rates.on(self.today) * years
            self.today = until

    def _add_row(
        self,
        kind: Literal["instalment", "prepayment"],
        end: date,
        due: date,
        exact_interest_fen: Fraction,
        principal_fen: int,
        fee_fen: int,
    ) -> None:
        """Settle the row that ends here and begin the next; its balance shows money disbursed on that very day."""
        self.balance_fen -= principal_fen
        shown_fen = self.balance_fen + sum(entry.amount_fen for entry in self.disbursements[-1:] if entry.date == end)
        days = days_between(self.loan.day_count, self.row_start, end)
        interest = interest_fen(exact_interest_fen, self.loan.rounding)
        self.rows.append(
            Row(kind, self.row_start, end, due, days, interest, principal_fen, fee_fen, balance_fen=shown_fen)
        )
        self.row_start = self.today = end
        self.accrued_fen = Fraction(0)

    def _repaid(self) -> bool:
        return self.balance_fen == 0 and not self.disbursements

    def _standing(self) -> Standing:
        rate_annual = self.rates.on(self.today)
        return Standing(self.period, self.today, self.balance_fen, self.accrued_fen, rate_annual)
