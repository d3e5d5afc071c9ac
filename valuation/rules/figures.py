"""From the engine's doubles to what people read: fen, canonical text, classes of a histogram."""

import hashlib
import json
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from valuation.engine.run import canonical as canonical
from valuation.engine.run import read_run, simulate
from valuation.engine.sampling import SimulationRequest
from valuation.engine.summary import PREFIXES, convergence, quantile

type FloatArray = NDArray[np.float64]

CLASSES = 24
# The tails beyond these probabilities are gathered in the outer classes, so that one path does not set the scale.
TAILS = (0.005, 0.995)


def fen(yuan: float) -> int:
    """Return an amount of yuan, as the engine gives it, in fen: rounded half-up once, here. `fen(1.005) == 101`."""
    return int((Decimal(repr(float(yuan))) * 100).quantize(Decimal(1), ROUND_HALF_UP))


def yuan(amount_fen: int) -> float:
    """Return fen as the yuan that the engine reckons in. `yuan(150) == 1.5`."""
    return amount_fen / 100


def digest(text: str) -> str:
    """Return the SHA-256 of a canonical text as the engine writes it: `sha256:` and 64 hex digits.

    Source: the calculator's contract, section 7.
    """
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def histogram(document: dict[str, Any], classes: int = CLASSES) -> list[dict[str, float]]:
    """Return the simulated values of a document in equal classes: `low`, `high` in its money, `count` of paths.

    The paths are those of the recorded run (same document, same seed). Empty without simulation or spread.
    Raises: BadDocument.
    """
    return drawn(document, classes)[0]


def drawn(document: dict[str, Any], classes: int = CLASSES) -> tuple[list[dict[str, float]], list[dict[str, float]]]:
    """Return histogram and convergence of a document's simulated values, from one simulation. Raises: BadDocument."""
    with np.errstate(all="ignore"):
        run = read_run(document)
        if run.simulation is None:
            return [], []
        values, _disposal = simulate(run, run.simulation)
    return _classes(values, classes), _convergence(values, run.simulation)


def _convergence(values: FloatArray, request: SimulationRequest) -> list[dict[str, float]]:
    """Return paths, mean, P5 and standard error of the mean over the first eighth, quarter, half and the whole."""
    rows = values.reshape(request.rows, -1)
    return [
        part | {"p5": quantile(np.sort(rows[:, : rows.shape[1] // prefix], axis=None), 5)}
        for part, prefix in zip(convergence(values, request), PREFIXES, strict=True)
    ]


def _classes(values: FloatArray, classes: int) -> list[dict[str, float]]:
    low, high = (float(end) for end in np.quantile(values, TAILS))
    if low == high:
        return []
    counts, edges = np.histogram(np.clip(values, low, high), bins=classes, range=(low, high))
    return [
        {"low": float(edges[i]), "high": float(edges[i + 1]), "count": int(count)} for i, count in enumerate(counts)
    ]


def parsed(text: str) -> dict[str, Any]:
    """Return the document of a canonical text."""
    document: dict[str, Any] = json.loads(text)
    return document
