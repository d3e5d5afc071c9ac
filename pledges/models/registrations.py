"""Pledge registrations, one per registry, and the days on which each right is pledged."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from finance_platform.foundation.stateful import never_deleted, stateful
from pledges.rules import states


class Pledge(stateful(states.PLEDGE)):  # type: ignore[misc]
    """A pledge as one registry knows it. The result is keyed by one person and confirmed by another."""

    agreement = models.ForeignKey("pledges.PledgeAgreement", models.PROTECT, related_name="pledges")
    registry = models.CharField("登记机构", max_length=16)
    prepared_at = models.DateTimeField()
    filed_on = models.DateField("提交日", null=True, blank=True)
    filing_receipt = models.CharField("受理回执号", max_length=40, blank=True)
    keyed_certificate_no = models.CharField("首录证书号", max_length=40, blank=True)
    keyed_registered_on = models.DateField("首录登记日", null=True, blank=True)
    keyed_by = models.ForeignKey("foundation.User", models.PROTECT, null=True, blank=True, related_name="+")
    keyed_hands = models.JSONField(default=list, blank=True)
    certificate_no = models.CharField("登记证书号", max_length=40, blank=True)
    registered_on = models.DateField("登记日", null=True, blank=True)
    confirmed_by = models.ForeignKey("foundation.User", models.PROTECT, null=True, blank=True, related_name="+")
    refusal_ground = models.CharField("不予登记事由", max_length=40, blank=True)
    cancellation_filed_on = models.DateField("注销提交日", null=True, blank=True)
    cancellation_reason = models.CharField("注销原因", max_length=200, blank=True)
    cancelled_on = models.DateField("注销日", null=True, blank=True)

    class Meta(stateful(states.PLEDGE).Meta):  # type: ignore[misc]
        abstract = False
        triggers = stateful(states.PLEDGE).Meta.triggers + never_deleted()  # type: ignore[attr-defined]
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "registry"],
                condition=~Q(state__in=["REFUSED", "WITHDRAWN", "REVOKED"]),
                name="one_live_pledge_a_registry",
            ),
            models.UniqueConstraint(
                fields=["registry", "certificate_no"], condition=~Q(certificate_no=""), name="one_pledge_a_certificate"
            ),
            models.CheckConstraint(
                name="result_keyed_by_two_persons", condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("keyed_by"))
            ),
            models.CheckConstraint(
                name="registered_with_certificate",
                condition=~Q(state__in=["REGISTERED", "CHANGE_FILED", "CANCEL_FILED", "CANCELLED", "REVOKED", "LAPSED"])
                | (Q(registered_on__isnull=False, confirmed_by__isnull=False) & ~Q(certificate_no="")),
            ),
            models.CheckConstraint(
                name="registered_not_before_filing",
                condition=Q(registered_on=None) | Q(registered_on__gte=F("filed_on")),
            ),
            models.CheckConstraint(name="refused_on_a_ground", condition=~Q(state="REFUSED") | ~Q(refusal_ground="")),
        ]

    def __str__(self) -> str:
        return self.certificate_no or f"{self.agreement} {self.registry}"


class DateRange(Func):
    """PostgreSQL's daterange(from, until): the first day belongs to it, the last does not."""

    function = "daterange"
    output_field = models.TextField()


class PledgedAsset(models.Model):
    """A right under a pledge, from registration until cancellation.

    In a registry without rank no two live pledges of one right may overlap; `ranked` is True only for registries whose
    rules know rank, which the platform treats as a flagged, unverified parameter.
    """

    pledge = models.ForeignKey(Pledge, models.PROTECT, related_name="assets")
    asset = models.ForeignKey("pledges.IpAsset", models.PROTECT, related_name="pledges")
    ranked = models.BooleanField("允许顺位", default=False)
    from_date = models.DateField("质押起始日", null=True, blank=True)
    until_date = models.DateField("质押终止日", null=True, blank=True)

    class Meta:
        triggers = never_deleted()
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["pledge", "asset"], name="once_in_a_pledge"),
            models.CheckConstraint(
                name="pledge_ends_after_it_begins",
                condition=Q(until_date=None) | Q(until_date__gte=F("from_date")),
            ),
            ExclusionConstraint(
                name="no_two_live_pledges_of_one_right",
                expressions=[
                    ("asset", RangeOperators.EQUAL),
                    (DateRange("from_date", "until_date"), RangeOperators.OVERLAPS),
                ],
                condition=Q(from_date__isnull=False, ranked=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.asset} · {self.pledge}"
