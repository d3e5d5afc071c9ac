"""Offers side by side, in a public order: nobody can pay for a place, and the order says what it is by.

The one sentence above the table names what a reader would otherwise miss: the lowest nominal rate is not always the
cheapest, and the cheapest may lend less than was asked for.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from banks_portal.rules.pricing import Price
from banks_portal.rules.terms import OfferTerms

UNKNOWN_COST = float("inf")


@dataclass(frozen=True)
class Column:
    """One offer in the comparison; `key` is the offer's id, `ltv_ratio` the loan over the appraised value."""

    key: str
    bank: str
    terms: OfferTerms
    price: Price
    ltv_ratio: float | None = None

    @property
    def cost(self) -> float:
        return UNKNOWN_COST if self.price.annual_cost is None else self.price.annual_cost


@dataclass(frozen=True)
class Summary:
    """Who is cheapest by nominal rate, all in, and all in among those that lend the full amount (None: nobody)."""

    lowest_nominal: Column
    cheapest: Column
    cheapest_full: Column | None
    shortfall_fen: int

    @property
    def nominal_misleads(self) -> bool:
        return self.lowest_nominal.key != self.cheapest.key


ORDERS: dict[str, Callable[[Column], Any]] = {
    "cost": lambda column: (column.cost, -column.terms.amount_fen, column.bank),
    "amount": lambda column: (-column.terms.amount_fen, column.cost, column.bank),
    "term": lambda column: (-column.terms.term_months, column.cost, column.bank),
    "rate": lambda column: (column.price.nominal_rate, column.cost, column.bank),
}


def ordered(columns: Sequence[Column], by: str = "cost") -> list[Column]:
    """Return the columns in a public order: all-in cost (also for an unknown word), amount, term or nominal rate."""
    return sorted(columns, key=ORDERS.get(by, ORDERS["cost"]))


def summary(columns: Sequence[Column], requested_fen: int) -> Summary | None:
    """Return what the one sentence says; None without offers. Ties go to the larger amount, then to the name."""
    if not columns:
        return None
    cheapest = ordered(columns)[0]
    full = [column for column in columns if column.terms.amount_fen >= requested_fen]
    return Summary(
        lowest_nominal=ordered(columns, "rate")[0],
        cheapest=cheapest,
        cheapest_full=ordered(full)[0] if full else None,
        shortfall_fen=max(0, requested_fen - cheapest.terms.amount_fen),
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """What a bank learns of its rivals after the opening: its own rank and the median cost, no names."""

    rank: int
    median_annual_cost: float | None


def standings(costs: Sequence[float | None]) -> list[Standing]:
    """Return each offer's standing by all-in cost, in the order given; equal costs share the better rank.

    >>> [one.rank for one in standings([0.03, 0.02, 0.02])]
    [3, 1, 1]
    """
    known = [cost for cost in costs if cost is not None]
    middle = median(known) if known else None
    rated = [UNKNOWN_COST if cost is None else cost for cost in costs]
    return [Standing(1 + sum(other < cost for other in rated), middle) for cost in rated]
