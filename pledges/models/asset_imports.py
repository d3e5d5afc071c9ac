"""A file of rights as it came in, with what was found in it row by row."""

from django.db import models
from django.db.models import F, Q

from finance_platform.foundation.stateful import never_deleted


class AssetImport(models.Model):
    """One file previewed and, once confirmed, stored; the same file for the same owner is taken in only once.

    `report` holds what every row was found to be; `enterprise` is empty when the owners stand in the file.
    """

    enterprise = models.ForeignKey(
        "foundation.Organisation", models.PROTECT, null=True, blank=True, related_name="asset_imports"
    )
    filename = models.CharField("文件名", max_length=200)
    sha256 = models.CharField("SHA-256", max_length=64)
    data = models.BinaryField()
    rows = models.PositiveIntegerField("行数")
    stored = models.PositiveIntegerField("入库", default=0)
    unchanged = models.PositiveIntegerField("已在库", default=0)
    refused = models.PositiveIntegerField("退回", default=0)
    report = models.JSONField(default=dict)
    previewed_by = models.ForeignKey("foundation.User", models.PROTECT, related_name="+")
    previewed_at = models.DateTimeField()
    confirmed_by = models.ForeignKey("foundation.User", models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        triggers = never_deleted()
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["sha256", "enterprise"],
                condition=Q(confirmed_at__isnull=False),
                nulls_distinct=False,
                name="file_taken_in_once",
            ),
            models.CheckConstraint(
                name="import_rows_foot",
                condition=Q(confirmed_at=None) | Q(rows=F("stored") + F("unchanged") + F("refused")),
            ),
            models.CheckConstraint(
                name="import_confirmed_by_somebody",
                condition=Q(confirmed_at=None, confirmed_by=None)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.filename
