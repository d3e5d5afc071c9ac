"""The books of a fund: each posting debits one account and credits another, and nothing written is ever changed.

Entries come in through the database function `ledger_post` alone (migration 0002): the run-time role only reads these
tables. The database numbers entries without gaps, keeps the balances, and refuses an entry without postings, an entry
in a closed month, and a posting that would take an account below nought that must not go there.
"""

from django.db import models
from django.db.models import F, Q

from finance_platform.foundation.models import User
from finance_platform.foundation.stateful import append_only, never_deleted, stateful
from risk_fund.rules import accounts, periods, reversals


class Fund(models.Model):
    """A risk-compensation fund: the owner of a set of books."""

    class Kind(models.TextChoices):
        SPECIAL_ACCOUNT = "special_account", "财政专户管理"
        GOVERNMENT_UNIT = "government_unit", "政府会计单位(平行记账)"

    code = models.CharField("资金代码", max_length=24, unique=True)
    name = models.CharField("资金名称", max_length=120)
    name_en = models.CharField("English name", max_length=160, blank=True)
    kind = models.CharField("核算方式", max_length=24, choices=Kind)
    recovery_right_as_asset = models.BooleanField("追偿权列为资产并全额计提准备", default=False)
    opened_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField("建账时间")

    class Meta:
        triggers = never_deleted()
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name

    @property
    def keeps_budget(self) -> bool:
        return self.kind == self.Kind.GOVERNMENT_UNIT


