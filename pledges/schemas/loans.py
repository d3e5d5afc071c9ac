"""Shapes of loans and contracts in JSON. Amounts are integer fen."""

from datetime import date, datetime

from ninja import Schema


class LoanSummary(Schema):
    number: str
    application: str
    borrower: str
    lender: str
    state: str
    principal_fen: int
    outstanding_principal_fen: int
    disbursed_on: date
    maturity: date
    restructured_on: date | None
    days_past_due: int
    class_floor: str
    status_on: date


class DebtState(Schema):
    """What is owed on a day. After acceleration interest and penalty stop at `accrued_until`: later ones are not
    computed."""

    on: date
    principal_fen: int
    overdue_principal_fen: int
    interest_fen: int
    penalty_fen: int
    compound_fen: int
    unapplied_fen: int
    total_fen: int
    due_fen: int
    days_past_due: int
    class_floor: str
    accrued_until: date
    oldest_due: date | None
    accelerated: bool


class InstalmentRow(Schema):
    no: int
    due: date
    interest_fen: int
    principal_fen: int
    fee_fen: int
    interest_paid_fen: int
    principal_paid_fen: int
    mark: str


class ReceiptRow(Schema):
    id: int
    received_on: date
    amount_fen: int
    compound_fen: int
    penalty_fen: int
    interest_fen: int
    principal_fen: int
    unapplied_fen: int
    reference: str
    reverses: int | None


class LoanDetail(LoanSummary):
    """A loan with the terms and the table in force today."""

    annual_rate: str
    method: str
    debt: DebtState
    rows: list[InstalmentRow]
    receipts: list[ReceiptRow]


class ContractPledgee(Schema):
    name: str
    role: str
    share: str | None


class ContractPledge(Schema):
    id: int
    registry: str
    state: str
    certificate_no: str
    registered_on: date | None
    cancelled_on: date | None


class Contract(Schema):
    id: int
    number: str
    application: str
    lender: str
    kind: str
    secured_amount_fen: int
    maturity: date
    contract_document: str
    contract_sha256: str
    loan_contract_document: str
    loan_contract_sha256: str
    signed_by_borrower_at: datetime | None
    signed_by_lender_at: datetime | None
    pledgees: list[ContractPledgee]
    pledges: list[ContractPledge]
