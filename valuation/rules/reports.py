"""What the platform's own records say of a report: the statements it can make itself, and the tables behind them.

The texts are Chinese, because the report is. Nothing is guessed: where a record lacks a fact, its statement is empty
and the appraiser makes it.

Source: valuation page section 1.15.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from valuation.lending.ledger import risk_ledger
from valuation.rules.appraisals import expires_on

RISKS = {
    "invalidation": "失效",
    "decay": "衰减(技术)",
    "market": "市场",
    "management": "经营管理",
    "disposal": "处置变现",
}
FORMS = {"flow": "计入现金流", "rate_premium": "计入折现率", "haircut": "计入变现折扣", "event": "作为事件模拟"}
METHODS = {
    "relief_from_royalty": "收益法(许可费节省法)", "profit_split": "收益法(分成法)", "cost": "成本法",
    "market": "市场法",
    "multi_period_excess_earnings": "收益法(多期超额收益法)", "incremental_income": "收益法(增量收益法)",
}  # fmt: skip


USERS = "报告使用人:委托人,以及经委托人授权查阅卷宗的银行和登记、补偿管理部门。"
THREAT = "这一利益对独立性构成威胁(自身利益威胁),请使用人在采信本报告时予以考虑。"


@dataclass(frozen=True)
class RightAtDate:
    """A right of the pool as the register knows it on the day; empty where it does not."""

    number: str
    kind: str
    title: str
    status: str
    owner: str
    expires: str
    fee_paid_until: str
    pledged: bool

    @property
    def known(self) -> bool:
        return bool(self.number and self.kind and self.status and self.owner)

    def plain(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Records:
    """What the platform knows of an appraisal on a day. `document` and `output` are of the chosen run, or None."""

    client: str
    purpose: str
    rights: Sequence[RightAtDate]
    declaration: str
    loss_sharing: bool | None
    loss_share: str
    loss_scheme: str
    valuation_date: date | None
    evidence: str
    parameter_versions: Mapping[str, int]
    document: Mapping[str, Any] | None
    output: Mapping[str, Any] | None


def known(records: Records) -> dict[str, str]:
    """Return the statements that the records make, by code; one they cannot make is empty."""
    return {
        "client_and_users": f"委托人:{records.client}。{USERS}",
        "purpose": records.purpose,
        "object": _object(records.rights),
        "fees": _fees(records.rights),
        "earlier_pledges": _earlier_pledges(records.rights),
        "independence": independence(records),
        **_of_run(records),
    }


def _object(rights: Sequence[RightAtDate]) -> str:
    if not rights or not all(right.known for right in rights):
        return ""
    return f"{len(rights)} 件知识产权,号码、类型、法律状态、权利人见“评估对象”表。"


def _fees(rights: Sequence[RightAtDate]) -> str:
    if not rights or not all(right.fee_paid_until for right in rights):
        return ""
    return "缴至:" + ";".join(f"{right.number} {right.fee_paid_until}" for right in rights) + "。"


def _earlier_pledges(rights: Sequence[RightAtDate]) -> str:
    pledged = "、".join(right.number for right in rights if right.pledged)
    return f"平台记录中已在质押:{pledged}。" if pledged else "平台记录中,评估对象均无在先质押。"


def independence(records: Records) -> str:
    """Return the declaration with the stake in losses, called what it is; empty until both are declared."""
    if not records.declaration or records.loss_sharing is None:
        return ""
    return f"{records.declaration} {stake(records.loss_sharing, records.loss_share, records.loss_scheme)}"


def stake(sharing: bool, share: str, scheme: str) -> str:
    """Return what a report says of the firm's stake in losses.

    Source: issue, "a loss-sharing stake is declared in the report as a threat to independence".
    """
    if not sharing:
        return "评估机构不分担贷款损失。"
    under = f"按 {scheme} 的分担方案," if scheme else ""
    return f"评估机构{under}承担贷款损失的 {share}。{THREAT}"


def _of_run(records: Records) -> dict[str, str]:
    """Return what the chosen run states; nothing without one."""
    document, output, day = records.document, records.output, records.valuation_date
    if document is None or output is None or day is None:
        return {}
    versions = "、".join(f"{code} 第 {number} 版" for code, number in sorted(records.parameter_versions.items()))
    tornado = output.get("sensitivity", {}).get("tornado")
    doubled = risk_ledger(document)["doubles"]
    return {
        "valuation_date": day.isoformat(),
        "parameters": f"各参数取值与区间见“评估参数”表;参数表:{versions}。{records.evidence}"
        if records.evidence
        else "",
        "discount_rate": "各组成部分见“折现率”表。" if rate_rows(document) else "",
        "risk_ledger": "" if doubled else "每种风险只计一次,见“风险台账”表。",
        "calculation": f"{';'.join(sorted(set(methods(document))))};各件权利的价值及组合扣减见“计算结果”表。",
        "sensitivity": "单项变动对价值的影响见“敏感性”图。" if tornado else "",
        "simulation": _simulation(output),
        "validity": f"自评估基准日起一年,至 {expires_on(day)}(含当日)。",
    }


def _simulation(output: Mapping[str, Any]) -> str:
    simulated = output.get("simulation")
    if not simulated:
        return ""
    error = simulated["standard_error"]
    return (
        f"随机种子 {output['run']['seed']},路径 {simulated['paths']:,} 条,均值的标准误 {error:,.2f} 元;收敛见测算记录。"
    )


def methods(document: Mapping[str, Any]) -> Iterator[str]:
    """Give the method of each asset by its Chinese name."""
    shared = document["portfolio"].get("shared", {})
    for asset in document["portfolio"]["assets"]:
        method = asset.get("method", shared.get("method", ""))
        yield METHODS.get(method, method)


def _fields(document: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    shared = document["portfolio"].get("shared", {})
    if shared:
        yield "全部", shared
    for asset in document["portfolio"]["assets"]:
        yield str(asset.get("name", "")), asset


PARAMETERS = {
    "revenue": "产品收入", "royalty_rate": "许可费率", "decay": "衰减", "hazard": "失效率", "tax_rate": "所得税率",
    "coverage": "占产品份额", "horizon": "年限", "profit_split": "利润分成率", "maintenance": "维持费用",
}  # fmt: skip


def parameter_rows(document: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Return the model's assumptions as (of which right, what, value or distribution)."""
    return [
        (name, label, spoken(fields[key]))
        for name, fields in _fields(document)
        for key, label in PARAMETERS.items()
        if key in fields
    ]


