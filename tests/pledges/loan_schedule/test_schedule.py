"""The typed door, and what only the arithmetic can find wrong, in the order the contract asks for."""

import json
from datetime import date
from fractions import Fraction

import pytest

from pledges.loan_schedule import Loan, build, read, schedule
from pledges.loan_schedule.terms import Disbursement, Every, FixedRate, Instalments
from tests.pledges.loan_schedule.samples import BULLET, EQUAL, FULL, changed, pointers


def test_a_loan_made_by_hand_is_the_loan_the_document_describes() -> None:
    by_hand = Loan(
        disbursements=(Disbursement(date(2024, 1, 5), 1_000_000),),
        rate=FixedRate(Fraction(6, 100)),
        day_count="act/360",
        plan=Instalments("equal_instalment", 6, date(2024, 2, 5), Every("month", 1), "period"),
    )
    assert by_hand == read(EQUAL)
    assert [row.interest_fen for row in schedule(by_hand).rows] == [row["interest"] for row in build(EQUAL)["rows"]]


def test_the_document_is_left_as_it_was() -> None:
    before = json.dumps(FULL)
    assert build(FULL) == build(FULL)
    assert json.dumps(FULL) == before


@pytest.mark.parametrize("needs", ["rate", "gate"])
def test_a_table_of_quotations_is_needed_at_the_start(needs: str) -> None:
    gated = {"subsidies": [{"payer": "p", "share": "1", "gate": {"tenor": "5Y", "multiple": "1", "effect": "refuse"}}]}
    document = EQUAL | ({"rate": {"lpr": "5Y", "bp": 0}} if needs == "rate" else gated)
    late = [{"date": "2024-01-05", "1Y": "0.03"}, {"date": "2024-01-06", "5Y": "0.03"}]
    assert pointers(document) == ["/lpr"]
    assert pointers(document | {"lpr": []}) == ["/lpr"]
    assert pointers(document | {"lpr": late}) == ["/lpr"]
    assert build(document | {"lpr": [{"date": "2024-01-05", "5Y": "0.03"}]})


def test_one_line_says_all_that_the_table_of_quotations_lacks() -> None:
    gate = {"tenor": "5Y", "multiple": "1", "effect": "refuse"}
    subsidies = [{"payer": "p", "share": "0.5", "gate": gate}, {"payer": "q", "share": "0.5", "gate": gate}]
    assert pointers(BULLET | {"lpr": [], "subsidies": subsidies}) == ["/lpr"]


def test_a_rate_may_touch_zero_but_no_quotation_may_bring_it_below() -> None:
    quotations = [{"date": "2024-01-01", "1Y": "0.03"}, {"date": "2030-01-01", "1Y": "0.01", "5Y": "0"}]
    document = BULLET | {"lpr": quotations}
    assert build(document | {"rate": {"lpr": "1Y", "bp": -100}})
    assert pointers(document | {"rate": {"lpr": "1Y", "bp": -101}}) == ["/rate/bp"]


def test_events_on_or_after_the_last_boundary_are_named() -> None:
    document = BULLET | {"prepayments": [{"date": "2024-07-05", "amount": 1}]}
    document["disbursements"] = [*BULLET["disbursements"], {"date": "2024-07-04", "amount": 1}]
    assert pointers(document) == ["/prepayments/0/date"]
    document["disbursements"] = [*BULLET["disbursements"], {"date": "2024-07-05", "amount": 1}]
    assert pointers(document) == ["/disbursements/1/date", "/prepayments/0/date"]


def test_the_last_boundary_is_the_working_day_where_interest_runs_to_it() -> None:
    document = FULL | {"prepayments": [{"date": "2024-07-07", "amount": 1}]}
    assert build(document)["rows"][-1]["to"] == "2024-07-08"
    assert pointers(changed(document, "/business_days/accrue_to", "nominal")) == ["/prepayments/0/date"]


def test_arithmetic_faults_come_in_the_contracts_order() -> None:
    document = BULLET | {
        "rate": {"lpr": "1Y", "bp": -500},
        "lpr": [{"date": "2024-02-01", "1Y": "0.03"}],
        "prepayments": [{"date": "2024-08-01", "amount": 1}],
    }
    assert pointers(document) == ["/lpr", "/rate/bp", "/prepayments/0/date"]


def test_a_prepayment_above_the_balance_and_one_after_the_end() -> None:
    prepayments = [{"date": f"2024-03-{day}", "amount": amount} for day, amount in ((10, 400_000), (11, 600_000))]
    document = BULLET | {"prepayments": prepayments}
    assert build(document)["rows"][-1]["kind"] == "prepayment"
    assert pointers(changed(document, "/prepayments/1/amount", 600_001)) == ["/prepayments/1/amount"]
    late = changed(document, "/prepayments/-", {"date": "2024-03-12", "amount": 1})
    assert pointers(changed(late, "/prepayments/-", {"date": "2024-03-13", "amount": 1})) == [
        "/prepayments/2/date",
        "/prepayments/3/date",
    ]


def test_a_prepayment_while_money_is_still_to_come_meets_an_empty_balance() -> None:
    document = BULLET | {
        "disbursements": [*BULLET["disbursements"], {"date": "2024-05-05", "amount": 5}],
        "prepayments": [{"date": "2024-03-05", "amount": 1_000_000}, {"date": "2024-04-05", "amount": 1}],
    }
    assert pointers(document) == ["/prepayments/1/amount"]


def test_a_fee_after_the_last_due_date() -> None:
    fees = [{"date": day, "amount": 1, "payee": "a"} for day in ("2024-07-05", "2024-07-06", "2024-07-07")]
    assert pointers(BULLET | {"fees": fees}) == ["/fees/1/date", "/fees/2/date"]


def test_a_prepaid_loan_has_an_earlier_last_due_date() -> None:
    document = BULLET | {"fees": [{"date": "2024-07-05", "amount": 1, "payee": "a"}]}
    assert pointers(document | {"prepayments": [{"date": "2024-03-05", "amount": 1_000_000}]}) == ["/fees/0/date"]
