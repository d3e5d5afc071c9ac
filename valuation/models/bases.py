"""Values that are no appraisal report: a bank's own valuation, and a figure that a firm and a bank agree on."""

import pgtrigger
from django.db import models
from django.db.models import F, Q

from finance_platform.foundation.stateful import never_deleted, stateful
from valuation.models.runs import RunRecord
from valuation.rules import bases as rules

_STATED = {
    "internal": (
        "input_json", "input_digest", "output_json", "output_digest", "engine", "seed", "point_fen", "valuation_date",
        "made_by_id", "bank_id", "application_id", "evidence",
    ),
    "agreed": ("value_fen", "proposed_by_id", "bank_id", "application_id", "grounds"),
}  # fmt: skip


def _as_stated(kind: str) -> pgtrigger.Trigger:
    """Refuse any change of what was stated, whoever asks; another figure is another row."""
    changed = pgtrigger.Q()
    for name in _STATED[kind]:
        changed |= pgtrigger.Q(**{f"old__{name}__df": pgtrigger.F(f"new__{name}")})
    return pgtrigger.Protect(name=f"{kind}_stays_as_stated", operation=pgtrigger.Update, condition=changed)


class InternalValuation(stateful(rules.INTERNAL_MACHINE), RunRecord):  # type: ignore[misc]
    """A bank's own valuation of a pool: one officer's run, approved by another person of the bank."""

    number = models.CharField("内部评估编号", max_length=24, unique=True)
    application = models.ForeignKey("pledges.Application", models.PROTECT, related_name="internal_valuations")
    bank = models.ForeignKey("foundation.Organisation", models.PROTECT, related_name="internal_valuations")
    made_hands = models.JSONField(default=list)
    point_fen = models.BigIntegerField("内部评估值")
    low_fen = models.BigIntegerField("下限")
    high_fen = models.BigIntegerField("上限")
    evidence = models.TextField("测算依据")
    decided_by = models.ForeignKey("foundation.User", models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField("意见", max_length=500, blank=True)
    issued_on = models.DateField("批准日", null=True, blank=True)
    expires_on = models.DateField("有效至", null=True, blank=True)

    basis = rules.INTERNAL

    class Meta(stateful(rules.INTERNAL_MACHINE).Meta):  # type: ignore[misc]
        abstract = False
        triggers = [
            *stateful(rules.INTERNAL_MACHINE).Meta.triggers, *never_deleted(), _as_stated("internal")  # type: ignore[attr-defined]
        ]  # fmt: skip
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "bank"], condition=Q(state="MEASURED"), name="one_internal_value_under_way"
            ),
            models.UniqueConstraint(
                fields=["application", "bank"], condition=Q(state="APPROVED"), name="one_internal_value_in_force"
            ),
            models.CheckConstraint(
                name="internal_value_two_persons", condition=Q(decided_by=None) | ~Q(decided_by=F("made_by"))
                | Q(state="WITHDRAWN"),
            ),
            models.CheckConstraint(
                name="internal_value_approved_whole",
                condition=~Q(state__in=["APPROVED", "SUPERSEDED", "EXPIRED"])
                | Q(decided_by__isnull=False, issued_on__isnull=False, expires_on__gt=F("valuation_date")),
            ),
            models.CheckConstraint(
                name="internal_value_in_order",
                condition=Q(low_fen__gt=0, low_fen__lte=F("point_fen"), point_fen__lte=F("high_fen"), seed__gte=0),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number

    @property
    def title(self) -> str:
        return rules.TITLES[self.basis]

    @property
    def basis_label(self) -> str:
        return rules.LABELS[self.basis]

    @property
    def appraised_value_fen(self) -> int:
        return int(self.point_fen)

    @property
    def run(self) -> "InternalValuation":
        """The run behind the value: the row keeps its own."""
        return self


class AgreedValue(stateful(rules.AGREED_MACHINE)):  # type: ignore[misc]
    """A figure that a bank states and the enterprise states too, under the ceiling, in a pilot region."""

    number = models.CharField("协商编号", max_length=24, unique=True)
    application = models.ForeignKey("pledges.Application", models.PROTECT, related_name="agreed_values")
    bank = models.ForeignKey("foundation.Organisation", models.PROTECT, related_name="agreed_values")
    value_fen = models.BigIntegerField("协商价值")
    grounds = models.CharField("定价理由", max_length=1000)
    ceiling_fen = models.BigIntegerField("协商定价上限")
    region = models.ForeignKey("foundation.Region", models.PROTECT, related_name="+")
    parameter_versions = models.JSONField("参数表版本", default=dict)
    proposed_by = models.ForeignKey("foundation.User", models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    agreed_fen = models.BigIntegerField("企业所填金额", null=True, blank=True)
    agreed_by = models.ForeignKey("foundation.User", models.PROTECT, null=True, blank=True, related_name="+")
    agreed_at = models.DateTimeField(null=True, blank=True)
    closing_reason = models.CharField("不同意/撤回理由", max_length=500, blank=True)
    issued_on = models.DateField("一致日", null=True, blank=True)
    expires_on = models.DateField("有效至", null=True, blank=True)

    basis = rules.AGREED
    # Nobody ran the engine for it.
    run = None

    class Meta(stateful(rules.AGREED_MACHINE).Meta):  # type: ignore[misc]
        abstract = False
        triggers = [
            *stateful(rules.AGREED_MACHINE).Meta.triggers, *never_deleted(), _as_stated("agreed")  # type: ignore[attr-defined]
        ]  # fmt: skip
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "bank"], condition=Q(state="PROPOSED"), name="one_agreement_under_way"
            ),
            models.UniqueConstraint(
                fields=["application", "bank"], condition=Q(state="AGREED"), name="one_agreement_in_force"
            ),
            models.CheckConstraint(
                name="agreed_under_ceiling", condition=Q(value_fen__gt=0, value_fen__lte=F("ceiling_fen"))
            ),
            models.CheckConstraint(
                name="both_sides_state_the_same",
                condition=~Q(state__in=["AGREED", "SUPERSEDED", "EXPIRED"])
                | Q(agreed_fen=F("value_fen"), agreed_by__isnull=False, issued_on__isnull=False,
                    expires_on__isnull=False),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number

    @property
    def title(self) -> str:
        return rules.TITLES[self.basis]

    @property
    def basis_label(self) -> str:
        return rules.LABELS[self.basis]

    @property
    def appraised_value_fen(self) -> int:
        return int(self.value_fen)
