"""Sample schemes to begin with. None is in force in this region: each names the place whose published terms it follows.

Source: domain page, section 3.1.
"""

from typing import Any, NamedTuple


class Sample(NamedTuple):
    """A scheme's document with where it comes from; amounts in fen."""

    code: str
    name: str
    document: dict[str, Any]
    legal_basis: str
    source: str


QUOTA_SHARE = Sample(
    code="IP-54-26-16-4",
    name="四方分担示例方案",
    document={
        "code": "IP-54-26-16-4",
        "parties": ["fund", "bank", "insurer", "appraiser"],
        "residual": "bank",
        "fund": "fund",
        "base": {"components": ["principal"]},
        "stages": [{"layers": [{"shares": {"fund": 54, "bank": 26, "insurer": 16, "appraiser": 4}}]}],
        "caps": [{"party": "fund", "scope": "loan", "amount": 200_000_000}],
        "waiting": {"wait_days": 60, "window_days": 180},
    },
    legal_basis="示例:本自治区尚无公开的分担比例文件",
    source="分担比例按中山市知识产权质押融资风险补偿(基金54:银行26:保险16:评估4);只补本金、单笔上限、等待期为自拟示例",
)

LEVERAGED = Sample(
    code="IP-LEVERAGE-10",
    name="放大倍数与熔断示例方案",
    document={
        "code": "IP-LEVERAGE-10",
        "parties": ["fund", "bank"],
        "residual": "bank",
        "fund": "fund",
        "stages": [{"layers": [{"shares": {"fund": 50, "bank": 50}}]}],
        "caps": [
            {"party": "fund", "scope": "loan", "amount": 300_000_000},
            {"party": "fund", "scope": "borrower_year", "amount": 500_000_000},
        ],
        "waiting": {"wait_days": 60, "window_days": 365},
        "breakers": [{"denominator": 10_000_000_000, "warn": "0.03", "suspend": "0.05"}],
        "capacity": {"leverage": 10, "measure": "principal"},
    },
    legal_basis="示例:本自治区尚无公开的放大倍数文件",
    source="十倍放大按海口市风险补偿资金公开条款;补偿率3%预警、5%暂停及各项上限为自拟示例",
)

SAMPLES = (QUOTA_SHARE, LEVERAGED)
