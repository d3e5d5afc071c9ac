"""Every version of the engine that a recorded run may name, still runnable.

A version is a callable from a document to a result. A change that moves any figure of any document beyond rounding,
default values included, is a new version: keep what changes under its old version (1.0.0 differs in the order of one
map; a larger change is copied to `valuation/engine/v1_1_0/`, say), raise ENGINE in `run`, and let the stored results of
the old version in tests/valuation/engine stand unchanged.

1.0.0  the first
1.1.0  the growth paths of Sobol points are bridged: the error of a mean falls by a quarter to a third
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from valuation.engine import run

type FloatArray = NDArray[np.float64]
type Document = dict[str, Any]


class UnknownVersion(LookupError):
    """A run names a version of the engine that is not here."""


@dataclass(frozen=True)
class Engine:
    """One version: a callable from a document to its result, and what it simulates on every path."""

    value: Callable[[Document], dict[str, Any]]
    paths: Callable[[Document], tuple[FloatArray, FloatArray | None] | None]

    def __call__(self, document: Document) -> dict[str, Any]:
        """Return the result of a document. Raises: BadDocument."""
        return self.value(document)


def simulated(document: Document, version: str = run.ENGINE) -> tuple[FloatArray, FloatArray | None] | None:
    """Return a version's values and, with a loan, disposal values on each path, (paths,); None without simulation.

    Raises: BadDocument.
    """
    with np.errstate(all="ignore"):
        read = run.read_run(document, version)
        return None if read.simulation is None else run.simulate(read, read.simulation)


VERSIONS: Mapping[str, Engine] = {
    version: Engine(partial(run.value, version=version), partial(simulated, version=version))
    for version in (*run.STEPS_IN_TIME, run.ENGINE)
}


def engine_of(version: str) -> Engine:
    """Return the engine of a version. Raises: UnknownVersion, naming those there are.

    >>> engine_of("0.9.0")
    Traceback (most recent call last):
    ...
    valuation.engine.versions.UnknownVersion: engine 0.9.0 is not here; there are: 1.0.0, 1.1.0
    """
    if version not in VERSIONS:
        raise UnknownVersion(f"engine {version} is not here; there are: {', '.join(VERSIONS)}")
    return VERSIONS[version]
