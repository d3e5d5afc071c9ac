"""Restructurings of a loan: what was proposed on which agreement, who approved it, how long it is watched."""

import pgtrigger
from django.db import models
from django.db.models import F, Q

from finance_platform.foundation.stateful import never_deleted, stateful
from pledges.rules import states

PROPOSED = [
    "number", "loan", "agreed_on", "principal_fen", "carried_interest_fen", "terms", "maturity", "agreement",
    "agreement_sha256", "difficulty", "proposed_by", "proposed_for", "proposed_at",
]  # fmt: skip
"""What an approver decides on: the database refuses to change it afterwards."""


class Restructuring(stateful(states.RESTRUCTURING)):  # type: ignore[misc]
    """New terms of a loan from `agreed_on`, a loan_schedule document for the principal outstanding on that day.

    `agreement` is the signed paper. `observation_until`, from approval, is the first day after the observation; an
    instalment not paid in time moves it on. `*_for` is the principal where somebody acted for another.
    """

    number = models.CharField("重组编号", max_length=24, unique=True)
    loan = models.ForeignKey("pledges.Loan", models.PROTECT, related_name="restructurings")
    agreed_on = models.DateField("协议日")
    principal_fen = models.BigIntegerField("重组本金")
    carried_interest_fen = models.BigIntegerField("转入首期的未到期利息")
    terms = models.JSONField("新条款")
    maturity = models.DateField("新到期日")
    agreement = models.ForeignKey("foundation.Document", models.PROTECT, related_name="+", verbose_name="重组协议")
    agreement_sha256 = models.CharField("重组协议 SHA-256", max_length=64)
    difficulty = models.CharField("财务困难情况", max_length=500)
    proposed_by = models.ForeignKey("foundation.User", models.PROTECT, related_name="+")
    proposed_for = models.ForeignKey("foundation.User", models.PROTECT, null=True, blank=True, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey("foundation.User", models.PROTECT, null=True, blank=True, related_name="+")
    decided_for = models.ForeignKey("foundation.User", models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    closing_reason = models.CharField("否决/撤回理由", max_length=500, blank=True)
    observation_until = models.DateField("观察期止", null=True, blank=True)

    class Meta(stateful(states.RESTRUCTURING).Meta):  # type: ignore[misc]
        abstract = False
        ordering = ["-id"]
        triggers = [
            *stateful(states.RESTRUCTURING).Meta.triggers,  # type: ignore[attr-defined]
            *never_deleted(),
            pgtrigger.ReadOnly(name="proposed_once", fields=PROPOSED),
        ]
        constraints = [
            models.UniqueConstraint(fields=["loan"], condition=Q(state="PROPOSED"), name="one_open_restructuring"),
            models.UniqueConstraint(
                fields=["loan", "agreed_on"], condition=Q(state="APPROVED"), name="one_restructuring_a_day"
            ),
            models.CheckConstraint(
                name="restructures_some_principal", condition=Q(principal_fen__gt=0, carried_interest_fen__gte=0)
            ),
            models.CheckConstraint(name="new_maturity_after_agreement", condition=Q(maturity__gt=F("agreed_on"))),
            models.CheckConstraint(
                name="restructured_by_two",
                condition=~Q(state="APPROVED")
                | Q(decided_by__isnull=False, observation_until__isnull=False) & ~Q(decided_by=F("proposed_by")),
            ),
            models.CheckConstraint(
                name="closed_restructuring_has_reason",
                condition=~Q(state__in=["REFUSED", "WITHDRAWN"]) | ~Q(closing_reason=""),
            ),
        ]

    def __str__(self) -> str:
        return self.number
