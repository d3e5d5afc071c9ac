"""Enrolment, its limits, claim windows and circuit breakers: one worked example per sentence of 5, 5.2, 5.3 and 6."""

from typing import Any

import pytest

from risk_fund.loss_sharing import covered, read_scheme
from risk_fund.loss_sharing.events import LoanFacts
from tests.risk_fund.loss_sharing.builders import (
    Json,
    claim,
    clawback,
    contribute,
    enrol,
    last,
    layered,
    pay_deferred,
    played,
    reasons,
    recovery,
    repay,
    reset,
    scheme,
    withdraw,
)

NEXT_YEAR = "2026-01-01"


def breaking(**terms: Any) -> Json:
    """A scheme whose fund bears all and whose breaker warns at 50 and suspends at 100."""
    breaker = {"denominator": 1000, "warn": "0.05", "suspend": "0.1"} | terms
    return scheme(stages=[layered(fund=1)], breakers=[breaker])


def states(terms: Json, *events: Json) -> list[Any]:
    """Return the first breaker's state after each event (None before it has a bank to watch)."""
    entries = played(terms, *events)["events"]
    return [entry["breakers"][0]["state"] if entry["breakers"] else None for entry in entries]


# ---------------------------------------------------------------------- money
def test_a_withdrawal_may_take_all_the_cash_and_no_more() -> None:
    assert reasons(scheme(), contribute(5), withdraw(6), withdraw(5), withdraw(1)) == [
        None,
        "OVER_CASH",
        None,
        "OVER_CASH",
    ]


def test_a_repayment_lowers_what_is_outstanding_and_covered() -> None:
    record = [repay(1), enrol(), repay(100_001), repay(40_000)]
    assert reasons(scheme(), *record) == ["NOT_ENROLLED", None, "OVER_OUTSTANDING", None]
    entry = last(scheme(), *record)
    assert (entry["loan_covered"], entry["covered"], entry["exposure"]) == (30_000, 30_000, 60_000)


# ---------------------------------------------------------------------- claims
def test_cover_begins_on_the_day_of_registration() -> None:
    days = ["2025-05-31", "2025-06-01"]
    record = [enrol(registered="2025-06-01"), *(claim(1, date=day) for day in days)]
    assert reasons(scheme(), *record) == [None, "NOT_REGISTERED", None]


@pytest.mark.parametrize(
    ("due", "reason"),
    [("2025-02-20", "TOO_EARLY"), ("2025-02-19", None), ("2025-02-14", None), ("2025-02-13", "TOO_LATE"),
     ("2025-04-01", "TOO_EARLY")],
)  # fmt: skip
def test_a_claim_comes_within_its_window_both_ends_included(due: str, reason: str | None) -> None:
    terms = scheme(waiting={"wait_days": 10, "window_days": 5})
    assert last(terms, enrol(), claim(1, due=due))["reason"] == reason


def test_without_a_window_a_claim_is_never_too_late() -> None:
    assert last(scheme(waiting={"wait_days": 10}), enrol(), claim(1, due="1990-01-01"))["ok"]


def test_the_first_reason_that_holds_is_given() -> None:
    terms = scheme(waiting={"wait_days": 10})
    over = claim(10**9, due="2025-03-01")
    assert last(terms, enrol(registered="2025-04-01"), over)["reason"] == "NOT_REGISTERED"
    assert last(terms, enrol(), over)["reason"] == "TOO_EARLY"
    assert last(terms, enrol(), over | {"due": "2025-01-01"})["reason"] == "OVER_OUTSTANDING"


def test_only_principal_is_held_against_what_is_outstanding() -> None:
    assert reasons(scheme(), enrol(principal=10), claim(10, interest=99), claim(0, cost=99)) == [None, None, None]


def test_running_sums_tell_what_was_borne_so_far() -> None:
    record = [enrol(), enrol("L2", bank="K2"), enrol("L3", borrower="B2"), claim(10), claim(20, "L2"),
              claim(40, "L3"), claim(80, date=NEXT_YEAR)]  # fmt: skip
    running = last(scheme(), *record)["running"]
    assert {group: sums["fund"] for group, sums in running.items()} == {
        "loan": 45, "borrower": 55, "bank": 65, "year": 40, "all": 75,
    }  # fmt: skip


