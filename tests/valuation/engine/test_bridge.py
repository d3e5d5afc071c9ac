"""The bridge changes the order in which a path is decided, not its law, and makes Sobol points better."""

import statistics
from typing import Any

import numpy as np
import pytest

from valuation.engine.bridge import bridged, halvings
from valuation.engine.versions import VERSIONS

FIRST_MEAN = 5767754.35973197
"""By engine 1.0.0 as it was first released: paths 4096, seed 7."""
DOCUMENT: dict[str, Any] = {
    "method": "relief_from_royalty",
    "horizon": {"years": 15},
    "tax_rate": 0.15,
    "revenue": {"base": 2e7, "growth": {"initial": 0.08, "long_run": 0.02, "speed": 0.4, "volatility": 0.1}},
    "royalty_rate": 0.035,
    "discount_rate": 0.12,
}


@pytest.mark.parametrize("steps", [1, 2, 3, 4, 15, 16, 100])
def test_the_steps_are_as_independent_as_the_normals(steps: int) -> None:
    turned = bridged(np.eye(steps))
    np.testing.assert_allclose(turned @ turned.T, np.eye(steps), atol=1e-13)


def test_the_first_normal_alone_decides_the_end() -> None:
    ends = bridged(np.eye(15)).sum(axis=0)
    np.testing.assert_allclose(ends, [np.sqrt(15), *[0] * 14], atol=1e-14)


def test_every_inner_step_is_halved_once() -> None:
    assert sorted(middle for _, middle, _ in halvings(15)) == list(range(1, 15))


def spread(version: str, sampler: str) -> float:
    simulations = [{"paths": 4096, "sampler": sampler, "seed": seed} for seed in range(24)]
    values = [VERSIONS[version].value(DOCUMENT | {"simulation": each})["simulation"]["mean"] for each in simulations]
    return statistics.stdev(values)


def test_bridged_sobol_points_give_a_better_mean() -> None:
    assert spread("1.1.0", "sobol") < 0.85 * spread("1.0.0", "sobol")


def test_only_sobol_points_are_bridged() -> None:
    for sampler in ("pseudo", "latin_hypercube"):
        assert spread("1.1.0", sampler) == spread("1.0.0", sampler)


def test_version_1_0_0_gives_the_figures_it_gave() -> None:
    document = DOCUMENT | {"simulation": {"paths": 4096, "sampler": "sobol", "seed": 7}}
    found = VERSIONS["1.0.0"].value(document)
    assert found["run"]["engine"] == "1.0.0"
    assert found["simulation"]["mean"] == pytest.approx(FIRST_MEAN, rel=1e-12)
    assert VERSIONS["1.1.0"].value(document)["simulation"]["mean"] != pytest.approx(FIRST_MEAN, rel=1e-6)
