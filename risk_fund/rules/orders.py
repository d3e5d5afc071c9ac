"""The one gate for money: an order is made by one person and confirmed against the bank's record by another."""

from finance_platform.foundation.moves import machine

MONEY_ORDER = machine(
    "money_order",
    {"PREPARED": "待会计确认", "CONFIRMED": "已确认", "RETURNED": "已退回"},
    """
    PREPARED | confirm   | CONFIRMED | 会计 | 银行回单
    PREPARED | send_back | RETURNED  | 会计 | 退回原因
    """,
)
KINDS = {"contribution": "资金拨入", "claim_payment": "补偿支付", "recovery_receipt": "追偿款到账"}
# Where the money of a contribution comes from.
SOURCES = {"region": "自治区拨入", "central": "中央补助", "prefecture": "盟市配套"}
