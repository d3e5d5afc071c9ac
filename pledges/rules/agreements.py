"""Who may hold a pledge (one bank, several jointly, an agent, a guarantor by counter-pledge), and when it is let go."""

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from finance_platform.foundation.errors import Conflict, Invalid

PLEDGEES_MAX = 10
HOLDERS = {
    "sole": frozenset({"bank"}),
    "joint": frozenset({"bank"}),
    "agent": frozenset({"bank"}),
    "counter": frozenset({"guarantor", "insurer"}),
}
"""Role of a pledgee, and the kinds of organisation that can have it."""

CANCELLATION_GROUNDS = {
    "repaid": "债务已清偿",
    "realised": "质权已实现",
    "waived": "质权人放弃质权",
    "void": "质押合同被确认无效或者撤销",
    "rescinded": "借款合同解除,未放款",
}
"""Why a pledgee asks for cancellation. Source: 民法典 393; 专利权质押登记办法 (article from memory, unverified)."""
TOLD_BY_A_PAPER = frozenset({"waived", "void", "rescinded"})


def shares_of(entries: Sequence[Mapping[str, Any]]) -> list[Decimal | None]:
    """Return each pledgee's share, None where the agreement names none. Raises: Invalid unless all or none are named
    and they add up to one.

    >>> shares_of([{"share": "0.6"}, {"share": "0.4"}])
    [Decimal('0.6'), Decimal('0.4')]
    """
    try:
        shares = [None if entry.get("share") in {None, ""} else Decimal(str(entry["share"])) for entry in entries]
    except InvalidOperation:
        raise _refused("份额应为 0 到 1 之间的小数") from None
    named = [share for share in shares if share is not None]
    if not named:
        return shares
    # A share is kept with six decimals; NaN and Infinity are not finite.
    fine = all(s.is_finite() and 0 < s <= 1 and s == s.quantize(Decimal("0.000001")) for s in named)
    if len(named) != len(shares) or not fine or sum(named) != 1:
        raise _refused("份额须全部填写(至多六位小数)且合计为 1,或全部不填")
    return shares


def check_pledgees(entries: Sequence[Mapping[str, Any]], kinds: Mapping[Any, str], lender_id: int) -> None:
    """Refuse a set of pledgees that cannot hold the pledge of the lender's claim.

    `kinds` gives each organisation's kind. A sole pledgee is the lender and stands alone; a guarantor holds a
    counter-pledge for its own recourse; otherwise the lender is among the pledgees, or an agent holds for it.
    Source: decisions page (pledgees a bank, a guarantor, several banks or an agent). Raises: Invalid.
    """
    if not 0 < len(entries) <= PLEDGEES_MAX:
        raise _refused(f"一至 {PLEDGEES_MAX} 个")
    ids, roles = [entry.get("organisation_id") for entry in entries], [entry.get("role") for entry in entries]
    if any(role not in HOLDERS for role in roles):
        raise _refused("类型为 " + "、".join(HOLDERS))
    if len(set(ids)) != len(ids):
        raise _refused("同一单位只填一次")
    if any(kinds[pk] not in HOLDERS[str(role)] for pk, role in zip(ids, roles, strict=True)):
        raise _refused("单独、共同、代理质权人须为银行,反担保质权人须为担保或保险公司")
    if "sole" in roles and ids != [lender_id]:
        raise _refused("单独质权人须为贷款银行,且没有其他质权人")
    if lender_id not in ids and not {"agent", "counter"} & set(roles):
        raise _refused("贷款银行应在质权人之中,或由代理人代为持有")


def _refused(remedy: str) -> Invalid:
    return Invalid("质权人填写有误:" + remedy, fields={"pledgees": remedy})


def check_cancellation(ground: str, note: str, *, loan_state: str | None, sold: bool) -> str:
    """Return what the record says of a cancellation; a ground that the platform's own records deny is refused.

    `loan_state` is the secured loan's (None: never paid out), `sold` whether a disposal of the rights was settled.
    Raises: Invalid (unknown ground, paper not named); Conflict (debt not settled, nothing sold).
    """
    if ground not in CANCELLATION_GROUNDS:
        raise Invalid("请选择注销原因", fields={"ground": "可选:" + "、".join(CANCELLATION_GROUNDS.values())})
    if ground == "repaid" and loan_state != "SETTLED":
        raise Conflict("贷款尚未结清,不能以债务已清偿为由注销质押:请先办理结清", code="not_repaid")
    if ground == "realised" and not sold:
        raise Conflict("本项质押没有已结算的处置,不能以质权已实现为由注销:请先结算处置", code="not_realised")
    if ground in TOLD_BY_A_PAPER and not note.strip():
        raise Invalid("请写明放弃声明或文书", fields={"note": "写明声明或裁判文书的日期与编号"})
    return ":".join(part for part in (CANCELLATION_GROUNDS[ground], note.strip()) if part)
