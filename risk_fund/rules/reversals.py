"""Corrections: nothing is edited, a wrong voucher is turned round by another (红字冲销)."""

from finance_platform.foundation.errors import Conflict
from finance_platform.foundation.moves import machine
from risk_fund.rules.journal import REVERSIBLE

REVERSAL = machine(
    "reversal",
    {"PROPOSED": "待复核", "POSTED": "已冲销", "REFUSED": "已退回"},
    """
    PROPOSED | post   | POSTED  | accountant | reversing entries
    PROPOSED | refuse | REFUSED | accountant | reason
    """,
)


def require_reversible(kind: str, *, reverses: bool, reversed_already: bool) -> None:
    """Refuse to turn round what must not be: a reversal, an entry reversed before, an entry of a running case.

    Raises: Conflict naming the way to correct it instead.
    """
    if reverses:
        raise Conflict("这是一张冲销凭证,不能再冲销:请重新办理原业务", code="is_reversal")
    if reversed_already:
        raise Conflict("该凭证已被冲销", code="already_reversed")
    if kind not in REVERSIBLE:
        raise Conflict("该凭证由业务办理产生:请在对应业务中更正,账簿会随之冲减", code="belongs_to_case")
