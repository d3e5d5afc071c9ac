"""Portfolios: what is shared, what is capped, what is forbidden to be counted twice."""

import copy
from typing import Any

import pytest

from valuation.engine import value

UNIFORM = {"distribution": "uniform", "low": 0.02, "high": 0.06}
SHARED: dict[str, Any] = {
    "horizon": {"years": 3},
    "revenue": {"base": 1000},
    "tax_rate": 0.25,
    "discount_rate": 0.1,
    "method": "relief_from_royalty",
}


def portfolio(assets: list[dict[str, Any]], shared: dict[str, Any] | None = None, **top: Any) -> dict[str, Any]:
    named = [{"name": f"asset {place}"} | asset for place, asset in enumerate(assets)]
    overlap = {"overlap": top.pop("overlap")} if "overlap" in top else {}
    lent = {
        name: field for name, field in (SHARED | (shared or {})).items() if any(name not in each for each in assets)
    }
    block = {"shared": lent, "assets": named} | overlap
    return value({"timing": "end_of_year", "portfolio": block} | top)


def single(**fields: Any) -> dict[str, Any]:
    return value({"timing": "end_of_year"} | SHARED | fields)


def test_a_portfolio_is_the_sum_of_its_assets_and_shows_each_in_full() -> None:
    result = portfolio([{"royalty_rate": 0.04, "kind": "patent"}, {"royalty_rate": 0.02, "tax_rate": 0.15}])
    alone = [single(royalty_rate=0.04), single(royalty_rate=0.02, tax_rate=0.15)]
    assert result["value"] == alone[0]["value"] + alone[1]["value"] == result["standalone_value"]
    assert result["overlap_reduction"] == 0
    for row, reference in zip(result["assets"], alone, strict=True):
        assert row["standalone_value"] == row["value"]
        assert {name: row[name] for name in reference if name in row} == {
            name: reference[name]
            for name in ("value", "discount_rate", "present_value", "terminal_value", "tab_factor", "years")
        }


def test_all_kinds_of_assets_stand_together() -> None:
    cost = {"method": "cost", "cost": {"items": [{"amount": 40}]}}
    market = {"method": "market", "market": {"comparables": [{"price": 60, "adjustments": {"a": 2}}]}}
    result = portfolio([cost, market, {"royalty_rate": 0.04}])
    assert result["value"] == pytest.approx(160 + result["assets"][2]["value"], rel=1e-12)
    assert result["assets"][1]["comparables"] == [{"adjusted": 120.0, "factor": 2.0}]
    pointer = "/portfolio/assets/1/market/comparables/0"
    assert result["warnings"] == [{"pointer": pointer, "code": "adjustment_above_50_percent"}]


def test_a_shared_hazard_is_warned_of_once_per_asset() -> None:
    rate = {"build_up": {"risk_free": 0.05, "premiums": {"legal": 0.02}}}
    result = portfolio([{"royalty_rate": 0.01}] * 2, {"hazard": {"annual": 0.1}, "discount_rate": rate})
    assert result["warnings"] == [{"pointer": "/portfolio/shared/hazard", "code": "legal_risk_twice"}] * 2


def deviation(assets: list[dict[str, Any]], shared: dict[str, Any]) -> float:
    result = portfolio(assets, shared, simulation={"paths": 16384})
    block: float = result["simulation"]["std"]
    return block


RANDOM: list[dict[str, Any]] = [
    {"royalty_rate": UNIFORM},
    {"hazard": {"annual": 0.1, "mode": "event"}, "royalty_rate": 0.04},
    {
        "revenue": {"base": 1000, "growth": {"initial": 0, "long_run": 0, "speed": 1, "volatility": 0.3}},
        "royalty_rate": 0.04,
    },
    {"horizon": {"economic_life_years": {"distribution": "uniform", "low": 1, "high": 5}}, "royalty_rate": 0.04},
]


@pytest.mark.parametrize("fields", RANDOM)
def test_what_is_random_in_a_shared_field_is_one_draw_for_all(fields: dict[str, Any]) -> None:
    """Two equal assets: one draw doubles the deviation, own draws multiply it by the root of two."""
    alone = deviation([{}], fields)
    assert deviation([{}, {}], fields) == pytest.approx(2 * alone, rel=1e-12)
    assert deviation([fields, copy.deepcopy(fields)], {}) == pytest.approx(2**0.5 * alone, rel=0.03)


def test_users_of_a_shared_path_live_through_the_same_years() -> None:
    path = {"base": 1000, "growth": {"initial": 0, "long_run": 0, "speed": 1, "volatility": 0.3}}
    assets = [{"horizon": {"years": 2}, "royalty_rate": 0.04}, {"horizon": {"years": 2.5}, "royalty_rate": 0.04}]
    together = portfolio(assets, {"revenue": path}, simulation={"paths": 4096}, sensitivity={"sobol": True})
    assert list(together["sensitivity"]["sobol"]) == ["/portfolio/shared/revenue/growth#path"]


