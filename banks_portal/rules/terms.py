"""What a bank offers, as one value: amount, rate, term, repayment, every fee with its payee and date, conditions.

`read` takes plain values from either door and refuses what is incomplete; `written` gives them back as JSON, the form
that is sealed. Reading what was written gives the same value.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from finance_platform.foundation.errors import Invalid

METHODS = {
    "equal_instalment": "等额本息",
    "equal_principal": "等额本金",
    "interest_only": "按期付息,到期还本",
    "bullet": "到期一次还本付息",
}
SETTLEMENTS = {"month": "按月付息", "quarter": "按季付息"}
SECURITIES = {
    "none": "无追加担保",
    "guarantor": "担保公司保证",
    "insurance": "贷款保证保险",
    "personal": "法定代表人或实际控制人保证",
    "other": "其他(见附加条件)",
}
DAY_COUNTS = {"act/360": "实际天数/360", "act/365": "实际天数/365"}
TERM_MONTHS_MAX = 120
FEES_MAX = 12
# Source: our own bound; beside the law's ceiling it only catches slips of the decimal point (34.5 % for 3.45 %).
ANNUAL_RATE_MAX = Decimal("0.24")
BP_MIN, BP_MAX = -500, 2000


@dataclass(frozen=True, slots=True)
class Fee:
    """A fee the enterprise bears: paid `after_months` months after disbursement (0: at disbursement)."""

    name: str
    payee: str
    amount_fen: int
    after_months: int = 0


@dataclass(frozen=True, slots=True)
class OfferTerms:
    """An offer's content. `annual_rate` is a decimal text; empty where the rate follows the LPR (`lpr`, `bp`)."""

    amount_fen: int
    term_months: int
    method: str
    settlement: str
    annual_rate: str
    lpr: str
    bp: int
    reset: str
    day_count: str
    security: str
    with_cover: bool
    conditions: str
    valid_until: date
    contact: str
    fees: tuple[Fee, ...] = ()

    @property
    def follows_lpr(self) -> bool:
        return bool(self.lpr)


def written(terms: OfferTerms) -> dict[str, Any]:
    """Return the terms as JSON values, money in fen, the date as text."""
    plain = asdict(terms)
    return plain | {"valid_until": terms.valid_until.isoformat(), "fees": list(plain["fees"])}


def read(values: Mapping[str, Any]) -> OfferTerms:
    """Return the terms these values describe.

    Raises: Invalid with every field that is wrong and how to mend it.
    """
    faults: dict[str, str] = {}
    reader = _Reader(values, faults)
    method = reader.choice("method", METHODS)
    annual_rate, lpr, bp = reader.rate()
    terms = OfferTerms(
        amount_fen=reader.whole("amount_fen", 1, 10**15, "可贷金额须为正数"),
        term_months=reader.whole("term_months", 1, TERM_MONTHS_MAX, f"期限须为 1 至 {TERM_MONTHS_MAX} 个月"),
        method=method,
        settlement=reader.choice("settlement", SETTLEMENTS, "month") if method == "interest_only" else "",
        annual_rate=annual_rate, lpr=lpr, bp=bp,
        reset=reader.reset(),
        day_count=reader.choice("day_count", DAY_COUNTS, "act/360"),
        security=reader.choice("security", SECURITIES, "none"),
        with_cover=bool(values.get("with_cover", True)),
        conditions=reader.text("conditions", 500),
        valid_until=reader.day("valid_until"),
        contact=reader.text("contact", 60),
        fees=reader.fees(),
    )  # fmt: skip
    for number, fee in enumerate(terms.fees):
        if fee.after_months > terms.term_months:
            faults[f"fees.{number}.after_months"] = "费用须在贷款到期前支付"
    if faults:
        raise Invalid("报价内容不完整或有误,请按提示修改", fields=faults)
    return terms


class _Reader:
    """Takes values one by one and notes what is wrong with each; a wrong one is replaced so that reading can go on."""

    def __init__(self, values: Mapping[str, Any], faults: dict[str, str]) -> None:
        self.values, self.faults = values, faults

    def whole(self, name: str, least: int, most: int, fault: str) -> int:
        value = self.values.get(name)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            self.faults[name] = fault
            return least
        return value

    def choice(self, name: str, allowed: Mapping[str, str] | tuple[str, ...], default: str = "") -> str:
        value = self.values.get(name) or default
        if value not in allowed:
            self.faults[name] = "请从列表中选择"
        return str(value)

    def text(self, name: str, most: int) -> str:
        value = str(self.values.get(name) or "").strip()
        if len(value) > most:
            self.faults[name] = f"至多 {most} 字"
        return value[:most]

    def day(self, name: str) -> date:
        value = self.values.get(name)
        try:
            return value if isinstance(value, date) else date.fromisoformat(str(value))
        except ValueError:
            self.faults[name] = "请填写日期,如 2025-07-31"
            return date.max

    def rate(self) -> tuple[str, str, int]:
        """Return (fixed rate, LPR tenor, basis points); exactly one of the two forms must be given."""
        fixed, lpr = str(self.values.get("annual_rate") or "").strip(), str(self.values.get("lpr") or "")
        if bool(fixed) == bool(lpr):
            self.faults["annual_rate"] = "请填固定年利率,或选择“LPR 加减基点”,二者择一"
            return "", "", 0
        if fixed:
            return self._fixed(fixed), "", 0
        if lpr not in {"1Y", "5Y"}:
            self.faults["lpr"] = "请选择一年期或五年期以上 LPR"
        return "", lpr, self.whole("bp", BP_MIN, BP_MAX, f"基点须为 {BP_MIN} 至 {BP_MAX} 的整数")

    def reset(self) -> str:
        """Return "none": a loan's terms are kept as agreed, so a rate that moves during the loan is refused."""
        if (self.values.get("reset") or "none") != "none":
            self.faults["reset"] = "本平台暂不支持期内重定价:请报固定利率,或以放款日 LPR 加减基点、期内不变"
        return "none"

    def _fixed(self, text: str) -> str:
        try:
            rate = Decimal(text)
        except InvalidOperation:
            rate = Decimal(-1)
        if not 0 < rate <= ANNUAL_RATE_MAX or rate != round(rate, 8):
            self.faults["annual_rate"] = "年利率须大于 0、不超过 24%,至多 8 位小数(0.0345 即 3.45%)"
            return ""
        return f"{rate.normalize():f}"

    def fees(self) -> tuple[Fee, ...]:
        rows = self.values.get("fees") or ()
        if len(rows) > FEES_MAX:
            self.faults["fees"] = f"至多 {FEES_MAX} 项费用"
        return tuple(self._fee(number, row) for number, row in enumerate(rows[:FEES_MAX]))

    def _fee(self, number: int, row: Mapping[str, Any]) -> Fee:
        faults: dict[str, str] = {}
        reader = _Reader({"after_months": 0} | dict(row), faults)
        fee = Fee(
            name=reader.text("name", 40),
            payee=reader.text("payee", 60),
            amount_fen=reader.whole("amount_fen", 1, 10**13, "费用金额须为正数"),
            after_months=reader.whole("after_months", 0, TERM_MONTHS_MAX, "须为放款后的整月数,0 即放款时"),
        )
        faults |= {name: "必填:每项费用都要写明" for name in ("name", "payee") if not getattr(fee, name)}
        self.faults |= {f"fees.{number}.{name}": text for name, text in faults.items()}
        return fee
