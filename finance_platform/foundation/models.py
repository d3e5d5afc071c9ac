"""People, organisations, regions, documents, calendars and the traces of what was done: words every app shares."""

import uuid

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q

from finance_platform.foundation.permissions import Role
from finance_platform.foundation.triggers import append_only, never_deleted


class Region(models.Model):
    """An administrative division of GB/T 2260: the region (150000), its 12 prefectures, their counties."""

    code = models.CharField("区划代码", max_length=6, primary_key=True)
    name = models.CharField("名称", max_length=40)
    name_en = models.CharField("English name", max_length=60, blank=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Organisation(models.Model):
    """A legal person that acts on the platform: enterprise, bank, appraiser, insurer, guarantor or office."""

    class Kind(models.TextChoices):
        ENTERPRISE = "enterprise", "企业"
        BANK = "bank", "银行"
        APPRAISER = "appraiser", "评估机构"
        INSURER = "insurer", "保险公司"
        GUARANTOR = "guarantor", "担保公司"
        IP_OFFICE_PREFECTURE = "ip_office_prefecture", "盟市知识产权部门"
        IP_OFFICE_REGION = "ip_office_region", "自治区知识产权局"
        FINANCE_OFFICE = "finance_office", "财政部门"
        AUDIT_OFFICE = "audit_office", "审计部门"
        OPERATOR = "operator", "平台运营方"

    kind = models.CharField("类型", max_length=24, choices=Kind)
    name = models.CharField("名称", max_length=120)
    credit_code = models.CharField("统一社会信用代码", max_length=18, unique=True)
    region = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name="所在盟市/旗县")
    fictional = models.BooleanField("演示数据", default=False)
    onboarded_at = models.DateTimeField("入驻时间")
    suspended_at = models.DateTimeField("停用时间", null=True, blank=True)
    suspension_reason = models.CharField("停用原因", max_length=200, blank=True)

    class Meta:
        ordering = ["name"]
        triggers = never_deleted()
        constraints = [
            models.CheckConstraint(
                name="suspended_with_reason",
                condition=Q(suspended_at=None, suspension_reason="")
                | (Q(suspended_at__isnull=False) & ~Q(suspension_reason="")),
            )
        ]

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    def create_user(self, username: str, password: str | None = None, **fields: object) -> "User":
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person. What he may do follows from his one current membership and from delegations to him."""

    username = models.CharField("账号", max_length=60, unique=True)
    full_name = models.CharField("姓名", max_length=60)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField()

    objects = UserManager()
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        triggers = never_deleted()

    def __str__(self) -> str:
        return self.full_name

    @property
    def membership(self) -> "Membership | None":
        """The one membership that has not ended (read once per instance)."""
        if not hasattr(self, "_membership"):
            self._membership = self.memberships.filter(left_at=None).select_related("organisation__region").first()
        return self._membership

    @property
    def organisation(self) -> Organisation | None:
        return self.membership.organisation if self.membership else None

    @property
    def role(self) -> str:
        return self.membership.role if self.membership else Role.PUBLIC


class Membership(models.Model):
    """A person's place in an organisation, from joining to leaving."""

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="memberships")
    role = models.CharField("岗位", max_length=24, choices=[(role.value, role.value) for role in Role])
    is_administrator = models.BooleanField("单位管理员", default=False)
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        triggers = never_deleted()
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=Q(left_at=None), name="one_place_at_a_time"),
            models.CheckConstraint(
                name="left_after_joining", condition=Q(left_at=None) | Q(left_at__gte=F("joined_at"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.organisation} · {self.role}"


class Invitation(models.Model):
    """An organisation's offer of a place; the token is shown once and only its digest is kept."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="invitations")
    full_name = models.CharField("姓名", max_length=60)
    role = models.CharField("岗位", max_length=24)
    token_digest = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    accepted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        triggers = never_deleted()
        constraints = [
            models.CheckConstraint(
                name="accepted_who_and_when",
                condition=Q(accepted_by=None, accepted_at=None)
                | Q(accepted_by__isnull=False, accepted_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.full_name} → {self.organisation}"


class Delegation(models.Model):
    """Work lent to a colleague for a time. He acts in the principal's name: for maker and checker both names count."""

    principal = models.ForeignKey(User, models.PROTECT, related_name="delegations_given")
    delegate = models.ForeignKey(User, models.PROTECT, related_name="delegations_held")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reason = models.CharField("原因", max_length=200)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        triggers = never_deleted()
        constraints = [
            models.CheckConstraint(name="delegation_to_another", condition=~Q(principal=F("delegate"))),
            models.CheckConstraint(name="delegation_has_length", condition=Q(ends_at__gt=F("starts_at"))),
        ]

    def __str__(self) -> str:
        return f"{self.principal} → {self.delegate}"


class ApiToken(models.Model):
    """A person's key for the JSON door; only its digest is kept."""

    user = models.ForeignKey(User, models.PROTECT, related_name="api_tokens")
    label = models.CharField(max_length=60)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        triggers = never_deleted()

    def __str__(self) -> str:
        return f"{self.user} · {self.label}"


class AuditRow(models.Model):
    """One row per use case carried out, or refused for want of permission."""

    class Outcome(models.TextChoices):
        DONE = "done", "完成"
        REFUSED = "refused", "拒绝"

    at = models.DateTimeField(db_index=True)
    person = models.ForeignKey(User, models.PROTECT, related_name="+")
    on_behalf_of = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    use_case = models.CharField(max_length=80, db_index=True)
    via = models.CharField("上级用例", max_length=80, blank=True)
    permission = models.CharField(max_length=40)
    outcome = models.CharField(max_length=8, choices=Outcome)
    subject = models.CharField(max_length=80, blank=True, db_index=True)
    details = models.JSONField(default=dict)

    write_policy = "append_only"

    class Meta:
        triggers = append_only()
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.at:%F %T} {self.person} {self.use_case}"


class StateChange(models.Model):
    """One transition of one thing: event, from, to, who, when, on which evidence."""

    subject = models.CharField(max_length=80, db_index=True)
    event = models.CharField(max_length=40)
    source = models.CharField(max_length=24)
    target = models.CharField(max_length=24)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    evidence = models.JSONField(default=dict)

    write_policy = "append_only"

    class Meta:
        triggers = append_only()
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.subject} {self.source} → {self.target}"


