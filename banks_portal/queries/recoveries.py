"""Which of a loan's receipts still wait to be shared with the fund, and why another may not be."""

from collections.abc import Iterable
from typing import Any

from banks_portal.queries.loans import LoanFile
from risk_fund.rules import claims as claim_rules

FAULTS = {
    "reversed": "该笔收款已冲销,不能分配",
    "counted": "该笔收款在补偿申请之前已登记,计算损失时已扣除,不能再分配",
    "disposal": "质物处置的价款在结算时已分配,不能再分配",
}


def fault(receipt: Any, claims: Iterable[Any], disposals: Iterable[Any]) -> str:
    """Return why a receipt may not be shared, a key of FAULTS, or nothing; `claims` and `disposals` are its loan's.

    What was booked before the claim was filed has lowered the loss already; a disposal shares its own proceeds.
    """
    if receipt.reverses_id is not None or hasattr(receipt, "reversed_by"):
        return "reversed"
    if any(claim.state == "PAID" and receipt.recorded_at <= claim.filed_at for claim in claims):
        return "counted"
    if any(one.state == "SETTLED" and one.reference == receipt.reference for one in disposals):
        return "disposal"
    return ""


def unshared(file: LoanFile) -> set[int]:
    """Return the receipts that a second person may share now: compensation is paid and no claim is open."""
    states = {claim.state for claim in file.claims}
    if "PAID" not in states or states & set(claim_rules.OPEN_STATES):
        return set()
    shared = {row.reference for row in file.recoveries}
    return {
        row.pk for row in file.receipts
        if row.reference not in shared and not fault(row, file.claims, file.disposals)
    }  # fmt: skip
