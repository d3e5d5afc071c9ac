"""An enterprise tells what it is."""

from datetime import date, datetime

from finance_platform.foundation.errors import Invalid
from finance_platform.foundation.models import User
from finance_platform.foundation.permissions import Permission
from finance_platform.foundation.use_case import use_case
from pledges.models import EnterpriseProfile


@use_case(Permission.APPLICATION_MANAGE)
def revise_profile(
    *, by: User, at: datetime, size: str, industry_code: str = "", founded_on: date | None = None,
    employees: int | None = None, revenue_last_year_fen: int | None = None, total_assets_fen: int | None = None,
    total_debt_fen: int | None = None, state_owned: bool = False, tags: list[str] | None = None,
) -> EnterpriseProfile:  # fmt: skip
    """Replace the enterprise's page about itself.

    Raises: Invalid (size, negative amounts). Writes: the profile of the acting person's enterprise.
    """
    if size not in EnterpriseProfile.Size.values:
        raise Invalid("请选择企业规模", fields={"size": "微型、小型、中型或大型"})
    amounts = {
        "revenue_last_year_fen": revenue_last_year_fen,
        "total_assets_fen": total_assets_fen,
        "total_debt_fen": total_debt_fen,
    }
    for name, amount in amounts.items():
        if amount is not None and amount < 0:
            raise Invalid("金额不能为负", fields={name: "请填写零或正数"})
    values = amounts | {
        "size": size, "industry_code": industry_code, "founded_on": founded_on, "employees": employees,
        "state_owned": state_owned, "tags": tags or [], "revised_by": by, "revised_at": at,
    }  # fmt: skip
    profile, _ = EnterpriseProfile.objects.update_or_create(organisation=by.organisation, defaults=values)
    return profile
