"""The whole book valued again: joint, resumable, the same whoever does the work."""

import sys
from datetime import date
from io import StringIO

import numpy as np
import pytest
from django.core.management import call_command
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from finance_platform.foundation.errors import Conflict, Forbidden, IllegalTransition, Invalid
from tests.factories import at, set_clock
from tests.valuation import builders
from valuation import engine, queries
from valuation.models import BookItem
from valuation.rules import books as rules
from valuation.rules import figures
from valuation.rules.workers import carried_out
from valuation.services import books

LATER = at(2025, 9, 30)
DAY = date(2025, 9, 30)
DOCUMENT = {
    "valuation_date": "2025-03-31",
    "portfolio": {
        "shared": {
            "method": "relief_from_royalty", "tax_rate": 0.25, "royalty_rate": 0.03,
            "revenue": {"base": 1e6, "growth": {"distribution": "triangular", "low": 0, "mode": 0.1, "high": 0.2}},
            "discount_rate": {"build_up": {"risk_free": 0.02, "premiums": {"market": 0.05}}},
        },
        "assets": [{"name": f"a{place}", "horizon": {"economic_life_years": 5 + place}} for place in range(2)],
    },
    "simulation": {"paths": 1024, "seed": 9},
}  # fmt: skip


def works(count: int = 3) -> list[rules.Work]:
    """Return documents that differ by their royalty, each with a higher risk-free rate today."""
    made = []
    for place in range(count):
        old = rules.common(DOCUMENT, 5, 1024)
        old["portfolio"] = {
            **old["portfolio"],
            "shared": {**old["portfolio"]["shared"], "royalty_rate": 0.02 + place / 100},
        }
        rate = {"discount_rate": {"build_up": {"risk_free": 0.04, "premiums": {"market": 0.05}}}}
        new = old | {"portfolio": {**old["portfolio"], "shared": old["portfolio"]["shared"] | rate}}
        made.append(rules.Work(place, figures.canonical(old), figures.canonical(new)))
    return made


def in_order(found) -> list[rules.Done]:
    return sorted(found, key=lambda one: one.place)


# --- Pure -------------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
class TestToday:
    @pytest.fixture
    def tables(self):
        return queries.parameters(DAY)

    def test_time_passes_lives_shorten_and_the_forecast_is_followed(self, tables):
        found, changes = rules.today(DOCUMENT, date(2026, 3, 31), tables, tables, None)
        assert found["valuation_date"] == "2026-03-31"
        assert [one["horizon"]["economic_life_years"] for one in found["portfolio"]["assets"]] == [4, 5]
        assert found["portfolio"]["shared"]["revenue"]["base"] == pytest.approx(1_100_000)
        assert found["portfolio"]["shared"]["discount_rate"]["build_up"]["risk_free"] == 0.0165
        assert {one["pointer"] for one in changes} == {rules.RISK_FREE, rules.REVENUE}
        assert DOCUMENT["portfolio"]["assets"][0]["horizon"]["economic_life_years"] == 5

    def test_a_realised_revenue_is_the_new_base_and_own_evidence_stays(self, tables):
        found, _changes = rules.today(DOCUMENT, DAY, tables, tables, 700_000.0)
        assert found["portfolio"]["shared"]["revenue"]["base"] == 700_000
        assert found["portfolio"]["shared"]["discount_rate"]["build_up"]["premiums"] == {"market": 0.05}

    def test_what_cannot_be_carried_to_another_day_is_refused_aloud(self, tables):
        for day, said in ((date(2025, 3, 30), "later than"), (date(2031, 3, 31), "economic life has ended")):
            with pytest.raises(ValueError, match=said):
                rules.today(DOCUMENT, day, tables, tables, None)


def test_the_paths_are_common_and_the_figures_the_engines_own():
    found = [rules.revalue(work) for work in works()]
    for work, done in zip(works(), found, strict=True):
        assert done.new["mean"] == engine.value(figures.parsed(work.new_json))["simulation"]["mean"]
        assert done.new["mean"] < done.old["mean"]
    paths = [np.frombuffer(done.new_fen, "<i8") for done in found]
    assert np.corrcoef(paths[0], paths[2])[0, 1] > 0.999


def test_the_book_is_the_sum_on_each_path_and_its_tail_is_no_sum_of_independent_tails():
    found = [rules.revalue(work) for work in works()]
    totals = b""
    for done in reversed(found):
        totals = rules.added(totals, done.new_fen)
    each = np.array([np.frombuffer(done.new_fen, "<i8") for done in found])
    assert np.array_equal(np.frombuffer(totals, "<i8"), each.sum(axis=0))
    book = rules.summary(totals)
    independent = each.sum(axis=0).mean() - np.sqrt(sum((row.mean() - np.quantile(row, 0.05)) ** 2 for row in each))
    assert book["p5"] < independent


def test_two_processes_give_what_one_gives():
    one = in_order(carried_out(works()))
    assert in_order(carried_out(works(), workers=2)) == one


def test_two_dask_workers_give_what_one_process_gives():
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster:
        found = in_order(carried_out(works(), scheduler=cluster.scheduler_address))
    assert found == in_order(carried_out(works()))


