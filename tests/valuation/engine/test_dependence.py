"""Dependence between inputs: rank correlation, tails, singular matrices, and inputs left alone."""

import math
from typing import Any

import numpy as np
import pytest

from valuation.engine.dependence import Copula, triangular_factor
from valuation.engine.run import Run, read_run, simulate

NAMES = ["/cost/items/0/amount", "/cost/items/1/amount"]


def document(matrix: list[list[float]], **correlation: Any) -> dict[str, Any]:
    laws = [{"distribution": "lognormal", "mu": 0, "sigma": 0.5}, {"distribution": "uniform", "low": 0, "high": 1}]
    items = [{"amount": laws[0]}, {"amount": laws[1]}, {"amount": {"distribution": "uniform", "low": 0, "high": 1}}]
    block = {"names": NAMES, "matrix": matrix} | correlation
    return {"method": "cost", "cost": {"items": items}, "correlation": block, "simulation": {"paths": 65536, "seed": 3}}


def inputs(run: Run, paths: int = 65536) -> dict[str, np.ndarray[Any, Any]]:
    uniforms = (np.random.Philox(key=5).random_raw(run.randomness.dimensions * paths) >> 11) * 2.0**-53
    drawn = run.randomness.draws(np.clip(uniforms.reshape(-1, paths), 1e-15, 1 - 1e-15))
    return dict(drawn.inputs)


def rank_correlation(x: np.ndarray[Any, Any], y: np.ndarray[Any, Any]) -> float:
    ranks = [np.argsort(np.argsort(values)) for values in (x, y)]
    return float(np.corrcoef(ranks)[0, 1])


@pytest.mark.parametrize("wanted", [-0.9, -0.3, 0.5, 0.95])
def test_spearman_correlations_are_those_asked_for(wanted: float) -> None:
    drawn = inputs(read_run(document([[1, wanted], [wanted, 1]], measure="spearman")))
    assert rank_correlation(drawn[NAMES[0]], drawn[NAMES[1]]) == pytest.approx(wanted, abs=5 / 256)


@pytest.mark.parametrize("latent", [-0.6, 0.7])
def test_latent_correlations_give_the_rank_correlation_of_the_gaussian_copula(latent: float) -> None:
    drawn = inputs(read_run(document([[1, latent], [latent, 1]])))
    expected = 6 / math.pi * math.asin(latent / 2)
    assert rank_correlation(drawn[NAMES[0]], drawn[NAMES[1]]) == pytest.approx(expected, abs=5 / 256)


def test_an_input_that_is_not_named_stays_independent() -> None:
    drawn = inputs(read_run(document([[1, 0.9], [0.9, 1]])))
    assert abs(rank_correlation(drawn[NAMES[0]], drawn["/cost/items/2/amount"])) < 5 / 256


@pytest.mark.parametrize(
    ("copula", "share"), [({}, 0.12939), ({"copula": "student_t", "degrees_of_freedom": 4}, 0.28768)]
)
def test_a_student_copula_falls_together_where_a_gaussian_does_not(copula: dict[str, Any], share: float) -> None:
    """P(V < 0.01 | U < 0.01) at correlation 0.5: the bivariate normal distribution function, mixed over chi-square.

    Source: Demarta & McNeil (2005), section 2.3; integrated with scipy's multivariate_normal and quad.
    """
    drawn = inputs(read_run(document([[1, 0.5], [0.5, 1]], **copula)), 400_000)
    low = [drawn[name] < np.quantile(drawn[name], 0.01) for name in NAMES]
    together = np.count_nonzero(low[0] & low[1]) / np.count_nonzero(low[0])
    assert together == pytest.approx(share, abs=5 * math.sqrt(share * (1 - share) / 4000))


def test_a_student_copula_leaves_the_margins_alone() -> None:
    drawn = inputs(read_run(document([[1, 0.5], [0.5, 1]], copula="student_t", degrees_of_freedom=1)))
    uniform = np.sort(drawn[NAMES[1]])
    assert np.max(np.abs(uniform - (np.arange(65536) + 0.5) / 65536)) < 1.95 / 256


def test_perfectly_correlated_inputs_are_one_draw() -> None:
    drawn = inputs(read_run(document([[1, 1], [1, 1]])), 1000)
    ranks = [np.argsort(drawn[name]) for name in NAMES]
    np.testing.assert_array_equal(ranks[0], ranks[1])


def test_opposite_costs_cancel() -> None:
    spoilt = document([[1, -1], [-1, 1]])
    spoilt["cost"]["items"] = [{"amount": {"distribution": "normal", "mean": 100, "sd": 5}} for _ in range(2)]
    run = read_run(spoilt)
    assert run.simulation is not None
    values, _ = simulate(run, run.simulation)
    np.testing.assert_allclose(values, 200, rtol=1e-12)


@pytest.mark.parametrize(
    "matrix",
    [
        [[1, 0.5, 0.2], [0.5, 1, -0.3], [0.2, -0.3, 1]],
        [[1, 1, 0.5], [1, 1, 0.5], [0.5, 0.5, 1]],
        [[1, -0.5, -0.5], [-0.5, 1, -0.5], [-0.5, -0.5, 1]],
        [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    ],
)
def test_the_factor_gives_the_matrix_back(matrix: list[list[float]]) -> None:
    factor = triangular_factor(np.array(matrix, dtype=float))
    assert (np.triu(factor, 1) == 0).all()
    np.testing.assert_allclose(factor @ factor.T, matrix, atol=1e-12)


def test_a_matrix_at_the_edge_of_the_allowed_has_rows_of_unit_length() -> None:
    edge = np.array([[1, 1 - 5e-13, 1e-5], [1 - 5e-13, 1, -1e-7], [1e-5, -1e-7, 1]])
    factor = triangular_factor(edge)
    np.testing.assert_allclose(np.sum(factor**2, axis=1), 1, rtol=1e-12)
    np.testing.assert_allclose(factor @ factor.T, edge, atol=2e-5)


def test_extreme_student_draws_stay_within_the_unit_interval() -> None:
    copula = Copula(("a", "b"), np.eye(2), 1.0)
    drawn = copula.student_t(np.array([[1 - 2**-53, 2**-53]] * 2), np.array([2**-53, 2**-53]))
    assert ((drawn > 0) & (drawn < 1)).all()
