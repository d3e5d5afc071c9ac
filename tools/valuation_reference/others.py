"""Cost and market: contract section 3."""

import math
from typing import Any

from .income import Worth
from .path import Path, below


def cost_worth(cost: dict[str, Any], at: str, path: Path) -> Worth:
    """Give what it would cost to make the asset again, less what it has lost."""
    made = 0.0
    for i, item in enumerate(cost["items"]):
        place = below(at, "items", i)
        made += path.member(item, place, "amount") * path.member(item, place, "index", 1.0)
    made *= 1 + path.member(cost, at, "developer_profit") + path.member(cost, at, "opportunity_cost")
    losses = [path.number(v, below(at, "obsolescence", k)) for k, v in sorted(cost.get("obsolescence", {}).items())]
    additive = cost.get("obsolescence_combination") == "additive"
    path.moved += made
    made *= max(0.0, 1 - sum(losses)) if additive else math.prod(1 - loss for loss in losses)
    if "age" in cost:
        used = path.member(cost["age"], below(at, "age"), "used_years")
        left = path.member(cost["age"], below(at, "age"), "remaining_years")
        made *= left / (used + left)
    return {"value": made}


def market_worth(market: dict[str, Any], at: str, path: Path) -> Worth:
    """Give the weighted mean, or the median, of adjusted prices."""
    rows, weights = [], []
    for i, comparable in enumerate(market["comparables"]):
        place, factor = below(at, "comparables", i), 1.0
        for name, adjustment in sorted(comparable.get("adjustments", {}).items()):
            factor *= path.number(adjustment, below(place, "adjustments", name))
        rows.append({"adjusted": path.member(comparable, place, "price") * factor, "factor": factor})
        weights.append(comparable.get("weight", 1))
        path.moved += rows[-1]["adjusted"]
    prices = [row["adjusted"] for row in rows]
    if market.get("aggregate") == "median":
        ordered, half = sorted(prices), len(prices) // 2
        value = ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2
    else:
        value = sum(price * weight for price, weight in zip(prices, weights, strict=True)) / sum(weights)
    return {"value": value, "comparables": rows}
