"""Stated intervals hold what they say: 90 % of them cover the truth, in 86 to 94 % of 400 runs.

The truth is a formula where there is one, and a run of many more points under another seed where there is none.
"""

from functools import cache
from typing import Any

import pytest

from tests.valuation.engine.spoilt import changed
from tests.valuation.lending.specimens import PATENT
from valuation.engine.sampling import SimulationRequest
from valuation.lending.document import Assessment, read
from valuation.lending.estimates import Estimate, ratio_of
from valuation.lending.report import figures, wrong_way
from valuation.lending.sample import simulate
from valuation.lending.sizes import Lending

DOCUMENT = changed(
    PATENT,
    {
        "/loan/repayments": [{"at": year, "principal": 250, "interest": 40} for year in range(1, 5)],
        "/hazard/annual": 0.02,
    },
)
PATHS, TRUE_PATHS, TRUE_SEED = 8192, 2**20, 10**6
FIGURES = (
    *("mean", "p5", "probability_value_below_loan", "probability_recovery_below_loan", "probability_of_default"),
    *("loss_given_default", "expected_loss_rate", "recovery_shortfall"),
)


def run(seed: int, paths: int = PATHS) -> dict[str, Estimate]:
    asked = read(DOCUMENT)
    assert isinstance(asked, Assessment)
    sample = simulate(asked.model, asked.randomness, SimulationRequest(paths, "sobol", seed, antithetic=False))
    lending = Lending(asked.amount, asked.model.instalments, sample)
    result = lending.outcome(asked.amount)
    shortfall: dict[str, Any] = wrong_way(sample, result)["recovery_shortfall"]
    return figures(lending) | {
        "loss_given_default": ratio_of(result.loss, result.exposure),
        "expected_loss_rate": ratio_of(result.loss, 0 * result.loss + 1000),
        "recovery_shortfall": Estimate(**shortfall),
    }


@cache
def truth() -> dict[str, Estimate]:
    return run(TRUE_SEED, TRUE_PATHS)


def covered(runs: int) -> dict[str, float]:
    """Give the share of the first `runs` seeds whose 90 % interval holds the truth, by figure."""
    found = dict.fromkeys(FIGURES, 0)
    for seed in range(runs):
        for name, estimate in run(seed).items():
            low, high = estimate.interval(0.9)
            exact = truth()[name].value
            assert exact is not None
            found[name] += low <= exact <= high
    return {name: count / runs for name, count in found.items()}


def test_a_few_intervals_cover_about_as_often_as_they_say() -> None:
    assert {name: share for name, share in covered(40).items() if not 0.75 <= share <= 1} == {}


@pytest.mark.proof
def test_stated_90_percent_intervals_cover_86_to_94_percent_of_400_runs() -> None:
    assert {name: share for name, share in covered(400).items() if not 0.86 <= share <= 0.94} == {}


def test_the_truth_is_known_much_better_than_a_run() -> None:
    for name, estimate in run(0).items():
        exact = truth()[name].standard_error
        assert exact is not None
        assert estimate.standard_error is not None
        assert exact < estimate.standard_error / 5, name