class Document(models.Model):
    """A file received: its name, size and SHA-256 are the receipt; seen by its owner and those it is shared with.

    Row-level security stands behind `queries.documents_visible_to` (migration 0002).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(Organisation, models.PROTECT, related_name="documents")
    kind = models.CharField("材料类型", max_length=40)
    filename = models.CharField("文件名", max_length=200)
    media_type = models.CharField(max_length=100)
    size_bytes = models.PositiveBigIntegerField("大小")
    sha256 = models.CharField("SHA-256", max_length=64, db_index=True)
    number = models.CharField("回执编号", max_length=24, unique=True)
    subject = models.CharField("所属业务", max_length=80, blank=True, db_index=True)
    replaces = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")
    stored_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    stored_at = models.DateTimeField()

    write_policy = "append_only"

    class Meta:
        triggers = append_only()
        ordering = ["-stored_at"]

    def __str__(self) -> str:
        return self.filename


class DocumentContent(models.Model):
    """The bytes of a document."""

    document = models.OneToOneField(Document, models.PROTECT, primary_key=True, related_name="content")
    data = models.BinaryField()

    write_policy = "append_only"

    class Meta:
        triggers = append_only()

    def __str__(self) -> str:
        return str(self.pk)


class DocumentShare(models.Model):
    """Another organisation was given sight of a document."""

    document = models.ForeignKey(Document, models.PROTECT, related_name="shares")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    shared_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    shared_at = models.DateTimeField()

    write_policy = "append_only"

    class Meta:
        triggers = append_only()
        constraints = [models.UniqueConstraint(fields=["document", "organisation"], name="shared_once")]

    def __str__(self) -> str:
        return f"{self.document_id} → {self.organisation}"


class CalendarYear(models.Model):
    """A year whose holidays and make-up working days are known; `weekends_only` says that none were imported."""

    calendar = models.CharField(max_length=20, default="state_council")
    year = models.PositiveSmallIntegerField()
    source = models.CharField(max_length=200)
    imported_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    imported_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["calendar", "year"], name="one_calendar_a_year")]
        ordering = ["year"]

    def __str__(self) -> str:
        return f"{self.calendar} {self.year}"


class CalendarDay(models.Model):
    """A day that differs from its weekday: a holiday (`is_off`) or a make-up working day."""

    calendar_year = models.ForeignKey(CalendarYear, models.PROTECT, related_name="days")
    day = models.DateField()
    is_off = models.BooleanField()
    name = models.CharField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["calendar_year", "day"], name="one_row_a_day")]
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"


class LprFixing(models.Model):
    """A published loan prime rate: one-year and five-year, as fractions a year."""

    date = models.DateField("公布日", unique=True)
    one_year = models.DecimalField("一年期", max_digits=7, decimal_places=6)
    five_year = models.DecimalField("五年期以上", max_digits=7, decimal_places=6, null=True)
    source = models.CharField(max_length=200)
    imported_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    imported_at = models.DateTimeField()

    write_policy = "append_only"

    class Meta:
        triggers = append_only()
        ordering = ["date"]

    def __str__(self) -> str:
        return f"LPR {self.date}"


class IdempotencyKey(models.Model):
    """A retried call's name, bound to a digest of its inputs; the first answer is the answer."""

    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    key = models.CharField(max_length=100)
    digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    answer = models.JSONField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="one_key_a_user")]

    def __str__(self) -> str:
        return self.key


class Counter(models.Model):
    """The last number given out in a series; locked while the next is taken, so series have no gaps."""

    series = models.CharField(max_length=40, primary_key=True)
    last = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.series}-{self.last}"
