"""What a portfolio of existing loans says of each of its loans, and the contract that follows from so little.

A foreign portfolio knows no rate, no instalments and no pledged right. What is put in their place is the least that
can stand: no interest, equal instalments of principal, one right that stands for whatever was pledged.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from stdnum.cn import uscc

from pledges.loan_schedule.due_dates import stepped
from pledges.loan_schedule.terms import Every

MONTHLY = Every("month", 1)
# Every party and right of a replay carries it in its name.
MARK = "(回放)"


@dataclass(frozen=True, slots=True)
class ExistingLoan:
    """One loan of a portfolio: names as the source writes them, `record` the source's own words (bytes of a file)."""

    key: str
    borrower: str
    bank: str
    disbursed_on: date
    principal_fen: int
    instalments: int
    record: bytes


def terms(loan: ExistingLoan) -> dict[str, Any]:
    """Return the loan_schedule document: equal principal each month, at rate nought, for the source gives none.

    >>> terms(ExistingLoan("1", "A", "B", date(2001, 1, 31), 1200, 12, b""))["first_due"]
    '2001-02-28'
    """
    return {
        "disbursements": [{"date": loan.disbursed_on.isoformat(), "amount": loan.principal_fen}],
        "rate": {"annual": "0"},
        "day_count": "30/360",
        "method": "equal_principal",
        "instalments": loan.instalments,
        "first_due": stepped(loan.disbursed_on, MONTHLY, 1).isoformat(),
    }


def secured_until(loan: ExistingLoan) -> date:
    """Return a day on or after the last instalment: as many months after disbursement as there are instalments.

    >>> secured_until(ExistingLoan("1", "A", "B", date(2001, 1, 31), 1200, 12, b""))
    datetime.date(2002, 1, 31)
    """
    return stepped(loan.disbursed_on, MONTHLY, loan.instalments)


def credit_code(series: str, serial: int) -> str:
    """Return a well-formed code no register gave out, for a party of a replay; `series` is one letter of the alphabet.

    Source: GB 32100-2015 (check character). The body begins with RP, as no organisation code of the register does.

    >>> credit_code("B", 7)[:17]
    '91150100RPB000007'
    """
    base = f"91150100RP{series}{serial:06d}"
    return base + str(uscc.calc_check_digit(base))
