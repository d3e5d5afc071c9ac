"""What is refused about lives, revenue, rates and the methods' own fields, and where."""

from typing import Any

import pytest

from tests.valuation.engine.spoilt import (
    COST,
    DATED,
    EXCESS,
    INCREMENT,
    MARK,
    MARKET,
    REMOVED,
    ROYALTY,
    SPLIT,
    UNIFORM,
    Case,
    assert_refused,
)

H = "/horizon"
PERIODS: list[Case] = [
    (ROYALTY, {H: {}}, [H]),
    (ROYALTY, {f"{H}/years": 0}, [f"{H}/years"]),
    (ROYALTY, {f"{H}/years": 100.5}, [f"{H}/years"]),
    (ROYALTY, {f"{H}/years": UNIFORM}, [f"{H}/years"]),
    (ROYALTY, {f"{H}/economic_life_years": 3}, [f"{H}/years"]),
    (ROYALTY, {f"{H}/contract_end": "2030-01-01"}, [f"{H}/years", "/valuation_date"]),
    (ROYALTY, {f"{H}/lifetime": 3}, [f"{H}/lifetime"]),
    (ROYALTY, {H: {"economic_life_years": 101}}, [H]),
    (ROYALTY, {H: {"economic_life_years": {"distribution": "uniform", "low": 90, "high": 101}}}, [H]),
    (ROYALTY, {H: {"economic_life_years": {"distribution": "normal", "mean": 9, "sd": 0.1}}}, [H]),
    (ROYALTY, {H: {"economic_life_years": 0}}, [f"{H}/economic_life_years"]),
    (DATED, {f"{H}/legal_expiry": "2030-01-01"}, [f"{H}/legal_expiry"]),
    (DATED, {H: {"legal_expiry": "2026-06-30"}}, [f"{H}/legal_expiry"]),
    (DATED, {f"{H}/filing_date": "2006-06-30"}, [f"{H}/filing_date"]),
    (DATED, {f"{H}/filing_date": "2006-6-30"}, [f"{H}/filing_date"]),
    (DATED, {f"{H}/contract_end": "2025-01-01"}, [f"{H}/contract_end"]),
    (DATED, {"/valuation_date": REMOVED}, ["/valuation_date"]),
    (DATED, {"/kind": "other"}, [f"{H}/legal_life_years"]),
    (DATED, {f"{H}/legal_life_years": 101}, [f"{H}/legal_life_years"]),
    (DATED, {H: {"economic_life_years": 3, "legal_life_years": 10}}, [f"{H}/legal_life_years"]),
    (DATED, {f"{H}/first_year_end": "2026-06-30"}, [f"{H}/first_year_end"]),
    (DATED, {f"{H}/first_year_end": "2027-07-01"}, [f"{H}/first_year_end"]),
    (DATED, {f"{H}/years": 13.001}, [f"{H}/years"]),
    (DATED, {f"{H}/years": 14, f"{H}/beyond_legal_life": False}, [f"{H}/years"]),
    (DATED, {f"{H}/years": 14, f"{H}/beyond_legal_life": 1}, [f"{H}/beyond_legal_life", f"{H}/years"]),
]
PATH = {"initial": 0.1, "long_run": 0.02, "speed": 0.5, "volatility": 0.1}
REVENUE: list[Case] = [
    (ROYALTY, {"/revenue": 1000}, ["/revenue"]),
    (ROYALTY, {"/revenue": UNIFORM}, [f"/revenue/{name}" for name in ("base", "distribution", "high", "low")]),
    (ROYALTY, {"/revenue": [1, 2, 3, 4]}, ["/revenue"]),
    (ROYALTY, {"/revenue": [1, 2, 3, 4, -5]}, ["/revenue/4"]),
    (ROYALTY, {"/revenue/base": -1, "/revenue/base_year": 2}, ["/revenue/base", "/revenue/base_year"]),
    (ROYALTY, {"/revenue/growth": -1}, ["/revenue/growth"]),
    (ROYALTY, {"/revenue/growth": 10.1}, ["/revenue/growth"]),
    (ROYALTY, {"/revenue/growth": [0.1] * 5}, ["/revenue/growth"]),
    (ROYALTY, {"/revenue/growth": [0.1] * 4, "/revenue/base_year": 0}, ["/revenue/growth"]),
    (ROYALTY, {"/revenue/growth": {}}, ["/revenue/growth/distribution"]),
    (
        ROYALTY,
        {"/revenue/growth": PATH | {"speed": 0, "volatility": 1.1}},
        ["/revenue/growth/speed", "/revenue/growth/volatility"],
    ),
    (
        ROYALTY,
        {"/revenue/growth": PATH | {"initial": -1.1, "long_run": 2}},
        ["/revenue/growth/initial", "/revenue/growth/long_run"],
    ),
    (
        ROYALTY,
        {"/revenue/growth": PATH | {"speed": 51, "drift": 0}},
        ["/revenue/growth/drift", "/revenue/growth/speed"],
    ),
    (
        ROYALTY,
        {"/revenue/growth": {"initial": 0.1}},
        [f"/revenue/growth/{name}" for name in ("long_run", "speed", "volatility")],
    ),
]
RATE = "/discount_rate"
CAPM = {"risk_free": 0.03, "beta": 1, "equity_risk_premium": 0.06}
WACC = {"equity": 7, "debt": 3, "cost_of_equity": 0.1, "cost_of_debt": 0.05, "tax_rate": 0.25}
RATES: list[Case] = [
    (ROYALTY, {RATE: {}}, [RATE]),
    (ROYALTY, {RATE: {"capm": CAPM, "wacc": WACC}}, [RATE]),
    (ROYALTY, {RATE: UNIFORM | {"capm": CAPM}}, [RATE]),
    (ROYALTY, {RATE: {"capm": CAPM, "spread": 0.1}}, [f"{RATE}/spread"]),
    (ROYALTY, {RATE: {"build_up": {"risk_free": -0.01}}}, [f"{RATE}/build_up/premiums", f"{RATE}/build_up/risk_free"]),
    (ROYALTY, {RATE: {"build_up": {"risk_free": 0.01, "premiums": {"a/b": 2}}}}, [f"{RATE}/build_up/premiums/a~1b"]),
    (ROYALTY, {RATE: {"capm": CAPM | {"market_return": 0.1}}}, [f"{RATE}/capm"]),
    (ROYALTY, {RATE: {"capm": {"risk_free": 0.03, "beta": 11}}}, [f"{RATE}/capm", f"{RATE}/capm/beta"]),
    (ROYALTY, {RATE: {"wacc": WACC | {"equity": 0, "debt": -1}}}, [f"{RATE}/wacc/debt", f"{RATE}/wacc/equity"]),
    (
        ROYALTY,
        {RATE: {"wacc": WACC | {"cost_of_equity": {"capm": {"beta": 1, "risk_free": 0}}}}},
        [f"{RATE}/wacc/cost_of_equity/capm"],
    ),
    (ROYALTY, {RATE: {"wacc": WACC | {"cost_of_equity": {}}}}, [f"{RATE}/wacc/cost_of_equity/distribution"]),
    (ROYALTY, {RATE: {"wacc": WACC | {"cost_of_debt": REMOVED}}}, [f"{RATE}/wacc/cost_of_debt"]),
]
CHARGE = "/contributory_charges"
METHODS: list[Case] = [
    (SPLIT, {"/contribution": {}}, ["/contribution/operating_margin", "/contribution/profit_share"]),
    (SPLIT, {"/contribution/revenue_share": 0.1}, ["/contribution/operating_margin", "/contribution/profit_share"]),
    (SPLIT, {"/contribution/operating_margin": -1.1}, ["/contribution/operating_margin"]),
    (EXCESS, {"/operating_costs": {"share_of_revenue": 2.1}}, ["/operating_costs/share_of_revenue"]),
    (EXCESS, {"/operating_costs": -1, "/cac_basis": "gross"}, ["/cac_basis", "/operating_costs"]),
    (EXCESS, {CHARGE: [{}, {"name": 3, "amount": 1}]}, [f"{CHARGE}/0", f"{CHARGE}/1/name"]),
    (EXCESS, {CHARGE: [{"amount": 1, "share_of_revenue": 0.1}]}, [f"{CHARGE}/0"]),
    (EXCESS, {CHARGE: [{"asset_value": 1}, {"return": 0.1}]}, [f"{CHARGE}/0/return", f"{CHARGE}/1/asset_value"]),
    (INCREMENT, {"/incremental": {}}, ["/incremental"]),
    (INCREMENT, {"/incremental": {"quantity": 5}}, ["/incremental"]),
    (INCREMENT, {"/incremental/cost_saving": 1}, ["/incremental/quantity"]),
    (INCREMENT, {"/incremental/quantity": -1}, ["/incremental/quantity"]),
    (MARK, {"/kind": "patent"}, ["/terminal"]),
    (MARK, {"/horizon/years": 4.5}, ["/terminal"]),
    (MARK, {"/horizon": {"economic_life_years": {"distribution": "uniform", "low": 4, "high": 5}}}, ["/terminal"]),
    (MARK, {"/terminal": {}}, ["/terminal/growth"]),
    (MARK, {"/terminal/growth": 0.12}, ["/terminal/growth"]),
    (MARK, {"/terminal/growth": {"distribution": "uniform", "low": 0, "high": 0.15}}, ["/terminal/growth"]),
    (MARK, {"/terminal/growth": 0.11, RATE: UNIFORM}, ["/terminal/growth"]),
    (MARK, {"/terminal/growth": -1}, ["/terminal/growth"]),
    (COST, {"/cost": {}}, ["/cost/items"]),
    (COST, {"/cost/items": []}, ["/cost/items"]),
    (COST, {"/cost/items/0": {"amount": -1, "index": 101}}, ["/cost/items/0/amount", "/cost/items/0/index"]),
    (
        COST,
        {"/cost/developer_profit": 11, "/cost/obsolescence": {"wear": 1.1}},
        ["/cost/developer_profit", "/cost/obsolescence/wear"],
    ),
    (
        COST,
        {"/cost/age": {"used_years": -1, "remaining_years": 0}},
        ["/cost/age/remaining_years", "/cost/age/used_years"],
    ),
    (MARKET, {"/market/comparables": []}, ["/market/comparables"]),
    (
        MARKET,
        {"/market/comparables/0/weight": 0, "/market/aggregate": "mode"},
        ["/market/aggregate", "/market/comparables/0/weight"],
    ),
    (MARKET, {"/market/comparables/0/weight": UNIFORM}, ["/market/comparables/0/weight"]),
    (MARKET, {"/market/comparables/0/adjustments": {"a": 101}}, ["/market/comparables/0/adjustments/a"]),
]


@pytest.mark.parametrize(("document", "changes", "expected"), PERIODS + REVENUE + RATES + METHODS)
def test_a_spoilt_document_is_refused_at_exactly_these_places(
    document: dict[str, Any], changes: dict[str, Any], expected: list[str]
) -> None:
    assert_refused(document, changes, expected)
