"""The all-in price: the schedule's figures and no others; the flows shown are those the rate was found from."""

from datetime import date
from fractions import Fraction

import pytest

from banks_portal.rules import pricing, terms
from finance_platform.foundation.errors import Invalid
from pledges import loan_schedule
from tests.banks_portal.offers import plain_terms

OPENED = date(2025, 6, 18)
LPR = [{"date": "2025-05-20", "1Y": "0.03", "5Y": "0.035"}]
SUBSIDY = [{"payer": "自治区财政", "share": "0.4"}]


def offer(**changes):
    return terms.read(plain_terms(**changes))


def test_the_document_is_accepted_by_the_loan_schedule_for_every_method():
    for method in terms.METHODS:
        loan_schedule.build(pricing.document(offer(method=method), OPENED))


def test_without_fees_the_cost_of_a_monthly_loan_is_its_rate_compounded_by_the_year():
    price = pricing.price(offer(method="equal_instalment", annual_rate="0.036", fees=[]), OPENED)
    assert price.annual_cost == pytest.approx((1 + 0.036 / 12) ** 12 - 1, abs=2e-4)
    assert price.annual_cost == price.annual_cost_before_subsidy


def test_the_flows_shown_have_the_all_in_cost_as_their_internal_rate():
    price = pricing.price(offer(), OPENED, subsidies=SUBSIDY)
    worth = sum(amount / (1 + price.annual_cost) ** ((day - OPENED).days / 365) for day, amount in price.flows)
    assert abs(worth) < 1  # one fen on 600 million


def test_fees_make_the_lower_nominal_rate_the_dearer_offer():
    dear = pricing.price(offer(annual_rate="0.033", term_months=12, fees=[
        {"name": "评估费", "payee": "草原评估", "amount_fen": 4_800_000},
        {"name": "公证费", "payee": "公证处", "amount_fen": 600_000}]), OPENED)  # fmt: skip
    cheap = pricing.price(offer(annual_rate="0.0345", term_months=36, settlement="quarter", fees=[]), OPENED)
    assert dear.nominal_rate < cheap.nominal_rate
    assert dear.annual_cost > cheap.annual_cost
    assert dear.fees_by_payee == {"草原评估": 4_800_000, "公证处": 600_000}


def test_a_subsidy_lowers_the_cost_by_its_share_of_the_interest():
    price = pricing.price(offer(fees=[]), OPENED, subsidies=SUBSIDY)
    assert price.annual_cost < price.annual_cost_before_subsidy
    assert Fraction(price.subsidy_fen, price.interest_fen) == pytest.approx(0.4, abs=1e-6)
    assert price.net_cost_fen == price.interest_fen - price.subsidy_fen


def test_a_rate_over_lpr_is_the_fixing_in_force_plus_the_spread():
    price = pricing.price(offer(annual_rate="", lpr="1Y", bp=85), OPENED, lpr=LPR)
    assert price.nominal_rate == pytest.approx(0.0385, abs=1e-12)


def test_a_rate_over_lpr_without_a_fixing_is_refused():
    with pytest.raises(Invalid, match="/lpr"):
        pricing.price(offer(annual_rate="", lpr="1Y", bp=85), OPENED, lpr=[])


def test_a_smaller_principal_is_priced_as_such():
    assert pricing.document(offer(), OPENED, principal_fen=520_000_000)["disbursements"][0]["amount"] == 520_000_000


def test_the_parts_of_the_cost_add_up_to_the_schedules_cost_over_the_principal_really_used():
    price = pricing.price(offer(method="equal_instalment", annual_rate="0.036"), OPENED)
    answer = loan_schedule.build(pricing.document(offer(method="equal_instalment", annual_rate="0.036"), OPENED))
    parts = price.yearly(price.interest_fen) + price.yearly(price.fees_fen)
    assert parts == pytest.approx(answer["cost"]["simple"])
    assert price.yearly(price.interest_fen) == pytest.approx(0.036, abs=2e-4)


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2025, 1, 31), 1, date(2025, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2025, 12, 15), 1, date(2026, 1, 15)),
        (date(2025, 6, 18), 36, date(2028, 6, 18)),
        (date(2025, 6, 18), 0, date(2025, 6, 18)),
    ],
)
def test_months_are_added_to_the_same_day_cut_to_the_months_end(day, months, later):
    assert pricing.months_later(day, months) == later
