"""A loan's life: disbursed against registered pledges, paid, overdue by the calendar, accelerated, pursued, settled."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce

from finance_platform.foundation import queries as foundation
from finance_platform.foundation.errors import Conflict, Forbidden, Invalid
from finance_platform.foundation.models import User
from finance_platform.foundation.permissions import Permission
from finance_platform.foundation.services import documents, numbers
from finance_platform.foundation.use_case import use_case
from pledges import loan_schedule, queries
from pledges.models import Application, Instalment, Loan, Receipt
from pledges.rules import loans as rules

LIVE = ("ACTIVE", "OVERDUE", "RESTRUCTURED", "ACCELERATED", "COMPENSATED", "IN_RECOVERY")
PAYABLE = (*LIVE, "WRITTEN_OFF")


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

    Raises: NotFound; Forbidden (not the lender); Conflict (state, registration missing, already paid out); Invalid
    (the terms, with the schedule's own pointers). Writes: loan, instalments, the application's state.
    """
    queries.application(by, application_id)
    application = Application.objects.select_for_update().get(pk=application_id)
    _require_disbursable(by, application)
    schedule = _schedule(terms, principal_fen, disbursed_on)
    loan = Loan.objects.create(
        number=numbers.take("DK", disbursed_on.year), application=application,
        agreement=queries.agreement_of(application.pk), borrower=application.enterprise, lender=by.organisation,
        guarantor_id=guarantor_id, principal_fen=principal_fen, terms=terms, disbursed_on=disbursed_on,
        maturity=schedule["rows"][-1]["due"], outstanding_principal_fen=principal_fen, status_on=disbursed_on,
        recorded_by=by, recorded_at=at, fictional=application.fictional,
    )  # fmt: skip
    Instalment.objects.bulk_create(_instalments(loan, schedule["rows"]))
    loan.move("disburse", by=by, at=at, principal_fen=principal_fen, cover_start=str(queries.cover_start(application)))
    application.move("disburse", by=by, at=at, loan=loan.number)
    return loan


@use_case(Permission.LOAN_SERVICE)
def record_receipt(
    *, by: User, at: datetime, loan_id: int, received_on: date, amount_fen: int, reference: str
) -> Receipt:
    """Book money received; what it is used for follows from the contract's order of payment.

    Raises: NotFound; Invalid (amount, date); Conflict (bank slip already booked, nothing owed). Writes: receipt, loan.
    """
    loan = _locked(by, loan_id)
    _check_receipt(loan, received_on, amount_fen, reference, at.date())
    before = queries.payments(loan)
    used = _used(loan, before, received_on, amount_fen)
    receipt = Receipt.objects.create(
        loan=loan, received_on=received_on, amount_fen=amount_fen, reference=reference.strip(), recorded_by=by,
        recorded_at=at, **used,
    )  # fmt: skip
    _restate(loan, max(loan.status_on or received_on, received_on), by=by, at=at)
    return receipt


@use_case(Permission.LOAN_SERVICE)
def reverse_receipt(*, by: User, at: datetime, receipt_id: int, reason: str) -> Receipt:
    """Undo a wrongly booked receipt by a reversing one; later receipts must be reversed first.

    Raises: NotFound; Conflict (already reversed, later ones stand); Invalid without a reason. Writes: receipt, loan.
    """
    found = Receipt.objects.filter(pk=receipt_id, reverses=None, loan__in=queries.loans_visible_to(by)).first()
    if found is None:
        raise Invalid("没有这笔收款", fields={"receipt_id": "请从收款列表中选择"})
    loan = _locked(by, found.loan_id)
    if not reason.strip():
        raise Invalid("请写明冲销原因", fields={"reason": "必填"})
    standing = loan.receipts.filter(reverses=None, reversed_by=None).order_by("received_on", "pk").last()
    if standing is None or standing.pk != found.pk:
        raise Conflict("只能冲销最近一笔有效收款:请先冲销其后的收款", code="later_receipts_stand")
    parts = ("penalty_fen", "compound_fen", "interest_fen", "principal_fen", "unapplied_fen", "amount_fen")
    reversal = Receipt.objects.create(
        loan=loan, received_on=found.received_on, reference=found.reference, reason=reason.strip(), reverses=found,
        recorded_by=by, recorded_at=at, **{name: -getattr(found, name) for name in parts},
    )  # fmt: skip
    _restate(loan, max(loan.status_on or found.received_on, found.received_on), by=by, at=at)
    return reversal


