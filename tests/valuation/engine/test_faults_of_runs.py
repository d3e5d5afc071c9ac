"""What is refused about options, simulations and portfolios, and where."""

from typing import Any

import pytest

from tests.valuation.engine.spoilt import (
    ASSET,
    BINOMIAL,
    BLACK_SCHOLES,
    CORRELATED,
    COST,
    LSM,
    MARGRABE,
    MATRIX,
    PORTFOLIO,
    REMOVED,
    ROYALTY,
    SIMULATED,
    UNIFORM,
    Case,
    assert_refused,
)

OPTION = "/option"
REAL_OPTIONS: list[Case] = [
    (BLACK_SCHOLES, {"/loan": {"amount": 1}}, ["/loan"]),
    (BLACK_SCHOLES, {f"{OPTION}/model": "heston"}, [f"{OPTION}/model"]),
    (BLACK_SCHOLES, {f"{OPTION}/type": "swap", f"{OPTION}/steps": 3}, [f"{OPTION}/steps", f"{OPTION}/type"]),
    (BLACK_SCHOLES, {f"{OPTION}/underlying": 0, f"{OPTION}/strike": 0}, [f"{OPTION}/strike", f"{OPTION}/underlying"]),
    (BLACK_SCHOLES, {f"{OPTION}/expiry": 101, f"{OPTION}/volatility": 0}, [f"{OPTION}/expiry", f"{OPTION}/volatility"]),
    (BLACK_SCHOLES, {f"{OPTION}/risk_free": 1.1, f"{OPTION}/yield": -1.1}, [f"{OPTION}/risk_free", f"{OPTION}/yield"]),
    (BLACK_SCHOLES, {"/horizon": {"years": 1}}, ["/horizon"]),
    (BINOMIAL, {f"{OPTION}/steps": 0}, [f"{OPTION}/steps"]),
    (BINOMIAL, {f"{OPTION}/exercise": 5}, [f"{OPTION}/exercise"]),
    (BINOMIAL, {f"{OPTION}/exercise": "bermudan"}, [f"{OPTION}/exercise"]),
    (BINOMIAL, {f"{OPTION}/volatility": 0.01, f"{OPTION}/steps": 1}, [f"{OPTION}/steps"]),
    (BINOMIAL, {f"{OPTION}/underlying": UNIFORM}, [f"{OPTION}/underlying"]),
    (BINOMIAL, {"/simulation": {"paths": 256}, "/sensitivity": {}}, ["/sensitivity", "/simulation"]),
    (LSM, {"/simulation": REMOVED}, ["/simulation"]),
    (LSM, {f"{OPTION}/degree": 6, f"{OPTION}/exercise_dates": 0}, [f"{OPTION}/degree", f"{OPTION}/exercise_dates"]),
    (LSM, {"/correlation": {}, "/sensitivity": {}}, ["/correlation", "/sensitivity"]),
    (
        LSM,
        {f"{OPTION}/path_matrix": [[1, 2], [1, 3]]},
        sorted(["/simulation", *(f"{OPTION}/{n}" for n in ("exercise_dates", "underlying", "volatility"))]),
    ),
    (MATRIX, {f"{OPTION}/path_matrix": [[1, 2], [1, 2, 3]]}, [f"{OPTION}/path_matrix"]),
    (MATRIX, {f"{OPTION}/path_matrix": [[1, 2]]}, [f"{OPTION}/path_matrix"]),
    (MATRIX, {f"{OPTION}/path_matrix": [[1], [1]]}, [f"{OPTION}/path_matrix"]),
    (MATRIX, {f"{OPTION}/yield": 0.1, "/simulation": {"paths": 256}}, [f"{OPTION}/yield", "/simulation"]),
    (MARGRABE, {f"{OPTION}/strike": 3, f"{OPTION}/type": "call"}, [f"{OPTION}/strike", f"{OPTION}/type"]),
    (
        MARGRABE,
        {f"{OPTION}/correlation": 1.1, f"{OPTION}/second/rate": 1},
        [f"{OPTION}/correlation", f"{OPTION}/second/rate"],
    ),
]
SIMULATION, CORRELATION = "/simulation", "/correlation"
SIMULATIONS: list[Case] = [
    (SIMULATED, {SIMULATION: {}}, [f"{SIMULATION}/paths"]),
    (SIMULATED, {f"{SIMULATION}/paths": 255}, [f"{SIMULATION}/paths"]),
    (SIMULATED, {f"{SIMULATION}/paths": 300}, [f"{SIMULATION}/paths"]),
    (SIMULATED, {f"{SIMULATION}/paths": 4194305, f"{SIMULATION}/sampler": "pseudo"}, [f"{SIMULATION}/paths"]),
    (SIMULATED, {f"{SIMULATION}/paths": 300, f"{SIMULATION}/sampler": "latin_hypercube"}, [f"{SIMULATION}/paths"]),
    (SIMULATED, {f"{SIMULATION}/antithetic": True}, [f"{SIMULATION}/antithetic"]),
    (SIMULATED, {SIMULATION: {"paths": 257, "sampler": "pseudo", "antithetic": True}}, [f"{SIMULATION}/paths"]),
    (
        SIMULATED,
        {f"{SIMULATION}/sampler": "halton", f"{SIMULATION}/seed": -1},
        [f"{SIMULATION}/sampler", f"{SIMULATION}/seed"],
    ),
    (SIMULATED, {f"{SIMULATION}/seed": 2**63}, [f"{SIMULATION}/seed"]),
    (SIMULATED, {f"{SIMULATION}/seed": False}, [f"{SIMULATION}/seed"]),
    (CORRELATED, {f"{CORRELATION}/names/1": "/cost"}, [f"{CORRELATION}/names/1"]),
    (CORRELATED, {f"{CORRELATION}/names/1": "/cost/items/0/amount"}, [f"{CORRELATION}/names/1"]),
    (
        CORRELATED,
        {f"{CORRELATION}/names": ["/cost/items/0/amount"], f"{CORRELATION}/matrix": [[1]]},
        [f"{CORRELATION}/names"],
    ),
    (CORRELATED, {f"{CORRELATION}/matrix": [[1, 0.5], [0.4, 1]]}, [f"{CORRELATION}/matrix"]),
    (CORRELATED, {f"{CORRELATION}/matrix": [[1, 0.5], [0.5, 0.9]]}, [f"{CORRELATION}/matrix"]),
    (CORRELATED, {f"{CORRELATION}/matrix": [[1, 1.1], [1.1, 1]]}, [f"{CORRELATION}/matrix"]),
    (CORRELATED, {f"{CORRELATION}/matrix": [[1, True], [1, 1]]}, [f"{CORRELATION}/matrix"]),
    (CORRELATED, {f"{CORRELATION}/matrix": [[1]]}, [f"{CORRELATION}/matrix"]),
    (CORRELATED, {f"{CORRELATION}/copula": "student_t"}, [f"{CORRELATION}/degrees_of_freedom"]),
    (CORRELATED, {f"{CORRELATION}/degrees_of_freedom": 4}, [f"{CORRELATION}/degrees_of_freedom"]),
    (
        CORRELATED,
        {f"{CORRELATION}/copula": "student_t", f"{CORRELATION}/degrees_of_freedom": 0.5},
        [f"{CORRELATION}/degrees_of_freedom"],
    ),
    (
        CORRELATED,
        {
            f"{CORRELATION}/copula": "student_t",
            f"{CORRELATION}/degrees_of_freedom": 4,
            f"{CORRELATION}/measure": "spearman",
        },
        [f"{CORRELATION}/measure"],
    ),
    (CORRELATED, {"/sensitivity": {"sobol": True}}, ["/sensitivity/sobol"]),
    (COST, {"/sensitivity": {"sobol": True}}, ["/simulation"]),
    (COST, {"/sensitivity": {"sobol": 1}}, ["/sensitivity/sobol"]),
    (COST, {"/sensitivity": {"tornado": [0.9, 0.1]}}, ["/sensitivity/tornado"]),
    (COST, {"/sensitivity": {"tornado": [0, 0.9]}}, ["/sensitivity/tornado"]),
    (COST, {"/sensitivity": {"tornado": [0.1, 0.5, 0.9]}}, ["/sensitivity/tornado"]),
    (ROYALTY, {"/loan": {"amount": 0, "disposal_haircut": 1.1}}, ["/loan/amount", "/loan/disposal_haircut"]),
    (ROYALTY, {"/loan": {"disposal_haircut": 0.1}}, ["/loan/amount"]),
    (ROYALTY, {"/loan": {"amount": UNIFORM}}, ["/loan/amount"]),
]
SHARED = "/portfolio/shared"
PORTFOLIOS: list[Case] = [
    (PORTFOLIO, {"/method": "cost"}, ["/method"]),
    (PORTFOLIO, {"/tax_rate": 0.1}, ["/tax_rate"]),
    (PORTFOLIO, {f"{ASSET}/timing": "mid_year"}, [f"{ASSET}/timing"]),
    (PORTFOLIO, {f"{SHARED}/simulation": {"paths": 256}}, [f"{SHARED}/simulation"]),
    (PORTFOLIO, {f"{SHARED}/colour": 1, f"{SHARED}/name": "c"}, [f"{SHARED}/colour", f"{SHARED}/name"]),
    (PORTFOLIO, {f"{SHARED}/cost": {}}, [f"{SHARED}/cost"]),
    (PORTFOLIO, {f"{ASSET}/name": REMOVED}, [f"{ASSET}/name"]),
    (PORTFOLIO, {f"{ASSET}/name": "b"}, ["/portfolio/assets/1/name"]),
    (PORTFOLIO, {f"{ASSET}/name": 3}, [f"{ASSET}/name"]),
    (PORTFOLIO, {f"{ASSET}/method": "real_option"}, [f"{ASSET}/method"]),
    (PORTFOLIO, {f"{ASSET}/method": REMOVED}, [f"{ASSET}/method"]),
    (PORTFOLIO, {f"{SHARED}/tax_rate": REMOVED}, [f"{ASSET}/tax_rate", "/portfolio/assets/1/tax_rate"]),
    (PORTFOLIO, {f"{SHARED}/tax_rate": 1}, [f"{SHARED}/tax_rate"]),
    (PORTFOLIO, {f"{ASSET}/royalty_rate": 2}, [f"{ASSET}/royalty_rate"]),
    (PORTFOLIO, {f"{SHARED}/revenue": [1, 2, 3], f"{ASSET}/horizon": {"years": 2}}, [f"{SHARED}/revenue"]),
    (PORTFOLIO, {"/portfolio/overlap": REMOVED}, ["/portfolio/overlap"]),
    (PORTFOLIO, {"/portfolio/overlap": {"rule": "cap"}}, ["/portfolio/overlap/cap"]),
    (PORTFOLIO, {"/portfolio/overlap": {"rule": "cap", "cap": 0}}, ["/portfolio/overlap/cap"]),
    (PORTFOLIO, {"/portfolio/overlap": {"rule": "none", "cap": 0.1}}, ["/portfolio/overlap/cap"]),
    (PORTFOLIO, {"/portfolio/overlap": {"rule": "half"}}, ["/portfolio/overlap/rule"]),
    (PORTFOLIO, {"/portfolio/overlap": {"rule": "split"}}, ["/portfolio/overlap"]),
    (
        PORTFOLIO,
        {"/portfolio/assets": []},
        sorted(["/portfolio/assets", *(f"{SHARED}/{n}" for n in PORTFOLIO["portfolio"]["shared"])]),
    ),
    (
        PORTFOLIO,
        {ASSET: {"name": "c", "method": "cost", "cost": {"items": [{"amount": 1}]}, "product": "P"}},
        [f"{ASSET}/product"],
    ),
    (
        PORTFOLIO,
        {ASSET: {"name": "c", "method": "cost", "cost": {"items": [{"amount": 1}]}}, f"{SHARED}/product": "P"},
        [f"{ASSET}/product"],
    ),
]


@pytest.mark.parametrize(("document", "changes", "expected"), REAL_OPTIONS + SIMULATIONS + PORTFOLIOS)
def test_a_spoilt_document_is_refused_at_exactly_these_places(
    document: dict[str, Any], changes: dict[str, Any], expected: list[str]
) -> None:
    assert_refused(document, changes, expected)
