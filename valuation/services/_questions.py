"""What a bank's question to a signed run needs: the run in force, and the day on which others may read the question."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from finance_platform.foundation.errors import Conflict
from finance_platform.foundation.models import User
from valuation import queries
from valuation.models import ValuationRun


def run_in_force(by: User, at: datetime, run_id: int) -> ValuationRun:
    """Return the signed run of a value in force that the viewer may see. Raises: NotFound; Conflict."""
    run = queries.run(by, run_id)
    appraisal, today = run.appraisal, timezone.localdate(at)
    lasting = appraisal.expires_on is not None and appraisal.expires_on >= today
    if appraisal.state != "ISSUED" or appraisal.run_id != run.pk or not lasting:
        raise Conflict("该测算已不是有效评估的依据:请打开现行评估", code="not_in_force")
    return run


def open_from(run: ValuationRun, at: datetime) -> datetime:
    """Return when others may read what a bank asked: once the offers of the application are open, at once after."""
    deadline: Any = run.appraisal.application.offer_deadline
    return max(deadline, at) if deadline else at
