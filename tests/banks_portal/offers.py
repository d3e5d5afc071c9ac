"""Offers for tests: plain values as a door gives them."""

from typing import Any


def plain_terms(**changes: Any) -> dict[str, Any]:
    """Return a complete offer: 6,000,000 yuan at 3.85 % for 24 months, interest monthly, one appraisal fee."""
    return {
        "amount_fen": 600_000_000, "term_months": 24, "method": "interest_only", "settlement": "month",
        "annual_rate": "0.0385", "day_count": "act/360", "security": "none", "with_cover": True,
        "conditions": "基本户结算不低于30%", "valid_until": "2025-09-30", "contact": "孟和",
        "fees": [{"name": "评估费", "payee": "草原评估", "amount_fen": 1_200_000, "after_months": 0}],
    } | changes  # fmt: skip
