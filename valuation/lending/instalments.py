"""The repayments of a loan as they fall due: what is owed at each instalment, and what is lost if it is missed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from valuation.engine.document import NON_NEGATIVE, POSITIVE, Node, number
from valuation.engine.periods import year_fraction

type FloatArray = NDArray[np.float64]

MOST_INSTALMENTS = 120
PRINCIPAL_WITHIN = 1e-9
"""Of the amount lent: principal parts that miss it by less add up to it. Source: our own, for rounding in doubles."""


@dataclass(frozen=True)
class Instalments:
    """Instalments in the order they fall due: years from the valuation date, principal, interest with fees."""

    at: tuple[float, ...]
    principal: tuple[float, ...]
    interest: tuple[float, ...]

    @property
    def count(self) -> int:
        return len(self.at)

    @property
    def amounts(self) -> FloatArray:
        """What is due at each instalment, (instalments,)."""
        return np.array(self.principal) + np.array(self.interest)

    @property
    def exposures(self) -> FloatArray:
        """What is owed when an instalment is missed: principal not yet repaid and its interest, (instalments,)."""
        repaid = np.concatenate([[0.0], np.cumsum(self.principal)[:-1]])
        return np.sum(self.principal) - repaid + np.array(self.interest)

    @property
    def lengths(self) -> FloatArray:
        """The years since the instalment before, or the valuation date, (instalments,)."""
        return np.diff(np.array([0.0, *self.at]))

    def overlaps(self, starts: Iterable[float], lengths: Iterable[float]) -> FloatArray:
        """Give the years each instalment's interval shares with each period, (instalments, periods)."""
        start, length = np.array([*starts]), np.array([*lengths])
        end_of_interval = np.array(self.at)[:, None]
        begin_of_interval = end_of_interval - self.lengths[:, None]
        shared = np.minimum(end_of_interval, start + length) - np.maximum(begin_of_interval, start)
        return np.maximum(shared, 0.0)


def read_instalments(node: Node) -> Instalments:
    """Read [{at, principal, interest, fee}], at strictly increasing."""
    entries = node.items()
    if node.value == [] or len(entries) > MOST_INSTALMENTS:
        node.fault(f"must have 1 to {MOST_INSTALMENTS} instalments")
    rows = [_read_row(entry) for entry in entries]
    for place, (before, after) in enumerate(pairwise(rows), start=1):
        if after[0] <= before[0]:
            entries[place].at("at", after[0]).fault("must be later than the instalment before")
    columns = [tuple(column) for column in zip(*rows, strict=True)] or [(), (), ()]
    return Instalments(*columns)


def _read_row(node: Node) -> tuple[float, float, float]:
    members = node.members()
    at = members.required("at", lambda found: number(found, POSITIVE))
    principal = members.required("principal", lambda found: number(found, NON_NEGATIVE))
    interest, fee = (members.optional(name, lambda found: number(found, NON_NEGATIVE), 0.0) for name in COSTS)
    members.close()
    if principal + interest + fee == 0:
        node.fault("must be an amount above nought")
    return at, principal, interest + fee


COSTS = ("interest", "fee")


def check_principal(node: Node, instalments: Instalments, amount: float) -> None:
    """Note a fault at the repayments unless their principal parts add up to the amount lent."""
    repaid = sum(instalments.principal)
    if abs(repaid - amount) > PRINCIPAL_WITHIN * amount:
        node.fault(f"must repay the amount of {amount:g}: the principal adds up to {repaid:g}")


def repayments_of(
    rows: Iterable[Mapping[str, Any]], valuation_date: date, units_per_money: float = 1.0
) -> list[dict[str, Any]]:
    """Give the member `repayments` for the `rows` of a loan schedule (its contract: due, principal, interest, fee).

    Rows due on one day become one; fen divided by `units_per_money` are the document's money (100: yuan). Raises:
    ValueError for a row that is due on or before `valuation_date`.
    """
    days: dict[date, list[float]] = {}
    for row in rows:
        due = date.fromisoformat(row["due"])
        if due <= valuation_date:
            raise ValueError(f"rows: {due} is not after the valuation date; build the schedule of what is still owed")
        day = days.setdefault(due, [0.0, 0.0, 0.0])
        for place, name in enumerate(("principal", *COSTS)):
            day[place] += row.get(name, 0) / units_per_money
    return [
        {"at": year_fraction(valuation_date, due)} | dict(zip(("principal", *COSTS), parts, strict=True))
        for due, parts in sorted(days.items())
    ]
