"""The two bases beside a firm's report: a bank's internal valuation, and a value that firm and bank agree on.

Neither is an appraisal report, neither is ever called one, and each stands only inside bounds kept as data: a ceiling
and, for the agreed value, pilot regions (table `value_basis`).

Source: experience page section 1 (loans below ten million yuan may be valued internally or by agreement, pilot of
2025); the rows shipped are samples of ours (自拟示例), none is in force in this region.
"""

from collections.abc import Mapping

from finance_platform.foundation.errors import Conflict, Invalid
from finance_platform.foundation.moves import machine
from valuation.rules import figures
from valuation.rules.parameters import Parameter, Parameters

FILED_REPORT, INTERNAL, AGREED = "filed_report", "internal", "agreed"
LABELS = {FILED_REPORT: "评估机构报告", INTERNAL: "银行内部评估", AGREED: "银企协商定价"}
# What each paper is called; a firm's report carries its own title (rules.appraisals.title).
TITLES = {INTERNAL: "银行内部评估记录", AGREED: "银企协商定价确认书"}
TABLE = "value_basis"
REGION = "region_"

INTERNAL_MACHINE = machine(
    "internal_valuation",
    {
        "MEASURED": "待批准", "APPROVED": "已批准", "REFUSED": "未批准", "WITHDRAWN": "已撤回",
        "SUPERSEDED": "已被替代", "EXPIRED": "已过期",
    },
    """
    MEASURED | approve  | APPROVED   | 本行另一名人员 | 批准意见
    MEASURED | refuse   | REFUSED    | 本行另一名人员 | 理由
    MEASURED | withdraw | WITHDRAWN  | 测算人 | 理由
    APPROVED | replace  | SUPERSEDED | 系统 | 新的内部评估编号
    APPROVED | expire   | EXPIRED    | 系统 | 有效期届满
    """,
)  # fmt: skip
AGREED_MACHINE = machine(
    "agreed_value",
    {
        "PROPOSED": "待企业确认", "AGREED": "双方一致", "DECLINED": "企业未同意", "WITHDRAWN": "已撤回",
        "SUPERSEDED": "已被替代", "EXPIRED": "已过期",
    },
    """
    PROPOSED | agree    | AGREED     | 企业 | 与银行相同的金额
    PROPOSED | decline  | DECLINED   | 企业 | 理由
    PROPOSED | withdraw | WITHDRAWN  | 银行 | 理由
    AGREED   | replace  | SUPERSEDED | 系统 | 新的协商编号
    AGREED   | expire   | EXPIRED    | 系统 | 有效期届满
    """,
)  # fmt: skip


def ceiling_fen(parameters: Parameters, basis: str) -> int:
    """Return the most that may rest on a basis, in fen. Raises: Invalid if the table lacks it."""
    return figures.fen(parameters.row(TABLE, f"{basis}_ceiling_yuan").mode)


def pilot_regions(parameters: Parameters) -> Mapping[str, Parameter]:
    """Return the regions where a value may be agreed on, by their code."""
    rows = parameters.tables.get(TABLE, {})
    return {key.removeprefix(REGION): row for key, row in rows.items() if key.startswith(REGION) and row.mode > 0}


def require_agreeable(parameters: Parameters, *, value_fen: int, region_codes: tuple[str, ...]) -> None:
    """Refuse an agreed value above the ceiling or outside the pilot regions (a county counts with its prefecture).

    Raises: Invalid (the figure); Conflict (the region).
    """
    pilots = pilot_regions(parameters)
    if not set(region_codes) & set(pilots):
        named = "、".join(row.label for row in pilots.values()) or "无"
        raise Conflict(
            f"银企协商定价只在试点地区办理(目前:{named}):请委托评估机构,或由银行内部评估", code="outside_pilot"
        )
    require_within(parameters, AGREED, value_fen, field="value_fen")


def require_within(parameters: Parameters, basis: str, amount_fen: int, *, field: str) -> None:
    """Refuse an amount above the ceiling of a basis. Raises: Invalid naming the field."""
    most = ceiling_fen(parameters, basis)
    if not 0 < amount_fen <= most:
        raise Invalid(
            f"{LABELS[basis]}限于 {most // 1_000_000:,} 万元以内:更大的金额请委托评估机构", code="above_ceiling",
            fields={field: f"须大于 0,不超过 {most // 1_000_000:,} 万元"},
        )  # fmt: skip


def require_same(stated_fen: int, proposed_fen: int) -> None:
    """Refuse an agreement whose two sides do not state the same figure. Raises: Invalid."""
    if stated_fen != proposed_fen:
        raise Invalid(
            "双方金额不一致:不同意请选择“不同意”,由银行另行提出", code="figures_differ",
            fields={"value_fen": "须与银行提出的金额逐分相同"},
        )  # fmt: skip
