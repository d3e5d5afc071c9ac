"""A loan's place under a scheme: reserved at credit approval, committed at disbursement, released as it is repaid."""

from finance_platform.foundation.moves import machine

ENROLMENT = machine(
    "enrolment",
    {
        "RESERVED": "已预占",
        "COMMITTED": "已备案",
        "CLAIMED": "已申请补偿",
        "LAPSED": "预占失效",
        "ENDED": "责任解除",
        "VOIDED": "补偿撤销",
    },
    """
    RESERVED  | lapse  | LAPSED    | 银行、企业或系统(申请终止) | 失效原因
    RESERVED  | commit | COMMITTED | 银行 | 放款凭证
    COMMITTED | end    | ENDED     | 银行 | 本金结清
    COMMITTED | claim  | CLAIMED   | 财政部门 | 审定补偿
    CLAIMED   | void   | VOIDED    | 财政部门 | 异议处理决定
    """,
)

# What the sharing engine says when it refuses, and what the person at the desk can do about it.
REASONS = {
    "DUPLICATE_LOAN": "该笔融资已在本方案备案",
    "SUSPENDED": "方案已熔断:本年补偿支出达到暂停线,暂不接受新备案;待两人批准复位后再办",
    "OVER_QUOTA": "超过贵行在本方案下的额度:请减少金额,或申请调整额度",
    "OVER_CAPACITY": "超过资金可承担的总额(放大倍数 × 可用余额):请减少金额,或待资金补充后再办",
    "NOT_ENROLLED": "该笔贷款没有备案",
    "LOAN_VOIDED": "该笔贷款的补偿已被撤销,不能再申请",
    "NOT_REGISTERED": "质押登记完成之前不在补偿范围内:请先完成出质登记",
    "TOO_EARLY": "尚在等待期内:请在等待期满后提交",
    "TOO_LATE": "已超过申请期限",
    "OVER_OUTSTANDING": "本金超过该笔备案的未偿本金:同一损失不能重复申请",
    "TRUE_UP_UNFUNDED": "此前的追偿返还需要回补,资金可用余额不足",
    "NO_CLAIM": "该笔贷款没有已审定的补偿,无需分配追偿",
}


def reason_text(code: str) -> str:
    """Return what a refusal code means, in words; raises KeyError for a code without words."""
    return REASONS[code]
