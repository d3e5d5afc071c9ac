"""A lender's question answered from the kept paths: the engine's own figures, with honest errors."""

import numpy as np
import pytest

from tests.valuation import builders
from valuation import engine, queries
from valuation.models import RunSample
from valuation.rules import coverage as rules
from valuation.rules import figures

WAN = 10_000


def sample(values, **kind) -> rules.Sample:
    return rules.Sample.of(np.array(values, dtype=np.float64), **kind)


def uniform(paths: int = 4096) -> rules.Sample:
    return sample((np.random.default_rng(1).permutation(paths) + 0.5) / paths)


# --- Pure -------------------------------------------------------------------------------------------------------------
def test_shares_and_gaps_count_every_path():
    found = sample([1.0, 2.0, 3.0, 4.0] * 16)
    assert found.below(3.0).value == 0.5
    assert found.below(3.0, 0.5).value == 1.0
    assert found.gap(3.0, 1.0).value == pytest.approx((2 + 1) / 4, abs=1e-12)
    assert found.below(1.0).value == 0.0


@pytest.mark.parametrize("keep", [1.0, 0.6, 0.01])
def test_the_largest_amount_meets_the_tolerance_and_a_little_more_does_not(keep):
    found = uniform()
    for tolerance in (0.01, 0.05, 0.5):
        amount = found.largest(tolerance, keep).value
        assert found.below(amount, keep).value <= tolerance < found.below(amount * (1 + 1e-9), keep).value


def test_probability_and_gap_never_fall_in_the_loan_nor_rise_with_what_is_realised():
    found = uniform()
    amounts = np.linspace(0, 1.2, 40)
    for figure in (found.below, found.gap):
        over = [figure(float(amount), 0.6).value for amount in amounts]
        assert over == sorted(over)
        realised = [figure(0.4, keep / 100).value for keep in range(10, 101, 10)]
        assert realised == sorted(realised, reverse=True)


def test_the_stated_error_is_the_spread_of_sixteen_rows():
    rows = np.random.default_rng(7).normal(10, 2, (16, 256))
    found = rules.Sample(np.sort(rows, axis=1))
    shares = (rows < 9).mean(axis=1)
    assert found.below(9.0).error == pytest.approx(shares.std(ddof=1) / 4, rel=1e-12)


def test_paths_that_form_no_sixteen_rows_state_no_error_but_count_the_same():
    found = sample(range(1, 16 * 3))
    assert len(found.rows) == 1
    assert found.below(11.0) == rules.Figure(10 / 47, None)


def test_mirrored_halves_stay_in_one_row():
    first = np.arange(32.0)
    found = sample(np.concatenate([first, -first]), mirrored=True)
    assert np.all(found.rows.sum(axis=1) == 0)


def test_what_is_written_is_read_again():
    found = uniform()
    again = rules.Sample.read(found.data, len(found.rows))
    assert np.array_equal(again.rows, found.rows)
    assert again.digest == found.digest


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [(0.125, 2, "0.13"), (1.005, 2, "1.00"), (6.25, 1, "6.3"), (1234567.891, 2, "1,234,567.89"), (None, 2, "—")],
)
def test_figures_are_rounded_like_the_browser_does(value, places, text):
    assert rules.fixed(value, places) == text


def test_a_value_without_spread_has_no_picture_but_figures():
    found = sample([5.0] * 64)
    assert rules.density(found) == []
    asked = rules.Asked(6.0, 1.0, 0.05)
    assert rules.answer(found, asked).value_below == rules.Figure(1.0, 0.0)


# --- On a signed run --------------------------------------------------------------------------------------------------
@pytest.mark.django_db
class TestOfASignedRun:
    def test_the_figures_are_the_engines_own(self, actors):
        run = builders.issued(actors).run
        mean = run.output["simulation"]["mean"]
        for share, realised in ((0.3, 60), (0.7, 80), (1.1, 100)):
            loan_fen = round(mean * share) * 100
            found = queries.coverage(run, queries.asked(loan_fen, realised, 5.0))
            asked = {"amount": loan_fen / 100, "disposal_haircut": 1 - realised / 100}
            document = {name: block for name, block in run.document.items() if name != "sensitivity"}
            engines = engine.value(document | {"loan": asked})["loan"]
            assert found.recovery_below.value == pytest.approx(engines["probability_below_loan"], abs=1e-12)
            assert found.gap.value == pytest.approx(engines["expected_shortfall"], rel=1e-9, abs=1e-6)
        assert queries.sample_of(run).mean == pytest.approx(mean, rel=1e-12)

    def test_signing_keeps_the_paths_and_an_older_run_is_drawn_again_alike(self, actors):
        run = builders.issued(actors).run
        kept = RunSample.objects.get(run=run)
        assert kept.paths == run.output["simulation"]["paths"]
        drawn = queries.samples.drawn(run.input_json, run.engine)
        assert drawn.digest == kept.digest == queries.sample_of(run).digest
        assert figures.digest(run.input_json) == run.input_digest

    def test_nothing_is_kept_of_a_draft(self, actors):
        builders.reviewed(actors)
        assert not RunSample.objects.exists()
