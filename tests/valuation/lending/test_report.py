"""What the result says is what the paths hold, counted again in the plainest way."""

from typing import Any

import numpy as np
import pytest

from tests.valuation.engine.spoilt import changed
from tests.valuation.lending.specimens import CERTAIN, PATENT
from valuation.engine.sampling import SimulationRequest
from valuation.lending import assess
from valuation.lending.document import Assessment, read
from valuation.lending.estimates import Estimate, quantile_where
from valuation.lending.sample import Sample, simulate
from valuation.lending.sizes import Lending

REQUEST = SimulationRequest(4096, "sobol", 7, antithetic=False)


@pytest.fixture(scope="module")
def result() -> dict[str, Any]:
    return assess(PATENT)


@pytest.fixture(scope="module")
def sample() -> Sample:
    asked = read(PATENT)
    assert isinstance(asked, Assessment)
    return simulate(asked.model, asked.randomness, REQUEST)


def test_the_rows_of_the_instalments_are_counts_over_the_paths(result: dict[str, Any], sample: Sample) -> None:
    asked = read(PATENT)
    assert isinstance(asked, Assessment)
    first = Lending(1000, asked.model.instalments, sample).outcome(1000).first
    for place, row in enumerate(result["instalments"]):
        terms = PATENT["loan"]["repayments"][place]
        assert row["at"] == terms["at"]
        assert row["amount"] == terms["principal"] + terms["interest"]
        assert row["exposure"] == pytest.approx(125 * (8 - place) + terms["interest"])
        cover = sample.cash[place] / row["amount"]
        assert row["cover"]["value"] == pytest.approx(cover.mean(), rel=1e-12)
        assert row["cover"]["quantiles"]["p5"]["value"] == pytest.approx(np.quantile(cover, 0.05), rel=1e-12)
        assert row["probability_cover_below_one"]["value"] == np.mean(sample.cash[place] < row["amount"])
        assert row["probability_of_default"]["value"] == np.mean(first == place)
        assert row["probability_of_default_so_far"]["value"] == np.mean([each in range(place + 1) for each in first])
    assert result["loan"]["probability_of_default"] == result["instalments"][-1]["probability_of_default_so_far"]


def test_the_revenue_of_the_product_is_given_by_period(sample: Sample) -> None:
    dated = {"/valuation_date": "2026-06-30", "/horizon": {"years": 3, "first_year_end": "2026-12-31"}}
    rows = assess(changed(PATENT, dated | {"/revenue": {"base": 20000, "growth": 0.1}}))["product_revenue"]["product"]
    assert [row["period"] for row in rows] == [1, 2, 3, 4]
    stub = 184 / 365
    assert [row["start"] for row in rows] == pytest.approx([0, stub, 1 + stub, 2 + stub])
    assert [row["end"] for row in rows] == pytest.approx([stub, 1 + stub, 2 + stub, 3])
    whole = [20000 * stub, 22000, 24200, 26620 * (1 - stub)]
    assert [row["mean"]["value"] for row in rows] == pytest.approx(whole, rel=1e-12)
    grown = assess(PATENT)["product_revenue"]["product"][4]["quantiles"]
    for percent in (10, 50, 90):
        expected = np.quantile(sample.revenue["product"][4], percent / 100)
        assert grown[f"p{percent}"]["value"] == pytest.approx(expected, rel=1e-12)


def test_the_block_of_the_loan_is_counted_over_the_paths(result: dict[str, Any], sample: Sample) -> None:
    asked = read(PATENT)
    assert isinstance(asked, Assessment)
    fate, block = Lending(1000, asked.model.instalments, sample).outcome(1000), result["loan"]
    hit = fate.has_defaulted
    assert block["probability_value_below_loan"]["value"] == np.mean(sample.value < 1000)
    assert block["probability_recovery_below_loan"]["value"] == np.mean(sample.sold_today < 1000)
    short = np.mean(fate.recovery[hit] < fate.exposure[hit])
    assert block["probability_recovery_below_exposure_given_default"]["value"] == pytest.approx(short, rel=1e-12)
    assert block["exposure_given_default"]["value"] == pytest.approx(fate.exposure[hit].mean(), rel=1e-12)
    assert block["loss_given_default"]["value"] == pytest.approx(fate.loss.sum() / fate.exposure.sum(), rel=1e-12)
    assert block["expected_loss"]["value"] == pytest.approx(fate.loss.mean(), rel=1e-12)
    assert block["loan_to_value"] == pytest.approx(1000 / sample.value.mean(), rel=1e-12)
    after, today = block["recovery_given_default"], block["recovery_if_sold_today"]
    assert after["mean"]["value"] == pytest.approx(fate.recovery[hit].mean(), rel=1e-12)
    assert today["mean"]["value"] == pytest.approx(sample.sold_today.mean(), rel=1e-12)
    for percent in (5, 25, 50, 75, 95):
        name = f"p{percent}"
        assert after["quantiles"][name]["value"] == pytest.approx(np.quantile(fate.recovery[hit], percent / 100))
        assert today["quantiles"][name]["value"] == pytest.approx(np.quantile(sample.sold_today, percent / 100))


