"""What part of a loss counts, and how stages of layers share it: one worked example per sentence of 4.1 and 4.2."""

from typing import Any

import pytest

from tests.risk_fund.loss_sharing.builders import Json, claim, enrol, last, layered, played, scheme

ALL_TO_FUND = {"stages": [layered(fund=1)]}


def bases(base: Json, *claims: Json, **facts: Any) -> list[int]:
    entries = played(scheme(base=base), enrol(**facts), *claims)["events"][1:]
    return [entry["base"] for entry in entries]


def test_what_is_not_base_goes_to_the_residual_party() -> None:
    entry = last(scheme(**ALL_TO_FUND), enrol(), claim(100, interest=7, penalty=11, cost=13))
    assert (entry["loss"], entry["base"]) == (131, 100)
    assert entry["allocation"] == {"fund": 100, "bank": 31}


def test_only_named_components_count() -> None:
    assert bases({"components": ["penalty", "cost"]}, claim(100, interest=7, penalty=11, cost=13)) == [24]


def test_interest_counts_for_the_days_that_are_left_half_up() -> None:
    base = {"components": ["interest"], "interest_days_cap": 5}
    # 1 x 2/4 = 0.5 -> 1; then 3 days are left: 7 x 3/8 = 2.625 -> 3; then none
    claims = [
        claim(interest=1, interest_days=4),
        claim(interest=7, interest_days=8),
        claim(interest=9, interest_days=1),
    ]
    assert bases(base | {"interest_days_cap": 2}, claims[0]) == [1]
    assert bases(base, claim(interest=3, interest_days=2), *claims[1:]) == [3, 3, 0]


def test_a_claim_without_interest_uses_up_no_days() -> None:
    base = {"components": ["principal", "interest"], "interest_days_cap": 10}
    assert bases(base, claim(5, interest_days=10), claim(interest=20, interest_days=20)) == [5, 10]


def test_days_are_counted_per_loan() -> None:
    base = {"components": ["interest"], "interest_days_cap": 10}
    terms, second = scheme(base=base), claim(loan="L2", interest=8, interest_days=10)
    assert last(terms, enrol(), enrol("L2"), claim(interest=8, interest_days=10), second)["base"] == 8


def test_the_ip_part_is_floored_on_the_cumulative_amount() -> None:
    base = {"ip_portion": "pro_rata"}
    assert bases(base, claim(1), claim(1), claim(1), contract=3, ip_part=2) == [0, 1, 1]


def test_an_ip_amount_is_used_up_once() -> None:
    assert bases({"ip_portion": "amount"}, claim(60), claim(60), claim(60), ip_part=100) == [60, 40, 0]


def test_the_residual_party_takes_every_fraction_that_floors_leave() -> None:
    terms = scheme(parties=["fund", "insurer", "bank"], stages=[layered(fund=1, insurer=1, bank=1)])
    assert last(terms, enrol(), claim(5))["allocation"] == {"fund": 1, "insurer": 1, "bank": 3}


def test_the_residual_part_of_a_later_claim_may_be_negative_when_earlier_rounding_comes_due() -> None:
    terms = scheme(parties=["fund", "insurer", "bank"], stages=[layered(fund=1, insurer=1)])
    entries = played(terms, enrol(), claim(1), claim(1))["events"]
    assert entries[1]["allocation"] == {"fund": 0, "insurer": 0, "bank": 1}
    assert entries[2]["allocation"] == {"fund": 1, "insurer": 1, "bank": -1}


def test_the_alabama_paradox_takes_a_fen_back_and_is_not_clipped() -> None:
    stage = layered(a=6, b=6, bank=2)
    terms = {"parties": ["a", "b", "bank"], "residual": "bank", "stages": [stage], "rounding": "largest_remainder"}
    entries = played(terms, enrol(), claim(3), claim(1))["events"]
    assert entries[1]["allocation"] == {"a": 1, "b": 1, "bank": 1}
    assert entries[2]["allocation"] == {"a": 1, "b": 1, "bank": -1}


def test_ties_of_the_largest_remainder_go_in_party_order() -> None:
    terms = {"parties": ["b", "a", "bank"], "residual": "bank", "rounding": "largest_remainder"}
    assert last(terms | {"stages": [layered(a=1, b=1)]}, enrol(), claim(1))["allocation"] == {"b": 1, "a": 0, "bank": 0}


