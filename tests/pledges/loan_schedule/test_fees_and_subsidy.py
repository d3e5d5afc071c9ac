"""Who else is paid, and who else pays: fees on their rows, interest subsidies behind caps and gates."""

from fractions import Fraction
from typing import Any

import pytest

from pledges.loan_schedule import build
from tests.pledges.loan_schedule.samples import BULLET, EQUAL, column

QUARTERS = BULLET | {
    "method": "interest_only",
    "disbursements": [{"date": "2024-01-05", "amount": 100_000_000}],
    "settlement": {"every": "quarter", "day": 20},
    "maturity": "2025-01-05",
    "rate": {"annual": "0.06"},
    "day_count": "act/360",
}


def fee(day: str, amount: int = 100, payee: str = "评估机构") -> dict[str, Any]:
    return {"date": day, "amount": amount, "payee": payee}


# --- fees -------------------------------------------------------------------------------------------------------------


def test_a_fee_on_the_start_is_upfront_and_in_no_row() -> None:
    answer = build(EQUAL | {"fees": [fee("2024-01-05", 700)]})
    assert column(answer["rows"], "fee") == [0] * 6
    assert (answer["totals"]["fees_upfront"], answer["totals"]["fees"]) == (700, 700)


def test_a_later_fee_stands_in_the_first_row_due_on_or_after_it() -> None:
    answer = build(EQUAL | {"fees": [fee("2024-02-06", 1), fee("2024-02-05", 10), fee("2024-01-06", 100)]})
    assert column(answer["rows"], "fee") == [110, 1, 0, 0, 0, 0]
    assert answer["totals"]["fees_by_payee"] == {"评估机构": 111}


def test_first_means_first_in_the_table_even_if_a_later_row_falls_due_before() -> None:
    """The instalment of 20 April moves to the 22nd; the prepayment of the 21st stands below it."""
    document = QUARTERS | {
        "settlement": {"every": "month", "day": 20},
        "business_days": {"rule": "following"},
        "prepayments": [{"date": "2024-04-21", "amount": 1}],
        "fees": [fee("2024-04-21")],
    }
    rows = build(document)["rows"]
    assert [(row["due"], row["fee"]) for row in rows[3:5]] == [("2024-04-22", 100), ("2024-04-21", 0)]


def test_the_lender_is_named_only_where_it_takes_something() -> None:
    free = {"prepayments": [{"date": "2024-03-05", "amount": 49, "fee_rate": "0.01"}]}
    assert build(QUARTERS | free)["totals"]["fees_by_payee"] == {}
    dear = {"prepayments": [{"date": "2024-03-05", "amount": 50, "fee_rate": "0.01"}]}
    assert build(QUARTERS | dear)["totals"]["fees_by_payee"] == {"lender": 1}
    named = dear | {"fees": [fee("2024-02-01", 7, "lender")]}
    assert build(QUARTERS | named)["totals"]["fees_by_payee"] == {"lender": 8}


# --- subsidies --------------------------------------------------------------------------------------------------------


def subsidised(*entries: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return build(QUARTERS | {"subsidies": [{"payer": "盟市"} | entry for entry in entries]} | changes)


def paid(*entries: dict[str, Any], **changes: Any) -> list[int]:
    return column(subsidised(*entries, **changes)["rows"], "subsidy")


def test_a_share_of_each_rows_interest_is_cut_to_whole_fen() -> None:
    rows = subsidised({"share": "0.33333333"})["rows"]
    assert column(rows, "subsidy") == [int(row["interest"] * Fraction("0.33333333")) for row in rows]
    assert rows[0]["interest"] == 1_250_000
    assert rows[0]["subsidy"] == 416_666


def test_each_entry_is_cut_for_itself() -> None:
    assert paid({"share": "0.33333333"}, {"share": "0.33333333"})[0] == 2 * 416_666


def test_the_cap_is_of_the_calendar_year_in_which_the_row_falls_due() -> None:
    """5 January 2025 belongs to a new year, and so would a row of 31 December moved to 2 January."""
    assert paid({"share": "1", "cap_per_year": 2_000_000}) == [1_250_000, 750_000, 0, 0, 266_667]
    moved = {"maturity": "2024-12-31", "business_days": {"rule": "following", "holidays": ["2024-12-31", "2025-01-01"]}}
    assert paid({"share": "1", "cap_per_year": 2_000_000}, **moved) == [1_250_000, 750_000, 0, 0, 183_333]


def test_a_cap_belongs_to_its_entry_not_to_the_payer() -> None:
    answer = subsidised({"share": "0.4", "cap_per_year": 1000}, {"share": "0.4", "cap_per_year": 3000})
    assert column(answer["rows"], "subsidy") == [4000, 0, 0, 0, 4000]
    assert answer["totals"]["subsidy_by_payer"] == {"盟市": 8000}


def test_a_cap_of_nothing_pays_nothing_and_still_names_the_payer() -> None:
    answer = subsidised({"share": "1", "cap_per_year": 0})
    assert answer["totals"]["subsidy_by_payer"] == {"盟市": 0}


def gate(multiple: str, effect: str, tenor: str = "1Y") -> dict[str, Any]:
    return {"share": "1", "gate": {"tenor": tenor, "multiple": multiple, "effect": effect}}


LPR = [{"date": "2024-01-01", "1Y": "0.04", "5Y": "0.05"}, {"date": "2024-02-01", "1Y": "0.01"}]


@pytest.mark.parametrize(
    ("multiple", "effect", "first"),
    [
        ("1.5", "refuse", 1_250_000),
        ("1.49999999", "refuse", 0),
        ("1.5", "truncate", 1_250_000),
        ("1", "truncate", 833_333),
        ("0", "truncate", 0),
    ],
)
def test_the_gate_compares_the_rate_with_lpr_at_the_start(multiple: str, effect: str, first: int) -> None:
    assert paid(gate(multiple, effect), lpr=LPR)[0] == first


def test_a_gate_may_look_at_the_other_tenor() -> None:
    assert paid(gate("1.2", "refuse", "5Y"), lpr=LPR)[0] == 1_250_000
    assert paid(gate("1.2", "refuse", "1Y"), lpr=LPR)[0] == 0


def test_the_gate_is_passed_once_and_for_all() -> None:
    """The rate later falls below the limit: the gate that refused at the start goes on refusing."""
    rate = {"lpr": "1Y", "bp": 200, "reset": "publication"}
    assert paid(gate("1", "refuse"), lpr=LPR, rate=rate) == [0] * 5


def test_prepayment_rows_are_subsidised_too() -> None:
    rows = subsidised({"share": "0.5"}, prepayments=[{"date": "2024-02-05", "amount": 1_000}])["rows"]
    assert (rows[0]["kind"], rows[0]["interest"], rows[0]["subsidy"]) == ("prepayment", 516_667, 258_333)


def test_a_free_loan_passes_every_gate() -> None:
    assert paid(gate("0", "truncate"), lpr=LPR, rate={"annual": "0"}) == [0] * 5


def test_rows_of_one_year_are_capped_in_table_order() -> None:
    table = subsidised({"share": "1", "cap_per_year": 1_300_000}, prepayments=[{"date": "2024-06-20", "amount": 5}])
    assert [(row["kind"], row["subsidy"]) for row in table["rows"]] == [
        ("instalment", 1_250_000), ("instalment", 50_000), ("prepayment", 0), ("instalment", 0), ("instalment", 0),
        ("instalment", 266_667),
    ]  # fmt: skip
