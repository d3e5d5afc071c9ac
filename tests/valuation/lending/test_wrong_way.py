"""Default and collateral hang together because they live on the same product, and only then."""

from typing import Any

import pytest

from tests.valuation.engine.spoilt import changed
from tests.valuation.lending.specimens import PATENT
from valuation.lending import assess

# Only the product's revenue is random: what links borrower and right is that path alone.
SHARED_FATE = changed(
    PATENT,
    {
        "/royalty_rate": 0.035,
        "/hazard/annual": 0,
        "/simulation": {"seed": 5, "paths": 16384, "largest_paths": 16384},
        "/borrower": {"operating_margin": 0.03},
        "/loan/repayments": [{"at": year, "principal": 250, "interest": 350} for year in range(1, 5)],
    },
)
SHOCK = {"speed": 0.7, "volatility": 0.25}
OTHER_FATE = changed(
    SHARED_FATE, {"/borrower": {"operating_margin": 0, "other_income": {"annual": 630, "shock": SHOCK}}}
)


def test_a_borrower_of_the_product_defaults_when_its_right_is_worth_little() -> None:
    block = assess(SHARED_FATE)["wrong_way"]
    link, shortfall = block["correlation_of_default_and_low_value"], block["recovery_shortfall"]
    assert link["value"] > 0.2 > 20 * link["standard_error"]
    assert shortfall["value"] > 0.1 > 20 * shortfall["standard_error"]
    given, independent = block["recovery_given_default"], block["recovery_if_independent"]
    assert given["value"] < independent["value"]
    assert given["value"] == pytest.approx((1 - shortfall["value"]) * independent["value"], rel=1e-12)


def test_recovery_given_default_is_below_what_a_sale_today_brings() -> None:
    block = assess(SHARED_FATE)["loan"]
    assert block["recovery_given_default"]["mean"]["value"] < block["recovery_if_sold_today"]["mean"]["value"]
    assert (
        block["probability_recovery_below_exposure_given_default"]["value"]
        > block["probability_of_default"]["value"] > 0.05
    )  # fmt: skip


def test_a_borrower_that_lives_on_something_else_has_no_wrong_way_risk() -> None:
    block = assess(OTHER_FATE)
    assert block["loan"]["probability_of_default"]["value"] > 0.05
    block = block["wrong_way"]
    for name in ("correlation_of_default_and_low_value", "recovery_shortfall"):
        assert abs(block[name]["value"]) <= 4 * block[name]["standard_error"], name
        assert block[name]["standard_error"] < 0.01


def test_a_fall_of_the_right_that_takes_the_product_along_strikes_both() -> None:
    """No path of revenue at all: the event alone links default and a worthless right."""
    steady: dict[str, Any] = {"/revenue": {"base": 20000}, "/hazard/annual": 0.1, "/borrower/lost_with_right": 0.5}
    block = assess(changed(SHARED_FATE, steady | {"/borrower/operating_margin": 0.04}))
    assert block["wrong_way"]["correlation_of_default_and_low_value"]["value"] > 0.5
    assert block["loan"]["recovery_given_default"]["mean"]["value"] == 0
    assert block["loan"]["loss_given_default"] == {"value": 1, "standard_error": 0}
    unharmed = assess(
        changed(SHARED_FATE, steady | {"/borrower/operating_margin": 0.04, "/borrower/lost_with_right": 0})
    )
    assert unharmed["loan"]["probability_of_default"]["value"] == 0
    assert unharmed["wrong_way"]["recovery_given_default"] == {"value": None, "standard_error": None}
