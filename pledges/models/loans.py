"""Loans: the contract as a loan_schedule document, its instalments, what came in, and where it stands."""

import pgtrigger
from django.db import models
from django.db.models import F, Q

from finance_platform.foundation.stateful import append_only, never_deleted, stateful
from pledges.rules import states

AGREED = [
    "number", "application", "agreement", "borrower", "lender", "principal_fen", "terms", "disbursed_on",
]  # fmt: skip
"""What no later event changes: the database refuses it."""
MATURITY_MOVES_OTHERWISE = pgtrigger.Q(old__maturity__df=pgtrigger.F("new__maturity")) & ~pgtrigger.Q(
    old__state__in=["ACTIVE", "OVERDUE"], new__state="RESTRUCTURED"
)
"""Maturity changes with a restructuring alone."""


class Loan(stateful(states.LOAN)):  # type: ignore[misc]
    """One loan of one application. `terms` is exactly a loan_schedule contract document.

    `days_past_due` and `class_floor` are those of the last day end (`status_on`); `bank_class` is the bank's own.
    Once restructured (`restructured_on`: last), the terms in force and `maturity` are those of the restructuring.
    """

    class FiveTier(models.TextChoices):
        NORMAL = "normal", "正常"
        SPECIAL_MENTION = "special_mention", "关注"
        SUBSTANDARD = "substandard", "次级"
        DOUBTFUL = "doubtful", "可疑"
        LOSS = "loss", "损失"

    number = models.CharField("贷款编号", max_length=24, unique=True)
    application = models.OneToOneField("pledges.Application", models.PROTECT, related_name="loan")
    agreement = models.OneToOneField(
        "pledges.PledgeAgreement", models.PROTECT, null=True, blank=True, related_name="loan"
    )
    borrower = models.ForeignKey("foundation.Organisation", models.PROTECT, related_name="loans")
    lender = models.ForeignKey("foundation.Organisation", models.PROTECT, related_name="loans_made")
    guarantor = models.ForeignKey(
        "foundation.Organisation", models.PROTECT, null=True, blank=True, related_name="loans_guaranteed"
    )
    principal_fen = models.BigIntegerField("贷款本金")
    terms = models.JSONField("合同条款")
    disbursed_on = models.DateField("放款日", null=True, blank=True)
    maturity = models.DateField("到期日")
    outstanding_principal_fen = models.BigIntegerField("本金余额")
    days_past_due = models.PositiveIntegerField("逾期天数", default=0)
    class_floor = models.CharField("分类底线", max_length=16, choices=FiveTier, default=FiveTier.NORMAL)
    bank_class = models.CharField("银行分类", max_length=16, choices=FiveTier, default=FiveTier.NORMAL)
    status_on = models.DateField("最近日终", null=True, blank=True)
    restructured_on = models.DateField("重组日", null=True, blank=True)
    accelerated_on = models.DateField("提前到期日", null=True, blank=True)
    acceleration_notice = models.ForeignKey(
        "foundation.Document", models.PROTECT, null=True, blank=True, related_name="+"
    )
    claim_number = models.CharField("补偿申请编号", max_length=24, blank=True)
    settled_on = models.DateField("结清日", null=True, blank=True)
    recorded_by = models.ForeignKey("foundation.User", models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    fictional = models.BooleanField("演示数据", default=False)

    class Meta(stateful(states.LOAN).Meta):  # type: ignore[misc]
        abstract = False
        triggers = [
            *stateful(states.LOAN).Meta.triggers,  # type: ignore[attr-defined]
            *never_deleted(),
            pgtrigger.ReadOnly(name="agreed_once", fields=AGREED),
            pgtrigger.Protect(name="maturity_kept", operation=pgtrigger.Update, condition=MATURITY_MOVES_OTHERWISE),
        ]
        indexes = [models.Index(fields=["lender", "state"]), models.Index(fields=["borrower", "state"])]
        constraints = [
            models.CheckConstraint(name="loan_principal_positive", condition=Q(principal_fen__gt=0)),
            models.CheckConstraint(
                name="outstanding_within_principal",
                condition=Q(outstanding_principal_fen__gte=0, outstanding_principal_fen__lte=F("principal_fen")),
            ),
            models.CheckConstraint(
                name="disbursed_on_a_day", condition=Q(state="APPROVED") | Q(disbursed_on__isnull=False)
            ),
            models.CheckConstraint(name="matures_after_disbursement", condition=Q(maturity__gt=F("disbursed_on"))),
        ]

    def __str__(self) -> str:
        return self.number


class Instalment(models.Model):
    """One row of the repayment table as agreed: in the contract, or in a restructuring (numbered anew)."""

    loan = models.ForeignKey(Loan, models.PROTECT, related_name="instalments")
    restructuring = models.ForeignKey(
        "pledges.Restructuring", models.PROTECT, null=True, blank=True, related_name="instalments"
    )
    no = models.PositiveSmallIntegerField("期次")
    due = models.DateField("到期日", db_index=True)
    interest_fen = models.BigIntegerField("应还利息")
    principal_fen = models.BigIntegerField("应还本金")
    fee_fen = models.BigIntegerField("费用", default=0)

    write_policy = "append_only"

    class Meta:
        triggers = append_only()
        ordering = ["loan", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["loan", "no"], condition=Q(restructuring=None), name="one_row_an_instalment"
            ),
            models.UniqueConstraint(fields=["restructuring", "no"], name="one_row_a_new_instalment"),
            models.CheckConstraint(
                name="instalment_not_negative",
                condition=Q(interest_fen__gte=0, principal_fen__gte=0, fee_fen__gte=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.loan} #{self.no}"


class Receipt(models.Model):
    """Money that came in and what it was used for; a wrong one is undone by a reversing receipt.

    A slip whose receipt was reversed may be booked again; `booking` counts how often it was.
    """

    loan = models.ForeignKey(Loan, models.PROTECT, related_name="receipts")
    received_on = models.DateField("到账日")
    amount_fen = models.BigIntegerField("金额")
    penalty_fen = models.BigIntegerField("罚息", default=0)
    compound_fen = models.BigIntegerField("复利", default=0)
    interest_fen = models.BigIntegerField("利息", default=0)
    principal_fen = models.BigIntegerField("本金", default=0)
    unapplied_fen = models.BigIntegerField("未使用", default=0)
    reference = models.CharField("回单号", max_length=60)
    booking = models.PositiveSmallIntegerField("第几次登记", default=1)
    reason = models.CharField("冲销原因", max_length=200, blank=True)
    reverses = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="reversed_by")
    recorded_by = models.ForeignKey("foundation.User", models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    write_policy = "append_only"

    class Meta:
        triggers = append_only()
        ordering = ["received_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["loan", "reference", "booking"], condition=Q(reverses=None), name="one_receipt_a_bank_slip"
            ),
            models.CheckConstraint(
                name="receipt_or_its_reversal",
                condition=Q(reverses=None, amount_fen__gt=0)
                | (Q(reverses__isnull=False, amount_fen__lt=0) & ~Q(reason="")),
            ),
            models.CheckConstraint(
                name="receipt_foots",
                condition=Q(
                    amount_fen=F("penalty_fen")
                    + F("compound_fen")
                    + F("interest_fen")
                    + F("principal_fen")
                    + F("unapplied_fen")
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.loan} {self.received_on} {self.reference}"

    @property
    def lateness_fen(self) -> int:
        """What was used for penalty and compound interest."""
        return self.penalty_fen + self.compound_fen
