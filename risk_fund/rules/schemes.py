"""When a scheme version may be used, and what its document says in words.

A version's document never changes: to change a term is to draft the next version. Loans keep the version they were
enrolled under.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from finance_platform.foundation.moves import machine
from risk_fund.loss_sharing import Scheme

SCHEME_VERSION = machine(
    "scheme_version",
    {"DRAFT": "草稿", "APPROVED": "已批准", "RETIRED": "已停用", "DISCARDED": "已作废"},
    """
    DRAFT    | approve | APPROVED  | 财政部门     | 制度文件、法律依据
    DRAFT    | discard | DISCARDED | 自治区知识产权局 | 作废原因
    APPROVED | retire  | RETIRED   | 财政部门     | 停用原因
    """,
)

PARTY_LABELS = {
    "fund": "风险补偿资金",
    "bank": "银行",
    "insurer": "保险公司",
    "guarantor": "担保公司",
    "appraiser": "评估机构",
    "reguarantor": "再担保公司",
    "province": "自治区",
    "city": "盟市",
}
SCOPE_LABELS = {
    "loan": "每笔贷款",
    "borrower": "每户企业累计",
    "bank": "每家银行累计",
    "all": "全部累计",
    "borrower_year": "每户企业每年",
    "bank_year": "每家银行每年",
    "year": "每年",
}


def party_label(party: str) -> str:
    """Return the Chinese name of a scheme's party; a party of another name keeps it."""
    return PARTY_LABELS.get(party, party)


def ratio_text(document: Mapping[str, Any]) -> str:
    """Return the shares of the first layer as `54 : 26 : 16 : 4`, in party order."""
    shares = document["stages"][0]["layers"][0]["shares"]
    return " : ".join(str(shares.get(party, 0)) for party in document["parties"])


def unsupported(scheme: Scheme) -> str | None:
    """Return why the claim workflow cannot carry the scheme yet, or None.

    The workflow approves and pays claims one by one and in full. A scheme that pays the claims of a day together, or
    that keeps no account of its own, needs more than that.
    """
    if scheme.fund is None:
        return "方案没有指定资金方(fund):平台只能管理有资金账户的方案"
    if scheme.pool is not None and scheme.pool.same_day == "pro_rata":
        return "平台尚不支持“同日按比例支付”(pool.same_day = pro_rata):请改为 fifo,或不设 pool"
    return None


def in_record(scheme: Scheme) -> Scheme:
    """Return the scheme as the fund's record applies it at approval: the waiting time was held against the filing.

    A bank that filed inside the window does not lose its cover because the offices took their time.
    """
    return replace(scheme, waiting=None)
