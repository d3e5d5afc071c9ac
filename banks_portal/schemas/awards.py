"""Shapes of an award's way: diligence, decision, contracts, disbursement, post-loan work."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from ninja import Schema


class DeclineIn(Schema):
    code: str
    text: str


class ProposalIn(Schema):
    """`ltv_limit` is a fraction ("0.5"); `basis` is filed_report, internal or agreed; without cover no scheme_code."""

    principal_fen: int
    ltv_limit: Decimal
    note: str
    with_cover: bool = True
    scheme_code: str = ""
    basis: str = "filed_report"


class DecisionOut(Schema):
    id: int
    application: str
    state: str
    principal_fen: int
    basis: str
    basis_label: str
    appraisal_number: str
    appraised_value_fen: int
    ltv_limit: Decimal
    with_cover: bool
    scheme_code: str
    proposed_by: str
    first_by: str | None
    second_by: str | None

    @classmethod
    def of(cls, row: Any) -> dict[str, Any]:
        same = (
            "id", "state", "principal_fen", "basis", "basis_label", "appraisal_number", "appraised_value_fen",
            "ltv_limit", "with_cover", "scheme_code",
        )  # fmt: skip
        people = {name: str(who) if (who := getattr(row, name)) else None for name in ("first_by", "second_by")}
        return {name: getattr(row, name) for name in same} | people | {
            "application": row.application.number, "proposed_by": str(row.proposed_by)
        }  # fmt: skip


class PledgeeIn(Schema):
    organisation_id: int
    role: str
    share: Decimal | None = None


class ContractsIn(Schema):
    contract_document_id: UUID
    loan_contract_document_id: UUID
    secured_amount_fen: int | None = None
    maturity: date | None = None
    kind: str = "ordinary"
    pledgees: list[PledgeeIn] | None = None


class AgreementOut(Schema):
    id: int
    number: str
    application: str
    secured_amount_fen: int
    maturity: date
    contract_sha256: str
    loan_contract_sha256: str

    @classmethod
    def of(cls, row: Any) -> dict[str, Any]:
        same = ("id", "number", "secured_amount_fen", "maturity", "contract_sha256", "loan_contract_sha256")
        return {name: getattr(row, name) for name in same} | {"application": row.application.number}


class RescissionIn(Schema):
    """`rescission_document_id`: the agreement to rescind, signed by both sides."""

    reason: str
    rescission_document_id: UUID


class DisbursementIn(Schema):
    disbursed_on: date
    guarantor_id: int | None = None


class LoanOut(Schema):
    id: int
    number: str
    state: str
    borrower: str
    principal_fen: int
    outstanding_principal_fen: int
    disbursed_on: date | None
    maturity: date
    days_past_due: int
    class_floor: str
    bank_class: str

    @classmethod
    def of(cls, row: Any) -> dict[str, Any]:
        same = (
            "id", "number", "state", "principal_fen", "outstanding_principal_fen", "disbursed_on", "maturity",
            "days_past_due", "class_floor", "bank_class",
        )  # fmt: skip
        return {name: getattr(row, name) for name in same} | {"borrower": row.borrower.name}


class LoanFileOut(Schema):
    """A loan with its debt of the day and the cover behind it."""

    loan: LoanOut
    debt: dict[str, Any]
    enrolment: str | None
    covered_fen: int | None
    cover_start: date | None

    @classmethod
    def of(cls, file: Any) -> dict[str, Any]:
        names = ("principal_fen", "overdue_principal_fen", "interest_fen", "penalty_fen", "compound_fen",
                 "days_past_due", "class_floor", "accrued_until", "accelerated")  # fmt: skip
        return {
            "loan": LoanOut.of(file.loan), "debt": {name: getattr(file.debt, name) for name in names},
            "enrolment": file.enrolment.number if file.enrolment else None, "covered_fen": file.covered_fen,
            "cover_start": file.cover_start,
        }  # fmt: skip


class ReceiptIn(Schema):
    received_on: date
    amount_fen: int
    reference: str


class ReceiptOut(Schema):
    id: int
    received_on: date
    amount_fen: int
    penalty_fen: int
    compound_fen: int
    interest_fen: int
    principal_fen: int
    reference: str

    @classmethod
    def of(cls, row: Any) -> dict[str, Any]:
        return {name: getattr(row, name) for name in cls.model_fields}


class NoticeIn(Schema):
    notice_document_id: UUID


class EvidenceIn(Schema):
    kind: str
    document_id: UUID


class ClaimIn(Schema):
    """Amounts left out are those the loan's record supports."""

    evidence: list[EvidenceIn]
    cost_fen: int = 0
    principal_fen: int | None = None
    interest_fen: int | None = None
    penalty_fen: int | None = None
    explanation: str = ""


class AssembledOut(Schema):
    loan: str
    principal_fen: int
    interest_fen: int
    penalty_fen: int
    interest_days: int | None
    due: date | None
    cover_start: date | None
    required: dict[str, str]

    @classmethod
    def of(cls, found: Any) -> dict[str, Any]:
        return {name: getattr(found, name) for name in cls.model_fields if name != "loan"} | {"loan": found.loan.number}


class ClaimFiled(Schema):
    number: str
    state: str

    @classmethod
    def of(cls, row: Any) -> dict[str, Any]:
        return {"number": row.number, "state": row.state}


class DisposalIn(Schema):
    pledge_id: int


class ValueIn(Schema):
    appraised_value_fen: int
    document_id: UUID


class ListingIn(Schema):
    reserve_price_fen: int
    agreement_document_id: UUID


class AuctionIn(Schema):
    notice: str


class SaleIn(Schema):
    price_fen: int
    buyer: str
    sold_on: date


class SettlementIn(Schema):
    cost_fen: int
    received_on: date
    reference: str
    transfer_notice_no: str


class DisposalOut(Schema):
    id: int
    state: str
    appraised_value_fen: int | None
    reserve_price_fen: int | None
    price_fen: int | None
    cost_fen: int | None
    interest_fen: int | None
    principal_fen: int | None
    surplus_fen: int | None

    @classmethod
    def of(cls, row: Any) -> dict[str, Any]:
        return {name: getattr(row, name) for name in cls.model_fields}


class SettledOut(Schema):
    """A settled disposal, and the recovery shared from it where the fund had compensated."""

    disposal: DisposalOut
    recovery: str | None
    allocation: dict[str, int] | None

    @classmethod
    def of(cls, pair: tuple[Any, Any | None]) -> dict[str, Any]:
        disposal, recovery = pair
        return {
            "disposal": DisposalOut.of(disposal), "recovery": recovery.number if recovery else None,
            "allocation": recovery.allocation if recovery else None,
        }  # fmt: skip
