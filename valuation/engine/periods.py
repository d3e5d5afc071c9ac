"""The life of a right and the periods it falls into.

Life runs from the valuation date in years: (s_i, e_i] from 0, whole years, after a first part-year where the
financial year ends earlier. The last period ends with the life. Where the life is random the grid of starts stays and
each path fills as much of it as it lives.
"""

import math
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from valuation.engine.document import POSITIVE, Domain, Members, Node, Reading, choice, day, flag, integer, number
from valuation.engine.quantities import Constant, Draws, Quantity
from valuation.engine.scalars import scalar

type FloatArray = NDArray[np.float64]

LONGEST_LIFE = 100.0
SHORTEST_PERIOD = 1e-9
"""A remainder of a life shorter than this is dropped."""
LEGAL_LIFE_YEARS = {"patent": 20, "utility_model": 10, "design": 15, "trademark": 10}
"""Patent Law of the PRC (2020) art. 42, from filing; Trademark Law (2019) art. 39, from registration or renewal."""
KINDS = ("other", *LEGAL_LIFE_YEARS)
LIMITS = ("legal_expiry", "filing_date", "economic_life_years", "contract_end")
TIMINGS = ("mid_year", "end_of_year")


@dataclass(frozen=True)
class Setting:
    """What holds for a whole document or asset: kind of right, valuation date (None when absent), timing of flows."""

    kind: str
    valuation_date: date | None
    timing: str
    dated: bool
    """Whether a valuation date was given at all, good or bad."""


@dataclass(frozen=True)
class Periods:
    """The periods as lived: `start` (n, 1); `fraction`, `end` and `exponent` (n, 1) or (n, paths), in years."""

    start: FloatArray
    fraction: FloatArray
    end: FloatArray
    exponent: FloatArray


@dataclass(frozen=True)
class Horizon:
    """The longest possible grid of periods, and the life that fills it: min(limit, economic life)."""

    starts: tuple[float, ...]
    longest: tuple[float, ...]
    limit: float
    economic_life: Quantity
    timing: str

    @property
    def count(self) -> int:
        return len(self.starts)

    @property
    def is_fixed(self) -> bool:
        return min(self.limit, self.economic_life.low) == min(self.limit, self.economic_life.high)

    @property
    def ends_whole(self) -> bool:
        """Whether the last period is a whole year."""
        return bool(self.longest) and abs(self.longest[-1] - 1) < SHORTEST_PERIOD

    def at(self, draws: Draws) -> Periods:
        """Give the periods lived on each path."""
        start = np.array(self.starts, dtype=np.float64)[:, None]
        remaining = np.minimum(self.limit, self.economic_life.at(draws)) - start
        lived = np.minimum(remaining, np.array(self.longest, dtype=np.float64)[:, None])
        fraction = np.where(remaining < SHORTEST_PERIOD, 0.0, lived)
        end = start + fraction
        exponent = end if self.timing == "end_of_year" else (start + end) / 2
        return Periods(start, fraction, end, exponent)


NO_HORIZON = Horizon((), (), math.nan, Constant(math.nan), "")
"""Stands in for a horizon that could not be read."""


def year_fraction(start: date, end: date) -> float:
    """Give the years from `start` to `end` >= `start`: whole anniversaries, then days over the days of that year.

    29 February has its anniversary on 28 February of a common year. Source: contract of the calculator, section 1.2.
    """
    years = end.year - start.year
    if anniversary(start, years) > end:
        years -= 1
    before, after = anniversary(start, years), anniversary(start, years + 1)
    return years + (end - before).days / (after - before).days


def anniversary(start: date, years: int) -> date:
    """Give the day `years` years after `start`."""
    try:
        return start.replace(year=start.year + years)
    except ValueError:
        return start.replace(year=start.year + years, day=28)


def read_setting(members: Members, top: Members) -> Setting:
    """Read kind (the asset's) and valuation date and timing (the document's)."""
    given = top.own("valuation_date")
    return Setting(
        kind=members.optional("kind", choice(*KINDS), "other"),
        valuation_date=None if given.absent else day(given),
        timing=top.optional("timing", choice(*TIMINGS), "mid_year"),
        dated=not given.absent,
    )


def read_horizon(node: Node, setting: Setting) -> Horizon | None:
    """Read a horizon; None when its periods cannot be told."""
    members = node.members()
    reader = _HorizonReader(members, setting, node.reading)
    horizon = reader.read()
    members.close()
    return horizon


