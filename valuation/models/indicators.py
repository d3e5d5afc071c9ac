"""The indicator form in its versions, and what was answered for a right: kept raw, never changed."""

from django.db import models
from django.db.models import Q

from finance_platform.foundation.stateful import append_only


class IndicatorForm(models.Model):
    """One version of the tree of indicators, in force from a day until a later version takes over."""

    version = models.PositiveSmallIntegerField("版本", unique=True)
    valid_from = models.DateField("启用日")
    structure = models.JSONField("结构")
    source = models.CharField("来源", max_length=200)
    loaded_by = models.ForeignKey("foundation.User", models.PROTECT, related_name="+")
    loaded_at = models.DateTimeField()

    write_policy = "append_only"

    class Meta:
        triggers = append_only()
        ordering = ["-version"]
        constraints = [models.CheckConstraint(name="indicator_form_has_source", condition=~Q(source=""))]

    def __str__(self) -> str:
        return f"v{self.version}"


class IndicatorAnswers(models.Model):
    """The raw answers for one right of an appraisal; the newest counts, the earlier ones stay."""

    appraisal = models.ForeignKey("valuation.Appraisal", models.PROTECT, related_name="indicator_answers")
    right_number = models.CharField("权利号码", max_length=40)
    form = models.ForeignKey(IndicatorForm, models.PROTECT, related_name="+")
    answers = models.JSONField("原始评分")
    made_by = models.ForeignKey("foundation.User", models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    write_policy = "append_only"

    class Meta:
        triggers = append_only()
        ordering = ["-id"]
        indexes = [models.Index(fields=["appraisal", "right_number"])]

    def __str__(self) -> str:
        return f"{self.appraisal_id} {self.right_number}"
