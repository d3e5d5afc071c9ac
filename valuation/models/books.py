"""The whole book valued again: a job, and a row for every signed run in force, so that it can stop and go on."""

import pgtrigger
from django.db import models
from django.db.models import F, Q

from finance_platform.foundation.stateful import append_only, never_deleted, stateful
from valuation.rules import states


class BookRevaluation(stateful(states.BOOK_REVALUATION)):  # type: ignore[misc]
    """One revaluation of everything in force at a day, all on the same random numbers.

    `totals` holds the value of the whole book on every path so far, integer fen as little-endian 64-bit: integer sums
    do not depend on the order in which the items come in.
    """

    valuation_date = models.DateField("评估基准日")
    seed = models.BigIntegerField("随机种子")
    paths = models.PositiveIntegerField("路径数")
    run_ids = models.JSONField("现行测算", default=list)
    parameter_versions = models.JSONField("参数表版本", default=dict)
    old_totals = models.BinaryField("原值合计(逐路径)", default=bytes)
    totals = models.BinaryField("新值合计(逐路径)", default=bytes)
    started_by = models.ForeignKey("foundation.User", models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    closing_reason = models.CharField("取消原因", max_length=300, blank=True)

    class Meta(stateful(states.BOOK_REVALUATION).Meta):  # type: ignore[misc]
        abstract = False
        triggers = [
            *stateful(states.BOOK_REVALUATION).Meta.triggers,  # type: ignore[attr-defined]
            *never_deleted(),
            pgtrigger.Protect(
                name="closed_book_is_locked", operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state__in=["DONE", "CANCELLED"]),
            ),
        ]  # fmt: skip
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(name="book_seed_legal", condition=Q(seed__gte=0)),
            models.UniqueConstraint(fields=["valuation_date"], condition=Q(state__in=["QUEUED", "RUNNING"]),
                                    name="one_book_under_way_a_day"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.valuation_date} #{self.pk}"

    @property
    def items(self) -> int:
        return len(self.run_ids)


class BookItem(models.Model):
    """One signed run valued again: its figures then and now on the same paths, or why it was refused."""

    job = models.ForeignKey(BookRevaluation, models.PROTECT, related_name="rows")
    place = models.PositiveIntegerField("序号")
    run = models.ForeignKey("valuation.ValuationRun", models.PROTECT, related_name="+")
    refusal = models.CharField("未能重估的原因", max_length=300, blank=True)
    changes = models.JSONField("换用的现行参数", default=list)
    old = models.JSONField("原口径", default=dict)
    new = models.JSONField("新口径", default=dict)
    input_digest = models.CharField("输入摘要", max_length=71, blank=True)
    output_digest = models.CharField("输出摘要", max_length=71, blank=True)
    done_at = models.DateTimeField()

    write_policy = "append_only"

    class Meta:
        triggers = append_only()
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(fields=["job", "place"], name="one_row_a_place"),
            models.UniqueConstraint(fields=["job", "run"], name="one_row_a_run"),
            models.CheckConstraint(name="item_done_or_refused", condition=~Q(refusal="") | ~Q(output_digest="")),
        ]

    def __str__(self) -> str:
        return f"{self.job_id}-{self.place}"


class RealisedRevenue(models.Model):
    """What a product really sold in a year after the valuation date, told by a document; corrections are new rows."""

    run = models.ForeignKey("valuation.ValuationRun", models.PROTECT, related_name="realised")
    product = models.CharField("产品", max_length=120)
    year = models.PositiveSmallIntegerField("评估基准日后第几年")
    revenue_fen = models.BigIntegerField("实现收入")
    document = models.ForeignKey("foundation.Document", models.PROTECT, related_name="+")
    organisation = models.ForeignKey("foundation.Organisation", models.PROTECT, related_name="+")
    forecast = models.JSONField("签署测算的当年收入分布")
    recorded_by = models.ForeignKey("foundation.User", models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    replaces = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")

    write_policy = "append_only"

    class Meta:
        triggers = append_only()
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(name="realised_not_negative", condition=Q(revenue_fen__gte=0, year__gte=1)),
            models.UniqueConstraint(fields=["run", "product", "year"], condition=Q(replaces=None),
                                    name="one_first_figure_a_year"),
            models.CheckConstraint(name="realised_replaces_another", condition=Q(replaces=None) | ~Q(replaces=F("pk"))),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.run_id} {self.product} +{self.year}"
