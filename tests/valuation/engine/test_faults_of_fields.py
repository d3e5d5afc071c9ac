"""What is refused about members, numbers and distributions, and where."""

from typing import Any

import pytest

from tests.valuation.engine.spoilt import COST, INCREMENT, REMOVED, ROYALTY, UNIFORM, Case, assert_refused

MEMBERS: list[Case] = [
    (ROYALTY, {"/colour": 1}, ["/colour"]),
    (ROYALTY, {"/cost": {}}, ["/cost"]),
    (ROYALTY, {"/contributory_charges": []}, ["/contributory_charges"]),
    (ROYALTY, {"/method": REMOVED}, ["/method"]),
    (ROYALTY, {"/method": "guess", "/colour": 1}, ["/colour", "/method"]),
    (ROYALTY, {"/horizon": REMOVED, "/tax_rate": REMOVED}, ["/horizon", "/tax_rate"]),
    (ROYALTY, {"/revenue": REMOVED, "/discount_rate": REMOVED}, ["/discount_rate", "/revenue"]),
    (ROYALTY, {"/royalty_rate": REMOVED}, ["/royalty_rate"]),
    (ROYALTY, {"/title": 7, "/id": None}, ["/id", "/title"]),
    (ROYALTY, {"/kind": "song", "/timing": "late"}, ["/kind", "/timing"]),
    (ROYALTY, {"/valuation_date": "2026-02-30"}, ["/valuation_date"]),
    (ROYALTY, {"/valuation_date": "20260228"}, ["/valuation_date"]),
    (COST, {"/horizon": {"years": 3}}, ["/horizon"]),
    (INCREMENT, {"/revenue": [1, 2, 3, 4, 5]}, ["/revenue"]),
    (ROYALTY, {"/portfolio": {"assets": []}}, sorted(["/portfolio/assets", *(f"/{name}" for name in ROYALTY)])),
]
NUMBERS: list[Case] = [
    (ROYALTY, {"/royalty_rate": 1.0001}, ["/royalty_rate"]),
    (ROYALTY, {"/royalty_rate": True}, ["/royalty_rate"]),
    (ROYALTY, {"/royalty_rate": "0.05"}, ["/royalty_rate"]),
    (ROYALTY, {"/royalty_rate": None}, ["/royalty_rate"]),
    (ROYALTY, {"/royalty_rate": 10**400}, ["/royalty_rate"]),
    (ROYALTY, {"/royalty_rate": float("inf")}, ["/royalty_rate"]),
    (ROYALTY, {"/royalty_rate": [0.1] * 4}, ["/royalty_rate"]),
    (ROYALTY, {"/royalty_rate": [0.1, 0.1, 1.1, True, UNIFORM]}, [f"/royalty_rate/{i}" for i in (2, 3, 4)]),
    (ROYALTY, {"/tax_rate": 1}, ["/tax_rate"]),
    (ROYALTY, {"/tax_rate": [0.1]}, ["/tax_rate"]),
    (ROYALTY, {"/discount_rate": 0}, ["/discount_rate"]),
    (ROYALTY, {"/discount_rate": 1.1}, ["/discount_rate"]),
    (ROYALTY, {"/coverage": 1.1, "/costs": -1}, ["/costs", "/coverage"]),
    (ROYALTY, {"/decay": {"rate": -0.1, "at": "noon"}}, ["/decay/at", "/decay/rate"]),
    (ROYALTY, {"/decay": {"rate": 1, "form": "geometric"}}, ["/decay/rate"]),
    (ROYALTY, {"/decay": {"form": "linear"}}, ["/decay/form", "/decay/rate"]),
    (ROYALTY, {"/hazard": {"annual": 1, "mode": "never"}}, ["/hazard/annual", "/hazard/mode"]),
    (ROYALTY, {"/tax_amortisation": {"years": 0}}, ["/tax_amortisation/years"]),
    (ROYALTY, {"/tax_amortisation": {"years": 2.5}}, ["/tax_amortisation/years"]),
    (
        ROYALTY,
        {"/tax_amortisation": {"years": 5, "discount_rate": {"capm": {}}}},
        ["/tax_amortisation/discount_rate/distribution"],
    ),
]
LAW = "/royalty_rate"
DISTRIBUTIONS: list[Case] = [
    (ROYALTY, {LAW: {"low": 0, "high": 1}}, [f"{LAW}/distribution"]),
    (ROYALTY, {LAW: {"distribution": "cauchy"}}, [f"{LAW}/distribution"]),
    (ROYALTY, {LAW: {"distribution": ["uniform"]}}, [f"{LAW}/distribution"]),
    (ROYALTY, {LAW: {"distribution": "uniform", "low": 0.2, "high": 0.2}}, [f"{LAW}/high"]),
    (ROYALTY, {LAW: {"distribution": "uniform", "low": 0.2}}, [f"{LAW}/high"]),
    (ROYALTY, {LAW: UNIFORM | {"mode": 0.15}}, [f"{LAW}/mode"]),
    (ROYALTY, {LAW: UNIFORM | {"distribution": "pert", "mode": 0.21}}, [f"{LAW}/mode"]),
    (ROYALTY, {LAW: UNIFORM | {"distribution": "pert", "mode": 0.15, "lambda": 0}}, [f"{LAW}/lambda"]),
    (ROYALTY, {LAW: UNIFORM | {"distribution": "triangular", "mode": 0.09}}, [f"{LAW}/mode"]),
    (ROYALTY, {LAW: {"distribution": "normal", "mean": 0.5, "sd": 0}}, [f"{LAW}/sd"]),
    (ROYALTY, {LAW: {"distribution": "normal", "mean": 0.5, "sd": 0.1}}, [LAW]),
    (ROYALTY, {LAW: {"distribution": "uniform", "low": 0.9, "high": 1.0001}}, [LAW]),
    (ROYALTY, {LAW: {"distribution": "lognormal", "mean": 0.1, "sd": 0.01, "mu": 0}}, [f"{LAW}/mu"]),
    (ROYALTY, {LAW: {"distribution": "lognormal", "sd": 0.01, "sigma": 1}}, [f"{LAW}/mean", f"{LAW}/sigma"]),
    (ROYALTY, {LAW: {"distribution": "lognormal", "mu": -3}}, [f"{LAW}/sigma"]),
    (ROYALTY, {LAW: {"distribution": "lognormal", "mu": 900, "sigma": 1}}, [LAW]),
    (ROYALTY, {LAW: {"distribution": "beta", "alpha": 0, "beta": -1}}, [f"{LAW}/alpha", f"{LAW}/beta"]),
    (ROYALTY, {LAW: {"distribution": "beta", "alpha": 1, "beta": 1, "low": 1}}, [f"{LAW}/high"]),
    (
        ROYALTY,
        {LAW: {"distribution": "discrete", "values": [0.1, 0.1], "probabilities": [0.5, 0.5]}},
        [f"{LAW}/values"],
    ),
    (
        ROYALTY,
        {LAW: {"distribution": "discrete", "values": [], "probabilities": []}},
        [f"{LAW}/probabilities", f"{LAW}/values"],
    ),
    (
        ROYALTY,
        {LAW: {"distribution": "discrete", "values": [0.1, 0.2], "probabilities": [1]}},
        [f"{LAW}/probabilities"],
    ),
    (
        ROYALTY,
        {LAW: {"distribution": "discrete", "values": [0.1, 0.2], "probabilities": [0.5, 0.500001]}},
        [f"{LAW}/probabilities"],
    ),
    (
        ROYALTY,
        {LAW: {"distribution": "discrete", "values": [0.1, 0.2], "probabilities": [1.5, -0.5]}},
        [f"{LAW}/probabilities"],
    ),
    (ROYALTY, {LAW: {"distribution": "discrete", "values": [0.1, 2], "probabilities": [0.5, 0.5]}}, [LAW]),
    (ROYALTY, {LAW: {"distribution": "truncated_normal", "mean": 0, "sd": 1, "low": 0, "high": 0}}, [f"{LAW}/high"]),
]


@pytest.mark.parametrize(("document", "changes", "expected"), MEMBERS + NUMBERS + DISTRIBUTIONS)
def test_a_spoilt_document_is_refused_at_exactly_these_places(
    document: dict[str, Any], changes: dict[str, Any], expected: list[str]
) -> None:
    assert_refused(document, changes, expected)
