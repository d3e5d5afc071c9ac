"""Schemes are drafted by the IP administration, approved by the finance office, and never changed: only followed."""

from datetime import date, datetime
from typing import Any

from django.utils import timezone

from finance_platform.foundation.errors import Conflict, Invalid
from finance_platform.foundation.faults import BadDocument
from finance_platform.foundation.models import User
from finance_platform.foundation.permissions import Permission
from finance_platform.foundation.rules import require_distinct_hands
from finance_platform.foundation.use_case import hands, use_case
from risk_fund.loss_sharing import Scheme as SharingScheme
from risk_fund.loss_sharing import read_scheme
from risk_fund.models import Scheme, SchemeVersion, SharingState
from risk_fund.queries import funds as fund_queries
from risk_fund.queries import schemes as queries
from risk_fund.rules import schemes as rules


@use_case(Permission.SCHEME_DRAFT)
def draft(
    *, by: User, at: datetime, code: str, document: dict[str, Any], legal_basis: str, valid_from: date,
    name: str = "", fund_code: str = "", valid_to: date | None = None, source: str = "", authority: str = "unverified",
) -> SchemeVersion:  # fmt: skip
    """Write the next version of a scheme (the first one needs the name and the fund).

    Raises: Invalid with every fault of the document; Invalid for dates and missing texts.
    Writes: scheme if new, version in DRAFT.
    """
    _check_document(document)
    _check_texts(legal_basis, valid_from, valid_to)
    scheme = _scheme(code.strip(), name.strip(), fund_code)
    last = scheme.versions.order_by("-number").first()
    return SchemeVersion.objects.create(
        scheme=scheme, number=last.number + 1 if last else 1, document=document, legal_basis=legal_basis.strip(),
        source=source.strip(), authority=authority, valid_from=valid_from, valid_to=valid_to, made_by=by,
        made_hands=list(hands()), made_at=at,
    )  # fmt: skip


@use_case(Permission.SCHEME_APPROVE)
def approve(*, by: User, at: datetime, version_id: int) -> SchemeVersion:
    """Put a version in force: new loans get it from its first day on. An older one is retired once that day has come.

    Raises: NotFound; Forbidden if the drafter approves; IllegalTransition; Conflict if the workflow cannot carry the
    scheme, or the new version would begin before the one in force. Writes: version, an empty sharing state.
    """
    version = queries.version(by, version_id, lock=True)
    require_distinct_hands(version.made_hands, hands(), what="方案起草与批准")
    if reason := rules.unsupported(read_scheme(version.document)):
        raise Conflict(reason, code="scheme_unsupported")
    _follow(version, by=by, at=at)
    version.approved_by, version.approved_at = by, at
    version.move("approve", by=by, at=at, valid_from=version.valid_from.isoformat())
    SharingState.objects.create(scheme_version=version, flows={})
    return version


@use_case(Permission.SCHEME_DRAFT)
def discard(*, by: User, at: datetime, version_id: int, reason: str) -> SchemeVersion:
    """Give up a draft. Raises: NotFound; IllegalTransition; Invalid without a reason."""
    version = queries.version(by, version_id, lock=True)
    version.move("discard", by=by, at=at, reason=_reason(reason))
    return version


@use_case(Permission.SCHEME_APPROVE)
def retire(*, by: User, at: datetime, version_id: int, reason: str) -> SchemeVersion:
    """Take a version out of use for new loans; loans under it keep their cover. Raises: NotFound, IllegalTransition."""
    version = queries.version(by, version_id, lock=True)
    version.move("retire", by=by, at=at, reason=_reason(reason))
    return version


def _check_document(document: dict[str, Any]) -> SharingScheme:
    try:
        return read_scheme(document)
    except BadDocument as bad:
        lines = "；".join(f"{fault.pointer or '(全文)'}:{fault.reason}" for fault in bad.faults)
        raise Invalid("分担文件不正确", fields={"document": lines}) from None


def _check_texts(legal_basis: str, valid_from: date, valid_to: date | None) -> None:
    if not legal_basis.strip():
        raise Invalid("请填写法律依据", fields={"legal_basis": "写明文件名称和文号;没有正式文件的示例请注明“示例”"})
    if valid_to is not None and valid_to < valid_from:
        raise Invalid("失效日早于生效日", fields={"valid_to": "须不早于生效日"})


def _scheme(code: str, name: str, fund_code: str) -> Scheme:
    found = Scheme.objects.select_for_update().filter(code=code).first()
    if found is not None:
        return found
    if not (code and name and fund_code):
        raise Invalid("新方案须有代码、名称和所属资金", fields={"name": "必填", "fund_code": "请从列表中选择"})
    return Scheme.objects.create(code=code, name=name, fund=fund_queries.fund(fund_code))


def _follow(version: SchemeVersion, *, by: User, at: datetime) -> None:
    """Retire the versions that the new one replaces."""
    for older in version.scheme.versions.select_for_update().filter(state="APPROVED"):
        if older.valid_from > version.valid_from:
            raise Conflict(f"{older} 自 {older.valid_from} 起生效,晚于新版本:请调整生效日", code="scheme_overlap")
        if version.valid_from <= timezone.localdate(at):
            older.move("retire", by=by, at=at, reason=f"由 {version} 接替")


def _reason(text: str) -> str:
    if not text.strip():
        raise Invalid("请写明原因", fields={"reason": "必填"})
    return text.strip()
