"""Place, change, seal and retract an offer. From outside these calls look alike and leave no readable trace.

All of them write the offer's row and one sealed trace; none writes to the audit log before the opening. The deadline
is compared by the database, after the application's row has been locked.
"""

from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from banks_portal.models import BidRefusal, Offer, OfferVersion
from banks_portal.queries import rates
from banks_portal.rules import offers as rules
from banks_portal.rules import pricing, sealing
from banks_portal.rules import terms as offer_terms
from banks_portal.services import _sealed
from finance_platform.foundation.errors import Conflict, Invalid
from finance_platform.foundation.models import User
from finance_platform.foundation.permissions import Permission
from finance_platform.foundation.use_case import use_case
from pledges import queries as pledges

# The events of a saved version by the state it meets, without and with sealing.
_SAVE = {"DRAFT": [], "SEALED": ["amend"], "WITHDRAWN": ["revise"]}
_SAVE_AND_SEAL = {"DRAFT": ["seal"], "SEALED": ["amend"], "WITHDRAWN": ["revise", "seal"]}
_SEAL = {"DRAFT": ["seal"], "SEALED": [], "WITHDRAWN": ["revise", "seal"]}
_RETRACT = {"DRAFT": [], "SEALED": ["retract"], "WITHDRAWN": []}


@use_case(Permission.OFFER_MAKE, audit=False)
def save(
    *, by: User, at: datetime, application_id: int, terms: dict[str, Any], seal: bool = False, call: str = ""
) -> None:
    """Keep the terms as a new version, and with `seal` bind the bank to them. Saving over a sealed offer amends it.

    `call` names a retried call: the same name with the same content changes nothing.
    Raises: NotFound; Invalid by field; Conflict (deadline passed, refused before, name reused). Writes: offer,
    version, sealed trace.
    """
    application = _bidding_on(by, application_id)
    found = _checked(application, terms, at)
    trace = _sealed.begin("offers.save", by, at, application, call, {"terms": terms, "seal": seal})
    if trace.seen_before:
        return
    offer = _own(by, application)
    _add_version(offer, application, found, by, at)
    _carry_out(offer, (_SAVE_AND_SEAL if seal else _SAVE)[offer.state], trace)


@use_case(Permission.OFFER_MAKE, audit=False)
def seal(*, by: User, at: datetime, application_id: int, call: str = "") -> None:
    """Bind the bank to the latest saved version. Sealing a sealed offer changes nothing.

    Raises: NotFound; Invalid if nothing was saved; Conflict after the deadline. Writes: offer, sealed trace.
    """
    application = _bidding_on(by, application_id)
    offer = _round(Offer, by, application).first()
    if offer is None:
        raise Invalid("还没有保存过报价:请先填写报价条件", fields={"amount_fen": "必填"})
    trace = _sealed.begin("offers.seal", by, at, application, call, {})
    if not trace.seen_before:
        _carry_out(offer, _SEAL[offer.state], trace)


@use_case(Permission.OFFER_MAKE, audit=False)
def withdraw(*, by: User, at: datetime, application_id: int, call: str = "") -> None:
    """Take a sealed offer back before the deadline; it can be made anew. Without a sealed offer nothing changes.

    Raises: NotFound; Invalid if nothing was saved; Conflict after the deadline. Writes: offer, sealed trace.
    """
    application = _bidding_on(by, application_id)
    offer = _round(Offer, by, application).first()
    if offer is None:
        raise Invalid("还没有保存过报价,无需撤回")
    trace = _sealed.begin("offers.withdraw", by, at, application, call, {})
    if not trace.seen_before:
        _carry_out(offer, _RETRACT[offer.state], trace)


@use_case(Permission.OFFER_MAKE, audit=False)
def refuse(*, by: User, at: datetime, application_id: int, codes: list[str], text: str = "") -> None:
    """Say in writing why the bank does not bid; the enterprise reads it after the deadline.

    Raises: NotFound; Invalid without a known code; Conflict (deadline passed, an offer is sealed, refused before).
    Writes: refusal, sealed trace.
    """
    application = _bidding_on(by, application_id)
    _check_refusal(codes, text)
    if _round(Offer, by, application).filter(state="SEALED").exists():
        raise Conflict("贵行已有密封报价:如不再参与,请先撤回报价", code="already_offered")
    trace = _sealed.begin("offers.refuse", by, at, application, "", {"codes": codes, "text": text})
    assert by.organisation is not None
    refusal = BidRefusal.objects.create(
        application=application,
        bank=by.organisation,
        deadline=application.offer_deadline,
        codes=codes,
        text=text.strip(),
        made_by=by,
        made_at=at,
    )
    _sealed.finish(trace, refusal, [])


