"""What the loan costs a year, all in: the rate inside its cash flows, and cost over the principal really used."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from pledges.loan_schedule.internal_rate import xirr
from pledges.loan_schedule.table import Row
from pledges.loan_schedule.terms import Loan


@dataclass(frozen=True, slots=True)
class AnnualCost:
    """综合年化成本 as parts of one (0.05 is 5 %); xirr is None where no rate in [-0.9, 100] can be bracketed."""

    xirr: float | None
    xirr_after_subsidy: float | None
    simple: float
    simple_after_subsidy: float


def annual_cost(loan: Loan, rows: Sequence[Row], subsidies_fen: Sequence[int]) -> AnnualCost:
    """Give the cost of the scheduled flows; `subsidies_fen` is what each row receives, in table order.

    Source: 人民银行公告〔2021〕第3号, the single-interest form for `simple`.
    """
    received_fen = sum(subsidies_fen)
    flows = list(_flows(loan, rows))
    subsidised = [*flows, *((row.due, amount) for row, amount in zip(rows, subsidies_fen, strict=True))]
    return AnnualCost(
        xirr=xirr(flows),
        xirr_after_subsidy=xirr(subsidised),
        simple=_simple(loan, rows, 0),
        simple_after_subsidy=_simple(loan, rows, received_fen),
    )


def _flows(loan: Loan, rows: Sequence[Row]) -> Iterator[tuple[date, int]]:
    """Give the borrower's flows; a fee agreed for a date is paid on that date, wherever the table shows it."""
    yield from ((entry.date, entry.amount_fen) for entry in loan.disbursements)
    yield from ((row.due, -(row.interest_fen + row.principal_fen + row.fee_fen)) for row in rows)
    yield from ((fee.date, -fee.amount_fen) for fee in loan.fees)


def _simple(loan: Loan, rows: Sequence[Row], subsidy_fen: int) -> float:
    fees_fen = sum(fee.amount_fen for fee in loan.fees) + sum(row.fee_fen for row in rows)
    cost_fen = sum(row.interest_fen for row in rows) + fees_fen - subsidy_fen
    repaid = sum(row.principal_fen * row.due.toordinal() for row in rows)
    disbursed = sum(entry.amount_fen * entry.date.toordinal() for entry in loan.disbursements)
    return float(Fraction(cost_fen * 365, repaid - disbursed))
