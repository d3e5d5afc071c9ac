"""Enterprise or bank object to a signed value; the firm's reviewer upholds it or withdraws it for revision."""

from datetime import datetime, timedelta

from django.utils import timezone

from finance_platform.foundation.errors import Conflict, Invalid
from finance_platform.foundation.models import User
from finance_platform.foundation.permissions import Permission
from finance_platform.foundation.use_case import use_case
from valuation.models import Appraisal
from valuation.rules import appraisals as rules
from valuation.services._rows import locked


@use_case(Permission.APPRAISAL_OBJECT)
def file(*, by: User, at: datetime, appraisal_id: int, ground: str) -> Appraisal:
    """Object to a signed value within 30 days; until it is answered, nothing is lent on it.

    Raises: NotFound; IllegalTransition; Conflict (too late); Invalid. Writes: appraisal.
    """
    ground = _text(ground, "ground")
    appraisal = locked(by, appraisal_id)
    if appraisal.issued_on and timezone.localdate(at) > appraisal.issued_on + timedelta(days=rules.OBJECTION_DAYS):
        raise Conflict(f"异议期({rules.OBJECTION_DAYS} 天)已过:请另行委托评估", code="objection_too_late")
    appraisal.objection, appraisal.objection_answer = ground, ""
    appraisal.move("object", by=by, at=at, ground=ground)
    return appraisal


@use_case(Permission.APPRAISAL_REVIEW)
def uphold(*, by: User, at: datetime, appraisal_id: int, answer: str) -> Appraisal:
    """Answer an objection and keep the value. Raises: NotFound; IllegalTransition; Invalid. Writes: appraisal."""
    return _answered(by, at, appraisal_id, answer, "uphold")


@use_case(Permission.APPRAISAL_REVIEW)
def revise(*, by: User, at: datetime, appraisal_id: int, answer: str) -> Appraisal:
    """Answer an objection and let the value go; a new appraisal takes its place. Raises: as uphold."""
    return _answered(by, at, appraisal_id, answer, "revise")


def _answered(by: User, at: datetime, appraisal_id: int, answer: str, event: str) -> Appraisal:
    answer = _text(answer, "answer")
    appraisal = locked(by, appraisal_id)
    appraisal.objection_answer = answer
    appraisal.move(event, by=by, at=at, answer=answer)
    return appraisal


def _text(text: str, name: str) -> str:
    if not text.strip() or len(text) > 500:
        raise Invalid("请写明理由", fields={name: "至多 500 字"})
    return text.strip()