@use_case(Permission.DAY_END)
def run_day(*, by: User, at: datetime, on: date, loan_id: int | None = None) -> list[Loan]:
    """Close the day for all live loans (or one): days past due, class floor, what is missed or cured.

    Loans paid to the day are told apart in one query; only the others are computed. Running a day again changes
    nothing. Returns the loans whose state changed. Writes: loans and their state changes.
    """
    live = Loan.objects.filter(state__in=LIVE, disbursed_on__lte=on).exclude(status_on__gt=on)
    if loan_id is not None:
        live = live.filter(pk=loan_id)
    paid_up = list(_paid_up(live, on).values_list("pk", flat=True))
    changed = [loan for loan in _rows(live.exclude(pk__in=paid_up)) if _restate(loan, on, by=by, at=at)]
    Loan.objects.filter(pk__in=paid_up).update(status_on=on)
    return changed


@use_case(Permission.LOAN_SERVICE)
def classify(*, by: User, at: datetime, loan_id: int, bank_class: str) -> Loan:
    """Store the bank's own five-tier class. Raises: Invalid if it is better than days past due allow."""
    loan = _locked(by, loan_id)
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
    """Declare an overdue loan due in full from today. Raises: NotFound; IllegalTransition. Writes: loan."""
    loan = _locked(by, loan_id)
    notice = foundation.document(by, notice_document_id)
    documents.open_to(notice, loan.borrower, by=by, at=at)
    loan.accelerated_on, loan.acceleration_notice = at.date(), notice
    loan.move("accelerate", by=by, at=at, notice=notice.sha256)
    return loan


@use_case(Permission.MONEY_CHECK)
def mark_compensated(*, by: User, at: datetime, loan_id: int, claim_number: str) -> Loan:
    """Note that the fund has compensated the lender. The borrower's debt stays what it is.

    Raises: NotFound; IllegalTransition. Writes: loan state and claim number only.
    """
    loan = _locked(by, loan_id)
    loan.claim_number = claim_number
    loan.move("compensated", by=by, at=at, claim=claim_number)
    loan.move("pursue", by=by, at=at, duty="风险补偿不免除债务,追偿立即开始")
    return loan


@use_case(Permission.LOAN_SERVICE)
def pursue(*, by: User, at: datetime, loan_id: int, papers: str) -> Loan:
    """Begin recovery of an accelerated loan without compensation. Raises: NotFound; IllegalTransition."""
    loan = _locked(by, loan_id)
    loan.move("pursue", by=by, at=at, papers=papers)
    return loan


@use_case(Permission.LOAN_SERVICE)
def settle(*, by: User, at: datetime, loan_id: int) -> Loan:
    """Close a loan on which nothing is owed. Raises: NotFound; Conflict (debt left); IllegalTransition."""
    loan = _locked(by, loan_id)
    owed = queries.debt(loan, at.date()).total_fen
    if owed:
        raise Conflict(f"尚有 {owed} 分未清偿,不能结清", code="debt_left")
    loan.settled_on = at.date()
    loan.move("settle", by=by, at=at)
    return loan


@use_case(Permission.LOAN_ACCELERATE)
def write_off(*, by: User, at: datetime, loan_id: int, ruling: str) -> Loan:
    """Write a loan in recovery off the bank's books; the debt and its pursuit stay (账销案存).

    Raises: NotFound; Invalid without a ruling; IllegalTransition.
    """
    loan = _locked(by, loan_id)
    if not ruling.strip():
        raise Invalid("请写明终结执行或破产裁定文号", fields={"ruling": "必填"})
    loan.move("write_off", by=by, at=at, ruling=ruling)
    return loan


# --- Inside --------------------------------------------------------------------------------------------------------
def _locked(by: User, loan_id: int) -> Loan:
    queries.loan(by, loan_id)
    return Loan.objects.select_for_update(of=("self",)).select_related("borrower", "lender").get(pk=loan_id)


def _rows(loans: Any) -> Iterable[Loan]:
    return loans.select_for_update().order_by("pk")


def _require_disbursable(by: User, application: Application) -> None:
    agreement = queries.agreement_of(application.pk)
    if agreement is None or agreement.lender != by.organisation:
        raise Forbidden("放款由签约银行办理")
    if Loan.objects.filter(application=application).exists():
        raise Conflict("该申请已放款", code="already_disbursed")
    if application.state != "CONTRACTED":
        raise Conflict("双方签约后才能放款", code="not_contracted")
    if queries.cover_start(application) is None:
        raise Conflict("质押登记尚未全部完成:登记后才能放款", code="not_registered")


def _schedule(terms: dict[str, Any], principal_fen: int, disbursed_on: date) -> dict[str, Any]:
    """Return the repayment table of the terms. Raises: Invalid with the schedule's pointers."""
    try:
        schedule = loan_schedule.build(terms)
    except loan_schedule.BadDocument as bad:
        faults = {fault.pointer: fault.reason for fault in bad.faults}
        raise Invalid("还款条款有误:" + ";".join(f"{k} {v}" for k, v in faults.items()), fields=faults) from None
    paid_out = terms["disbursements"]
    if [(d["date"], d["amount"]) for d in paid_out] != [(disbursed_on.isoformat(), principal_fen)]:
        raise Invalid("条款中的放款与本次放款不一致", fields={"terms": "本版本支持一次性放款,日期和金额须与放款相同"})
    if terms["rate"].get("reset", "none") != "none":
        raise Invalid("本版本尚不支持合同期内重定价", fields={"terms": "请使用固定利率,或 LPR 加点不重定价"})
    return schedule


