"""Money orders: no money is booked in or out except by one that a cashier made and an accountant confirmed."""

from typing import Any

from django.db import models
from django.db.models import F, Q

from finance_platform.foundation.stateful import never_deleted, stateful
from risk_fund.rules.orders import KINDS, MONEY_ORDER, SOURCES


class MoneyOrder(stateful(MONEY_ORDER)):  # type: ignore[misc]
    """One movement of money on the fund's bank account."""

    number = models.CharField("指令编号", max_length=24, unique=True)
    fund = models.ForeignKey("risk_fund.Fund", models.PROTECT, related_name="orders")
    kind = models.CharField("类别", max_length=20, choices=list(KINDS.items()))
    claim = models.ForeignKey("risk_fund.Claim", models.PROTECT, null=True, blank=True, related_name="orders")
    recovery = models.ForeignKey("risk_fund.Recovery", models.PROTECT, null=True, blank=True, related_name="orders")
    source = models.CharField("资金来源", max_length=20, choices=list(SOURCES.items()), blank=True)
    amount_fen = models.BigIntegerField("金额")
    reference = models.CharField("银行流水号", max_length=60)
    memo = models.CharField("摘要", max_length=200, blank=True)
    made_by = models.ForeignKey("foundation.User", models.PROTECT, related_name="+")
    made_hands: Any = models.JSONField(default=list)
    made_at = models.DateTimeField()
    checked_by = models.ForeignKey("foundation.User", models.PROTECT, null=True, blank=True, related_name="+")
    checked_at = models.DateTimeField(null=True, blank=True)
    return_reason = models.CharField("退回原因", max_length=200, blank=True)

    class Meta(stateful(MONEY_ORDER).Meta):  # type: ignore[misc,name-defined]
        abstract = False
        ordering = ["-id"]
        triggers = [*stateful(MONEY_ORDER).Meta.triggers, *never_deleted()]  # type: ignore[attr-defined]
        constraints = [
            models.CheckConstraint(name="order_maker_is_not_checker", condition=~Q(made_by=F("checked_by"))),
            models.CheckConstraint(name="order_moves_something", condition=Q(amount_fen__gt=0)),
            models.CheckConstraint(
                name="order_has_its_subject",
                condition=Q(kind="claim_payment", claim__isnull=False, recovery=None, source="")
                | Q(kind="recovery_receipt", recovery__isnull=False, claim=None, source="")
                | (Q(kind="contribution", claim=None, recovery=None) & ~Q(source="")),
            ),
            models.CheckConstraint(
                name="order_confirmed_by_someone", condition=~Q(state="CONFIRMED") | Q(checked_by__isnull=False)
            ),
            models.UniqueConstraint(fields=["claim"], condition=~Q(state="RETURNED"), name="one_live_payment_a_claim"),
            models.UniqueConstraint(
                fields=["recovery"], condition=~Q(state="RETURNED"), name="one_live_receipt_a_recovery"
            ),
            models.UniqueConstraint(
                fields=["fund", "kind", "reference"], condition=~Q(state="RETURNED"), name="one_order_a_bank_slip"
            ),
        ]

    def __str__(self) -> str:
        return self.number
