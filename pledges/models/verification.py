"""Two people look at a right before it may be pledged."""

from django.db import models
from django.db.models import F, Q

from finance_platform.foundation.stateful import never_deleted


class AssetVerification(models.Model):
    """One round: the first verifier's findings on an extract of the register, the second one's decision."""

    asset = models.ForeignKey("pledges.IpAsset", models.PROTECT, related_name="verifications")
    extract_date = models.DateField("登记簿副本日期")
    document = models.ForeignKey("foundation.Document", models.PROTECT, null=True, blank=True, related_name="+")
    findings = models.JSONField("逐项发现", default=dict)
    note = models.CharField("说明", max_length=500, blank=True)
    first_by = models.ForeignKey("foundation.User", models.PROTECT, related_name="+")
    first_hands = models.JSONField(default=list)
    first_at = models.DateTimeField()
    second_by = models.ForeignKey("foundation.User", models.PROTECT, null=True, blank=True, related_name="+")
    second_at = models.DateTimeField(null=True, blank=True)
    ok = models.BooleanField("通过", null=True, blank=True)
    ground = models.CharField("不通过事由", max_length=40, blank=True)

    class Meta:
        triggers = never_deleted()
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["asset"], condition=Q(second_at=None), name="one_verification_under_way"),
            models.CheckConstraint(
                name="verified_by_two_persons", condition=Q(second_by=None) | ~Q(second_by=F("first_by"))
            ),
            models.CheckConstraint(
                name="verification_decided_whole",
                condition=Q(second_by=None, second_at=None, ok=None)
                | Q(second_by__isnull=False, second_at__isnull=False, ok__isnull=False),
            ),
            models.CheckConstraint(
                name="failed_with_ground", condition=Q(ok=None) | Q(ok=True, ground="") | (Q(ok=False) & ~Q(ground=""))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.asset} {self.first_at:%F}"
