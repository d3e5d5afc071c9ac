"""Summaries of known samples, and whether the stated errors are honest."""

import math

import numpy as np
import pytest

from valuation.engine import value
from valuation.engine.sampling import SimulationRequest
from valuation.engine.summary import deviation, mean, quantile, standard_error, summarise, tail_mean

HUNDRED = np.arange(1.0, 101.0)


def test_moments_of_a_known_sample() -> None:
    assert mean(HUNDRED) == 50.5
    assert deviation(HUNDRED) == pytest.approx(np.std(HUNDRED, ddof=1), rel=1e-14)
    assert deviation(HUNDRED * 1e200) == pytest.approx(1e200 * np.std(HUNDRED, ddof=1), rel=1e-14)


def test_values_that_are_all_alike_have_no_spread() -> None:
    alike = np.full(1000, 0.1 + 0.2)
    assert (mean(alike), deviation(alike)) == (0.1 + 0.2, 0)


@pytest.mark.parametrize("percent", [1, 5, 10, 25, 50, 75, 90, 95, 99])
def test_quantiles_are_of_type_seven(percent: int) -> None:
    ascending = np.sort(np.random.default_rng(1).normal(size=257))
    assert quantile(ascending, percent) == pytest.approx(np.quantile(ascending, percent / 100), rel=1e-13)


@pytest.mark.parametrize(
    ("size", "percent", "lowest"), [(100, 5, 5), (100, 1, 1), (256, 5, 13), (256, 1, 3), (260, 5, 13)]
)
def test_a_tail_has_the_ceiling_of_its_share_of_values(size: int, percent: int, lowest: int) -> None:
    assert tail_mean(np.arange(1.0, size + 1), percent) == (1 + lowest) / 2


def test_standard_errors_follow_the_way_of_drawing() -> None:
    drawn = np.random.default_rng(2).normal(size=1600)
    alone = drawn.std(ddof=1) / 40
    assert standard_error(drawn.reshape(1, -1)) == pytest.approx(alone, rel=1e-12)
    pairs = drawn.reshape(2, -1).mean(axis=0)
    assert standard_error(drawn.reshape(2, -1)) == pytest.approx(pairs.std(ddof=1) / math.sqrt(800), rel=1e-12)
    means = drawn.reshape(16, -1).mean(axis=1)
    assert standard_error(drawn.reshape(16, -1)) == pytest.approx(means.std(ddof=1) / 4, rel=1e-12)


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (SimulationRequest(256, "sobol", 0, False), [32, 64, 128, 256]),
        (SimulationRequest(16 * 17, "latin_hypercube", 0, False), [32, 64, 128, 272]),
        (SimulationRequest(1001, "pseudo", 0, False), [125, 250, 500, 1001]),
        (SimulationRequest(1002, "pseudo", 0, True), [124, 250, 500, 1002]),
    ],
)
def test_the_convergence_table_grows_to_the_whole_run(request_: SimulationRequest, expected: list[int]) -> None:
    block = summarise(np.random.default_rng(3).normal(size=request_.paths), request_)
    assert [row["paths"] for row in block["convergence"]] == expected
    assert block["convergence"][-1] == {key: block[key] for key in ("paths", "mean", "standard_error")}


def test_value_at_risk_is_measured_from_the_mean() -> None:
    block = summarise(np.random.default_rng(3).normal(size=1000), SimulationRequest(1000, "pseudo", 0, False))
    assert block["var_95"] == block["mean"] - block["quantiles"]["p5"]
    assert block["var_99"] == block["mean"] - block["quantiles"]["p1"]


@pytest.mark.parametrize(
    "sampler",
    [
        {"sampler": "sobol"},
        {"sampler": "latin_hypercube"},
        {"sampler": "pseudo", "antithetic": True},
        {"sampler": "pseudo"},
    ],
)
def test_ninety_percent_intervals_hold_the_truth_in_about_ninety_percent_of_runs(sampler: dict[str, object]) -> None:
    """The stated error of a run is honest; t with 15 degrees of freedom for the 16 randomisations."""
    law = {"distribution": "lognormal", "mu": 0, "sigma": 0.5}
    factor = {"distribution": "pert", "low": 0, "mode": 1, "high": 3}
    document = {"method": "market", "market": {"comparables": [{"price": law, "adjustments": {"a": factor}}]}}
    truth, held = math.exp(0.125) * 7 / 6, 0
    for seed in range(400):
        block = value(document | {"simulation": {"paths": 256, "seed": seed} | sampler})["simulation"]
        held += (
            abs(block["mean"] - truth) <= (1.645 if "pseudo" in sampler.values() else 1.753) * block["standard_error"]
        )
    assert 0.86 <= held / 400 <= 0.94
