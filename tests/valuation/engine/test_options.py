"""Real options against published prices, each other and the limits where the answer is plain."""

import math
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from valuation.engine import value
from valuation.engine.least_squares import fit

EXACT = 1e-12
PLAIN = {
    "type": "call",
    "underlying": 100,
    "strike": 95,
    "expiry": 2,
    "risk_free": 0.05,
    "volatility": 0.3,
    "yield": 0.02,
}
LONGSTAFF_SCHWARTZ = {"type": "put", "strike": 40, "expiry": 1, "risk_free": 0.06}


def option(model: str, **fields: Any) -> dict[str, Any]:
    simulation = {"simulation": fields.pop("simulation")} if "simulation" in fields else {}
    result: dict[str, Any] = value({"method": "real_option", "option": {"model": model} | fields} | simulation)
    return result


def price(model: str, **fields: Any) -> float:
    result: float = option(model, **fields)["value"]
    return result


def test_the_gap_of_call_and_put_is_the_forward() -> None:
    gap = price("black_scholes", **PLAIN) - price("black_scholes", **PLAIN | {"type": "put"})
    assert gap == pytest.approx(100 * math.exp(-0.04) - 95 * math.exp(-0.1), rel=EXACT)


def test_a_patent_costs_its_delay() -> None:
    """Damodaran's Avonex: S 3422, K 2875, T 17, r 6.7 %, variance 0.224, y 1/17: 907 (his figure)."""
    patent = {"type": "call", "underlying": 3422, "strike": 2875, "expiry": 17, "risk_free": 0.067, "yield": 1 / 17}
    assert price("black_scholes", **patent, volatility=math.sqrt(0.224)) == pytest.approx(907, abs=1)


@pytest.mark.parametrize("kind", ["call", "put"])
def test_time_premium_is_what_lies_above_exercise_now(kind: str) -> None:
    result = option("black_scholes", **PLAIN | {"type": kind})["option"]
    assert result["intrinsic"] == (5 if kind == "call" else 0)
    assert result["time_premium"] == result["value"] - result["intrinsic"]


@pytest.mark.parametrize("kind", ["call", "put"])
@pytest.mark.parametrize("steps", [1, 2, 7])
def test_a_small_tree_is_what_rolling_it_back_by_hand_gives(kind: str, steps: int) -> None:
    fields = PLAIN | {"type": kind, "steps": steps}
    tree = option("binomial", **fields)["option"]
    assert tree["value"] == pytest.approx(rolled_back(fields, 0, 0, early=True), rel=EXACT)
    assert tree["european"] == pytest.approx(rolled_back(fields, 0, 0, early=False), rel=EXACT)
    assert price("binomial", **fields, exercise="european") == tree["european"]


def rolled_back(fields: dict[str, Any], step: int, ups: int, early: bool) -> float:
    year = fields["expiry"] / fields["steps"]
    up = math.exp(fields["volatility"] * math.sqrt(year))
    probability = (math.exp((fields["risk_free"] - fields["yield"]) * year) - 1 / up) / (up - 1 / up)
    gain = fields["underlying"] * up ** (2 * ups - step) - fields["strike"]
    payoff = max(gain if fields["type"] == "call" else -gain, 0.0)
    if step == fields["steps"]:
        return payoff
    later = [rolled_back(fields, step + 1, ups + rise, early) for rise in (0, 1)]
    held = math.exp(-fields["risk_free"] * year) * (probability * later[1] + (1 - probability) * later[0])
    return max(held, payoff) if early else held


def test_the_tree_converges_to_the_formula() -> None:
    tree = price("binomial", **PLAIN, exercise="european", steps=5000)
    assert tree == pytest.approx(price("black_scholes", **PLAIN), abs=0.005)


def test_more_chances_to_exercise_are_worth_more() -> None:
    fields = PLAIN | {"type": "put", "steps": 240, "risk_free": 0.1}
    values = [price("binomial", **fields, exercise=dates) for dates in (1, 2, 4, 12, 240)]
    assert all(later > earlier for earlier, later in pairwise(values))
    assert price("binomial", **fields) >= values[-1]
    assert values[0] == price("binomial", **fields, exercise="european")


def test_a_right_worth_more_now_is_exercised_now_only_where_that_is_allowed() -> None:
    deep = PLAIN | {"type": "put", "underlying": 10, "steps": 50, "risk_free": 0.1}
    assert price("binomial", **deep) == 85
    assert price("binomial", **deep, exercise=50) < 85


@pytest.mark.parametrize("kind", ["call", "put"])
def test_a_tall_tree_does_not_overflow(kind: str) -> None:
    fields = PLAIN | {"type": kind, "expiry": 100, "volatility": 5, "yield": 0.01}
    tree = option("binomial", **fields, steps=4000)["option"]
    assert tree["european"] == pytest.approx(price("black_scholes", **fields), rel=0.02)
    assert tree["value"] >= tree["european"]


@pytest.mark.parametrize(
    ("underlying", "volatility", "expiry", "published"),
    [(36, 0.2, 1, 4.478), (36, 0.4, 2, 8.508), (40, 0.2, 1, 2.314), (44, 0.4, 1, 3.948)],
)
def test_least_squares_prices_are_near_the_published_ones(
    underlying: float, volatility: float, expiry: float, published: float
) -> None:
    """Longstaff & Schwartz (2001), Table 1, finite differences; 50 exercises a year."""
    fields = LONGSTAFF_SCHWARTZ | {"underlying": underlying, "volatility": volatility, "expiry": expiry}
    simulation = {"paths": 32768, "seed": 1}
    result = option("lsm", **fields, exercise_dates=50 * expiry, simulation=simulation)
    assert "simulation" not in result
    assert result["run"]["seed"] == 1
    assert result["value"] == pytest.approx(published, abs=0.03)
    european = price("black_scholes", **fields)
    assert result["option"]["european"] == pytest.approx(european, abs=0.01)


