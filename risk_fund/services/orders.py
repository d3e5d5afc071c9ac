"""The gate for money: a cashier makes an order, an accountant confirms it against the bank's record, it is booked.

What an order stands for decides what else happens in the same transaction: a contribution comes into the fund, a claim
becomes paid, a recovery received.
"""

from collections.abc import Callable
from datetime import datetime

from django.utils import timezone

from finance_platform.foundation.errors import Conflict, Invalid
from finance_platform.foundation.models import User
from finance_platform.foundation.permissions import Permission
from finance_platform.foundation.rules import require_distinct_hands
from finance_platform.foundation.services import numbers
from finance_platform.foundation.use_case import hands, use_case
from pledges.services import loans
from risk_fund.models import Claim, Fund, MoneyOrder, Recovery
from risk_fund.queries import claims as claim_queries
from risk_fund.queries import funds as fund_queries
from risk_fund.queries import orders as queries
from risk_fund.queries import recoveries as recovery_queries
from risk_fund.rules import claims as claim_rules
from risk_fund.rules import journal
from risk_fund.rules import orders as rules
from risk_fund.services import ledger


@use_case(Permission.MONEY_MAKE)
def make(
    *, by: User, at: datetime, kind: str, subject: str, amount_fen: int, reference: str, source: str = "",
    memo: str = "",
) -> MoneyOrder:  # fmt: skip
    """Prepare a movement of money; `subject` is the fund's code, the claim's number or the recovery's.

    `reference` is the number on the bank slip (or of the payment instruction). For a contribution `source` says whose
    money it is: region, central or prefecture.
    Raises: NotFound; Invalid (kind, amount other than owed, reference); Conflict (publicity still runs, order exists
    already, slip already used). Writes: order in PREPARED.
    """
    if kind not in rules.KINDS:
        raise Invalid("没有这种资金业务", fields={"kind": "请从列表中选择:" + "、".join(rules.KINDS.values())})
    if not reference.strip():
        raise Invalid("请填写银行流水号", fields={"reference": "与银行回单或支付指令一致"})
    order = _ABOUT[kind](by, at, subject.strip(), source)
    order.kind, order.amount_fen, order.reference = kind, amount_fen, reference.strip()
    _require_amount(order)
    _require_single(order)
    order.number, order.memo = numbers.take("ZJ", timezone.localdate(at).year), memo.strip()[:200]
    order.made_by, order.made_hands, order.made_at = by, list(hands()), at
    order.save()
    return order


@use_case(Permission.MONEY_CHECK)
def confirm(*, by: User, at: datetime, order_id: int) -> MoneyOrder:
    """Confirm that the money moved, and book it; a claim's payment makes the claim paid and the loan compensated.

    Raises: NotFound; Forbidden (same hands); IllegalTransition; Conflict if the cash is short or the month closed.
    Writes: order, journal entries, and the claim with its loan, or the recovery.
    """
    order = queries.order(by, order_id, lock=True)
    require_distinct_hands(order.made_hands, hands(), what="资金指令")
    order.checked_by, order.checked_at = by, at
    order.move("confirm", by=by, at=at, reference=order.reference, amount_fen=order.amount_fen)
    ledger.post(
        fund=order.fund, drafts=_drafts(order), at=at, effective_date=timezone.localdate(at),
        maker_id=order.made_by_id, checker_id=by.pk, subject=f"risk_fund.MoneyOrder:{order.pk}",
        idempotency_key=f"order:{order.number}",
    )  # fmt: skip
    _afterwards(order, by, at)
    return order


@use_case(Permission.MONEY_CHECK)
def return_(*, by: User, at: datetime, order_id: int, reason: str) -> MoneyOrder:
    """Send an order back to the cashier, who may make another.

    Raises: NotFound; Forbidden (same hands); IllegalTransition; Invalid without a reason. Writes: order.
    """
    order = queries.order(by, order_id, lock=True)
    require_distinct_hands(order.made_hands, hands(), what="资金指令")
    if not reason.strip():
        raise Invalid("请写明退回原因", fields={"reason": "必填"})
    order.return_reason = reason.strip()[:200]
    order.checked_by, order.checked_at = by, at
    order.move("send_back", by=by, at=at, reason=order.return_reason)
    return order


