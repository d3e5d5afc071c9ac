"""How long a commission has been waiting: in days, and in working days by the State Council's calendar."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from finance_platform.foundation import queries as foundation
from finance_platform.foundation.errors import OutOfRange
from finance_platform.foundation.queries import WorkCalendar
from valuation.models import Appraisal
from valuation.rules import states
from valuation.rules.appraisals import WORKING_DAYS_TO_ISSUE


@dataclass(frozen=True)
class Clock:
    """Since the commission, until today or the day of issue; `due` is None beyond the calendar that is imported."""

    days: int
    working_days: int | None
    due: date | None
    running: bool
    overdue: bool


def clock(appraisal: Appraisal, today: date, calendar: WorkCalendar | None = None) -> Clock:
    """Return an appraisal's clock; overdue is what is still under way after its last day."""
    calendar = calendar or foundation.work_calendar()
    begun = timezone.localdate(appraisal.commissioned_at)
    until = appraisal.issued_on or today
    running = appraisal.state in states.UNDER_WAY
    try:
        due = calendar.add(begun, WORKING_DAYS_TO_ISSUE)
        passed = _working_days(calendar, begun, until)
    except OutOfRange:
        return Clock((until - begun).days, None, None, running, overdue=False)
    return Clock((until - begun).days, passed, due, running, overdue=running and today > due)


def _working_days(calendar: WorkCalendar, begun: date, until: date) -> int:
    """Return how many working days after `begun` are over at `until`. Raises: OutOfRange."""
    count, day = 0, begun
    while (day := calendar.add(day, 1)) <= until:
        count += 1
    return count
