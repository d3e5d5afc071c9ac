"""The day end as a scheduler runs it: what time alone brings about happens once, by the platform's date."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from banks_portal.models import OpeningRecord
from finance_platform.foundation.models import StateChange
from tests.banks_portal.offers import AFTER, BEFORE, place, published_application
from tests.factories import FIRST_DUE, at, make_loan, set_clock
from tests.valuation import builders

pytestmark = pytest.mark.django_db


def day_end() -> list[str]:
    out = StringIO()
    call_command("day_end", stdout=out)
    return out.getvalue().splitlines()


def test_a_missed_instalment_makes_the_loan_overdue_once(actors):
    loan = make_loan(actors)
    late = FIRST_DUE + timedelta(days=3)
    set_clock(at(late.year, late.month, late.day))
    first, again = day_end(), day_end()
    loan.refresh_from_db()
    assert (loan.state, loan.days_past_due, loan.status_on) == ("OVERDUE", 3, late)
    assert f"贷款状态变动 1 项:{loan.number} 逾期,逾期 3 天" in first
    assert "贷款状态变动 0 项" in again


def test_sealed_offers_open_after_their_deadline_and_only_then(actors):
    set_clock(BEFORE)
    application = published_application(actors.enterprise, actors.bank_officer)
    place(actors.bank_officer, application)
    assert "开启报价 0 项" in day_end()
    set_clock(AFTER)
    assert f"开启报价 1 项:{application.number}(1 份)" in day_end()
    assert "开启报价 0 项" in day_end()
    assert OpeningRecord.objects.count() == 1


def test_a_signed_value_ends_the_day_after_its_last_one(actors):
    appraisal = builders.issued(actors)
    for day, ended in (at(2026, 3, 31), 0), (at(2026, 4, 1), 1), (at(2026, 4, 1), 0):
        set_clock(day)
        assert any(line.startswith(f"评估到期 {ended} 项") for line in day_end())
    assert StateChange.objects.filter(subject=f"valuation.Appraisal:{appraisal.pk}", event="expire").count() == 1


def test_a_calendar_that_runs_out_is_said(actors, calendars):
    set_clock(at(2026, 11, 22))
    assert any(line.startswith("注意:") and "2027" in line for line in day_end())


def test_a_new_installation_is_told_that_there_are_no_calendars(actors):
    assert any(line.startswith("注意:尚未导入任何工作日历") for line in day_end())
