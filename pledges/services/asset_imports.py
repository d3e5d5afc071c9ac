"""Files of rights: previewed row by row, stored once confirmed, the same file taken in only once."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from finance_platform.foundation import queries as foundation
from finance_platform.foundation.errors import Conflict, Forbidden, TooLarge
from finance_platform.foundation.models import Organisation, User
from finance_platform.foundation.permissions import Permission, Role
from finance_platform.foundation.use_case import use_case
from pledges import queries
from pledges.models import AssetImport, IpAsset
from pledges.rules import asset_files
from pledges.rules import asset_imports as rules
from pledges.rules.asset_imports import Finding, Reading, RightRow
from pledges.services import tags

ROWS_SHOWN_MAX = 200
BATCH = 1000


class _Plan:
    """What each good row would do: list a new right, claim one that came in without an owner, or nothing."""

    def __init__(self) -> None:
        self.new: list[RightRow] = []
        self.claimed: list[tuple[RightRow, IpAsset]] = []
        self.unchanged: list[RightRow] = []


Planned = tuple[Reading, _Plan]


@use_case(Permission.ASSET_IMPORT)
def preview(*, by: User, at: datetime, filename: str, data: bytes) -> AssetImport:
    """Read a file for the acting person's enterprise and say what would happen to every row; nothing is listed yet.

    Raises: Invalid (unreadable, no number column); TooLarge. Writes: the file with its report.
    """
    if by.organisation is None or by.organisation.kind != Organisation.Kind.ENTERPRISE:
        raise Forbidden("只有企业可以导入本单位的知识产权")
    return _preview(by, at, filename, data, by.organisation, _plan(data, by.organisation))


@use_case(Permission.ASSET_IMPORT)
def confirm(*, by: User, at: datetime, import_id: int) -> AssetImport:
    """List the good rows of a previewed file. A file confirmed before is answered as the first time.

    Raises: NotFound; Conflict if a number was taken meanwhile. Writes: import, assets, proposed tags.
    """
    seen = queries.asset_import(by, import_id)
    return _confirm(AssetImport.objects.select_for_update().get(pk=seen.pk), by=by, at=at)


@use_case(Permission.ASSET_IMPORT)
def run(*, by: User, at: datetime, filename: str, data: bytes, enterprise_id: int | None) -> AssetImport:
    """Preview and confirm in one go, for an enterprise or, without one, for the owners the file itself names.

    Running the same file twice is the same as once. Raises: as preview and confirm; Forbidden for another's library.
    """
    enterprise = foundation.organisation(enterprise_id) if enterprise_id else None
    if by.role != Role.SYSTEM and enterprise != by.organisation:
        raise Forbidden("只能导入本单位的知识产权")
    done = _done(_sha256(data), enterprise)
    if done:
        return done
    planned = _plan(data, enterprise)
    return _confirm(_preview(by, at, filename, data, enterprise, planned), by=by, at=at, planned=planned)


def _preview(
    by: User, at: datetime, filename: str, data: bytes, enterprise: Organisation | None, planned: Planned
) -> AssetImport:
    reading, plan = planned
    return AssetImport.objects.create(
        enterprise=enterprise, filename=filename[:200], sha256=_sha256(data), data=data, rows=reading.rows,
        refused=reading.refused, unchanged=len(plan.unchanged), report=_report(reading, plan, by, at, enterprise),
        previewed_by=by, previewed_at=at,
    )  # fmt: skip


def _confirm(batch: AssetImport, *, by: User, at: datetime, planned: Planned | None = None) -> AssetImport:
    if batch.confirmed_at:
        return batch
    if done := _done(batch.sha256, batch.enterprise):
        return done
    reading, plan = planned or _plan(bytes(batch.data), batch.enterprise)
    assets = [_asset(right, batch, by, at) for right in plan.new]
    try:
        with transaction.atomic():
            IpAsset.objects.bulk_create(assets, batch_size=BATCH)
    except IntegrityError:
        raise Conflict("有号码刚被他人登记:请重新预览后再确认", code="taken_meanwhile") from None
    claimed = _claim(plan.claimed, batch)
    tags.propose_for([*assets, *claimed], at=at)
    if planned is None:
        batch.report = _report(reading, plan, by, at, batch.enterprise)
    batch.stored, batch.unchanged = len(assets) + len(claimed), len(plan.unchanged)
    batch.refused, batch.confirmed_by, batch.confirmed_at = reading.refused, by, at
    batch.save()
    return batch


def _done(sha256: str, enterprise: Organisation | None) -> AssetImport | None:
    return AssetImport.objects.filter(sha256=sha256, enterprise=enterprise, confirmed_at__isnull=False).first()


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _plan(data: bytes, enterprise: Organisation | None) -> Planned:
    """Read a file and hold it against what is listed; rights of others become findings."""
    if len(data) > settings.UPLOAD_BYTES_MAX:
        raise TooLarge(f"文件超过 {settings.UPLOAD_BYTES_MAX // 1024 // 1024} MB:请拆分后导入")
    reading = rules.read(asset_files.read(data), enterprise.name if enterprise else None)
    listed, plan = _listed(reading.rights), _Plan()
    for right in reading.rights:
        found = listed.get(right.key)
        if found is None:
            plan.new.append(right)
        elif enterprise is None or found.owner_id == enterprise.pk:
            plan.unchanged.append(right)
        elif found.owner_id is None and found.state == "DRAFT":
            plan.claimed.append((right, found))
        else:
            reason = "该号码已由其他单位登记:若权利属于贵单位,请联系受理部门核对"
            reading.findings.append(Finding(right.row, "号码", right.number, reason, code="already_listed"))
    return reading, plan


def _listed(rights: Iterable[RightRow]) -> dict[tuple[str, str], IpAsset]:
    """Return the live rights listed under these numbers; a publication number finds the application it belongs to."""
    numbers = [right.number for right in rights]
    live = IpAsset.objects.exclude(state="TRANSFERRED").only(
        "registry", "number", "publication_number", "owner", "state"
    )
    found = {(asset.registry, asset.publication_number): asset for asset in live.filter(publication_number__in=numbers)}
    return found | {(asset.registry, asset.number): asset for asset in live.filter(number__in=numbers)}


def _asset(right: RightRow, batch: AssetImport, by: User, at: datetime) -> IpAsset:
    return IpAsset(
        kind=right.kind, registry=right.key[0], number=right.number, number_kind=right.number_kind,
        publication_number=right.publication_number, title=right.title, owner=batch.enterprise,
        owner_name=right.owner_name, co_owners=[{"name": n, "consent_document": ""} for n in right.co_owner_names],
        filing_date=right.filing_date, grant_date=right.grant_date, expiry_date=right.expiry_date,
        legal_status=right.legal_status, ipc=list(right.ipc), nice_classes=list(right.nice_classes), goods=right.goods,
        product=right.product, fee_paid_until=right.fee_paid_until, source="import",
        import_batch=batch if batch.pk else None, recorded_by=by, recorded_at=at,
    )  # fmt: skip


def _claim(claimed: Iterable[tuple[RightRow, IpAsset]], batch: AssetImport) -> list[IpAsset]:
    """Give rights that came in without an owner to the enterprise whose file names them."""
    if batch.enterprise is None:
        return []
    keys = [asset.pk for _, asset in claimed]
    free = IpAsset.objects.filter(pk__in=keys, owner=None)
    free.update(owner=batch.enterprise, owner_name=batch.enterprise.name)
    return list(IpAsset.objects.filter(pk__in=keys))


def _report(reading: Reading, plan: _Plan, by: User, at: datetime, enterprise: Organisation | None) -> dict[str, Any]:
    """Return what the preview page and the command print."""
    rows = [*plan.new, *(right for right, _ in plan.claimed), *plan.unchanged]
    sample = AssetImport(enterprise=enterprise)
    pledgeable, against = queries.pledgeable_count(
        (_asset(right, sample, by, at) for right in rows), timezone.localdate(at)
    )
    return {
        "columns": sorted(reading.columns),
        "findings": [asdict(finding) for finding in sorted(reading.findings, key=lambda f: f.row)],
        "kinds": Counter(right.kind for right in rows),
        "statuses": Counter(right.legal_status for right in rows),
        "pledgeable": pledgeable,
        "against": against,
        "on": timezone.localdate(at).isoformat(),
        "sample": _sample(reading, plan),
    }


def _sample(reading: Reading, plan: _Plan) -> list[dict[str, Any]]:
    """Return the first rows as they would come in, with their outcome."""
    bad = {finding.row for finding in reading.findings if finding.level == "error"}
    outcome = {right.row: "unchanged" for right in plan.unchanged}
    return [
        {"row": right.row, "kind": right.kind, "number": right.number, "title": right.title,
         "legal_status": right.legal_status, "expiry_date": str(right.expiry_date or ""),
         "outcome": "refused" if right.row in bad else outcome.get(right.row, "new")}
        for right in reading.rights[:ROWS_SHOWN_MAX]
    ]  # fmt: skip
