"""Pledge registrations: filed per registry, the result keyed by one person and confirmed by another.

The platform records what the registry decided; it registers nothing itself. The pledge exists from registration
(民法典 444), and cover is derived from that day.
"""

from datetime import date, datetime

from django.utils import timezone

from finance_platform.foundation import rules as shared
from finance_platform.foundation.errors import Conflict, Invalid
from finance_platform.foundation.models import User
from finance_platform.foundation.permissions import Permission
from finance_platform.foundation.use_case import hands, use_case
from pledges import queries
from pledges.models import IpAsset, Pledge, PledgeAgreement, PledgedAsset
from pledges.rules.agreements import check_cancellation
from pledges.rules.evidence import number_on_paper
from pledges.rules.evidence import reason as required_reason
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
    today = timezone.localdate(at)
    assets = list(
        IpAsset.objects.select_for_update()
        .filter(pools__application=agreement.application_id, registry=registry)
        .order_by("pk")
    )
    if not assets:
        raise Invalid("质押标的中没有该登记机构的权利", fields={"registry": "请选择标的所属的登记机构"})
    if queries.live_pledges(agreement).filter(registry=registry).exists():
        raise Conflict("已提交登记", code="already_filed")
    _precheck(assets, today, agreement.maturity)
    receipt = _receipt_no(receipt_no)
    pledge = Pledge.objects.create(agreement=agreement, registry=registry, prepared_at=at, filing_receipt=receipt)
    PledgedAsset.objects.bulk_create(
        PledgedAsset(pledge=pledge, asset=asset, ranked=registry in REGISTRIES_WITH_RANK) for asset in assets
    )
    pledge.filed_on = today
    pledge.move("file", by=by, at=at, receipt=receipt)
    return pledge


@use_case(Permission.PLEDGE_REGISTER)
def key_result(*, by: User, at: datetime, pledge_id: int, certificate_no: str, registered_on: date) -> Pledge:
    """Key the registry's certificate as the first person; nothing counts until a second person keys the same.

    Raises: NotFound; Conflict (not filed, certificate known); Invalid (number, date). Writes: what was keyed.
    """
    pledge = _locked(by, pledge_id)
    if not pledge.can("register"):
        raise Conflict("登记申请未在办理中,不能录入结果", code="not_filed")
    certificate = _certificate(pledge, certificate_no)
    _require_day(pledge, registered_on, timezone.localdate(at))
    pledge.keyed_by, pledge.keyed_hands = by, list(hands())
    pledge.keyed_certificate_no, pledge.keyed_registered_on = certificate, registered_on
    pledge.save()
    return pledge


@use_case(Permission.PLEDGE_REGISTER)
def confirm_result(*, by: User, at: datetime, pledge_id: int, certificate_no: str, registered_on: date) -> Pledge:
    """Key the same certificate as the second person: the pledge is registered and its rights are pledged.

    Raises: NotFound; Conflict (nothing keyed, the two differ, a right is not free); Forbidden (same hands).
    Writes: pledge, rights.
    """
    pledge = _locked(by, pledge_id)
    if pledge.keyed_by_id is None:
        raise Conflict("请先由另一人首录", code="not_keyed")
    shared.require_distinct_hands(pledge.keyed_hands, hands(), what="登记结果录入")
    certificate = _certificate(pledge, certificate_no)
    if (pledge.keyed_certificate_no, pledge.keyed_registered_on) != (certificate, registered_on):
        raise Conflict("两次录入不一致:请核对登记通知书,由首录人更正", code="keyed_differently")
    assets = _locked_assets(pledge)
    _require_free(pledge, assets, registered_on)
    pledge.certificate_no, pledge.registered_on, pledge.confirmed_by = certificate, registered_on, by
    pledge.move("register", by=by, at=at, certificate_no=certificate, registered_on=str(registered_on))
    pledge.assets.update(from_date=registered_on)
    for asset in assets:
        asset.move("register_pledge", by=by, at=at, pledge=str(pledge))
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


