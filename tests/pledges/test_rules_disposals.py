"""Where the proceeds of a disposal go, to the fen, and how low a reserve price may lie."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance_platform.foundation.errors import Invalid
from pledges.rules.disposals import Waterfall, check_reserve_price, second_reserve_price, waterfall

FEN = st.integers(0, 10**12)


@pytest.mark.parametrize(
    ("gross", "cost", "interest", "principal", "parts"),
    [
        (1, 1, 1, 1, (1, 0, 0, 0)),
        (2, 1, 1, 1, (1, 1, 0, 0)),
        (3, 1, 1, 1, (1, 1, 1, 0)),
        (4, 1, 1, 1, (1, 1, 1, 1)),
        (99, 100, 50, 700, (99, 0, 0, 0)),
        # Over-recovery of worked case C11: costs 45,000.00, interest 87,654.32, principal 1,000,000.00 of 1,300,000.00.
        (130_000_000, 4_500_000, 8_765_432, 100_000_000, (4_500_000, 8_765_432, 100_000_000, 16_734_568)),
    ],
)
def test_costs_come_first_then_interest_then_principal_and_the_rest_is_the_pledgors(
    gross: int, cost: int, interest: int, principal: int, parts: tuple[int, ...]
):
    found = waterfall(gross_fen=gross, cost_fen=cost, interest_due_fen=interest, principal_due_fen=principal)
    assert found == Waterfall(*parts)


@given(st.integers(1, 10**12), FEN, FEN, FEN)
def test_every_fen_goes_somewhere_and_no_claim_is_overpaid(gross: int, cost: int, interest: int, principal: int):
    found = waterfall(gross_fen=gross, cost_fen=cost, interest_due_fen=interest, principal_due_fen=principal)
    assert found.cost_fen + found.interest_fen + found.principal_fen + found.surplus_fen == gross
    assert (found.cost_fen <= cost, found.interest_fen <= interest, found.principal_fen <= principal) == (True,) * 3
    assert not found.surplus_fen or (found.interest_fen, found.principal_fen) == (interest, principal)


@pytest.mark.parametrize(("gross", "cost"), [(0, 0), (-1, 0), (1, -1)])
def test_no_proceeds_or_a_negative_cost_is_refused(gross: int, cost: int):
    with pytest.raises(Invalid):
        waterfall(gross_fen=gross, cost_fen=cost, interest_due_fen=0, principal_due_fen=0)


def test_the_first_reserve_price_is_at_least_seven_tenths_of_the_value():
    check_reserve_price(7_000_001, 10_000_001)
    with pytest.raises(Invalid, match="70"):
        check_reserve_price(7_000_000, 10_000_001)


def test_the_second_reserve_price_is_cut_by_a_fifth_at_most_and_rounded_up():
    assert second_reserve_price(101) == 81
    assert second_reserve_price(100, Fraction(1, 10)) == 90
    with pytest.raises(Invalid):
        second_reserve_price(100, Fraction(21, 100))
