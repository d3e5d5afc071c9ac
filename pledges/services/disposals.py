"""Pledged rights are turned into money: valued, offered, sold, settled by two persons in the law's order."""

from datetime import date, datetime
from uuid import UUID

from django.utils import timezone

from finance_platform.foundation import queries as foundation
from finance_platform.foundation import rules as shared
from finance_platform.foundation.errors import Conflict, Invalid, NotFound
from finance_platform.foundation.models import User
from finance_platform.foundation.permissions import Permission
from finance_platform.foundation.use_case import hands, use_case
from pledges import queries
from pledges.models import Disposal, IpAsset, Loan, Pledge
from pledges.rules import disposals as rules
from pledges.rules.evidence import number_on_paper
from pledges.rules.evidence import reason as required_reason
from pledges.rules.loans import Debt, used_for
from pledges.services import receipts, standing

# No automatic forfeiture (民法典 428): disposal begins only when the debt is due in full.
DUE_STATES = ("ACCELERATED", "COMPENSATED", "IN_RECOVERY", "WRITTEN_OFF")
BUYER_LENGTH_MAX = 120


@use_case(Permission.DISPOSAL_CONDUCT)
def start(*, by: User, at: datetime, loan_id: int, pledge_id: int) -> Disposal:
    """Begin the disposal of a registered pledge of a loan that is due in full.

    Raises: NotFound; Conflict (debt not due, pledge not live, already begun or sold). Writes: disposal.
    """
    loan = queries.loan(by, loan_id)
    queries.pledge(by, pledge_id)
    pledge = Pledge.objects.select_for_update().get(pk=pledge_id)
    if loan.state not in DUE_STATES or loan.accelerated_on is None:
        raise Conflict("债务全部到期(宣布提前到期)后才能处置质物", code="not_due")
    if pledge.state != "REGISTERED" or pledge.agreement_id != loan.agreement_id:
        raise Conflict("该质押登记不是本贷款的有效质押", code="pledge_not_live")
    if pledge.disposals.exclude(state="FAILED").exists():
        raise Conflict("该质押已在处置中或已处置", code="already_begun")
    return Disposal.objects.create(loan=loan, pledge=pledge, opened_by=by, opened_at=at)


@use_case(Permission.DISPOSAL_CONDUCT)
def value(*, by: User, at: datetime, disposal_id: int, appraised_value_fen: int, document_id: UUID) -> Disposal:
    """Record the disposal appraisal. Raises: NotFound; Invalid; IllegalTransition. Writes: disposal."""
    disposal = _locked(by, disposal_id)
    _positive(appraised_value_fen, "appraised_value_fen")
    document = foundation.document(by, document_id)
    disposal.appraised_value_fen, disposal.valuation_document = appraised_value_fen, document
    disposal.move("value", by=by, at=at, appraised_value_fen=appraised_value_fen, report=document.sha256)
    return disposal


@use_case(Permission.DISPOSAL_CONDUCT)
def list_for_sale(
    *, by: User, at: datetime, disposal_id: int, reserve_price_fen: int, agreement_document_id: UUID
) -> Disposal:
    """Offer the rights by agreement with the pledgor or by court order. Raises: NotFound; Invalid (reserve price)."""
    disposal = _locked(by, disposal_id)
    document = foundation.document(by, agreement_document_id)
    rules.check_reserve_price(reserve_price_fen, disposal.appraised_value_fen or 0)
    disposal.reserve_price_fen, disposal.agreement_document = reserve_price_fen, document
    disposal.move("list_for_sale", by=by, at=at, reserve_price_fen=reserve_price_fen, agreement=document.sha256)
    return disposal


@use_case(Permission.DISPOSAL_CONDUCT)
def auction(*, by: User, at: datetime, disposal_id: int, notice: str) -> Disposal:
    """Open the first auction. Raises: NotFound; IllegalTransition."""
    disposal = _locked(by, disposal_id)
    disposal.move("auction", by=by, at=at, notice=required_reason(notice, field="notice", label="拍卖公告"))
    return disposal


@use_case(Permission.DISPOSAL_CONDUCT)
def fail_auction(*, by: User, at: datetime, disposal_id: int, reason: str) -> Disposal:
    """Record that nobody bid: a second auction at 20 % less, then negotiated sale, then failure."""
    disposal = _locked(by, disposal_id)
    if disposal.state == "AUCTION_1":
        disposal.reserve_price_fen = rules.second_reserve_price(disposal.reserve_price_fen or 0)
    disposal.failure_reason = required_reason(reason, field="reason", label="流拍或失败说明")
    disposal.move("fail", by=by, at=at, reason=disposal.failure_reason)
    return disposal


