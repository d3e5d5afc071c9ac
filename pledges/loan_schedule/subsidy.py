"""贴息: the part of each row's interest that somebody else bears.

The gate compares the loan's rate at its start with a multiple of LPR at the start, once and for all; the yearly cap is
kept by each subsidy entry for itself, by the calendar year in which a row falls due.
"""

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction

from finance_platform.foundation.faults import BadDocument, Fault
from pledges.loan_schedule.rate_path import lpr_on
from pledges.loan_schedule.table import Row
from pledges.loan_schedule.terms import Loan, Subsidy


def row_subsidies_fen(loan: Loan, rows: Sequence[Row], start_rate_annual: Fraction) -> list[list[int]]:
    """Give, for each subsidy entry, what it pays on each row, in table order; prepayment rows count too.

    Raises BadDocument with `/lpr` where a gate's tenor has no quotation at the start.
    Source: contract page, section Fees, subsidies, cost.
    """
    return [_paid_on_rows(entry, rows, gate_factor(loan, entry, start_rate_annual)) for entry in loan.subsidies]


def gate_factor(loan: Loan, subsidy: Subsidy, start_rate_annual: Fraction) -> Fraction:
    """Give the part of the interest, 0..1, the gate lets through: 1 up to and including the limit.

    Raises: BadDocument if the loan knows no quotation for the gate.
    """
    gate = subsidy.gate
    if gate is None:
        return Fraction(1)
    quoted = lpr_on(loan.lpr, gate.tenor, loan.start)
    if quoted is None:
        raise BadDocument([Fault("/lpr", f"has no {gate.tenor} quotation on or before the start, {loan.start}")])
    limit = quoted * gate.multiple
    if start_rate_annual <= limit:
        return Fraction(1)
    return limit / start_rate_annual if gate.effect == "truncate" else Fraction(0)


def _paid_on_rows(subsidy: Subsidy, rows: Sequence[Row], factor: Fraction) -> list[int]:
    paid_in_year: Counter[int] = Counter()
    paid: list[int] = []
    for row in rows:
        amount = int(row.interest_fen * subsidy.share * factor)
        if subsidy.cap_per_year_fen is not None:
            amount = min(amount, subsidy.cap_per_year_fen - paid_in_year[row.due.year])
        paid_in_year[row.due.year] += amount
        paid.append(amount)
    return paid
