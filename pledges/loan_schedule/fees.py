"""Fees on the table: paid at the start, or shown in the first row that falls due on or after their date."""

from collections import Counter
from collections.abc import Sequence

from finance_platform.foundation.faults import BadDocument, Fault
from pledges.loan_schedule.table import Row
from pledges.loan_schedule.terms import Loan

LENDER = "lender"


def upfront_fees_fen(loan: Loan) -> int:
    """Give the fees dated on the start, which stand in no row."""
    return sum(fee.amount_fen for fee in loan.fees if fee.date == loan.start)


def row_fees_fen(loan: Loan, rows: Sequence[Row]) -> list[int]:
    """Give each row's fees, prepayment fees included, in table order.

    Raises BadDocument with `/fees/i/date` for every fee after the last due date.
    """
    totals = [row.fee_fen for row in rows]
    late: list[Fault] = []
    for index, fee in enumerate(loan.fees):
        place = next((number for number, row in enumerate(rows) if row.due >= fee.date), None)
        if place is None:
            late.append(Fault(f"/fees/{index}/date", "is after the last due date"))
        elif fee.date > loan.start:
            totals[place] += fee.amount_fen
    if late:
        raise BadDocument(late)
    return totals


def fees_by_payee_fen(loan: Loan, rows: Sequence[Row]) -> dict[str, int]:
    """Give what each payee receives; the lender stands here if it is named or took a prepayment fee."""
    by_payee: Counter[str] = Counter()
    for fee in loan.fees:
        by_payee[fee.payee] += fee.amount_fen
    prepayment_fees_fen = sum(row.fee_fen for row in rows)
    if prepayment_fees_fen:
        by_payee[LENDER] += prepayment_fees_fen
    return dict(by_payee)
