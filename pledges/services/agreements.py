"""The pledge agreement: prepared by the lender, signed by both sides; the hashes of what was signed are kept."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from finance_platform.foundation import queries as foundation
from finance_platform.foundation.errors import Conflict, Forbidden, Invalid
from finance_platform.foundation.models import User
from finance_platform.foundation.permissions import Permission
from finance_platform.foundation.services import documents, numbers
from finance_platform.foundation.use_case import use_case
from pledges import queries
from pledges.models import Application, PledgeAgreement, Pledgee

PLEDGEES_MAX = 10


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
    if application.lender != by.organisation:
        raise Forbidden("合同由中选银行准备")
    if application.state != "APPROVED":
        raise Conflict("授信批准后才能准备合同", code="not_approved")
    if queries.agreement_of(application.pk) is not None:
        raise Conflict("合同已准备:请直接签署", code="already_prepared")
    contract, loan_contract = (foundation.document(by, pk) for pk in (contract_document_id, loan_contract_document_id))
    _check(secured_amount_fen, maturity, at)
    agreement = PledgeAgreement.objects.create(
        application=application, number=numbers.take("ZY", at.year), kind=kind, lender=by.organisation,
        secured_amount_fen=secured_amount_fen, maturity=maturity, contract_document=contract,
        loan_contract_document=loan_contract, contract_sha256=contract.sha256,
        loan_contract_sha256=loan_contract.sha256, prepared_by=by, prepared_at=at,
    )  # fmt: skip
    for document in (contract, loan_contract):
        documents.open_to(document, application.enterprise, by=by, at=at)
    _name_pledgees(agreement, pledgees or [{"organisation_id": by.organisation.pk, "role": "sole"}])
    return agreement


@use_case(Permission.CONTRACT_SIGN)
def sign(*, by: User, at: datetime, agreement_id: int) -> PledgeAgreement:
    """Sign for one's side; the second signature makes the application CONTRACTED.

    Raises: NotFound; Conflict (already signed). Writes: the signature, perhaps the application's state.
    """
    application_id = queries.agreement(by, agreement_id).application_id
    application = Application.objects.select_for_update().get(pk=application_id)
    agreement = PledgeAgreement.objects.select_for_update().get(pk=agreement_id)
    side = _side(by, application, agreement)
    if getattr(agreement, f"signed_by_{side}_id") is not None:
        raise Conflict("贵方已签署", code="already_signed")
    setattr(agreement, f"signed_by_{side}", by)
    setattr(agreement, f"signed_by_{side}_at", at)
    agreement.save()
    if agreement.signed_by_borrower_id and agreement.signed_by_lender_id:
        application.move(
            "sign", by=by, at=at, contract=agreement.contract_sha256, loan_contract=agreement.loan_contract_sha256
        )
    return agreement


def _side(by: User, application: Application, agreement: PledgeAgreement) -> str:
    if by.organisation == application.enterprise:
        return "borrower"
    if by.organisation == agreement.lender:
        return "lender"
    raise Forbidden("只有借款人和贷款银行签署")


def _locked(by: User, application_id: int) -> Application:
    queries.application(by, application_id)
    return Application.objects.select_for_update(of=("self",)).select_related("enterprise", "lender").get(pk=application_id)


def _check(secured_amount_fen: int, maturity: date, at: datetime) -> None:
    if secured_amount_fen <= 0:
        raise Invalid("担保债权金额应大于零", fields={"secured_amount_fen": "请按质押合同填写"})
    if maturity <= at.date():
        raise Invalid("债务履行期届满日应在今天之后", fields={"maturity": "请按借款合同填写"})


def _name_pledgees(agreement: PledgeAgreement, pledgees: list[dict[str, Any]]) -> None:
    roles = dict(Pledgee.Role.choices)
    if not 0 < len(pledgees) <= PLEDGEES_MAX or any(p["role"] not in roles for p in pledgees):
        raise Invalid("质权人填写有误", fields={"pledgees": "一至十个,类型为 " + "、".join(roles)})
    for entry in pledgees:
        Pledgee.objects.create(
            agreement=agreement, organisation=foundation.organisation(entry["organisation_id"]), role=entry["role"],
            share=entry.get("share"),
        )  # fmt: skip
