"""Indicative values for the public: never an appraisal, never a basis for lending."""

import uuid

from django.db import models
from django.db.models import F, Q

from finance_platform.foundation.stateful import append_only
from valuation.rules import figures


class Estimate(models.Model):
    """One answer to six inputs. The same inputs under the same tables are answered by the same row."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    inputs = models.JSONField("输入")
    input_digest = models.CharField("输入摘要", max_length=71, unique=True)
    document_json = models.TextField("测算文档")
    output_json = models.TextField("测算结果")
    histogram = models.JSONField("分布", default=list)
    parameter_versions = models.JSONField("参数表版本", default=dict)
    median_fen = models.BigIntegerField("中位数")
    p10_fen = models.BigIntegerField("P10")
    p90_fen = models.BigIntegerField("P90")
    loan_low_fen = models.BigIntegerField("参考可贷下限")
    loan_high_fen = models.BigIntegerField("参考可贷上限")
    ltv_low = models.FloatField("质押率下限")
    ltv_high = models.FloatField("质押率上限")
    made_by = models.ForeignKey("foundation.User", models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    write_policy = "append_only"

    class Meta:
        triggers = append_only()
        constraints = [
            models.CheckConstraint(
                name="estimate_in_order",
                condition=Q(p10_fen__lte=F("median_fen"), median_fen__lte=F("p90_fen"))
                & Q(loan_low_fen__gte=0, loan_high_fen__gte=F("loan_low_fen")),
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def output(self) -> dict[str, object]:
        return figures.parsed(self.output_json)
