"""Shapley effects against the closed forms of linear Gaussian models."""

import math
from itertools import permutations
from typing import Any

import numpy as np
import pytest

from valuation.engine.shapley import effects_of_document, shapley_effects


def linear_gaussian(slopes: np.ndarray, correlation: np.ndarray, groups: list[list[int]]) -> list[float]:
    """Give the exact effects: averages over all orders of what each group takes from the conditional variance."""

    def explained(known: list[int]) -> float:
        if not known:
            return 0.0
        inner, cross = correlation[np.ix_(known, known)], correlation[known]
        loaded = cross @ slopes
        return float(loaded @ np.linalg.solve(inner, loaded))

    effects, orders = np.zeros(len(groups)), list(permutations(range(len(groups))))
    for order in orders:
        known: list[int] = []
        for group in order:
            before = explained(known)
            known = known + groups[group]
            effects[group] += explained(known) - before
    return list(effects / len(orders) / float(slopes @ correlation @ slopes))


CASES = [
    ([1.0, 1.0, 1.0], 0.0, [[0], [1], [2]]),
    ([1.0, 2.0, 0.5], 0.6, [[0], [1], [2]]),
    ([1.0, 0.0, 2.0], -0.8, [[0], [1], [2]]),
    ([1.0, 0.7, 0.5], 0.9, [[0, 2], [1]]),
]


@pytest.mark.parametrize(("slopes", "rho", "groups"), CASES)
def test_linear_gaussian_effects_are_the_closed_ones(slopes: list[float], rho: float, groups: list[list[int]]) -> None:
    correlation = np.eye(3)
    correlation[1, 2] = correlation[2, 1] = rho
    weights = np.array(slopes)
    found = shapley_effects(lambda z: 10 + np.sum(weights[:, None] * z, axis=0), correlation, groups, pairs=65_536)
    exact = linear_gaussian(weights, correlation, groups)
    for effect, error, expected in zip(found.effects, found.standard_errors, exact, strict=True):
        assert abs(effect - expected) <= max(4 * error, 1e-12)
        assert error < 0.01
    assert math.fsum(found.effects) == pytest.approx(1, abs=1e-9)
    assert found.variance == pytest.approx(float(weights @ correlation @ weights), rel=0.03)


def test_the_published_formula_for_three_inputs_of_which_two_depend() -> None:
    """Iooss & Prieur (2019), doi 10.1615/Int.J.UncertaintyQuantification.2019028372, on two dependent inputs."""
    b1, b2, b3, rho = 1.0, 2.0, 0.5, 0.6
    variance = b1**2 + b2**2 + b3**2 + 2 * rho * b2 * b3
    published = [
        b1**2 / variance,
        (b2**2 + rho * b2 * b3 + rho**2 / 2 * (b3**2 - b2**2)) / variance,
        (b3**2 + rho * b2 * b3 + rho**2 / 2 * (b2**2 - b3**2)) / variance,
    ]
    correlation = np.array([[1, 0, 0], [0, 1, rho], [0, rho, 1]])
    assert linear_gaussian(np.array([b1, b2, b3]), correlation, [[0], [1], [2]]) == pytest.approx(published, rel=1e-12)


def test_a_driver_without_slope_earns_by_what_it_tells_of_others() -> None:
    correlation = np.array([[1, 0.8], [0.8, 1]])
    found = shapley_effects(lambda z: z[0], correlation, [[0], [1]], pairs=65_536)
    assert found.effects[1] == pytest.approx(0.32, abs=0.02)


def test_eight_groups_and_no_more() -> None:
    found = shapley_effects(lambda z: np.sum(z, axis=0), np.eye(8), [[place] for place in range(8)], pairs=4096)
    assert math.fsum(found.effects) == pytest.approx(1, abs=1e-9)
    assert found.effects == pytest.approx([1 / 8] * 8, abs=0.02)
    with pytest.raises(ValueError, match="from 1 to 8"):
        shapley_effects(lambda z: z[0], np.eye(9), [[place] for place in range(9)])


@pytest.mark.parametrize("groups", [[[0]], [[0], [0, 1]], [[0], [1], [2]], []])
def test_groups_that_do_not_divide_the_dimensions_are_refused(groups: list[list[int]]) -> None:
    with pytest.raises(ValueError, match="groups"):
        shapley_effects(lambda z: z[0], np.eye(2), groups)


def test_a_constant_and_a_broken_number_of_pairs_are_refused() -> None:
    with pytest.raises(ValueError, match="does not vary"):
        shapley_effects(lambda z: np.zeros(z.shape[1]), np.eye(1), [[0]])
    with pytest.raises(ValueError, match="pairs"):
        shapley_effects(lambda z: z[0], np.eye(1), [[0]], pairs=100)


NORMAL = {"distribution": "normal", "mean": 0.1, "sd": 0.01}
DOCUMENT: dict[str, Any] = {
    "method": "cost",
    "cost": {
        "items": [{"amount": 1000}],
        "obsolescence": {"a": NORMAL, "b": NORMAL, "c": NORMAL},
        "obsolescence_combination": "additive",
    },
    "simulation": {"paths": 256},
    "correlation": {"names": ["/cost/obsolescence/c", "/cost/obsolescence/b"], "matrix": [[1, 0.6], [0.6, 1]]},
}


def test_a_documents_drivers_under_its_own_copula() -> None:
    correlation = np.array([[1, 0, 0], [0, 1, 0.6], [0, 0.6, 1]])
    exact = linear_gaussian(np.ones(3), correlation, [[0], [1], [2]])
    found = effects_of_document(DOCUMENT, pairs=32_768)
    assert list(found) == ["/cost/obsolescence/a", "/cost/obsolescence/b", "/cost/obsolescence/c"]
    for row, expected in zip(found.values(), exact, strict=True):
        assert abs(row["effect"] - expected) <= 4 * row["standard_error"]


def test_drivers_in_groups_with_paths_and_events() -> None:
    document = {
        "method": "relief_from_royalty",
        "horizon": {"years": 4},
        "revenue": {"base": 1e6, "growth": {"initial": 0, "long_run": 0, "speed": 1, "volatility": 0.2}},
        "royalty_rate": {"distribution": "uniform", "low": 0.02, "high": 0.04},
        "tax_rate": 0.2,
        "discount_rate": 0.1,
        "hazard": {"annual": 0.05, "mode": "event"},
        "simulation": {"paths": 256},
    }
    found = effects_of_document(document)
    assert set(found) == {"/royalty_rate", "/revenue/growth#path", "/hazard#event"}
    groups = {"market": ["/royalty_rate", "/revenue/growth#path"], "law": ["/hazard#event"]}
    together = effects_of_document(document, groups)
    assert together["law"]["effect"] == pytest.approx(found["/hazard#event"]["effect"], abs=0.05)
    with pytest.raises(ValueError, match="must divide these sources"):
        effects_of_document(document, {"market": ["/royalty_rate"]})


def test_a_student_copula_is_refused() -> None:
    correlation = DOCUMENT["correlation"] | {"copula": "student_t", "degrees_of_freedom": 4}
    with pytest.raises(ValueError, match="gaussian copula only"):
        effects_of_document(DOCUMENT | {"correlation": correlation})
