"""How an application ends before the money is paid out: by the enterprise, by both sides, or by time.

What was promised on it ends in the same transaction: the fund's cover reserved for it goes back.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from banks_portal.models import Offer
from banks_portal.queries import endings as queries
from finance_platform.foundation.models import User
from finance_platform.foundation.permissions import Permission
from finance_platform.foundation.use_case import use_case
from pledges.services import agreements, applications
from risk_fund.services import enrolments

OUT_OF_CONSENT = "有效期届满:对银行的资料授权已到期"
UNANSWERED = "有效期届满:本轮报价均已过有效期,未作选择"


@use_case(Permission.APPLICATION_MANAGE)
def withdraw(*, by: User, at: datetime, application_id: int, reason: str) -> Any:
    """Take an application back before contracts are signed; cover reserved for it lapses with it.

    Raises: as the application's withdrawal. Writes: application, dossiers; enrolment, lapse (memo book).
    """
    application = applications.withdraw(by=by, at=at, application_id=application_id, reason=reason)
    enrolments.let_go(application_id, by=by, at=at, reason=f"企业撤回申请:{application.closing_reason}")
    return application


@use_case(Permission.CONTRACT_SIGN)
def rescind(*, by: User, at: datetime, application_id: int, reason: str, rescission_document_id: UUID) -> Any:
    """Record that both sides rescinded the contracts before payment; cover reserved for the loan lapses with them.

    Raises: as the agreement's rescission. Writes: application, dossiers; enrolment, lapse (memo book).
    """
    application = agreements.rescind(
        by=by, at=at, application_id=application_id, reason=reason, rescission_document_id=rescission_document_id
    )
    enrolments.let_go(application_id, by=by, at=at, reason=f"合同解除,未放款:{application.closing_reason}")
    return application


@use_case(Permission.DAY_END)
def lapse_offers(*, by: User, at: datetime) -> list[Offer]:
    """Let every opened offer lapse that nobody chose in its time. Writes: the offers returned."""
    today = timezone.localdate(at)
    # As a choice does: the application's row first, then its offers.
    held = list(queries.with_stale_offers(by, today).select_for_update(of=("self",)))
    stale = queries.stale_offers(today).filter(application__in=held).select_related("application", "bank")
    lapsed = list(stale.select_for_update(of=("self",)).order_by("application_id", "pk"))
    for offer in lapsed:
        offer.move("lapse", by=by, at=at, valid_until=str(offer.valid_until))
    return lapsed


@use_case(Permission.DAY_END)
def expire_due(*, by: User, at: datetime) -> list[Any]:
    """Let every application end whose consents ran out, or of whose offers none can be chosen any more.

    Cover reserved for it lapses with it. Writes: the applications returned, dossiers; enrolments, lapses (memo book).
    """
    today = timezone.localdate(at)
    over = dict.fromkeys(queries.unanswered(by).select_for_update(of=("self",)), UNANSWERED)
    over |= dict.fromkeys(queries.out_of_consent(by, today).select_for_update(of=("self",)), OUT_OF_CONSENT)
    return [_expire(application, reason, by, at) for application, reason in over.items()]


def _expire(application: Any, reason: str, by: User, at: datetime) -> Any:
    ended = applications.expire(by=by, at=at, application_id=application.pk, reason=reason)
    enrolments.let_go(application.pk, by=by, at=at, reason=f"申请失效:{reason}")
    return ended
