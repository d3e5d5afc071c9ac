"""Lives and periods, by hand."""

from datetime import date
from typing import Any

import pytest

from valuation.engine import value
from valuation.engine.periods import year_fraction

ROYALTY: dict[str, Any] = {
    "method": "relief_from_royalty", "valuation_date": "2026-06-30", "revenue": {"base": 365}, "royalty_rate": 0.1,
    "tax_rate": 0, "discount_rate": 0.1,
}  # fmt: skip


def years(horizon: dict[str, Any], **changes: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = value(ROYALTY | {"horizon": horizon} | changes)["years"]
    return rows


def fractions(horizon: dict[str, Any], **changes: Any) -> list[float]:
    return [row["fraction"] for row in years(horizon, **changes)]


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (date(2026, 6, 30), date(2026, 12, 31), 184 / 365),
        (date(2027, 6, 30), date(2027, 12, 31), 184 / 366),
        (date(2026, 6, 30), date(2029, 6, 30), 3.0),
        (date(2024, 2, 29), date(2025, 2, 28), 1.0),
        (date(2024, 2, 29), date(2028, 2, 28), 3 + 365 / 366),
        (date(2024, 2, 29), date(2028, 2, 29), 4.0),
        (date(2023, 2, 28), date(2024, 2, 29), 1 + 1 / 366),
        (date(2024, 12, 31), date(2025, 1, 1), 1 / 365),
        (date(2023, 3, 1), date(2024, 2, 29), 365 / 366),
        (date(1900, 2, 28), date(1900, 3, 1), 1 / 365),
    ],
)
def test_a_year_fraction_counts_anniversaries_then_days(start: date, end: date, expected: float) -> None:
    assert year_fraction(start, end) == expected


def test_a_broken_life_ends_in_a_part_year_at_its_middle() -> None:
    rows = years({"years": 2.25})
    assert [row["fraction"] for row in rows] == [1, 1, 0.25]
    assert [row["exponent"] for row in rows] == [0.5, 1.5, 2.125]
    assert [row["exponent"] for row in years({"years": 2.25}, timing="end_of_year")] == [1, 2, 2.25]
    assert rows[2]["revenue"] == 365 * 0.25


def test_a_first_part_year_shifts_the_others_and_growth_still_moves_a_step() -> None:
    rows = years({"years": 2, "first_year_end": "2026-12-31"}, revenue={"base": 365, "growth": 1})
    assert [row["fraction"] for row in rows] == pytest.approx([184 / 365, 1, 181 / 365], rel=1e-12)
    assert [row["exponent"] for row in rows] == pytest.approx(
        [92 / 365, 184 / 365 + 0.5, (2 + 549 / 365) / 2], rel=1e-12
    )
    assert [row["revenue"] for row in rows] == pytest.approx([184, 730, 4 * 181], rel=1e-12)


def test_a_life_shorter_than_the_first_part_year_is_one_period() -> None:
    assert fractions({"years": 0.25, "first_year_end": "2026-12-31"}) == [0.25]


def test_a_remainder_too_short_to_count_is_dropped() -> None:
    assert fractions({"years": 3 + 5e-10}) == [1, 1, 1]
    assert len(fractions({"years": 3 + 2e-9})) == 4
    assert fractions({"years": 5e-10}) == []


@pytest.mark.parametrize(
    ("kind", "filed", "expected"),
    [
        ("patent", "2010-06-30", 4),
        ("utility_model", "2020-06-30", 4),
        ("design", "2015-06-30", 4),
        ("trademark", "2020-06-30", 4),
    ],
)
def test_a_right_lives_as_long_as_its_kind(kind: str, filed: str, expected: float) -> None:
    assert years({"filing_date": filed}, kind=kind)[-1]["end"] == expected


def test_the_shortest_limit_is_the_life() -> None:
    limits = {"legal_expiry": "2031-06-30", "economic_life_years": 7, "contract_end": "2028-06-30"}
    assert years(limits)[-1]["end"] == 2
    assert years(limits | {"contract_end": "2040-01-01"})[-1]["end"] == 5
    assert years(limits | {"contract_end": "2040-01-01", "economic_life_years": 3.5})[-1]["end"] == 3.5


def test_a_legal_life_may_be_stated_for_any_kind() -> None:
    assert years({"filing_date": "2024-02-29", "legal_life_years": 3}, valuation_date="2026-02-28")[-1]["end"] == 1


def test_a_life_may_be_stated_beyond_the_legal_life() -> None:
    document = {"years": 12, "filing_date": "2016-06-30", "beyond_legal_life": True}
    assert years(document, kind="patent")[-1]["end"] == 12


def test_a_random_life_fills_the_longest_grid_path_by_path() -> None:
    """The point stands at the mean life; nothing is discounted, so the mean value is the mean life."""
    life = {"distribution": "uniform", "low": 2, "high": 4}
    document = ROYALTY | {
        "horizon": {"economic_life_years": life},
        "discount_rate": {"build_up": {"risk_free": 0, "premiums": {}}},
    }
    document |= {"revenue": [100, 100, 100, 100], "simulation": {"paths": 4096, "seed": 3}}
    result = value(document)
    assert [row["fraction"] for row in result["years"]] == [1, 1, 1]
    assert result["simulation"]["mean"] == pytest.approx(30, abs=5 * 10 / 3**0.5 / 64)
    assert result["simulation"]["quantiles"]["p5"] == pytest.approx(21, abs=0.05)


def test_a_random_life_within_its_limit_counts_periods_up_to_the_limit() -> None:
    life = {"distribution": "normal", "mean": 6, "sd": 0.5}
    horizon = {"economic_life_years": life, "legal_expiry": "2029-06-30"}
    assert fractions(horizon, revenue=[1, 1, 1]) == [1, 1, 1]
