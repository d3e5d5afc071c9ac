"""A run whose inputs were drawn wider by their evidence answers every question that is asked of a run afterwards."""

from datetime import date
from typing import Any

import pytest

from tests.valuation import builders
from tests.valuation.builders import MEASURED, SEED, VALUATION_DATE
from valuation import lending, queries
from valuation.rules import backtests, books, figures, lenders
from valuation.services import appraisals

pytestmark = pytest.mark.django_db
A_YEAR_ON = date(VALUATION_DATE.year + 1, VALUATION_DATE.month, VALUATION_DATE.day)


@pytest.fixture
def document(actors) -> dict[str, Any]:
    appraisal = builders.started(actors)
    stated = queries.default_statement(appraisal, VALUATION_DATE).plain()
    run = appraisals.measure(by=actors.appraiser, at=MEASURED, appraisal_id=appraisal.pk, statement=stated, seed=SEED)
    assert isinstance(run.document["portfolio"]["shared"]["revenue"]["base"], dict), "grade C draws the revenue, too"
    return run.document


def test_the_lender_asks_it_about_a_loan(document):
    terms = lenders.Terms(
        amount_fen=100_000_000, annual_rate="0.04", term_months=24, method="interest_only",
        disbursed_on=VALUATION_DATE, operating_margin=0.15,
    )  # fmt: skip
    asked = lenders.document(document, terms, VALUATION_DATE, queries.parameters(VALUATION_DATE), SEED)
    found = lending.assess(asked | {"simulation": {"paths": 4096, "largest_paths": 4096, "seed": SEED}})
    assert 0 <= found["loan"]["probability_recovery_below_loan"]["value"] <= 1


def test_the_book_carries_it_to_another_day_with_the_width_of_its_evidence(document):
    tables = queries.parameters(VALUATION_DATE)
    moved, changes = books.today(document, A_YEAR_ON, tables, tables, None)
    before, after = (one["portfolio"]["shared"]["revenue"]["base"] for one in (document, moved))
    grown = 1 + sum(document["portfolio"]["shared"]["revenue"]["growth"][end] for end in books.ENDS) / 3
    assert {end: after[end] / before[end] for end in books.ENDS} == pytest.approx(dict.fromkeys(books.ENDS, grown))
    for old, new in zip(document["portfolio"]["assets"], moved["portfolio"]["assets"], strict=True):
        life, shorter = old["horizon"]["economic_life_years"], new["horizon"]["economic_life_years"]
        assert shorter["mode"] == pytest.approx(life["mode"] - 1)
    given, asked = (figures.canonical(books.common(one, 5, 1024)) for one in (document, moved))
    assert books.revalue(books.Work(0, given, asked)).refusal == ""
    realised, changes = books.today(document, A_YEAR_ON, tables, tables, 5e6)
    assert realised["portfolio"]["shared"]["revenue"]["base"] == 5e6
    assert changes[-1]["old"] == before


def test_a_realised_year_has_its_place_in_what_was_signed(document):
    (product,) = backtests.products(document)
    paths = backtests.revenue(document, product, 1)
    assert len(paths) == document["simulation"]["paths"]
    assert paths.min() > 0
