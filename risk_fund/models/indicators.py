"""Official figures of the region: imported with their source, dated, never changed, only followed by later ones."""

from typing import Any

from django.db import models

from finance_platform.foundation.stateful import append_only


class IndicatorImport(models.Model):
    """One file of official figures; the same file twice is the same import."""

    filename = models.CharField("文件名", max_length=200)
    sha256 = models.CharField("SHA-256", max_length=64, unique=True)
    rows = models.PositiveIntegerField("行数")
    stored = models.PositiveIntegerField("新增")
    report: Any = models.JSONField(default=list)
    imported_by = models.ForeignKey("foundation.User", models.PROTECT, related_name="+")
    imported_at = models.DateTimeField()

    write_policy = "append_only"

    class Meta:
        ordering = ["-id"]
        triggers = append_only()

    def __str__(self) -> str:
        return self.filename


class OfficialFigure(models.Model):
    """One figure: what it measures, for which part of the region and period, as known on a date."""

    class Kind(models.TextChoices):
        BASE = "base", "基期值"
        TARGET = "target", "规划值"
        ACTUAL = "actual", "实际值"
        FINAL = "final", "期末定稿值"

    indicator = models.CharField("指标", max_length=40)
    kind = models.CharField("性质", max_length=8, choices=Kind)
    region = models.ForeignKey("foundation.Region", models.PROTECT, related_name="+")
    period_from = models.DateField("期间起")
    period_to = models.DateField("期间止")
    as_of = models.DateField("截至日")
    amount_fen = models.BigIntegerField("金额")
    definition = models.CharField("口径", max_length=300)
    source = models.CharField("来源", max_length=300)
    batch = models.ForeignKey(IndicatorImport, models.PROTECT, related_name="figures")

    write_policy = "append_only"

    class Meta:
        ordering = ["indicator", "region_id", "as_of", "id"]
        triggers = append_only()
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "kind", "region", "period_from", "period_to", "as_of"], name="one_figure_a_date"
            ),
            models.CheckConstraint(
                name="figure_period_forwards", condition=models.Q(period_to__gte=models.F("period_from"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.region_id} {self.as_of}"
