"""Money received on a loan: used in the contract's order, after acceleration in the law's; undone by a reversal."""

from datetime import date, datetime

from django.utils import timezone

from finance_platform.foundation.errors import Conflict, Invalid, NotFound
from finance_platform.foundation.models import User
from finance_platform.foundation.permissions import Permission
from finance_platform.foundation.use_case import use_case
from pledges import queries
from pledges.models import Loan, Receipt
from pledges.rules import loans as rules
from pledges.rules import restructurings
from pledges.rules.evidence import number_on_paper
from pledges.rules.evidence import reason as required_reason
from pledges.services import standing

REFERENCE_LENGTH_MAX = 60
PARTS = ("penalty_fen", "compound_fen", "interest_fen", "principal_fen", "unapplied_fen", "amount_fen")


@use_case(Permission.LOAN_SERVICE)
def record_receipt(
    *, by: User, at: datetime, loan_id: int, received_on: date, amount_fen: int, reference: str
) -> Receipt:
    """Book money received; what it is used for follows from the contract's order of payment.

    Raises: NotFound; Invalid (amount, date); Conflict (bank slip already booked, nothing owed). Writes: receipt, loan.
    """
    loan = standing.locked(by, loan_id)
    _check(loan, received_on, amount_fen, timezone.localdate(at))
    used = _used(loan, received_on, amount_fen)
    receipt = book(loan, received_on=received_on, amount_fen=amount_fen, reference=reference, used=used, by=by, at=at)
    standing.restate(loan, max(loan.status_on or received_on, received_on), by=by, at=at)
    if loan.can("recover"):
        loan.move("recover", by=by, at=at, slip=receipt.reference, principal_fen=receipt.principal_fen)
    return receipt


@use_case(Permission.LOAN_SERVICE)
def reverse_receipt(*, by: User, at: datetime, receipt_id: int, reason: str) -> Receipt:
    """Undo a wrongly booked receipt by a reversing one; later receipts must be reversed first.

    The bank slip may be booked again. Raises: NotFound; Conflict (loan closed, already reversed, later ones stand,
    proceeds of a disposal); Invalid without a reason. Writes: receipt, loan.
    """
    found = Receipt.objects.filter(pk=receipt_id, reverses=None, loan__in=queries.loans_visible_to(by)).first()
    if found is None:
        raise NotFound("没有这笔收款")
    loan = standing.locked(by, found.loan_id)
    why = required_reason(reason, field="reason", label="冲销原因")
    _require_reversible(loan, found)
    reversal = Receipt.objects.create(
        loan=loan, received_on=found.received_on, reference=found.reference, booking=found.booking, reason=why,
        reverses=found, recorded_by=by, recorded_at=at, **{name: -getattr(found, name) for name in PARTS},
    )  # fmt: skip
    standing.restate(loan, max(loan.status_on or found.received_on, found.received_on), by=by, at=at)
    return reversal


def book(
    loan: Loan, *, received_on: date, amount_fen: int, reference: str, used: dict[str, int], by: User, at: datetime
) -> Receipt:
    """Write a receipt inside a use case that has decided what the money is used for; the loan is locked.

    Raises: Invalid (reference); Conflict if the bank slip stands already.
    """
    slip = number_on_paper(reference, field="reference", label="回单号", longest=REFERENCE_LENGTH_MAX)
    booked = loan.receipts.filter(reference=slip, reverses=None)
    if booked.filter(reversed_by=None).exists():
        raise Conflict("该回单号已登记", code="slip_already_booked")
    return Receipt.objects.create(
        loan=loan, received_on=received_on, amount_fen=amount_fen, reference=slip, booking=booked.count() + 1,
        recorded_by=by, recorded_at=at, **used,
    )  # fmt: skip


def _check(loan: Loan, received_on: date, amount_fen: int, today: date) -> None:
    if loan.state not in standing.PAYABLE:
        raise Conflict(f"贷款“{loan.state_label}”,不能再登记收款", code="not_payable")
    if amount_fen <= 0:
        raise Invalid("收款金额应大于零", fields={"amount_fen": "请按回单填写"})
    latest = max((payment.day for payment in queries.payments(loan)), default=loan.disbursed_on)
    if latest is None or not latest <= received_on <= today:
        remedy = f"到账日应在最近一笔收款({latest})与今天之间"
        raise Invalid(remedy, fields={"received_on": remedy})
    if loan.restructured_on is not None and received_on <= loan.restructured_on:
        remedy = f"贷款已于 {loan.restructured_on} 重组,重组以当日账目为准:到账日应在其后"
        raise Invalid(remedy, fields={"received_on": remedy})


def _used(loan: Loan, received_on: date, amount_fen: int) -> dict[str, int]:
    """Return what a receipt is used for: by the schedule's order, from the notice of acceleration by the law's."""
    before = queries.payments(loan)
    if loan.accelerated_on is None or received_on < loan.accelerated_on:
        now, before = restructurings.account(queries.agreed_terms(loan), before, received_on)
        return rules.used_by_schedule(now.terms, before, received_on, amount_fen, now.carried_fen)
    used = rules.used_for(queries.debt(loan, received_on, before), amount_fen)
    if used["unapplied_fen"]:
        raise Invalid("收款超过全部债务", fields={"amount_fen": "超出部分应退还付款人"})
    return used


def _require_reversible(loan: Loan, receipt: Receipt) -> None:
    if loan.state not in standing.PAYABLE:
        raise Conflict(f"贷款“{loan.state_label}”,不能再冲销收款", code="not_payable")
    if loan.restructured_on is not None and receipt.received_on <= loan.restructured_on:
        raise Conflict(f"贷款已于 {loan.restructured_on} 按当日账目重组,不能冲销此前的收款", code="restructured_since")
    if loan.disposals.filter(state="SETTLED", reference=receipt.reference).exists():
        raise Conflict("处置价款已结算,不能冲销", code="disposal_settled")
    latest = loan.receipts.filter(reverses=None, reversed_by=None).order_by("received_on", "pk").last()
    if latest is None or latest.pk != receipt.pk:
        raise Conflict("只能冲销最近一笔有效收款:请先冲销其后的收款", code="later_receipts_stand")