CAP = {"rule": "cap", "cap": 0.05}


def capped(assets: list[dict[str, Any]], overlap: dict[str, Any] = CAP, **top: Any) -> dict[str, Any]:
    return portfolio([{"product": "P"} | asset for asset in assets], overlap=overlap, **top)


def test_rates_on_one_product_are_scaled_to_the_cap() -> None:
    result = capped([{"royalty_rate": 0.06, "coverage": 0.5}, {"royalty_rate": 0.07}])
    assert [row["value"] for row in result["assets"]] == pytest.approx(
        [single(royalty_rate=0.015)["value"], single(royalty_rate=0.035)["value"]], rel=1e-12
    )
    assert result["assets"][0]["years"][0]["pre_tax"] == pytest.approx(15, rel=1e-12)
    assert result["standalone_value"] == pytest.approx(2 * single(royalty_rate=0.05)["value"], rel=1e-12)


def test_the_cap_counts_rates_before_they_fade_and_leaves_costs_alone() -> None:
    fading = {"decay": {"rate": 0.5}, "hazard": {"annual": 0.3}, "costs": 3}
    result = capped([{"royalty_rate": 0.06} | fading, {"royalty_rate": 0.04}])
    assert result["assets"][0]["value"] == pytest.approx(single(royalty_rate=0.03, **fading)["value"], rel=1e-12)
    assert result["assets"][1]["value"] == pytest.approx(single(royalty_rate=0.02)["value"], rel=1e-12)


def test_profit_split_and_royalty_share_a_cap() -> None:
    split = {"method": "profit_split", "contribution": {"profit_share": 0.3, "operating_margin": [0.2, 0.1, -0.5]}}
    rows = capped([split, {"royalty_rate": 0.04}])["assets"]
    assert [year["pre_tax"] for year in rows[0]["years"]] == pytest.approx([30, 150 / 7, -150])
    assert [year["pre_tax"] for year in rows[1]["years"]] == pytest.approx([20, 200 / 7, 40])


def test_a_dead_asset_frees_the_cap_path_by_path() -> None:
    """Undiscounted, untaxed: the mark earns 25 while the patent lives and 40 after."""
    life = {"economic_life_years": {"distribution": "discrete", "values": [1, 3], "probabilities": [0.5, 0.5]}}
    free = {"discount_rate": {"build_up": {"risk_free": 0, "premiums": {}}}, "tax_rate": 0}
    assets: list[dict[str, Any]] = [{"royalty_rate": 0.04, "horizon": life}, {"royalty_rate": 0.04}]
    block = portfolio([{"product": "P"} | each for each in assets], free, overlap=CAP, simulation={"paths": 256})
    assert block["simulation"]["quantiles"]["p1"] == pytest.approx(50 + 80, rel=1e-12)
    assert block["simulation"]["quantiles"]["p99"] == pytest.approx(150, rel=1e-12)
    assert block["simulation"]["mean"] == pytest.approx(140, rel=1e-12)


def test_a_product_of_one_asset_is_not_capped() -> None:
    other = {"royalty_rate": 0.09, "product": "Q"}
    assert capped([{"royalty_rate": 0.03}, {"royalty_rate": 0.01}, other])["overlap_reduction"] == 0


def test_a_random_cap_is_an_input() -> None:
    law = {"distribution": "uniform", "low": 0.04, "high": 0.06}
    result = capped([{"royalty_rate": 0.06}] * 2, {"rule": "cap", "cap": law}, sensitivity={"tornado": [0.25, 0.75]})
    (row,) = result["sensitivity"]["tornado"]
    assert row["name"] == "/portfolio/overlap/cap"
    assert (row["low"], row["high"]) == pytest.approx(
        [single(royalty_rate=r)["value"] for r in (0.045, 0.055)], rel=1e-12
    )


def test_values_may_be_added_knowingly_or_shared_by_coverage() -> None:
    assets: list[dict[str, Any]] = [
        {"royalty_rate": 0.06, "coverage": 0.5},
        {"royalty_rate": 0.07, "coverage": [0.5, 0.5, 0.3]},
    ]
    for rule in ("none", "split"):
        result = capped(assets, {"rule": rule})
        assert result["overlap_reduction"] == 0
        assert result["value"] == result["standalone_value"]


def test_a_later_user_with_a_longer_life_keeps_its_tail() -> None:
    result = capped([{"royalty_rate": 0.04, "horizon": {"years": 1.5}}, {"royalty_rate": 0.04}])
    assert [year["pre_tax"] for year in result["assets"][1]["years"]] == pytest.approx([25, 25, 40], rel=1e-12)


def test_a_loan_is_set_against_the_whole() -> None:
    result = capped([{"royalty_rate": 0.04}] * 2, loan={"amount": 50, "disposal_haircut": 0.5})
    assert result["loan"] == {"disposal_value": result["value"] / 2, "loan_to_value": 50 / result["value"]}
