"""Pledge registrations: filed per registry, the result keyed by one person and confirmed by another.

The platform records what the registry decided; it registers nothing itself. The pledge exists from registration
(民法典 444), and cover is derived from that day.
"""

from datetime import date, datetime

from finance_platform.foundation import rules as shared
from finance_platform.foundation.errors import Conflict, Invalid
from finance_platform.foundation.models import User
from finance_platform.foundation.permissions import Permission
from finance_platform.foundation.use_case import hands, use_case
from pledges import queries
from pledges.models import IpAsset, Pledge, PledgeAgreement, PledgedAsset
from pledges.rules.pledgeability import GROUNDS

REGISTRIES_WITH_RANK: frozenset[str] = frozenset()
"""None is known to register a second rank; a registry named here would be a flagged, unverified parameter."""


@use_case(Permission.PLEDGE_FILE)
def file(*, by: User, at: datetime, agreement_id: int, registry: str, receipt_no: str = "") -> Pledge:
    """Record that a signed agreement's rights of one registry were handed in there.

    The registry's grounds of refusal are checked first. Raises: NotFound; Invalid (nothing to file, a ground stands);
    Conflict (unsigned, already filed). Writes: pledge with its rights.
    """
    agreement = _signed(by, agreement_id)
    assets = list(
        IpAsset.objects.select_for_update()
        .filter(pools__application=agreement.application_id, registry=registry)
        .order_by("pk")
    )
    if not assets:
        raise Invalid("质押标的中没有该登记机构的权利", fields={"registry": "请选择标的所属的登记机构"})
    if queries.live_pledges(agreement).filter(registry=registry).exists():
        raise Conflict("已提交登记", code="already_filed")
    _precheck(assets, at.date(), agreement.maturity)
    pledge = Pledge.objects.create(agreement=agreement, registry=registry, prepared_at=at, filing_receipt=receipt_no)
    PledgedAsset.objects.bulk_create(
        PledgedAsset(pledge=pledge, asset=asset, ranked=registry in REGISTRIES_WITH_RANK) for asset in assets
    )
    pledge.filed_on = at.date()
    pledge.move("file", by=by, at=at, receipt=receipt_no)
    return pledge


@use_case(Permission.PLEDGE_REGISTER)
def key_result(*, by: User, at: datetime, pledge_id: int, certificate_no: str, registered_on: date) -> Pledge:
    """Key the registry's certificate as the first person; nothing counts until a second person keys the same.

    Raises: NotFound; Conflict (not filed); Invalid (date). Writes: what was keyed.
    """
    pledge = _locked(by, pledge_id)
    if not pledge.can("register"):
        raise Conflict("登记申请未在办理中,不能录入结果", code="not_filed")
    _check_result(pledge, certificate_no, registered_on, at.date())
    pledge.keyed_by, pledge.keyed_hands = by, list(hands())
    pledge.keyed_certificate_no, pledge.keyed_registered_on = certificate_no.strip(), registered_on
    pledge.save()
    return pledge


@use_case(Permission.PLEDGE_REGISTER)
def confirm_result(*, by: User, at: datetime, pledge_id: int, certificate_no: str, registered_on: date) -> Pledge:
    """Key the same certificate as the second person: the pledge is registered and its rights are pledged.

    Raises: NotFound; Conflict (nothing keyed, the two differ); Forbidden (same hands). Writes: pledge, rights.
    """
    pledge = _locked(by, pledge_id)
    if pledge.keyed_by_id is None:
        raise Conflict("请先由另一人首录", code="not_keyed")
    shared.require_distinct_hands(pledge.keyed_hands, hands(), what="登记结果录入")
    if (pledge.keyed_certificate_no, pledge.keyed_registered_on) != (certificate_no.strip(), registered_on):
        raise Conflict("两次录入不一致:请核对登记通知书,由首录人更正", code="keyed_differently")
    pledge.certificate_no, pledge.registered_on = pledge.keyed_certificate_no, registered_on
    pledge.confirmed_by = by
    pledge.move("register", by=by, at=at, certificate_no=pledge.certificate_no, registered_on=str(registered_on))
    for row in pledge.assets.select_related("asset").order_by("asset_id"):
        row.from_date = registered_on
        row.save(update_fields=["from_date"])
        row.asset.move("register_pledge", by=by, at=at, pledge=str(pledge))
    return pledge


