"""The pledge agreement: prepared by the lender, signed by both sides; the hashes of what was signed are kept."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from finance_platform.foundation import queries as foundation
from finance_platform.foundation.errors import Conflict, Forbidden, Invalid, NotFound
from finance_platform.foundation.models import Document, Organisation, User
from finance_platform.foundation.permissions import Permission
from finance_platform.foundation.services import documents, numbers
from finance_platform.foundation.use_case import use_case
from pledges import queries
from pledges.models import Application, PledgeAgreement, Pledgee
from pledges.rules import agreements as rules
from pledges.rules.evidence import reason as required_reason
from pledges.services import dossiers


@use_case(Permission.CONTRACT_SIGN)
def prepare(
    *,
    by: User,
    at: datetime,
    application_id: int,
    secured_amount_fen: int,
    maturity: date,
    contract_document_id: UUID,
    loan_contract_document_id: UUID,
    kind: str = "ordinary",
    pledgees: list[dict[str, Any]] | None = None,
) -> PledgeAgreement:
    """Lay the contracts of an approved application before both sides, as the bank that won it.

    `pledgees`: [{"organisation_id", "role", "share"}]; without it the bank is the sole pledgee.
    Raises: NotFound; Forbidden (not the lender); Conflict (state, already there); Invalid. Writes: agreement, pledgees.
    """
    application = _locked(by, application_id)
    lender = by.organisation
    if lender is None or application.lender != lender:
        raise Forbidden("合同由中选银行准备")
    if application.state != "APPROVED":
        raise Conflict("授信批准后才能准备合同", code="not_approved")
    if queries.agreement_of(application.pk) is not None:
        raise Conflict("合同已准备:请直接签署", code="already_prepared")
    _check(secured_amount_fen, maturity, kind, timezone.localdate(at))
    contract, loan_contract = (_paper(by, application, pk) for pk in (contract_document_id, loan_contract_document_id))
    holders = _holders(pledgees or [{"organisation_id": lender.pk, "role": "sole"}], lender)
    agreement = PledgeAgreement.objects.create(
        application=application, number=numbers.take("ZY", timezone.localdate(at).year), kind=kind, lender=lender,
        secured_amount_fen=secured_amount_fen, maturity=maturity, contract_document=contract,
        loan_contract_document=loan_contract, contract_sha256=contract.sha256,
        loan_contract_sha256=loan_contract.sha256, prepared_by=by, prepared_at=at,
    )  # fmt: skip
    for document in (contract, loan_contract):
        documents.open_to(document, application.enterprise, by=by, at=at)
    for holder in holders:
        holder.agreement = agreement
        holder.save()
    return agreement


@use_case(Permission.CONTRACT_SIGN)
def sign(*, by: User, at: datetime, agreement_id: int) -> PledgeAgreement:
    """Sign for one's side; the second signature makes the application CONTRACTED.

    Raises: NotFound; Forbidden (neither side); Conflict (already signed, application withdrawn meanwhile).
    Writes: the signature, perhaps the application's state.
    """
    application_id = queries.agreement(by, agreement_id).application_id
    application = Application.objects.select_for_update().get(pk=application_id)
    agreement = PledgeAgreement.objects.select_for_update().get(pk=agreement_id)
    side = _side(by, application, agreement)
    if getattr(agreement, f"signed_by_{side}_id") is not None:
        raise Conflict("贵方已签署", code="already_signed")
    if application.state != "APPROVED":
        raise Conflict(f"申请“{application.state_label}”,不能签署合同", code="not_approved")
    setattr(agreement, f"signed_by_{side}", by)
    setattr(agreement, f"signed_by_{side}_at", at)
    agreement.save()
    if agreement.signed_by_borrower_id and agreement.signed_by_lender_id:
        application.move(
            "sign", by=by, at=at, contract=agreement.contract_sha256, loan_contract=agreement.loan_contract_sha256
        )
    return agreement


@use_case(Permission.CONTRACT_SIGN)
def rescind(*, by: User, at: datetime, application_id: int, reason: str, rescission_document_id: UUID) -> Application:
    """End contracts that both sides agreed to rescind before the money was paid out, as the lender.

    Filings are withdrawn and registrations cancelled first. Cover reserved for the loan is let go by the upper use
    case that knows the fund, which the doors call.
    Raises: NotFound; Forbidden (not the lender); Conflict (a pledge stands); Invalid; IllegalTransition (paid out).
    Writes: application, dossiers.
    """
    application = _locked(by, application_id)
    if by.organisation != application.lender:
        raise Forbidden("解除由贷款银行登记")
    standing = queries.live_pledges(application.agreement).exclude(state="CANCELLED")
    if standing.exists():
        raise Conflict("质押登记尚未了结:请先撤回登记申请或办理注销", code="pledge_stands")
    paper = _paper(by, application, rescission_document_id)
    application.closing_reason = required_reason(reason, field="reason", label="解除原因")
    application.move("rescind", by=by, at=at, reason=application.closing_reason, agreement=paper.sha256)
    documents.open_to(paper, application.enterprise, by=by, at=at)
    dossiers.close_all(application, at=at, because="withdrawn")
    return application


def _side(by: User, application: Application, agreement: PledgeAgreement) -> str:
    if by.organisation == application.enterprise:
        return "borrower"
    if by.organisation == agreement.lender:
        return "lender"
    raise Forbidden("只有借款人和贷款银行签署")


def _locked(by: User, application_id: int) -> Application:
    queries.application(by, application_id)
    rows = Application.objects.select_for_update(of=("self",)).select_related("enterprise", "lender")
    return rows.get(pk=application_id)


def _check(secured_amount_fen: int, maturity: date, kind: str, today: date) -> None:
    faults = {
        "secured_amount_fen": "" if secured_amount_fen > 0 else "担保债权金额应大于零,请按质押合同填写",
        "maturity": "" if maturity > today else "债务履行期届满日应在今天之后,请按借款合同填写",
        "kind": "" if kind in PledgeAgreement.Kind.values else "质押方式为 " + "、".join(PledgeAgreement.Kind.values),
    }
    if faults := {name: remedy for name, remedy in faults.items() if remedy}:
        raise Invalid(";".join(faults.values()), fields=faults)


def _paper(by: User, application: Application, document_id: UUID) -> Document:
    """Return a contract that one of the two sides stored; a third party's paper is not laid before the borrower."""
    document = foundation.document(by, document_id)
    if document.owner_id not in {application.enterprise_id, application.lender_id}:
        raise Invalid("合同文本应由本行或借款人上传", fields={"contract_document_id": "请重新上传合同"})
    return document


def _holders(entries: list[dict[str, Any]], lender: Organisation) -> list[Pledgee]:
    organisations = {entry.get("organisation_id"): _organisation(entry) for entry in entries}
    rules.check_pledgees(entries, {pk: found.kind for pk, found in organisations.items()}, lender.pk)
    return [
        Pledgee(organisation=organisations[entry["organisation_id"]], role=entry["role"], share=share)
        for entry, share in zip(entries, rules.shares_of(entries), strict=True)
    ]


def _organisation(entry: dict[str, Any]) -> Organisation:
    pk = entry.get("organisation_id")
    if not isinstance(pk, int):
        raise NotFound("没有这个单位")
    return foundation.organisation(pk)
