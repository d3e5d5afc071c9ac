"""Schemes and their versions: who bears a loss is a document, drafted by one office and approved by another."""

import pgtrigger
from django.db import models
from django.db.models import F, Q

from finance_platform.foundation.stateful import never_deleted, stateful
from risk_fund.rules.schemes import SCHEME_VERSION, ratio_text


class Scheme(models.Model):
    """A programme of the fund under one code, through all its versions."""

    code = models.CharField("方案代码", max_length=40, unique=True)
    name = models.CharField("名称", max_length=80)
    fund = models.ForeignKey("risk_fund.Fund", models.PROTECT, related_name="schemes", verbose_name="资金")

    class Meta:
        ordering = ["code"]
        triggers = never_deleted()

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class SchemeVersion(stateful(SCHEME_VERSION)):  # type: ignore[misc]
    """One version: the sharing document, where it comes from, and who drafted and approved it."""

    class Authority(models.TextChoices):
        VERIFIED = "verified", "已核对原文"
        UNVERIFIED = "unverified", "未核对原文"

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField("版本")
    document = models.JSONField("分担文件")
    legal_basis = models.CharField("法律依据", max_length=300)
    source = models.CharField("出处", max_length=300, blank=True)
    authority = models.CharField("出处核对", max_length=12, choices=Authority, default=Authority.UNVERIFIED)
    valid_from = models.DateField("生效日")
    valid_to = models.DateField("失效日", null=True, blank=True)
    made_by = models.ForeignKey("foundation.User", models.PROTECT, related_name="+")
    made_hands = models.JSONField(default=list)
    made_at = models.DateTimeField()
    approved_by = models.ForeignKey("foundation.User", models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)

    class Meta(stateful(SCHEME_VERSION).Meta):  # type: ignore[misc,name-defined]
        abstract = False
        ordering = ["scheme_id", "-number"]
        triggers = [
            *stateful(SCHEME_VERSION).Meta.triggers,  # type: ignore[attr-defined]
            *never_deleted(),
            pgtrigger.ReadOnly(name="document_is_fixed", fields=["scheme", "number", "document", "made_by"]),
        ]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "number"], name="scheme_version_number"),
            models.CheckConstraint(name="scheme_maker_is_not_approver", condition=~Q(made_by=F("approved_by"))),
            models.CheckConstraint(
                name="scheme_approved_who_and_when",
                condition=Q(approved_by=None, approved_at=None)
                | Q(approved_by__isnull=False, approved_at__isnull=False),
            ),
            models.CheckConstraint(
                name="scheme_valid_forwards", condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scheme.code} v{self.number}"

    @property
    def ratio(self) -> str:
        return ratio_text(self.document)