@use_case(Permission.DISPOSAL_CONDUCT)
def sell(*, by: User, at: datetime, disposal_id: int, price_fen: int, buyer: str, sold_on: date) -> Disposal:
    """Record the hammer price, or the price of a negotiated sale. Raises: NotFound; Invalid; IllegalTransition."""
    disposal = _locked(by, disposal_id)
    at_auction = disposal.state in {"AUCTION_1", "AUCTION_2"}
    reserve_fen = disposal.reserve_price_fen or 0
    if at_auction and price_fen < reserve_fen:
        raise Invalid(
            "成交价低于保留价", fields={"price_fen": f"保留价为 {reserve_fen // 100}.{reserve_fen % 100:02d} 元"}
        )
    disposal.method = Disposal.Method.AUCTION if at_auction else Disposal.Method.NEGOTIATED
    _agree(disposal, price_fen, buyer, sold_on, at)
    disposal.move("hammer" if at_auction else "sell", by=by, at=at, price_fen=price_fen, buyer=disposal.buyer)
    return disposal


@use_case(Permission.DISPOSAL_CONDUCT)
def take_in_kind(*, by: User, at: datetime, disposal_id: int, price_fen: int, buyer: str, agreed_on: date) -> Disposal:
    """Record a written agreement to take the rights over at a price. Raises: NotFound; Invalid; IllegalTransition."""
    disposal = _locked(by, disposal_id)
    disposal.method = Disposal.Method.IN_KIND
    _agree(disposal, price_fen, buyer, agreed_on, at)
    disposal.move("take_in_kind", by=by, at=at, price_fen=price_fen, buyer=disposal.buyer)
    return disposal


@use_case(Permission.DISPOSAL_CONDUCT)
def suspend(*, by: User, at: datetime, disposal_id: int, reason: str) -> Disposal:
    """Halt a disposal on notice of a court or registry. Raises: NotFound; IllegalTransition."""
    disposal = _locked(by, disposal_id)
    disposal.failure_reason = required_reason(reason, field="reason", label="中止通知")
    disposal.move("suspend", by=by, at=at, reason=disposal.failure_reason)
    return disposal


@use_case(Permission.DISPOSAL_CONDUCT)
def resume(*, by: User, at: datetime, disposal_id: int, reserve_price_fen: int | None = None) -> Disposal:
    """Go on after a suspension, from the listing; the first auction's reserve price holds again.

    A price cut for a second auction must be named anew. Raises: NotFound; Invalid (reserve price); IllegalTransition.
    """
    disposal = _locked(by, disposal_id)
    reserve_fen = disposal.reserve_price_fen if reserve_price_fen is None else reserve_price_fen
    rules.check_reserve_price(reserve_fen or 0, disposal.appraised_value_fen or 0)
    disposal.reserve_price_fen = reserve_fen
    disposal.move("resume", by=by, at=at, reserve_price_fen=reserve_fen)
    return disposal


@use_case(Permission.DISPOSAL_SETTLE)
def settle_first(
    *,
    by: User,
    at: datetime,
    disposal_id: int,
    cost_fen: int,
    received_on: date,
    reference: str,
    transfer_notice_no: str,
) -> Disposal:
    """Key the settlement as the first person: costs, bank slip, the register's transfer notice.

    Raises: NotFound; Conflict (not sold); Invalid. Writes: what was keyed.
    """
    disposal = _locked(by, disposal_id)
    if not disposal.can("settle"):
        raise Conflict("成交后才能结算", code="not_sold")
    if cost_fen < 0:
        raise Invalid("处置费用不能为负", fields={"cost_fen": "请按票据填写,没有则填 0"})
    if disposal.sold_on is None or not disposal.sold_on <= received_on <= timezone.localdate(at):
        raise Invalid("到账日应在成交日与今天之间", fields={"received_on": "请按回单填写"})
    disposal.cost_fen, disposal.received_on = cost_fen, received_on
    disposal.reference = number_on_paper(
        reference, field="reference", label="回单号", longest=receipts.REFERENCE_LENGTH_MAX
    )
    disposal.transfer_notice_no = number_on_paper(
        transfer_notice_no, field="transfer_notice_no", label="转让手续合格通知书号"
    )
    disposal.settlement_keyed_by, disposal.settlement_hands, disposal.settlement_keyed_at = by, list(hands()), at
    disposal.save()
    return disposal


