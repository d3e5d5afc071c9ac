"""What comes back: the waterfall, refunds, and clawback, one worked example per sentence of 5.1."""

import pytest

from risk_fund.loss_sharing import read_scheme, refunds
from tests.risk_fund.loss_sharing.builders import (
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
)

THREE = scheme(parties=["fund", "insurer", "bank"], stages=[layered(fund=6, insurer=2, bank=2)])


@pytest.mark.parametrize(
    ("gross", "used"),
    [(5, (5, 0, 0, 0)), (15, (10, 5, 0, 0)), (45, (10, 20, 15, 0)), (131, (10, 20, 100, 1))],
)
def test_a_recovery_is_used_up_by_cost_then_interest_then_loss(gross: int, used: tuple[int, ...]) -> None:
    entry = last(scheme(), enrol(), claim(100), recovery(gross, cost=10, interest=20))
    assert tuple(entry[part] for part in ("cost", "interest", "loss", "surplus")) == used


def test_or_by_cost_then_loss_then_interest() -> None:
    terms = scheme(recovery={"order": ["cost", "loss", "interest"]})
    entry = last(terms, enrol(), claim(100), recovery(115, cost=10, interest=20))
    assert [entry[part] for part in ("cost", "loss", "interest", "surplus")] == [10, 100, 5, 0]


def test_the_loss_takes_only_what_is_not_yet_recovered() -> None:
    totals = played(scheme(), enrol(), claim(100), recovery(70), recovery(70, cost=9), claim(5), recovery(9))["totals"]
    assert totals["surplus"] == (70 - 9 - 30) + (9 - 5)
    assert (totals["recovery_cost"], totals["net"]) == (9, {"fund": 0, "bank": 0})


def test_refunds_are_floored_and_the_lender_takes_what_remains() -> None:
    entry = last(THREE, enrol(), claim(10), recovery(4))
    assert entry["allocation"] == {"fund": 2, "insurer": 0, "bank": 2}


def test_refunds_follow_the_total_not_the_steps() -> None:
    at_once = played(THREE, enrol(), claim(1000), recovery(777))["totals"]["back"]
    in_steps = played(THREE, enrol(), claim(1000), *(recovery(gross) for gross in (1, 2, 333, 441)))["totals"]["back"]
    assert at_once == in_steps


def test_those_who_are_first_are_made_whole_first_in_their_order() -> None:
    terms = THREE | {"recovery": {"first": ["insurer", "fund"]}}
    assert last(terms, enrol(), claim(100), recovery(50))["allocation"] == {"fund": 30, "insurer": 20, "bank": 0}


def test_fen_left_over_never_go_to_the_fund() -> None:
    parties = ["fund", "insurer", "guarantor", "bank"]
    stages = [layered(fund=1, insurer=1, guarantor=1)]
    terms = scheme(parties=parties, stages=stages, recovery={"first": ["bank"]})
    # 2 of 3 x 10: floors leave 2 fen, which go to insurer and guarantor
    entry = last(terms, enrol(), claim(30), recovery(2))
    assert entry["allocation"] == {"fund": 0, "insurer": 1, "guarantor": 1, "bank": 0}


def test_fen_left_over_never_go_to_those_who_bore_nothing() -> None:
    borne = {"fund": 1, "insurer": 0, "guarantor": 1, "bank": 0}
    terms = read_scheme(scheme(parties=list(borne), stages=[layered(fund=1)]))
    assert refunds(terms, borne, 1) == {"fund": 0, "insurer": 0, "guarantor": 1, "bank": 0}


def test_the_lender_made_whole_passes_the_fen_on_in_party_order() -> None:
    borne = {"fund": 3, "insurer": 5, "guarantor": 5, "bank": 1}
    terms = read_scheme(scheme(parties=list(borne), stages=[layered(fund=1)]))
    # 12/14 of each: 2.57, 4.28, 4.28; the lender gets its 1 of the 2 that remain
    assert refunds(terms, borne, 12) == {"fund": 2, "insurer": 5, "guarantor": 4, "bank": 1}


