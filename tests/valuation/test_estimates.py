"""The public asks what a right might be worth: six answers in, a range out, by the appraisers' engine."""

import json
from datetime import date

import pytest

from finance_platform.foundation.errors import Invalid, OutOfRange
from tests.factories import at
from valuation import engine, queries
from valuation.models import Estimate
from valuation.services import estimates

pytestmark = pytest.mark.django_db
NOW = at(2025, 6, 30)
SIX = {
    "kind": "invention_patent", "sector": "machinery", "remaining_years": 12, "revenue_fen": 4_800_000_000,
    "growth": 0.05, "discount_rate": None,
}  # fmt: skip


def ask(actors, **changes):
    return estimates.estimate(by=actors.public, at=NOW, inputs=SIX | changes)


def test_a_visitor_is_told_a_median_a_range_and_what_might_be_lent(actors):
    estimate = ask(actors)
    assert estimate.p10_fen < estimate.median_fen < estimate.p90_fen
    assert 0 < estimate.loan_low_fen < estimate.loan_high_fen < estimate.median_fen
    assert estimate.loan_low_fen <= estimate.p10_fen * 0.25
    assert estimate.loan_high_fen <= estimate.median_fen * 0.5
    assert estimate.loan_low_fen % 1_000_000 == 0
    assert sum(one["count"] for one in estimate.histogram) == 16384


def test_the_answer_is_the_engines_own(actors):
    estimate = ask(actors)
    output = engine.value(json.loads(estimate.document_json))
    assert estimate.output == output
    assert abs(estimate.median_fen - output["simulation"]["quantiles"]["p50"] * 100) <= 0.5


def test_eighty_of_a_hundred_paths_lie_between_p10_and_p90(actors):
    estimate = ask(actors)
    low, high = estimate.p10_fen / 100, estimate.p90_fen / 100
    width = estimate.histogram[0]["high"] - estimate.histogram[0]["low"]
    inside = sum(
        one["count"] for one in estimate.histogram if low - width <= one["low"] and one["high"] <= high + width
    )
    assert 0.8 <= inside / 16384 <= 0.95


def test_the_same_question_is_answered_by_the_same_row(actors):
    first, again = ask(actors), ask(actors)
    assert first == again
    assert Estimate.objects.count() == 1
    assert ask(actors, growth=0.06) != first


def test_more_revenue_is_worth_more_in_proportion(actors):
    one, two = ask(actors), ask(actors, revenue_fen=9_600_000_000)
    assert abs(two.median_fen - 2 * one.median_fen) <= 1


@pytest.mark.parametrize(
    ("change", "worth_more"),
    [({"discount_rate": 0.30}, False), ({"remaining_years": 3}, False), ({"growth": 0.2}, True),
     ({"sector": "electronics"}, True)],
)  # fmt: skip
def test_the_value_answers_to_each_input(actors, change, worth_more):
    assert (ask(actors, **change).median_fen > ask(actors).median_fen) is worth_more


@pytest.mark.parametrize("kind", ["invention_patent", "utility_model", "design", "trademark"])
@pytest.mark.parametrize("sector", ["food", "other"])
def test_every_kind_in_every_industry_has_an_answer(actors, kind, sector):
    assert ask(actors, kind=kind, sector=sector).median_fen > 0


@pytest.mark.parametrize(
    ("field", "value"),
    [("kind", "copyright"), ("kind", None), ("sector", "x"), ("remaining_years", 0), ("remaining_years", 21),
     ("revenue_fen", 0), ("revenue_fen", True), ("growth", 0.51), ("growth", "5%"), ("discount_rate", 0.01)],
)  # fmt: skip
def test_a_wrong_answer_is_refused_at_its_field(actors, field, value):
    with pytest.raises(Invalid) as refusal:
        ask(actors, **{field: value})
    assert set(refusal.value.fields) == {field}
    assert not Estimate.objects.exists()


def test_without_revenue_the_visitor_is_sent_to_an_appraiser(actors):
    with pytest.raises(Invalid) as refusal:
        ask(actors, revenue_fen=0)
    assert "成本法" in refusal.value.fields["revenue_fen"]


def test_every_parameter_says_where_it_comes_from(db):
    rows = list(queries.parameters_page(NOW.date()))
    assert len(rows) > 40
    assert all(row.source and row.status for row in rows)
    assert {row.status for row in rows} == {"verified", "from_memory", "self_made"}


def test_the_upper_end_costs_a_year_of_interest_at_the_lpr_and_a_spread(actors, calendars):
    estimate = ask(actors)
    cost = queries.loan_cost(estimate, NOW.date())
    days = (date(2026, 6, 30) - date(2025, 6, 30)).days
    assert cost.low_rate == pytest.approx(cost.lpr)
    assert cost.high_rate == pytest.approx(cost.lpr + 0.015)
    assert cost.low_fen == pytest.approx(estimate.loan_high_fen * cost.lpr * days / 360, abs=5)
    assert cost.high_fen == pytest.approx(estimate.loan_high_fen * cost.high_rate * days / 360, abs=5)


def test_a_day_without_lpr_has_no_cost_and_says_so(actors, calendars):
    estimate = ask(actors)
    with pytest.raises(OutOfRange):
        queries.loan_cost(estimate, date(2030, 1, 1))


def test_the_answer_can_be_taken_along_as_one_page(actors, calendars, client):
    estimate = ask(actors)
    first, again = (client.get(f"/estimate/{estimate.pk}/paper.pdf") for _ in range(2))
    assert first["Content-Type"] == "application/pdf"
    assert first.content.startswith(b"%PDF-1.7")
    assert first.content == again.content
    assert b"/Type/Pages/Count 1/" in first.content


@pytest.mark.parametrize(("kind", "rate"), [("invention_patent", "9.65%"), ("trademark", "13.65%")])
def test_the_default_rate_is_the_one_the_form_speaks_of(actors, client, kind, rate):
    """Obsolescence stands in a patent's decay, so its rate carries no technology premium; a mark does not decay."""
    output = json.loads(ask(actors, kind=kind).output_json)
    assert f"{output['discount_rate']:.2%}" == rate
    assert f"约 {rate}" in client.get("/estimate/").content.decode()
