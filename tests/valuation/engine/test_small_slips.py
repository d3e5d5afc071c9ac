"""Places of the kernel where a small slip would go unseen elsewhere: what mutation testing found to be missing."""

from typing import Any

import pytest

from tests.valuation.engine.spoilt import REMOVED, ROYALTY, Case, assert_refused
from valuation import engine

PATH = {"initial": 0.05, "long_run": 0.03, "speed": 0.5, "volatility": 0.1}
MARK: dict[str, Any] = {
    "method": "relief_from_royalty", "kind": "trademark", "timing": "end_of_year", "horizon": {"years": 3},
    "revenue": [100, 100, 100], "royalty_rate": 0.1, "tax_rate": 0, "discount_rate": 0.05, "terminal": {"growth": 0.04},
}  # fmt: skip
UNKNOWN: list[Case] = [
    (ROYALTY, {"/decay": {"rate": 0.1, "speed": 1}}, ["/decay/speed"]),
    (ROYALTY, {"/hazard": {"annual": 0.1, "speed": 1}}, ["/hazard/speed"]),
    (ROYALTY, {"/tax_amortisation": {"years": 5, "speed": 1}}, ["/tax_amortisation/speed"]),
    (ROYALTY, {"/horizon": {"years": 5, "speed": 1}}, ["/horizon/speed"]),
    (ROYALTY, {"/revenue": {"base": 1, "speed": 1}}, ["/revenue/speed"]),
    (ROYALTY, {"/revenue": {"base": 1, "growth": PATH | {"drift": 1}}}, ["/revenue/growth/drift"]),
    (MARK, {"/terminal": {"growth": 0.01, "speed": 1}}, ["/terminal/speed"]),
]
HALF_READ: list[Case] = [
    (ROYALTY, {"/revenue": {"base": 1, "growth": [0.1] * 17, "base_year": 3}}, ["/revenue/base_year"]),
    (ROYALTY, {"/revenue": {"base": 1, "growth": [0.1] * 17}, "/horizon": REMOVED}, ["/horizon"]),
    (ROYALTY, {"/revenue": [1.0], "/royalty_rate": [0.1] * 9, "/horizon": REMOVED}, ["/horizon"]),
    (ROYALTY, {"/revenue": 7}, ["/revenue"]),
    (
        ROYALTY,
        {"/revenue": {"base": 1, "growth": {"distribution": "uniform", "low": 0, "high": 0.1, "speed": 1}}},
        ["/revenue/growth/speed"],
    ),
]
INCOMPLETE: list[Case] = [
    (
        ROYALTY,
        {"/revenue": {"base": 1, "growth": {name: 1}}},
        [f"/revenue/growth/{n}" for n in sorted({*PATH} - {name})],
    )
    for name in PATH
]


@pytest.mark.parametrize(("document", "changes", "expected"), UNKNOWN + HALF_READ + INCOMPLETE)
def test_each_fault_is_told_once_and_at_its_place(
    document: dict[str, Any], changes: dict[str, Any], expected: list[str]
) -> None:
    assert_refused(document, changes, expected)


def uniform(low: float, high: float) -> dict[str, Any]:
    return {"distribution": "uniform", "low": low, "high": high}


FADES = [
    {"decay": {"rate": uniform(0.02, 0.3)}},
    {"decay": {"rate": uniform(0.02, 0.3), "form": "geometric"}},
    {"hazard": {"annual": uniform(0.02, 0.3)}},
]


@pytest.mark.parametrize("fade", FADES)
def test_a_terminal_value_must_converge_where_the_fade_is_weakest(fade: dict[str, Any]) -> None:
    assert engine.value(MARK | fade | {"terminal": {"growth": 0.06}})["terminal_value"] > 0
    assert_refused(MARK | fade, {"/terminal": {"growth": 0.08}}, ["/terminal/growth"])
    assert_refused(MARK, {"/terminal": {"growth": 0.06}}, ["/terminal/growth"])
    assert_refused(MARK | fade, {"/terminal": {"growth": uniform(-0.5, 0.08)}}, ["/terminal/growth"])


def test_the_forms_of_decay_differ_in_what_a_year_can_leave() -> None:
    steep = MARK | {"discount_rate": 0.1, "terminal": {"growth": 0.9}}
    assert engine.value(steep | {"decay": {"rate": 0.5, "form": "geometric"}})["terminal_value"] > 0
    assert_refused(steep, {"/decay": {"rate": 0.5, "form": "exponential"}}, ["/terminal/growth"])


SIMULATED = ROYALTY | {"horizon": {"years": 5}, "simulation": {"paths": 256}, "sensitivity": {"sobol": True}}


def sources(changes: dict[str, Any]) -> set[str]:
    return set(engine.value(SIMULATED | changes)["sensitivity"]["sobol"])


def test_only_what_varies_is_a_source_of_randomness() -> None:
    grown = {"base": 100, "growth": PATH}
    assert sources({"revenue": grown}) == {"/revenue/growth#path"}
    assert sources({"revenue": {"base": 100, "growth": PATH | {"volatility": 0}}}) == set()
    assert sources({"revenue": grown, "horizon": {"years": 1}}) == set()
    assert sources({"revenue": grown | {"base_year": 0}, "horizon": {"years": 1}}) == {"/revenue/growth#path"}
    assert sources({"hazard": {"annual": 0.1, "mode": "event"}}) == {"/hazard#event"}
    assert sources({"hazard": {"annual": 0.1, "mode": "expected"}}) == set()
    assert sources({"hazard": {"annual": 0.1}}) == set()


def test_an_event_takes_all_or_nothing() -> None:
    certain = engine.value(ROYALTY | {"hazard": {"annual": 0.0, "mode": "event"}, "simulation": {"paths": 256}})
    assert certain["simulation"]["std"] == 0
    assert certain["simulation"]["mean"] == certain["value"]
    struck = engine.value(ROYALTY | {"hazard": {"annual": 0.9, "mode": "event"}, "simulation": {"paths": 4096}})
    assert struck["simulation"]["quantiles"]["p1"] == 0
    assert struck["simulation"]["mean"] == pytest.approx(
        struck["value"], abs=5 * struck["simulation"]["standard_error"]
    )


def test_the_bounds_of_a_terminal_value_and_of_an_amortisation_are_where_the_contract_has_them() -> None:
    last, default = ({"growth": 0.01, "exponent": "last_flow"}, {"growth": 0.01})
    assert engine.value(MARK | {"terminal": last})["value"] == engine.value(MARK | {"terminal": default})["value"]
    fast = MARK | {"hazard": {"annual": 0.9}}
    assert engine.value(fast | {"terminal": {"growth": 1}})["terminal_value"] > 0
    assert_refused(fast, {"/terminal": {"growth": 1.01}}, ["/terminal/growth"])
    for years in (1, 100):
        assert engine.value(MARK | {"tax_rate": 0.2, "tax_amortisation": {"years": years}})["tab_factor"] > 1
    assert_refused(MARK, {"/tax_amortisation": {"years": 101}}, ["/tax_amortisation/years"])