def test_a_lender_below_zero_may_get_a_refund_of_minus_one() -> None:
    borne = {"fund": 10, "bank": -1}
    terms = read_scheme(scheme())
    assert refunds(terms, borne, 4) == {"fund": 4, "bank": 0}
    assert refunds(terms, borne, 9) == {"fund": 10, "bank": -1}


def test_a_lender_below_zero_that_is_first_adds_to_what_the_others_get() -> None:
    terms = read_scheme(scheme(recovery={"first": ["bank"]}))
    assert refunds(terms, {"fund": 10, "bank": -2}, 3) == {"fund": 5, "bank": -2}
    assert refunds(terms, {"fund": 10, "bank": -2}, 0) == {"fund": 0, "bank": 0}


def test_after_full_recovery_nobody_bears_anything() -> None:
    entry = last(THREE, enrol(), claim(101), recovery(77), claim(7), recovery(999))
    assert set(entry["position"].values()) == {0}


def test_a_recovery_needs_an_accepted_claim() -> None:
    terms = THREE | {"waiting": {"wait_days": 60}}
    record = [recovery(1), enrol(), recovery(1), claim(5, due="2025-03-01"), recovery(1)]
    assert reasons(terms, *record) == ["NOT_ENROLLED", None, "NO_CLAIM", "TOO_EARLY", "NO_CLAIM"]


def test_after_a_clawback_the_lender_bears_and_receives_everything() -> None:
    record = [contribute(500), enrol(principal=900), claim(500, date="2025-12-31"), claim(100, date="2026-01-02"),
              recovery(60, date="2026-01-02"), clawback(date="2026-01-03"),
              recovery(1000, date="2026-01-04")]  # fmt: skip
    result = played(THREE, *record)
    clawed, later = result["events"][-2:]
    assert clawed["returned"] == {"fund": 324, "insurer": 108}
    assert clawed["position"] == {"fund": 0, "insurer": 0, "bank": 540}
    assert later["allocation"] == {"fund": 0, "insurer": 0, "bank": 540}
    assert result["totals"]["by"]["year"] == {
        "2025": {"fund": 0, "insurer": 0, "bank": 500},
        "2026": {"fund": 0, "insurer": 0, "bank": 100},
    }
    assert (result["totals"]["refunded"], result["totals"]["clawed_back"]) == (36, 324)
    assert result["totals"]["back"] == {"fund": 0, "insurer": 0, "bank": 600}


def test_deferred_amounts_lapse_with_a_clawback() -> None:
    terms = scheme(stages=[layered(fund=1)], pool={})
    record = [contribute(10), enrol(), claim(40), clawback(), contribute(99), pay_deferred()]
    result = played(terms, *record)
    assert result["events"][-1]["payments"] == []
    assert (result["totals"]["deferred"], result["totals"]["cash"]) == (0, 109)


def test_a_voided_loan_keeps_its_outstanding_and_takes_no_claim() -> None:
    record = [clawback(), enrol(), clawback(), claim(10), clawback(), claim(10**12), clawback()]
    expected = ["NOT_ENROLLED", None, "NO_CLAIM", None, None, "LOAN_VOIDED", "LOAN_VOIDED"]
    assert reasons(scheme(), *record) == expected
    entry = last(scheme(), *record)
    assert (entry["exposure"], entry["covered"]) == (99_990, 49_995)


def test_without_a_fund_no_money_moves_but_positions_do() -> None:
    terms = {"parties": ["insurer", "bank"], "residual": "bank", "stages": [layered(insurer=1, bank=1)]}
    result = played(terms, contribute(5), enrol(), claim(100), recovery(50), clawback())
    assert result["events"][3]["allocation"] == {"insurer": 25, "bank": 25}
    assert result["events"][4]["returned"] == {"insurer": 25}
    totals = result["totals"]
    assert [totals[flow] for flow in ("cash", "paid", "refunded", "clawed_back")] == [5, 0, 0, 0]
    assert result["events"][1]["covered"] == 0
