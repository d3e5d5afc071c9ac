"""How alike two results of one run are, in four words, never just "ok".

IDENTICAL: every figure bit for bit. IDENTICAL TO 1e-6: other last digits, as another processor or library gives them.
WITHIN STANDARD ERROR: some simulated figures agree only as well as two samples do; everything else to 1e-6. DIFFERS:
the rest. The verdict comes with the places of its own grade.

Standard library only: `tools/verify_valuation.py` reads this file by itself, so that the rule is the same everywhere.

Source: standard errors of quantiles and tail means, Serfling (1980), Approximation theorems, 2.3.3 and 2.5.2.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

IDENTICAL = "IDENTICAL"
CLOSE = "IDENTICAL TO 1e-6"
WITHIN = "WITHIN STANDARD ERROR"
DIFFERS = "DIFFERS"
GRADES = (IDENTICAL, CLOSE, WITHIN, DIFFERS)
"""From the best to the worst."""

RELATIVE = 1e-6
CANCELLED = 1e-12
"""Of the largest figure beside it: what a difference of like amounts carries of their rounding."""
NO_AMOUNTS = frozenset(
    {"start", "end", "fraction", "decay", "survival", "exponent", "discount_factor", "discount_rate", "tab_factor"}
    | {"loan_to_value", "probability_below_loan", "factor", "first", "total"}
)
"""Figures that stand beside amounts and are none."""
STANDARD_ERRORS = 3.0
"""How many standard errors of their difference two simulated figures may be apart."""
RANDOMISATIONS = 16
PLACES_SHOWN = 20
_MISSING = object()


@dataclass(frozen=True)
class Verdict:
    """One of GRADES, and the places of that grade (at most 20): pointer and the two values."""

    answer: str
    differences: list[dict[str, Any]] = field(default_factory=list)


def compare(recorded: Any, recomputed: Any) -> Verdict:
    """Return how alike two results (JSON values) are. 1 and 1.0 are the same number.

    >>> compare({"value": 1.0, "name": "a"}, {"value": 1.0000001, "name": "a"}).answer
    'IDENTICAL TO 1e-6'
    """
    errors = _both(standard_errors(recorded), standard_errors(recomputed))
    found: dict[str, list[dict[str, Any]]] = {grade: [] for grade in GRADES}
    for pointer, one, other, beside in differences(recorded, recomputed):
        grade = _grade(one, other, beside, errors.get(pointer, 0.0))
        found[grade].append({"pointer": pointer, "recorded": one, "recomputed": other})
    worst = max((grade for grade in GRADES if found[grade]), key=GRADES.index, default=IDENTICAL)
    return Verdict(worst, found[worst][:PLACES_SHOWN])


def worst(*verdicts: Verdict) -> Verdict:
    """Return the worst of some verdicts, the first of equals.

    >>> worst(Verdict("IDENTICAL"), Verdict("DIFFERS")).answer
    'DIFFERS'
    """
    return max(verdicts, key=lambda verdict: GRADES.index(verdict.answer))


def _grade(one: Any, other: Any, beside: float, error: float) -> str:
    if not (_is_number(one) and _is_number(other)):
        return DIFFERS
    apart = abs(one - other)
    if apart <= RELATIVE * max(abs(one), abs(other)) + CANCELLED * max(beside, 1.0):
        return CLOSE
    return WITHIN if apart <= STANDARD_ERRORS * error else DIFFERS


def differences(one: Any, other: Any, pointer: str = "", beside: float = 0.0) -> Iterator[tuple[str, Any, Any, float]]:
    """Give (pointer, one, other, largest figure beside it) of every place where two JSON values are not the same.

    What is missing is None.
    """
    if isinstance(one, dict) and isinstance(other, dict):
        largest = max((abs(each) for each in one.values() if _is_number(each)), default=0.0)
        for name in sorted({*one, *other}):
            here = one.get(name, _MISSING), other.get(name, _MISSING)
            yield from differences(*here, f"{pointer}/{_escaped(name)}", 0.0 if name in NO_AMOUNTS else largest)
    elif isinstance(one, list) and isinstance(other, list):
        for place in range(max(len(one), len(other))):
            left, right = (side[place] if place < len(side) else _MISSING for side in (one, other))
            yield from differences(left, right, f"{pointer}/{place}", beside)
    elif one != other or isinstance(one, bool) != isinstance(other, bool):
        yield pointer, None if one is _MISSING else one, None if other is _MISSING else other, beside


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _both(one: dict[str, float], other: dict[str, float]) -> dict[str, float]:
    """Give the standard error of the difference of two figures, by their pointer."""
    return {pointer: math.hypot(one[pointer], other[pointer]) for pointer in one if pointer in other}


def standard_errors(result: Any) -> dict[str, float]:
    """Give the standard error of every simulated figure of a result, by its pointer; none without simulation.

    The mean has its own. The others are told from the result as if its paths were independent, which for the stratified
    samplers is too wide: sd sqrt(2/n) for the standard deviation (a kurtosis of 9), sqrt(p(1-p)/n) over the density
    between neighbouring quantiles, exponential tails beyond the outermost, for tail means and for shortfalls.
    """
    block = result.get("simulation") if isinstance(result, dict) else None
    if not isinstance(block, dict) or not {"paths", "quantiles", "convergence"} <= block.keys():
        return {}
    paths, own = block["paths"], block["standard_error"]
    quantiles = _of_quantiles(block["quantiles"], paths)
    errors = {"mean": own, "std": block["std"] * math.sqrt(2 / paths), "standard_error": _of_error(own)}
    errors |= {f"quantiles/{name}": error for name, error in quantiles.items()}
    for tail, name in ((5, "p5"), (1, "p1")):
        errors[f"var_{100 - tail}"] = own + quantiles[name]
        deep = block["quantiles"][name] - block[f"tail_mean_{tail}"]
        errors[f"tail_mean_{tail}"] = abs(deep) * math.sqrt(200 / (tail * paths))
    for place, row in enumerate(block["convergence"]):
        errors[f"convergence/{place}/mean"] = row["standard_error"]
        errors[f"convergence/{place}/standard_error"] = _of_error(row["standard_error"])
    lender = _of_lender(result.get("loan", {}), paths)
    return {f"/simulation/{name}": error for name, error in errors.items()} | lender


def _of_error(error: float) -> float:
    """Give the standard error of a standard error from 16 randomisations."""
    return error / math.sqrt(2 * (RANDOMISATIONS - 1))


def _of_quantiles(quantiles: dict[str, float], paths: int) -> dict[str, float]:
    levels = sorted((int(name[1:]) / 100, value) for name, value in quantiles.items())
    slopes = [(higher - lower) / (q - p) for (p, lower), (q, higher) in pairwise(levels)]
    (p1, q1), (p5, q5), *_, (p95, q95), (p99, q99) = levels
    ends = ((q5 - q1) / math.log(p5 / p1) / p1, (q99 - q95) / math.log((1 - p95) / (1 - p99)) / (1 - p99))
    slopes = [ends[0], *slopes, ends[1]]
    return {
        f"p{round(100 * level)}": max(slopes[place : place + 2]) * math.sqrt(level * (1 - level) / paths)
        for place, (level, _) in enumerate(levels)
    }


def _of_lender(block: dict[str, Any], paths: int) -> dict[str, float]:
    if "probability_below_loan" not in block:
        return {}
    share, given = block["probability_below_loan"], block["expected_shortfall_given_breach"]
    errors = {
        "probability_below_loan": math.sqrt(max(share * (1 - share), 1 / paths) / paths),
        "expected_shortfall": given * math.sqrt(2 * share / paths),
        "expected_shortfall_given_breach": given / math.sqrt(max(share * paths, 1)),
    }
    return {f"/loan/{name}": error for name, error in errors.items()}
