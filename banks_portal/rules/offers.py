"""The life of a sealed offer, and when its parts may be seen.

Source: domain page section 2.3 (offer), with the rows that decisions.md adds: amendment while sealed, a withdrawn
offer made anew before the deadline, and the winner's decline after which a new round begins.
"""

from finance_platform.foundation.moves import machine

OFFER = machine(
    "offer",
    {
        "DRAFT": "草稿",
        "SEALED": "已密封",
        "WITHDRAWN": "已撤回",
        "REVEALED": "已开启",
        "SELECTED": "已中选",
        "RELEASED": "未中选",
        "DECLINED": "中选后放弃",
        "LAPSED": "已失效",
    },
    """
    DRAFT     | seal    | SEALED    | 银行客户经理 | 报价摘要(承诺值)
    SEALED    | amend   | SEALED    | 银行客户经理 | 新版本的摘要
    SEALED    | retract | WITHDRAWN | 银行客户经理 | 截止前撤回
    WITHDRAWN | revise  | DRAFT     | 银行客户经理 | 新版本
    SEALED    | reveal  | REVEALED  | 系统         | 截止后开启,摘要一致
    REVEALED  | select  | SELECTED  | 企业         | 选择记录
    REVEALED  | release | RELEASED  | 企业         | 另选他行或全部婉拒
    SELECTED  | decline | DECLINED  | 银行         | 尽调未通过的原因代码
    REVEALED  | lapse   | LAPSED    | 系统         | 报价有效期已过
    """,
)

# States in which the deadline has not yet made the offer readable by anybody but its bank.
HIDDEN = frozenset({"DRAFT", "SEALED", "WITHDRAWN"})
# Why a bank does not bid (structured, at least one); the enterprise reads them after the deadline.
REFUSAL_CODES = {
    "industry": "不符合本行行业投向",
    "amount": "金额超出本行权限或产品范围",
    "collateral": "质物价值或流通性不足",
    "cash_flow": "经营现金流不足以覆盖还款",
    "leverage": "负债率偏高",
    "credit_record": "征信或涉诉记录",
    "documents": "材料不完整,无法判断",
    "quota": "本行额度或名额已满",
    "other": "其他(请在说明中写明)",
}

# Why the winner gives up in due diligence; a hard one ends the application, others return it to the marketplace.
DECLINE_CODES = {
    "ownership": "权属存在争议",
    "value": "复核后的质物价值不足",
    "finance": "财务数据与申报不符",
    "credit_record": "征信或涉诉记录",
    "approval": "未通过本行审批",
    "quota": "本行额度已满",
    "false_statement": "提供虚假材料",
    "dishonest": "列入失信被执行人或严重违法失信名单",
}
HARD_DECLINES = frozenset({"false_statement", "dishonest"})
