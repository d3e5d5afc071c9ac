"""What is not known, or soon will not be, is said in plain words before a calculation is refused for it."""

from datetime import date, timedelta

import pytest
from django.utils.translation import override

from finance_platform.foundation import queries
from finance_platform.foundation.models import CalendarYear, LprFixing
from finance_platform.foundation.phrases import said

pytestmark = pytest.mark.django_db


def test_a_new_installation_is_told_that_nothing_was_imported_and_where_to_begin():
    years, lpr = queries.calendar_warnings(date(2025, 6, 30))
    assert years.startswith("尚未导入任何工作日历")
    assert lpr.startswith("尚未导入任何 LPR")
    assert all("日历与利率" in warning for warning in (years, lpr))
    with override("en"):
        assert [said(warning)[:14] for warning in (years, lpr)] == ["No working cal", "No LPR was imp"]


def test_known_calendars_are_quiet_until_they_run_out(calendars):
    last_year = max(CalendarYear.objects.values_list("year", flat=True))
    last_fixing = max(LprFixing.objects.values_list("date", flat=True))
    assert queries.calendar_warnings(last_fixing) == []
    soon, over = queries.calendar_warnings(date(last_year, 12, 1)), queries.calendar_warnings(date(last_year + 1, 2, 1))
    assert soon[0] == f"工作日历只到 {last_year} 年底:请尽快导入 {last_year + 1} 年节假日安排"
    assert over[0] == f"工作日历缺少 {last_year + 1} 年,公示期无法计算:请立即导入 {last_year + 1} 年节假日安排"


def test_an_old_fixing_is_said_to_be_old_and_then_to_be_of_no_use(calendars):
    last = max(LprFixing.objects.values_list("date", flat=True))
    assert queries.calendar_warnings(last + timedelta(36))[-1].startswith("LPR 表即将过期")
    assert queries.calendar_warnings(last + timedelta(46))[-1].startswith(f"最近一次 LPR 公布于 {last},已不能使用")
