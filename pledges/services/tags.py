"""Policy tags: proposed by rule, decided by a person."""

from collections.abc import Iterable
from datetime import datetime

from finance_platform.foundation.errors import Invalid, NotFound
from finance_platform.foundation.models import User
from finance_platform.foundation.permissions import Permission
from finance_platform.foundation.use_case import use_case
from pledges import queries
from pledges.models import AssetTag, IpAsset
from pledges.rules import tags as rules


@use_case(Permission.ASSET_TAG)
def propose(*, by: User, at: datetime, asset_id: int) -> list[AssetTag]:
    """Propose the tags that the rules in force find for a right; those already proposed stay as they are.

    Raises: NotFound. Writes: proposed tags. Returns all tags of the right.
    """
    asset = queries.asset(by, asset_id)
    propose_for([asset], at=at)
    return list(asset.tags.order_by("id"))


@use_case(Permission.ASSET_TAG)
def decide(*, by: User, at: datetime, tag_id: int, confirm: bool, reason: str = "") -> AssetTag:
    """Confirm a proposed tag, or reject it with a reason.

    Raises: NotFound; Invalid (rejected without a reason); IllegalTransition (already decided). Writes: the tag.
    """
    visible = queries.tags_visible_to(by).filter(pk=tag_id).exists()
    tag = AssetTag.objects.select_for_update().filter(pk=tag_id).first() if visible else None
    if tag is None:
        raise NotFound("没有这个标签")
    if not confirm and not reason.strip():
        raise Invalid("不认定须写明理由", fields={"reason": "必填"})
    tag.decided_by, tag.decided_at, tag.reason = by, at, reason.strip()
    tag.move("confirm" if confirm else "reject", by=by, at=at, reason=tag.reason, hit=tag.rule_hit)
    return tag


def propose_for(assets: Iterable[IpAsset], *, at: datetime) -> int:
    """Write the proposals for many rights inside a use case that has already decided them; returns how many."""
    rows = [
        AssetTag(
            asset=asset, taxonomy=hit.taxonomy, code=hit.code, label=hit.label, rule_version=hit.rule_version,
            rule_hit=hit.rule_hit, proposed_at=at,
        )
        for asset in assets
        for hit in rules.proposals(asset.ipc, f"{asset.title} {asset.product}")
    ]  # fmt: skip
    AssetTag.objects.bulk_create(rows, batch_size=1000, ignore_conflicts=True)
    return len(rows)
