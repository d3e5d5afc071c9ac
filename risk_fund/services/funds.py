"""Funds are opened with their own set of books."""

from datetime import datetime

from finance_platform.foundation.errors import Conflict, Invalid
from finance_platform.foundation.models import User
from finance_platform.foundation.permissions import Permission
from finance_platform.foundation.use_case import use_case
from risk_fund.models import Fund
from risk_fund.services import ledger


@use_case(Permission.FUND_MANAGE)
def open_fund(
    *, by: User, at: datetime, code: str, name: str, name_en: str = "", kind: str = Fund.Kind.SPECIAL_ACCOUNT,
    recovery_right_as_asset: bool = False,
) -> Fund:  # fmt: skip
    """Open a fund and its books; money comes in by money orders.

    Raises: Invalid (code, name, kind); Conflict if the code is taken. Writes: fund, one account per row of the chart.
    """
    if not code.strip() or not name.strip():
        raise Invalid("请填写资金代码和名称", fields={"code": "必填", "name": "必填"})
    if kind not in Fund.Kind.values:
        raise Invalid("没有这种核算方式", fields={"kind": "请从列表中选择"})
    if Fund.objects.filter(code=code.strip()).exists():
        raise Conflict("该资金代码已使用", code="fund_code_taken", fields={"code": "请换一个代码"})
    fund = Fund.objects.create(
        code=code.strip(), name=name.strip(), name_en=name_en.strip(), kind=kind, opened_by=by, opened_at=at,
        recovery_right_as_asset=recovery_right_as_asset,
    )  # fmt: skip
    ledger.open_books(fund)
    return fund
