"""What an enterprise says of itself: the facts that size, policy tags and the bank's first look rest on."""

from django.db import models
from django.db.models import Q

from finance_platform.foundation.stateful import never_deleted


class EnterpriseProfile(models.Model):
    """One page per enterprise; every revision replaces the last one, the audit rows keep the history."""

    class Size(models.TextChoices):
        MICRO = "micro", "微型"
        SMALL = "small", "小型"
        MEDIUM = "medium", "中型"
        LARGE = "large", "大型"

    organisation = models.OneToOneField("foundation.Organisation", models.PROTECT, related_name="enterprise_profile")
    industry_code = models.CharField("行业代码(GB/T 4754)", max_length=6, blank=True)
    size = models.CharField("企业规模", max_length=8, choices=Size, blank=True)
    founded_on = models.DateField("成立日期", null=True, blank=True)
    employees = models.PositiveIntegerField("从业人数", null=True, blank=True)
    revenue_last_year_fen = models.BigIntegerField("上年营业收入", null=True, blank=True)
    total_assets_fen = models.BigIntegerField("资产总额", null=True, blank=True)
    total_debt_fen = models.BigIntegerField("负债总额", null=True, blank=True)
    state_owned = models.BooleanField("国有企业", default=False)
    tags = models.JSONField("标签", default=list, blank=True)
    revised_by = models.ForeignKey("foundation.User", models.PROTECT, related_name="+")
    revised_at = models.DateTimeField()

    class Meta:
        triggers = never_deleted()
        constraints = [
            models.CheckConstraint(
                name="profile_amounts_not_negative",
                condition=(Q(revenue_last_year_fen=None) | Q(revenue_last_year_fen__gte=0))
                & (Q(total_assets_fen=None) | Q(total_assets_fen__gte=0))
                & (Q(total_debt_fen=None) | Q(total_debt_fen__gte=0)),
            )
        ]

    def __str__(self) -> str:
        return str(self.organisation)
