"""What is good, and what only looks wrong."""

from typing import Any

import pytest

from tests.valuation.engine.spoilt import (
    BINOMIAL,
    BLACK_SCHOLES,
    CORRELATED,
    COST,
    DATED,
    EXCESS,
    INCREMENT,
    LSM,
    MARGRABE,
    MARK,
    MARKET,
    MATRIX,
    PORTFOLIO,
    ROYALTY,
    SIMULATED,
    SPLIT,
    changed,
)
from valuation.engine import value

GOOD = [ROYALTY, DATED, MARK, EXCESS, SPLIT, INCREMENT, COST, MARKET, SIMULATED, CORRELATED, PORTFOLIO]
OPTIONS = [BLACK_SCHOLES, BINOMIAL, LSM, MATRIX, MARGRABE]


@pytest.mark.parametrize("document", GOOD + OPTIONS)
def test_the_documents_that_are_spoilt_below_are_good(document: dict[str, Any]) -> None:
    assert value(document)["value"] > 0


@pytest.mark.parametrize(
    ("document", "changes"),
    [
        (DATED, {"/horizon/years": 14, "/horizon/beyond_legal_life": True}),
        (DATED, {"/horizon/years": 13}),
        (DATED, {"/horizon/economic_life_years": {"distribution": "normal", "mean": 9, "sd": 0.5}}),
        (DATED, {"/horizon/first_year_end": "2027-06-30"}),
        (ROYALTY, {"/royalty_rate": {"distribution": "uniform", "low": -1e-14, "high": 0.1}}),
        (ROYALTY, {"/royalty_rate": {"distribution": "normal", "mean": 0.08, "sd": 0.01}}),
        (ROYALTY, {"/discount_rate": {"build_up": {"risk_free": 0, "premiums": {}}}}),
        (ROYALTY, {"/discount_rate": {"build_up": {"risk_free": 1, "premiums": {"a": 1}}}}),
        (ROYALTY, {"/tax_rate": {"distribution": "uniform", "low": 0, "high": 1}}),
        (ROYALTY, {"/id": "x", "/title": "一件专利", "/product": "P"}),
        (MARK, {"/terminal/growth": 0.119, "/kind": "other"}),
        (MARK, {"/terminal/growth": 0.2, "/decay": {"rate": 0.1}, "/hazard": {"annual": 0.05}}),
        (COST, {"/sensitivity": {"tornado": [0.1, 0.9]}, "/kind": "patent", "/timing": "end_of_year"}),
        (SIMULATED, {"/simulation/paths": 256.0, "/simulation/seed": 2**63 - 1}),
        (CORRELATED, {"/correlation/matrix": [[1, 1], [1, 1]]}),
        (CORRELATED, {"/correlation/measure": "spearman", "/correlation/matrix": [[1, -1], [-1, 1]]}),
        (PORTFOLIO, {"/portfolio/overlap": {"rule": "split"}, "/portfolio/shared/coverage": 0.5}),
        (BINOMIAL, {"/option/exercise": 4}),
    ],
)
def test_what_only_looks_wrong_is_accepted(document: dict[str, Any], changes: dict[str, Any]) -> None:
    assert value(changed(document, changes))["value"] > 0
