"""Which annual rate holds on which day: fixed, or LPR plus basis points, taken anew on the reset dates."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from finance_platform.foundation.faults import BadDocument, Fault
from pledges.loan_schedule.due_dates import stepped
from pledges.loan_schedule.terms import Every, FixedRate, Loan, LprQuote, LprRate, Tenor


@dataclass(frozen=True, slots=True)
class RatePath:
    """The recorded annual rates and the days they hold from (increasing, the first is the start, neighbours differ)."""

    days: Sequence[date]
    annual: Sequence[Fraction]

    def on(self, day: date) -> Fraction:
        """Give the rate on a day, not before the start: the last one recorded on or before it."""
        return self.annual[bisect_right(self.days, day) - 1]

    def changes_between(self, start: date, end: date) -> Sequence[date]:
        """Give the days strictly between two days on which the rate changes."""
        return self.days[bisect_right(self.days, start) : bisect_left(self.days, end)]


def lpr_on(quotes: Sequence[LprQuote], tenor: Tenor, day: date) -> Fraction | None:
    """Give the LPR in force: the last quotation on or before the day that has the tenor, None if there is none."""
    latest = bisect_right(quotes, day, key=lambda quote: quote.date)
    return next((quote.annual[tenor] for quote in reversed(quotes[:latest]) if tenor in quote.annual), None)


def quotation_faults(loan: Loan) -> Iterator[Fault]:
    """Give the faults of an LPR table that cannot carry the loan.

    `/lpr`: nothing in force at the start for the rate or a gate. `/rate/bp`: some quotation of the rate's tenor, used
    or not, plus the basis points is below zero.
    """
    yield from _missing_at_the_start(loan)
    yield from _below_zero(loan)


def rate_path(loan: Loan, until: date) -> RatePath:
    """Give the rates from the start to `until` (the later of the last accrual boundary and the day asked about).

    The quotations must have passed `quotation_faults`. Source: contract page, section Rate path.
    """
    rate = loan.rate
    if isinstance(rate, FixedRate):
        return RatePath([loan.start], [rate.annual])
    days: list[date] = []
    annual: list[Fraction] = []
    for day in (loan.start, *_reset_dates(loan, rate, until)):
        now = _required_lpr(loan, rate.tenor, day) + rate.spread_annual
        if not annual or now != annual[-1]:
            days.append(day)
            annual.append(now)
    return RatePath(days, annual)


def _required_lpr(loan: Loan, tenor: Tenor, day: date) -> Fraction:
    value = lpr_on(loan.lpr, tenor, day)
    if value is None:
        raise BadDocument([Fault("/lpr", f"has no {tenor} quotation on or before {day}")])
    return value


def _reset_dates(loan: Loan, rate: LprRate, until: date) -> Iterator[date]:
    """Give the reset dates strictly between the start and `until`, increasing."""
    start = loan.start
    match rate.reset:
        case "none":
            candidates: Iterator[date] = iter(())
        case "publication":
            candidates = (quote.date for quote in loan.lpr)
        case "january_1":
            candidates = (date(year, 1, 1) for year in range(start.year + 1, until.year + 1))
        case "anniversary":
            years = range(1, until.year - start.year + 1)
            candidates = (stepped(start, Every("month", 12), year) for year in years)
    return (day for day in candidates if start < day < until)


def _missing_at_the_start(loan: Loan) -> Iterator[Fault]:
    tenors = [loan.rate.tenor] if isinstance(loan.rate, LprRate) else []
    tenors += [subsidy.gate.tenor for subsidy in loan.subsidies if subsidy.gate]
    missing = [tenor for tenor in dict.fromkeys(tenors) if lpr_on(loan.lpr, tenor, loan.start) is None]
    if missing:
        yield Fault("/lpr", f"has no {' and no '.join(missing)} quotation on or before the start, {loan.start}")


def _below_zero(loan: Loan) -> Iterator[Fault]:
    rate = loan.rate
    if isinstance(rate, LprRate):
        quoted = [quote.annual[rate.tenor] for quote in loan.lpr if rate.tenor in quote.annual]
        if quoted and min(quoted) + rate.spread_annual < 0:
            yield Fault("/rate/bp", f"makes the rate negative where LPR is {float(min(quoted))}")
