"""The appraiser states what a report must state beside its figures."""

from collections.abc import Mapping
from datetime import datetime

from finance_platform.foundation.errors import Conflict
from finance_platform.foundation.models import User
from finance_platform.foundation.permissions import Permission
from finance_platform.foundation.use_case import use_case
from valuation.models import Appraisal
from valuation.queries import reports as queries
from valuation.rules import completeness, reports
from valuation.services._rows import locked_by_appraiser

OPEN = frozenset({"IN_PROGRESS", "DRAFT_REPORT"})


@use_case(Permission.APPRAISAL_WORK)
def state(*, by: User, at: datetime, appraisal_id: int, texts: Mapping[str, str]) -> Appraisal:
    """Write statements of the report, by code; a code not given stays, an empty text takes its statement back.

    Raises: NotFound; Forbidden (not in charge); Conflict (reviewed or signed); Invalid. Writes: appraisal.
    """
    appraisal = locked_by_appraiser(by, appraisal_id)
    if appraisal.state not in OPEN:
        raise Conflict(f"当前状态“{appraisal.state_label}”不能改报告事项:已复核的请先退回", code="statements_closed")
    known = appraisal.statements | dict.fromkeys(texts, "")
    appraisal.statements = completeness.read({**known, **texts})
    appraisal.save(update_fields=["statements"])
    return appraisal


def require_complete(appraisal: Appraisal) -> None:
    """Refuse to sign a report that does not state everything. Raises: Conflict naming each gap."""
    completeness.require_complete(appraisal.statements, reports.known(queries.records(appraisal)))


def frozen(appraisal: Appraisal) -> dict[str, object]:
    """Return what the report states on the day it is issued, to be kept with it."""
    records = queries.records(appraisal)
    return {"known": reports.known(records), "rights": [right.plain() for right in records.rights]}
