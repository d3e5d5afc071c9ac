"""How simulated values are summarised: moments, quantiles, tails, convergence, and honest standard errors.

Every mean is taken as a deviation from the first value, so that values that are all alike have exactly that mean and
no spread.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from valuation.engine.sampling import RANDOMISATIONS, SimulationRequest

type FloatArray = NDArray[np.float64]

QUANTILES = (1, 5, 10, 25, 50, 75, 90, 95, 99)
PREFIXES = (8, 4, 2, 1)
"""The convergence table shows the first eighth, quarter and half of every randomisation, and the whole."""


def summarise(values: FloatArray, request: SimulationRequest) -> dict[str, Any]:
    """Give the block `simulation` of the result for the simulated `values` (paths,)."""
    average, spread, rows = mean(values), deviation(values), convergence(values, request)
    ascending = np.sort(values)
    quantiles = {f"p{percent}": quantile(ascending, percent) for percent in QUANTILES}
    return {
        "paths": request.paths,
        "sampler": request.sampler,
        "mean": average,
        "std": spread,
        "standard_error": rows[-1]["standard_error"],
        "quantiles": quantiles,
        "var_95": average - quantiles["p5"],
        "var_99": average - quantiles["p1"],
        "tail_mean_5": tail_mean(ascending, 5),
        "tail_mean_1": tail_mean(ascending, 1),
        "convergence": rows,
    }


def mean(values: FloatArray) -> float:
    """Give the mean of `values` (any shape)."""
    first = values.flat[0]
    return float(first + np.sum(values - first) / values.size)


def deviation(values: FloatArray) -> float:
    """Give the standard deviation of `values` (any shape), with n - 1."""
    distances = values - mean(values)
    largest = max(np.max(distances), -np.min(distances)) or 1.0
    distances /= largest
    distances *= distances
    return float(largest * np.sqrt(np.sum(distances) / (values.size - 1)))


def quantile(ascending: FloatArray, percent: int) -> float:
    """Give the quantile of sorted values (paths,), linear between them. Source: Hyndman & Fan (1996), definition 7."""
    rank, rest = divmod((len(ascending) - 1) * percent, 100)
    lower, upper = ascending[rank], ascending[min(rank + 1, len(ascending) - 1)]
    return float(lower + (upper - lower) * (rest / 100))


def tail_mean(ascending: FloatArray, percent: int) -> float:
    """Give the mean of the lowest ceil(percent n / 100) of sorted values (paths,)."""
    return mean(ascending[: -(-percent * len(ascending) // 100)])


def standard_error(rows: FloatArray) -> float:
    """Give the standard error of the mean of `rows`, whose shape says how they were drawn.

    (16, m): independent randomisations, from the spread of their means. (2, m): mirrored halves, from the means of
    the pairs. (1, m): independent draws. Source: Owen, Monte Carlo theory, methods and examples, 17.3 and 8.2.
    """
    if len(rows) == RANDOMISATIONS:
        independent = np.array([mean(row) for row in rows])
    else:
        independent = rows[0] if len(rows) == 1 else rows[0] + (rows[1] - rows[0]) / 2
    return float(deviation(independent) / np.sqrt(independent.size))


def convergence(values: FloatArray, request: SimulationRequest) -> list[dict[str, Any]]:
    """Give mean and standard error over growing parts of the run of `values` (paths,), the last the whole of it."""
    rows = values.reshape(request.rows, -1)
    parts = [rows[:, : rows.shape[1] // prefix] for prefix in PREFIXES]
    return [{"paths": part.size, "mean": mean(part), "standard_error": standard_error(part)} for part in parts]
