"""The life of a right and its periods: contract section 1.2."""

from datetime import date, timedelta
from typing import Any

from .path import Fields, Path, below

LEGAL = {"patent": 20, "utility_model": 10, "design": 15, "trademark": 10}
DROPPED = 1e-9
"""A remainder of a life shorter than this is no period."""


def day(text: str) -> date:
    """Give the date written YYYY-MM-DD."""
    return date(*(int(part) for part in text.split("-")))


def birthday(start: date, years: int) -> date:
    """Give the anniversary of a day, 28 February for the 29th in a common year."""
    leap = start.month == 2 and start.day == 29
    year = start.year + years
    common = year % 4 != 0 or (year % 100 == 0 and year % 400 != 0)
    return date(year, 2, 28) if leap and common else date(year, start.month, start.day)


def years_between(start: date, end: date) -> float:
    """Give whole anniversaries, then days over the days of that year."""
    whole = 0
    while birthday(start, whole + 1) <= end:
        whole += 1
    before, after = birthday(start, whole), birthday(start, whole + 1)
    return whole + (end - before) / timedelta(days=1) / ((after - before) / timedelta(days=1))


def lifetime(fields: Fields, top: dict[str, Any], path: Path, longest: bool) -> float:
    """Give the life in years on the path, or the longest that the economic life's law allows."""
    horizon, at = fields["horizon"]
    if "years" in horizon:
        return float(horizon["years"])
    limits = []
    if "legal_expiry" in horizon:
        limits.append(years_between(day(top["valuation_date"]), day(horizon["legal_expiry"])))
    if "filing_date" in horizon:
        own = LEGAL.get(fields.get("kind", ("other", ""))[0])
        expiry = birthday(day(horizon["filing_date"]), int(horizon.get("legal_life_years", own)))
        limits.append(years_between(day(top["valuation_date"]), expiry))
    if "contract_end" in horizon:
        limits.append(years_between(day(top["valuation_date"]), day(horizon["contract_end"])))
    if "economic_life_years" in horizon:
        law, place = horizon["economic_life_years"], below(at, "economic_life_years")
        limits.append(path.largest[place] if longest and isinstance(law, dict) else path.number(law, place))
    return min(limits)


def periods(fields: Fields, top: dict[str, Any], path: Path) -> list[tuple[float, float]]:
    """Give (start, lived fraction) of every period of the grid that the longest life spans."""
    horizon, first = fields["horizon"][0], 1.0
    if "first_year_end" in horizon:
        first = years_between(day(top["valuation_date"]), day(horizon["first_year_end"]))
    life, longest = (lifetime(fields, top, path, longest=spans) for spans in (False, True))
    start, width, grid = 0.0, first, list[tuple[float, float]]()
    while longest - start >= DROPPED:
        fraction = min(max(life - start, 0.0), width, longest - start)
        grid.append((start, fraction if life - start >= DROPPED else 0.0))
        start, width = first + len(grid) - 1, 1.0
    return grid
