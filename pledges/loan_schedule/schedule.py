"""A loan worked out: its table, what it costs, what others bear of it, and what is overdue."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from finance_platform.foundation.faults import BadDocument
from pledges.loan_schedule.arrears import Arrears, arrears
from pledges.loan_schedule.cost import AnnualCost, annual_cost
from pledges.loan_schedule.due_dates import Period, periods
from pledges.loan_schedule.fees import fees_by_payee_fen, row_fees_fen, upfront_fees_fen
from pledges.loan_schedule.rate_path import RatePath, quotation_faults, rate_path
from pledges.loan_schedule.subsidy import row_subsidies_fen
from pledges.loan_schedule.table import Row, event_faults, rows
from pledges.loan_schedule.terms import Loan


@dataclass(frozen=True, slots=True)
class Schedule:
    """The whole answer; `fees_fen` and `subsidies_fen` go with `rows`, row by row."""

    periods: Sequence[Period]
    rates: RatePath
    rows: Sequence[Row]
    fees_fen: Sequence[int]
    fees_upfront_fen: int
    fees_by_payee_fen: dict[str, int]
    subsidies_fen: Sequence[int]
    subsidy_by_payer_fen: dict[str, int]
    cost: AnnualCost
    arrears: Arrears | None


def schedule(loan: Loan) -> Schedule:
    """Work out a loan.

    Raises BadDocument with what only the arithmetic can find, in this order: quotations, events on or after the last
    boundary, prepayments, fees. Source: contract page, section Calling.
    """
    full_table, rates, table = _worked_out(loan)
    fees_fen = row_fees_fen(loan, table)
    by_entry = row_subsidies_fen(loan, table, start_rate_annual=rates.on(loan.start))
    subsidies_fen = [sum(paid) for paid in zip(*by_entry, strict=True)] or [0] * len(table)
    return Schedule(
        periods=full_table,
        rates=rates,
        rows=table,
        fees_fen=fees_fen,
        fees_upfront_fen=upfront_fees_fen(loan),
        fees_by_payee_fen=fees_by_payee_fen(loan, table),
        subsidies_fen=subsidies_fen,
        subsidy_by_payer_fen=_by_payer(loan, by_entry),
        cost=annual_cost(loan, table, subsidies_fen),
        arrears=arrears(loan, table, rates, loan.as_of) if loan.as_of else None,
    )


def arrears_only(loan: Loan) -> Arrears:
    """Work out what is owed on `loan.as_of`, without what the loan costs.

    Raises BadDocument as `schedule` does, but for fees.
    """
    if loan.as_of is None:
        raise ValueError("loan.as_of: the day on which the debt is asked for is missing")
    _, rates, table = _worked_out(loan)
    return arrears(loan, table, rates, loan.as_of)


def _worked_out(loan: Loan) -> tuple[Sequence[Period], RatePath, Sequence[Row]]:
    full_table = periods(loan)
    faults = [*quotation_faults(loan), *event_faults(loan, full_table)]
    if faults:
        raise BadDocument(faults)
    rates = rate_path(loan, until=max(full_table[-1].end, loan.as_of or loan.start))
    first, *others = rows(loan, full_table, rates)
    return full_table, rates, [replace(first, interest_fen=first.interest_fen + loan.carried_interest_fen), *others]


def _by_payer(loan: Loan, by_entry: Sequence[Sequence[int]]) -> dict[str, int]:
    """Give what each payer named pays, which may be nothing."""
    by_payer: Counter[str] = Counter()
    for subsidy, paid in zip(loan.subsidies, by_entry, strict=True):
        by_payer[subsidy.payer] += sum(paid)
    return dict(by_payer)
