"""Organisations come in (an enterprise by itself, others through the operator) and may be suspended."""

from datetime import datetime

from finance_platform.foundation import queries, rules
from finance_platform.foundation.errors import Conflict, Invalid
from finance_platform.foundation.models import Membership, Organisation, Region, User
from finance_platform.foundation.permissions import ROLES_BY_KIND, Permission, Role
from finance_platform.foundation.services import people
from finance_platform.foundation.use_case import use_case


@use_case(Permission.ENTERPRISE_REGISTER)
def register_enterprise(
    *, by: User, at: datetime, name: str, credit_code: str, region_code: str, full_name: str, username: str,
    password: str, fictional: bool = False,
) -> User:  # fmt: skip
    """Register an enterprise and its first person, who becomes its administrator.

    Raises: Invalid (code, region, password); Conflict (already registered). Writes: organisation, user, membership.
    """
    organisation = _create("enterprise", name, credit_code, region_code, at, fictional)
    return people.first_person(
        organisation, role=Role.ENTERPRISE, full_name=full_name, username=username, password=password, at=at
    )


@use_case(Permission.ORGANISATION_ONBOARD)
def onboard(
    *, by: User, at: datetime, kind: str, name: str, credit_code: str, region_code: str, full_name: str,
    username: str, password: str, role: str = "", fictional: bool = False,
) -> User:  # fmt: skip
    """Take in a bank, appraiser, insurer, guarantor or office with its first person as administrator.

    Raises: Invalid; Conflict. Writes: organisation, user, membership.
    """
    if kind not in ROLES_BY_KIND:
        raise Invalid("没有这种单位类型", fields={"kind": "请从列表中选择"})
    organisation = _create(kind, name, credit_code, region_code, at, fictional)
    first = Role(role) if role else ROLES_BY_KIND[kind][0]
    return people.first_person(
        organisation, role=first, full_name=full_name, username=username, password=password, at=at
    )


@use_case(Permission.ORGANISATION_ONBOARD)
def first_operator(
    *, by: User, at: datetime, name: str, credit_code: str, region_code: str, full_name: str, username: str,
    password: str,
) -> User:  # fmt: skip
    """Take in the organisation that runs the platform with its first person, on a platform that has none.

    Raises: Conflict if there is an operator; as onboard. Writes: as onboard.
    """
    Membership.objects.select_for_update().get(user=queries.system_user())  # two keepers at once take turns
    if Membership.objects.filter(role=Role.OPERATOR, left_at=None).exists():
        raise Conflict("平台已有运营人员:请由其单位管理员邀请新的人员", code="operator_exists")
    return onboard(
        by=by, at=at, kind="operator", name=name, credit_code=credit_code, region_code=region_code,
        full_name=full_name, username=username, password=password,
    )  # fmt: skip


@use_case(Permission.ORGANISATION_SUSPEND)
def suspend(*, by: User, at: datetime, organisation_id: int, reason: str) -> Organisation:
    """Stop an organisation's people from acting; the record stays. Raises: NotFound, Invalid without a reason."""
    organisation = queries.organisation(organisation_id)
    if not reason.strip():
        raise Invalid("请写明停用原因", fields={"reason": "必填"})
    organisation.suspended_at, organisation.suspension_reason = at, reason.strip()
    organisation.save(update_fields=["suspended_at", "suspension_reason"])
    return organisation


@use_case(Permission.ORGANISATION_SUSPEND)
def reinstate(*, by: User, at: datetime, organisation_id: int) -> Organisation:
    """Lift a suspension. Raises: NotFound."""
    organisation = queries.organisation(organisation_id)
    organisation.suspended_at, organisation.suspension_reason = None, ""
    organisation.save(update_fields=["suspended_at", "suspension_reason"])
    return organisation


def _create(kind: str, name: str, code: str, region_code: str, at: datetime, fictional: bool) -> Organisation:
    code = rules.credit_code(code)
    if not name.strip():
        raise Invalid("请填写单位名称", fields={"name": "与营业执照一致"})
    if not Region.objects.filter(code=region_code).exists():
        raise Invalid("没有这个行政区划", fields={"region_code": "请从列表中选择盟市或旗县"})
    if Organisation.objects.filter(credit_code=code).exists():
        raise Conflict("该统一社会信用代码已注册:请联系贵单位管理员邀请您加入", code="already_registered")
    return Organisation.objects.create(
        kind=kind, name=name.strip(), credit_code=code, region_id=region_code, onboarded_at=at, fictional=fictional
    )
