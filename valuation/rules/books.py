"""A whole book valued again at another day: every signed document under today's tables, all on the same random numbers.

Each run is valued twice on the job's paths, as it was signed and as it stands now, so that a move is the market's and
not the draw's. All runs share one seed: the k-th random dimension of every document is the same number, so assets move
together. The book's value is the sum on each path; quantiles of single assets are never added as if independent.

The work itself (`revalue`) is plain Python on plain values, for other processes and machines. Path values are handed
back in whole fen: integer sums do not depend on who finished first.
"""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from finance_platform.foundation.errors import Invalid
from finance_platform.foundation.faults import BadDocument
from valuation.engine.quantities import at_the_means
from valuation.engine.run import canonical, read_run, simulate
from valuation.engine.summary import summarise
from valuation.rules import figures
from valuation.rules.challenges import at
from valuation.rules.parameters import Parameters

PATHS = 4096
DAYS_A_YEAR = 365
ENDS = ("low", "mode", "high")
LEAST_LIFE_YEARS = 0.5
"""As `valuation.rules.evidence` bounds a life. Source: our own."""
KEPT = ("horizon", "valuation_date")
# Where a parameter of the tables stands in a document: (place in `shared`, table, key).
PLACES = (
    ("/portfolio/shared/discount_rate/build_up/premiums/technology", "discount_rate", "technology"),
    ("/portfolio/shared/discount_rate/build_up/premiums/market", "discount_rate", "market"),
    ("/portfolio/shared/discount_rate/build_up/premiums/finance", "discount_rate", "finance"),
    ("/portfolio/shared/discount_rate/build_up/premiums/management", "discount_rate", "management"),
    ("/portfolio/shared/tax_rate", "conventions", "tax_rate"),
)
RISK_FREE = "/portfolio/shared/discount_rate/build_up/risk_free"
REVENUE = "/portfolio/shared/revenue/base"


@dataclass(frozen=True)
class Work:
    """One run to value again: the signed document and today's, both as canonical text."""

    place: int
    old_json: str
    new_json: str


@dataclass(frozen=True)
class Done:
    """What came of it: figures in the run's money, values on every path in fen (little-endian 64-bit), or a refusal."""

    place: int
    refusal: str
    old: dict[str, float]
    new: dict[str, float]
    old_fen: bytes
    new_fen: bytes
    input_digest: str
    output_digest: str


def common(document: Mapping[str, Any], seed: int, paths: int = PATHS) -> dict[str, Any]:
    """Return a document on the book's random numbers, without what belongs to a single report."""
    kept = {name: block for name, block in document.items() if name not in {"loan", "sensitivity"}}
    return kept | {"simulation": {"paths": paths, "sampler": "sobol", "seed": seed}}