@use_case(Permission.DISPOSAL_SETTLE)
def settle_second(*, by: User, at: datetime, disposal_id: int) -> Disposal:
    """Settle as the second person: costs, interest, principal; the surplus is the pledgor's; the rights move on.

    `cost_fen` becomes what the proceeds paid of the costs; what was keyed stays in the evidence.
    Raises: NotFound; Conflict (nothing keyed, slip booked); Forbidden (same hands); IllegalTransition (settled before).
    Writes: disposal, receipt, loan, rights.
    """
    disposal = _locked(by, disposal_id)
    if disposal.settlement_keyed_by_id is None or disposal.received_on is None:
        raise Conflict("请先由另一人录入结算", code="not_keyed")
    shared.require_distinct_hands(disposal.settlement_hands, hands(), what="处置结算")
    loan = standing.locked(by, disposal.loan_id)
    debt = _debt(loan, disposal.received_on)
    keyed_cost_fen = disposal.cost_fen or 0
    parts = rules.waterfall(
        gross_fen=disposal.price_fen or 0, cost_fen=keyed_cost_fen, principal_due_fen=debt.principal_fen,
        interest_due_fen=debt.interest_fen + debt.penalty_fen + debt.compound_fen,
    )  # fmt: skip
    disposal.cost_fen, disposal.interest_fen = parts.cost_fen, parts.interest_fen
    disposal.principal_fen, disposal.surplus_fen = parts.principal_fen, parts.surplus_fen
    disposal.settled_by, disposal.settled_at = by, at
    disposal.move(
        "settle", by=by, at=at, slip=disposal.reference, transfer_notice=disposal.transfer_notice_no,
        cost_keyed_fen=keyed_cost_fen,
    )  # fmt: skip
    _book(loan, disposal, debt, by=by, at=at)
    _hand_over(disposal, by=by, at=at)
    return disposal


def _debt(loan: Loan, received_on: date) -> Debt:
    """Return the debt that the proceeds meet, less every receipt that stands, those of later days too."""
    received = queries.payments(loan)
    return queries.debt(loan, max([received_on, *(payment.day for payment in received)]), received)


def _book(loan: Loan, disposal: Disposal, debt: Debt, *, by: User, at: datetime) -> None:
    """Write the receipt of what went to the debt, and restate the loan."""
    received_on = disposal.received_on
    assert received_on is not None
    amount = (disposal.interest_fen or 0) + (disposal.principal_fen or 0)
    if not amount:
        return
    receipts.book(
        loan, received_on=received_on, amount_fen=amount, reference=disposal.reference, used=used_for(debt, amount),
        by=by, at=at,
    )  # fmt: skip
    standing.restate(loan, max(loan.status_on or received_on, received_on), by=by, at=at)
    if loan.can("recover"):
        loan.move("recover", by=by, at=at, disposal=disposal.pk, principal_fen=disposal.principal_fen)


def _hand_over(disposal: Disposal, *, by: User, at: datetime) -> None:
    """The rights belong to the buyer now and no longer stand under the pledge; those that ended stay as they are."""
    disposal.pledge.assets.filter(until_date=None).update(until_date=timezone.localdate(at))
    for asset in IpAsset.objects.select_for_update().filter(pledges__pledge=disposal.pledge_id).order_by("pk"):
        if asset.can("dispose_transfer"):
            asset.move("dispose_transfer", by=by, at=at, buyer=disposal.buyer, notice=disposal.transfer_notice_no)


def _agree(disposal: Disposal, price_fen: int, buyer: str, sold_on: date, at: datetime) -> None:
    _positive(price_fen, "price_fen")
    today, opened = timezone.localdate(at), timezone.localdate(disposal.opened_at)
    if not opened <= sold_on <= today:
        remedy = f"成交日应在处置启动日 {opened} 与今天之间"
        raise Invalid(remedy, fields={"sold_on": remedy})
    disposal.buyer = required_reason(buyer, field="buyer", label="受让人", longest=BUYER_LENGTH_MAX)
    disposal.price_fen, disposal.sold_on = price_fen, sold_on


def _locked(by: User, disposal_id: int) -> Disposal:
    """Return a disposal the viewer may see, locked; its loan is of the viewer's bank. Raises: NotFound."""
    rows = Disposal.objects.select_for_update(of=("self",)).select_related("pledge")
    found = rows.filter(pk=disposal_id, loan__in=queries.loans_visible_to(by)).first()
    if found is None:
        raise NotFound("没有这项质物处置")
    return found


def _positive(amount_fen: int, field: str) -> None:
    if amount_fen <= 0:
        raise Invalid("金额应大于零", fields={field: "请按凭证填写"})
