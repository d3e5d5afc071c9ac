"""How many days lie between two dates, and what part of a year they are.

Periods are half open: the first day counts, the last does not (算头不算尾).
"""

from calendar import isleap
from datetime import date
from fractions import Fraction

from pledges.loan_schedule.terms import DayCount


def days_between(convention: DayCount, start: date, end: date) -> int:
    """Give the number of days in [start, end), start <= end: calendar days, or the 30/360 day number.

    Source: ISDA 2006 Definitions 4.16(f), "30/360, Bond Basis".

    >>> days_between("30/360", date(2024, 1, 31), date(2024, 3, 31))
    60
    """
    if convention != "30/360":
        return (end - start).days
    first_day = min(start.day, 30)
    last_day = 30 if end.day == 31 and first_day == 30 else end.day
    return 360 * (end.year - start.year) + 30 * (end.month - start.month) + last_day - first_day


def year_fraction(convention: DayCount, start: date, end: date) -> Fraction:
    """Give [start, end), start <= end, as an exact part of a year.

    Source: ISDA 2006 Definitions 4.16 (b) act/act, (d) act/365, (e) act/360, (f) 30/360.

    >>> year_fraction("act/act", date(2023, 12, 31), date(2024, 1, 2)) == Fraction(1, 365) + Fraction(1, 366)
    True
    """
    days = days_between(convention, start, end)
    match convention:
        case "act/360" | "30/360":
            return Fraction(days, 360)
        case "act/365":
            return Fraction(days, 365)
    leap_days = _days_in_leap_years(start, end)
    return Fraction(leap_days, 366) + Fraction(days - leap_days, 365)


def _days_in_leap_years(start: date, end: date) -> int:
    leap_years = (year for year in range(start.year, end.year + 1) if isleap(year))
    return sum((min(end, date(year + 1, 1, 1)) - max(start, date(year, 1, 1))).days for year in leap_years)
