"""The back-test: realised revenue in the signed distribution, small numbers told honestly, disposals with caveat."""

from datetime import date

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from scipy import stats

from finance_platform.foundation import viewer
from finance_platform.foundation.errors import Forbidden, Invalid, NotFound
from tests.factories import at, make_paper, set_clock
from tests.valuation import builders
from valuation import queries
from valuation.models import RealisedRevenue
from valuation.rules import backtests as rules
from valuation.services import realised

LATER = at(2026, 4, 2)


# --- Pure -------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("hits", "n"), [(0, 3), (3, 3), (8, 10), (61, 80)])
def test_the_interval_is_clopper_pearsons(hits, n):
    found, judge = rules.Share(hits, n).interval, stats.binomtest(hits, n).proportion_ci(0.95, "exact")
    assert found == pytest.approx((judge.low, judge.high), rel=1e-10)


def test_without_records_nothing_is_said():
    assert (rules.Share(0, 0).value, rules.Share(0, 0).interval, rules.Share(0, 0).agrees) == (None, None, None)


def test_three_of_three_do_not_contradict_eighty_percent_and_none_of_five_do():
    assert rules.Share(3, 3).agrees
    assert not rules.Share(0, 5).agrees


def test_a_place_is_the_share_of_paths_at_or_below_ties_half():
    told = rules.forecast(np.arange(1.0, 101.0), 50.0)
    assert told["pit"] == 0.495
    assert rules.forecast(np.arange(1.0, 101.0), 0.0)["pit"] == 0
    assert rules.is_inside(told, told["p10"])
    assert not rules.is_inside(told, told["p90"] + 1e-9)


def test_draws_from_the_forecast_itself_are_even_and_eighty_percent_inside():
    simulated = np.random.default_rng(3).lognormal(0, 0.3, 4096)
    drawn = np.random.default_rng(4).lognormal(0, 0.3, 2000)
    told = [(rules.forecast(simulated, value), value) for value in drawn]
    share = rules.coverage(rules.is_inside(one, value) for one, value in told)
    assert share.agrees
    counts = [one["count"] for one in rules.histogram([one["pit"] for one, _value in told])]
    assert sum(counts) == 2000
    assert stats.chisquare(counts).pvalue > 0.001


# --- Records ----------------------------------------------------------------------------------------------------------
@pytest.fixture
def appraisal(actors):
    found = builders.issued(actors)
    set_clock(LATER)
    return found


def told(actors, appraisal, revenue_fen, moment=LATER, **given):
    product = rules.products(appraisal.run.document)[0]
    values = {"by": actors.enterprise, "product": product, "year": 1} | given
    paper = make_paper(values["by"], "realised_revenue", moment)
    return realised.record(at=moment, run_id=appraisal.run_id, revenue_fen=revenue_fen, document_id=paper, **values)


def base_fen(appraisal) -> int:
    return round(appraisal.run.document["portfolio"]["shared"]["revenue"]["base"] * 100)


