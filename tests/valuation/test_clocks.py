"""How long a commission waits: days, working days by the imported calendar, and what is overdue."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import at, load_calendars, set_clock
from tests.valuation import builders
from valuation.queries import clocks
from valuation.rules.appraisals import WORKING_DAYS_TO_ISSUE

pytestmark = pytest.mark.django_db


@pytest.fixture
def appraisal(actors):
    load_calendars()
    return builders.commissioned(actors)


def test_days_and_working_days_pass_by_the_calendar(appraisal):
    """Commissioned on Wednesday 2 April 2025; Friday 4 April was Qingming."""
    found = clocks.clock(appraisal, date(2025, 4, 8))
    assert (found.days, found.working_days) == (6, 3)
    assert WORKING_DAYS_TO_ISSUE == 15
    assert found.due == date(2025, 4, 24)
    assert found.running
    assert not found.overdue


def test_the_last_day_is_in_time_and_the_next_is_overdue(appraisal):
    assert not clocks.clock(appraisal, date(2025, 4, 24)).overdue
    assert clocks.clock(appraisal, date(2025, 4, 25)).overdue


def test_the_clock_stops_at_the_issue(actors):
    load_calendars()
    issued = builders.issued(actors)
    found = clocks.clock(issued, date(2025, 6, 30))
    assert (found.days, found.running, found.overdue) == (7, False, False)


def test_beyond_the_calendar_nothing_is_guessed(actors):
    found = clocks.clock(builders.commissioned(actors), date(2025, 4, 8))
    assert (found.days, found.working_days, found.due, found.overdue) == (6, None, None, False)


def test_the_task_list_marks_what_is_overdue(actors, appraisal):
    worker = Client()
    worker.force_login(actors.appraiser, "django.contrib.auth.backends.ModelBackend")
    page = reverse("appraiser_tasks")
    for now, overdue in ((at(2025, 4, 24), False), (at(2025, 4, 25), True)):
        set_clock(now)
        assert ("逾期" in worker.get(page).content.decode()) == overdue
