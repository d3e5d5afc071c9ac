"""People and things for tests, made through the real services."""

import itertools
from dataclasses import dataclass, fields
from datetime import datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone
from stdnum.cn import uscc

from finance_platform.foundation import queries
from finance_platform.foundation.models import Membership, User
from finance_platform.foundation.permissions import Role
from finance_platform.foundation.services import calendars as calendar_services
from finance_platform.foundation.services import organisations

PASSWORD = "correct-horse-9"
_serial = itertools.count(1)


def at(year: int, month: int, day: int, hour: int = 10, minute: int = 0) -> datetime:
    """Return a moment of Beijing time."""
    return timezone.make_aware(datetime(year, month, day, hour, minute))


BEGINNING = at(2024, 1, 2)


def set_clock(moment: datetime) -> None:
    """Let platform_now() go on from `moment`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT platform_clock_set(%s)", [moment])


def credit_code(serial: int, region: str = "150100") -> str:
    """Return a well-formed, fictional unified social credit code."""
    base = f"91{region}MA{serial:07d}"
    return base + uscc.calc_check_digit(base)


@dataclass
class Actors:
    """One person per role; `other_*` belong to a second organisation of the same kind."""

    enterprise: User
    other_enterprise: User
    bank_officer: User
    bank_approver: User
    bank_approver2: User
    other_bank_officer: User
    third_bank_officer: User
    appraiser: User
    reviewer: User
    signatory: User
    signatory2: User
    insurer: User
    guarantor: User
    intake: User
    verifier: User
    verifier2: User
    first_reviewer: User
    other_prefecture_reviewer: User
    checker: User
    approver: User
    cashier: User
    accountant: User
    auditor: User
    operator: User
    system: User
    public: User

    def everyone(self) -> dict[str, User]:
        return {field.name: getattr(self, field.name) for field in fields(self)}


def onboard(kind: str, name: str, role: str = "", region: str = "150100") -> User:
    """Take in an organisation of a kind with its first person."""
    serial = next(_serial)
    common: dict[str, Any] = dict(
        at=BEGINNING, name=name, credit_code=credit_code(serial, region), region_code=region, full_name=f"{name}员{serial}",
        username=f"u{serial}", password=PASSWORD, fictional=True,
    )  # fmt: skip
    if kind == "enterprise":
        return organisations.register_enterprise(by=queries.public_user(), **common)
    return organisations.onboard(by=queries.system_user(), kind=kind, role=role, **common)


def colleague(of: User, role: str) -> User:
    """Add a person to somebody's organisation."""
    serial = next(_serial)
    user = User.objects.create_user(f"u{serial}", PASSWORD, full_name=f"{role}{serial}", joined_at=BEGINNING)
    Membership.objects.create(user=user, organisation=of.organisation, role=role, joined_at=BEGINNING)
    return user


def people_of_the_region() -> Actors:
    """Return one person per role, in their organisations, all at Hohhot unless the name says otherwise."""
    bank = onboard("bank", "青城银行")
    appraiser = onboard("appraiser", "草原评估")
    office = onboard("ip_office_prefecture", "呼和浩特市市场监管局", Role.INTAKE_OFFICER)
    finance = onboard("finance_office", "自治区财政厅", Role.APPROVER)
    operator = Membership.objects.get(user__username="system")
    return Actors(
        enterprise=onboard("enterprise", "青山稀土科技有限公司"),
        other_enterprise=onboard("enterprise", "河套种业有限公司", region="150800"),
        bank_officer=bank,
        bank_approver=colleague(bank, Role.BANK_APPROVER),
        bank_approver2=colleague(bank, Role.BANK_APPROVER),
        other_bank_officer=onboard("bank", "北疆银行"),
        third_bank_officer=onboard("bank", "阴山银行"),
        appraiser=appraiser,
        reviewer=colleague(appraiser, Role.APPRAISAL_REVIEWER),
        signatory=colleague(appraiser, Role.APPRAISAL_SIGNATORY),
        signatory2=colleague(appraiser, Role.APPRAISAL_SIGNATORY),
        insurer=onboard("insurer", "北方保险"),
        guarantor=onboard("guarantor", "蒙担保"),
        intake=office,
        verifier=colleague(office, Role.ASSET_VERIFIER),
        verifier2=colleague(office, Role.ASSET_VERIFIER),
        first_reviewer=colleague(office, Role.FIRST_REVIEWER),
        other_prefecture_reviewer=onboard("ip_office_prefecture", "包头市市场监管局", Role.FIRST_REVIEWER, "150200"),
        checker=onboard("ip_office_region", "自治区知识产权局"),
        approver=finance,
        cashier=colleague(finance, Role.CASHIER),
        accountant=colleague(finance, Role.ACCOUNTANT),
        auditor=onboard("audit_office", "自治区审计厅"),
        operator=colleague(operator.user, Role.OPERATOR),
        system=queries.system_user(),
        public=queries.public_user(),
    )


def load_calendars() -> None:
    """Import the published holidays and LPR fixings that the project carries."""
    data = settings.BASE_DIR / "finance_platform" / "foundation" / "data"
    by = queries.system_user()
    holidays, lpr = ((data / name).read_text(encoding="utf-8") for name in ("holidays.csv", "lpr.csv"))
    calendar_services.import_holidays(by=by, at=BEGINNING, text=holidays, source="国务院办公厅通知")
    calendar_services.import_lpr(by=by, at=BEGINNING, text=lpr, source="全国银行间同业拆借中心")


def day_after(moment: datetime, days: int = 1) -> datetime:
    return timezone.make_aware(datetime.combine(timezone.localdate(moment) + timedelta(days=days), time(10)))
