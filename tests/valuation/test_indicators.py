"""The indicator form: three names of the standard, the rest marked as our own; raw answers kept; K from the score."""

import json
from datetime import date
from pathlib import Path

import pytest

from finance_platform.foundation.errors import Conflict, Forbidden, Invalid
from tests.pledges import builders as pledges
from tests.valuation import builders
from tests.valuation.builders import MEASURED, SEED, SIGNED
from tests.valuation.test_evidence import stated
from valuation import queries
from valuation.models import IndicatorAnswers, IndicatorForm
from valuation.rules import indicators as rules
from valuation.services import indicators, measuring

SHIPPED = json.loads((Path(rules.__file__).parents[1] / "data" / "indicators.json").read_text(encoding="utf-8"))
KEYS = [leaf.key for leaf in rules.leaves(SHIPPED)]


def answers(score=7, **changes):
    return {key: {"score": score, "note": "检测报告"} for key in KEYS} | changes


# --- The structure ----------------------------------------------------------------------------------------------------
def test_only_the_three_first_level_names_are_the_standards():
    assert [node["label"] for node in SHIPPED["indicators"]] == ["法律", "技术", "经济"]
    assert all(leaf.path[-1].startswith("自拟示例") for leaf in rules.leaves(SHIPPED))
    assert "自拟示例" in SHIPPED["notice"]
    assert sum(leaf.weight for leaf in rules.leaves(SHIPPED)) == pytest.approx(1)


def changed(path, value):
    structure = json.loads(json.dumps(SHIPPED))
    place = structure["indicators"]
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = value
    return structure


@pytest.mark.parametrize(
    "structure",
    [
        {}, {"indicators": []}, changed([0, "label"], "权利"), changed([0, "weight"], 0.4),
        changed([0, "weight"], True), changed([2, "weight"], "0.3"), changed([2, "indicators"], 5),
        changed([1, "indicators", 0, "weight"], 0), changed([1, "indicators", 0, "key"], ""),
        changed([1, "indicators", 0, "key"], "legal_scope"), changed([1, "indicators", 0, "label"], ""),
    ],
)  # fmt: skip
def test_a_structure_that_cannot_be_answered_is_refused(structure):
    with pytest.raises(Invalid) as refusal:
        rules.leaves(structure)
    assert refusal.value.code == "indicator_form"


# --- The score --------------------------------------------------------------------------------------------------------
def test_the_score_is_the_weighted_mean_of_the_answers_between_nought_and_one():
    assert rules.score(SHIPPED, answers(1)).value == 0
    assert rules.score(SHIPPED, answers(10)).value == pytest.approx(1)
    found = rules.score(SHIPPED, answers(1, legal_scope={"score": 10, "note": "x"}))
    assert found.value == pytest.approx(0.15)
    assert found.parts == pytest.approx({"法律": 0.5, "技术": 0, "经济": 0})


def test_what_is_missing_counts_as_the_lowest_and_is_counted():
    found = rules.score(SHIPPED, answers(10, legal_scope={"score": None, "note": "无检索报告"}))
    assert (found.value, found.missing) == (pytest.approx(0.85), 1)


@pytest.mark.parametrize(
    "answer",
    [None, {"score": 0, "note": "x"}, {"score": 11, "note": "x"}, {"score": 5.5, "note": "x"},
     {"score": True, "note": "x"}, {"score": 5, "note": " "}, {"score": None, "note": ""}, {"score": 5}],
)  # fmt: skip
def test_an_answer_needs_a_score_or_missing_and_always_a_note(answer):
    with pytest.raises(Invalid) as refusal:
        rules.read_answers(SHIPPED, answers(legal_scope=answer))
    assert list(refusal.value.fields) == ["legal_scope"]


def test_every_indicator_is_answered_and_no_other():
    given = answers()
    del given[KEYS[0]]
    with pytest.raises(Invalid) as refusal:
        rules.read_answers(SHIPPED, given | {"beauty": {"score": 1, "note": "x"}})
    assert set(refusal.value.fields) == {KEYS[0], "beauty"}


def test_the_royalty_lies_between_its_bounds_by_the_score_weighted_with_shares():
    shares = {"a": 0.5, "b": 0.25}
    assert rules.royalty(0.02, 0.04, {"a": 0.6, "b": 0.3}, shares) == pytest.approx(0.02 + 0.02 * 0.5)
    assert rules.royalty(0.02, 0.04, {"a": 0, "b": 0}, shares) == 0.02
    with pytest.raises(Invalid) as refusal:
        rules.royalty(0.02, 0.04, {"a": 0.6}, shares)
    assert refusal.value.code == "not_scored"
    assert rules.royalty(0.02, 0.04, {"a": 0.6}, {"a": 0.5, "b": 0.0}) == pytest.approx(0.032)


