"""A repayment table beside what was paid of it: the oldest rows first, as the schedule uses money."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from pledges.rules.loans import Debt

PAID, PART, OVERDUE, DUE, LATER, CALLED = "paid", "part", "overdue", "due", "later", "called"
"""Paid in full; in part before its day; unpaid after its day; due on the day; not yet due; replaced by acceleration."""
REPLACED = "replaced"
"""Not paid in full when other terms took over."""

MARK_LABELS = {
    PAID: "已还清", PART: "部分已还", OVERDUE: "逾期", DUE: "今日到期", LATER: "未到期", CALLED: "已提前到期",
    REPLACED: "已由重组替代",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Due:
    """One row of the repayment table as agreed."""

    no: int
    due: date
    interest_fen: int
    principal_fen: int
    fee_fen: int = 0

    @property
    def total_fen(self) -> int:
        return self.interest_fen + self.principal_fen + self.fee_fen


@dataclass(frozen=True, slots=True)
class PaidRow:
    """A row with what was paid of its interest and principal; fees are paid to third parties and not followed here."""

    row: Due
    interest_paid_fen: int
    principal_paid_fen: int
    mark: str

    @property
    def paid_fen(self) -> int:
        return self.interest_paid_fen + self.principal_paid_fen

    @property
    def unpaid_fen(self) -> int:
        return self.row.interest_fen + self.row.principal_fen - self.paid_fen


def paid_rows(rows: Iterable[Due], debt: Debt, on: date) -> list[PaidRow]:
    """Return the rows with what the debt's payments paid of each, the oldest first.

    Rows due on or after the notice of acceleration are marked as called: their principal fell due with the notice.
    """
    interest_left, principal_left = debt.interest_paid_fen, debt.principal_paid_fen
    found = []
    for row in rows:
        called = debt.accelerated and row.due >= debt.accrued_until
        interest = 0 if called else min(interest_left, row.interest_fen)
        principal = min(principal_left, row.principal_fen)
        interest_left, principal_left = interest_left - interest, principal_left - principal
        found.append(PaidRow(row, interest, principal, _mark(row, interest + principal, called, on)))
    return found


def replaced_rows(rows: Iterable[Due], debt: Debt, on: date) -> list[PaidRow]:
    """Return the rows of a table that ceased on a day: what was not paid in full by then is marked as replaced."""
    return [row if row.mark == PAID else replace(row, mark=REPLACED) for row in paid_rows(rows, debt, on)]


def _mark(row: Due, paid_fen: int, called: bool, on: date) -> str:
    if called:
        return CALLED
    if paid_fen == row.interest_fen + row.principal_fen:
        return PAID
    if row.due < on:
        return OVERDUE
    if row.due == on:
        return DUE
    return PART if paid_fen else LATER
