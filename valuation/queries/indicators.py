"""Reads of the indicator form and of what was answered."""

from datetime import date

from django.db.models import QuerySet

from finance_platform.foundation.errors import NotFound
from valuation.models import Appraisal, IndicatorAnswers, IndicatorForm


def indicator_form(on: date) -> IndicatorForm:
    """Return the form in force on a day. Raises: NotFound before the first."""
    found = IndicatorForm.objects.filter(valid_from__lte=on).order_by("-version").first()
    if found is None:
        raise NotFound("这一天没有启用的指标表")
    return found


def indicator_forms() -> QuerySet[IndicatorForm]:
    """Return every version, newest first."""
    return IndicatorForm.objects.select_related("loaded_by")


def indicator_answers(appraisal: Appraisal) -> dict[str, IndicatorAnswers]:
    """Return the newest raw answers of each right of an appraisal, whoever asks: for callers that have decided."""
    rows = IndicatorAnswers.objects.filter(appraisal=appraisal).select_related("form", "made_by").order_by("id")
    return {row.right_number: row for row in rows}
