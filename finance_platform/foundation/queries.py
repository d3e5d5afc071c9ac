"""Reads everybody shares: who may do what when, who sees which document, which calendars and rates are known."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import connection
from django.db.models import Q, QuerySet

from finance_platform.foundation import rules
from finance_platform.foundation.errors import NotFound
from finance_platform.foundation.models import (
    AuditRow,
    CalendarDay,
    CalendarYear,
    Delegation,
    Document,
    LprFixing,
    Membership,
    Organisation,
    Region,
    User,
)
from finance_platform.foundation.permissions import ADMINISTRATOR, ROLES, Permission, Role

STATE_COUNCIL = "state_council"
WEEKENDS_ONLY = "weekends_only"


# --- The clock -------------------------------------------------------------------------------------------------------
def now() -> datetime:
    """Return the platform's moment: the database's clock plus the offset that only demo and test may set."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT platform_now()")
        return cursor.fetchone()[0].astimezone()  # type: ignore[no-any-return]


# --- Permissions -----------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Grant:
    """A permission someone holds: as his own, or in the name of a principal who delegated his work."""

    principal_id: int | None = None


def grant(by: User, permission: Permission, at: datetime) -> Grant | None:
    """Return how `by` holds the permission at the moment, or None. His own right comes before a borrowed one."""
    if not by.is_active or (by.organisation and by.organisation.suspended_at):
        return None
    if permission in _own_permissions(by.membership):
        return Grant()
    for delegation in delegations_held(by, at):
        if permission in ROLES[Role(delegation.principal.role)]:
            return Grant(delegation.principal_id)
    return None


def may(by: User, permission: Permission, at: datetime) -> bool:
    return grant(by, permission, at) is not None


def permissions_of(by: User, at: datetime) -> frozenset[Permission]:
    """Return everything `by` may do at the moment, borrowed rights included."""
    borrowed = (ROLES[Role(d.principal.role)] for d in delegations_held(by, at))
    return _own_permissions(by.membership).union(*borrowed)


def _own_permissions(membership: Membership | None) -> frozenset[Permission]:
    if membership is None:
        return ROLES[Role.PUBLIC]
    own = ROLES[Role(membership.role)]
    return own | ADMINISTRATOR if membership.is_administrator else own


def delegations_held(by: User, at: datetime) -> QuerySet[Delegation]:
    """Return the delegations to `by` in force, from principals who still work in his organisation."""
    return Delegation.objects.filter(
        delegate=by, revoked_at=None, starts_at__lte=at, ends_at__gt=at, principal__is_active=True,
        principal__memberships__left_at=None, principal__memberships__organisation=by.organisation,
    ).select_related("principal")  # fmt: skip


# --- Organisations and people ----------------------------------------------------------------------------------------
def organisation(pk: int) -> Organisation:
    """Return an organisation. Raises: NotFound."""
    found = Organisation.objects.filter(pk=pk).first()
    if found is None:
        raise NotFound("没有这个单位")
    return found


def colleagues(by: User) -> QuerySet[Membership]:
    """Return the present memberships of the viewer's organisation."""
    return Membership.objects.filter(organisation=by.organisation, left_at=None).select_related("user")


def system_user() -> User:
    """Return the person in whose name time-driven work is done."""
    return User.objects.get(username="system")


def public_user() -> User:
    """Return the person in whose name visitors act."""
    return User.objects.get(username="public")


def prefectures() -> QuerySet[Region]:
    return Region.objects.filter(parent="150000")


def prefecture_of(region: Region) -> Region:
    """Return the prefecture that a county lies in (a prefecture lies in itself)."""
    return region if region.parent_id == "150000" or region.parent is None else region.parent


# --- Documents -------------------------------------------------------------------------------------------------------
READERS_OF_ALL_DOCUMENTS = frozenset({Role.FIRST_REVIEWER, Role.CHECKER, Role.APPROVER, Role.AUDITOR})


def documents_visible_to(by: User) -> QuerySet[Document]:
    """Return the documents of the viewer's organisation and those shared with it; reviewing offices see all.

    Row-level security repeats this rule in the database.
    """
    if by.role in READERS_OF_ALL_DOCUMENTS:
        return Document.objects.all()
    own_or_shared = Q(owner=by.organisation) | Q(shares__organisation=by.organisation)
    return Document.objects.filter(own_or_shared).distinct()


