"""Parameters as data: three-point values with where they come from and how far they can be trusted."""

from collections.abc import Mapping
from dataclasses import dataclass

from finance_platform.foundation.errors import Invalid

# Industries of the royalty tables by GB/T 4754 division; our own reading, shown as such wherever a default is used.
SECTOR_OF_DIVISION = {
    "petrochemical": ("25",),
    "food": ("13", "14", "15", "01", "02", "03", "04", "05"),
    "consumer": ("17", "18", "19", "20", "21", "22", "23", "24"),
    "chemicals": ("26", "28", "29"),
    "pharma": ("27",),
    "machinery": ("33", "34", "35", "37"),
    "automotive": ("36",),
    "electrical": ("38",),
    "electronics": ("39", "65"),
    "instruments": ("40",),
}
OTHER = "other"


@dataclass(frozen=True)
class Parameter:
    """One row of a table: low <= mode <= high, and its birth certificate."""

    key: str
    label: str
    low: float
    mode: float
    high: float
    status: str
    source: str
    year: int | None = None
    n: int | None = None
    note: str = ""

    @property
    def pert(self) -> dict[str, object] | float:
        """The row as the engine's distribution, or as a number where it has no width."""
        return three_point("pert", self.low, self.mode, self.high)

    @property
    def triangular(self) -> dict[str, object] | float:
        """The row as the engine's distribution, or as a number where it has no width."""
        return three_point("triangular", self.low, self.mode, self.high)


@dataclass(frozen=True)
class Parameters:
    """The tables in force on a day, each with its version."""

    tables: Mapping[str, Mapping[str, Parameter]]
    versions: Mapping[str, int]

    def row(self, table: str, key: str) -> Parameter:
        """Return a row. Raises: Invalid naming the table and key that are missing."""
        try:
            return self.tables[table][key]
        except KeyError:
            raise Invalid(f"参数表“{table}”缺少“{key}”:请先导入该表", code="parameter_missing") from None

    def row_or_other(self, table: str, key: str) -> Parameter:
        """Return the row of an industry, or the table's row for all others. Raises: Invalid."""
        return self.row(table, key if key in self.tables.get(table, {}) else OTHER)


def three_point(shape: str, low: float, mode: float, high: float) -> dict[str, object] | float:
    """Return a distribution of the engine over low <= mode <= high; a plain number where all three are equal."""
    return mode if low == high else {"distribution": shape, "low": low, "mode": mode, "high": high}


def sector(industry_code: str) -> str:
    """Return the royalty tables' industry for a GB/T 4754 code such as `C3985` or `3985`; `other` when unknown."""
    division = industry_code.lstrip("ABCDEFGHIJKLMNOPQRST")[:2]
    return next((name for name, divisions in SECTOR_OF_DIVISION.items() if division in divisions), OTHER)
