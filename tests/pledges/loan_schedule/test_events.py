"""Disbursements and prepayments in the table: their order on one day, their rows, and what becomes of an empty loan."""

from fractions import Fraction

from pledges.loan_schedule import build
from tests.pledges.loan_schedule.samples import BULLET, EQUAL, PARTS, START, annuity, column, rows


def test_on_one_day_the_instalment_comes_first_then_the_disbursement_then_the_prepayment() -> None:
    table = rows(
        PARTS,
        disbursements=[START, {"date": "2024-06-05", "amount": 10}],
        prepayments=[{"date": "2024-06-05", "amount": 166_675}],
    )
    assert column(table, "kind") == ["instalment"] * 5 + ["prepayment"]
    assert column(table, "balance")[-2:] == [166_675, 0]


def test_a_disbursement_on_the_prepayments_day_comes_first() -> None:
    table = rows(
        BULLET,
        disbursements=[START, {"date": "2024-03-05", "amount": 10}],
        prepayments=[{"date": "2024-03-05", "amount": 1_000_010}],
    )
    assert [(row["kind"], row["balance"]) for row in table] == [("prepayment", 0)]


def test_where_two_boundaries_share_a_day_the_events_come_between_their_instalments() -> None:
    table = rows(
        PARTS,
        every={"unit": "day", "count": 1}, first_due="2024-02-09", instalments=4,
        business_days={"rule": "following", "accrue_to": "adjusted"},
        disbursements=[START, {"date": "2024-02-11", "amount": 1_000}],
    )  # fmt: skip
    assert column(table, "to") == ["2024-02-09", "2024-02-12", "2024-02-12", "2024-02-12"]
    event = {"date": "2024-02-12", "amount": 1_000}
    with_event = rows(
        PARTS,
        every={"unit": "day", "count": 1}, first_due="2024-02-09", instalments=5,
        business_days={"rule": "following", "accrue_to": "adjusted"},
        disbursements=[START, event], prepayments=[event | {"amount": 600}],
    )  # fmt: skip
    assert [(row["to"], row["kind"], row["principal"], row["balance"]) for row in with_event[1:4]] == [
        ("2024-02-12", "instalment", 200_000, 601_000),
        ("2024-02-12", "prepayment", 600, 600_400),
        ("2024-02-12", "instalment", 200_133, 400_267),
    ]


def test_a_paid_off_loan_waits_for_money_still_to_come() -> None:
    table = rows(
        PARTS,
        disbursements=[START, {"date": "2024-05-15", "amount": 900}],
        prepayments=[{"date": "2024-01-20", "amount": 1_000_000}],
    )
    assert column(table, "balance") == [0, 0, 0, 0, 0, 450, 0]
    assert column(table, "interest")[1:5] == [0, 0, 0, 0]


def test_a_prepayment_settles_its_interest_and_pays_its_fee_to_the_lender() -> None:
    answer = build(BULLET | {
        "rate": {"annual": "0.06"}, "day_count": "act/360",
        "prepayments": [{"date": "2024-03-05", "amount": 150, "fee_rate": "0.01"}],
    })  # fmt: skip
    first, second = answer["rows"]
    assert (first["from"], first["to"], first["due"], first["days"]) == ("2024-01-05", "2024-03-05", "2024-03-05", 60)
    assert (first["interest"], first["principal"], first["fee"], first["total"]) == (10_000, 150, 2, 10_152)
    assert (second["from"], second["days"]) == ("2024-03-05", 122)
    assert answer["totals"]["fees_by_payee"] == {"lender": 2}


def test_a_prepayment_never_moves_to_a_working_day() -> None:
    business_days = {"rule": "following", "accrue_to": "adjusted"}
    table = rows(BULLET, business_days=business_days, prepayments=[{"date": "2024-03-09", "amount": 1}])
    assert (table[0]["to"], table[0]["due"]) == ("2024-03-09", "2024-03-09")


def test_a_shortening_prepayment_keeps_the_instalment() -> None:
    table = rows(EQUAL, prepayments=[{"date": "2024-02-20", "amount": 300_000, "effect": "shorten"}])
    level = annuity(1_000_000, Fraction(6, 1200), 6)
    assert [row["total"] for row in table if row["kind"] == "instalment"][:-1] == [level] * 4
    assert len(table) == 6
    assert table[-1]["to"] == "2024-06-05"