@use_case(Permission.PLEDGE_REGISTER)
def ask_correction(*, by: User, at: datetime, pledge_id: int, notice: str) -> Pledge:
    """Record that the registry sent the papers back to be mended; what was keyed no longer counts.

    Raises: NotFound; Invalid without the notice; IllegalTransition. Writes: pledge.
    """
    pledge = _locked(by, pledge_id)
    found = required_reason(notice, field="notice", label="补正通知内容")
    pledge.keyed_by, pledge.keyed_hands, pledge.keyed_certificate_no, pledge.keyed_registered_on = None, [], "", None
    pledge.move("correct", by=by, at=at, notice=found)
    return pledge


@use_case(Permission.PLEDGE_FILE)
def refile(*, by: User, at: datetime, pledge_id: int, receipt_no: str = "") -> Pledge:
    """Record that mended papers were handed in; the rights are checked again.

    Raises: NotFound; Invalid (a ground stands); IllegalTransition. Writes: pledge.
    """
    pledge = _locked(by, pledge_id)
    _precheck(_locked_assets(pledge), timezone.localdate(at), pledge.agreement.maturity)
    pledge.filing_receipt = _receipt_no(receipt_no) or pledge.filing_receipt
    pledge.filed_on = timezone.localdate(at)
    pledge.move("refile", by=by, at=at, receipt=pledge.filing_receipt)
    return pledge


@use_case(Permission.PLEDGE_FILE)
def withdraw(*, by: User, at: datetime, pledge_id: int, reason: str) -> Pledge:
    """Record that the parties took their filing back before it was decided; it may be filed anew.

    Raises: NotFound; Invalid without a reason; IllegalTransition. Writes: pledge.
    """
    pledge = _locked(by, pledge_id)
    pledge.move("withdraw", by=by, at=at, reason=required_reason(reason, field="reason", label="撤回原因"))
    return pledge


@use_case(Permission.PLEDGE_FILE)
def file_cancellation(*, by: User, at: datetime, pledge_id: int, ground: str, note: str = "") -> Pledge:
    """Record that the pledgee asked the registry to cancel, on a ground that the loan's own record bears out.

    Raises: NotFound; Invalid (ground, note); Conflict (debt not settled, nothing sold); IllegalTransition.
    Writes: pledge.
    """
    pledge = _locked(by, pledge_id)
    loan = queries.loan_of(pledge.agreement.application_id)
    sold = pledge.disposals.filter(state="SETTLED").exists()
    why = check_cancellation(ground, note, loan_state=loan and loan.state, sold=sold)
    pledge.cancellation_reason = required_reason(why, field="note", label="注销原因")
    pledge.cancellation_filed_on = timezone.localdate(at)
    pledge.move("file_cancel", by=by, at=at, reason=pledge.cancellation_reason)
    return pledge


@use_case(Permission.PLEDGE_REGISTER)
def confirm_cancellation(
    *, by: User, at: datetime, pledge_id: int, notice_no: str, cancelled_on: date | None = None
) -> Pledge:
    """Record the registry's cancellation: the rights are free from that day (by default today).

    Raises: NotFound; Invalid (number, date); IllegalTransition. Writes: pledge, rights.
    """
    pledge = _locked(by, pledge_id)
    today = timezone.localdate(at)
    day, notice = cancelled_on or today, number_on_paper(notice_no, field="notice_no", label="注销通知书号")
    if pledge.cancellation_filed_on and not pledge.cancellation_filed_on <= day <= today:
        remedy = f"注销日应在提交日 {pledge.cancellation_filed_on} 与今天之间"
        raise Invalid(remedy, fields={"cancelled_on": remedy})
    pledge.cancelled_on = day
    pledge.move("cancel_ok", by=by, at=at, notice_no=notice)
    _free(pledge, day, by=by, at=at)
    return pledge


