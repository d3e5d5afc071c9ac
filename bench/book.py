"""B1: a book of assets valued again on common random numbers, beside a loop over scipy.stats at the same paths."""

from bench import law
from bench.measure import Row, interleaved, wall
from bench.peers import scipy_stats
from valuation.rules import books
from valuation.rules.figures import canonical
from valuation.rules.workers import carried_out

PATHS = 4096
FEW, MANY, LOOPED = 50, 400, 8


def works(count: int) -> list[books.Work]:
    """Return works whose two documents are the law at slightly different rates, on one seed."""
    made = []
    for place in range(count):
        document = law.document(PATHS, "sobol")
        old = canonical(document | {"tax_rate": 0.15 + place * 1e-5})
        made.append(books.Work(place, old, canonical(document | {"tax_rate": 0.16 + place * 1e-5})))
    return made


def rows() -> list[Row]:
    """Return the lines of B1; a work is two valuations, then and now."""
    few, many = works(FEW), works(MANY)
    ours, theirs = interleaved(
        lambda: list(carried_out(few)), lambda: [law.summary(scipy_stats.values(PATHS, 7)) for _ in range(2 * LOOPED)],
        turns=3,
    )  # fmt: skip
    each, loop = ours / FEW / 2, theirs / LOOPED / 2
    one, two = (
        interleaved(lambda workers=workers: list(carried_out(many, workers=workers)), turns=1, clock=wall)[0]
        for workers in (1, 2)
    )
    flat = one / MANY / (interleaved(lambda: list(carried_out(few)), turns=1, clock=wall)[0] / FEW)
    cost = f"1/{loop / each:.1f} ({each * 1e3:.2f} ms)"
    return [
        Row("B1", "a valuation / that of a scipy.stats loop, CPU", "<= 1/40", cost, loop / each >= 40),
        Row("B1", f"cost an asset, {MANY} / {FEW} assets", "0.85-1.15", f"{flat:.2f}", 0.85 <= flat <= 1.15),
        Row("B1", "one process / two, seconds on the wall", ">= 1.6", f"{one / two:.2f}", one / two >= 1.6),
    ]  # fmt: skip
