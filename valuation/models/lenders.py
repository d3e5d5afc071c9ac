"""What a bank asked of a signed run, kept beside it for good: the lender's distribution, a challenge of one assumption.

Both tell what a bank is thinking, so until the offers of the application are opened (`open_from`) they are the bank's
own, in the database too. The rows are their own trace: who, when, what, under digests.
"""

from typing import Any

from django.db import models
from django.db.models import Q

from finance_platform.foundation.stateful import append_only
from valuation.rules import figures


class LenderAssessment(models.Model):
    """A signed run under one loan and one borrower, by the lender's engine: exactly what went in and came out."""

    run = models.ForeignKey("valuation.ValuationRun", models.PROTECT, related_name="assessments")
    bank = models.ForeignKey("foundation.Organisation", models.PROTECT, related_name="+")
    terms = models.JSONField("贷款与借款人资料")
    input_json = models.TextField("输入")
    input_digest = models.CharField("输入摘要", max_length=71)
    output_json = models.TextField("输出")
    output_digest = models.CharField("输出摘要", max_length=71)
    engine = models.CharField("引擎版本", max_length=20)
    lending = models.CharField("放款人模型版本", max_length=20)
    parameter_versions = models.JSONField("参数表版本", default=dict)
    environment = models.JSONField("计算环境", default=dict)
    asked_by = models.ForeignKey("foundation.User", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    open_from = models.DateTimeField("对监督部门开放时间")

    write_policy = "append_only"

    class Meta:
        triggers = append_only()
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["bank", "run", "input_digest"], name="one_answer_a_question"),
            models.CheckConstraint(
                name="assessment_opens_no_earlier", condition=Q(open_from__gte=models.F("asked_at"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.run_id}:{self.input_digest[7:19]}"

    @property
    def output(self) -> dict[str, Any]:
        return figures.parsed(self.output_json)


class Challenge(models.Model):
    """One assumption of a signed run changed by a bank, and what that does to the figures. The run stays as it is."""

    run = models.ForeignKey("valuation.ValuationRun", models.PROTECT, related_name="challenges")
    bank = models.ForeignKey("foundation.Organisation", models.PROTECT, related_name="+")
    pointer = models.CharField("假设", max_length=300)
    old_json = models.TextField("原值")
    new_json = models.TextField("新值")
    reason = models.CharField("理由", max_length=500)
    loan_fen = models.BigIntegerField("拟贷金额")
    realised_percent = models.PositiveSmallIntegerField("处置变现率(%)")
    figures = models.JSONField("对照")
    run_output_digest = models.CharField("原测算输出摘要", max_length=71)
    input_digest = models.CharField("改后输入摘要", max_length=71)
    output_json = models.TextField("改后输出")
    output_digest = models.CharField("改后输出摘要", max_length=71)
    engine = models.CharField("引擎版本", max_length=20)
    made_by = models.ForeignKey("foundation.User", models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    record_digest = models.CharField("记录摘要", max_length=71)
    open_from = models.DateTimeField("对评估机构与监督部门开放时间")

    write_policy = "append_only"

    class Meta:
        triggers = append_only()
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["bank", "run", "input_digest", "loan_fen", "realised_percent"], name="one_challenge_a_question"
            ),
            models.CheckConstraint(name="challenge_has_reason", condition=~Q(reason="")),
            models.CheckConstraint(name="challenge_changes_something", condition=~Q(old_json=models.F("new_json"))),
            models.CheckConstraint(
                name="challenge_loan_and_share",
                condition=Q(loan_fen__gt=0, realised_percent__gte=1, realised_percent__lte=100),
            ),
            models.CheckConstraint(name="challenge_opens_no_earlier", condition=Q(open_from__gte=models.F("made_at"))),
        ]

    def __str__(self) -> str:
        return f"{self.run_id}:{self.pointer}"

    @property
    def output(self) -> dict[str, Any]:
        return figures.parsed(self.output_json)
