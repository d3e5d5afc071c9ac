"""Runs of the engine that stand behind appraisals and internal valuations."""

from typing import Any

from django.db import models

from finance_platform.foundation.stateful import append_only
from valuation.rules import figures


class RunRecord(models.Model):
    """What is kept of a run, for good: exactly what went in, exactly what came out, by which engine, where.

    Both documents are kept as canonical text, because their digests are taken of the text and a JSON column would
    rewrite numbers. `stated` is what the appraiser stated before evidence widened it (empty where the document was
    handed in as it is), with the raw answers of the indicator form; `flags` are for reviewer and signatories.
    """

    input_json = models.TextField("输入")
    input_digest = models.CharField("输入摘要", max_length=71)
    output_json = models.TextField("输出")
    output_digest = models.CharField("输出摘要", max_length=71)
    histogram = models.JSONField("分布", default=list)
    convergence = models.JSONField("收敛", default=list)
    stated = models.JSONField("所述假设与证据等级", default=dict)
    flags = models.JSONField("提示", default=list)
    engine = models.CharField("引擎版本", max_length=20)
    seed = models.BigIntegerField("随机种子")
    parameter_versions = models.JSONField("参数表版本", default=dict)
    environment = models.JSONField("计算环境", default=dict)
    valuation_date = models.DateField("评估基准日")
    made_by = models.ForeignKey("foundation.User", models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        abstract = True

    @property
    def document(self) -> dict[str, Any]:
        return figures.parsed(self.input_json)

    @property
    def output(self) -> dict[str, Any]:
        return figures.parsed(self.output_json)


class ValuationRun(RunRecord):
    """One run of an appraisal."""

    appraisal = models.ForeignKey("valuation.Appraisal", models.PROTECT, related_name="runs")
    number = models.PositiveSmallIntegerField("序号")

    write_policy = "append_only"

    class Meta:
        triggers = append_only()
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["appraisal", "number"], name="one_run_a_number"),
            models.CheckConstraint(name="run_seed_legal", condition=models.Q(seed__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.appraisal_id}-{self.number}"