def _check_refusal(codes: list[str], text: str) -> None:
    if not codes or set(codes) - set(rules.REFUSAL_CODES):
        raise Invalid("请至少选择一项不参与的原因", fields={"codes": "必选"})
    if len(text) > 500 or ("other" in codes and not text.strip()):
        raise Invalid("请写明原因(至多500字)", fields={"text": "选择“其他”时必填"})


def _bidding_on(by: User, application_id: int) -> Any:
    """Return the application, locked, while bids are taken. Raises: NotFound; Conflict."""
    application = pledges.application(by, application_id)
    with connection.cursor() as cursor:
        # Two statements: the moment must be read after the lock was won, not while waiting for it.
        cursor.execute("SELECT 1 FROM pledges_application WHERE id = %s FOR UPDATE", [application.pk])
        cursor.execute(
            "SELECT state, banks_portal_deadline_passed(id), platform_now() FROM pledges_application WHERE id = %s",
            [application.pk],
        )
        state, too_late, now = cursor.fetchone()
    if too_late:
        closed, moment = _local(application.offer_deadline), _local(now)
        raise Conflict(f"报价已于 {closed} 截止(平台时间 {moment}),不再接收", code="deadline_passed")
    if state != "PUBLISHED":
        raise Conflict("该申请目前不接收报价", code="not_published")
    if _round(BidRefusal, by, application).exists():
        raise Conflict("贵行已书面答复不参与本申请", code="already_refused")
    return application


def _local(moment: Any) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M:%S}"


def _checked(application: Any, values: dict[str, Any], at: datetime) -> offer_terms.OfferTerms:
    """Return the terms if they fit the application and can be scheduled. Raises: Invalid."""
    found = offer_terms.read(values)
    closes_on = timezone.localdate(application.offer_deadline)
    faults = {}
    if found.amount_fen > application.amount_fen:
        faults["amount_fen"] = "可贷金额不得超过企业申请金额"
    if found.valid_until <= closes_on:
        faults["valid_until"] = f"报价有效期须晚于截止日 {closes_on}"
    if faults:
        raise Invalid("报价条件与申请不符", fields=faults)
    today = timezone.localdate(at)
    pricing.price(found, today, lpr=rates.lpr_for(found, today))
    return found


def _own(by: User, application: Any) -> Offer:
    return Offer.objects.get_or_create(
        application=application, bank=by.organisation, deadline=application.offer_deadline
    )[0]


def _round(model: Any, by: User, application: Any) -> QuerySet[Any]:
    """Return what the viewer's bank has written in the present round of the application."""
    return model.objects.filter(  # type: ignore[no-any-return]
        application=application, bank=by.organisation, deadline=application.offer_deadline
    )


def _add_version(offer: Offer, application: Any, found: offer_terms.OfferTerms, by: User, at: datetime) -> None:
    content: dict[str, Any] = {"terms": offer_terms.written(found), "blinding": sealing.new_blinding()}
    offer.version += 1
    offer.commitment = sealing.commitment(application.number, offer.bank.credit_code, **content)
    offer.save(update_fields=["version", "commitment"])
    place = (application.pk, offer.bank_id, offer.pk, offer.version)
    sealed = sealing.seal(_sealed.data_key(application.pk), content, *place)
    OfferVersion.objects.create(
        offer=offer, number=offer.version, commitment=offer.commitment, nonce=sealed.nonce,
        ciphertext=sealed.ciphertext, saved_by=by, saved_at=at,
    )  # fmt: skip


def _carry_out(offer: Offer, events: list[str], trace: _sealed.Trace) -> None:
    """Make the moves without the public record of moves; the sealed trace holds them until the opening."""
    _sealed.finish(trace, offer, [(event, *offer.move_unseen(event)) for event in events])