class Account(models.Model):
    """An account of one fund; its row is the chart's (`rules.accounts.CHART`) and does not change."""

    fund = models.ForeignKey(Fund, models.PROTECT, related_name="accounts")
    code = models.CharField("科目代码", max_length=24)
    name = models.CharField("科目名称", max_length=80)
    name_en = models.CharField("English name", max_length=80)
    book = models.CharField("账簿", max_length=12, choices=list(accounts.BOOKS.items()))
    side = models.CharField("余额方向", max_length=8, choices=list(accounts.SIDES.items()))
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    dimension = models.CharField("辅助核算", max_length=8, blank=True, choices=list(accounts.DIMENSIONS.items()))
    is_header = models.BooleanField("汇总科目")
    may_go_negative = models.BooleanField("允许反向余额")

    write_policy = "append_only"

    class Meta:
        triggers = append_only()
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["fund", "code"], name="account_code_once_a_fund"),
            models.CheckConstraint(name="account_book_known", condition=Q(book__in=list(accounts.BOOKS))),
            models.CheckConstraint(name="account_side_known", condition=Q(side__in=list(accounts.SIDES))),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class JournalEntry(models.Model):
    """A voucher. Entries of one event share `event_id` and are told apart by `part`; `lines` and `total_fen` seal its
    shape, so that no posting can be added later."""

    event_id = models.UUIDField()
    part = models.PositiveSmallIntegerField()
    fund = models.ForeignKey(Fund, models.PROTECT, related_name="entries")
    book = models.CharField("账簿", max_length=12, choices=list(accounts.BOOKS.items()))
    fiscal_year = models.PositiveSmallIntegerField("会计年度")
    number = models.PositiveIntegerField("凭证号")
    kind = models.CharField("业务", max_length=40)
    memo = models.CharField("摘要", max_length=200)
    effective_date = models.DateField("记账日期")
    booked_at = models.DateTimeField("入账时间")
    maker = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="制单")
    checker = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="复核")
    subject = models.CharField("所属业务", max_length=80, blank=True, db_index=True)
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversed_by")
    idempotency_key = models.CharField(max_length=120)
    digest = models.CharField(max_length=64)
    lines = models.PositiveIntegerField("分录数")
    total_fen = models.PositiveBigIntegerField("合计")

    write_policy = "function_only"

    class Meta:
        triggers = append_only()
        ordering = ["id"]
        indexes = [models.Index(fields=["fund", "effective_date", "id"], name="entry_by_day")]
        constraints = [
            models.UniqueConstraint(fields=["fund", "book", "fiscal_year", "number"], name="entry_number_once"),
            models.UniqueConstraint(fields=["event_id", "part"], name="entry_part_once"),
            models.UniqueConstraint(fields=["fund", "idempotency_key", "part"], name="entry_posted_once"),
            models.CheckConstraint(name="entry_numbers_from_one", condition=Q(number__gte=1, part__gte=1)),
            models.CheckConstraint(name="entry_has_lines", condition=Q(lines__gte=1, total_fen__gte=1)),
            models.CheckConstraint(name="entry_year_of_date", condition=Q(fiscal_year=F("effective_date__year"))),
            models.CheckConstraint(name="checker_is_not_maker", condition=Q(checker=None) | ~Q(checker=F("maker"))),
            models.CheckConstraint(name="money_is_checked", condition=~Q(book="money") | Q(checker__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.fund.code} {self.voucher_number}"

    @property
    def voucher_number(self) -> str:
        """The number people quote: book, year, number within the year."""
        return f"{accounts.BOOK_WORDS[self.book]}{self.fiscal_year}-{self.number:05d}"


class Posting(models.Model):
    """One line of an entry, balanced by construction."""

    entry = models.ForeignKey(JournalEntry, models.PROTECT, related_name="postings")
    line = models.PositiveIntegerField()
    debit_account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    debit_unit = models.CharField(max_length=64, blank=True)
    credit_account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    credit_unit = models.CharField(max_length=64, blank=True)
    amount_fen = models.PositiveBigIntegerField()

    write_policy = "function_only"

    class Meta:
        triggers = append_only()
        ordering = ["entry_id", "line"]
        constraints = [
            models.UniqueConstraint(fields=["entry", "line"], name="posting_line_once"),
            models.CheckConstraint(name="posting_above_nought", condition=Q(amount_fen__gt=0)),
            models.CheckConstraint(name="posting_two_accounts", condition=~Q(debit_account=F("credit_account"))),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id}.{self.line}"


class AccountBalance(models.Model):
    """What stands on an account, per unit; kept by the database as postings come in."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="balances")
    unit = models.CharField(max_length=64, blank=True)
    debit_fen = models.PositiveBigIntegerField(default=0)
    credit_fen = models.PositiveBigIntegerField(default=0)

    write_policy = "function_only"

    class Meta:
        triggers = never_deleted()
        ordering = ["account_id", "unit"]
        constraints = [models.UniqueConstraint(fields=["account", "unit"], name="one_balance_a_unit")]

    def __str__(self) -> str:
        return f"{self.account_id}/{self.unit}"


class Period(stateful(periods.PERIOD)):  # type: ignore[misc]
    """An accounting month on its way to being closed; a month without a row is open."""

    fund = models.ForeignKey(Fund, models.PROTECT, related_name="periods")
    year = models.PositiveSmallIntegerField("年")
    month = models.PositiveSmallIntegerField("月")
    treasury_statement_fen = models.PositiveBigIntegerField("财政专户对账单余额")
    deposit_statement_fen = models.PositiveBigIntegerField("保证金户对账单余额")
    reconciled_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    reconciled_hands = models.JSONField(default=list)
    reconciled_at = models.DateTimeField()
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)

    class Meta(stateful(periods.PERIOD).Meta):  # type: ignore[misc,name-defined]
        abstract = False
        triggers = [*stateful(periods.PERIOD).Meta.triggers, *never_deleted()]  # type: ignore[attr-defined]
        ordering = ["fund_id", "year", "month"]
        constraints = [
            models.UniqueConstraint(fields=["fund", "year", "month"], name="one_period_a_month"),
            models.CheckConstraint(name="period_month", condition=Q(month__gte=1, month__lte=12)),
            models.CheckConstraint(
                name="period_closed_who_and_when",
                condition=Q(state="CLOSED", closed_by__isnull=False, closed_at__isnull=False)
                | (~Q(state="CLOSED") & Q(closed_by=None, closed_at=None)),
            ),
            models.CheckConstraint(
                name="period_two_persons", condition=Q(closed_by=None) | ~Q(closed_by=F("reconciled_by"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fund.code} {self.year}-{self.month:02d}"


class Reversal(stateful(reversals.REVERSAL)):  # type: ignore[misc]
    """A request to turn an event's entries round: one person proposes, another posts or refuses it."""

    entry = models.ForeignKey(JournalEntry, models.PROTECT, related_name="reversals")
    effective_date = models.DateField("记账日期")
    reason = models.CharField("原因", max_length=200)
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    proposed_hands = models.JSONField(default=list)
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta(stateful(reversals.REVERSAL).Meta):  # type: ignore[misc,name-defined]
        abstract = False
        triggers = [*stateful(reversals.REVERSAL).Meta.triggers, *never_deleted()]  # type: ignore[attr-defined]
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["entry"], condition=Q(state__in=["PROPOSED", "POSTED"]), name="one_live_reversal"
            ),
            models.CheckConstraint(name="reversal_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="reversal_two_persons", condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by"))
            ),
            models.CheckConstraint(
                name="reversal_decided_who_and_when",
                condition=Q(state="PROPOSED", decided_by=None, decided_at=None)
                | (~Q(state="PROPOSED") & Q(decided_by__isnull=False, decided_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"红字冲销 {self.entry}"
