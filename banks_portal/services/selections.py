"""The enterprise chooses one of the opened offers, or declines them all; it is the chooser here."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from banks_portal.models import Offer
from banks_portal.queries import offers as queries
from banks_portal.queries import openings
from banks_portal.services import _locks, endings
from finance_platform.foundation.errors import Conflict, Invalid
from finance_platform.foundation.models import User
from finance_platform.foundation.permissions import Permission
from finance_platform.foundation.use_case import use_case
from pledges import queries as pledges
from pledges.services import awards


@use_case(Permission.OFFER_SELECT)
def select(*, by: User, at: datetime, offer_id: UUID) -> Offer:
    """Choose an offer: the others are released, their banks' sight of the dossier ends, the application is matched.

    Raises: NotFound; Conflict (another was chosen meanwhile, offer expired). Writes: offers, application, dossiers.
    """
    application = queries.offer(by, offer_id).application
    _locks.require_published(application.pk)
    offers = list(queries.round_of(by, application).select_for_update(of=("self",)).order_by("pk"))
    _require_present(offers, offer_id)
    chosen: Any = next(offer for offer in offers if offer.pk == offer_id)
    today = timezone.localdate(at)
    if chosen.state != "REVEALED":
        raise Conflict(f"该报价{chosen.state_label},不能选择", code="not_eligible")
    if chosen.valid_until < today:
        raise Conflict(f"该报价有效期至 {chosen.valid_until},已不能选择:请另选一家", code="offer_expired")
    for offer in offers:
        if offer.state == "REVEALED" and offer.pk != chosen.pk:
            offer.move("release", by=by, at=at, selected=str(chosen.pk))
    chosen.move("select", by=by, at=at)
    awards.match(by=by, at=at, application_id=application.pk, offer_id=chosen.pk, bank_id=chosen.bank_id)
    return chosen


def _require_present(offers: list[Offer], offer_id: UUID) -> None:
    if offer_id not in {offer.pk for offer in offers}:
        raise Conflict("该报价属于上一轮,不能再选择:请查看本轮报价", code="not_eligible")


@use_case(Permission.OFFER_SELECT)
def decline_all(*, by: User, at: datetime, application_id: int, reason: str) -> None:
    """Decline every opened offer with a reason; the application is withdrawn.

    Raises: NotFound; Invalid without a reason; Conflict before the opening or after a choice.
    Writes: offers, application.
    """
    if not reason.strip():
        raise Invalid("请说明婉拒原因", fields={"reason": "必填,银行据此改进"})
    application = pledges.application(by, application_id)
    _locks.require_published(application.pk)
    if openings.opening_of(application) is None:
        raise Conflict("报价尚未开启:开启前如不再融资,请直接撤回申请", code="not_opened")
    for offer in queries.round_of(by, application).select_for_update(of=("self",)).filter(state="REVEALED"):
        offer.move("release", by=by, at=at, reason=reason)
    endings.withdraw(by=by, at=at, application_id=application_id, reason=reason)