# --- The services -----------------------------------------------------------------------------------------------------
@pytest.fixture
def appraisal(actors):
    return builders.started(actors)


def answer(actors, appraisal, number, by=None, **given):
    return indicators.answer(
        by=by or actors.appraiser, at=MEASURED, appraisal_id=appraisal.pk, right_number=number,
        answers=answers(**given),
    )  # fmt: skip


def patents(appraisal):
    return [right.number for right in queries.pool(appraisal.application_id) if rules.applies_to(right)]


@pytest.mark.django_db
def test_the_royalty_follows_the_score_and_the_run_keeps_the_raw_answers(actors, appraisal):
    for place, number in enumerate(patents(appraisal)):
        answer(actors, appraisal, number, score=4 + 3 * place)
    statement = stated(appraisal, "A") | {"royalty_by": "score"}
    run = measuring.measure(by=actors.appraiser, at=MEASURED, appraisal_id=appraisal.pk, statement=statement, seed=SEED)
    low, _mode, high = statement["assumptions"]["royalty"]
    rate = low + (high - low) * (3 + 6 + 9) / 27
    drawn = run.document["portfolio"]["shared"]["royalty_rate"]
    assert drawn["mode"] == pytest.approx(rate)
    assert (drawn["low"], drawn["high"]) == (pytest.approx(rate * 0.85), pytest.approx(rate * 1.15))
    kept = run.stated["indicators"]
    assert kept["royalty"] == pytest.approx(rate)
    assert {one["answers"][KEYS[0]]["score"] for one in kept["rights"].values()} == {4, 7, 10}
    names = {one["answers"][KEYS[0]]["indicator"] for one in kept["rights"].values()}
    assert names == {"法律 · 自拟示例:权利稳定性"}
    assert run.stated["evidence"]["royalty"]["grade"] == "A"


@pytest.mark.django_db
def test_a_score_is_asked_for_before_it_sets_the_royalty(actors, appraisal):
    answer(actors, appraisal, patents(appraisal)[0])
    with pytest.raises(Invalid) as refusal:
        measuring.measure(
            by=actors.appraiser, at=MEASURED, appraisal_id=appraisal.pk, seed=SEED,
            statement=stated(appraisal) | {"royalty_by": "score"},
        )  # fmt: skip
    assert "royalty_by" in refusal.value.fields


@pytest.mark.django_db
def test_the_newest_answers_count_and_the_earlier_ones_stay(actors, appraisal):
    number = patents(appraisal)[0]
    answer(actors, appraisal, number, score=3)
    answer(actors, appraisal, number, score=8)
    assert queries.indicator_answers(appraisal)[number].answers[KEYS[0]]["score"] == 8
    assert IndicatorAnswers.objects.count() == 2


@pytest.mark.django_db
def test_the_form_is_not_for_marks_nor_for_foreign_rights(actors, appraisal):
    mark = next(right.number for right in queries.pool(appraisal.application_id) if right.is_mark)
    for number in (mark, pledges.patent_number(99)):
        with pytest.raises(Invalid) as refusal:
            answer(actors, appraisal, number)
        assert "right_number" in refusal.value.fields


@pytest.mark.django_db
def test_only_the_appraiser_at_work_answers(actors, appraisal):
    number = patents(appraisal)[0]
    with pytest.raises(Forbidden):
        answer(actors, appraisal, number, by=actors.reviewer)
    with pytest.raises(Forbidden):
        answer(actors, appraisal, number, by=actors.enterprise)
    builders.drafted(actors, appraisal, builders.measured(actors, appraisal))
    with pytest.raises(Conflict):
        answer(actors, appraisal, number)


@pytest.mark.django_db
def test_the_operator_loads_a_new_version_that_counts_from_its_day(actors):
    call = {"at": SIGNED, "structure": SHIPPED, "source": "标准文本,第 2 次印刷"}
    row = indicators.load_form(by=actors.operator, valid_from=date(2025, 6, 1), **call)
    assert row.version == 2
    assert queries.indicator_form(date(2025, 5, 31)).version == 1
    assert queries.indicator_form(date(2025, 6, 1)).version == 2
    with pytest.raises(Invalid):
        indicators.load_form(by=actors.operator, valid_from=date(2025, 1, 1), **call)
    with pytest.raises(Invalid):
        indicators.load_form(by=actors.operator, valid_from=date(2025, 7, 1), **call | {"source": ""})
    with pytest.raises(Forbidden):
        indicators.load_form(by=actors.appraiser, valid_from=date(2025, 7, 1), **call)
    assert IndicatorForm.objects.count() == 2
