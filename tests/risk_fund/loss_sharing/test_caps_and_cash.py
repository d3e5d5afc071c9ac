"""Caps with overflow, and a fund that pays from cash only: one worked example per sentence of 4.3 to 4.5."""

from datetime import date as Date
from typing import Any

import pytest

from risk_fund.loss_sharing import read_scheme, step_group
from risk_fund.loss_sharing.cash import ration
from risk_fund.loss_sharing.events import Claim
from risk_fund.loss_sharing.state import State
from tests.risk_fund.loss_sharing.builders import (
    DAY,
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
    scheme,
    withdraw,
)

THREE: Json = {"parties": ["fund", "insurer", "bank"]}
LATER = "2025-06-01"


def capped(*caps: Json, **shares: int) -> Json:
    return scheme(**THREE, stages=[layered(**shares)], caps=list(caps))


def cap(party: str, amount: int, scope: str = "all", **more: Any) -> Json:
    return {"party": party, "scope": scope, "amount": amount} | more


def pool(unpaid: str = "deferred", same_day: str = "fifo", **terms: Any) -> Json:
    return scheme(pool={"unpaid": unpaid, "same_day": same_day}, **({"stages": [layered(fund=1)]} | terms))


def test_what_is_above_the_room_overflows_and_later_caps_see_it() -> None:
    terms = capped(cap("fund", 50, overflow_to="insurer"), cap("insurer", 30), fund=1)
    entry = last(terms, enrol(), claim(100))
    assert entry["allocation"] == {"fund": 50, "insurer": 30, "bank": 20}
    assert entry["cuts"] == [
        {"cap": 0, "from": "fund", "to": "insurer", "amount": 50},
        {"cap": 1, "from": "insurer", "to": "bank", "amount": 20},
    ]


def test_a_cap_that_moves_nothing_is_not_a_cut() -> None:
    assert last(capped(cap("fund", 50), fund=1), enrol(), claim(50))["cuts"] == []


def test_an_earlier_cap_has_used_only_what_later_caps_leave() -> None:
    terms = capped(cap("fund", 50), cap("fund", 20, "loan"), fund=1)
    entries = played(terms, enrol(), enrol("L2"), enrol("L3"), claim(99), claim(99, "L2"), claim(99, "L3"))["events"]
    assert [entry["allocation"]["fund"] for entry in entries[3:]] == [20, 20, 10]


def test_what_was_cut_never_comes_back_and_refunds_free_no_room() -> None:
    terms = capped(cap("fund", 50, "loan"), fund=1)
    record = [enrol(), claim(80), recovery(80), claim(10)]
    assert last(terms, *record)["allocation"] == {"fund": 0, "insurer": 0, "bank": 10}


def test_a_clawback_frees_no_room() -> None:
    terms = capped(cap("fund", 50), fund=1)
    assert last(terms, enrol(), enrol("L2"), claim(50), clawback(), claim(9, "L2"))["allocation"]["fund"] == 0


def test_a_cap_of_nothing_lets_nothing_pass() -> None:
    assert last(capped(cap("fund", 0), fund=1), enrol(), claim(7))["allocation"]["bank"] == 7


def test_without_a_pool_cash_may_go_below_zero() -> None:
    entry = last(scheme(stages=[layered(fund=1)]), enrol(), claim(30))
    assert (entry["cash"], entry["unpaid"]) == (-30, 0)


def test_a_fund_below_zero_without_a_pool_still_accepts_claims() -> None:
    terms = scheme(stages=[layered(fund=1)])
    assert reasons(terms, enrol(), claim(30), recovery(10), claim(30)) == [None] * 4


def test_first_come_first_served_leaves_the_later_claim_unpaid() -> None:
    entries = played(pool(), contribute(50), enrol(), enrol("L2"), claim(40), claim(40, "L2"))["events"]
    assert [entry["unpaid"] for entry in entries[3:]] == [0, 30]
    assert entries[4]["allocation"] == {"fund": 10, "bank": 30}


def test_the_day_shares_the_cash_by_largest_remainder_ties_in_event_order() -> None:
    loans = ["L1", "L2", "L3"]
    entries = played(
        pool(same_day="pro_rata"), contribute(50), *(enrol(loan) for loan in loans),
        *(claim(30, loan) for loan in loans),
    )["events"]  # fmt: skip
    assert [entry["allocation"]["fund"] for entry in entries[4:]] == [17, 17, 16]
    assert [entry["cash"] for entry in entries[4:]] == [33, 16, 0]


