"""Two people verify a right: the first answers every question on a fresh extract, the second decides."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone

from finance_platform.foundation import queries as foundation
from finance_platform.foundation.errors import Conflict, Invalid
from finance_platform.foundation.models import User
from finance_platform.foundation.permissions import Permission
from finance_platform.foundation.rules import require_distinct_hands
from finance_platform.foundation.use_case import hands, use_case
from pledges import queries
from pledges.models import AssetVerification, IpAsset
from pledges.rules import verification as rules
from pledges.rules.pledgeability import GROUNDS


@use_case(Permission.ASSET_VERIFY)
def first_check(
    *, by: User, at: datetime, asset_id: int, findings: Mapping[str, bool], document_id: UUID | None = None,
    extract_date: date | None = None, legal_status: str = "", fee_paid_until: date | None = None,
    expiry_date: date | None = None, note: str = "",
) -> AssetVerification:  # fmt: skip
    """Answer every question of the registry about a right handed in, and what the extract shows of status and days.

    `findings` holds yes (the ground exists) or no for each of `rules.verification.questions`; empty register facts mean
    "as listed". Raises: NotFound; Conflict (not under verification, or a round is open); Invalid. Writes: verification.
    """
    asset = _locked(by, asset_id)
    if asset.state != "VERIFYING":
        raise Conflict(f"当前状态“{asset.state_label}”不在核验中", code="not_under_verification")
    if queries.verification_under_way(asset):
        raise Conflict("已有一人初核,等待另一人复核", code="round_open")
    day = extract_date or timezone.localdate(at)
    rules.require_fresh_extract(day, timezone.localdate(at))
    rules.adverse(asset.registry, findings)
    return AssetVerification.objects.create(
        asset=asset, extract_date=day, document=foundation.document(by, document_id) if document_id else None,
        findings={"answers": dict(findings), "facts": _facts(legal_status, fee_paid_until, expiry_date)},
        note=note, first_by=by, first_hands=list(hands()), first_at=at,
    )  # fmt: skip


@use_case(Permission.ASSET_VERIFY)
def second_check(*, by: User, at: datetime, asset_id: int, ok: bool, ground: str = "") -> IpAsset:
    """Decide as the second person: the right becomes pledgeable, or restricted on a ground.

    Raises: NotFound; Conflict (nothing to decide; passing although a ground exists); Forbidden (same hands); Invalid.
    Writes: verification, asset.
    """
    asset = _locked(by, asset_id)
    waiting = queries.verification_under_way(asset)
    if waiting is None:
        raise Conflict("尚无初核结果可复核", code="no_round_open")
    require_distinct_hands(waiting.first_hands, hands(), what="资产核验")
    _take_over(asset, waiting)
    if ok:
        ground = ""
        _require_pledgeable(asset, timezone.localdate(at))
    else:
        _require_ground(asset, ground)
        asset.adverse = sorted({*asset.adverse, ground})
    waiting.second_by, waiting.second_at, waiting.ok, waiting.ground = by, at, ok, ground
    waiting.save()
    asset.move("verify_ok" if ok else "verify_fail", by=by, at=at, verification=waiting.pk, ground=ground)
    return asset


def _locked(by: User, asset_id: int) -> IpAsset:
    return IpAsset.objects.select_for_update().get(pk=queries.asset(by, asset_id).pk)


def _facts(legal_status: str, fee_paid_until: date | None, expiry_date: date | None) -> dict[str, str]:
    """Return the facts read in the register, as text; only those that were read."""
    if legal_status and legal_status not in IpAsset.LegalStatus.values:
        raise Invalid("没有这种法律状态", fields={"legal_status": "请从列表中选择"})
    facts = {"legal_status": legal_status, "fee_paid_until": fee_paid_until, "expiry_date": expiry_date}
    return {name: str(value) for name, value in facts.items() if value}


def _take_over(asset: IpAsset, verification: AssetVerification) -> None:
    """Let the right carry what the round found: the register's facts and the grounds that exist."""
    facts = verification.findings["facts"]
    asset.legal_status = facts.get("legal_status", asset.legal_status)
    for name in ("fee_paid_until", "expiry_date"):
        if name in facts:
            setattr(asset, name, date.fromisoformat(facts[name]))
    asset.adverse = rules.adverse(asset.registry, verification.findings["answers"])


def _require_pledgeable(asset: IpAsset, on: date) -> None:
    verdict = queries.pledgeability(asset, on)
    if not verdict.ok:
        reasons = [ground.label for ground in verdict.grounds] or ["法律状态未知"]
        raise Conflict(f"不能通过:{'、'.join(reasons)}", code="ground_exists")


def _require_ground(asset: IpAsset, ground: str) -> None:
    if ground not in {entry.code for entry in GROUNDS[asset.registry]}:
        raise Invalid("不通过须写明事由", fields={"ground": "请从登记机构的事由列表中选择"})
