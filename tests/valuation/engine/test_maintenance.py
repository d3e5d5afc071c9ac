"""Fees from tables, laid into the periods of a valuation so that each is charged once and whole."""

import pytest

from valuation import engine
from valuation.engine.maintenance import FeeTable, cost_series, fee_table, fee_tables

TABLE = FeeTable("patent", ((1, 3, 900.0), (4, 6, 1200.0), (7, 20, 2000.0)), "a test", "invented")


def test_the_tables_say_where_they_are_from_and_that_they_are_unverified() -> None:
    for table in fee_tables().values():
        assert table.source
        assert table.status == "from memory, unverified"
        last = 0
        for first, final, fee in table.bands:
            assert last < first <= final
            assert fee > 0
            last = final


def test_fees_end_with_the_longest_legal_life() -> None:
    lives = {"patent": 20, "utility_model": 10, "design": 15}
    for kind, years in lives.items():
        due = [fee_table(kind).due(year) for year in range(1, years + 2)]
        assert all(fee > 0 for fee in due[:-1])
        assert due[-1] == 0
        assert due[:-1] == sorted(due[:-1])
    marks = [year for year in range(1, 50) if fee_table("trademark").due(year)]
    assert marks == [11, 21, 31, 41]


def test_every_fee_due_in_the_life_is_charged_once_and_whole_whatever_the_periods() -> None:
    for age, first in [(2.5, 0.3), (2.5, 1.0), (3.0, 1.0), (0.0, 0.7), (5.999, 0.001)]:
        starts = [0.0, *(first + year for year in range(6))]
        lengths = [first, *[1.0] * 5, 0.25]
        charged = [
            cost * length for cost, length in zip(cost_series(TABLE, age, starts, lengths), lengths, strict=True)
        ]
        due = [year for year in range(30) if age <= year < age + first + 5.25]
        assert sum(charged) == pytest.approx(sum(TABLE.due(year + 1) for year in due))


def test_a_fee_due_today_is_still_to_be_paid_and_one_due_on_the_last_day_is_not() -> None:
    assert cost_series(TABLE, 3.0, [0.0, 1.0], [1.0, 1.0]) == [1200.0, 1200.0]
    assert cost_series(TABLE, 3.0 + 1e-12, [0.0], [1.0]) == [1200.0]
    assert cost_series(TABLE, 3.2, [0.0], [0.8]) == [0.0]


def test_the_series_is_the_calculators_costs() -> None:
    document = {
        "method": "relief_from_royalty", "timing": "end_of_year", "horizon": {"years": 2.5}, "revenue": [0, 0, 0],
        "royalty_rate": 0.05, "tax_rate": 0, "discount_rate": 1e-12,
        "costs": cost_series(TABLE, 2.75, [0.0, 1.0, 2.0], [1.0, 1.0, 0.5]),
    }  # fmt: skip
    assert engine.value(document)["value"] == pytest.approx(-(1200 + 1200 + 1200), rel=1e-9)


@pytest.mark.parametrize(
    ("age", "starts", "lengths"),
    [(-0.1, [0.0], [1.0]), (1, [0.0], []), (1, [0.0], [0.0]), (float("nan"), [0.0], [1.0])],
)
def test_periods_that_are_none_are_refused(age: float, starts: list[float], lengths: list[float]) -> None:
    with pytest.raises(ValueError):
        cost_series(TABLE, age, starts, lengths)


def test_a_kind_without_a_table_is_refused_with_those_there_are() -> None:
    with pytest.raises(ValueError, match="no fee table for copyright; there are: design, patent"):
        fee_table("copyright")
