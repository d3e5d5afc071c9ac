"""A loan's life: disbursed against registered pledges, classed, accelerated, compensated, pursued, settled.

Its receipts and its day end stand in `receipts` and `day_end`, whose use cases are offered here too.
"""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from finance_platform.foundation import queries as foundation
from finance_platform.foundation.errors import Conflict, Forbidden, Invalid
from finance_platform.foundation.models import Organisation, User
from finance_platform.foundation.permissions import Permission
from finance_platform.foundation.services import documents, numbers
from finance_platform.foundation.use_case import use_case
from pledges import queries
from pledges.models import Application, Instalment, Loan, PledgeAgreement
from pledges.rules import loans as rules
from pledges.rules.evidence import number_on_paper
from pledges.rules.evidence import reason as required_reason
from pledges.services import _terms, standing
from pledges.services.day_end import run_day
from pledges.services.receipts import record_receipt, reverse_receipt

__all__ = [
    "accelerate", "classify", "disburse", "mark_compensated", "pursue", "record_receipt", "reverse_receipt", "run_day",
    "settle", "write_off",
]  # fmt: skip

CLAIM_NUMBER_LENGTH_MAX = 24


@use_case(Permission.LOAN_DISBURSE)
def disburse(
    *,
    by: User,
    at: datetime,
    application_id: int,
    principal_fen: int,
    terms: dict[str, Any],
    disbursed_on: date,
    guarantor_id: int | None = None,
) -> Loan:
    """Pay out a contracted loan whose pledges are all registered; `terms` is a loan_schedule contract document.

    Raises: NotFound; Forbidden (not the lender); Conflict (state, registration missing or ended, already paid out,
    beyond the secured maturity); Invalid (the day; the terms, with the schedule's own pointers).
    Writes: loan, instalments, the application's state.
    """
    queries.application(by, application_id)
    application = Application.objects.select_for_update().get(pk=application_id)
    agreement = _require_disbursable(by, application)
    registered = _require_day(application, disbursed_on, timezone.localdate(at))
    rows = _terms.rows_of(terms, principal_fen, disbursed_on)
    loan = Loan.objects.create(
        number=numbers.take("DK", disbursed_on.year), application=application, agreement=agreement,
        borrower=application.enterprise, lender=by.organisation, guarantor=_guarantor(guarantor_id),
        principal_fen=principal_fen, terms=terms, disbursed_on=disbursed_on,
        maturity=_terms.maturity(rows, agreement, "请提前放款或变更合同"),
        outstanding_principal_fen=principal_fen, status_on=disbursed_on, recorded_by=by, recorded_at=at,
        fictional=application.fictional,
    )  # fmt: skip
    Instalment.objects.bulk_create(_terms.instalments(loan, rows))
    loan.move("disburse", by=by, at=at, principal_fen=principal_fen, cover_start=str(registered))
    application.move("disburse", by=by, at=at, loan=loan.number)
    return loan


@use_case(Permission.LOAN_SERVICE)
def classify(*, by: User, at: datetime, loan_id: int, bank_class: str) -> Loan:
    """Store the bank's own five-tier class. Raises: NotFound; Invalid if it is better than days past due allow."""
    loan = standing.locked(by, loan_id)
    if bank_class not in rules.FIVE_TIERS or rules.better_than_floor(bank_class, loan.class_floor):
        floor = loan.get_class_floor_display()
        raise Invalid(
            f"银行分类不得优于按逾期天数确定的“{floor}”", fields={"bank_class": f"请选择“{floor}”或更差的类别"}
        )
    loan.bank_class = bank_class
    loan.save(update_fields=["bank_class"])
    return loan


@use_case(Permission.LOAN_ACCELERATE)
def accelerate(*, by: User, at: datetime, loan_id: int, notice_document_id: UUID) -> Loan:
    """Declare an overdue loan due in full from today; a loan already in recovery may still be declared due, once.

    Raises: NotFound; Conflict (declared before); Invalid (another's paper); IllegalTransition. Writes: loan.
    """
    loan = standing.locked(by, loan_id)
    today = timezone.localdate(at)
    if loan.accelerated_on is not None:
        raise Conflict(f"已于 {loan.accelerated_on} 宣布提前到期", code="accelerated_before")
    notice = foundation.document(by, notice_document_id)
    if notice.owner_id != loan.lender_id:
        raise Invalid("提前到期通知应为本行材料", fields={"notice_document_id": "请上传本行的通知书"})
    documents.open_to(notice, loan.borrower, by=by, at=at)
    loan.accelerated_on, loan.acceleration_notice = today, notice
    loan.move("accelerate", by=by, at=at, notice=notice.sha256)
    standing.restate(loan, max(loan.status_on or today, today), by=by, at=at)
    return loan


