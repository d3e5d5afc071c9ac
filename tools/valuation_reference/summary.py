"""What simulated values are summarised to: contract section 5, moments, quantiles, tails, shortfall."""

import math
from typing import Any

QUANTILES = (1, 5, 10, 25, 50, 75, 90, 95, 99)
RANDOMISATIONS = 16


def summary(values: list[float], simulation: dict[str, Any]) -> dict[str, Any]:
    """Give the block `simulation` of the contract's output."""
    sampler, average, ascending = simulation.get("sampler", "sobol"), _mean(values), sorted(values)
    quantiles = {f"p{percent}": _quantile(ascending, percent) for percent in QUANTILES}
    rows = [_row(values, simulation, part) for part in (8, 4, 2, 1)]
    return {
        "paths": len(values),
        "sampler": sampler,
        "mean": average,
        "std": _deviation(values),
        "standard_error": rows[-1]["standard_error"],
        "quantiles": quantiles,
        "var_95": average - quantiles["p5"],
        "var_99": average - quantiles["p1"],
        "tail_mean_5": _mean(ascending[: -(-5 * len(values) // 100)]),
        "tail_mean_1": _mean(ascending[: -(-len(values) // 100)]),
        "convergence": rows,
    }


def lender(block: dict[str, Any], disposal_values: list[float], amount: float) -> dict[str, Any]:
    """Give the block `loan` with what the simulation adds to it."""
    missing = [amount - worth for worth in disposal_values if worth < amount]
    return block | {
        "probability_below_loan": len(missing) / len(disposal_values),
        "expected_shortfall": math.fsum(missing) / len(disposal_values),
        "expected_shortfall_given_breach": _mean(missing) if missing else 0.0,
    }


def _mean(values: list[float]) -> float:
    return math.fsum(values) / len(values)


def _deviation(values: list[float]) -> float:
    average = _mean(values)
    return math.sqrt(math.fsum((value - average) ** 2 for value in values) / (len(values) - 1))


def _quantile(ascending: list[float], percent: int) -> float:
    rank, rest = divmod((len(ascending) - 1) * percent, 100)
    upper = ascending[min(rank + 1, len(ascending) - 1)]
    return ascending[rank] + (upper - ascending[rank]) * rest / 100


def _row(values: list[float], simulation: dict[str, Any], part: int) -> dict[str, Any]:
    """Give a row of the convergence table over the first 1/part of every randomisation, half or run."""
    stratified = simulation.get("sampler", "sobol") != "pseudo"
    rows = RANDOMISATIONS if stratified else 2 if simulation.get("antithetic") else 1
    length = len(values) // rows
    kept = [values[row * length : row * length + length // part] for row in range(rows)]
    pairs = zip(*kept, strict=True)
    independent = [_mean(row) for row in kept] if stratified else [sum(pair) / rows for pair in pairs]
    taken = [value for row in kept for value in row]
    error = _deviation(independent) / math.sqrt(len(independent))
    return {"paths": len(taken), "mean": _mean(taken), "standard_error": error}
