"""The vectorised kernel against its plain scalar judge, point by point and path by path, over random documents.

The judge finds means, grids and every random number itself; it shares no code with the engine. 2,000 documents every
time, all 10,000 in the long tier.
"""

from typing import Any

import numpy as np
import pytest

from tests.valuation.engine.specimens import Specimens
from tools.valuation_reference import draws as judged_draws
from tools.valuation_reference import model as judge
from tools.valuation_reference.path import Path
from valuation import engine
from valuation.engine.quantities import Draws
from valuation.engine.run import read_run, simulate
from valuation.engine.versions import VERSIONS

PATHS = 6
AGREEMENT = 1e-13
"""Of the sum of absolute present values, to which rounding errors are proportional."""
DRAWN_WITHIN = 1e-6
"""Of the same, for simulated paths: the engine may draw from a table."""
CORRELATIONS = [[1, 0.5, 0.2], [0.5, 1, -0.3], [0.2, -0.3, 1]]
COPULAS: list[dict[str, Any]] = [{}, {"measure": "spearman"}, {"copula": "student_t", "degrees_of_freedom": 4}]


def assert_points_agree(seed: int, documents: int) -> None:
    specimens = Specimens(seed)
    for _ in range(documents):
        document = specimens.anything()
        path = judged_draws.point(document)
        judged, found = judge.worth(document, path), engine.value(document)
        assert abs(found["value"] - judged["value"]) <= AGREEMENT * path.moved, document
        for year, row in zip(judged.get("years", []), found.get("years", []), strict=True):
            assert row == pytest.approx(year, rel=1e-11, abs=1e-11), document


@pytest.mark.parametrize("seed", range(10))
def test_two_thousand_random_documents_are_worth_what_the_scalar_judge_says(seed: int) -> None:
    assert_points_agree(seed, 200)


@pytest.mark.proof
@pytest.mark.parametrize("seed", range(10, 50))
def test_ten_thousand_random_documents_are_worth_what_the_scalar_judge_says(seed: int) -> None:
    assert_points_agree(seed, 200)


def one_path(draws: Draws, path: int, largest: dict[str, float]) -> Path:
    return Path(
        {pointer: float(values[path]) for pointer, values in draws.inputs.items()},
        largest,
        {pointer: shocks[:, path].tolist() for pointer, shocks in draws.shocks.items()},
        {pointer: float(uniforms[path]) for pointer, uniforms in draws.events.items()},
    )


@pytest.mark.parametrize("seed", range(12))
def test_random_paths_are_worth_what_the_scalar_judge_says(seed: int) -> None:
    """The engine's own draws are handed to the judge, so that nothing but the kernel is compared."""
    specimens = Specimens(1000 + seed)
    for _ in range(40):
        document = specimens.anything()
        run = read_run(document)
        uniforms = (np.random.Philox(key=seed).random_raw(run.randomness.dimensions * PATHS) >> 12) * 2.0**-52
        draws = run.randomness.draws(np.clip(uniforms.reshape(-1, PATHS), 1e-6, 1 - 1e-6))
        values = np.broadcast_to(run.model.value(draws), (PATHS,))
        largest = {pointer: law.high for pointer, law in run.randomness.inputs.items()}
        for path in range(PATHS):
            single = one_path(draws, path, largest)
            judged = judge.value(document, single)
            assert abs(values[path] - judged) <= AGREEMENT * single.moved, (document, path)


SIMULATIONS = [
    {"paths": 1024, "sampler": "sobol", "seed": 2**62 + 5},
    {"paths": 131_072, "sampler": "sobol", "seed": 0},
    {"paths": 16 * 37, "sampler": "latin_hypercube", "seed": 7},
    {"paths": 9_001, "sampler": "pseudo", "seed": 11},
    {"paths": 9_000, "sampler": "pseudo", "seed": 2**33, "antithetic": True},
]


def simulated(specimens: Specimens, simulation: dict[str, Any], number: int) -> dict[str, Any]:
    """Give a random document with a simulation, correlated where it has inputs enough."""
    document = (specimens.portfolio if number == 0 else specimens.document)()
    names = list(judged_draws.laws_of(document))[:3]
    document["simulation"] = simulation
    if len(names) == 3:
        document["correlation"] = {"names": names[::-1], "matrix": CORRELATIONS} | COPULAS[number % 3]
    return document


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("simulation", SIMULATIONS, ids=lambda each: f"{each['sampler']} {each['paths']}")
def test_the_judge_draws_the_same_paths_by_itself(simulation: dict[str, Any], version: str) -> None:
    specimens, paths = Specimens(simulation["seed"]), simulation["paths"]
    for number in range(4):
        document = simulated(specimens, simulation, number)
        run = read_run(document, version)
        assert run.simulation is not None
        values, draws = simulate(run, run.simulation)[0], judged_draws.Draws(document, version)
        assert list(draws.laws) == list(run.randomness.inputs)
        for index in (0, 1, paths // 16, paths // 2 - 1, paths // 2, paths // 3, paths - 1):
            path = draws.path(index)
            judged = judge.value(document, path)
            assert abs(values[index] - judged) <= DRAWN_WITHIN * path.moved, (document, index)