# ---------------------------------------------------------------------- cover
def test_cover_is_the_first_claims_part_whatever_has_happened() -> None:
    terms = scheme(stages=[{"scope": "all", "layers": [{"exhaust": 100, "shares": {"fund": 1}}]}],
                   caps=[{"party": "fund", "scope": "all", "amount": 80}], pool={})  # fmt: skip
    entries = played(terms, enrol(principal=90), enrol("L2", 50), contribute(500), claim(90))["events"]
    assert [entry["covered"] for entry in entries] == [80, 130, 130, 50]


@pytest.mark.parametrize(
    ("base", "part"),
    [({}, 50), ({"components": ["interest"]}, 0), ({"ip_portion": "pro_rata"}, 33), ({"ip_portion": "amount"}, 20)],
)
def test_cover_follows_the_base_rules(base: Json, part: int) -> None:
    terms, facts = read_scheme(scheme(base=base)), LoanFacts("L1", "B1", "K1", contract_fen=60, ip_part_fen=40)
    assert covered(terms, 100, facts) == part


# ---------------------------------------------------------------------- capacity
def test_equal_passes_leverage_and_quota() -> None:
    terms = scheme(capacity={"leverage": "5/2", "quotas": {"K1": 60}})
    record = [contribute(40), enrol(principal=61), enrol(principal=60), enrol("L2", 1), enrol("L3", 41, bank="K2"),
              enrol("L3", 40, bank="K2"), enrol("L3", 1), enrol("L4", 1, bank="K2")]  # fmt: skip
    expected = [None, "OVER_QUOTA", None, "OVER_QUOTA", "OVER_CAPACITY", None, "DUPLICATE_LOAN", "OVER_CAPACITY"]
    assert reasons(terms, *record) == expected


def test_capacity_may_be_measured_by_cover() -> None:
    terms = scheme(capacity={"leverage": 1, "measure": "covered", "quotas": {"K1": 30}})
    record = [
        contribute(50),
        enrol(principal=62),
        enrol(principal=61),
        enrol("L2", 40, bank="K2"),
        enrol("L3", 2, bank="K2"),
    ]
    assert reasons(terms, *record) == [None, "OVER_QUOTA", None, None, "OVER_CAPACITY"]


def test_a_quota_by_cover_sums_the_banks_loans_and_is_freed_by_repayment() -> None:
    terms = scheme(capacity={"measure": "covered", "quotas": {"K1": 30}})
    record = [enrol(principal=60), enrol("L2", 2), repay(2), enrol("L2", 2)]
    assert reasons(terms, *record) == [None, "OVER_QUOTA", None, None]


def test_claims_use_up_capacity_through_cash_and_free_it_through_exposure() -> None:
    terms = scheme(stages=[layered(fund=1)], capacity={"leverage": 2})
    record = [contribute(50), enrol(principal=100), claim(10), enrol("L2", 1), recovery(5), enrol("L2", 1)]
    assert reasons(terms, *record) == [None, None, None, "OVER_CAPACITY", None, "OVER_CAPACITY"]
    assert reasons(terms, *record, recovery(1), enrol("L2", 2))[-1] is None


def test_a_voided_loan_still_counts_in_capacity() -> None:
    terms = scheme(capacity={"leverage": 1})
    record = [contribute(100), enrol(principal=100), claim(20), clawback(), enrol("L2", 21), enrol("L2", 20)]
    assert reasons(terms, *record)[-2:] == ["OVER_CAPACITY", None]


def test_refusals_of_an_enrolment_come_in_order() -> None:
    terms = breaking() | {"capacity": {"leverage": 0, "quotas": {"K1": 0}}}
    assert last(terms, enrol())["reason"] == "OVER_QUOTA"
    assert last(terms, enrol(bank="K2"))["reason"] == "OVER_CAPACITY"


# ---------------------------------------------------------------------- breakers
@pytest.mark.parametrize(("comparison", "expected"), [(">=", ["warning", "suspended"]), (">", ["open", "warning"])])
def test_a_breaker_compares_as_it_says(comparison: str, expected: list[str]) -> None:
    assert states(breaking(comparison=comparison), enrol(), claim(50), claim(50))[1:] == expected


def test_a_breaker_without_warning_goes_from_open_to_suspended() -> None:
    assert states(breaking(warn=None), enrol(), claim(99), claim(1))[1:] == ["open", "suspended"]