def document(by: User, pk: object) -> Document:
    """Return one document the viewer may see. Raises: NotFound."""
    found = documents_visible_to(by).filter(pk=pk).first()
    if found is None:
        raise NotFound("没有这份材料,或它未向贵单位开放")
    return found


def receipt_of(sha256: str) -> tuple[str, datetime] | None:
    """Return number and time of the first receipt of these bytes, without saying whose they are."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT number, stored_at FROM document_receipt(%s)", [sha256])
        return cursor.fetchone()  # type: ignore[no-any-return]


# --- Calendars and rates ---------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class WorkCalendar:
    """Working days as far as they are known."""

    exceptions: dict[date, bool]
    years: frozenset[int]

    def is_working_day(self, day: date) -> bool:
        return rules.is_working_day(day, self.exceptions)

    def add(self, day: date, count: int) -> date:
        """Return the `count`-th working day after `day`. Raises: OutOfRange beyond the imported years."""
        return rules.add_working_days(day, count, self.exceptions, self.years)


def work_calendar(name: str = STATE_COUNCIL) -> WorkCalendar:
    """Return the State Council's calendar as imported, or the weekend-only one that a portfolio replay names."""
    if name == WEEKENDS_ONLY:
        return WorkCalendar({}, frozenset(range(1900, 2200)))
    days = CalendarDay.objects.filter(calendar_year__calendar=name).values_list("day", "is_off")
    years = CalendarYear.objects.filter(calendar=name).values_list("year", flat=True)
    return WorkCalendar(dict(days), frozenset(years))


def lpr_table() -> list[dict[str, object]]:
    """Return the fixings as the loan schedule's `lpr` list (dates and decimal strings)."""
    rows = LprFixing.objects.values_list("date", "one_year", "five_year")
    return [
        {"date": day.isoformat(), "1Y": str(one)} | ({"5Y": str(five)} if five is not None else {})
        for day, one, five in rows
    ]


def lpr_on(on: date, tenor: str = "1Y") -> Decimal:
    """Return the LPR in force. Raises: OutOfRange if the table does not reach the day."""
    column = {"1Y": "one_year", "5Y": "five_year"}[tenor]
    fixings: Iterable[tuple[date, Decimal]] = LprFixing.objects.exclude(**{column: None}).values_list("date", column)
    return rules.lpr_in_force(fixings, on)[1]


def calendar_warnings(on: date) -> list[str]:
    """Return what is missing, or runs out within 90 days: the holiday years, the LPR fixings."""
    return [warning for warning in (_years_warning(on), _lpr_warning(on)) if warning]


def _years_warning(on: date) -> str:
    known = work_calendar().years
    if not known:
        return "尚未导入任何工作日历,公示期无法计算:请由运营人员在“日历与利率”导入国务院办公厅公布的节假日安排"
    if on.year not in known:
        return f"工作日历缺少 {on.year} 年,公示期无法计算:请立即导入 {on.year} 年节假日安排"
    horizon = on + timedelta(days=rules.WARN_DAYS_BEFORE_CALENDAR_ENDS)
    if horizon.year not in known:
        return f"工作日历只到 {horizon.year - 1} 年底:请尽快导入 {horizon.year} 年节假日安排"
    return ""


def _lpr_warning(on: date) -> str:
    last = LprFixing.objects.filter(date__lte=on).order_by("-date").first()
    if last is None:
        return "尚未导入任何 LPR,浮动利率无法计算:请由运营人员在“日历与利率”导入公布值"
    age = (on - last.date).days
    if age > rules.LPR_VALID_DAYS_MAX:
        return f"最近一次 LPR 公布于 {last.date},已不能使用:请立即导入此后的公布值"
    return "LPR 表即将过期:请导入最近一次公布值" if age > rules.LPR_VALID_DAYS_MAX - 10 else ""


# --- Traces ----------------------------------------------------------------------------------------------------------
def audit_rows() -> QuerySet[AuditRow]:
    return AuditRow.objects.select_related("person", "on_behalf_of", "organisation")
