"""The cost and market approaches, by hand."""

from typing import Any

import pytest

from valuation.engine import value

COST: dict[str, Any] = {
    "items": [{"amount": 100, "index": 1.5}, {"amount": 50}],
    "developer_profit": 0.1,
    "opportunity_cost": 0.05,
    "obsolescence": {"a": 0.2, "b": 0.5},
}
MARKET: dict[str, Any] = {
    "comparables": [
        {"name": "first", "price": 100, "weight": 3, "adjustments": {"time": 1.2, "place": 0.5}},
        {"price": 90},
        {"price": 70, "adjustments": {"time": 1.5}},
    ]
}


def cost(**changes: Any) -> float:
    result: float = value({"method": "cost", "cost": COST | changes})["value"]
    return result


def market(**changes: Any) -> dict[str, Any]:
    return value({"method": "market", "market": MARKET | changes})


def test_cost_is_marked_up_and_worn_down() -> None:
    assert cost() == pytest.approx(200 * 1.15 * 0.8 * 0.5, rel=1e-12)
    assert cost(obsolescence_combination="additive") == pytest.approx(200 * 1.15 * 0.3, rel=1e-12)
    assert cost(obsolescence={}) == pytest.approx(230, rel=1e-12)


def test_more_obsolescence_than_everything_leaves_nothing() -> None:
    assert cost(obsolescence={"a": 0.7, "b": 0.6}, obsolescence_combination="additive") == 0


def test_age_takes_its_share() -> None:
    assert cost(age={"used_years": 3, "remaining_years": 9}) == pytest.approx(cost() * 0.75, rel=1e-12)


def test_prices_are_adjusted_and_averaged_by_weight() -> None:
    result = market()
    assert [row["adjusted"] for row in result["comparables"]] == pytest.approx([60, 90, 105], rel=1e-12)
    assert [row["factor"] for row in result["comparables"]] == pytest.approx([0.6, 1, 1.5], rel=1e-12)
    assert result["value"] == pytest.approx((3 * 60 + 90 + 105) / 5, rel=1e-12)


def test_the_median_ignores_weights() -> None:
    assert market(aggregate="median")["value"] == 90
    even = [*MARKET["comparables"], {"price": 80}]
    assert market(aggregate="median", comparables=even)["value"] == 85


@pytest.mark.parametrize(("factor", "warned"), [(1.5, False), (1.5001, True), (0.5, False), (0.4999, True)])
def test_only_adjustments_by_more_than_half_are_warned_of(factor: float, warned: bool) -> None:
    comparables = [{"price": 1}, {"price": 1, "adjustments": {"all": factor}}]
    rows = market(comparables=comparables)["warnings"]
    assert rows == ([{"pointer": "/market/comparables/1", "code": "adjustment_above_50_percent"}] if warned else [])


def test_an_uncertain_adjustment_is_warned_of_at_its_mean() -> None:
    law = {"distribution": "uniform", "low": 1, "high": 2.2}
    assert len(market(comparables=[{"price": 1, "adjustments": {"all": law}}])["warnings"]) == 1
