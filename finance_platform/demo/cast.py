"""The people of the fictional region, taken in through the platform's own doors: onboarding, invitations."""

import itertools
from collections.abc import Iterator
from datetime import date, datetime, time
from functools import cache

from django.conf import settings
from django.db import connection
from django.utils import timezone
from stdnum.cn import uscc

from finance_platform.demo import region
from finance_platform.foundation.models import User
from finance_platform.foundation.permissions import Role
from finance_platform.foundation.services import calendars, organisations, people

BANK_STAFF = {"approver1": Role.BANK_APPROVER, "approver2": Role.BANK_APPROVER}
APPRAISER_STAFF = {
    "reviewer": Role.APPRAISAL_REVIEWER, "signatory1": Role.APPRAISAL_SIGNATORY, "signatory2": Role.APPRAISAL_SIGNATORY,
}  # fmt: skip
PREFECTURE_STAFF = {
    "verifier1": Role.ASSET_VERIFIER, "verifier2": Role.ASSET_VERIFIER, "first": Role.FIRST_REVIEWER,
}  # fmt: skip
FINANCE_STAFF = {"cashier": Role.CASHIER, "accountant": Role.ACCOUNTANT}

# One sign-in per role, printed at the end of `make demo`.
SIGN_INS = {
    "企业": "story.firm",
    "客户经理": "qingcheng.officer",
    "银行审批人": "qingcheng.approver1",
    "评估师": "caoyuan.appraiser",
    "评估复核": "caoyuan.reviewer",
    "签字评估师": "caoyuan.signatory1",
    "受理": "baotou.intake",
    "核验": "baotou.verifier1",
    "初审": "tongliao.first",
    "复核": "ip.checker",
    "终审": "finance.approver",
    "出纳": "finance.cashier",
    "会计": "finance.accountant",
    "审计": "audit.auditor",
    "保险": "insurer.officer",
    "担保": "guarantor.officer",
    "平台运营": "platform.operator",
}


def moment(day: date, hour: int = 10, minute: int = 0) -> datetime:
    """Return a moment of a day in the region."""
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


def set_clock(at: datetime) -> None:
    """Let the platform's time go on from `at`; the database refuses it outside demo and test."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT platform_clock_set(%s)", [at])


def system() -> User:
    """Return the person in whose name time-driven work is done."""
    return user("system")


@cache
def user(username: str) -> User:
    """Return a person of the cast; nobody in the demonstration changes his place, so he is read once."""
    return User.objects.get(username=username)


def exists(username: str) -> bool:
    return User.objects.filter(username=username).exists()


def take_in(at: datetime) -> None:
    """Take in banks, appraisers, insurer, guarantor and offices with their staff, and what calendars are known."""
    _calendars(at)
    serials = itertools.count(1)
    for name, key in region.BANKS:
        _organisation(at, serials, "bank", f"{name}(演示)", f"{key}.officer", Role.BANK_OFFICER, BANK_STAFF)
    for name, key in region.APPRAISERS:
        _organisation(at, serials, "appraiser", f"{name}(演示)", f"{key}.appraiser", Role.APPRAISER, APPRAISER_STAFF)
    for kind, (name, key) in (("insurer", region.INSURER), ("guarantor", region.GUARANTOR)):
        _organisation(at, serials, kind, name, f"{key}.officer", Role(kind), {})
    _offices(at, serials)


def _offices(at: datetime, serials: Iterator[int]) -> None:
    for code, (short, key, _weight) in region.PREFECTURES.items():
        name = f"{short}知识产权部门(演示)"
        _organisation(
            at, serials, "ip_office_prefecture", name, f"{key}.intake", Role.INTAKE_OFFICER, PREFECTURE_STAFF, code
        )
    _organisation(at, serials, "ip_office_region", "自治区知识产权局(演示)", "ip.checker", Role.CHECKER, {})
    _organisation(at, serials, "finance_office", "自治区财政厅(演示)", "finance.approver", Role.APPROVER, FINANCE_STAFF)
    _organisation(at, serials, "audit_office", "自治区审计厅(演示)", "audit.auditor", Role.AUDITOR, {})
    _organisation(at, serials, "operator", "平台运营公司(演示)", "platform.operator", Role.OPERATOR, {})


def _organisation(
    at: datetime, serials: Iterator[int], kind: str, name: str, first: str, role: Role, staff: dict[str, Role],
    code: str = "150100",
) -> None:  # fmt: skip
    serial = next(serials)
    head = organisations.onboard(
        by=system(), at=at, kind=kind, name=name, credit_code=credit_code("12", code, serial),
        region_code=code, full_name=region.person_name(serial), username=first, password=region.PASSWORD, role=role,
        fictional=True,
    )  # fmt: skip
    prefix = first.split(".")[0]
    for offset, (suffix, staff_role) in enumerate(staff.items(), start=1):
        _invitation, token = people.invite(
            by=head, at=at, full_name=region.person_name(serial, offset), role=staff_role
        )
        people.accept(by=user("public"), at=at, token=token, username=f"{prefix}.{suffix}", password=region.PASSWORD)


def credit_code(kind: str, code: str, serial: int) -> str:
    """Return a well-formed code that no register ever gave out (its body begins with DEM0)."""
    base = f"{kind}{code}DEM0{serial:05d}"
    return base + str(uscc.calc_check_digit(base))


def _calendars(at: datetime) -> None:
    data = settings.BASE_DIR / "finance_platform" / "foundation" / "data"
    by = system()
    holidays, lpr = ((data / name).read_text(encoding="utf-8") for name in ("holidays.csv", "lpr.csv"))
    calendars.import_holidays(by=by, at=at, text=holidays, source="国务院办公厅关于部分节假日安排的通知")
    calendars.import_lpr(by=by, at=at, text=lpr, source="全国银行间同业拆借中心受权公布")
