"""Offers side by side: the order is public, and the sentence names what a reader would otherwise miss."""

from datetime import date

from banks_portal.rules import comparison, pricing, terms
from tests.banks_portal.offers import plain_terms

OPENED = date(2025, 6, 18)
REQUESTED_FEN = 600_000_000


def column(bank, **changes):
    found = terms.read(plain_terms(fees=[]) | changes)
    return comparison.Column(bank, bank, found, pricing.price(found, OPENED))


def four():
    fee = [{"name": "评估费", "payee": "评估", "amount_fen": 5_400_000}]
    return [
        column("青城", annual_rate="0.0385"),
        column("北疆", annual_rate="0.0345", amount_fen=520_000_000, term_months=36, settlement="quarter"),
        column("阴山", annual_rate="0.033", term_months=12, fees=fee),
        column("敕勒川", annual_rate="0.0399", method="equal_instalment"),
    ]


def names(columns):
    return [one.bank for one in columns]


def test_offers_stand_in_the_order_of_their_all_in_cost():
    assert names(comparison.ordered(four())) == ["北疆", "青城", "敕勒川", "阴山"]


def test_other_orders_are_by_amount_term_and_nominal_rate():
    assert names(comparison.ordered(four(), "amount"))[-1] == "北疆"
    assert names(comparison.ordered(four(), "term"))[0] == "北疆"
    assert names(comparison.ordered(four(), "rate"))[0] == "阴山"


def test_an_unknown_order_is_the_public_default():
    assert names(comparison.ordered(four(), "paid-first")) == names(comparison.ordered(four()))


def test_the_sentence_says_that_the_lowest_rate_is_not_cheapest_and_who_lends_in_full():
    said = comparison.summary(four(), REQUESTED_FEN)
    assert said.nominal_misleads
    assert (said.lowest_nominal.bank, said.cheapest.bank, said.cheapest_full.bank) == ("阴山", "北疆", "青城")
    assert said.shortfall_fen == 80_000_000


def test_nobody_lends_in_full():
    said = comparison.summary([four()[1]], REQUESTED_FEN)
    assert said.cheapest_full is None
    assert not said.nominal_misleads


def test_without_offers_there_is_nothing_to_say():
    assert comparison.summary([], REQUESTED_FEN) is None


def test_a_bank_learns_its_rank_and_the_median_and_no_more():
    found = comparison.standings([0.031, 0.029, None, 0.029])
    assert [one.rank for one in found] == [3, 1, 4, 1]
    assert {one.median_annual_cost for one in found} == {0.029}
