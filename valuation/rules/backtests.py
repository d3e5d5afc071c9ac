"""What was forecast against what came: realised revenue in the signed distribution, disposals against the value.

A year's realised revenue has a place in the distribution that the signed run simulated for that year: the share of
paths at or below it (PIT). Over many records of a well-told distribution these places are even between 0 and 1, and
eight in ten lie between P10 and P90. Few records say little: every share comes with its interval.

Source: Dawid (1984), doi 10.2307/2981683 (PIT); Clopper & Pearson (1934), doi 10.1093/biomet/26.4.404 (interval).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

from finance_platform.foundation.errors import Invalid
from valuation.engine.quantities import Draws
from valuation.engine.run import ENGINE, read_run
from valuation.engine.summary import mean, quantile
from valuation.lending.rights import Rights
from valuation.lending.sample import each_course

type FloatArray = NDArray[np.float64]

EXPECTED = 0.8
"""The share of records that P10–P90 should hold."""
CONFIDENCE = 0.95
CLASSES = 10
WHOLE = 1e-6
FEW = 20
"""Below so many records the page says that nothing can be concluded. Source: our own."""


@dataclass(frozen=True)
class Share:
    """A share of n records and its Clopper–Pearson interval; None without records."""

    hits: int
    n: int

    @property
    def value(self) -> float | None:
        return self.hits / self.n if self.n else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The exact two-sided interval; it holds the true share at least 95 times in 100."""
        if not self.n:
            return None
        tail = (1 - CONFIDENCE) / 2
        low = special.betaincinv(self.hits, self.n - self.hits + 1, tail) if self.hits else 0.0
        high = special.betaincinv(self.hits + 1, self.n - self.hits, 1 - tail) if self.hits < self.n else 1.0
        return float(low), float(high)

    @property
    def agrees(self) -> bool | None:
        """Whether the interval holds the share that is expected; None without records."""
        found = self.interval
        return None if found is None else found[0] <= EXPECTED <= found[1]


def products(document: Mapping[str, Any]) -> list[str]:
    """Return the products on whose revenue a document's rights are valued; one without a name is the empty text."""
    return list(Rights.of(read_run(dict(document)).model).of_product())


def revenue(document: Mapping[str, Any], product: str, year: int, version: str = ENGINE) -> FloatArray:
    """Return a product's simulated revenue in the `year`-th year after the valuation date, (paths,).

    Raises: Invalid for an unknown product, a year beyond the right's life, or periods that are no whole years.
    """
    with np.errstate(all="ignore"):
        run = read_run(dict(document), version)
        rights = Rights.of(run.model)
        place = rights.of_product().get(product, [None])[0]
        if place is None or run.simulation is None:
            raise Invalid("该测算没有这种产品的收入", fields={"product": "请选择测算中的产品"})
        period = _period(rights.rights[place].asset.horizon, year)
        found = np.empty(run.simulation.paths)

        def fill(here: slice, draws: Draws) -> None:
            found[here] = rights.flows(draws)[place].revenue[period]

        each_course(run.randomness, run.simulation, fill)
    return found


def _period(horizon: Any, year: int) -> int:
    for place, (start, length) in enumerate(zip(horizon.starts, horizon.longest, strict=True)):
        if abs(start - (year - 1)) < WHOLE and abs(length - 1) < WHOLE:
            return place
    raise Invalid("该测算没有这个整年", fields={"year": "须为权利寿命之内、自评估基准日起的整年"})


def forecast(simulated: FloatArray, realised: float) -> dict[str, float]:
    """Return what a run said of a year, and where the realised one lies in `simulated` (paths,); ties count half."""
    ascending = np.sort(simulated)
    below, upto = (int(np.searchsorted(ascending, realised, side)) for side in ("left", "right"))
    told = {f"p{percent}": quantile(ascending, percent) for percent in (10, 50, 90)}
    return told | {"mean": mean(simulated), "paths": len(simulated), "pit": (below + upto) / 2 / len(simulated)}


def is_inside(told: Mapping[str, float], realised: float) -> bool:
    """Say whether a realised revenue lies between P10 and P90, both included."""
    return told["p10"] <= realised <= told["p90"]


def coverage(rows: Iterable[bool]) -> Share:
    """Return how many records lay inside."""
    found = list(rows)
    return Share(sum(found), len(found))


def histogram(places: Sequence[float]) -> list[dict[str, Any]]:
    """Return how many PITs lie in each tenth."""
    counts, edges = np.histogram(places, bins=CLASSES, range=(0.0, 1.0))
    return [
        {"low": float(edges[k]), "high": float(edges[k + 1]), "count": int(count), "tone": "info"}
        for k, count in enumerate(counts)
    ]
