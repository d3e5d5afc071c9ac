"""Money orders: seen by the offices that handle or audit the fund's money."""

from dataclasses import dataclass

from django.db.models import QuerySet

from finance_platform.foundation.errors import NotFound
from finance_platform.foundation.models import User
from finance_platform.foundation.permissions import ROLES, Permission, Role
from risk_fund.models import MoneyOrder
from risk_fund.queries import claims, recoveries

_WITH = ("fund", "claim__enrolment__bank", "claim__enrolment__scheme_version__scheme__fund",
         "recovery__enrolment__bank", "made_by", "checked_by")  # fmt: skip


def orders_visible_to(by: User) -> QuerySet[MoneyOrder]:
    """Return all orders to those who may read the ledger, none to others."""
    rows = MoneyOrder.objects.select_related(*_WITH)
    return rows if Permission.LEDGER_READ in ROLES[Role(by.role)] else rows.none()


def order(by: User, pk: int, *, lock: bool = False) -> MoneyOrder:
    """Return one order. Raises: NotFound."""
    return _one(orders_visible_to(by).filter(pk=pk), lock)


def order_by_number(by: User, number: str) -> MoneyOrder:
    """Return one order by its number. Raises: NotFound."""
    return _one(orders_visible_to(by).filter(number=number), lock=False)


def _one(rows: QuerySet[MoneyOrder], lock: bool) -> MoneyOrder:
    # A locked order is read alone: twelve joins for one row go astray where the tables' statistics are old.
    found = (rows.select_related(None).select_for_update() if lock else rows).first()
    if found is None:
        raise NotFound("没有这条资金指令,或您不能查看")
    return found


@dataclass(frozen=True)
class Due:
    """Something an order is waited for: what, for whom, how much, and since when it may be made."""

    kind: str
    subject: str
    party: str
    amount_fen: int
    note: str


def due(by: User) -> list[Due]:
    """Return what the cashier could make an order for now: claims after publicity, recoveries reported."""
    taken = MoneyOrder.objects.exclude(state="RETURNED")
    payable = claims.claims_visible_to(by).filter(state="PUBLICISED", compensation_fen__gt=0)
    payable = payable.exclude(pk__in=taken.exclude(claim=None).values("claim"))
    reported = recoveries.recoveries_visible_to(by).filter(state="REPORTED")
    reported = reported.exclude(pk__in=taken.exclude(recovery=None).values("recovery"))
    return [
        Due("claim_payment", one.number, one.enrolment.bank.name, one.compensation_fen or 0, f"至 {one.publicity_ends}")
        for one in payable
    ] + [
        Due("recovery_receipt", row.number, row.enrolment.bank.name, row.fund_part_fen, f"银行收款 {row.received_on}")
        for row in reported
    ]