def test_without_dask_an_address_is_refused_with_the_remedy(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(Conflict, match="distributed"):
        next(carried_out(works(), scheduler="tcp://127.0.0.1:8786"))


def test_a_document_the_engine_refuses_says_where():
    bad = figures.canonical(rules.common(DOCUMENT, 5, 1024) | {"nonsense": 1})
    done = rules.revalue(rules.Work(0, works()[0].old_json, bad))
    assert "/nonsense" in done.refusal
    assert done.new_fen == b""


# --- Jobs -------------------------------------------------------------------------------------------------------------
@pytest.fixture
def appraisal(actors):
    found = builders.issued(actors)
    set_clock(LATER)
    return found


def queued(actors, **given):
    return books.start(by=actors.approver, at=LATER, **{"valuation_date": DAY, "seed": 5, "paths": 1024} | given)


@pytest.mark.django_db
class TestJob:
    def test_the_command_carries_out_what_was_queued(self, actors, appraisal):
        job = queued(actors)
        said = StringIO()
        call_command("revalue_book", stdout=said)
        job = queries.book(job.pk)
        assert (job.state, job.rows.count(), job.items) == ("DONE", 1, 1)
        row = job.rows.get()
        assert row.refusal == ""
        assert row.run == appraisal.run
        new = rules.summary(bytes(job.totals))
        assert new["mean"] == pytest.approx(row.new["mean"] * 100, abs=1)
        assert {one["pointer"] for one in row.changes} <= {rules.RISK_FREE, rules.REVENUE}
        assert "1/1" in said.getvalue()

    def test_a_row_comes_in_once_and_an_interrupted_job_goes_on(self, actors, appraisal):
        job = books.begin(by=actors.system, at=LATER, job_id=queued(actors).pk)
        left, changes, refused = queries.work_left(job)
        assert not refused
        done = rules.revalue(left[0])
        again = books.begin(by=actors.system, at=LATER, job_id=job.pk)
        assert again.state == "RUNNING"
        twice = books.record(by=actors.system, at=LATER, job_id=job.pk, found=[done, done][:1], changes=changes)
        assert bytes(twice.totals) == done.new_fen
        assert queries.work_left(twice)[0] == []
        with pytest.raises(Conflict):
            books.record(by=actors.system, at=LATER, job_id=job.pk, found=[done], changes=changes)
        assert BookItem.objects.count() == 1

    def test_a_cancelled_job_takes_no_more_results_and_stays_as_it_is(self, actors, appraisal):
        job = books.begin(by=actors.system, at=LATER, job_id=queued(actors).pk)
        left, changes, _refused = queries.work_left(job)
        with pytest.raises(Invalid):
            books.cancel(by=actors.approver, at=LATER, job_id=job.pk, reason=" ")
        books.cancel(by=actors.approver, at=LATER, job_id=job.pk, reason="参数有误")
        with pytest.raises(Conflict):
            books.record(by=actors.system, at=LATER, job_id=job.pk, found=[rules.revalue(left[0])], changes=changes)
        with pytest.raises(IllegalTransition):
            books.begin(by=actors.system, at=LATER, job_id=job.pk)
        with pytest.raises(DatabaseError), transaction.atomic():
            type(job).objects.filter(pk=job.pk).update(seed=6)
        call_command("revalue_book", stdout=StringIO())
        assert queries.book(job.pk).state == "CANCELLED"

    def test_one_job_a_day_and_only_what_makes_sense(self, actors, appraisal):
        queued(actors)
        with pytest.raises(Conflict):
            queued(actors)
        for given, field in (
            ({"valuation_date": date(2025, 10, 1)}, "valuation_date"), ({"seed": -1}, "seed"),
            ({"paths": 1000}, "paths"), ({"valuation_date": date(2024, 1, 1)}, "valuation_date"),
        ):  # fmt: skip
            with pytest.raises(Invalid) as refused:
                queued(actors, **given)
            assert field in refused.value.fields

    @pytest.mark.parametrize("role", ["bank_officer", "appraiser", "auditor", "enterprise", "operator"])
    def test_only_the_finance_office_begins_one(self, actors, appraisal, role):
        with pytest.raises(Forbidden):
            books.start(by=getattr(actors, role), at=LATER, valuation_date=DAY)

    def test_the_pages_queue_show_and_cancel(self, actors, appraisal):
        client = Client()
        client.force_login(actors.approver, backend="django.contrib.auth.backends.ModelBackend")
        queue = {"valuation_date": "2025-09-30", "seed": "5", "form_key": "one"}
        assert "已排队" in client.post(reverse("bureau_books"), queue, follow=True).content.decode()
        call_command("revalue_book", stdout=StringIO())
        done = queries.books().get()
        text = client.get(reverse("bureau_book", args=[done.pk])).content.decode()
        for words in ("1 / 1", "已完成", "逐路径合计", appraisal.number):
            assert words in text
        client.post(reverse("bureau_books"), queue | {"form_key": "two"}, follow=True)
        waiting = queries.books().exclude(pk=done.pk).get()
        address = reverse("bureau_book", args=[waiting.pk])
        assert (
            "已取消" in client.post(address, {"reason": "参数有误", "form_key": "three"}, follow=True).content.decode()
        )
        client.force_login(actors.auditor, backend="django.contrib.auth.backends.ModelBackend")
        assert "取消重估" not in client.get(address).content.decode()
        client.force_login(actors.bank_officer, backend="django.contrib.auth.backends.ModelBackend")
        assert client.get(address).status_code == 403
