"""When instalments fall due: nominal dates, the working days they move to, the boundaries of accrual."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from pledges.loan_schedule.terms import Bullet, BusinessDays, Every, Instalments, InterestOnly, Loan

SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Period:
    """One accrual period [start, end), whose instalment is paid on `due`; `number` counts from 1.

    `regular` says whether it lasts exactly one step of the agreed instalments (a stub first period does not).
    """

    number: int
    start: date
    end: date
    due: date
    regular: bool


def periods(loan: Loan) -> list[Period]:
    """Give the periods of the full table, as if nothing were ever repaid early; several may end on one working day.

    Source: contract page, section Dates.
    """
    start, found = loan.start, []
    for number, nominal in enumerate(nominal_dates(loan), start=1):
        due = moved(nominal, loan.business_days)
        end = due if loan.business_days.accrues_to_due else nominal
        found.append(Period(number, start, end, due, regular=number > 1 or _first_is_regular(loan)))
        start = end
    return found


def nominal_dates(loan: Loan) -> list[date]:
    """Give the due dates before any move to a working day, strictly increasing."""
    match loan.plan:
        case Instalments(count=count, first_due=first_due, every=every):
            return [stepped(first_due, every, index) for index in range(count)]
        case InterestOnly() as plan:
            return [*_settlement_dates(loan.start, plan), plan.maturity]
        case Bullet(maturity=maturity):
            return [maturity]


def stepped(first: date, every: Every, steps: int) -> date:
    """Give the date `steps` steps after `first`; months keep the day of `first`, cut to the month's end.

    >>> stepped(date(2024, 1, 31), Every("month", 1), 1)
    datetime.date(2024, 2, 29)
    """
    if every.unit == "month":
        return _months_later(first, steps * every.count)
    return first + timedelta(days=steps * every.count * (7 if every.unit == "week" else 1))


def moved(nominal: date, business_days: BusinessDays) -> date:
    """Give the first working day on or after `nominal` (the date itself where no rule was agreed).

    A holiday is never a working day; a weekend is one only where it is listed as a make-up day (调休).
    """
    due = nominal
    while business_days.follows and not _is_working_day(due, business_days):
        due += timedelta(days=1)
    return due


def _is_working_day(day: date, business_days: BusinessDays) -> bool:
    if day in business_days.holidays:
        return False
    return day.weekday() < SATURDAY or day in business_days.workdays


def _first_is_regular(loan: Loan) -> bool:
    plan = loan.plan
    return isinstance(plan, Instalments) and stepped(loan.start, plan.every, 1) == plan.first_due


def _settlement_dates(start: date, plan: InterestOnly) -> Iterator[date]:
    step = 3 if plan.every == "quarter" else 1
    first_month = date(start.year, step, plan.day)
    for index in range((plan.maturity.year - start.year + 1) * 12 // step):
        settlement = _months_later(first_month, index * step)
        if start < settlement < plan.maturity:
            yield settlement


def _months_later(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
