"""Sealed offers. Until the deadline nobody but the bank can learn what it offers, that it does, or when it did.

Row-level security (migration 0002) hides the rows themselves, so that not even their number can be counted; ids are
random; the texts are encrypted under a data key per application. The columns an enterprise compares are empty until
the opening fills them.
"""

import uuid

import pgtrigger
from django.db import models
from django.db.models import Q

from banks_portal.rules.offers import HIDDEN, OFFER
from finance_platform.foundation.errors import IllegalTransition
from finance_platform.foundation.stateful import append_only, never_deleted, stateful

_BEFORE_THE_DEADLINE = """
IF {deadline} <= platform_now() THEN
    RAISE EXCEPTION 'the offer deadline has passed' USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;
"""
_BIDDING_IS_OPEN = """
IF TG_OP = 'UPDATE' AND NEW.deadline <> OLD.deadline THEN
    RAISE EXCEPTION 'the deadline of an offer does not change' USING ERRCODE = 'check_violation';
END IF;
IF NEW.state IN ({hidden}) AND NEW.deadline <= platform_now() THEN
    RAISE EXCEPTION 'the offer deadline has passed' USING ERRCODE = 'check_violation';
END IF;
IF NEW.opened_at IS NOT NULL AND NEW.deadline > platform_now() THEN
    RAISE EXCEPTION 'no offer is opened before the deadline' USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;
""".format(hidden=", ".join(f"'{state}'" for state in sorted(HIDDEN)))


class ApplicationKey(models.Model):
    """The data key of an application, wrapped by a key that is not in the database.

    Keys are made for all published applications at once, so that a key says nothing about an offer.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.OneToOneField("pledges.Application", models.PROTECT, related_name="offer_key")
    wrapped = models.BinaryField()

    write_policy = "append_only"

    class Meta:
        triggers = append_only()

    def __str__(self) -> str:
        return str(self.application_id)


class Offer(stateful(OFFER)):  # type: ignore[misc]
    """One bank's offer in one round of an application; the round is named by its deadline, which never changes.

    `commitment` binds the bank to its current version.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey("pledges.Application", models.PROTECT, related_name="offers")
    bank = models.ForeignKey("foundation.Organisation", models.PROTECT, related_name="offers")
    deadline = models.DateTimeField("报价截止")
    version = models.PositiveIntegerField("版本", default=0)
    commitment = models.CharField("报价摘要", max_length=64, blank=True)
    # Filled at the opening.
    opened_at = models.DateTimeField("开启时间", null=True, blank=True)
    terms = models.JSONField("报价条件", null=True, blank=True)
    blinding = models.CharField(max_length=64, blank=True)
    amount_fen = models.BigIntegerField("可贷金额", null=True, blank=True)
    valid_until = models.DateField("有效期至", null=True, blank=True)
    annual_cost = models.DecimalField("综合年化成本", max_digits=14, decimal_places=10, null=True, blank=True)
    rank = models.PositiveIntegerField("排序", null=True, blank=True)
    median_annual_cost = models.DecimalField("中位成本", max_digits=14, decimal_places=10, null=True, blank=True)

    class Meta(stateful(OFFER).Meta):  # type: ignore[misc]
        abstract = False
        triggers = (
            stateful(OFFER).Meta.triggers  # type: ignore[attr-defined]
            + never_deleted()
            + [
                pgtrigger.Trigger(
                    name="bidding_is_open",
                    when=pgtrigger.Before,
                    operation=pgtrigger.Insert | pgtrigger.Update,
                    func=_BIDDING_IS_OPEN,
                )
            ]
        )
        constraints = [
            models.UniqueConstraint(fields=["application", "bank", "deadline"], name="one_offer_a_round"),
            models.UniqueConstraint(fields=["application"], condition=Q(state="SELECTED"), name="one_selected_offer"),
            models.CheckConstraint(
                name="hidden_offers_say_nothing",
                condition=~Q(state__in=sorted(HIDDEN))
                | Q(
                    opened_at=None, terms__isnull=True, amount_fen=None, annual_cost=None, valid_until=None, blinding=""
                ),
            ),
            models.CheckConstraint(
                name="opened_offers_say_all",
                condition=Q(state__in=sorted(HIDDEN))
                | Q(opened_at__isnull=False, terms__isnull=False, amount_fen__gt=0, valid_until__isnull=False)
                & ~Q(blinding=""),
            ),
            models.CheckConstraint(name="sealed_with_commitment", condition=~Q(state="SEALED") | ~Q(commitment="")),
        ]

    def __str__(self) -> str:
        return "报价"

    def move_unseen(self, event: str) -> tuple[str, str]:
        """Make a transition that must leave no public record; returns (from, to). Raises: IllegalTransition."""
        before = self.state
        if not self.can(event):
            raise IllegalTransition(f"报价当前状态“{self.state_label}”不允许此操作")
        getattr(self, event)()
        self.save()
        return before, self.state


class OfferVersion(models.Model):
    """One saved content of an offer; every version is kept, none can be read without the application's key."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    offer = models.ForeignKey(Offer, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    commitment = models.CharField(max_length=64)
    nonce = models.BinaryField()
    ciphertext = models.BinaryField()
    saved_by = models.ForeignKey("foundation.User", models.PROTECT, related_name="+")
    saved_at = models.DateTimeField()

    write_policy = "append_only"

    class Meta:
        ordering = ["number"]
        triggers = [
            *append_only(),
            pgtrigger.Trigger(
                name="bidding_is_open",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=_BEFORE_THE_DEADLINE.format(
                    deadline="(SELECT deadline FROM banks_portal_offer WHERE id = NEW.offer_id)"
                ),
            ),
        ]
        constraints = [models.UniqueConstraint(fields=["offer", "number"], name="one_version_a_number")]

    def __str__(self) -> str:
        return f"v{self.number}"


class OfferTrace(models.Model):
    """The trace of an offer's use case while it must stay sealed; the opening writes it into the audit log.

    `call` and `inputs` are keyed digests of a retried call's name and content: the sealed form of idempotency.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey("pledges.Application", models.PROTECT, related_name="+")
    bank = models.ForeignKey("foundation.Organisation", models.PROTECT, related_name="+")
    deadline = models.DateTimeField()
    nonce = models.BinaryField()
    ciphertext = models.BinaryField()
    call = models.CharField(max_length=64, blank=True)
    inputs = models.CharField(max_length=64)

    write_policy = "append_only"

    class Meta:
        triggers = append_only()
        constraints = [
            models.UniqueConstraint(
                fields=["bank", "application", "call"], condition=~Q(call=""), name="one_sealed_call"
            )
        ]

    def __str__(self) -> str:
        return "密封留痕"


class BidRefusal(models.Model):
    """A bank's written reason for not bidding; the enterprise reads it after the deadline, nobody before."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey("pledges.Application", models.PROTECT, related_name="bid_refusals")
    bank = models.ForeignKey("foundation.Organisation", models.PROTECT, related_name="+")
    deadline = models.DateTimeField()
    codes = models.JSONField("原因代码")
    text = models.CharField("说明", max_length=500)
    made_by = models.ForeignKey("foundation.User", models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    write_policy = "append_only"

    class Meta:
        triggers = [
            *append_only(),
            pgtrigger.Trigger(
                name="bidding_is_open",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=_BEFORE_THE_DEADLINE.format(deadline="NEW.deadline"),
            ),
        ]
        constraints = [models.UniqueConstraint(fields=["application", "bank", "deadline"], name="one_refusal_a_round")]

    def __str__(self) -> str:
        return "不参与"
