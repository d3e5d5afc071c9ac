"""The simulated values of signed runs, so that a lender's question needs no second simulation."""

from django.db import models

from finance_platform.foundation.stateful import append_only


class RunSample(models.Model):
    """All simulated values of one run, ascending within each randomisation, as little-endian doubles."""

    run = models.OneToOneField("valuation.ValuationRun", models.PROTECT, related_name="sample")
    rows = models.PositiveSmallIntegerField("行数")
    paths = models.PositiveIntegerField("路径数")
    values = models.BinaryField("模拟值")
    digest = models.CharField("摘要", max_length=71)

    write_policy = "append_only"

    class Meta:
        triggers = append_only()
        constraints = [
            models.CheckConstraint(
                name="sample_rows_equal", condition=models.Q(rows__gte=1, rows__lte=16, paths__gte=models.F("rows"))
            )
        ]

    def __str__(self) -> str:
        return self.digest
