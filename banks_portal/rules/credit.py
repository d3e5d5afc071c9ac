"""The credit decision: one proposes, two others approve; and how much the pledged rights cover.

Source: domain page section 2.3 (application, approve: 审贷 at least two persons, appraisal issued and unexpired,
loan-to-value within the limit, maturity before the end of the rights).
"""

from datetime import date
from fractions import Fraction

from finance_platform.foundation.moves import machine
from valuation.rules.bases import AGREED, FILED_REPORT, INTERNAL, LABELS

CREDIT = machine(
    "credit",
    {
        "PROPOSED": "待审批",
        "SUPPORTED": "一人已批",
        "APPROVED": "已批",
        "REFUSED": "已否决",
        "WITHDRAWN": "已撤回",
    },
    """
    PROPOSED            | support  | SUPPORTED | 审批人 | 审批意见
    SUPPORTED           | approve  | APPROVED  | 另一审批人 | 批复;风险补偿额度预占
    PROPOSED, SUPPORTED | refuse   | REFUSED   | 审批人 | 否决理由
    PROPOSED, SUPPORTED | withdraw | WITHDRAWN | 客户经理 | 撤回说明
    """,
)
NO_VALUE = {
    FILED_REPORT: "尚无已出具的评估报告:请待评估机构签署后再提交",
    INTERNAL: "本行没有在用的内部评估:请由本行人员测算并由另一人批准后再提交",
    AGREED: "没有在用的银企协商定价:请提出金额并由企业确认后再提交",
}
LIVE = frozenset({"PROPOSED", "SUPPORTED", "APPROVED"})


def loan_to_value(principal_fen: int, appraised_value_fen: int) -> Fraction:
    """Return 质押率, principal over appraised value, exactly.

    >>> loan_to_value(600, 1485)
    Fraction(40, 99)
    """
    return Fraction(principal_fen, appraised_value_fen)


def faults(
    *, principal_fen: int, offered_fen: int, appraised_value_fen: int | None, ltv_limit: Fraction,
    appraisal_expires: date | None, on: date, basis: str = FILED_REPORT,
) -> dict[str, str]:  # fmt: skip
    """Return what stands against proposing this credit, by field; empty if nothing does. All boundaries inclusive."""
    found = {}
    if not 0 < principal_fen <= offered_fen:
        found["principal_fen"] = "批复金额须大于 0 且不超过中选报价金额"
    if not 0 < ltv_limit <= 1:
        found["ltv_limit"] = "质押率上限须在 0 与 1 之间(0.5 即 50%)"
    if appraised_value_fen is None or appraisal_expires is None:
        found["appraisal"] = NO_VALUE.get(basis, "没有这种价值依据")
    elif appraisal_expires < on:
        found["appraisal"] = f"{LABELS[basis]}已于 {appraisal_expires} 到期:请重新评估"
    elif "ltv_limit" not in found and loan_to_value(principal_fen, appraised_value_fen) > ltv_limit:
        found["principal_fen"] = "质押率超过本行上限:请降低金额或补充质物"
    return found
