"""Accounting months: open, reconciled with the bank statements, closed. A closed month is never opened again.

Source: domain page section 4.4 (a mistake found later is reversed in an open month).
"""

from calendar import monthrange
from datetime import date

from finance_platform.foundation.errors import Conflict
from finance_platform.foundation.money import figure
from finance_platform.foundation.moves import machine

PERIOD = machine(
    "period",
    {"OPEN": "未结账", "RECONCILED": "已对账", "CLOSED": "已结账"},
    """
    OPEN       | reconcile | RECONCILED | cashier    | balances of the bank statements
    RECONCILED | reopen    | OPEN       | accountant | reason
    RECONCILED | close     | CLOSED     | accountant | trial balance
    """,
)


def last_day(year: int, month: int) -> date:
    """Return the month's last day. Raises: ValueError for a month outside 1 to 12."""
    if not 1 <= month <= 12:
        raise ValueError(f"month: 1 to 12, not {month}")
    return date(year, month, monthrange(year, month)[1])


def require_over(year: int, month: int, today: date) -> None:
    """Refuse to settle a month that is still running. Raises: Conflict."""
    if today <= last_day(year, month):
        raise Conflict(f"{year} 年 {month} 月尚未结束:请在月末之后办理", code="period_running")


def require_statements_agree(books_fen: dict[str, int], statements_fen: dict[str, int]) -> None:
    """Refuse to reconcile while a bank statement differs from the books (fen by account name; 对账).

    Raises: Conflict naming the account, both figures and the difference.
    """
    for name, booked_fen in books_fen.items():
        stated_fen = statements_fen[name]
        if stated_fen != booked_fen:
            booked, stated, difference = (figure(f) for f in (booked_fen, stated_fen, stated_fen - booked_fen))
            message = f"{name}:账面 {booked} 元,对账单 {stated} 元,差 {difference} 元;请查明后再对账"
            raise Conflict(message, code="statement_differs", fields={name: message})
