"""What a draw is worth: the one thing that sampling, summaries and sensitivities ask of a model."""

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from valuation.engine.quantities import Draws

type FloatArray = NDArray[np.float64]
type Warnings = tuple[dict[str, str], ...]


class Model(Protocol):
    """An asset, a portfolio or an option that has been read without fault."""

    @property
    def warnings(self) -> Warnings:
        """What the reader of the result should know, in the order of the assets."""

    def value(self, draws: Draws) -> FloatArray:
        """Give the value on each path of `draws`, (paths,), or (1,) where it does not vary."""

    def report(self, point: Draws) -> dict[str, Any]:
        """Give the members of the result that belong to the model, `value` first, at the one path of `point`."""
