"""Terms checked against what they are to be, and the repayment table that follows from them."""

from datetime import date
from typing import Any

from finance_platform.foundation.errors import Conflict, Invalid
from pledges import loan_schedule
from pledges.models import Instalment, Loan, PledgeAgreement, Restructuring
from pledges.rules import loans as rules


def rows_of(terms: dict[str, Any], principal_fen: int, since: date, carried_fen: int = 0) -> list[dict[str, Any]]:
    """Return the repayment table of terms that hand out this principal on this day, once, at a rate that stays.

    Raises: Invalid with the schedule's pointers.
    """
    if later := sorted(set(rules.NOT_IN_A_CONTRACT) & set(terms)):
        raise Invalid("条款只写约定的内容", fields={f"/{key}": "放款条款中不能含有此项" for key in later})
    try:
        # Asking for a day lets the terms say how lateness is charged.
        schedule = loan_schedule.build({**terms, "as_of": since.isoformat()}, carried_interest_fen=carried_fen)
    except loan_schedule.BadDocument as bad:
        faults = {fault.pointer: fault.reason for fault in bad.faults}
        raise Invalid("还款条款有误:" + ";".join(f"{k} {v}" for k, v in faults.items()), fields=faults) from None
    paid_out = [(entry["date"], entry["amount"]) for entry in terms["disbursements"]]
    if paid_out != [(since.isoformat(), principal_fen)]:
        raise Invalid("条款中的放款与本次放款不一致", fields={"terms": "本版本支持一次性放款,日期和金额须与放款相同"})
    if terms["rate"].get("reset", "none") != "none":
        raise Invalid("本版本尚不支持合同期内重定价", fields={"terms": "请使用固定利率,或 LPR 加点不重定价"})
    rows: list[dict[str, Any]] = schedule["rows"]
    return rows


def maturity(rows: list[dict[str, Any]], agreement: PledgeAgreement | None, remedy: str) -> date:
    """Return the last due date. Raises: Conflict beyond the secured maturity: the rights were checked only until it."""
    last = date.fromisoformat(rows[-1]["due"])
    if agreement is not None and last > agreement.maturity:
        raise Conflict(
            f"贷款将于 {last} 到期,晚于质押合同的债务届满日 {agreement.maturity}:{remedy}",
            code="beyond_secured_maturity",
        )
    return last


def instalments(loan: Loan, rows: list[dict[str, Any]], restructuring: Restructuring | None = None) -> list[Instalment]:
    """Return the rows as they are kept, not yet written."""
    return [
        Instalment(
            loan=loan, restructuring=restructuring, no=row["no"], due=date.fromisoformat(row["due"]),
            interest_fen=row["interest"], principal_fen=row["principal"], fee_fen=row["fee"],
        )
        for row in rows
    ]  # fmt: skip
