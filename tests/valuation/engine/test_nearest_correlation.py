"""Higham's nearest correlation matrix: the published ones, its optimality, and consent."""

import numpy as np
import pytest

from valuation import engine
from valuation.engine.nearest_correlation import TooMuchChanged, is_correlation, nearest_correlation

HIGHAM = np.array([[2.0, -1, 0, 0], [-1, 2, -1, 0], [0, -1, 2, -1], [0, 0, -1, 2]])
NAG = np.array([[1.0, 1, 0], [1, 1, 1], [0, 1, 1]])


def test_the_published_matrices() -> None:
    """Higham (2002), section 4: the tridiagonal matrix of order 4; Higham (1988) and the NAG example of order 3."""
    expected = [
        [1, -0.8084, 0.1916, 0.1068],
        [-0.8084, 1, -0.6562, 0.1916],
        [0.1916, -0.6562, 1, -0.8084],
        [0.1068, 0.1916, -0.8084, 1],
    ]
    np.testing.assert_allclose(nearest_correlation(HIGHAM, consent=True).matrix, expected, atol=6e-5)
    expected = [[1, 0.7607, 0.1573], [0.7607, 1, 0.7607], [0.1573, 0.7607, 1]]
    np.testing.assert_allclose(nearest_correlation(NAG, consent=True).matrix, expected, atol=6e-5)


def test_the_change_is_told_and_needs_consent() -> None:
    with pytest.raises(TooMuchChanged, match=r"by 0\.2393, more than 0\.05"):
        nearest_correlation(NAG)
    repair = nearest_correlation(NAG, consent=True)
    np.testing.assert_array_equal(repair.change, repair.matrix - NAG)
    assert repair.largest_change == np.max(np.abs(repair.change)) == pytest.approx(0.2393, abs=5e-5)
    assert repair.consented


def test_a_small_repair_passes_without_consent() -> None:
    given = np.array([[1, 0.9, 0.51], [0.9, 1, 0.85], [0.51, 0.85, 1]])
    given[0, 2] = given[2, 0] = 0.9 * 0.85 - 0.24
    assert not is_correlation(given)
    repair = nearest_correlation(given)
    assert (0 < repair.largest_change <= 0.05, repair.consented) == (True, False)
    assert is_correlation(repair.matrix)


def test_a_correlation_matrix_comes_back_as_it_is() -> None:
    good = np.array([[1, 0.3], [0.3, 1]])
    repair = nearest_correlation(good)
    np.testing.assert_array_equal(repair.matrix, good)
    assert repair.largest_change == 0


@pytest.mark.parametrize("seed", range(6))
def test_no_other_correlation_matrix_is_nearer(seed: int) -> None:
    """At the nearest point the way back is normal to the set: no correlation matrix lies further that way."""
    random = np.random.default_rng(seed)
    given = np.clip(random.normal(scale=0.7, size=(5, 5)), -1, 1)
    given = (given + given.T) / 2
    np.fill_diagonal(given, 1)
    repair = nearest_correlation(given, consent=True)
    assert is_correlation(repair.matrix)
    for _ in range(200):
        factor = random.normal(size=(5, 3))
        factor /= np.linalg.norm(factor, axis=1, keepdims=True)
        assert np.sum((given - repair.matrix) * (factor @ factor.T - repair.matrix)) <= 1e-6


def test_the_calculator_takes_what_it_had_refused() -> None:
    laws = {name: {"distribution": "uniform", "low": 0.1, "high": 0.2} for name in ("a", "b", "c")}
    document = {
        "method": "cost",
        "cost": {"items": [{"amount": 100}], "obsolescence": laws},
        "simulation": {"paths": 256},
        "correlation": {"names": [f"/cost/obsolescence/{name}" for name in laws], "matrix": NAG.tolist()},
    }
    with pytest.raises(ValueError, match="positive semidefinite"):
        engine.value(document)
    document["correlation"]["matrix"] = nearest_correlation(NAG, consent=True).matrix.tolist()
    assert engine.value(document)["simulation"]["paths"] == 256


@pytest.mark.parametrize("given", [[[1, 0.5], [0.4, 1]], [[1.0, 0.5, 0]], [[1, np.inf], [np.inf, 1]]])
def test_what_is_no_symmetric_matrix_is_refused(given: list[list[float]]) -> None:
    with pytest.raises(ValueError, match="given"):
        nearest_correlation(np.array(given), consent=True)
