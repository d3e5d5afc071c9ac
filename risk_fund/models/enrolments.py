"""Loans under a scheme, and what the sharing engine remembers of them.

An event takes one row of `SharingState`, one of `SharingLoan` and a few counters; `SharingEvent` is the record from
which everything else can be worked out again.
"""

from typing import Any

from django.db import models
from django.db.models import Q

from finance_platform.foundation.stateful import append_only, never_deleted, stateful
from risk_fund.rules.enrolments import ENROLMENT


class Enrolment(stateful(ENROLMENT)):  # type: ignore[misc]
    """A loan's cover under the scheme version in force when it was reserved."""

    number = models.CharField("备案编号", max_length=24, unique=True)
    scheme_version = models.ForeignKey("risk_fund.SchemeVersion", models.PROTECT, related_name="enrolments")
    application = models.ForeignKey("pledges.Application", models.PROTECT, related_name="+")
    loan = models.OneToOneField("pledges.Loan", models.PROTECT, null=True, blank=True, related_name="+")
    borrower = models.ForeignKey("foundation.Organisation", models.PROTECT, related_name="+", verbose_name="借款人")
    bank = models.ForeignKey("foundation.Organisation", models.PROTECT, related_name="+", verbose_name="银行")
    reserved_fen = models.BigIntegerField("预占本金")
    committed_fen = models.BigIntegerField("备案本金", null=True, blank=True)
    contract_fen = models.BigIntegerField("合同金额", null=True, blank=True)
    ip_part_fen = models.BigIntegerField("知识产权担保部分", null=True, blank=True)
    reserved_by = models.ForeignKey("foundation.User", models.PROTECT, related_name="+")
    reserved_at = models.DateTimeField()
    committed_at = models.DateTimeField(null=True, blank=True)
    lapse_reason = models.CharField("失效原因", max_length=200, blank=True)

    class Meta(stateful(ENROLMENT).Meta):  # type: ignore[misc,name-defined]
        abstract = False
        ordering = ["-id"]
        triggers = [*stateful(ENROLMENT).Meta.triggers, *never_deleted()]  # type: ignore[attr-defined]
        constraints = [
            models.UniqueConstraint(
                fields=["application"], condition=~Q(state="LAPSED"), name="one_live_enrolment_an_application"
            ),
            models.CheckConstraint(name="enrolment_reserves_something", condition=Q(reserved_fen__gt=0)),
            models.CheckConstraint(
                name="committed_is_a_loan",
                condition=Q(state__in=["RESERVED", "LAPSED"]) | Q(loan__isnull=False, committed_fen__gt=0),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class SharingState(models.Model):
    """The aggregates of one scheme version's book; its row is locked before anything is shared.

    Cash is not here: it is the ledger's balance, read before each event.
    """

    scheme_version = models.OneToOneField("risk_fund.SchemeVersion", models.PROTECT, related_name="sharing_state")
    events = models.PositiveIntegerField("已记事件", default=0)
    last_on = models.DateField("最近事件日", null=True, blank=True)
    exposure_fen = models.BigIntegerField("备案未偿本金", default=0)
    covered_fen = models.BigIntegerField("风险补偿责任余额", default=0)
    flows: Any = models.JSONField(default=dict)

    class Meta:
        triggers = never_deleted()

    def __str__(self) -> str:
        return f"{self.scheme_version} #{self.events}"


class SharingLoan(models.Model):
    """The engine's state of one enrolled loan; the two sums stand beside it so that they can be added up in SQL."""

    enrolment = models.OneToOneField(Enrolment, models.PROTECT, primary_key=True, related_name="sharing")
    outstanding_fen = models.BigIntegerField()
    covered_fen = models.BigIntegerField()
    state: Any = models.JSONField()

    class Meta:
        triggers = never_deleted()

    def __str__(self) -> str:
        return str(self.enrolment)


class SharingCounter(models.Model):
    """One running figure of a scheme version, under the engine's stable key."""

    sharing_state = models.ForeignKey(SharingState, models.PROTECT, related_name="counters")
    key = models.CharField(max_length=300)
    value = models.BigIntegerField()

    class Meta:
        triggers = never_deleted()
        constraints = [models.UniqueConstraint(fields=["sharing_state", "key"], name="one_counter_a_key")]

    def __str__(self) -> str:
        return f"{self.key} = {self.value}"


class SharingEvent(models.Model):
    """An event as the engine took it, what the engine was told of the world, and what came of it."""

    sharing_state = models.ForeignKey(SharingState, models.PROTECT, related_name="record")
    i = models.PositiveIntegerField("序号")
    on = models.DateField("日期")
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, null=True, blank=True, related_name="events")
    event: Any = models.JSONField("事件")
    context: Any = models.JSONField("外部条件")
    outcome: Any = models.JSONField("结果")
    subject = models.CharField(max_length=80, blank=True, db_index=True)
    by = models.ForeignKey("foundation.User", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    write_policy = "append_only"

    class Meta:
        ordering = ["sharing_state_id", "i"]
        triggers = append_only()
        constraints = [models.UniqueConstraint(fields=["sharing_state", "i"], name="one_event_a_position")]

    def __str__(self) -> str:
        return f"{self.sharing_state_id}/{self.i} {self.event.get('type')}"
