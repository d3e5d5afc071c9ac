"""Claims: what a lender asks for, who looked at it, what the scheme gave."""

from typing import Any

import pgtrigger
from django.db import models
from django.db.models import F, Q

from finance_platform.foundation.stateful import append_only, never_deleted, stateful
from risk_fund.rules.claims import CLAIM, COMPONENTS, OPEN_STATES, Comparison, Loss, compare

_AMOUNTS = [f"{name}_fen" for name in COMPONENTS]


class Claim(stateful(CLAIM)):  # type: ignore[misc]
    """One application for compensation on one loan."""

    number = models.CharField("申请编号", max_length=24, unique=True)
    enrolment = models.ForeignKey("risk_fund.Enrolment", models.PROTECT, related_name="claims")
    loan = models.ForeignKey("pledges.Loan", models.PROTECT, related_name="+")
    claimant = models.ForeignKey("foundation.Organisation", models.PROTECT, related_name="+", verbose_name="申请人")
    prefecture = models.ForeignKey("foundation.Region", models.PROTECT, related_name="+", verbose_name="盟市")
    principal_fen = models.BigIntegerField("本金", default=0)
    interest_fen = models.BigIntegerField("利息", default=0)
    penalty_fen = models.BigIntegerField("罚息及复利", default=0)
    cost_fen = models.BigIntegerField("实现债权费用", default=0)
    interest_days = models.PositiveIntegerField("计息天数", null=True, blank=True)
    due = models.DateField("到期日", null=True, blank=True)
    as_of = models.DateField("损失基准日")
    evidence: Any = models.JSONField("证据", default=list)
    explanation = models.TextField("申请说明", blank=True)
    recomputed: Any = models.JSONField("系统重算", default=dict)
    outcome: Any = models.JSONField("分担结果", null=True, blank=True)
    compensation_fen = models.BigIntegerField("补偿金额", null=True, blank=True)
    publicised_on = models.DateField("公示日", null=True, blank=True)
    publicity_ends = models.DateField("公示截止日", null=True, blank=True)
    filed_by = models.ForeignKey("foundation.User", models.PROTECT, related_name="+")
    filed_at = models.DateTimeField()
    reviewed_by = models.ForeignKey("foundation.User", models.PROTECT, null=True, blank=True, related_name="+")
    checked_by = models.ForeignKey("foundation.User", models.PROTECT, null=True, blank=True, related_name="+")
    approved_by = models.ForeignKey("foundation.User", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta(stateful(CLAIM).Meta):  # type: ignore[misc,name-defined]
        abstract = False
        ordering = ["-id"]
        triggers = [
            *stateful(CLAIM).Meta.triggers,  # type: ignore[attr-defined]
            *never_deleted(),
            pgtrigger.Protect(
                name="claim_shared_is_fixed",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__outcome__isnull=False)
                & (
                    pgtrigger.Q(old__outcome__df=pgtrigger.F("new__outcome"))
                    | pgtrigger.Q(old__principal_fen__df=pgtrigger.F("new__principal_fen"))
                    | pgtrigger.Q(old__compensation_fen__df=pgtrigger.F("new__compensation_fen"))
                ),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["loan"], condition=Q(state__in=OPEN_STATES), name="one_open_claim_a_loan"
            ),
            models.CheckConstraint(
                name="claim_hands_differ",
                condition=~Q(filed_by=F("reviewed_by")) & ~Q(filed_by=F("checked_by")) & ~Q(filed_by=F("approved_by"))
                & ~Q(reviewed_by=F("checked_by")) & ~Q(reviewed_by=F("approved_by")) & ~Q(checked_by=F("approved_by")),
            ),
            models.CheckConstraint(
                name="claim_amounts_not_negative",
                condition=Q(principal_fen__gte=0, interest_fen__gte=0, penalty_fen__gte=0, cost_fen__gte=0),
            ),
            models.CheckConstraint(
                name="claim_asks_for_something",
                condition=Q(principal_fen__gt=0) | Q(interest_fen__gt=0) | Q(penalty_fen__gt=0) | Q(cost_fen__gt=0),
            ),
            models.CheckConstraint(
                name="claim_shared_when_approved",
                condition=~Q(state__in=["APPROVED", "PUBLICISED", "OBJECTED", "PAID"])
                | Q(outcome__isnull=False, compensation_fen__gte=0, approved_by__isnull=False),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number

    @property
    def loss(self) -> Loss:
        return Loss(*(getattr(self, name) for name in _AMOUNTS))

    @property
    def loss_fen(self) -> int:
        return self.loss.total_fen

    @property
    def comparison(self) -> tuple[Comparison, ...]:
        """Claimed and recomputed side by side (recomputed as of the last look)."""
        return compare(self.loss, Loss(**{name: self.recomputed.get(name, 0) for name in _AMOUNTS}))

    @property
    def difference_fen(self) -> int:
        return sum(row.difference_fen for row in self.comparison)


class ClaimStep(models.Model):
    """Something a person did to a claim, in his own name or a principal's."""

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="steps")
    step = models.CharField(max_length=24)
    by = models.ForeignKey("foundation.User", models.PROTECT, related_name="+")
    hands: Any = models.JSONField(default=list)
    at = models.DateTimeField()
    note = models.TextField(blank=True)

    write_policy = "append_only"

    class Meta:
        ordering = ["id"]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.claim} {self.step}"


class Objection(models.Model):
    """A written objection to a publicised claim, the proposal on it and the decision, by two people."""

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="objections")
    text = models.TextField("异议内容")
    document = models.ForeignKey("foundation.Document", models.PROTECT, null=True, blank=True, related_name="+")
    raised_by = models.ForeignKey("foundation.User", models.PROTECT, related_name="+")
    raised_at = models.DateTimeField()
    uphold = models.BooleanField("拟采纳", null=True, blank=True)
    finding = models.TextField("调查意见", blank=True)
    proposed_by = models.ForeignKey("foundation.User", models.PROTECT, null=True, blank=True, related_name="+")
    proposed_hands: Any = models.JSONField(default=list)
    decided_by = models.ForeignKey("foundation.User", models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        triggers = never_deleted()
        constraints = [
            models.UniqueConstraint(fields=["claim"], condition=Q(decided_at=None), name="one_open_objection_a_claim"),
            models.CheckConstraint(name="objection_hands_differ", condition=~Q(proposed_by=F("decided_by"))),
        ]

    def __str__(self) -> str:
        return f"{self.claim} 异议"