@pytest.mark.django_db
class TestRecord:
    def test_the_figure_is_judged_by_the_signed_distribution_of_its_year(self, actors, appraisal):
        document = appraisal.run.document
        found = told(actors, appraisal, base_fen(appraisal))
        simulated = rules.revenue(document, found.product, 1, appraisal.run.engine)
        assert found.forecast == rules.forecast(simulated, base_fen(appraisal) / 100)
        assert len(simulated) == appraisal.run.output["simulation"]["paths"]
        growth = document["portfolio"]["shared"]["revenue"]["growth"]
        low, high = (base_fen(appraisal) / 100 * (1 + growth[end]) for end in ("low", "high"))
        assert low <= simulated.min()
        assert simulated.max() <= high

    def test_a_correction_replaces_the_figure_and_keeps_it(self, actors, appraisal):
        first = told(actors, appraisal, base_fen(appraisal))
        second = told(actors, appraisal, base_fen(appraisal) * 2)
        assert second.replaces == first
        third = told(actors, appraisal, base_fen(appraisal))
        assert third.replaces == second
        assert RealisedRevenue.objects.count() == 3
        with viewer.seen_by(actors.auditor):
            assert [one.row for one in queries.backtest_records(actors.auditor)] == [third]

    @pytest.mark.parametrize(
        ("given", "field"),
        [
            ({"revenue_fen": -1}, "revenue_fen"),
            ({"year": 2}, "year"),
            ({"year": 0}, "year"),
            ({"product": "x"}, "product"),
        ],
    )
    def test_what_cannot_be_judged_is_refused_by_field(self, actors, appraisal, given, field):
        values = {"revenue_fen": base_fen(appraisal)} | given
        with pytest.raises(Invalid) as refused:
            told(actors, appraisal, **values)
        assert field in refused.value.fields

    def test_the_year_must_be_over(self, actors, appraisal):
        set_clock(at(2026, 3, 30))
        with pytest.raises(Invalid) as refused:
            told(actors, appraisal, base_fen(appraisal), moment=at(2026, 3, 30))
        assert "year" in refused.value.fields

    def test_a_strangers_run_and_a_foreign_document_are_not_found(self, actors, appraisal):
        with pytest.raises(NotFound):
            told(actors, appraisal, base_fen(appraisal), by=actors.other_enterprise)
        paper = make_paper(actors.other_enterprise, "realised_revenue", LATER)
        with pytest.raises(NotFound):
            realised.record(
                by=actors.enterprise, at=LATER, run_id=appraisal.run_id, product="pledged-product", year=1,
                revenue_fen=1, document_id=paper,
            )  # fmt: skip

    @pytest.mark.parametrize("role", ["appraiser", "auditor", "approver", "operator", "bank_approver"])
    def test_only_firm_and_bank_record(self, actors, appraisal, role):
        with pytest.raises(Forbidden):
            realised.record(
                by=getattr(actors, role), at=LATER, run_id=appraisal.run_id, product="pledged-product", year=1,
                revenue_fen=1, document_id=None,
            )  # fmt: skip

    def test_the_page_shows_records_interval_and_how_little_they_say(self, actors, appraisal):
        told(actors, appraisal, base_fen(appraisal))
        client = Client()
        client.force_login(actors.auditor, backend="django.contrib.auth.backends.ModelBackend")
        text = client.get(reverse("bureau_backtest")).content.decode()
        for words in ("1 / 1", "2.5% – 100.0%", "不足以判断", "选择偏差", appraisal.number, appraisal.firm.name):
            assert words in text
        client.force_login(actors.bank_officer, backend="django.contrib.auth.backends.ModelBackend")
        assert client.get(reverse("bureau_backtest")).status_code == 403

    def test_the_firm_records_by_the_form_with_its_paper(self, actors, appraisal):
        client = Client()
        client.force_login(actors.enterprise, backend="django.contrib.auth.backends.ModelBackend")
        address = reverse("appraisal_realised", args=[appraisal.number])
        assert address in client.get(reverse("appraisal", args=[appraisal.number])).content.decode()
        answer = client.post(
            address,
            {
                "product": rules.products(appraisal.run.document)[0], "year": "1", "revenue_fen": "40000000",
                "file": SimpleUploadedFile("年报.pdf", b"annual report"), "form_key": "once",
            },
            follow=True,
        )  # fmt: skip
        assert "已记录" in answer.content.decode()
        assert RealisedRevenue.objects.get().revenue_fen == 4_000_000_000
        assert date(2026, 4, 2) == RealisedRevenue.objects.get().recorded_at.date()


@pytest.mark.django_db
def test_a_realised_revenue_is_the_base_of_the_next_revaluation(actors):
    from valuation.services import books

    appraisal = builders.issued(actors)
    day = date(2026, 3, 31)
    set_clock(at(2026, 3, 31))
    told(actors, appraisal, 1_234_567_800, moment=at(2026, 3, 31))
    job = books.start(by=actors.approver, at=at(2026, 3, 31), valuation_date=day, paths=1024)
    _works, changes, refused = queries.work_left(job)
    assert not refused
    assert {
        "pointer": "/portfolio/shared/revenue/base",
        "old": base_fen(appraisal) / 100,
        "new": 12_345_678.0,
    } in changes[0]
