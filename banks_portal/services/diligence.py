"""Due diligence of the bank that was chosen: begun, and perhaps given up with a written reason."""

from datetime import datetime
from typing import Any

from banks_portal.queries import awards as queries
from banks_portal.rules.offers import DECLINE_CODES, HARD_DECLINES
from banks_portal.services import _locks
from finance_platform.foundation.errors import Conflict, Invalid
from finance_platform.foundation.models import User
from finance_platform.foundation.permissions import Permission
from finance_platform.foundation.use_case import use_case
from pledges.services import awards


@use_case(Permission.DILIGENCE)
def start(*, by: User, at: datetime, application_id: int) -> Any:
    """Begin due diligence on an application the bank won. Raises: NotFound; IllegalTransition. Writes: application."""
    queries.won_offer(by, application_id)
    return awards.start_diligence(by=by, at=at, application_id=application_id)


@use_case(Permission.DILIGENCE)
def decline(*, by: User, at: datetime, application_id: int, code: str, text: str) -> Any:
    """Give up the award with a reason the enterprise reads: the application returns to the marketplace for a new round.

    Two codes are hard (false papers, dishonest debtor) and end the application.
    Raises: NotFound; Invalid; IllegalTransition; Conflict while a decision is under way. Writes: offer, application.
    """
    if code not in DECLINE_CODES or not text.strip():
        raise Invalid("请选择原因并书面说明", fields={"code": "必选", "text": "必填,企业可见"})
    offer = queries.won_offer(by, application_id)
    _locks.state_of_locked(application_id)
    if queries.live_decision(application_id):
        raise Conflict("授信审批尚在进行:请先否决或撤回该笔审批", code="decision_open")
    offer.move("decline", by=by, at=at, code=code, text=text)
    reason = f"{DECLINE_CODES[code]}:{text.strip()}"
    final = code in HARD_DECLINES
    return awards.decline(by=by, at=at, application_id=application_id, code=code, reason=reason, final=final)