def test_largest_remainder_leaves_the_residual_what_is_in_no_layer() -> None:
    stage = {"layers": [{"attach": 1, "exhaust": 4, "shares": {"a": 1, "b": 1}}]}
    terms = {"parties": ["a", "b", "bank"], "residual": "bank", "stages": [stage], "rounding": "largest_remainder"}
    assert last(terms, enrol(), claim(9))["allocation"] == {"a": 2, "b": 1, "bank": 6}


def test_bounds_of_a_portfolio_are_not_rounded() -> None:
    stage = {"unit": "portfolio", "portfolio": 10, "layers": [{"attach": "1/3", "shares": {"fund": 1, "bank": 1}}]}
    # 10 - 10/3 = 6.67 in the layer, half of it 3.33
    assert last(scheme(stages=[stage]), enrol(), claim(10))["allocation"] == {"fund": 3, "bank": 7}
    assert last(scheme(stages=[stage]), enrol(), claim(11))["allocation"] == {"fund": 3, "bank": 8}
    assert last(scheme(stages=[stage]), enrol(), claim(12))["allocation"] == {"fund": 4, "bank": 8}


def test_bounds_of_unit_loss_move_with_the_cumulative_loss() -> None:
    layers = [{"attach": "0.2", "exhaust": "0.7", "shares": {"fund": 1}}]
    terms = scheme(stages=[{"unit": "loss", "layers": layers}])
    entries = played(terms, enrol(), claim(9), claim(1))["events"]
    assert [entry["allocation"]["fund"] for entry in entries[1:]] == [4, 1]


def test_shares_are_summed_over_the_layers_and_floored_once() -> None:
    layers = [{"exhaust": 1, "shares": {"fund": 1, "bank": 1}}, {"attach": 1, "shares": {"fund": 1, "bank": 1}}]
    assert last(scheme(stages=[{"layers": layers}]), enrol(), claim(2))["allocation"] == {"fund": 1, "bank": 1}


@pytest.mark.parametrize(
    ("scope", "second"),
    [("loan", 0), ("borrower", 100), ("bank", 0), ("all", 100), ("borrower_year", 0), ("bank_year", 0), ("year", 0)],
)
def test_losses_add_up_within_the_scope_only(scope: str, second: int) -> None:
    stage = {"scope": scope, "layers": [{"attach": 100, "shares": {"fund": 1}}]}
    entry = last(
        scheme(stages=[stage]), enrol(), enrol("L2", bank="K2"), claim(100),
        claim(100, "L2", date="2026-01-01"),
    )  # fmt: skip
    assert entry["allocation"]["fund"] == second


def test_a_yearly_scope_starts_again_with_the_calendar_year() -> None:
    stage = {"scope": "borrower_year", "layers": [{"attach": 100, "shares": {"fund": 1}}]}
    days = ["2025-03-01", "2025-12-31", "2026-01-01"]
    entries = played(scheme(stages=[stage]), enrol(), *(claim(80, date=day) for day in days))["events"]
    assert [entry["allocation"]["fund"] for entry in entries[1:]] == [0, 60, 0]


def test_a_later_stage_replaces_what_its_party_had() -> None:
    stages = [layered(fund=60, insurer=10, bank=30), layered(insurer=1, fund=2) | {"of": "fund"},
              layered(insurer=1, bank=1) | {"of": "insurer"}]  # fmt: skip
    terms = scheme(parties=["fund", "insurer", "bank"], stages=stages)
    # 60/10/30; the fund's 60 become 40 and 20; the insurer's 30 become 15 and 15
    assert last(terms, enrol(), claim(100))["allocation"] == {"fund": 40, "insurer": 15, "bank": 45}


def test_a_party_keeps_nothing_that_the_later_stage_does_not_give_it() -> None:
    stages = [layered(fund=1), {"of": "fund", "layers": [{"exhaust": 10, "shares": {"insurer": 1}}]}]
    terms = scheme(parties=["fund", "insurer", "bank"], stages=stages)
    assert last(terms, enrol(), claim(100))["allocation"] == {"fund": 0, "insurer": 10, "bank": 90}
