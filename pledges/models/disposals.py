"""Disposals of pledged rights: valued, offered, sold or taken in kind, settled by two persons."""

from django.db import models
from django.db.models import F, Q

from finance_platform.foundation.stateful import never_deleted, stateful
from pledges.rules import states


class Disposal(stateful(states.DISPOSAL)):  # type: ignore[misc]
    """The way of one pledge to money. The proceeds go costs, interest, principal; the surplus is the pledgor's.

    Source: 民法典 436, 438, 561.
    """

    class Method(models.TextChoices):
        AUCTION = "auction", "拍卖"
        NEGOTIATED = "negotiated", "变卖"
        IN_KIND = "in_kind", "折价/收储"

    loan = models.ForeignKey("pledges.Loan", models.PROTECT, related_name="disposals")
    pledge = models.ForeignKey("pledges.Pledge", models.PROTECT, related_name="disposals")
    opened_by = models.ForeignKey("foundation.User", models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    appraised_value_fen = models.BigIntegerField("处置评估值", null=True, blank=True)
    valuation_document = models.ForeignKey(
        "foundation.Document", models.PROTECT, null=True, blank=True, related_name="+"
    )
    reserve_price_fen = models.BigIntegerField("保留价", null=True, blank=True)
    agreement_document = models.ForeignKey(
        "foundation.Document", models.PROTECT, null=True, blank=True, related_name="+"
    )
    method = models.CharField("处置方式", max_length=12, choices=Method, blank=True)
    buyer = models.CharField("受让人", max_length=120, blank=True)
    price_fen = models.BigIntegerField("成交价", null=True, blank=True)
    sold_on = models.DateField("成交日", null=True, blank=True)
    cost_fen = models.BigIntegerField("处置费用", null=True, blank=True)
    interest_fen = models.BigIntegerField("抵偿利息", null=True, blank=True)
    principal_fen = models.BigIntegerField("抵偿本金", null=True, blank=True)
    surplus_fen = models.BigIntegerField("返还出质人", null=True, blank=True)
    received_on = models.DateField("到账日", null=True, blank=True)
    reference = models.CharField("回单号", max_length=60, blank=True)
    transfer_notice_no = models.CharField("转让手续合格通知书号", max_length=40, blank=True)
    settlement_keyed_by = models.ForeignKey("foundation.User", models.PROTECT, null=True, blank=True, related_name="+")
    settlement_hands = models.JSONField(default=list, blank=True)
    settlement_keyed_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey("foundation.User", models.PROTECT, null=True, blank=True, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)
    failure_reason = models.CharField("流拍/中止说明", max_length=200, blank=True)

    class Meta(stateful(states.DISPOSAL).Meta):  # type: ignore[misc]
        abstract = False
        triggers = stateful(states.DISPOSAL).Meta.triggers + never_deleted()  # type: ignore[attr-defined]
        constraints = [
            models.UniqueConstraint(
                fields=["pledge"], condition=~Q(state="FAILED"), name="one_disposal_a_pledge_but_failed_ones"
            ),
            models.CheckConstraint(
                name="sold_at_a_price",
                condition=~Q(state__in=["SOLD", "IN_KIND", "SETTLED"])
                | (Q(price_fen__gt=0, sold_on__isnull=False) & ~Q(method="")),
            ),
            models.CheckConstraint(
                name="proceeds_foot",
                condition=~Q(state="SETTLED")
                | Q(
                    price_fen=F("cost_fen") + F("interest_fen") + F("principal_fen") + F("surplus_fen"),
                    cost_fen__gte=0,
                    interest_fen__gte=0,
                    principal_fen__gte=0,
                    surplus_fen__gte=0,
                ),
            ),
            models.CheckConstraint(
                name="settled_by_two_persons",
                condition=~Q(state="SETTLED") | (Q(settled_by__isnull=False) & ~Q(settled_by=F("settlement_keyed_by"))),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.loan} · {self.pledge}"