@use_case(Permission.PLEDGE_REGISTER)
def refuse(*, by: User, at: datetime, pledge_id: int, ground: str) -> Pledge:
    """Record the registry's refusal on one of its grounds. Raises: NotFound; Invalid; IllegalTransition."""
    pledge = _locked(by, pledge_id)
    if ground not in {entry.code for entry in GROUNDS[pledge.registry]}:
        raise Invalid("该登记机构没有这项不予登记事由", fields={"ground": "请从列表中选择"})
    pledge.refusal_ground = ground
    pledge.move("refuse", by=by, at=at, ground=ground)
    return pledge


@use_case(Permission.PLEDGE_FILE)
def file_cancellation(*, by: User, at: datetime, pledge_id: int, reason: str) -> Pledge:
    """Record that the pledgee asked the registry to cancel (debt repaid, realised, waived).

    Raises: NotFound; Invalid without a reason; IllegalTransition.
    """
    pledge = _locked(by, pledge_id)
    if not reason.strip():
        raise Invalid("请写明注销原因", fields={"reason": "如:债务已清偿"})
    pledge.cancellation_filed_on, pledge.cancellation_reason = at.date(), reason.strip()
    pledge.move("file_cancel", by=by, at=at, reason=reason)
    return pledge


@use_case(Permission.PLEDGE_REGISTER)
def confirm_cancellation(*, by: User, at: datetime, pledge_id: int, notice_no: str) -> Pledge:
    """Record the registry's cancellation: the rights are free from that day. Raises: NotFound; IllegalTransition."""
    pledge = _locked(by, pledge_id)
    pledge.cancelled_on = at.date()
    pledge.move("cancel_ok", by=by, at=at, notice_no=notice_no)
    for row in pledge.assets.select_related("asset").order_by("asset_id"):
        row.until_date = at.date()
        row.save(update_fields=["until_date"])
        if row.asset.can("release"):
            row.asset.move("release", by=by, at=at, pledge=str(pledge))
    return pledge


def _signed(by: User, agreement_id: int) -> PledgeAgreement:
    found = queries.agreement(by, agreement_id)
    agreement = PledgeAgreement.objects.select_for_update().select_related("application").get(pk=found.pk)
    if not (agreement.signed_by_borrower_id and agreement.signed_by_lender_id):
        raise Conflict("双方签署后才能申请登记", code="not_signed")
    return agreement


def _locked(by: User, pledge_id: int) -> Pledge:
    queries.pledge(by, pledge_id)
    return Pledge.objects.select_for_update().select_related("agreement").get(pk=pledge_id)


def _precheck(assets: list[IpAsset], on: date, maturity: date) -> None:
    faults = []
    for asset in assets:
        verdict = queries.pledgeability(asset, on, maturity)
        faults += [f"{asset}:{ground.label}" for ground in verdict.grounds]
    if faults:
        raise Invalid("存在不予登记的情形:" + ";".join(faults), code="registry_would_refuse")


def _check_result(pledge: Pledge, certificate_no: str, registered_on: date, today: date) -> None:
    if not certificate_no.strip():
        raise Invalid("请填写登记证书号", fields={"certificate_no": "见质押登记通知书"})
    if pledge.filed_on is None or not pledge.filed_on <= registered_on <= today:
        remedy = f"登记日应在提交日 {pledge.filed_on} 与今天之间"
        raise Invalid(remedy, fields={"registered_on": remedy})
