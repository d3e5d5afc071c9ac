"""Parameters negotiated or observed, as versions of tables; every row says where it comes from."""

from django.db import models
from django.db.models import F, Q

from finance_platform.foundation.stateful import append_only


class ParameterTable(models.Model):
    """One version of one table, in force from a day until a later version takes over."""

    code = models.CharField("表", max_length=30)
    version = models.PositiveSmallIntegerField("版本")
    valid_from = models.DateField("启用日")
    loaded_by = models.ForeignKey("foundation.User", models.PROTECT, related_name="+")
    loaded_at = models.DateTimeField()

    write_policy = "append_only"

    class Meta:
        triggers = append_only()
        ordering = ["code", "-version"]
        constraints = [models.UniqueConstraint(fields=["code", "version"], name="one_table_a_version")]

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"


class ParameterRow(models.Model):
    """A three-point value and its birth certificate."""

    class Status(models.TextChoices):
        VERIFIED = "verified", "已核"
        FROM_MEMORY = "from_memory", "未核(凭记忆)"
        SELF_MADE = "self_made", "自拟示例"

    table = models.ForeignKey(ParameterTable, models.PROTECT, related_name="rows")
    key = models.CharField("项", max_length=40)
    label = models.CharField("名称", max_length=60)
    low = models.FloatField("低")
    mode = models.FloatField("中")
    high = models.FloatField("高")
    status = models.CharField("可信状态", max_length=12, choices=Status)
    source = models.CharField("来源", max_length=200)
    year = models.PositiveSmallIntegerField("年份", null=True, blank=True)
    n = models.PositiveIntegerField("样本数", null=True, blank=True)
    note = models.CharField("说明", max_length=200, blank=True)

    write_policy = "append_only"

    class Meta:
        triggers = append_only()
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["table", "key"], name="one_row_a_key"),
            models.CheckConstraint(name="three_points_rise", condition=Q(low__lte=F("mode"), mode__lte=F("high"))),
            models.CheckConstraint(name="parameter_has_source", condition=~Q(source="")),
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.label}"
