"""Good documents, and how they are spoilt to see where they are refused."""

import copy
from typing import Any

import pytest

from finance_platform.foundation.faults import BadDocument
from valuation.engine import value

REMOVED = object()
UNIFORM: dict[str, Any] = {"distribution": "uniform", "low": 0.1, "high": 0.2}
ROYALTY: dict[str, Any] = {
    "method": "relief_from_royalty",
    "horizon": {"years": 5},
    "revenue": {"base": 1000},
    "royalty_rate": 0.05,
    "tax_rate": 0.25,
    "discount_rate": 0.12,
}
DATED: dict[str, Any] = ROYALTY | {
    "valuation_date": "2026-06-30",
    "horizon": {"filing_date": "2019-06-30"},
    "kind": "patent",
}
MARK: dict[str, Any] = ROYALTY | {"kind": "trademark", "terminal": {"growth": 0.02}}
EXCESS: dict[str, Any] = {
    **{name: ROYALTY[name] for name in ("horizon", "revenue", "tax_rate", "discount_rate")},
    "method": "multi_period_excess_earnings",
    "operating_costs": 10,
}
SPLIT: dict[str, Any] = {
    **{name: ROYALTY[name] for name in ("horizon", "revenue", "tax_rate", "discount_rate")},
    "method": "profit_split",
    "contribution": {"profit_share": 0.3, "operating_margin": 0.2},
}
INCREMENT: dict[str, Any] = {
    **{name: ROYALTY[name] for name in ("horizon", "tax_rate", "discount_rate")},
    "method": "incremental_income",
    "incremental": {"with": 100},
}
COST: dict[str, Any] = {"method": "cost", "cost": {"items": [{"amount": UNIFORM}, {"amount": UNIFORM}]}}
MARKET: dict[str, Any] = {"method": "market", "market": {"comparables": [{"price": 10}]}}
SIMULATED: dict[str, Any] = COST | {"simulation": {"paths": 256}}
CORRELATED: dict[str, Any] = SIMULATED | {
    "correlation": {"names": ["/cost/items/0/amount", "/cost/items/1/amount"], "matrix": [[1, 0.5], [0.5, 1]]}
}
BLACK_SCHOLES: dict[str, Any] = {
    "method": "real_option",
    "option": {
        "model": "black_scholes",
        "type": "call",
        "underlying": 100,
        "strike": 90,
        "expiry": 1,
        "risk_free": 0.05,
        "volatility": 0.2,
    },
}
BINOMIAL: dict[str, Any] = {
    "method": "real_option",
    "option": BLACK_SCHOLES["option"] | {"model": "binomial", "steps": 12},
}
LSM: dict[str, Any] = {
    "method": "real_option",
    "simulation": {"paths": 256},
    "option": BLACK_SCHOLES["option"] | {"model": "lsm", "exercise_dates": 3},
}
MATRIX: dict[str, Any] = {
    "method": "real_option",
    "option": {
        "model": "lsm",
        "type": "put",
        "strike": 1.1,
        "expiry": 2,
        "risk_free": 0.05,
        "path_matrix": [[1, 1.2, 1], [1, 0.9, 0.8]],
    },
}
MARGRABE: dict[str, Any] = {
    "method": "real_option",
    "option": {
        "model": "margrabe",
        "underlying": 22,
        "volatility": 0.2,
        "correlation": 0.1,
        "expiry": 1,
        "second": {"underlying": 20, "volatility": 0.3},
    },
}
PORTFOLIO: dict[str, Any] = {
    "portfolio": {
        "shared": {"horizon": {"years": 3}, "revenue": {"base": 1000}, "tax_rate": 0.25, "discount_rate": 0.1},
        "assets": [
            {"name": "a", "method": "relief_from_royalty", "royalty_rate": 0.05, "product": "P"},
            {"name": "b", "method": "relief_from_royalty", "royalty_rate": 0.05, "product": "P"},
        ],
        "overlap": {"rule": "cap", "cap": 0.06},
    }
}
ASSET = "/portfolio/assets/0"


def changed(document: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """Return the document with the members at some pointers set or removed."""
    document = copy.deepcopy(document)
    for pointer, new in changes.items():
        *parents, last = pointer.split("/")[1:]
        place: Any = document
        for token in parents:
            place = place[int(token)] if isinstance(place, list) else place[token]
        if new is REMOVED:
            del place[last]
        elif isinstance(place, list):
            place[int(last)] = new
        else:
            place[last] = new
    return document


def fault_pointers(document: dict[str, Any]) -> list[str]:
    with pytest.raises(BadDocument) as refusal:
        value(document)
    return sorted({fault.pointer for fault in refusal.value.faults})


type Case = tuple[dict[str, Any], dict[str, Any], list[str]]
"""A good document, what is done to it, and exactly where it is refused."""


def assert_refused(document: dict[str, Any], changes: dict[str, Any], expected: list[str]) -> None:
    assert fault_pointers(changed(document, changes)) == sorted(expected)
