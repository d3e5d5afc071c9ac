"""What must hold between the members of a document, with the pointer each fault asks for."""

from typing import Any

import pytest

from pledges.loan_schedule import build
from tests.pledges.loan_schedule.samples import BULLET, EQUAL, FULL, INTEREST_ONLY, changed, pointers


@pytest.mark.parametrize("key", ["disbursements", "lpr", "prepayments"])
@pytest.mark.parametrize("second", ["2024-03-05", "2024-03-04"])
def test_dates_that_must_increase_name_the_later_entry(key: str, second: str) -> None:
    entry = {"lpr": {"1Y": "0.03"}}.get(key, {"amount": 1})
    entries = [*FULL[key], entry | {"date": "2024-03-05"}, entry | {"date": second}]
    entries = [*FULL[key][:1], *entries[-2:]] if key != "prepayments" else entries[-2:]
    assert pointers(FULL | {key: entries}) == [f"/{key}/{len(entries) - 1}/date"]


def test_payments_may_share_a_day_but_not_go_back() -> None:
    payments = [{"date": day, "amount": 1} for day in ("2024-02-01", "2024-02-01", "2024-01-31")]
    assert pointers(FULL | {"payments": payments}) == ["/payments/2/date"]


@pytest.mark.parametrize("day", ["2024-01-04", "2024-09-02"])
def test_payments_lie_between_the_start_and_the_day_asked_about(day: str) -> None:
    assert pointers(FULL | {"payments": [{"date": day, "amount": 1}]}) == ["/payments/0/date"]


@pytest.mark.parametrize(
    ("path", "day", "good"),
    [
        ("/fees/0/date", "2024-01-04", "2024-01-05"),
        ("/prepayments/0/date", "2024-01-05", "2024-01-06"),
        ("/as_of", "2024-01-04", "2024-01-05"),
        ("/maturity", "2024-01-05", "2024-01-09"),
    ],
)
def test_nothing_comes_before_the_start(path: str, day: str, good: str) -> None:
    document = FULL | {"payments": [], "prepayments": [FULL["prepayments"][0] | {"date": "2024-01-06"}]}
    assert path in pointers(changed(document, path, day))
    assert build(changed(document, path, good))


@pytest.mark.parametrize("day", ["2024-01-05", "2024-01-04"])
def test_the_first_instalment_comes_after_the_start(day: str) -> None:
    assert pointers(EQUAL | {"first_due": day}) == ["/first_due"]


@pytest.mark.parametrize("key", ["payments", "penalty"])
def test_arrears_keys_need_the_day_asked_about(key: str) -> None:
    empty: dict[str, Any] = {"payments": [], "penalty": {}}
    assert pointers(EQUAL | {key: empty[key]}) == [f"/{key}"]


def test_a_fixed_rate_has_no_lpr_keys_and_a_rate_without_annual_is_on_lpr() -> None:
    assert pointers(EQUAL | {"rate": {"annual": "0.05", "lpr": "1Y", "bp": 1}}) == ["/rate/lpr", "/rate/bp"]
    assert pointers(EQUAL | {"rate": {}}) == ["/rate/lpr", "/rate/bp"]


def test_shares_may_reach_one_and_the_one_that_passes_it_is_named() -> None:
    entries = [{"payer": "p", "share": share} for share in ("0.5", "0.5", "0.00000001", "0.5")]
    assert build(EQUAL | {"subsidies": entries[:2]})
    assert pointers(EQUAL | {"subsidies": entries}) == ["/subsidies/2/share"]


@pytest.mark.parametrize("reset", ["publication", "january_1", "anniversary"])
def test_shortening_needs_a_rate_that_cannot_reset(reset: str) -> None:
    rate = {"lpr": "1Y", "bp": 50, "reset": reset}
    document = EQUAL | {"lpr": BULLET["lpr"], "prepayments": [{"date": "2024-02-20", "amount": 9, "effect": "shorten"}]}
    assert pointers(document | {"rate": rate}) == ["/prepayments/0/effect"]
    assert build(document | {"rate": rate | {"reset": "none"}})


@pytest.mark.parametrize("document", [BULLET, INTEREST_ONLY])
def test_shortening_needs_instalments(document: dict[str, Any]) -> None:
    prepayment = {"date": "2024-02-20", "amount": 9, "effect": "shorten"}
    assert pointers(document | {"prepayments": [prepayment]}) == ["/prepayments/0/effect"]


@pytest.mark.parametrize("unit", ["week", "day"])
def test_interest_by_period_needs_months(unit: str) -> None:
    document = EQUAL | {"every": {"unit": unit, "count": 2}, "interest_basis": "period"}
    assert pointers(document) == ["/interest_basis"]
    assert build(document | {"interest_basis": "daily"}) == build(
        {k: document[k] for k in document if k != "interest_basis"}
    )
