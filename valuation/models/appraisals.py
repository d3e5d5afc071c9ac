"""An appraisal of an application's pool: commissioned, worked on blind, reviewed, signed by two, good for a year."""

import pgtrigger
from django.db import models
from django.db.models import F, Q

from finance_platform.foundation.stateful import never_deleted, stateful
from valuation.rules import appraisals as rules
from valuation.rules import bases, states

_LOCKED = (
    "point_fen", "low_fen", "high_fen", "run_id", "valuation_date", "expires_on", "issued_on", "statements", "report",
    "filing_code", "loss_sharing", "loss_share", "basis",
)  # fmt: skip


def _locked_value() -> pgtrigger.Trigger:
    """Refuse any change of a signed value, whoever asks."""
    changed = pgtrigger.Q()
    for name in _LOCKED:
        changed |= pgtrigger.Q(**{f"old__{name}__df": pgtrigger.F(f"new__{name}")})
    return pgtrigger.Protect(
        name="signed_value_is_locked",
        operation=pgtrigger.Update,
        condition=pgtrigger.Q(old__state__in=states.SIGNED) & changed,
    )


class Appraisal(stateful(states.APPRAISAL)):  # type: ignore[misc]
    """The people behind each step are kept with their principals (`*_hands`)."""

    class Basis(models.TextChoices):
        FILED_REPORT = "filed_report", "评估机构报告"
        INTERNAL = "internal", "银行内部评估"
        AGREED = "agreed", "银企协商定价"

    number = models.CharField("评估编号", max_length=24, unique=True)
    application = models.ForeignKey("pledges.Application", models.PROTECT, related_name="appraisals")
    firm = models.ForeignKey("foundation.Organisation", models.PROTECT, related_name="appraisals")
    purpose = models.CharField("评估目的", max_length=200)
    basis = models.CharField("价值依据", max_length=12, choices=Basis)
    commissioned_by = models.ForeignKey("foundation.User", models.PROTECT, related_name="+")
    commissioned_at = models.DateTimeField()
    declaration = models.CharField("独立性/回避声明", max_length=500, blank=True)
    declared_by = models.ForeignKey("foundation.User", models.PROTECT, null=True, blank=True, related_name="+")
    declared_at = models.DateTimeField(null=True, blank=True)
    loss_sharing = models.BooleanField("评估机构分担贷款损失", null=True, blank=True)
    loss_share = models.DecimalField("分担比例", max_digits=5, decimal_places=4, null=True, blank=True)
    loss_scheme = models.CharField("分担方案", max_length=60, blank=True)
    filing_code = models.CharField("机构备案编号", max_length=40, blank=True)
    filing = models.ForeignKey(
        "valuation.InstitutionFiling", models.PROTECT, null=True, blank=True, related_name="appraisals"
    )
    supersedes_reason = models.CharField("重新评估的理由", max_length=500, blank=True)
    appraiser = models.ForeignKey("foundation.User", models.PROTECT, null=True, blank=True, related_name="+")
    appraiser_hands = models.JSONField(default=list, blank=True)
    run = models.ForeignKey("valuation.ValuationRun", models.PROTECT, null=True, blank=True, related_name="+")
    valuation_date = models.DateField("评估基准日", null=True, blank=True)
    point_fen = models.BigIntegerField("评估值", null=True, blank=True)
    low_fen = models.BigIntegerField("下限", null=True, blank=True)
    high_fen = models.BigIntegerField("上限", null=True, blank=True)
    evidence = models.TextField("测算依据", blank=True)
    # What the appraiser states of the report's statements, by code; what the report said when it was issued.
    statements = models.JSONField("报告事项", default=dict, blank=True)
    report = models.JSONField("出具时的报告", default=dict, blank=True)
    reviewer = models.ForeignKey("foundation.User", models.PROTECT, null=True, blank=True, related_name="+")
    reviewer_hands = models.JSONField(default=list, blank=True)
    review_note = models.CharField("复核意见", max_length=500, blank=True)
    signatory_1 = models.ForeignKey("foundation.User", models.PROTECT, null=True, blank=True, related_name="+")
    signatory_1_hands = models.JSONField(default=list, blank=True)
    signatory_1_at = models.DateTimeField(null=True, blank=True)
    signatory_2 = models.ForeignKey("foundation.User", models.PROTECT, null=True, blank=True, related_name="+")
    signatory_2_at = models.DateTimeField(null=True, blank=True)
    issued_on = models.DateField("出具日", null=True, blank=True)
    expires_on = models.DateField("有效至", null=True, blank=True)
    objection = models.CharField("异议", max_length=500, blank=True)
    objection_answer = models.CharField("异议答复", max_length=500, blank=True)
    closing_reason = models.CharField("撤回原因", max_length=500, blank=True)

    class Meta(stateful(states.APPRAISAL).Meta):  # type: ignore[misc]
        abstract = False
        triggers = [*stateful(states.APPRAISAL).Meta.triggers, *never_deleted(), _locked_value()]  # type: ignore[attr-defined]
        ordering = ["-id"]
        indexes = [models.Index(fields=["firm", "state"]), models.Index(fields=["application", "state"])]
        constraints = [
            models.UniqueConstraint(
                fields=["application"], condition=Q(state__in=states.UNDER_WAY), name="one_appraisal_under_way"
            ),
            models.UniqueConstraint(
                fields=["application"], condition=Q(state__in=["ISSUED", "OBJECTED"]), name="one_value_in_force"
            ),
            models.CheckConstraint(name="reviewer_is_not_appraiser", condition=~Q(reviewer=F("appraiser"))),
            models.CheckConstraint(
                name="reviewer_does_not_sign",
                condition=(Q(signatory_1=None) | ~Q(reviewer=F("signatory_1")))
                & (Q(signatory_2=None) | ~Q(reviewer=F("signatory_2"))),
            ),
            models.CheckConstraint(
                name="two_signatories", condition=Q(signatory_2=None) | ~Q(signatory_2=F("signatory_1"))
            ),
            models.CheckConstraint(
                name="value_in_order",
                condition=Q(point_fen=None, low_fen=None, high_fen=None)
                | Q(low_fen__gt=0, low_fen__lte=F("point_fen"), point_fen__lte=F("high_fen")),
            ),
            models.CheckConstraint(
                name="signed_whole",
                condition=~Q(state__in=states.SIGNED)
                | Q(
                    run__isnull=False, point_fen__isnull=False, reviewer__isnull=False, signatory_1__isnull=False,
                    signatory_2__isnull=False, issued_on__isnull=False, expires_on__gt=F("valuation_date"),
                ),
            ),
            models.CheckConstraint(
                name="accepted_with_declaration",
                condition=Q(state__in=["REQUESTED", "WITHDRAWN"]) | ~Q(declaration="") & Q(declared_by__isnull=False),
            ),
            models.CheckConstraint(
                name="loss_share_with_loss_sharing",
                condition=Q(loss_sharing=True, loss_share__gt=0, loss_share__lte=1)
                | Q(Q(loss_sharing=None) | Q(loss_sharing=False), loss_share=None),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number

    @property
    def title(self) -> str:
        """What the report may be called."""
        return rules.title(self.basis, self.filing_code)

    @property
    def basis_label(self) -> str:
        return str(bases.LABELS[self.basis])

    @property
    def appraised_value_fen(self) -> int | None:
        return self.point_fen
