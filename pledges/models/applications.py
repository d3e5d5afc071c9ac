"""An application for credit: who borrows how much on which rights, pledged by whom, with which papers."""

from django.db import models
from django.db.models import Q

from finance_platform.foundation.stateful import append_only, never_deleted, stateful
from pledges.rules import states


class Application(stateful(states.APPLICATION)):  # type: ignore[misc]
    """A financing application on a pool of rights. Its region is the borrower's prefecture on the day of drafting.

    `lender` is the bank of the selected offer; `consents` holds what the borrower ticked, each with its moment.
    """

    class Repayment(models.TextChoices):
        EQUAL_INSTALMENT = "equal_instalment", "等额本息"
        EQUAL_PRINCIPAL = "equal_principal", "等额本金"
        BULLET = "bullet", "按期付息、到期还本"

    number = models.CharField("申请编号", max_length=24, unique=True)
    enterprise = models.ForeignKey("foundation.Organisation", models.PROTECT, related_name="applications")
    region = models.ForeignKey("foundation.Region", models.PROTECT, related_name="+")
    amount_fen = models.BigIntegerField("申请金额")
    term_months = models.PositiveSmallIntegerField("期限(月)")
    purpose = models.CharField("用途", max_length=500)
    purpose_code = models.CharField("用途分类", max_length=30)
    repayment = models.CharField("希望的还款方式", max_length=20, choices=Repayment)
    bank_ids = models.JSONField("意向银行", default=list)
    consents = models.JSONField("授权与承诺", default=dict)
    drafted_by = models.ForeignKey("foundation.User", models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    missing = models.JSONField("一次性补正清单", default=list, blank=True)
    returned_at = models.DateTimeField(null=True, blank=True)
    complete_by = models.DateField("补正期限", null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    offer_deadline = models.DateTimeField("报价截止", null=True, blank=True)
    lender = models.ForeignKey(
        "foundation.Organisation", models.PROTECT, null=True, blank=True, related_name="applications_won"
    )
    selected_offer = models.UUIDField(null=True, blank=True)
    refusals = models.JSONField("银行或受理部门的书面理由", default=list, blank=True)
    closing_reason = models.CharField("撤回/不予受理/失效原因", max_length=500, blank=True)
    fictional = models.BooleanField("演示数据", default=False)

    class Meta(stateful(states.APPLICATION).Meta):  # type: ignore[misc]
        abstract = False
        triggers = stateful(states.APPLICATION).Meta.triggers + never_deleted()  # type: ignore[attr-defined]
        indexes = [models.Index(fields=["enterprise", "state"]), models.Index(fields=["region", "state"])]
        constraints = [
            models.CheckConstraint(name="application_amount_positive", condition=Q(amount_fen__gt=0)),
            models.CheckConstraint(name="application_term", condition=Q(term_months__gte=1, term_months__lte=120)),
            models.CheckConstraint(
                name="published_with_deadline",
                condition=~Q(state="PUBLISHED") | Q(accepted_at__isnull=False, offer_deadline__isnull=False),
            ),
            models.CheckConstraint(
                name="matched_with_lender",
                condition=~Q(state__in=["MATCHED", "DUE_DILIGENCE", "APPROVED", "CONTRACTED", "DISBURSED"])
                | Q(lender__isnull=False, selected_offer__isnull=False),
            ),
            models.CheckConstraint(
                name="closed_with_reason",
                condition=~Q(state__in=["REJECTED", "WITHDRAWN", "EXPIRED"]) | ~Q(closing_reason=""),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Pledgor(models.Model):
    """Who gives the right in pledge: the borrower, an affiliated or foreign organisation, or a natural person."""

    class Kind(models.TextChoices):
        BORROWER = "borrower", "借款人"
        ORGANISATION = "organisation", "第三方单位"
        PERSON = "person", "自然人"

    application = models.ForeignKey(Application, models.PROTECT, related_name="pledgors")
    kind = models.CharField("出质人类型", max_length=12, choices=Kind)
    organisation = models.ForeignKey("foundation.Organisation", models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField("名称/姓名", max_length=120)
    id_digest = models.CharField("证件号码摘要", max_length=64, blank=True)
    relation = models.CharField("与借款人的关系", max_length=60, blank=True)
    consent_document = models.ForeignKey(
        "foundation.Document", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="同意书/决议"
    )

    write_policy = "working_copy"

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["application", "kind", "name"], name="one_pledgor_a_name"),
            models.CheckConstraint(
                name="pledgor_has_identity",
                condition=Q(kind="person", organisation=None) & ~Q(id_digest="")
                | Q(kind="organisation")
                | Q(kind="borrower", organisation__isnull=False),
            ),
            models.CheckConstraint(
                name="third_party_consents", condition=Q(kind="borrower") | Q(consent_document__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ApplicationAsset(models.Model):
    """A right in the pool of an application, and who pledges it."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="pool")
    asset = models.ForeignKey("pledges.IpAsset", models.PROTECT, related_name="pools")
    pledgor = models.ForeignKey(Pledgor, models.PROTECT, related_name="assets")

    write_policy = "working_copy"

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["application", "asset"], name="once_in_a_pool")]

    def __str__(self) -> str:
        return str(self.asset)


class ApplicationDocument(models.Model):
    """A paper of an application; a newer version stands beside the older one, never over it."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="papers")
    document = models.OneToOneField("foundation.Document", models.PROTECT, related_name="+")
    kind = models.CharField("材料类型", max_length=40)
    attached_by = models.ForeignKey("foundation.User", models.PROTECT, related_name="+")
    attached_at = models.DateTimeField()

    write_policy = "append_only"

    class Meta:
        triggers = append_only()
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.document_id}"
