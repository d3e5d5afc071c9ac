"""The indicator form: the operator loads its versions, the appraiser answers it for a right."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from finance_platform.foundation.errors import Conflict, Invalid
from finance_platform.foundation.models import User
from finance_platform.foundation.permissions import Permission
from finance_platform.foundation.use_case import use_case
from valuation import queries
from valuation.models import IndicatorAnswers, IndicatorForm
from valuation.rules import indicators as rules
from valuation.services._rows import locked_by_appraiser


@use_case(Permission.APPRAISAL_WORK)
def answer(
    *, by: User, at: datetime, appraisal_id: int, right_number: str, answers: Mapping[str, Any]
) -> IndicatorAnswers:
    """Answer the form in force for one right: each indicator 1 to 10 or missing (None), with a note.

    Earlier answers stay; the newest count. Raises: NotFound; Forbidden; Conflict (not at work); Invalid (a kind the
    form is not for, an answer without score or note). Writes: answers.
    """
    appraisal = locked_by_appraiser(by, appraisal_id)
    if appraisal.state != "IN_PROGRESS":
        raise Conflict(f"当前状态“{appraisal.state_label}”不能评分", code="not_in_progress")
    right = next((one for one in queries.pool(appraisal.application_id) if one.number == right_number), None)
    if right is None or not rules.applies_to(right):
        raise Invalid(
            "指标表只适用于质押的发明专利和实用新型", fields={"right_number": "请选择池内的发明专利或实用新型"}
        )
    form = queries.indicator_form(timezone.localdate(at))
    return IndicatorAnswers.objects.create(
        appraisal=appraisal, right_number=right_number, form=form, made_by=by, made_at=at,
        answers=rules.read_answers(form.structure, answers),
    )  # fmt: skip


@use_case(Permission.INDICATOR_FORM_LOAD)
def load_form(*, by: User, at: datetime, structure: Mapping[str, Any], valid_from: date, source: str) -> IndicatorForm:
    """Take in a new version of the form, in force from a day that is not past. Raises: Invalid. Writes: form."""
    rules.leaves(structure)
    if not source.strip() or len(source) > 200:
        raise Invalid("请写明指标表的来源", fields={"source": "标准号、版本和取得方式,至多 200 字"})
    if valid_from < timezone.localdate(at):
        raise Invalid("启用日不能早于今天", fields={"valid_from": "已作的评分按当时的版本,不追溯"})
    last = IndicatorForm.objects.order_by("-version").first()
    return IndicatorForm.objects.create(
        version=last.version + 1 if last else 1, valid_from=valid_from, structure=dict(structure),
        source=source.strip(), loaded_by=by, loaded_at=at,
    )  # fmt: skip
