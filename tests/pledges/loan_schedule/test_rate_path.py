"""Which rate holds when: fixed, or LPR and basis points with four ways to reset."""

from typing import Any

import pytest

from pledges.loan_schedule import build
from tests.pledges.loan_schedule.samples import BULLET, EQUAL

TABLE = [
    {"date": "2022-12-20", "1Y": "0.0365", "5Y": "0.043"},
    {"date": "2023-06-20", "1Y": "0.0355"},
    {"date": "2023-08-21", "5Y": "0.042", "1Y": "0.0345"},
    {"date": "2024-02-20", "5Y": "0.0395"},
    {"date": "2024-07-22", "1Y": "0.0335", "5Y": "0.0385"},
]


def path(reset: str | None = None, tenor: str = "1Y", **changes: Any) -> list[tuple[str, str]]:
    rate = {"lpr": tenor, "bp": 100} | ({"reset": reset} if reset else {})
    document = BULLET | {
        "disbursements": [{"date": "2023-02-28", "amount": 1000}],
        "maturity": "2025-02-28",
        "lpr": TABLE,
        "rate": rate,
    }
    return [(entry["from"], entry["annual"]) for entry in build(document | changes)["rate_path"]]


def test_a_fixed_rate_has_one_entry() -> None:
    assert build(EQUAL)["rate_path"] == [{"from": "2024-01-05", "annual": "0.06000000"}]


def test_without_reset_the_rate_of_the_start_stays() -> None:
    assert path() == path("none") == [("2023-02-28", "0.04650000")]


def test_every_publication_counts_that_changes_the_tenors_rate() -> None:
    assert path("publication") == [
        ("2023-02-28", "0.04650000"), ("2023-06-20", "0.04550000"),
        ("2023-08-21", "0.04450000"), ("2024-07-22", "0.04350000"),
    ]  # fmt: skip
    assert [day for day, _ in path("publication", "5Y")] == ["2023-02-28", "2023-08-21", "2024-02-20", "2024-07-22"]


def test_each_first_of_january() -> None:
    assert path("january_1") == [
        ("2023-02-28", "0.04650000"), ("2024-01-01", "0.04450000"), ("2025-01-01", "0.04350000")
    ]  # fmt: skip


def test_each_anniversary() -> None:
    assert path("anniversary") == [("2023-02-28", "0.04650000"), ("2024-02-28", "0.04450000")]


def test_the_29_of_february_has_its_anniversary_on_the_28() -> None:
    start = {"disbursements": [{"date": "2024-02-29", "amount": 1000}], "maturity": "2028-12-31"}
    table = [{"date": f"{year}-01-20", "1Y": f"0.0{year - 1990}"} for year in range(2024, 2029)]
    found = path("anniversary", lpr=table, **start)
    assert [day for day, _ in found] == ["2024-02-29", "2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29"]


def test_a_quotation_on_the_start_is_the_starts_rate_and_no_reset() -> None:
    assert path("publication", lpr=[{"date": "2023-02-28", "1Y": "0.03"}]) == [("2023-02-28", "0.04000000")]


def test_no_reset_on_the_last_boundary_shows() -> None:
    table = [TABLE[0], {"date": "2025-02-27", "1Y": "0.02"}, {"date": "2025-02-28", "1Y": "0.01"}]
    assert path("publication", lpr=table)[-1] == ("2025-02-27", "0.03000000")
    assert path("publication", lpr=table, as_of="2026-01-01")[-1] == ("2025-02-27", "0.03000000")


def test_the_path_is_of_the_full_table_even_when_the_loan_ends_early() -> None:
    prepaid = [{"date": "2023-03-01", "amount": 1000}]
    assert path("publication", prepayments=prepaid) == path("publication")


@pytest.mark.parametrize(("bp", "annual"), [(-365, "0.00000000"), (2000, "0.23650000"), (7, "0.03720000")])
def test_basis_points_are_ten_thousandths(bp: int, annual: str) -> None:
    table = [{"date": "2022-12-20", "1Y": "0.0365"}]
    assert path(rate={"lpr": "1Y", "bp": bp}, lpr=table) == [("2023-02-28", annual)]


def test_eight_decimals_are_kept() -> None:
    assert path(lpr=[{"date": "2022-12-20", "1Y": "0.03456789"}]) == [("2023-02-28", "0.04456789")]