def _instalments(loan: Loan, rows: list[dict[str, Any]]) -> list[Instalment]:
    return [
        Instalment(
            loan=loan, no=row["no"], due=row["due"], interest_fen=row["interest"], principal_fen=row["principal"],
            fee_fen=row["fee"],
        )
        for row in rows
    ]  # fmt: skip


def _check_receipt(loan: Loan, received_on: date, amount_fen: int, reference: str, today: date) -> None:
    if loan.state not in PAYABLE:
        raise Conflict(f"贷款“{loan.state_label}”,不能再登记收款", code="not_payable")
    if amount_fen <= 0:
        raise Invalid("收款金额应大于零", fields={"amount_fen": "请按回单填写"})
    latest = max((p.day for p in queries.payments(loan)), default=loan.disbursed_on)
    if not latest <= received_on <= today:
        remedy = f"到账日应在最近一笔收款({latest})与今天之间"
        raise Invalid(remedy, fields={"received_on": remedy})
    if not reference.strip():
        raise Invalid("请填写回单号", fields={"reference": "用于防止重复登记"})
    if loan.receipts.filter(reference=reference.strip(), reverses=None).exists():
        raise Conflict("该回单号已登记", code="slip_already_booked")


def _used(loan: Loan, before: list[rules.Payment], received_on: date, amount_fen: int) -> dict[str, int]:
    """Return what a receipt is used for: by the schedule's order, after acceleration by law's order."""
    if loan.accelerated_on and received_on > loan.accelerated_on:
        used = rules.used_for(queries.debt(loan, received_on, before), amount_fen)
        if used["unapplied_fen"]:
            raise Invalid("收款超过全部债务", fields={"amount_fen": "超出部分应退还付款人"})
        return used
    return _used_by_schedule(loan, before, received_on, amount_fen)


def _used_by_schedule(loan: Loan, before: list[rules.Payment], received_on: date, amount_fen: int) -> dict[str, int]:
    def paid(payments: list[rules.Payment]) -> dict[str, int]:
        answer = loan_schedule.build(rules.with_payments(loan.terms, payments, received_on))
        return dict(answer["arrears"]["paid"])

    then, now = paid(before), paid([*before, rules.Payment(received_on, amount_fen)])
    used = {f"{name}_fen": now[name] - then[name] for name in now}
    return used | {"unapplied_fen": amount_fen - sum(used.values())}


def _paid_up(live: Any, on: date) -> Any:
    """Narrow to loans that were never late and of which everything due before the day has been received.

    Credit paid ahead and anything ever charged for lateness take the long way.
    """
    due = Coalesce(
        Sum(F("instalments__interest_fen") + F("instalments__principal_fen"), filter=Q(instalments__due__lte=on)), 0
    )
    paid = (
        Receipt.objects.filter(loan__in=live)
        .values("loan")
        .annotate(
            total=Sum(F("interest_fen") + F("principal_fen")),
            other=Sum(F("penalty_fen") + F("compound_fen") + F("unapplied_fen")),
        )
    )
    received = {row["loan"]: row["total"] for row in paid if row["other"] == 0}
    odd = {row["loan"] for row in paid if row["other"] != 0}
    owing = live.filter(state="ACTIVE", days_past_due=0).exclude(pk__in=odd).annotate(due_fen=due)
    good = [pk for pk, due_fen in owing.values_list("pk", "due_fen") if received.get(pk, 0) == due_fen]
    return live.filter(pk__in=good)


def _restate(loan: Loan, on: date, *, by: User, at: datetime) -> bool:
    """Recompute where the loan stands at the end of a day; returns whether its state changed."""
    debt = queries.debt(loan, on)
    loan.outstanding_principal_fen = debt.principal_fen
    loan.days_past_due, loan.class_floor, loan.status_on = debt.days_past_due, debt.class_floor, on
    loan.bank_class = rules.worse(loan.bank_class, loan.class_floor)
    event = _event(loan)
    if event is None:
        loan.save()
        return False
    loan.move(event, by=by, at=at, days_past_due=debt.days_past_due, class_floor=debt.class_floor)
    return True


def _event(loan: Loan) -> str | None:
    if loan.days_past_due and loan.state in {"ACTIVE", "RESTRUCTURED"}:
        return "miss"
    if not loan.days_past_due and loan.state == "OVERDUE":
        return "cure"
    return None