def today(
    document: Mapping[str, Any], day: date, recorded: Parameters, current: Parameters, realised: float | None
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return a signed document at another day under the present tables, and what was replaced.

    The risk-free rate is the market's and always replaced; other values only where the signed one was the table's of
    that day: what the appraiser stated from evidence of his own stays his. An input that evidence drew wider is moved
    with its width. `realised` is the latest yearly revenue
    that was recorded, the new base; without it the appraiser's forecast is followed along its mean growth.
    Raises: ValueError for a day before the document's, a growth without a single mean, a law other than three points.
    """
    signed_on = date.fromisoformat(str(document["valuation_date"]))
    if day < signed_on:
        raise ValueError(f"the signed value is of {signed_on}, later than {day}")
    found: dict[str, Any] = deepcopy(dict(document))
    found["valuation_date"] = day.isoformat()
    changes = [*_rates(found, recorded, current), *_revenue(found, (day - signed_on).days / DAYS_A_YEAR, realised)]
    _age(found, (day - signed_on).days / DAYS_A_YEAR)
    return found, changes


def _rates(found: dict[str, Any], recorded: Parameters, current: Parameters) -> Iterator[dict[str, Any]]:
    places = [(RISK_FREE, "discount_rate", "risk_free"), *PLACES]
    for pointer, table, key in places:
        old = _find(found, pointer)
        if old is None:
            continue
        then, now = recorded.row(table, key), current.row(table, key)
        new = now.triangular if old in (then.triangular, then.pert) else _moved(old, now.mode - _mode(old))
        if (pointer == RISK_FREE or _mode(old) == then.mode) and new != old:
            yield _put(found, pointer, new)


def _revenue(found: dict[str, Any], years: float, realised: float | None) -> Iterator[dict[str, Any]]:
    base = _find(found, REVENUE)
    if base is None or years == 0:
        return
    if realised is not None:
        if realised != base:
            yield _put(found, REVENUE, realised)
        return
    growth = _mean(found["portfolio"]["shared"]["revenue"].get("growth", 0.0))
    moved = _scaled(base, (1 + growth) ** years)
    if moved != base:
        yield _put(found, REVENUE, moved)


def _mean(growth: Any) -> float:
    if isinstance(growth, int | float):
        return float(growth)
    if isinstance(growth, Mapping) and {"low", "mode", "high"} <= set(growth):
        weight = {"pert": 4, "triangular": 1}.get(str(growth.get("distribution")))
        if weight:
            return float((growth["low"] + weight * growth["mode"] + growth["high"]) / (2 + weight))
    raise ValueError("the growth has no single mean: record a realised revenue first")


def _mode(value: Any) -> float:
    """Return a number itself, or the likeliest value of three points."""
    if isinstance(value, int | float):
        return float(value)
    if isinstance(value, Mapping) and set(ENDS) <= set(value):
        return float(value["mode"])
    raise ValueError("an input is drawn from a law that cannot be carried to another day")


def _moved(value: Any, by: float) -> Any:
    """Return an input moved by so much; the width that its evidence gave it stays, but for values below nought."""
    _mode(value)
    if isinstance(value, int | float):
        return value + by
    return {**value, **{end: max(value[end] + by, 0.0) for end in ENDS}}


def _scaled(value: Any, factor: float) -> Any:
    _mode(value)
    if isinstance(value, int | float):
        return value * factor
    return {**value, **{end: value[end] * factor for end in ENDS}}


def _age(found: dict[str, Any], years: float) -> None:
    """Shorten economic lives by the years gone; legal ends are days and shorten by themselves."""
    portfolio = found["portfolio"]
    for block in [portfolio.get("shared", {}), *portfolio["assets"]]:
        horizon = block.get("horizon", {})
        life = horizon.get("economic_life_years")
        if life is None:
            continue
        if _mode(life) <= years:
            raise ValueError("the economic life has ended")
        horizon["economic_life_years"] = _shorter(life, years)


def _shorter(life: Any, years: float) -> Any:
    """Return a life less the years gone; of a life that is drawn, no end falls below half a year."""
    if isinstance(life, int | float):
        return life - years
    return {**life, **{end: max(life[end] - years, LEAST_LIFE_YEARS) for end in ENDS}}


def _find(document: Mapping[str, Any], pointer: str) -> Any:
    try:
        return at(document, pointer)
    except Invalid:  # an absent place is no fault here
        return None


def _put(document: dict[str, Any], pointer: str, value: Any) -> dict[str, Any]:
    *way, last = pointer[1:].split("/")
    holder: Any = document
    for token in way:
        holder = holder[token]
    old, holder[last] = holder[last], value
    return {"pointer": pointer, "old": old, "new": value}


# --- The work ---------------------------------------------------------------------------------------------------------
def revalue(work: Work) -> Done:
    """Value one run as signed and as of today on the same paths. Needs nothing but numpy and scipy."""
    given = figures.parsed(work.new_json)
    digest = figures.digest(work.new_json)
    try:
        old, old_fen = _valued(figures.parsed(work.old_json))
        new, new_fen = _valued(given)
    except BadDocument as error:
        reason = ";".join(f"{fault.pointer} {fault.reason}" for fault in error.faults)[:300]
        return Done(work.place, reason, {}, {}, b"", b"", digest, "")
    output = figures.digest(canonical(new) + figures.digest(new_fen.hex()))
    return Done(work.place, "", old, new, old_fen, new_fen, digest, output)


def _valued(document: dict[str, Any]) -> tuple[dict[str, float], bytes]:
    with np.errstate(all="ignore"):
        run = read_run(document)
        assert run.simulation is not None
        values, _disposal = simulate(run, run.simulation)
        simulation = summarise(values, run.simulation)
        point = run.model.report(at_the_means(run.randomness.inputs))["value"]
    told = {
        "point": point, "mean": simulation["mean"], "standard_error": simulation["standard_error"],
        **{name: simulation["quantiles"][name] for name in ("p5", "p50", "p95")},
    }  # fmt: skip
    return told, np.rint(values * 100).astype("<i8").tobytes()


# --- The book ---------------------------------------------------------------------------------------------------------
def added(totals: bytes, values: bytes) -> bytes:
    """Return the sum on every path of two series of whole fen; an empty one is nought."""
    if not totals or not values:
        return totals or values
    return (_fen(totals) + _fen(values)).astype("<i8").tobytes()


def summary(totals: bytes) -> dict[str, int]:
    """Return mean, P5, median and P95 of the book's value, in whole fen; the quantiles are those of the sums."""
    values = np.sort(_fen(totals))
    p5, p50, p95 = np.quantile(values, [0.05, 0.5, 0.95])
    told = {"mean": values.mean(), "p5": p5, "p50": p50, "p95": p95}
    return {name: round(float(value)) for name, value in told.items()}


def _fen(data: bytes) -> NDArray[np.int64]:
    return np.frombuffer(data, dtype="<i8").astype(np.int64)