def test_cash_is_rationed_to_the_last_fen_and_never_below_zero() -> None:
    assert ration([10, 30, 20], 50) == [8, 25, 17]  # 8.33, 25, 16.67
    assert ration([1, 1, 1], 2) == [1, 1, 0]
    assert ration([10, 30], 40) == [10, 30]
    assert ration([5, 0], -3) == [0, 0]


@pytest.mark.parametrize(
    ("between", "paid"),
    [
        ([], [10, 10]),
        ([claim(1, "unknown")], [10, 10]),  # a refused claim counts in the run
        ([contribute(1)], [20, 1]),  # another event ends it
    ],
)
def test_a_group_is_a_run_of_neighbouring_claims(between: list[Json], paid: list[int]) -> None:
    record = [contribute(20), enrol(), enrol("L2"), claim(30), *between, claim(30, "L2")]
    entries = played(pool(same_day="pro_rata"), *record)["events"]
    assert [entries[index]["allocation"]["fund"] for index in (3, len(record) - 1)] == paid


def test_a_second_claim_on_a_loan_or_another_day_begins_a_new_group() -> None:
    for second in (claim(30), claim(30, "L2", date=LATER)):
        record = [contribute(20), enrol(), enrol("L2"), claim(30), second]
        entries = played(pool(same_day="pro_rata"), *record)["events"]
        assert [entry["allocation"]["fund"] for entry in entries[3:]] == [20, 0]


def test_what_is_deferred_still_fills_the_cap_and_what_is_extinguished_does_not() -> None:
    caps = [cap("fund", 50)]
    for unpaid, second in (("deferred", 10), ("extinguished", 40)):
        record = [contribute(10), enrol(), claim(40), contribute(99, LATER), claim(40, date=LATER)]
        assert last(pool(unpaid, caps=caps), *record)["allocation"]["fund"] == second


def test_only_the_funds_caps_are_relieved_of_what_is_extinguished() -> None:
    terms = pool("extinguished", **THREE, stages=[layered(fund=1, insurer=1)], caps=[cap("insurer", 50)])
    entries = played(terms, enrol(), claim(80), claim(80))["events"]
    assert [entry["allocation"]["insurer"] for entry in entries[1:]] == [40, 10]


def test_room_of_extinguished_amounts_is_free_only_after_the_group() -> None:
    terms = pool("extinguished", "pro_rata", caps=[cap("fund", 50)])
    record = [
        contribute(10),
        enrol(),
        enrol("L2"),
        enrol("L3"),
        claim(40),
        claim(40, "L2"),
        claim(40, "L3", date=LATER),
    ]
    entries = played(terms, *record)["events"]
    assert [(entry["allocation"]["fund"], entry["unpaid"]) for entry in entries[4:]] == [(8, 32), (2, 8), (0, 40)]


def test_deferred_amounts_are_paid_oldest_first_in_the_year_of_the_claim() -> None:
    record = [
        enrol(),
        enrol("L2"),
        claim(40),
        claim(40, "L2"),
        contribute(50, "2026-01-05"),
        pay_deferred("2026-01-05"),
    ]
    result = played(pool(), *record)
    assert result["events"][-1]["payments"] == [
        {"i": 2, "loan": "L1", "amount": 40}, {"i": 3, "loan": "L2", "amount": 10},
    ]  # fmt: skip
    assert result["totals"]["deferred"] == 30
    assert result["totals"]["by"]["year"] == {"2025": {"fund": 50, "bank": 30}}


def test_refunds_are_trued_up_before_the_next_deferred_amount_is_paid() -> None:
    # The lender bore 40 and got 20 back. Paying 10 brings the fund a refund of 5, which pays the next.
    record = [enrol(), enrol("L2"), claim(40), claim(40, "L2"), recovery(20), contribute(10), pay_deferred()]
    entry = last(pool(), *record)
    assert entry["payments"] == [{"i": 2, "loan": "L1", "amount": 10}, {"i": 3, "loan": "L2", "amount": 5}]
    assert entry["true_up"] == {"fund": 5, "bank": -5}
    assert entry["cash"] == 0


