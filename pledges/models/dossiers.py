"""The application as one bank may read it: scope, expiry and end of the borrower's consent."""

from django.db import models
from django.db.models import Q

from finance_platform.foundation.stateful import never_deleted


class Dossier(models.Model):
    """One bank's sight of one application. It opens at acceptance, and ends by revocation, expiry or award to others.

    Row-level security stands behind `queries.dossiers_visible_to` (migration 0002); `borrower` repeats the
    application's enterprise for its sake.
    """

    class ClosedBecause(models.TextChoices):
        NOT_SELECTED = "not_selected", "选择了其他银行"
        WITHDRAWN = "withdrawn", "申请已撤回"
        ENDED = "ended", "申请已结束"

    application = models.ForeignKey("pledges.Application", models.PROTECT, related_name="dossiers")
    borrower = models.ForeignKey("foundation.Organisation", models.PROTECT, related_name="+")
    bank = models.ForeignKey("foundation.Organisation", models.PROTECT, related_name="dossiers")
    scope = models.JSONField("授权范围", default=list)
    consented_by = models.ForeignKey("foundation.User", models.PROTECT, related_name="+")
    consented_at = models.DateTimeField("授权时间")
    expires_on = models.DateField("授权到期日")
    opened_at = models.DateTimeField("开放时间", null=True, blank=True)
    revoked_at = models.DateTimeField("撤销授权时间", null=True, blank=True)
    closed_at = models.DateTimeField("关闭时间", null=True, blank=True)
    closed_because = models.CharField("关闭原因", max_length=16, choices=ClosedBecause, blank=True)

    class Meta:
        triggers = never_deleted()
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["application", "bank"], name="one_dossier_a_bank"),
            models.CheckConstraint(
                name="dossier_closed_with_reason",
                condition=Q(closed_at=None, closed_because="") | (Q(closed_at__isnull=False) & ~Q(closed_because="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application} → {self.bank}"
