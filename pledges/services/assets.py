"""Rights are listed, handed in for verification, mended, watched, and end."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from finance_platform.foundation import queries as foundation
from finance_platform.foundation.errors import Conflict, Invalid
from finance_platform.foundation.models import User
from finance_platform.foundation.permissions import Permission
from finance_platform.foundation.use_case import use_case
from pledges import queries
from pledges.models import IpAsset
from pledges.rules import assets as rules
from pledges.rules.pledgeability import ENDED, GROUNDS
from pledges.services import tags

MENDABLE = frozenset({"DRAFT", "RESTRICTED"})


@use_case(Permission.ASSET_MANAGE)
def list_asset(
    *, by: User, at: datetime, kind: str, number: str, title: str, owner_name: str = "",
    co_owners: Sequence[dict[str, Any]] = (), filing_date: date | None = None, grant_date: date | None = None,
    expiry_date: date | None = None, legal_status: str = "unknown", ipc: str = "", nice_classes: str = "",
    goods: str = "", product: str = "", fee_paid_until: date | None = None, state_asset: bool = False,
) -> IpAsset:  # fmt: skip
    """Enter one right in the enterprise's library. `owner_name` names another holder (an affiliate, a natural person)
    who will be the pledgor; by default the enterprise itself holds it.

    Raises: Invalid (kind, number with check digit, dates, status); Conflict (already listed). Writes: asset, tags.
    """
    assert by.organisation is not None
    if kind not in rules.REGISTRY_OF_KIND:
        raise Invalid("没有这种权利类型", fields={"kind": "请从列表中选择"})
    written = rules.right_number(number, kind)
    registry = rules.REGISTRY_OF_KIND[kind]
    asset = _unowned(registry, written.canonical) or IpAsset(
        registry=registry, number=written.canonical, number_kind=written.number_kind, recorded_by=by, recorded_at=at
    )
    asset.kind, asset.owner, asset.owner_name = kind, by.organisation, owner_name.strip() or by.organisation.name
    _set_facts(
        asset, by=by, title=title, co_owners=co_owners, filing_date=filing_date, grant_date=grant_date,
        expiry_date=expiry_date, legal_status=legal_status, ipc=ipc, nice_classes=nice_classes, goods=goods,
        product=product, fee_paid_until=fee_paid_until, state_asset=state_asset,
    )  # fmt: skip
    asset.save()
    tags.propose_for([asset], at=at)
    return asset


@use_case(Permission.ASSET_MANAGE)
def revise(
    *, by: User, at: datetime, asset_id: int, title: str, co_owners: Sequence[dict[str, Any]] = (),
    filing_date: date | None = None, grant_date: date | None = None, expiry_date: date | None = None,
    legal_status: str = "unknown", ipc: str = "", nice_classes: str = "", goods: str = "", product: str = "",
    fee_paid_until: date | None = None, state_asset: bool = False, declared: Sequence[str] = (),
) -> IpAsset:  # fmt: skip
    """Correct what is known of a right that is a draft or restricted; the number itself does not change.

    `declared` holds curable grounds that the parties know of and accept. Raises: NotFound; Conflict (under
    verification or pledged); Invalid. Writes: asset, tags.
    """
    asset = _locked(by, asset_id)
    if asset.state not in MENDABLE:
        raise Conflict(f"当前状态“{asset.state_label}”不能修改:请先由核验人员退回", code="not_mendable")
    _set_facts(
        asset, by=by, title=title, co_owners=co_owners, filing_date=filing_date, grant_date=grant_date,
        expiry_date=expiry_date, legal_status=legal_status, ipc=ipc, nice_classes=nice_classes, goods=goods,
        product=product, fee_paid_until=fee_paid_until, state_asset=state_asset,
    )  # fmt: skip
    asset.declared = _curable(asset.registry, declared)
    asset.save()
    tags.propose_for([asset], at=at)
    return asset


@use_case(Permission.ASSET_MANAGE)
def submit(*, by: User, at: datetime, asset_id: int, document_id: UUID | None = None) -> IpAsset:
    """Hand a right in for verification: a draft for the first time, a restricted one after mending.

    Raises: NotFound; IllegalTransition; Invalid (no title, right plainly ended). Writes: asset.
    """
    asset = _locked(by, asset_id)
    if not asset.title.strip():
        raise Invalid("请先填写权利名称", fields={"title": "与证书一致"})
    if asset.legal_status in ENDED:
        raise Conflict(f"该权利{asset.get_legal_status_display()},不能质押", code="right_ended")
    document = foundation.document(by, document_id) if document_id else None
    event = "cure" if asset.state == "RESTRICTED" else "submit"
    asset.move(event, by=by, at=at, document=document.number if document else "")
    return asset


@use_case(Permission.ASSET_VERIFY)
def restrict(*, by: User, at: datetime, asset_id: int, ground: str, note: str) -> IpAsset:
    """Take a right that was found pledgeable out again because a ground has appeared.

    Raises: NotFound; Invalid (unknown ground, no note); IllegalTransition. Writes: asset.
    """
    asset = _locked(by, asset_id)
    _require_ground(asset, ground, note)
    asset.adverse = sorted({*asset.adverse, ground})
    asset.move("restrict", by=by, at=at, ground=ground, note=note)
    return asset


@use_case(Permission.ASSET_VERIFY)
def end(*, by: User, at: datetime, asset_id: int, legal_status: str, notice_no: str) -> IpAsset:
    """Record that the register shows the right ended, with the number of the public notice.

    Raises: NotFound; Invalid (status, notice); IllegalTransition. Writes: asset.
    """
    asset = _locked(by, asset_id)
    if legal_status not in ENDED or not notice_no.strip():
        raise Invalid("请填写终止情形与公告号", fields={"legal_status": "终止、届满或宣告无效", "notice_no": "必填"})
    asset.legal_status = legal_status
    asset.move("right_ends", by=by, at=at, notice_no=notice_no, legal_status=legal_status)
    return asset


@use_case(Permission.ASSET_WATCH)
def report_adverse(*, by: User, at: datetime, asset_id: int, ground: str, note: str) -> IpAsset:
    """Record an event that lowers a pledged right (fee overdue, invalidation request, lawsuit).

    Raises: NotFound; Invalid; IllegalTransition. Writes: asset.
    """
    asset = _locked(by, asset_id)
    _require_ground(asset, ground, note)
    asset.adverse = sorted({*asset.adverse, ground})
    asset.move("adverse_event", by=by, at=at, ground=ground, note=note)
    return asset


@use_case(Permission.ASSET_WATCH)
def report_cured(*, by: User, at: datetime, asset_id: int, note: str) -> IpAsset:
    """Record that what impaired a pledged right is over, with the receipt or decision.

    Raises: NotFound; Invalid without a note; IllegalTransition. Writes: asset.
    """
    asset = _locked(by, asset_id)
    if not note.strip():
        raise Invalid("请写明收据或决定的编号", fields={"note": "必填"})
    asset.adverse = []
    asset.move("cured", by=by, at=at, note=note)
    return asset


def _locked(by: User, asset_id: int) -> IpAsset:
    return IpAsset.objects.select_for_update().get(pk=queries.asset(by, asset_id).pk)


def _unowned(registry: str, number: str) -> IpAsset | None:
    """Return the draft that came in without an owner under this number, free to be claimed; refuse a taken one."""
    live = IpAsset.objects.select_for_update().filter(registry=registry, number=number).exclude(state="TRANSFERRED")
    found = live.first()
    if found is None or (found.owner_id is None and found.state == "DRAFT"):
        return found
    remedy = "该号码已在平台登记:若权利属于贵单位,请联系受理部门核对"
    raise Conflict(remedy, code="already_listed", fields={"number": remedy})


def _set_facts(
    asset: IpAsset, *, by: User, title: str, co_owners: Sequence[dict[str, Any]], filing_date: date | None,
    grant_date: date | None, expiry_date: date | None, legal_status: str, ipc: str, nice_classes: str, goods: str,
    product: str, fee_paid_until: date | None, state_asset: bool,
) -> None:  # fmt: skip
    if filing_date and grant_date and grant_date < filing_date:
        raise Invalid("授权日早于申请日", fields={"grant_date": "请核对两个日期"})
    expiry_date = expiry_date or rules.statutory_expiry(asset.kind, filing_date, grant_date)
    if expiry_date and grant_date and expiry_date < grant_date:
        raise Invalid("届满日早于授权日", fields={"expiry_date": "请核对两个日期"})
    if legal_status not in IpAsset.LegalStatus.values:
        raise Invalid("没有这种法律状态", fields={"legal_status": "请从列表中选择"})
    asset.title, asset.goods, asset.product = title.strip(), goods.strip(), product.strip()
    asset.filing_date, asset.grant_date, asset.expiry_date = filing_date, grant_date, expiry_date
    asset.legal_status, asset.fee_paid_until, asset.state_asset = legal_status, fee_paid_until, state_asset
    asset.ipc, asset.nice_classes = rules.ipc_symbols(ipc), rules.nice_classes(nice_classes)
    asset.co_owners = [_co_owner(by, owner) for owner in co_owners]


def _co_owner(by: User, owner: dict[str, Any]) -> dict[str, str]:
    """Return a co-owner with the receipt of his consent, if there is one the enterprise may show."""
    consent = owner.get("consent_document")
    document = foundation.document(by, consent) if consent else None
    return {"name": str(owner["name"]), "consent_document": str(document.pk) if document else ""}


def _curable(registry: str, declared: Sequence[str]) -> list[str]:
    known = {entry.code for entry in GROUNDS[registry] if entry.curable}
    if set(declared) - known:
        raise Invalid("只有可声明的事由才能声明", fields={"declared": "同日申请、无效宣告程序中"})
    return sorted(set(declared))


def _require_ground(asset: IpAsset, ground: str, note: str) -> None:
    if ground not in {entry.code for entry in GROUNDS[asset.registry]}:
        raise Invalid("没有这个事由", fields={"ground": "请从登记机构的事由列表中选择"})
    if not note.strip():
        raise Invalid("请写明来源", fields={"note": "必填"})
