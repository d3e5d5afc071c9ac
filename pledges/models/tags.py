"""Tags of policy: a rule proposes, a person confirms; what counts is the confirmed tag, what shows is the rule hit."""

from django.db import models
from django.db.models import Q

from finance_platform.foundation.stateful import never_deleted, stateful
from pledges.rules import states
from pledges.rules.tags import TAXONOMIES


class AssetTag(stateful(states.TAG)):  # type: ignore[misc]
    """One topic of one taxonomy on one asset, with the rule version and the classification symbol that hit."""

    asset = models.ForeignKey("pledges.IpAsset", models.PROTECT, related_name="tags")
    taxonomy = models.CharField("分类体系", max_length=30)
    code = models.CharField("代码", max_length=40)
    label = models.CharField("名称", max_length=120)
    rule_version = models.CharField("规则版本", max_length=30)
    rule_hit = models.CharField("命中", max_length=120)
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey("foundation.User", models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField("理由", max_length=200, blank=True)

    class Meta(stateful(states.TAG).Meta):  # type: ignore[misc]
        abstract = False
        triggers = stateful(states.TAG).Meta.triggers + never_deleted()  # type: ignore[attr-defined]
        constraints = [
            models.UniqueConstraint(fields=["asset", "taxonomy", "code", "rule_version"], name="one_tag_a_rule"),
            models.CheckConstraint(
                name="tag_decided_by_a_person",
                condition=Q(state="PROPOSED", decided_by=None, decided_at=None)
                | (~Q(state="PROPOSED") & Q(decided_by__isnull=False, decided_at__isnull=False)),
            ),
            models.CheckConstraint(name="tag_rejected_with_reason", condition=~Q(state="REJECTED") | ~Q(reason="")),
        ]

    @property
    def taxonomy_label(self) -> str:
        return TAXONOMIES[self.taxonomy]

    def __str__(self) -> str:
        return f"{self.label} · {self.asset}"
