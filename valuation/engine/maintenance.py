"""What it costs to keep a right alive: official fee tables as data, turned into the series `costs` of the calculator.

A table says what falls due at the start of which year of the right, counted from filing (a patent) or registration (a
mark). A fee belongs to the period of the valuation in which it falls due; one due at the valuation date is still to be
paid, one due on the last day of the life is not. The calculator's amounts are full-year amounts, multiplied by the
length of their period, so the fee of a broken year is divided by it and comes out whole.

Source: the tables name their own, with its status; those shipped are from memory and unverified.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

TABLES = Path(__file__).with_name("maintenance_fees.json")
DUE_WITHIN = 1e-9


@dataclass(frozen=True)
class FeeTable:
    """The fees of one kind of right: (first year, last year, fee in yuan) each, where they are from, and how sure."""

    kind: str
    bands: tuple[tuple[int, int, float], ...]
    source: str
    status: str

    def due(self, year: int) -> float:
        """Return the fee in yuan that falls due at the start of a year of the right, 1 for the first.

        >>> fee_table("patent").due(1), fee_table("patent").due(20), fee_table("patent").due(21)
        (900.0, 8000.0, 0.0)
        """
        return sum((fee for first, last, fee in self.bands if first <= year <= last), 0.0)


def fee_tables() -> dict[str, FeeTable]:
    """Return the fee tables that ship, by kind of right. Source: maintenance_fees.json, each with its status.

    >>> sorted(fee_tables())
    ['design', 'patent', 'trademark', 'utility_model']
    """
    return {row["kind"]: _table(row) for row in _rows()}


@cache
def _rows() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(TABLES.read_text(encoding="utf-8"))["tables"]
    return rows


def _table(row: dict[str, Any]) -> FeeTable:
    bands = tuple((band["from_year"], band["to_year"], float(band["fee_yuan"])) for band in row["bands"])
    return FeeTable(row["kind"], bands, row["source"], row["status"])


def fee_table(kind: str) -> FeeTable:
    """Return the fee table of a kind of right. Raises: ValueError naming the kinds there are."""
    found = fee_tables()
    if kind not in found:
        raise ValueError(f"kind: no fee table for {kind}; there are: {', '.join(sorted(found))}")
    return found[kind]


def cost_series(table: FeeTable, age: float, starts: Sequence[float], lengths: Sequence[float]) -> list[float]:
    """Return the series `costs` in yuan a year, one per period, of a right that is `age` years old.

    `starts` and `lengths` are the periods in years from the valuation date (`Horizon.starts`, `.longest`).
    Raises: ValueError for a negative age, a period without length, or starts that are not as many as lengths.

    Source: value_asset.md sections 1.2 and 2 (amounts are full-year amounts, multiplied by the period's length).

    >>> cost_series(fee_table("patent"), 2.5, [0.0, 0.5, 1.5], [0.5, 1.0, 0.25])
    [0.0, 1200.0, 4800.0]
    """
    if not age >= 0:
        raise ValueError("age: must not be negative")
    if len(starts) != len(lengths) or not all(length > 0 for length in lengths):
        raise ValueError("starts, lengths: must be as many, and every length positive")
    periods = zip(starts, lengths, strict=True)
    return [_due_between(table, age + start, age + start + length) / length for start, length in periods]


def _due_between(table: FeeTable, first: float, last: float) -> float:
    """Give the fees that fall due at ages from `first` to before `last`."""
    ages = range(math.ceil(first - DUE_WITHIN), math.ceil(last - DUE_WITHIN))
    return sum((table.due(age + 1) for age in ages), 0.0)
