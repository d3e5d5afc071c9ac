"""Each law against an independent implementation of it and against its own definition."""

import math
from functools import partial
from typing import Any

import numpy as np
import pytest
from scipy import integrate, special, stats

from valuation.engine.distributions import (
    Discrete,
    Distribution,
    Lognormal,
    Normal,
    ScaledBeta,
    Triangular,
    TruncatedNormal,
    Uniform,
    draw,
)
from valuation.engine.document import BELOW_ONE, NON_NEGATIVE, POSITIVE, UNIT, Domain
from valuation.engine.quantile_table import beta_table

GRID = np.array([1e-12, 1e-6, 0.001, 0.05, 0.25, 0.5, 0.7, 0.95, 0.999, 1 - 1e-9])
PAIRS: list[tuple[Distribution, Any]] = [
    (Uniform(-2, 5), stats.uniform(-2, 7)),
    (Triangular(1, 2, 7), stats.triang(1 / 6, 1, 6)),
    (Triangular(1, 1, 7), stats.triang(0, 1, 6)),
    (Triangular(1, 7, 7), stats.triang(1, 1, 6)),
    (ScaledBeta.pert(5, 8, 20, 4), stats.beta(1.8, 4.2, 5, 15)),
    (ScaledBeta(0.8, 3, 2, 4), stats.beta(0.8, 3, 2, 2)),
    (Normal(3, 0.5), stats.norm(3, 0.5)),
    (TruncatedNormal(0.05, 0.02, 0.01, 0.2), stats.truncnorm(-2, 7.5, 0.05, 0.02)),
    (TruncatedNormal(0, 1, 6, 9), stats.truncnorm(6, 9)),
    (TruncatedNormal(0, 1, -30, -20), stats.truncnorm(-30, -20)),
    (Lognormal(0.05, 0.3), stats.lognorm(0.3, scale=math.exp(0.05))),
    (Lognormal.from_moments(100, 40), stats.lognorm(math.sqrt(math.log(1.16)), scale=100 / math.sqrt(1.16))),
]


@pytest.mark.parametrize(("law", "reference"), PAIRS)
def test_mean_and_quantiles_are_those_of_the_reference(law: Distribution, reference: Any) -> None:
    assert law.mean == pytest.approx(reference.mean(), rel=1e-9)
    np.testing.assert_allclose(law.quantile(GRID), reference.ppf(GRID), rtol=1e-9)


@pytest.mark.parametrize(("law", "reference"), PAIRS)
def test_tails_are_those_of_the_reference(law: Distribution, reference: Any) -> None:
    for x in [*reference.ppf([1e-4, 0.2, 0.5, 0.9, 1 - 1e-7]), reference.support()[0], reference.support()[1]]:
        assert law.at_most(x) == pytest.approx(reference.cdf(x), rel=1e-6, abs=1e-300)
        assert law.above(x) == pytest.approx(reference.sf(x), rel=1e-6, abs=1e-300)


@pytest.mark.parametrize(("law", "reference"), PAIRS)
def test_simulation_draws_stay_within_a_millionth_of_the_range(law: Distribution, reference: Any) -> None:
    u = np.linspace(2**-53, 1 - 2**-53, 20_001)
    width = law.high - law.low if math.isfinite(law.high - law.low) else reference.std()
    assert np.max(np.abs(draw(law, u) - law.quantile(u))) <= 1e-6 * width


@pytest.mark.parametrize(("alpha", "beta"), [(1.0, 1.0), (0.3, 0.4), (1.8, 4.2), (12.0, 0.7), (900.0, 1.0), (1.0, 1e7)])
def test_a_table_is_right_to_a_small_part_of_the_deviation(alpha: float, beta: float) -> None:
    table = beta_table(alpha, beta)
    assert table is not None
    u = (np.arange(40_000) + 0.5) / 40_000
    error = np.max(np.abs(table.at_scores(special.ndtri(u)) - stats.beta.ppf(u, alpha, beta)))
    assert error <= 2e-7 * stats.beta.std(alpha, beta)


def test_a_shape_too_steep_for_a_table_is_inverted_exactly() -> None:
    assert beta_table(0.001, 0.001) is None
    u = np.array([0.2, 0.5, 0.8])
    np.testing.assert_array_equal(draw(ScaledBeta(0.001, 0.001), u), ScaledBeta(0.001, 0.001).quantile(u))


