"""What comes back after compensation: shared by the engine at once, received from the bank later."""

from finance_platform.foundation.moves import machine

RECOVERY = machine(
    "recovery",
    {"REPORTED": "待到账", "RECEIVED": "已到账", "NOTHING_DUE": "无应返还"},
    """
    REPORTED | receive     | RECEIVED    | 财政部门(出纳、会计) | 银行回单
    REPORTED | nothing_due | NOTHING_DUE | 系统            | 分配结果
    """,
)
