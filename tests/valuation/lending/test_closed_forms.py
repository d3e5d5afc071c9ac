"""Where a formula exists, the simulation finds it within its own standard errors, and these are small."""

import math
from typing import Any

import pytest
from scipy import special

from tests.valuation.engine.spoilt import changed
from tests.valuation.lending.specimens import CERTAIN, PACKAGE
from valuation.lending import assess

SHOCK = {"speed": 0.8, "volatility": 0.5}
PATENTS: list[dict[str, Any]] = PACKAGE["portfolio"]["assets"][:2]
ONE_INSTALMENT = changed(
    CERTAIN,
    {
        "/borrower": {"operating_margin": 0, "other_income": {"annual": 1400, "shock": SHOCK}},
        "/loan/repayments": [{"at": 1, "principal": 1000, "interest": 60}],
        "/simulation/largest_paths": 65536,
    },
)


def within(figure: dict[str, float], expected: float, errors: float = 4.0) -> bool:
    return abs(figure["value"] - expected) <= errors * figure["standard_error"] + 1e-12 * abs(expected)


def test_one_instalment_out_of_lognormal_income() -> None:
    """P(annual e^(y - v/2) < due) = Phi((ln(due / annual) + v / 2) / sqrt(v))."""
    block = assess(ONE_INSTALMENT)["loan"]
    variance = 0.25 * (1 - math.exp(-1.6)) / 1.6
    expected = float(special.ndtr((math.log(1060 / 1400) + variance / 2) / math.sqrt(variance)))
    assert block["probability_of_default"]["standard_error"] < 0.001
    assert within(block["probability_of_default"], expected)
    assert block["exposure_given_default"]["value"] == pytest.approx(1060, rel=1e-12)


def test_the_loss_of_a_sale_at_a_uniform_factor() -> None:
    """A right worth W at default, sold at once for W u with u uniform on [a, b], against the exposure E inside."""
    factor = {"distribution": "uniform", "low": 0.0, "high": 0.8}
    document = changed(ONE_INSTALMENT, {"/loan/liquidation": {"factor": factor, "time_to_sale_years": 0}})
    result = assess(document)
    rows = result["point"]["years"]
    rate = result["point"]["discount_rate"]
    worth = sum(row["cash_flow"] * (1 + rate) ** -(row["exponent"] - 1) for row in rows[1:])
    assert worth * 0.8 > 1060
    highest = 1060 / worth
    loss = (1060 * highest - worth * highest**2 / 2) / 0.8
    assert within(result["loan"]["loss_given_default"], loss / 1060)
    assert within(result["loan"]["probability_recovery_below_exposure_given_default"], highest / 0.8)
    waited = result["point"]["value"]
    assert within(result["loan"]["probability_recovery_below_loan"], 1000 / waited / 0.8)


def test_expected_loss_is_probability_times_exposure_times_loss_given_default() -> None:
    block = assess(
        changed(ONE_INSTALMENT, {"/loan/liquidation/factor": {"distribution": "uniform", "low": 0, "high": 1}})
    )["loan"]
    parts = [
        block[name]["value"] for name in ("probability_of_default", "exposure_given_default", "loss_given_default")
    ]
    assert block["expected_loss"]["value"] == pytest.approx(math.prod(parts), rel=1e-12)
    assert block["expected_loss_rate"]["value"] == pytest.approx(block["expected_loss"]["value"] / 1000, rel=1e-12)


def test_a_family_falls_together_and_strangers_one_by_one() -> None:
    """Nobody's flow is left when both have fallen before the first flow: the greater survival, or one minus both."""
    alone = {"/portfolio/assets": PATENTS, "/portfolio/overlap": {"rule": "none"}, "/simulation/largest_paths": 65536}
    family = changed(PACKAGE, alone)
    strangers = {name: block for name, block in family.items() if name != "families"}
    low, high = 0.05, 0.08
    tiny = {"/loan/amount": 1e-6, "/loan/repayments": [{"at": 1, "principal": 1e-6}]}
    together = assess(changed(family, tiny))["loan"]["probability_value_below_loan"]
    apart = assess(changed(strangers, tiny))["loan"]["probability_value_below_loan"]
    assert within(together, 1 - (1 - low) ** 0.5)
    assert within(apart, (1 - (1 - low) ** 0.5) * (1 - (1 - high) ** 0.5))
    assert together["value"] > 10 * apart["value"]


def test_a_shared_hazard_is_one_event_for_the_family() -> None:
    shared = changed(
        PACKAGE,
        {
            "/portfolio/assets": [{k: v for k, v in asset.items() if k != "hazard"} for asset in PATENTS],
            "/portfolio/shared/hazard": {"annual": 0.05, "mode": "event"},
            "/loan/amount": 1e-6,
            "/loan/repayments": [{"at": 1, "principal": 1e-6}],
            "/simulation/largest_paths": 65536,
        },
    )
    named = assess({name: block for name, block in shared.items() if name != "families"})
    assert within(named["loan"]["probability_value_below_loan"], 1 - 0.95**0.5)
    assert assess(shared)["distribution"] == named["distribution"], "naming what is one event already changes nothing"


def test_what_the_cap_takes_away_is_shown() -> None:
    block = assess(PACKAGE)["package"]
    assert block["rights"] == ["first", "second", "mark"]
    assert block["capped"]["value"] > 100 * block["capped"]["standard_error"] > 0
    assert block["standalone_value"]["value"] - block["value"]["value"] == pytest.approx(
        block["capped"]["value"], rel=1e-9
    )
    free = assess(changed(PACKAGE, {"/portfolio/overlap": {"rule": "none"}}))["package"]
    assert free["capped"] == {"value": 0, "standard_error": 0}
    assert free["value"]["value"] == pytest.approx(block["standalone_value"]["value"], rel=1e-9)