def test_pay_deferred_without_debt_or_cash_pays_nothing() -> None:
    assert last(scheme(), pay_deferred())["payments"] == []
    assert last(pool(), enrol(), claim(10), pay_deferred())["payments"] == []


def test_a_further_loss_trues_up_refunds_and_moves_cash() -> None:
    terms = scheme(
        stages=[{"layers": [{"exhaust": 100, "shares": {"fund": 1}}, {"attach": 100, "shares": {"bank": 1}}]}]
    )
    entry = last(terms, contribute(100), enrol(), claim(100), recovery(50), claim(100))
    assert entry["true_up"] == {"fund": -25, "bank": 25}
    assert entry["position"] == {"fund": 75, "bank": 75}
    assert entry["cash"] == 25


def test_a_give_back_is_set_aside_before_anything_is_paid() -> None:
    # The fund bore 100 and got 50 back; if it paid nothing of 100 more it would give 25 back. Of 60, 35 are free.
    terms = pool()
    record = [contribute(100), enrol(), claim(100), recovery(50), contribute(10), claim(100)]
    entry = last(terms, *record)
    assert entry["allocation"] == {"fund": 35, "bank": 65}
    assert entry["true_up"] == {"fund": -17, "bank": 17}
    assert entry["cash"] == 8


@pytest.mark.parametrize(("left", "reason"), [(25, None), (24, "TRUE_UP_UNFUNDED")])
def test_a_claim_whose_give_back_has_no_cash_is_refused(left: int, reason: str | None) -> None:
    record = [contribute(100), enrol(), claim(100), recovery(50), withdraw(50 - left), claim(100)]
    assert last(pool(), *record)["reason"] == reason


def test_give_backs_of_a_group_are_secured_in_order() -> None:
    """Two loans like the one above: cash for one give-back, so the second claim is refused and changes nothing."""
    both = [enrol(), enrol("L2"), claim(100), claim(100, "L2"), recovery(50), recovery(50, "L2"), withdraw(60)]
    terms = pool(same_day="pro_rata", caps=[cap("fund", 250)])
    result = played(terms, contribute(200), *both, claim(100, date=LATER), claim(100, "L2", date=LATER))
    first, second = result["events"][-2:]
    assert (first["allocation"], second["reason"]) == ({"fund": 15, "bank": 85}, "TRUE_UP_UNFUNDED")
    assert (first["true_up"], first["cash"]) == ({"fund": -22, "bank": 22}, 3)
    assert result["totals"]["by"]["loan"]["L2"] == {"fund": 100, "bank": 0}


def test_a_refund_that_would_rise_frees_no_cash_beforehand() -> None:
    """L2's claim costs the lender -1, which is first in line: the fund's refund rises from 0 to 1 only afterwards."""
    layers = [{"exhaust": 101, "shares": {"fund": 100, "insurer": 1}},
              {"attach": 101, "exhaust": 103, "shares": {"insurer": 1, "guarantor": 1}},
              {"attach": 103, "shares": {"fund": 1}}]  # fmt: skip
    terms = pool(same_day="pro_rata", parties=["fund", "insurer", "guarantor", "bank"],
                 stages=[{"scope": "all", "layers": layers}], recovery={"first": ["bank"]})  # fmt: skip
    record = [contribute(100), enrol(), enrol("L2"), enrol("L3"), claim(101, "L2"), claim(1), recovery(1, "L2"),
              contribute(3), claim(1, "L2", date=LATER), claim(5, "L3", date=LATER)]  # fmt: skip
    second, third = played(terms, *record)["events"][-2:]
    assert (second["allocation"]["bank"], second["true_up"]["fund"], second["cash"]) == (-1, 1, 4)
    assert (third["allocation"]["fund"], third["unpaid"], third["cash"]) == (3, 2, 1)


def test_a_service_may_not_group_what_is_not_paid_together() -> None:
    day = Date.fromisoformat(DAY)
    claims = [Claim(0, day, "L1", 5), Claim(1, day, "L2", 5)]
    with pytest.raises(ValueError, match="pro_rata"):
        step_group(read_scheme(pool()), State(), claims)
    with pytest.raises(ValueError, match="different loan"):
        step_group(read_scheme(pool(same_day="pro_rata")), State(), [claims[0], claims[0]])