def rate_rows(document: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Return the parts of the discount rate as (of which right, part, value or distribution)."""
    rows = []
    for name, fields in _fields(document):
        rate = fields.get("discount_rate")
        if isinstance(rate, Mapping):
            for form, parts in rate.items():
                rows += [(name, label, spoken(part)) for label, part in _parts(form, parts)]
        elif rate is not None:
            rows.append((name, "折现率(未分解)", spoken(rate)))
    return rows


RATE_WORDS = {
    "risk_free": "无风险利率", "technology": "技术风险报酬", "market": "市场风险报酬", "finance": "资金风险报酬",
    "management": "管理风险报酬", "build_up": "风险累加法", "capm": "资本资产定价", "wacc": "加权平均资本成本",
    "beta": "贝塔", "equity_risk_premium": "市场风险溢价",
}  # fmt: skip


def _parts(form: str, parts: Any) -> Iterator[tuple[str, Any]]:
    if not isinstance(parts, Mapping) or "distribution" in parts:
        yield RATE_WORDS.get(form, form), parts
        return
    for key, part in parts.items():
        yield from _parts(key, part)


def ledger_rows(document: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Return the risk ledger as (of which right, risk, where it is charged)."""
    return [
        (
            row["asset"] or "全部", RISKS[row["risk"]],
            "、".join(f"{FORMS[charge['form']]}({charge['pointer']})" for charge in row["charges"]) or "未计入",
        )
        for row in risk_ledger(document)["rows"]
    ]  # fmt: skip


SHAPES = {
    "pert": "PERT",
    "triangular": "三角",
    "normal": "正态",
    "lognormal": "对数正态",
    "uniform": "均匀",
    "beta": "贝塔",
}
WORDS = {
    "low": "低", "mode": "众数", "high": "高", "mean": "均值", "sd": "标准差", "base": "基期", "growth": "增长率",
    "base_year": "基年", "rate": "年率", "annual": "年率", "economic_life_years": "经济寿命(年)", "years": "年",
    "legal_expiry": "法定届满", "filing_date": "申请日", "event": "事件",
}  # fmt: skip


def spoken(value: Any) -> str:
    """Return a value of the document as a reader sees it; a distribution by its shape and points.

    >>> spoken({"distribution": "pert", "high": 0.05, "low": 0.01, "mode": 0.02})
    'PERT(低 0.01,众数 0.02,高 0.05)'
    >>> spoken({"annual": 0.003})
    '年率 0.003'
    """
    if isinstance(value, Mapping):
        shape = value.get("distribution")
        order = sorted(value, key=lambda key: list(WORDS).index(key) if key in WORDS else len(WORDS))
        inner = [f"{WORDS.get(key, key)} {spoken(value[key])}" for key in order if key != "distribution"]
        joined = ",".join(inner)
        return f"{SHAPES.get(shape, shape)}({joined})" if shape else joined
    if isinstance(value, list):
        return "、".join(map(spoken, value))
    if isinstance(value, float | int) and not isinstance(value, bool):
        return f"{value:,.2f}" if abs(value) >= 1000 else f"{value:.10g}"
    return WORDS.get(value, str(value)) if isinstance(value, str) else str(value)
