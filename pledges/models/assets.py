"""Rights of intellectual property: what each is, whose it is, how long it lasts, and what state it is in here."""

from django.db import models
from django.db.models import F, Q

from finance_platform.foundation.stateful import never_deleted, stateful
from pledges.rules import states


class IpAsset(stateful(states.ASSET)):  # type: ignore[misc]
    """One right in one registry. Unknown facts stay unknown: they are never guessed from others.

    `adverse` lists the refusal grounds that two verifiers found true, `declared` those curable ones that the parties
    know of and accept in writing (`rules.pledgeability`).
    """

    class Kind(models.TextChoices):
        INVENTION_PATENT = "invention_patent", "发明专利"
        UTILITY_MODEL = "utility_model", "实用新型"
        DESIGN = "design", "外观设计"
        TRADEMARK = "trademark", "注册商标"
        GI_MARK = "gi_mark", "地理标志商标"
        COPYRIGHT = "copyright", "著作权"
        PLANT_VARIETY = "plant_variety", "植物新品种权"

    class Registry(models.TextChoices):
        PATENT = "patent", "国家知识产权局(专利)"
        TRADEMARK = "trademark", "国家知识产权局(商标)"
        COPYRIGHT = "copyright", "中国版权保护中心"
        PLANT_VARIETY = "plant_variety", "植物新品种保护办公室"

    class NumberKind(models.TextChoices):
        APPLICATION = "application", "申请号/专利号"
        PUBLICATION = "publication", "公开(公告)号"
        REGISTRATION = "registration", "注册/登记号"

    class LegalStatus(models.TextChoices):
        IN_FORCE = "in_force", "有效"
        PENDING = "pending", "审查中"
        LAPSED = "lapsed", "终止(未缴费等)"
        EXPIRED = "expired", "期限届满"
        WITHDRAWN = "withdrawn", "撤回/放弃"
        REJECTED = "rejected", "驳回"
        INVALIDATED = "invalidated", "宣告无效"
        UNKNOWN = "unknown", "未知"

    kind = models.CharField("权利类型", max_length=20, choices=Kind)
    registry = models.CharField("登记机构", max_length=16, choices=Registry)
    number = models.CharField("号码", max_length=40)
    number_kind = models.CharField("号码类型", max_length=12, choices=NumberKind)
    publication_number = models.CharField("公开(公告)号", max_length=20, blank=True)
    title = models.CharField("名称", max_length=300, blank=True)
    owner = models.ForeignKey("foundation.Organisation", models.PROTECT, null=True, blank=True, related_name="assets")
    owner_name = models.CharField("权利人", max_length=200, blank=True)
    co_owners = models.JSONField("共有人", default=list, blank=True)
    filing_date = models.DateField("申请日", null=True, blank=True)
    grant_date = models.DateField("授权/注册日", null=True, blank=True)
    expiry_date = models.DateField("届满日", null=True, blank=True)
    legal_status = models.CharField("法律状态", max_length=12, choices=LegalStatus, default=LegalStatus.UNKNOWN)
    ipc = models.JSONField("IPC", default=list, blank=True)
    nice_classes = models.JSONField("尼斯分类", default=list, blank=True)
    goods = models.CharField("商品/服务", max_length=500, blank=True)
    product = models.CharField("相关产品", max_length=200, blank=True)
    fee_paid_until = models.DateField("年费/续展缴至", null=True, blank=True)
    state_asset = models.BooleanField("国有资产", default=False)
    adverse = models.JSONField("核验发现的不予登记事由", default=list, blank=True)
    declared = models.JSONField("当事人知悉并仍同意的事由", default=list, blank=True)
    source = models.CharField("来源", max_length=20, default="listed")
    import_batch = models.ForeignKey(
        "pledges.AssetImport", models.PROTECT, null=True, blank=True, related_name="assets"
    )
    recorded_by = models.ForeignKey("foundation.User", models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta(stateful(states.ASSET).Meta):  # type: ignore[misc]
        abstract = False
        triggers = stateful(states.ASSET).Meta.triggers + never_deleted()  # type: ignore[attr-defined]
        indexes = [models.Index(fields=["owner", "state"]), models.Index(fields=["publication_number"])]
        constraints = [
            models.UniqueConstraint(
                fields=["registry", "number"], condition=~Q(state="TRANSFERRED"), name="one_live_row_a_right"
            ),
            models.CheckConstraint(
                name="registry_follows_kind",
                condition=Q(kind__in=["invention_patent", "utility_model", "design"], registry="patent")
                | Q(kind__in=["trademark", "gi_mark"], registry="trademark")
                | Q(kind="copyright", registry="copyright")
                | Q(kind="plant_variety", registry="plant_variety"),
            ),
            models.CheckConstraint(
                name="granted_after_filing",
                condition=Q(grant_date=None) | Q(filing_date=None) | Q(grant_date__gte=F("filing_date")),
            ),
            models.CheckConstraint(
                name="expires_after_grant",
                condition=Q(expiry_date=None) | Q(grant_date=None) | Q(expiry_date__gte=F("grant_date")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title or self.get_kind_display()} {self.number}"
