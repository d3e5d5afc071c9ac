"""Recoveries: what a compensated loan brought back, and who has which part of it."""

from typing import Any

from django.db import models
from django.db.models import Q

from finance_platform.foundation.stateful import never_deleted, stateful
from risk_fund.rules.recoveries import RECOVERY


class Recovery(stateful(RECOVERY)):  # type: ignore[misc]
    """One settlement report of the bank, shared by the scheme; amounts are fixed once written."""

    number = models.CharField("追偿编号", max_length=24, unique=True)
    enrolment = models.ForeignKey("risk_fund.Enrolment", models.PROTECT, related_name="recoveries")
    loan = models.ForeignKey("pledges.Loan", models.PROTECT, related_name="+")
    received_on = models.DateField("银行收款日")
    reference = models.CharField("依据", max_length=60)
    gross_fen = models.BigIntegerField("回收总额")
    cost_fen = models.BigIntegerField("冲抵费用")
    interest_fen = models.BigIntegerField("冲抵利息")
    loss_fen = models.BigIntegerField("冲抵损失")
    surplus_fen = models.BigIntegerField("剩余返还出质人")
    allocation: Any = models.JSONField("各方分得")
    fund_part_fen = models.BigIntegerField("应返还资金")
    outcome: Any = models.JSONField("分配结果")
    reported_by = models.ForeignKey("foundation.User", models.PROTECT, related_name="+")
    reported_at = models.DateTimeField()

    class Meta(stateful(RECOVERY).Meta):  # type: ignore[misc,name-defined]
        abstract = False
        ordering = ["-id"]
        triggers = [*stateful(RECOVERY).Meta.triggers, *never_deleted()]  # type: ignore[attr-defined]
        constraints = [
            models.UniqueConstraint(fields=["loan", "reference"], name="one_recovery_a_reference"),
            models.CheckConstraint(name="recovery_brings_something", condition=Q(gross_fen__gt=0)),
            models.CheckConstraint(
                name="recovery_is_used_up",
                condition=Q(
                    gross_fen=models.F("cost_fen")
                    + models.F("interest_fen")
                    + models.F("loss_fen")
                    + models.F("surplus_fen")
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.number