def test_how_default_and_value_hang_together_is_counted_over_the_paths(result: dict[str, Any], sample: Sample) -> None:
    asked = read(PATENT)
    assert isinstance(asked, Assessment)
    fate, block = Lending(1000, asked.model.instalments, sample).outcome(1000), result["wrong_way"]
    linked = np.corrcoef(fate.has_defaulted, -sample.value)[0, 1]
    assert block["correlation_of_default_and_low_value"]["value"] == pytest.approx(linked, rel=1e-9)
    sums = [np.mean(fate.first == at) * sample.recovery[at].mean() for at in range(8)]
    independent = sum(sums) / np.mean(fate.has_defaulted)
    assert block["recovery_if_independent"]["value"] == pytest.approx(independent, rel=1e-12)
    assert block["recovery_if_independent"]["standard_error"] > 0


def test_just_enough_is_enough() -> None:
    """Value, recovery and cash that equal what is due cover it."""
    due = {
        "amount": 1000,
        "repayments": [{"at": 1, "principal": 1000}],
        "liquidation": {"time_to_sale_years": 0, "factor": 1},
    }
    free = {
        "/discount_rate/capm": {"risk_free": 0, "beta": 0, "equity_risk_premium": 0},
        "/tax_rate": 0,
        "/decay/rate": 0,
    }
    flat = {"/revenue": {"base": 8000}, "/royalty_rate": 0.125, "/horizon": {"years": 2}, "/loan": due}
    exact = changed(CERTAIN, free | flat | {"/borrower": {"operating_margin": 0.125}})
    block = assess(changed(exact, {"/loan/curve": [1000, 1000.5, 2000, 2000.5]}))
    assert block["loan"]["probability_of_default"]["value"] == 0
    assert block["instalments"][0]["cover"]["value"] == 1
    assert block["instalments"][0]["probability_cover_below_one"]["value"] == 0
    shares = [row["probability_value_below_loan"]["value"] for row in block["curve"]]
    assert shares == [row["probability_recovery_below_loan"]["value"] for row in block["curve"]] == [0, 0, 0, 1]
    assert [row["probability_of_default"]["value"] for row in block["curve"]] == [0, 1, 1, 1]
    missed = assess(changed(exact, {"/borrower/existing_debt_service": 1}))["loan"]
    assert missed["probability_of_default"]["value"] == 1
    assert missed["recovery_given_default"]["mean"]["value"] == 1000 == missed["exposure_given_default"]["value"]
    assert missed["probability_recovery_below_exposure_given_default"]["value"] == 0
    assert missed["expected_loss"]["value"] == 0


def test_the_principal_may_miss_the_amount_by_rounding_alone() -> None:
    third = [{"at": at, "principal": 1e12 / 3} for at in (1, 2, 3)]
    large = changed(CERTAIN, {"/loan/amount": 1e12 + 10, "/loan/repayments": third})
    assert assess(large)["loan"]["amount"] == 1e12 + 10


def test_a_shock_is_not_in_the_point_and_has_mean_one() -> None:
    shaken = {"annual": 500, "shock": {"speed": 0.5, "volatility": 0.6}}
    terms = {"/borrower": {"operating_margin": 0, "other_income": shaken}, "/simulation/largest_paths": 65536}
    rows = assess(changed(CERTAIN, terms))["instalments"]
    for row in rows:
        cash = row["cover"]["value"] * row["amount"]
        assert cash == pytest.approx(125, abs=4 * row["cover"]["standard_error"] * row["amount"])
    calm = changed(CERTAIN, terms | {"/borrower/other_income/shock/volatility": 0})
    assert [row["cover"]["value"] * row["amount"] for row in assess(calm)["instalments"]] == pytest.approx([125] * 8)


def test_a_figure_of_few_defaults_says_that_its_error_is_unknown() -> None:
    samples = np.arange(4096.0)
    one = np.zeros(4096, dtype=np.bool_)
    assert quantile_where(samples, one, 50) == Estimate(None, None)
    one[17] = True
    assert quantile_where(samples, one, 50) == Estimate(17.0, None)
    with pytest.raises(ValueError, match="no figure"):
        quantile_where(samples, one, 50).interval(0.9)
