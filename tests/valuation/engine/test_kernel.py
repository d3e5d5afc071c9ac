"""The vectorised kernel against its plain scalar judge, path by path, over random documents."""

from typing import Any

import numpy as np
import pytest

from tests.valuation.engine import reference
from tests.valuation.engine.specimens import Specimens
from valuation.engine.quantities import Draws, at_the_means
from valuation.engine.run import read_run

PATHS = 6
AGREEMENT = 1e-13
"""Of the sum of absolute present values, to which rounding errors are proportional."""


def one_path(draws: Draws, path: int) -> reference.Path:
    return reference.Path(
        {pointer: float(values[path]) for pointer, values in draws.inputs.items()},
        {pointer: shocks[:, path].tolist() for pointer, shocks in draws.shocks.items()},
        {pointer: float(uniforms[path]) for pointer, uniforms in draws.events.items()},
    )


def assert_agrees(document: dict[str, Any], seed: int) -> None:
    run = read_run(document)
    uniforms = (np.random.Philox(key=seed).random_raw(run.randomness.dimensions * PATHS) >> 12) * 2.0**-52
    draws = run.randomness.draws(np.clip(uniforms.reshape(-1, PATHS), 1e-6, 1 - 1e-6))
    values = np.broadcast_to(run.model.value(draws), (PATHS,))
    for path in range(PATHS):
        single = one_path(draws, path)
        judged = reference.value(document, single)
        assert abs(values[path] - judged) <= AGREEMENT * single.moved, (document, path)
    point = at_the_means(run.randomness.inputs)
    single = one_path(point, 0)
    judged = reference.value(document, single)
    assert abs(run.model.report(point)["value"] - judged) <= AGREEMENT * single.moved, document


@pytest.mark.parametrize("seed", range(12))
def test_random_assets_are_worth_what_the_scalar_judge_says(seed: int) -> None:
    specimens = Specimens(seed)
    for _ in range(40):
        assert_agrees(specimens.document(), seed)


@pytest.mark.parametrize("seed", range(2))
def test_random_marks_with_a_terminal_value_are_worth_what_the_scalar_judge_says(seed: int) -> None:
    specimens = Specimens(2000 + seed)
    for _ in range(40):
        assert_agrees(specimens.mark_for_ever(), seed)


@pytest.mark.parametrize("seed", range(8))
def test_random_portfolios_are_worth_what_the_scalar_judge_says(seed: int) -> None:
    specimens = Specimens(1000 + seed)
    for _ in range(8):
        assert_agrees(specimens.portfolio(), seed)
