"""What a report must state before it is issued: named statements, some known from the records, some the appraiser's.

A statement is made when the platform's records make it or the appraiser wrote it; the gate names those that are not.

Source: valuation page section 1.15 ("A compliant report must state"). Signatures and the day of the report are made
by issuing and are no part of the gate.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from finance_platform.foundation.errors import Conflict, Invalid

TEXT_MAX = 3000


@dataclass(frozen=True)
class Statement:
    """One thing a report must state. `recorded`: the records usually know it; `draft`: words to begin from."""

    code: str
    label: str
    hint: str
    recorded: bool = False
    draft: str = ""


STATEMENTS = (
    Statement("client_and_users", "委托人和报告使用人", "由委托记录得出", recorded=True),
    Statement("purpose", "评估目的", "由委托记录得出", recorded=True),
    Statement("object", "评估对象", "号码、类型、基准日法律状态、权利人;登记信息不全时请写明", recorded=True),
    Statement("fees", "年费与续展费", "各件缴至何日;登记中没有时请写明", recorded=True),
    Statement("licences", "许可情况", "独占、排他、普通、开放许可;没有的写“无”"),
    Statement("earlier_pledges", "在先质押", "由平台登记得出;平台以外的质押请补充", recorded=True),
    Statement("disputes", "诉讼与无效宣告", "权属争议、无效请求、侵权诉讼;没有的写“无”并写明查询日"),
    Statement("scope", "评估范围", "同族专利、关联商标是否一并质押,理由"),
    Statement(
        "value_type", "价值类型及理由", "评估用市场价值;放款另看清算价值",
        draft="市场价值:评估对象在基准日正常公平交易中的估计数额;质押处置时的清算价值由放款人分布另行给出,不并入本值。",
    ),
    Statement("valuation_date", "评估基准日", "由采用的测算得出", recorded=True),
    Statement(
        "law_and_prices", "法律依据和取价依据", "法律、准则、价格口径(含税或不含税,现价)",
        draft="资产评估法、资产评估基本准则、知识产权资产评估相关准则及指导意见;"
        "价格为基准日现行价格,收入不含增值税,现金流与折现率同为名义、税后口径。",
    ),
    Statement("approaches", "评估方法的选择", "收益法、成本法、市场法:考虑过哪些,采用哪种,其余为何不用"),
    Statement("parameters", "评估参数", "各参数的来源、日期、区间;由采用的测算与测算依据得出", recorded=True),
    Statement("projections", "预测及预测人", "收入预测由谁作出,依据什么,评估师作了哪些核对"),
    Statement("life_and_decay", "收益年限与衰减", "法定、经济、技术年限取短的理由;衰减的依据"),
    Statement("discount_rate", "折现率", "由采用的测算得出", recorded=True),
    Statement("risk_ledger", "风险台账", "各风险只计一次;由采用的测算得出,重复计入的须改模型", recorded=True),
    Statement("calculation", "计算过程与结果", "由采用的测算得出", recorded=True),
    Statement("reconciliation", "各方法结果的协调", "各方法结果、权重和理由;只用一种方法的,写明理由"),
    Statement("sensitivity", "敏感性分析", "由采用的测算得出", recorded=True),
    Statement("simulation", "模拟", "随机种子、路径数、标准误;由采用的测算得出", recorded=True),
    Statement("assumptions", "假设与限制", "一般假设、特殊假设、限制条件"),
    Statement("subsequent_events", "期后事项", "基准日至报告日的重大事项;没有的写“无”"),
    Statement("validity", "有效期", "自基准日起一年", recorded=True),
    Statement(
        "restrictions", "使用限制", "谁可以用于什么目的",
        draft="仅供本次质押融资使用;不得用于其他目的,未经评估机构同意不得摘引或公开。",
    ),
    Statement("independence", "独立性", "由接受委托时的声明得出", recorded=True),
)  # fmt: skip
BY_CODE = {each.code: each for each in STATEMENTS}


def read(texts: Mapping[str, str]) -> dict[str, str]:
    """Return the appraiser's texts, trimmed, empty ones left out. Raises: Invalid naming an unknown or endless one."""
    unknown = {code: "没有这一项" for code in texts if code not in BY_CODE}
    endless = {code: f"至多 {TEXT_MAX} 字" for code, text in texts.items() if len(text) > TEXT_MAX}
    if unknown or endless:
        raise Invalid("报告事项填写有误", fields=unknown | endless)
    return {code: text.strip() for code, text in texts.items() if text.strip()}


def missing(stated: Mapping[str, str], known: Mapping[str, str]) -> list[Statement]:
    """Return the statements that neither the appraiser nor the records make, in the order of the report.

    What the records rule out (a risk charged twice) is `known` as empty, and words do not cure it.

    >>> [each.code for each in missing({"scope": "x"}, {each.code: "x" for each in STATEMENTS if each.recorded})][:2]
    ['licences', 'disputes']
    """
    curable = {each.code for each in STATEMENTS} - INCURABLE
    return [
        each for each in STATEMENTS if not known.get(each.code) and not (each.code in curable and stated.get(each.code))
    ]


# Only another run or another declaration makes these; a text beside an empty record would be a mere claim.
INCURABLE = frozenset({
    "valuation_date", "parameters", "risk_ledger", "calculation", "sensitivity", "simulation", "validity",
    "independence",
})  # fmt: skip


def require_complete(stated: Mapping[str, str], known: Mapping[str, str]) -> None:
    """Refuse to issue a report that does not state everything, naming each gap. Raises: Conflict."""
    gaps = missing(stated, known)
    if gaps:
        named = "、".join(gap.label for gap in gaps)
        raise Conflict(
            f"报告尚缺 {len(gaps)} 项,不能出具:{named}。请退回后由承办评估师在“报告事项”中补齐",
            code="report_incomplete", fields={gap.code: f"{gap.label}:{gap.hint}" for gap in gaps},
        )  # fmt: skip
