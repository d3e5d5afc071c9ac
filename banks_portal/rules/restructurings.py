"""The plan of a restructuring as people state it, read into the keys of a loan document."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from banks_portal.rules.pricing import SETTLEMENT_DAY
from banks_portal.rules.terms import ANNUAL_RATE_MAX, METHODS, SETTLEMENTS
from finance_platform.foundation.errors import Invalid
from pledges.rules import restructurings

EQUAL_METHODS = ("equal_instalment", "equal_principal")
INSTALMENTS_MAX = 120
REQUIRED = {
    "equal_instalment": ("first_due", "instalments"), "equal_principal": ("first_due", "instalments"),
    "interest_only": ("maturity", "settlement"), "bullet": ("maturity",),
}  # fmt: skip


def document(
    terms: Mapping[str, Any], *, agreed_on: date, principal_fen: int, annual_rate: Decimal, plan: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the new terms as a loan document; what `plan` leaves alone stays as in `terms`. Raises: Invalid."""
    if not 0 < annual_rate <= ANNUAL_RATE_MAX or annual_rate != round(annual_rate, 8):
        raise Invalid("年利率有误", fields={"annual_rate": "年利率须大于 0、不超过 24%,至多 8 位小数(0.0345 即 3.45%)"})
    return restructurings.document(
        terms, agreed_on=agreed_on, principal_fen=principal_fen, annual_rate=f"{annual_rate.normalize():f}",
        plan=plan_of(plan),
    )  # fmt: skip


def plan_of(plan: Mapping[str, Any]) -> dict[str, Any]:
    """Return the method with its keys, as the loan document has them.

    `method` with `first_due` and `instalments` (monthly) for the equal ones, with `maturity` for the others, and
    `settlement` ("month", "quarter") for interest only. Raises: Invalid with every member missing or out of range.
    """
    method = str(plan.get("method", ""))
    if method not in METHODS:
        raise Invalid("请选择还款方式", fields={"method": "请从列表中选择"})
    faults = {name: "所选还款方式须填写此项" for name in REQUIRED[method] if not plan.get(name)}
    if method in EQUAL_METHODS and not 0 < int(plan.get("instalments") or 1) <= INSTALMENTS_MAX:
        faults["instalments"] = f"期数须为 1 至 {INSTALMENTS_MAX}"
    if method == "interest_only" and (plan.get("settlement") or "month") not in SETTLEMENTS:
        faults["settlement"] = "请选择按月或按季付息"
    if faults:
        raise Invalid("还款安排不完整", fields=faults)
    if method in EQUAL_METHODS:
        return {"method": method, "first_due": plan["first_due"].isoformat(), "instalments": int(plan["instalments"])}
    settled = {"settlement": {"every": plan["settlement"], "day": SETTLEMENT_DAY}} if method == "interest_only" else {}
    return {"method": method, "maturity": plan["maturity"].isoformat(), **settled}
