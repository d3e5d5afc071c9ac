"""Tornado and indices against models whose answers are known."""

import math
from typing import Any

import pytest

from valuation.engine import value

NEAR = 0.02


def uniform(low: float, high: float) -> dict[str, Any]:
    return {"distribution": "uniform", "low": low, "high": high}


def analysed(document: dict[str, Any], paths: int = 8192, **request: Any) -> dict[str, Any]:
    block: dict[str, Any] = value(document | {"simulation": {"paths": paths}, "sensitivity": request})["sensitivity"]
    return block


def market(price: Any, **adjustments: Any) -> dict[str, Any]:
    return {"method": "market", "market": {"comparables": [{"price": price, "adjustments": adjustments}]}}


@pytest.mark.parametrize("paths", [256, 8192])
def test_indices_of_a_product_of_lognormals(paths: int) -> None:
    """S_i = (e^(s_i^2) - 1) / (e^(sum s^2) - 1), S_Ti = e^(sum of the others) times that."""
    laws = [{"distribution": "lognormal", "mu": 0, "sigma": sigma} for sigma in (0.5, 0.3)]
    found = analysed(market(laws[0], a=laws[1]), paths, sobol=True)["sobol"]
    whole = math.expm1(0.34)
    for name, own, other in (("price", 0.25, 0.09), ("adjustments/a", 0.09, 0.25)):
        expected = {"first": math.expm1(own) / whole, "total": math.exp(other) * math.expm1(own) / whole}
        assert found[f"/market/comparables/0/{name}"] == pytest.approx(expected, abs=NEAR)


def test_indices_of_a_pure_interaction() -> None:
    """(X - 1/2) in disguise: without - with of X Y has no first-order part where the other factor has mean zero."""
    increment = {"price_premium": uniform(-1, 1), "quantity": uniform(0, 2)}
    document = {"method": "incremental_income", "horizon": {"years": 1}, "incremental": increment, "tax_rate": 0}
    found = analysed(document | {"discount_rate": 0.1}, sobol=True)["sobol"]
    assert found["/incremental/price_premium"] == pytest.approx({"first": 0.75, "total": 1.0}, abs=NEAR)
    assert found["/incremental/quantity"] == pytest.approx({"first": 0.0, "total": 0.25}, abs=NEAR)


ROYALTY: dict[str, Any] = {
    "method": "relief_from_royalty",
    "timing": "end_of_year",
    "horizon": {"years": 2},
    "revenue": {"base": 100, "growth": {"initial": 0, "long_run": 0, "speed": 1, "volatility": 0.3}},
    "royalty_rate": uniform(0.02, 0.06),
    "tax_rate": 0,
    "discount_rate": {"build_up": {"risk_free": 0, "premiums": {}}},
    "hazard": {"annual": 0.2, "mode": "event"},
}


def test_a_path_and_an_event_are_sources_of_their_own_and_not_in_the_tornado() -> None:
    """V = rho (E1 + E2 e^x): all moments are known."""
    found = analysed(ROYALTY, tornado=[0.1, 0.9], sobol=True)
    assert [row["name"] for row in found["tornado"]] == ["/royalty_rate"]
    assert set(found["sobol"]) == {"/hazard#event", "/revenue/growth#path", "/royalty_rate"}
    variance = 0.09 * (1 - math.exp(-2)) / 2
    m, m2 = math.exp(variance / 2), math.exp(2 * variance)
    mean_sum, mean_square = 0.8 + 0.64 * m, 0.8 + 0.64 * (m2 + 2 * m)
    rho, rho2 = 0.04, 0.04**2 + 0.04**2 / 12
    total = rho2 * mean_square - (rho * mean_sum) ** 2
    by_rate = (rho2 - rho**2) * mean_sum**2 / total
    by_path = rho**2 * 0.64**2 * (m2 - m * m) / total
    by_event = rho**2 * ((0.8 + 0.64 * (2 * m + m * m)) - mean_sum**2) / total
    firsts = [found["sobol"][name]["first"] for name in ("/royalty_rate", "/revenue/growth#path", "/hazard#event")]
    assert firsts == pytest.approx([by_rate, by_path, by_event], abs=NEAR)


