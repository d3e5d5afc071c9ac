"""What moves a value, named by its place in the calculator's document."""

NAMES = {
    "royalty_rate": "许可费率", "growth": "增长率", "rate": "衰减率", "discount_rate": "折现率", "annual": "失效率",
    "technology": "技术风险报酬", "market": "市场风险报酬", "finance": "资金风险报酬", "management": "管理风险报酬",
    "economic_life_years": "经济寿命", "coverage": "份额", "base": "产品收入", "risk_free": "无风险利率",
    "tax_rate": "所得税率", "cap": "许可费上限",
}  # fmt: skip


def driver(pointer: str) -> str:
    """Return what a driver is, by the last known name of its place, and of which right if it is one right's own.

    An unknown one keeps its pointer.

    >>> driver("/portfolio/assets/1/royalty_rate")
    '第 2 件权利的许可费率'
    """
    parts = pointer.strip("/").split("/")
    word = next((NAMES[part] for part in reversed(parts) if part in NAMES), pointer)
    return f"第 {int(parts[2]) + 1} 件权利的{word}" if parts[:2] == ["portfolio", "assets"] else word
