"""Bring in what the State Council and the interbank market publish: holidays with make-up days, LPR fixings."""

import csv
import io
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from finance_platform.foundation import queries
from finance_platform.foundation.errors import Conflict, Invalid
from finance_platform.foundation.models import CalendarDay, CalendarYear, LprFixing, User
from finance_platform.foundation.permissions import Permission
from finance_platform.foundation.use_case import use_case


@use_case(Permission.CALENDAR_IMPORT)
def import_holidays(*, by: User, at: datetime, text: str, source: str) -> list[CalendarYear]:
    """Take in a CSV `year,date,is_off,name`; a year already known with the same days is left as it is.

    Raises: Invalid naming the line; Conflict if a known year would change. Writes: calendar years and days.
    """
    years: dict[int, list[tuple[date, bool, str]]] = {}
    for number, row in _rows(text, {"year", "date", "is_off", "name"}):
        day = _date(row["date"], number)
        if row["is_off"] not in {"0", "1"}:
            raise Invalid(f"第 {number} 行:is_off 应为 0(调休上班)或 1(放假)")
        years.setdefault(_integer(row["year"], number), []).append((day, row["is_off"] == "1", row["name"].strip()))
    return [_write_year(year, days, source, by, at) for year, days in sorted(years.items())]


def _write_year(year: int, days: list[tuple[date, bool, str]], source: str, by: User, at: datetime) -> CalendarYear:
    known = CalendarYear.objects.filter(calendar=queries.STATE_COUNCIL, year=year).first()
    if known is not None:
        if dict(known.days.values_list("day", "is_off")) != {day: off for day, off, _name in days}:
            raise Conflict(f"{year} 年日历已导入且内容不同:国务院调整安排时请由运维登记更正", code="calendar_differs")
        return known
    row = CalendarYear.objects.create(
        calendar=queries.STATE_COUNCIL, year=year, source=source, imported_by=by, imported_at=at
    )
    CalendarDay.objects.bulk_create(
        CalendarDay(calendar_year=row, day=day, is_off=off, name=name) for day, off, name in days
    )
    return row


@use_case(Permission.CALENDAR_IMPORT)
def import_lpr(*, by: User, at: datetime, text: str, source: str) -> int:
    """Take in a CSV `date,1Y,5Y` of fractions (0.031 is 3.1 %); returns how many fixings were new.

    Raises: Invalid naming the line; Conflict if a known fixing would change. Writes: fixings.
    """
    known = {fixing.date: (fixing.one_year, fixing.five_year) for fixing in LprFixing.objects.all()}
    new = []
    for number, row in _rows(text, {"date", "1Y", "5Y"}):
        day, one, five = _date(row["date"], number), _rate(row["1Y"], number), _rate(row["5Y"], number)
        if day not in known:
            new.append(LprFixing(date=day, one_year=one, five_year=five, source=source, imported_by=by, imported_at=at))
        elif known[day] != (one, five):
            raise Conflict(f"第 {number} 行:{day} 的 LPR 已登记为其他数值", code="lpr_differs")
    LprFixing.objects.bulk_create(new)
    return len(new)


def _rows(text: str, columns: set[str]) -> list[tuple[int, dict[str, str]]]:
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    if not columns <= set(reader.fieldnames or ()):
        raise Invalid("表头不符", fields={"file": "应包含列:" + "、".join(sorted(columns))})
    return list(enumerate(reader, start=2))


def _date(text: str, line: int) -> date:
    try:
        return date.fromisoformat(text.strip())
    except (ValueError, AttributeError):
        raise Invalid(f"第 {line} 行:日期应写作 2025-01-01") from None


def _integer(text: str, line: int) -> int:
    try:
        return int(text)
    except (ValueError, TypeError):
        raise Invalid(f"第 {line} 行:年份应为整数") from None


def _rate(text: str, line: int) -> Decimal:
    try:
        rate = Decimal(text.strip())
    except (InvalidOperation, AttributeError):
        rate = Decimal(-1)
    if not 0 < rate < 1:
        raise Invalid(f"第 {line} 行:利率应写作小数,如 0.031(即 3.1%)")
    return rate