@pytest.mark.parametrize(
    ("revenue", "listed"),
    [
        (ROYALTY["revenue"], True),
        ({"base": 100, "growth": ROYALTY["revenue"]["growth"] | {"volatility": 0}}, False),
        ({"base": 100, "growth": ROYALTY["revenue"]["growth"] | {"volatility": uniform(0, 0.1)}}, True),
    ],
)
def test_a_growth_path_is_listed_where_it_can_vary(revenue: dict[str, Any], listed: bool) -> None:
    assert ("/revenue/growth#path" in analysed(ROYALTY | {"revenue": revenue}, sobol=True)["sobol"]) is listed


def test_a_growth_path_without_a_step_is_not_listed() -> None:
    document = ROYALTY | {"horizon": {"years": 1}}
    assert "/revenue/growth#path" not in analysed(document, sobol=True)["sobol"]
    early = ROYALTY["revenue"] | {"base_year": 0}
    assert "/revenue/growth#path" in analysed(document | {"revenue": early}, sobol=True)["sobol"]


def test_what_does_not_matter_has_zeros() -> None:
    document = market(5) | {"loan": {"amount": 1, "disposal_haircut": uniform(0, 1)}}
    found = analysed(document, tornado=[0.1, 0.9], sobol=True)
    assert found == {"tornado": [], "sobol": {}}
    none = market(uniform(1, 2), a={"distribution": "discrete", "values": [0], "probabilities": [1]})
    zeros = {"first": 0.0, "total": 0.0}
    assert set(map(str, analysed(none, sobol=True)["sobol"].values())) == {str(zeros)}


def test_a_name_like_a_suffix_is_an_input_like_any_other() -> None:
    found = analysed(market(uniform(1, 2), **{"x#path": uniform(1, 2), "y#event": uniform(1, 2)}), sobol=True)["sobol"]
    assert set(found) == {
        f"/market/comparables/0/{name}" for name in ("price", "adjustments/x#path", "adjustments/y#event")
    }
    assert all(0.2 < index["first"] < 0.4 for index in found.values())


def test_the_tornado_moves_one_input_at_a_time_and_ranks_by_swing_then_name() -> None:
    items = [{"amount": uniform(0, 10)}, {"amount": uniform(0, 20)}, {"amount": uniform(5, 15)}]
    rows = analysed({"method": "cost", "cost": {"items": items}}, tornado=[0.2, 0.7])["tornado"]
    assert [row["name"] for row in rows] == [f"/cost/items/{i}/amount" for i in (1, 0, 2)]
    assert [row["low"] for row in rows] == pytest.approx([19, 22, 22], rel=1e-12)
    assert [row["high"] for row in rows] == pytest.approx([29, 27, 27], rel=1e-12)
    assert [row["swing"] for row in rows] == pytest.approx([10, 5, 5], rel=1e-12)


def test_the_tornado_holds_the_others_at_their_means_not_their_medians() -> None:
    skewed = {"distribution": "discrete", "values": [0, 1, 10], "probabilities": [0.3, 0.5, 0.2]}
    document = market(uniform(1, 3), a=skewed) | {"sensitivity": {"tornado": [0.25, 0.75]}}
    rows = {row["name"]: row for row in value(document)["sensitivity"]["tornado"]}
    price = rows["/market/comparables/0/price"]
    assert (price["low"], price["high"]) == pytest.approx((1.5 * 2.5, 2.5 * 2.5), rel=1e-12)
    factor = rows["/market/comparables/0/adjustments/a"]
    assert (factor["low"], factor["high"]) == (0, 2)


def test_the_tornado_needs_no_simulation_and_keeps_the_order_of_its_quantiles() -> None:
    document = ROYALTY | {"discount_rate": uniform(0.05, 0.15), "sensitivity": {"tornado": [0.1, 0.9]}}
    rows = {row["name"]: row for row in value(document)["sensitivity"]["tornado"]}
    assert rows["/discount_rate"]["low"] > rows["/discount_rate"]["high"]
    assert rows["/discount_rate"]["swing"] == rows["/discount_rate"]["low"] - rows["/discount_rate"]["high"]


def test_a_random_life_moves_the_tornado_by_its_periods() -> None:
    document = ROYALTY | {"horizon": {"economic_life_years": uniform(1, 3)}, "royalty_rate": 1}
    document |= {"revenue": [1, 1, 1], "hazard": {"annual": 0}, "sensitivity": {"tornado": [0.25, 0.75]}}
    row = value(document)["sensitivity"]["tornado"][0]
    assert (row["low"], row["high"]) == pytest.approx((1.5, 2.5), rel=1e-12)