def test_only_an_unlatched_breaker_follows_the_rate_down() -> None:
    record = [enrol(), claim(100), recovery(20), enrol("L2")]
    assert states(breaking(), *record)[1:] == ["suspended"] * 3
    assert states(breaking(latched=False), *record)[1:] == ["suspended", "warning", "warning"]
    assert reasons(breaking(latched=False), *record)[-1] is None


def test_gross_does_not_take_off_what_came_back() -> None:
    record = [enrol(), claim(100), recovery(20)]
    for metric, amount in (("gross", 100), ("net", 80)):
        assert last(breaking(metric=metric, latched=False), *record)["breakers"][0]["amount"] == amount


def test_net_takes_off_clawbacks_and_true_ups_of_the_year_in_which_they_come() -> None:
    terms = scheme(breakers=[{"denominator": 1000, "suspend": 1}])
    record = [enrol(), claim(100), recovery(50), claim(20, date=NEXT_YEAR), clawback(date=NEXT_YEAR)]
    amounts = [entry["breakers"][0]["amount"] for entry in played(terms, *record)["events"]]
    # 50 paid; 25 back; next year 10 paid, the refund stays at 25; then the position of 35 is returned
    assert amounts == [0, 50, 25, 10, -25]


def test_a_deferred_payment_counts_in_the_year_it_is_paid() -> None:
    terms = breaking() | {"pool": {}}
    record = [enrol(), claim(100), contribute(30, NEXT_YEAR), pay_deferred(NEXT_YEAR)]
    assert [entry["breakers"][0]["amount"] for entry in played(terms, *record)["events"]] == [0, 0, 0, 30]


def test_an_unlatched_breaker_opens_with_the_first_event_of_the_new_year() -> None:
    record = [enrol(), claim(100), enrol("L2"), enrol("L2", date=NEXT_YEAR)]
    assert reasons(breaking(latched=False), *record)[2:] == ["SUSPENDED", None]
    assert reasons(breaking(), *record)[2:] == ["SUSPENDED", "SUSPENDED"]


def test_a_reset_needs_a_suspension_two_people_and_a_lower_rate() -> None:
    record = [reset(), enrol(), claim(100), reset(approvers=("Ada", "Ada")), reset(approvers=()), reset(), recovery(1),
              reset(), reset()]  # fmt: skip
    expected = [
        "NOT_SUSPENDED",
        None,
        None,
        "TWO_APPROVERS",
        "TWO_APPROVERS",
        "STILL_OVER",
        None,
        None,
        "NOT_SUSPENDED",
    ]
    assert reasons(breaking(), *record) == expected
    assert states(breaking(), *record)[-2:] == ["warning", "warning"]


def test_a_breaker_that_was_reset_latches_again() -> None:
    record = [enrol(), claim(100), recovery(1), reset(), claim(1), recovery(90)]
    assert states(breaking(), *record)[3:] == ["warning", "suspended", "suspended"]


def test_a_bank_breaker_suspends_its_own_bank() -> None:
    terms = breaking(scope="bank")
    record = [enrol(bank="K2"), enrol("L2"), claim(100), enrol("L3", bank="K2"), enrol("L3"), reset(bank="K1"),
              reset(bank="K2"), reset(bank="K9")]  # fmt: skip
    assert reasons(terms, *record)[3:] == ["SUSPENDED", None, "NOT_SUSPENDED", "STILL_OVER", "NOT_SUSPENDED"]
    readings = last(terms, *record)["breakers"]
    assert [(each["bank"], each["amount"], each["state"]) for each in readings] == [
        ("K1", 0, "open"), ("K2", 100, "suspended"),
    ]  # fmt: skip


def test_breakers_are_listed_in_order_and_banks_by_code_point() -> None:
    terms = scheme(breakers=[
        {"denominator": 1, "suspend": 1, "scope": "bank"}, {"denominator": 1, "suspend": 1},
    ])  # fmt: skip
    entries = played(terms, contribute(1), *(enrol(bank, bank=bank) for bank in ("é", "b", "Z", "工")))["events"]
    assert [each["bank"] for each in entries[-1]["breakers"]] == ["Z", "b", "é", "工", None]
    assert [each["bank"] for each in entries[0]["breakers"]] == [None]


def test_enrolled_loans_keep_their_cover_while_suspended() -> None:
    record = [enrol(), claim(100), claim(100)]
    assert last(breaking(), *record)["allocation"] == {"fund": 100, "bank": 0}