@use_case(Permission.PLEDGE_REGISTER)
def revoke(*, by: User, at: datetime, pledge_id: int, notice_no: str) -> Pledge:
    """Record that the registry revoked the registration (false papers, contract void): no cover ever began.

    Raises: NotFound; Invalid without the notice; IllegalTransition. Writes: pledge, rights.
    """
    pledge = _locked(by, pledge_id)
    pledge.move("revoke", by=by, at=at, notice_no=number_on_paper(notice_no, field="notice_no", label="撤销通知书号"))
    _free(pledge, timezone.localdate(at), by=by, at=at)
    return pledge


def _signed(by: User, agreement_id: int) -> PledgeAgreement:
    found = queries.agreement(by, agreement_id)
    agreement = PledgeAgreement.objects.select_for_update(of=("self",)).select_related("application").get(pk=found.pk)
    if not (agreement.signed_by_borrower_id and agreement.signed_by_lender_id):
        raise Conflict("双方签署后才能申请登记", code="not_signed")
    return agreement


def _locked(by: User, pledge_id: int) -> Pledge:
    queries.pledge(by, pledge_id)
    return Pledge.objects.select_for_update(of=("self",)).select_related("agreement").get(pk=pledge_id)


def _locked_assets(pledge: Pledge) -> list[IpAsset]:
    return list(IpAsset.objects.select_for_update().filter(pledges__pledge=pledge).order_by("pk"))


def _precheck(assets: list[IpAsset], on: date, maturity: date) -> None:
    faults = []
    for asset in assets:
        verdict = queries.pledgeability(asset, on, maturity)
        faults += [f"{asset}:{ground.label}" for ground in verdict.grounds]
        if not verdict.grounds and not (verdict.ok and asset.can("register_pledge")):
            faults.append(f"{asset}:当前“{asset.state_label}”或法律状态不明,请先核验")
    if faults:
        raise Invalid("存在不予登记的情形:" + ";".join(faults), code="registry_would_refuse")


def _receipt_no(text: str) -> str:
    return number_on_paper(text, field="receipt_no", label="受理回执号") if text.strip() else ""


def _certificate(pledge: Pledge, text: str) -> str:
    certificate = number_on_paper(text, field="certificate_no", label="登记证书号")
    if Pledge.objects.filter(registry=pledge.registry, certificate_no=certificate).exclude(pk=pledge.pk).exists():
        raise Conflict("该登记证书号已用于另一项质押:请核对登记通知书", code="certificate_known")
    return certificate


def _require_day(pledge: Pledge, registered_on: date, today: date) -> None:
    if pledge.filed_on is None or not pledge.filed_on <= registered_on <= today:
        remedy = f"登记日应在提交日 {pledge.filed_on} 与今天之间"
        raise Invalid(remedy, fields={"registered_on": remedy})


def _require_free(pledge: Pledge, assets: list[IpAsset], registered_on: date) -> None:
    """Refuse rights that may not be pledged now, or that stood under another pledge on that day; the database too."""
    others = PledgedAsset.objects.filter(asset__in=assets, ranked=False, from_date__isnull=False).exclude(pledge=pledge)
    held = others.exclude(until_date__lte=registered_on).values_list("asset_id", flat=True)
    if blocked := [str(asset) for asset in assets if asset.pk in held or not asset.can("register_pledge")]:
        raise Conflict("以下权利已在另一项质押之下或当前不可质押:" + "、".join(blocked), code="right_not_free")


def _free(pledge: Pledge, day: date, *, by: User, at: datetime) -> None:
    """The rights stand under the pledge no longer; those already sold or ended keep the day they left."""
    pledge.assets.filter(until_date=None).update(until_date=day)
    for asset in _locked_assets(pledge):
        if asset.can("release"):
            asset.move("release", by=by, at=at, pledge=str(pledge))
