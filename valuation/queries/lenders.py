"""What banks asked of signed runs: the bank's own at once, for the firm and the auditor once the offers are open.

Row-level security repeats it. The enterprise and other banks never read another bank's doubts.
"""

from datetime import datetime

from django.db.models import QuerySet

from finance_platform.foundation.errors import NotFound
from finance_platform.foundation.models import User
from finance_platform.foundation.permissions import Role
from valuation.models import Challenge, LenderAssessment
from valuation.queries.appraisals import BANK_ROLES, FIRM_ROLES


def challenges_visible_to(by: User, at: datetime) -> QuerySet[Challenge]:
    """Return a bank's own challenges; to the firm whose run it is and to the auditor those that are open."""
    rows = Challenge.objects.select_related("run__appraisal__firm", "bank", "made_by")
    if by.role in BANK_ROLES:
        return rows.filter(bank=by.organisation)
    opened = rows.filter(open_from__lte=at)
    if by.role in FIRM_ROLES:
        return opened.filter(run__appraisal__firm=by.organisation)
    return opened if by.role == Role.AUDITOR else rows.none()


def challenge(by: User, at: datetime, pk: int) -> Challenge:
    """Return one challenge the viewer may see. Raises: NotFound."""
    found = challenges_visible_to(by, at).filter(pk=pk).first()
    if found is None:
        raise NotFound("没有这条质疑,或它未向贵单位开放")
    return found


def assessments_visible_to(by: User, at: datetime) -> QuerySet[LenderAssessment]:
    """Return a bank's own assessments; to the auditor those that are open."""
    rows = LenderAssessment.objects.select_related("run__appraisal", "bank", "asked_by")
    if by.role in BANK_ROLES:
        return rows.filter(bank=by.organisation)
    return rows.filter(open_from__lte=at) if by.role == Role.AUDITOR else rows.none()


def assessment(by: User, at: datetime, pk: int) -> LenderAssessment:
    """Return one assessment the viewer may see. Raises: NotFound."""
    found = assessments_visible_to(by, at).filter(pk=pk).first()
    if found is None:
        raise NotFound("没有这次放款人测算,或它未向贵单位开放")
    return found