class _HorizonReader:
    """One reading of a horizon: every limit in years from the valuation date, infinite where it is not given."""

    def __init__(self, members: Members, setting: Setting, reading: Reading) -> None:
        self.members, self.setting, self.reading = members, setting, reading

    def read(self) -> Horizon | None:
        legal, contract, first = self._legal_life(), self._years_until("contract_end"), self._first_year()
        beyond = self.members.optional("beyond_legal_life", flag, False)
        economic = self.members.optional("economic_life_years", scalar(POSITIVE), Constant(math.inf))
        if "years" in self.members:
            return self._grid(self._stated_life(math.inf if beyond else legal), Constant(math.inf), first)
        if not any(name in self.members for name in LIMITS):
            self.members.node.fault(f"must give years or at least one of {', '.join(LIMITS)}")
            return None
        return self._grid(_least(legal, contract), economic, first)

    def _stated_life(self, legal: float) -> float:
        years = self.members.required("years", lambda node: number(node, Domain(0.0, LONGEST_LIFE, open_low=True)))
        for other in ("economic_life_years", "contract_end"):
            if other in self.members:
                self.members.fault("years", f"is the life: {other} must not stand beside it")
        if years > legal + SHORTEST_PERIOD:
            self.members.fault("years", f"goes beyond the legal life of {legal:g} years; see beyond_legal_life")
        return years

    def _legal_life(self) -> float:
        expiry, filing = self._years_until("legal_expiry"), self._filed_life()
        if "legal_expiry" in self.members and "filing_date" in self.members:
            self.members.fault("legal_expiry", "must not stand beside filing_date")
        return _least(expiry, filing)

    def _filed_life(self) -> float:
        years = self._legal_life_years()
        if "filing_date" not in self.members:
            return math.inf
        filed = self._date("filing_date")
        if filed is None or years is None or self.setting.valuation_date is None:
            return math.nan
        return self._remaining("filing_date", anniversary(filed, years))

    def _legal_life_years(self) -> int | None:
        default = LEGAL_LIFE_YEARS.get(self.setting.kind)
        years = self.members.optional("legal_life_years", lambda node: integer(node, 1, 100), default)
        if "legal_life_years" in self.members and "filing_date" not in self.members:
            self.members.fault("legal_life_years", "needs filing_date")
        if "legal_life_years" not in self.members and "filing_date" in self.members and self.setting.kind == "other":
            self.members.fault("legal_life_years", "is required: this kind has no legal life of its own")
        return years

    def _years_until(self, name: str) -> float:
        """Give the years to the date `name`: infinite when it is not given, NaN when it cannot be told."""
        if name not in self.members:
            return math.inf
        end = self._date(name)
        return math.nan if end is None or self.setting.valuation_date is None else self._remaining(name, end)

    def _date(self, name: str) -> date | None:
        if not self.setting.dated:
            self.reading.fault("/valuation_date", f"is required by horizon dates such as {name}")
        return self.members.required(name, day)

    def _remaining(self, name: str, end: date) -> float:
        assert self.setting.valuation_date is not None
        if end <= self.setting.valuation_date:
            self.members.fault(name, f"leaves no life: it ends on {end}, not after the valuation date")
            return math.nan
        return year_fraction(self.setting.valuation_date, end)

    def _first_year(self) -> float:
        """Give the length of the first period, 1 unless the first year ends earlier."""
        if "first_year_end" not in self.members:
            return 1.0
        end, start = self._date("first_year_end"), self.setting.valuation_date
        if end is None or start is None:
            return math.nan
        length = year_fraction(start, end) if end > start else 0.0
        if not 0 < length <= 1:
            self.members.fault("first_year_end", "must lie within one year after the valuation date")
            return math.nan
        return length

    def _grid(self, limit: float, economic: Quantity, first: float) -> Horizon | None:
        longest = _least(limit, economic.high)
        if longest > LONGEST_LIFE:
            self.members.node.fault(f"must not give a life longer than {LONGEST_LIFE:g} years")
        if not longest <= LONGEST_LIFE or math.isnan(first):
            return None
        starts, lengths = _whole_years(longest, first)
        return Horizon(starts, lengths, limit, economic, self.setting.timing)


def _least(*years: float) -> float:
    """Give the least of some limits, NaN as soon as one of them could not be told."""
    return math.nan if any(math.isnan(limit) for limit in years) else min(years)


def _whole_years(life: float, first: float) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Give starts and lengths of the periods of a fixed `life` whose first period is at most `first` long."""
    starts, year = [0.0] if life >= SHORTEST_PERIOD else [], 0
    while starts and first + year < life - SHORTEST_PERIOD:
        starts.append(first + year)
        year += 1
    lengths = [first, *([1.0] * (len(starts) - 1))][: len(starts)]
    if lengths:
        lengths[-1] = min(lengths[-1], life - starts[-1])
    return tuple(starts), tuple(lengths)
