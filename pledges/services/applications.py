"""Applications: drafted, handed in, taken in and published by the prefecture's office, withdrawn, refused, expired.

What banks do with them afterwards stands in `awards`, whose functions are offered here too.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from finance_platform.foundation import queries as foundation
from finance_platform.foundation.errors import Conflict, Invalid, NotFound
from finance_platform.foundation.models import User
from finance_platform.foundation.permissions import Permission
from finance_platform.foundation.services import documents, numbers
from finance_platform.foundation.use_case import use_case
from pledges import queries
from pledges.models import Application, ApplicationDocument, Pledgor
from pledges.rules import applications as rules
from pledges.services import dossiers, pools
from pledges.services.awards import approve, decline, mark_disbursed, match, start_diligence

__all__ = [
    "accept", "add_pledgor", "approve", "attach", "decline", "draft", "expire", "mark_disbursed", "match", "reject",
    "remove_pledgor", "resubmit", "return_for_completion", "revise", "start_diligence", "submit", "withdraw",
]  # fmt: skip

OPEN_TO_CHANGE = frozenset({"DRAFT", "RETURNED"})
DEADLINE_DAYS_MAX = 60


@use_case(Permission.APPLICATION_MANAGE)
def draft(
    *, by: User, at: datetime, amount_fen: int, term_months: int, purpose: str, purpose_code: str, repayment: str,
    asset_ids: Sequence[int] = (), pledgors: Sequence[dict[str, Any]] = (), bank_ids: Sequence[int] = (),
    consents: Sequence[str] = (),
) -> Application:  # fmt: skip
    """Begin an application. `pledgors` names third parties, each with `kind`, `name`, `relation`, `asset_ids`,
    `consent_document_id` and `organisation_id` or `id_number`; the other rights are pledged by the borrower.

    Raises: Invalid; NotFound (asset, document). Writes: application with its number, pledgors, pool.
    """
    assert by.organisation is not None
    application = Application(
        number=numbers.take("RZ", timezone.localdate(at).year), enterprise=by.organisation, drafted_by=by,
        drafted_at=at, region=foundation.prefecture_of(by.organisation.region), fictional=by.organisation.fictional,
    )  # fmt: skip
    _set_terms(application, amount_fen, term_months, purpose, purpose_code, repayment, bank_ids, consents, by, at)
    application.save()
    pools.replace(application, by=by, asset_ids=asset_ids, pledgors=pledgors)
    return application


@use_case(Permission.APPLICATION_MANAGE)
def revise(
    *, by: User, at: datetime, application_id: int, amount_fen: int, term_months: int, purpose: str,
    purpose_code: str, repayment: str, asset_ids: Sequence[int] = (), pledgors: Sequence[dict[str, Any]] | None = None,
    bank_ids: Sequence[int] = (), consents: Sequence[str] = (),
) -> Application:  # fmt: skip
    """Replace what a draft or returned application says; without `pledgors` the third parties stay.

    Raises: NotFound, Conflict, Invalid. Writes: as draft.
    """
    application = _open_to_change(by, application_id)
    _set_terms(application, amount_fen, term_months, purpose, purpose_code, repayment, bank_ids, consents, by, at)
    application.save()
    pools.replace(application, by=by, asset_ids=asset_ids, pledgors=pledgors)
    return application


@use_case(Permission.APPLICATION_MANAGE)
def add_pledgor(
    *, by: User, at: datetime, application_id: int, kind: str, name: str, asset_ids: Sequence[int],
    consent_document_id: UUID | None, relation: str = "", id_number: str = "", organisation_id: int | None = None,
) -> Pledgor:  # fmt: skip
    """Let a third party (an organisation or a natural person) pledge rights of his own for the borrower.

    Of a person's identity number only a keyed digest is kept. Raises: NotFound, Conflict, Invalid.
    Writes: pledgor, pool.
    """
    application = _open_to_change(by, application_id)
    entry: dict[str, Any] = {
        "kind": kind,
        "name": name,
        "relation": relation,
        "id_number": id_number,
        "asset_ids": asset_ids,
    }
    entry |= {"consent_document_id": consent_document_id, "organisation_id": organisation_id}
    return pools.add(application, by=by, entry=entry)


@use_case(Permission.APPLICATION_MANAGE)
def remove_pledgor(*, by: User, at: datetime, application_id: int, pledgor_id: int) -> Application:
    """Take a third party and his rights out of a draft. Raises: NotFound, Conflict. Writes: pledgor, pool."""
    application = _open_to_change(by, application_id)
    pledgor = application.pledgors.exclude(kind="borrower").filter(pk=pledgor_id).first()
    if pledgor is None:
        raise NotFound("没有这位出质人")
    pledgor.assets.all().delete()
    pledgor.delete()
    return application


@use_case(Permission.APPLICATION_MANAGE)
def attach(
    *, by: User, at: datetime, application_id: int, kind: str, filename: str, data: bytes
) -> ApplicationDocument:
    """Keep a paper of an application that is a draft or returned; its receipt is the document's number and SHA-256.

    A newer paper of the same kind stands beside the older one. Raises: NotFound, Conflict, Invalid, TooLarge.
    Writes: document, paper.
    """
    application = _open_to_change(by, application_id)
    if kind not in rules.PAPER_KINDS:
        raise Invalid("没有这种材料", fields={"kind": "请从清单中选择"})
    document = documents.store(by=by, at=at, kind=kind, filename=filename, data=data, subject=application.number)
    same = application.papers.filter(document__sha256=document.sha256, kind=kind).select_related("document").first()
    if same:
        raise Conflict(f"内容与已上传的 {same.document.number} 完全相同:无需重复上传", code="same_content")
    return ApplicationDocument.objects.create(
        application=application, document=document, kind=kind, attached_by=by, attached_at=at
    )


@use_case(Permission.APPLICATION_MANAGE)
def submit(*, by: User, at: datetime, application_id: int) -> Application:
    """Hand an application in: the chosen banks' dossiers are prepared (still closed), the papers go to the office.

    Raises: NotFound; Conflict (not a draft); Invalid naming each task that is incomplete. Writes: application,
    dossiers, document shares.
    """
    application = _locked(by, application_id)
    _require_complete(application)
    application.submitted_at = at
    application.move("submit", by=by, at=at, consents=sorted(application.consents))
    _hand_over(application, by, at)
    return application


@use_case(Permission.APPLICATION_MANAGE)
def resubmit(*, by: User, at: datetime, application_id: int) -> Application:
    """Hand a returned application in again, within its time. Raises: as submit; Conflict after the time is over."""
    application = _locked(by, application_id)
    if application.complete_by and timezone.localdate(at) > application.complete_by:
        raise Conflict(f"补正期限 {application.complete_by} 已过:请撤回后重新申请", code="completion_overdue")
    _require_complete(application)
    application.submitted_at = at
    application.move("resubmit", by=by, at=at)
    _hand_over(application, by, at)
    return application


@use_case(Permission.APPLICATION_MANAGE)
def withdraw(*, by: User, at: datetime, application_id: int, reason: str) -> Application:
    """Take an application back before contracts are signed; every dossier closes.

    Cover that was reserved for it is let go by the upper use case that knows the fund, which the doors call.
    Raises: NotFound; Invalid without a reason; IllegalTransition. Writes: application, dossiers.
    """
    application = _locked(by, application_id)
    application.closing_reason = _reason(reason)
    application.move("withdraw", by=by, at=at, reason=application.closing_reason)
    dossiers.close_all(application, at=at, because="withdrawn")
    return application


@use_case(Permission.APPLICATION_ACCEPT)
def return_for_completion(*, by: User, at: datetime, application_id: int, missing: Sequence[str]) -> Application:
    """Send an application back with the whole list of what is missing; once only.

    Raises: NotFound; Invalid (empty list); Conflict (returned before). Writes: application.
    """
    application = _locked(by, application_id)
    items = [item.strip() for item in missing if item.strip()]
    if not items:
        raise Invalid("请列出全部需补正的内容", fields={"missing": "每行一项"})
    if application.returned_at:
        raise Conflict("已一次性告知补正内容,不能再次退回:请受理或不予受理", code="returned_before")
    application.missing, application.returned_at = items, at
    application.complete_by = timezone.localdate(at) + timedelta(days=rules.COMPLETION_DAYS)
    application.move("return_for_completion", by=by, at=at, missing=items)
    return application


@use_case(Permission.APPLICATION_ACCEPT)
def accept(*, by: User, at: datetime, application_id: int, offer_deadline: datetime) -> Application:
    """Take an application in: it is published, and the dossiers open to the banks the borrower chose.

    Raises: NotFound; Invalid (deadline); IllegalTransition. Writes: application, dossiers, document shares.
    """
    application = _locked(by, application_id)
    if not at < offer_deadline <= at + timedelta(days=DEADLINE_DAYS_MAX):
        remedy = f"报价截止须晚于现在,且不超过 {DEADLINE_DAYS_MAX} 天"
        raise Invalid(remedy, fields={"offer_deadline": remedy})
    application.accepted_at, application.offer_deadline = at, offer_deadline
    application.move("accept", by=by, at=at, offer_deadline=str(offer_deadline))
    dossiers.open_all(application, by=by, at=at)
    return application


@use_case(Permission.APPLICATION_ACCEPT)
def reject(*, by: User, at: datetime, application_id: int, reason: str) -> Application:
    """Refuse an application that can never qualify, with the reason and the way to object.

    Raises: NotFound; Invalid without a reason; IllegalTransition. Writes: application, dossiers.
    """
    application = _locked(by, application_id)
    application.closing_reason = _reason(reason)
    refusal = {"by": str(by.organisation), "code": "ineligible", "reason": application.closing_reason}
    application.refusals = [*application.refusals, refusal | {"on": str(timezone.localdate(at))}]
    application.move("reject", by=by, at=at, reason=application.closing_reason)
    dossiers.close_all(application, at=at, because="ended")
    return application


@use_case(Permission.DAY_END)
def expire(*, by: User, at: datetime, application_id: int, reason: str) -> Application:
    """Let an application lapse whose time is over, cover as in withdraw. Raises: NotFound, IllegalTransition."""
    application = _locked(by, application_id)
    application.closing_reason = _reason(reason)
    application.move("expire", by=by, at=at, reason=application.closing_reason)
    dossiers.close_all(application, at=at, because="ended")
    return application


def _locked(by: User, application_id: int) -> Application:
    return Application.objects.select_for_update().get(pk=queries.application(by, application_id).pk)


def _open_to_change(by: User, application_id: int) -> Application:
    application = _locked(by, application_id)
    if application.state not in OPEN_TO_CHANGE:
        raise Conflict(f"当前状态“{application.state_label}”不能修改申请", code="not_open_to_change")
    return application


def _set_terms(
    application: Application, amount_fen: int, term_months: int, purpose: str, purpose_code: str, repayment: str,
    bank_ids: Sequence[int], consents: Sequence[str], by: User, at: datetime,
) -> None:  # fmt: skip
    faults = {
        "amount_fen": "" if amount_fen > 0 else "申请金额须大于零",
        "term_months": "" if 1 <= term_months <= rules.TERM_MONTHS_MAX else f"期限为 1 至 {rules.TERM_MONTHS_MAX} 个月",
        "purpose": "" if purpose.strip() else "请写明资金用途",
        "purpose_code": "" if purpose_code in rules.PURPOSES else "请从列表中选择用途分类",
        "repayment": "" if repayment in Application.Repayment.values else "请从列表中选择还款方式",
        "bank_ids": "" if set(bank_ids) <= {bank.pk for bank in queries.banks()} else "请从列表中选择银行",
        "consents": "" if set(consents) <= set(rules.CONSENTS) else "请从列表中勾选授权与承诺",
    }
    if faults := {name: remedy for name, remedy in faults.items() if remedy}:
        raise Invalid(";".join(faults.values()), fields=faults)
    application.amount_fen, application.term_months = amount_fen, term_months
    application.purpose, application.purpose_code, application.repayment = purpose.strip(), purpose_code, repayment
    application.bank_ids = list(dict.fromkeys(bank_ids))
    given = application.consents
    application.consents = {key: given.get(key) or {"at": at.isoformat(), "by": by.pk} for key in consents}


def _require_complete(application: Application) -> None:
    if lacking := queries.missing(application):
        raise Invalid("申请尚未填写完整:" + ";".join(lacking.values()), code="incomplete", fields=lacking)


def _hand_over(application: Application, by: User, at: datetime) -> None:
    """Prepare the dossiers the borrower consents to, and let the prefecture's office read the papers."""
    dossiers.prepare_all(application, by=by, at=at)
    for paper in application.papers.select_related("document"):
        for office in queries.intake_offices(application.region_id):
            documents.open_to(paper.document, office, by=by, at=at)


def _reason(text: str) -> str:
    if not text.strip():
        raise Invalid("请写明理由", fields={"reason": "必填"})
    return text.strip()[:500]
