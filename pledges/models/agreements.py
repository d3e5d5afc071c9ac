"""Pledge agreements: what is secured, by which contracts (kept by their hashes), for whom, signed when by whom."""

import pgtrigger
from django.db import models
from django.db.models import F, Q

from finance_platform.foundation.stateful import append_only, never_deleted

LAID_BEFORE_BOTH = [
    "application", "number", "kind", "lender", "secured_amount_fen", "maturity", "contract_document",
    "loan_contract_document", "contract_sha256", "loan_contract_sha256",
]  # fmt: skip
"""What both sides sign: once prepared, the database refuses to change it."""


class PledgeAgreement(models.Model):
    """The pledge contract of an application beside its loan contract; both sides sign here what they signed on paper.

    `contract_sha256` and `loan_contract_sha256` repeat the receipts of the documents at the time of signing.
    """

    class Kind(models.TextChoices):
        ORDINARY = "ordinary", "一般质押"
        MAXIMUM_AMOUNT = "maximum_amount", "最高额质押"

    application = models.OneToOneField("pledges.Application", models.PROTECT, related_name="agreement")
    number = models.CharField("质押合同编号", max_length=24, unique=True)
    kind = models.CharField("质押方式", max_length=16, choices=Kind, default=Kind.ORDINARY)
    lender = models.ForeignKey("foundation.Organisation", models.PROTECT, related_name="agreements")
    secured_amount_fen = models.BigIntegerField("担保债权金额")
    maturity = models.DateField("债务履行期届满日")
    contract_document = models.ForeignKey("foundation.Document", models.PROTECT, related_name="+")
    loan_contract_document = models.ForeignKey("foundation.Document", models.PROTECT, related_name="+")
    contract_sha256 = models.CharField(max_length=64)
    loan_contract_sha256 = models.CharField(max_length=64)
    prepared_by = models.ForeignKey("foundation.User", models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField()
    signed_by_borrower = models.ForeignKey("foundation.User", models.PROTECT, null=True, blank=True, related_name="+")
    signed_by_borrower_at = models.DateTimeField(null=True, blank=True)
    signed_by_lender = models.ForeignKey("foundation.User", models.PROTECT, null=True, blank=True, related_name="+")
    signed_by_lender_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        triggers = [*never_deleted(), pgtrigger.ReadOnly(name="laid_before_both", fields=LAID_BEFORE_BOTH)]
        constraints = [
            models.CheckConstraint(name="secured_amount_positive", condition=Q(secured_amount_fen__gt=0)),
            models.CheckConstraint(
                name="signatures_have_moments",
                condition=(
                    Q(signed_by_borrower=None, signed_by_borrower_at=None)
                    | Q(signed_by_borrower__isnull=False, signed_by_borrower_at__isnull=False)
                )
                & (
                    Q(signed_by_lender=None, signed_by_lender_at=None)
                    | Q(signed_by_lender__isnull=False, signed_by_lender_at__isnull=False)
                ),
            ),
            models.CheckConstraint(
                name="two_sides_two_signatures",
                condition=Q(signed_by_lender=None) | ~Q(signed_by_lender=F("signed_by_borrower")),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Pledgee(models.Model):
    """Who holds the pledge: one bank, several jointly, an agent for them, or a guarantor by counter-pledge."""

    class Role(models.TextChoices):
        SOLE = "sole", "单独质权人"
        JOINT = "joint", "共同质权人"
        AGENT = "agent", "代理质权人"
        COUNTER = "counter", "反担保质权人"

    agreement = models.ForeignKey(PledgeAgreement, models.PROTECT, related_name="pledgees")
    organisation = models.ForeignKey("foundation.Organisation", models.PROTECT, related_name="pledges_held")
    role = models.CharField("质权人类型", max_length=8, choices=Role)
    share = models.DecimalField("份额", max_digits=7, decimal_places=6, null=True, blank=True)

    write_policy = "append_only"

    class Meta:
        triggers = append_only()
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "organisation"], name="pledgee_once"),
            models.CheckConstraint(name="share_is_a_part", condition=Q(share=None) | Q(share__gt=0, share__lte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} ({self.get_role_display()})"