@use_case(Permission.MONEY_CHECK)
def mark_compensated(*, by: User, at: datetime, loan_id: int, claim_number: str) -> Loan:
    """Note that the fund has compensated the lender. The borrower's debt stays what it is.

    Raises: NotFound; Invalid; IllegalTransition. Writes: loan state and claim number only.
    """
    loan = standing.locked(by, loan_id)
    loan.claim_number = number_on_paper(
        claim_number, field="claim_number", label="补偿申请编号", longest=CLAIM_NUMBER_LENGTH_MAX
    )
    loan.move("compensated", by=by, at=at, claim=loan.claim_number)
    loan.move("pursue", by=by, at=at, duty="风险补偿不免除债务,追偿立即开始")
    return loan


@use_case(Permission.LOAN_SERVICE)
def pursue(*, by: User, at: datetime, loan_id: int, papers: str) -> Loan:
    """Begin recovery of an accelerated loan without compensation. Raises: NotFound; Invalid; IllegalTransition."""
    loan = standing.locked(by, loan_id)
    loan.move("pursue", by=by, at=at, papers=required_reason(papers, field="papers", label="起诉或执行文书号"))
    return loan


@use_case(Permission.LOAN_SERVICE)
def settle(*, by: User, at: datetime, loan_id: int) -> Loan:
    """Close a loan on which nothing is owed, not even what falls due today.

    Raises: NotFound; Conflict (debt left); IllegalTransition. Writes: loan.
    """
    loan = standing.locked(by, loan_id)
    today = timezone.localdate(at)
    standing.restate(loan, max(loan.status_on or today, today), by=by, at=at)
    # What is due today counts as overdue tomorrow.
    owed = queries.debt(loan, today + timedelta(days=1)).total_fen
    if owed:
        raise Conflict(f"尚有 {owed // 100}.{owed % 100:02d} 元未清偿,不能结清", code="debt_left")
    loan.settled_on = today
    loan.move("settle", by=by, at=at)
    return loan


@use_case(Permission.LOAN_ACCELERATE)
def write_off(*, by: User, at: datetime, loan_id: int, ruling: str) -> Loan:
    """Write a loan in recovery off the bank's books; the debt and its pursuit stay (账销案存).

    Raises: NotFound; Invalid without a ruling; IllegalTransition.
    """
    loan = standing.locked(by, loan_id)
    papers = required_reason(ruling, field="ruling", label="终结执行或破产裁定文号")
    loan.move("write_off", by=by, at=at, ruling=papers)
    return loan


# --- Inside ----------------------------------------------------------------------------------------------------------
def _require_disbursable(by: User, application: Application) -> PledgeAgreement:
    agreement = queries.agreement_of(application.pk)
    if agreement is None or agreement.lender != by.organisation:
        raise Forbidden("放款由签约银行办理")
    if Loan.objects.filter(application=application).exists():
        raise Conflict("该申请已放款", code="already_disbursed")
    if application.state != "CONTRACTED":
        raise Conflict("双方签约后才能放款", code="not_contracted")
    if not queries.all_registered(agreement):
        raise Conflict("质押登记尚未全部完成或已注销:登记有效时才能放款", code="not_registered")
    return agreement


def _require_day(application: Application, disbursed_on: date, today: date) -> date:
    """Return the day of registration, which the day of disbursement must follow."""
    registered = queries.cover_start(application)
    if registered is None or not registered <= disbursed_on <= today:
        remedy = f"放款日应在质押登记日({registered})与今天之间"
        raise Invalid(remedy, fields={"disbursed_on": remedy})
    return registered


def _guarantor(organisation_id: int | None) -> Organisation | None:
    if organisation_id is None:
        return None
    found = foundation.organisation(organisation_id)
    if found.kind not in {Organisation.Kind.GUARANTOR, Organisation.Kind.INSURER}:
        raise Invalid("保证人须为担保公司或保险公司", fields={"guarantor_id": "请从列表中选择"})
    return found
