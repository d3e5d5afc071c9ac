"""Loans of other sizes on the same paths: the curve, the largest loan, the royalty that just carries the loan."""

from typing import Any

import numpy as np
import pytest

from tests.valuation.engine.spoilt import REMOVED, changed
from tests.valuation.lending.specimens import CERTAIN, PACKAGE, PATENT
from valuation.engine.sampling import SimulationRequest
from valuation.lending import assess
from valuation.lending.document import Assessment, read
from valuation.lending.sample import simulate
from valuation.lending.sizes import MEASURES, Lending, Tolerance, largest_loan

REQUEST = SimulationRequest(4096, "sobol", 2, antithetic=False)


def lending(document: dict[str, Any]) -> Lending:
    asked = read(document)
    assert isinstance(asked, Assessment)
    return Lending(asked.amount, asked.model.instalments, simulate(asked.model, asked.randomness, REQUEST))


def test_the_curve_at_the_loan_is_the_loan() -> None:
    result = assess(changed(PATENT, {"/loan/curve": [2000, 1000]}))
    assert [row["amount"] for row in result["curve"]] == [1000, 2000]
    row, block = result["curve"][0], result["loan"]
    assert {name: block[name] for name in row} == row


def test_a_point_of_the_curve_is_the_run_of_that_loan() -> None:
    """A loan of half the amount, written as its own document, on the same draws."""
    half = [{"at": row["at"], "principal": row["principal"] / 2, "interest": row["interest"] / 2} for row in PATENT["loan"]["repayments"]]  # fmt: skip # noqa: E501
    alone = assess(changed(PATENT, {"/loan/amount": 500, "/loan/repayments": half}))["loan"]
    row = assess(changed(PATENT, {"/loan/curve": [500]}))["curve"][0]
    for name in row:
        assert alone[name] == pytest.approx(row[name], rel=1e-12)


def test_without_amounts_the_curve_climbs_to_the_mean_value() -> None:
    rows = assess(PATENT)["curve"]
    assert [row["loan_to_value"] for row in rows] == pytest.approx([step / 20 for step in range(1, 21)])


@pytest.mark.parametrize(
    "measure", ["probability_value_below_loan", "probability_of_default", "probability_recovery_below_loan"]
)
def test_probabilities_never_fall_as_the_loan_grows(measure: str) -> None:
    rows = assess(changed(PATENT, {"/loan/curve": [50 * step for step in range(1, 60)]}))["curve"]
    shares = [row[measure]["value"] for row in rows]
    assert shares == sorted(shares)
    assert shares[-1] > shares[0]


@pytest.mark.parametrize("measure", MEASURES)
def test_the_largest_loan_meets_the_tolerance_and_a_little_more_does_not(measure: str) -> None:
    question = lending(changed(PATENT, {"/hazard/annual": 0.002}))
    found = largest_loan(question, Tolerance(measure, 0.05))
    amount = found["amount"]["value"]
    assert found["is_bound_by_tolerance"]
    assert amount > 0
    assert MEASURES[measure](question, amount) <= 0.05 < MEASURES[measure](question, amount * 1.002)
    assert 0 < found["amount"]["standard_error"] < 0.1 * amount


def test_the_largest_loan_by_value_is_a_quantile_of_it() -> None:
    question = lending(PATENT)
    amount = largest_loan(question, Tolerance("probability_value_below_loan", 0.25))["amount"]["value"]
    assert amount == pytest.approx(np.sort(question.sample.value)[1024], rel=1e-6)


def test_no_loan_is_small_enough_where_the_right_falls_too_often() -> None:
    question = lending(changed(PATENT, {"/hazard/annual": 0.5}))
    found = largest_loan(question, Tolerance("probability_value_below_loan", 0.1))
    assert found["amount"]["value"] == pytest.approx(0, abs=1e-3)


def test_a_tolerance_that_nothing_breaks_bounds_nothing() -> None:
    rich = changed(CERTAIN, {"/borrower": {"operating_margin": 1}})
    found = largest_loan(lending(rich), Tolerance("probability_of_default", 0.1))
    assert (found["is_bound_by_tolerance"], found["amount"]["value"]) == (False, None)
    assert found["within_up_to"] == pytest.approx(assess(rich)["point"]["value"])


def test_the_document_states_the_tolerance() -> None:
    stated = {"measure": "expected_loss_rate", "at_most": 0.02}
    found = assess(changed(PATENT, {"/loan/tolerance": stated}))["largest_loan"]
    assert {name: found[name] for name in stated} == stated
    assert assess(PATENT)["largest_loan"] is None


@pytest.mark.parametrize("costs", [0, 40])
def test_at_the_break_even_royalty_the_mean_value_is_the_loan(costs: float) -> None:
    document = changed(PATENT, {"/royalty_rate": 0.03, "/costs": costs})
    found = assess(document)["break_even"]
    again = assess(changed(document, {"/royalty_rate": found["shares"][""]}))
    assert again["distribution"]["mean"]["value"] == pytest.approx(1000, rel=1e-9)
    assert found["shares"][""] == pytest.approx(0.03 * found["multiple"]["value"], rel=1e-12)
    assert 0 < found["multiple"]["standard_error"] < 0.01


def test_the_break_even_of_a_random_royalty_is_at_its_mean() -> None:
    found = assess(PATENT)["break_even"]
    mean = (0.02 + 4 * 0.035 + 0.06) / 6
    assert found["shares"][""] == pytest.approx(mean * found["multiple"]["value"], rel=1e-12)


def test_a_cap_keeps_its_hold_on_the_break_even() -> None:
    document = changed(PACKAGE, {"/loan/amount": 4000, "/loan/repayments": [{"at": 1, "principal": 4000}]})
    found = assess(document)["break_even"]
    free = assess(changed(document, {"/portfolio/overlap": {"rule": "none"}}))["break_even"]
    assert set(found["shares"]) == {"first", "second", "mark"}
    assert found["multiple"]["value"] >= free["multiple"]["value"]
    beyond = changed(document, {"/loan/amount": 5000, "/loan/repayments/0/principal": 5000})
    assert assess(beyond)["break_even"] == {"multiple": {"value": None, "standard_error": None}, "shares": {}}
    assert assess(changed(beyond, {"/portfolio/overlap": {"rule": "none"}}))["break_even"]["multiple"]["value"] > 0


def test_a_list_of_royalties_is_scaled_as_a_list() -> None:
    rates = [0.05, 0.05, 0.04, 0.04, 0.03, 0.02]
    found = assess(changed(PATENT, {"/royalty_rate": rates}))["break_even"]
    assert found["shares"][""] == pytest.approx([rate * found["multiple"]["value"] for rate in rates])


def test_a_right_without_a_share_of_revenue_has_no_break_even_royalty() -> None:
    changes: dict[str, Any] = {
        "/method": "multi_period_excess_earnings",
        "/operating_costs": {"share_of_revenue": 0.95},
        "/royalty_rate": REMOVED,
    }
    result = assess(changed(PATENT, changes))
    assert result["break_even"]["multiple"]["value"] is None
    assert result["distribution"]["mean"]["value"] > 0
