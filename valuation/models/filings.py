"""Filings of appraisal institutions: the code under which a firm may sign a statutory report, with its evidence."""

from django.db import models

from finance_platform.foundation.stateful import append_only


class InstitutionFiling(models.Model):
    """What a firm declared of its filing, with the notice it rests on; the newest one counts."""

    firm = models.ForeignKey("foundation.Organisation", models.PROTECT, related_name="institution_filings")
    code = models.CharField("机构备案编号", max_length=40)
    authority = models.CharField("备案机关", max_length=100)
    document = models.ForeignKey("foundation.Document", models.PROTECT, related_name="+", verbose_name="备案公告")
    document_sha256 = models.CharField("备案公告摘要", max_length=64)
    declared_by = models.ForeignKey("foundation.User", models.PROTECT, related_name="+")
    declared_at = models.DateTimeField()

    write_policy = "append_only"

    class Meta:
        triggers = append_only()
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["firm", "code"], name="one_filing_a_code")]

    def __str__(self) -> str:
        return self.code