@pytest.mark.parametrize("sampler", ["sobol", "latin_hypercube", "pseudo"])
def test_one_exercise_date_is_a_european_option(sampler: str) -> None:
    simulation = {"paths": 16384, "sampler": sampler}
    result = option("lsm", **PLAIN, exercise_dates=1, simulation=simulation)["option"]
    assert result["value"] == result["european"]
    assert abs(result["value"] - price("black_scholes", **PLAIN)) < 5 * result["standard_error"] + 1e-3


def test_the_paths_of_the_bridge_are_brownian() -> None:
    from valuation.engine.least_squares import BrownianLevels
    from valuation.engine.sampling import SimulationRequest

    levels = BrownianLevels(1.0, 0.0, 0.3, 2.0, 4, SimulationRequest(65536, "pseudo", 3, False))
    motion = (np.log(np.array(list(levels.backwards()))) + np.array([2, 1.5, 1, 0.5])[:, None] * 0.045) / 0.3
    expected = np.minimum.outer([2, 1.5, 1, 0.5], [2, 1.5, 1, 0.5])
    np.testing.assert_allclose(np.cov(motion), expected, atol=5 * 2 * 2**0.5 / 256)


def test_the_paper_s_intermediate_regression() -> None:
    """Longstaff & Schwartz (2001), section 1: -1.070 + 2.983 X - 1.813 X^2 at date 2."""
    level = np.array([1.08, 1.07, 0.97, 0.77, 0.84])
    cash = np.array([0.0, 0.07, 0.18, 0.20, 0.09]) * 0.94176
    expected = -1.070 + 2.983 * level - 1.813 * level**2
    np.testing.assert_allclose(fit(level, cash, 2), expected, atol=1e-3)


@pytest.mark.parametrize("degree", [1, 3, 5])
def test_the_fit_is_the_least_squares_fit(degree: int) -> None:
    x = np.exp(np.random.default_rng(4).normal(3.5, 0.4, 500))
    y = np.sin(x / 9) + x / 50
    scaled = (x - x.mean()) / x.std()
    expected = np.polynomial.Polynomial.fit(scaled, y, degree)(scaled)
    np.testing.assert_allclose(fit(x, y, degree), expected, rtol=1e-10)


def test_the_fit_of_fewer_levels_than_powers_goes_through_their_means() -> None:
    x, y = np.array([1.0, 1.0, 2.0, 2.0, 2.0]), np.array([1.0, 3.0, 5.0, 6.0, 7.0])
    np.testing.assert_allclose(fit(x, y, 4), [2, 2, 6, 6, 6], rtol=1e-12)
    np.testing.assert_allclose(fit(np.ones(3), np.array([1.0, 2.0, 6.0]), 3), [3, 3, 3], rtol=1e-12)


def test_too_few_paths_in_the_money_are_not_regressed_on() -> None:
    rows = [[1, 0.5, 0.9], [1, 0.6, 1.4], [1, 1.5, 1.2]]
    fields = {"type": "put", "strike": 1.1, "expiry": 2, "risk_free": 0.0, "path_matrix": rows}
    result = option("lsm", **fields, degree=2)["option"]
    assert result["value"] == pytest.approx(0.2 / 3, rel=EXACT)
    assert result["value"] == result["european"]
    assert option("lsm", **fields, degree=1)["option"]["value"] > result["value"]
    assert result["intrinsic"] == pytest.approx(0.1, rel=EXACT)
    cash = np.array([0.2, 0, 0])
    assert result["standard_error"] == pytest.approx(cash.std(ddof=1) / math.sqrt(3), rel=EXACT)


def test_swapping_against_a_sure_asset_is_a_call() -> None:
    swap = {"underlying": 100, "yield": 0.02, "volatility": 0.3, "correlation": 0.4, "expiry": 2}
    sure = {"underlying": 95 * math.exp(-0.1), "volatility": 1e-9}
    assert price("margrabe", **swap, second=sure) == pytest.approx(price("black_scholes", **PLAIN), rel=1e-7)


def test_swapping_like_for_like_is_worth_the_gap() -> None:
    swap = {"underlying": 100, "volatility": 0.3, "correlation": 1, "expiry": 2}
    assert price("margrabe", **swap, second={"underlying": 90, "volatility": 0.3}) == 10
    assert price("margrabe", **swap, second={"underlying": 100, "volatility": 0.3}) == 0


def test_an_uncertain_underlying_is_simulated_and_analysed() -> None:
    law = {"distribution": "uniform", "low": 80, "high": 120}
    document = {"method": "real_option", "option": {"model": "black_scholes"} | PLAIN | {"underlying": law}}
    document |= {"simulation": {"paths": 4096}, "sensitivity": {"tornado": [0.1, 0.9], "sobol": True}}
    result = value(document)
    assert result["value"] == price("black_scholes", **PLAIN)
    assert result["simulation"]["mean"] > result["value"], "an option is convex in its underlying"
    assert result["sensitivity"]["tornado"][0]["low"] == pytest.approx(
        price("black_scholes", **PLAIN | {"underlying": 84})
    )
    assert result["sensitivity"]["sobol"]["/option/underlying"] == pytest.approx({"first": 1, "total": 1}, abs=1e-9)