# --- What an order is about ------------------------------------------------------------------------------------------
def _contribution(by: User, at: datetime, subject: str, source: str) -> MoneyOrder:
    if source not in rules.SOURCES:
        raise Invalid("请选择资金来源", fields={"source": "、".join(rules.SOURCES.values())})
    return MoneyOrder(fund=fund_queries.fund(subject), source=source)


def _claim_payment(by: User, at: datetime, subject: str, source: str) -> MoneyOrder:
    claim = claim_queries.claim_by_number(by, subject, lock=True)
    if claim.state != "PUBLICISED" or claim.publicity_ends is None:
        raise Conflict(f"{claim} 当前为“{claim.state_label}”,公示通过后才能支付", code="not_payable")
    if not claim_rules.may_pay(timezone.localdate(at), claim.publicity_ends):
        raise Conflict(f"公示至 {claim.publicity_ends} 为止,期满后次日起才能支付", code="publicity_runs")
    return MoneyOrder(fund=_fund_of(claim), claim=claim)


def _recovery_receipt(by: User, at: datetime, subject: str, source: str) -> MoneyOrder:
    recovery = recovery_queries.recovery_by_number(by, subject, lock=True)
    if recovery.state != "REPORTED":
        raise Conflict(f"{recovery} 当前为“{recovery.state_label}”,没有待收的款项", code="nothing_due")
    return MoneyOrder(fund=recovery.enrolment.scheme_version.scheme.fund, recovery=recovery)


_ABOUT: dict[str, Callable[[User, datetime, str, str], MoneyOrder]] = {
    "contribution": _contribution,
    "claim_payment": _claim_payment,
    "recovery_receipt": _recovery_receipt,
}


def _fund_of(claim: Claim) -> Fund:
    return claim.enrolment.scheme_version.scheme.fund


def _owed_fen(order: MoneyOrder) -> int | None:
    """Return what the order must amount to, where that is already settled."""
    if order.claim is not None:
        return order.claim.compensation_fen
    return order.recovery.fund_part_fen if order.recovery is not None else None


def _require_amount(order: MoneyOrder) -> None:
    if order.amount_fen <= 0:
        raise Invalid("金额须大于零", fields={"amount_fen": "请填写大于零的金额"})
    owed = _owed_fen(order)
    if owed is not None and order.amount_fen != owed:
        raise Invalid("金额与应收应付不符", fields={"amount_fen": f"应为 {owed} 分,须一次足额"})


def _require_single(order: MoneyOrder) -> None:
    live = MoneyOrder.objects.exclude(state="RETURNED")
    if order.claim is not None and live.filter(claim=order.claim).exists():
        raise Conflict(f"{order.claim} 已有支付指令,不能重复支付", code="duplicate_order")
    if order.recovery is not None and live.filter(recovery=order.recovery).exists():
        raise Conflict(f"{order.recovery} 已有收款指令", code="duplicate_order")
    if live.filter(fund=order.fund, kind=order.kind, reference=order.reference).exists():
        raise Conflict("该银行流水号已登记过", code="duplicate_reference", fields={"reference": "请核对银行回单"})


# --- What it does to the books and to the thing ----------------------------------------------------------------------
def _drafts(order: MoneyOrder) -> list[journal.Draft]:
    if order.claim is not None:
        unit = order.claim.enrolment.number
        as_asset = order.fund.recovery_right_as_asset
        return [
            journal.claim_paid(unit, order.amount_fen),
            journal.recovery_right(unit, order.amount_fen, as_asset=as_asset),
        ]
    if order.recovery is not None:
        return [journal.recovery_received(order.recovery.enrolment.bank.credit_code, order.amount_fen)]
    return [journal.appropriation(order.source, order.amount_fen)]


def _afterwards(order: MoneyOrder, by: User, at: datetime) -> None:
    if order.claim is not None:
        _pay(order.claim, order, by, at)
    if order.recovery is not None:
        recovery = Recovery.objects.select_for_update().get(pk=order.recovery_id)
        recovery.move("receive", by=by, at=at, order=order.number)


def _pay(claim: Claim, order: MoneyOrder, by: User, at: datetime) -> None:
    claim.move("pay", by=by, at=at, order=order.number, amount_fen=order.amount_fen)
    loans.mark_compensated(by=by, at=at, loan_id=claim.loan_id, claim_number=claim.number)