@pytest.mark.parametrize(
    ("parent_mean", "parent_sd", "low", "high"),
    [
        (0, 1, -1, 2),
        (0, 1e9, 1, 2),
        (5, 0.1, 0, 1),
        (0, 1, 37, 60),
        (0, 1, -1e-6, 1e-6),
        (-3, 0.5, 0, 4),
        (0, 1, -50, 0.1),
    ],
)
def test_a_truncated_normal_has_the_mean_of_its_own_density(
    parent_mean: float, parent_sd: float, low: float, high: float
) -> None:
    law = TruncatedNormal(parent_mean, parent_sd, low, high)
    peak = min(max(parent_mean, low), high)
    end = min(high, peak + 40 * parent_sd) if peak > low else min(high, low + 40 * parent_sd)
    start = max(low, peak - 40 * parent_sd)

    def density(x: float) -> float:
        return math.exp(-((x - parent_mean) ** 2 - (peak - parent_mean) ** 2) / (2 * parent_sd**2))

    quad = partial(integrate.quad, a=start, b=end, limit=400, points=[peak])
    mass = quad(density, epsabs=0, epsrel=1e-12)[0]
    moment = quad(lambda x: (x - peak) * density(x), epsabs=1e-13 * mass)[0]
    assert law.mean == pytest.approx(peak + moment / mass, rel=1e-9, abs=1e-13)


@pytest.mark.parametrize(
    ("a", "b"), [(-1.0, 2.0), (0.0, 0.004), (8.0, 8.001), (20.0, 25.0), (-60.0, -55.0), (-3.0, 90.0)]
)
def test_truncated_quantiles_invert_the_share_below_them(a: float, b: float) -> None:
    law, u = TruncatedNormal(0, 1, a, b), np.array([1e-9, 0.1, 0.5, 0.9, 0.999])
    shares = [law.at_most(x) for x in law.quantile(u)]
    np.testing.assert_allclose(shares, u, rtol=1e-6, atol=1e-11)


def test_a_discrete_law_takes_its_values_in_ascending_order() -> None:
    law = Discrete.of([5, 1, 3, 9], [0.2, 0.1, 0.7, 0.0])
    assert (law.low, law.high) == (1, 5)
    assert law.mean == pytest.approx(3.2, rel=1e-15)
    np.testing.assert_array_equal(
        law.quantile(np.array([1e-13, 0.1, 0.1001, 0.8, 0.8001, 1 - 1e-16])), [1, 1, 3, 3, 5, 5]
    )
    assert (law.at_most(1), law.above(3), law.above(0.5)) == pytest.approx((0.1, 0.2, 1.0))
    assert (law.mass(3), law.mass(2), law.mass(9)) == (0.7, 0, 0)


@pytest.mark.parametrize(
    ("law", "domain", "outside"),
    [
        (ScaledBeta(0.5, 0.1), BELOW_ONE, 0),
        (ScaledBeta(0.1, 0.5), POSITIVE, 0),
        (Discrete.of([0, 0.5, 1], [0.2, 0.5, 0.3]), BELOW_ONE, 0.3),
        (Discrete.of([0, 0.5, 1], [0.2, 0.5, 0.3]), POSITIVE, 0.2),
        (Discrete.of([0, 0.5, 1], [0.2, 0.5, 0.3]), UNIT, 0),
        (Normal(0.5, 0.5), UNIT, 0.31731050786291415),
        (Lognormal(0, 1), UNIT, 0.5),
        (Uniform(-1, 3), UNIT, 0.75),
        (Triangular(-1, 0, 1), NON_NEGATIVE, 0.5),
        (TruncatedNormal(0, 1, -1, 2), NON_NEGATIVE, 0.41698868),
    ],
)
def test_only_what_lies_outside_a_domain_counts_against_it(law: Distribution, domain: Domain, outside: float) -> None:
    assert domain.probability_outside(law) == pytest.approx(outside, rel=1e-5, abs=1e-15)


def test_a_lognormal_given_by_moments_has_them() -> None:
    law = Lognormal.from_moments(3.0, 1.2)
    assert law.mean == pytest.approx(3.0, rel=1e-14)
    assert law.mean * math.sqrt(math.expm1(law.sigma**2)) == pytest.approx(1.2, rel=1e-13)
