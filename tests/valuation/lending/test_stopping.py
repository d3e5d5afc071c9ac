"""The paths double until every error is within its bound, or the run says aloud that they did not suffice."""

from dataclasses import replace

import pytest

from tests.valuation.engine.spoilt import changed
from tests.valuation.lending.specimens import APPRAISAL, CERTAIN, PATENT
from valuation.engine.sampling import SimulationRequest
from valuation.lending import assess
from valuation.lending.estimates import Estimate
from valuation.lending.stopping import LARGEST_DEFAULT, REACHED, Plan, run_until

PLAN = Plan(SimulationRequest(4096, "sobol", 0, antithetic=False), 65536)
BOUNDS = {"mean": 0.001 * 500, "p5": 0.005 * 500, "probability_of_default": 0.002}


def stopped(figure: str, errors: dict[int, float]):
    """Run a figure of value 500 (or 0.5) whose error at each size is given."""
    size = 0.5 if figure.startswith("probability") else 500.0
    return run_until(PLAN, lambda request: request.paths, lambda paths: {figure: Estimate(size, errors[paths])})


@pytest.mark.parametrize(("figure", "bound"), BOUNDS.items())
def test_each_error_has_its_bound(figure: str, bound: float) -> None:
    run = stopped(figure, {4096: bound * 1.001, 8192: bound})
    assert (run.request.paths, run.unmet, run.warnings) == (8192, (), [])
    assert [row["unmet"] for row in run.convergence] == [[figure], []]


def test_a_run_that_reaches_its_largest_size_says_so() -> None:
    run = stopped("mean", dict.fromkeys([2**k for k in range(12, 17)], 1.0))
    assert [row["paths"] for row in run.convergence] == [4096, 8192, 16384, 32768, 65536]
    assert run.unmet == ("mean",)
    assert run.warnings == [{"pointer": "/simulation/largest_paths", "code": REACHED}]
    assert run.report(PLAN)["rule_met"] is False


def test_a_run_that_meets_the_rule_at_its_largest_size_says_nothing() -> None:
    run = stopped("mean", {2**k: 1.0 for k in range(12, 16)} | {65536: 0.1})
    assert (run.unmet, run.warnings) == ((), [])


def test_a_quantile_at_nought_that_wavers_is_not_met() -> None:
    run = run_until(replace(PLAN, largest_paths=4096), lambda request: 0, lambda _: {"p5": Estimate(0.0, 0.001)})
    assert run.unmet == ("p5",)


def test_a_document_stops_where_its_errors_allow() -> None:
    quick = assess(CERTAIN)["simulation"]
    assert (quick["paths"], quick["rule_met"], len(quick["convergence"])) == (4096, True, 1)
    enough = assess(changed(PATENT, {"/simulation": {"seed": 1}}))
    block = enough["simulation"]
    assert block["largest_paths"] == LARGEST_DEFAULT
    assert 4096 < block["paths"] <= LARGEST_DEFAULT
    assert block["rule_met"]
    assert REACHED not in [row["code"] for row in enough["warnings"]]
    last = block["convergence"][-1]
    assert last["mean"] == enough["distribution"]["mean"]
    assert last["mean"]["standard_error"] <= 0.001 * last["mean"]["value"]
    assert last["p5"]["standard_error"] <= 0.005 * last["p5"]["value"]
    assert last["probability_of_default"]["standard_error"] <= 0.002
    assert block["convergence"][0]["unmet"] != []


def test_a_document_that_may_not_grow_warns() -> None:
    result = assess(PATENT)
    assert {"pointer": "/simulation/largest_paths", "code": REACHED} in result["warnings"]
    assert result["simulation"]["unmet"] == result["simulation"]["convergence"][-1]["unmet"] != []


def test_an_appraisal_is_judged_by_its_mean_alone() -> None:
    result = assess(APPRAISAL | {"simulation": {}})
    (row,) = result["simulation"]["convergence"]
    assert set(row) == {"paths", "mean", "unmet"}
    assert result["expected_value"] == row["mean"]
    assert result["expected_value"]["value"] == pytest.approx(result["point"]["value"], rel=1e-4)
