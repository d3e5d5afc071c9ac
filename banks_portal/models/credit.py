"""Credit decisions: the record of who proposed what on which value, and which two others approved it."""

from django.db import models
from django.db.models import F, Q

from banks_portal.rules.credit import CREDIT, LIVE
from finance_platform.foundation.stateful import never_deleted, stateful
from valuation.rules.bases import LABELS as BASES


class CreditDecision(stateful(CREDIT)):  # type: ignore[misc]
    """One decision of a bank on the application it won. `*_for` is the principal where somebody acted for another."""

    application = models.ForeignKey("pledges.Application", models.PROTECT, related_name="credit_decisions")
    offer = models.ForeignKey("banks_portal.Offer", models.PROTECT, related_name="decisions")
    bank = models.ForeignKey("foundation.Organisation", models.PROTECT, related_name="credit_decisions")
    principal_fen = models.BigIntegerField("批复金额")
    basis = models.CharField("价值依据", max_length=12, choices=sorted(BASES.items()), default="filed_report")
    appraisal_number = models.CharField("评估报告编号", max_length=24)
    appraised_value_fen = models.BigIntegerField("评估价值")
    ltv_limit = models.DecimalField("质押率上限", max_digits=5, decimal_places=4)
    with_cover = models.BooleanField("纳入风险补偿", default=True)
    scheme_code = models.CharField("补偿方案", max_length=40, blank=True)
    note = models.CharField("授信意见", max_length=1000)
    proposed_by = models.ForeignKey("foundation.User", models.PROTECT, related_name="+")
    proposed_for = models.ForeignKey("foundation.User", models.PROTECT, null=True, blank=True, related_name="+")
    proposed_at = models.DateTimeField()
    first_by = models.ForeignKey("foundation.User", models.PROTECT, null=True, blank=True, related_name="+")
    first_for = models.ForeignKey("foundation.User", models.PROTECT, null=True, blank=True, related_name="+")
    first_at = models.DateTimeField(null=True, blank=True)
    second_by = models.ForeignKey("foundation.User", models.PROTECT, null=True, blank=True, related_name="+")
    second_for = models.ForeignKey("foundation.User", models.PROTECT, null=True, blank=True, related_name="+")
    second_at = models.DateTimeField(null=True, blank=True)
    closing_reason = models.CharField("否决/撤回理由", max_length=500, blank=True)

    class Meta(stateful(CREDIT).Meta):  # type: ignore[misc]
        abstract = False
        triggers = stateful(CREDIT).Meta.triggers + never_deleted()  # type: ignore[attr-defined]
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["application"], condition=Q(state__in=sorted(LIVE)), name="one_live_decision"
            ),
            models.CheckConstraint(
                name="credit_amounts_positive", condition=Q(principal_fen__gt=0, appraised_value_fen__gt=0)
            ),
            models.CheckConstraint(name="cover_names_its_scheme", condition=Q(with_cover=False) | ~Q(scheme_code="")),
            models.CheckConstraint(
                name="three_distinct_hands",
                condition=(Q(first_by=None) | ~Q(first_by=F("proposed_by")))
                & (Q(second_by=None) | ~Q(second_by=F("proposed_by")) & ~Q(second_by=F("first_by"))),
            ),
            models.CheckConstraint(
                name="approved_by_two",
                condition=~Q(state="APPROVED") | Q(first_by__isnull=False, second_by__isnull=False),
            ),
            models.CheckConstraint(
                name="closed_decision_has_reason",
                condition=~Q(state__in=["REFUSED", "WITHDRAWN"]) | ~Q(closing_reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"授信批复 {self.pk}"

    @property
    def basis_label(self) -> str:
        return BASES[self.basis]

    @property
    def ltv_ratio(self) -> float:
        return self.principal_fen / self.appraised_value_fen
