"""The public record of an opening: when, and which commitments were opened."""

from django.db import models

from finance_platform.foundation.stateful import append_only


class OpeningRecord(models.Model):
    """One round of an application: its offers, all opened in one transaction.

    `commitments` is sorted, so its order tells nothing. All offers are compared from the day `priced_on`; `digest` is
    the SHA-256 of the record's canonical JSON.
    """

    application = models.ForeignKey("pledges.Application", models.PROTECT, related_name="openings")
    deadline = models.DateTimeField("报价截止")
    opened_at = models.DateTimeField("开启时间")
    priced_on = models.DateField("测算基准日")
    commitments = models.JSONField("报价摘要", default=list)
    digest = models.CharField(max_length=64)

    write_policy = "append_only"

    class Meta:
        triggers = append_only()
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["application", "deadline"], name="one_opening_a_round")]

    def __str__(self) -> str:
        return f"开标记录 {self.opened_at:%F %T}"
