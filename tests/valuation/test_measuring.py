"""A run is kept as it was made, and anyone who may see it can repeat it."""

from datetime import timedelta

import pytest

from finance_platform.foundation.errors import Conflict, Invalid, NotFound
from finance_platform.foundation.models import AuditRow
from tests.valuation import builders
from tests.valuation.builders import MEASURED, SIGNED, VALUATION_DATE
from valuation import engine, queries
from valuation.engine.verdict import DIFFERS, IDENTICAL
from valuation.models import ValuationRun
from valuation.rules import figures
from valuation.services import appraisals, measuring

pytestmark = pytest.mark.django_db


@pytest.fixture
def appraisal(actors):
    return builders.started(actors)


def call(actors, appraisal, document, seed=1):
    return appraisals.run(by=actors.appraiser, at=MEASURED, appraisal_id=appraisal.pk, document=document, seed=seed)


def test_a_run_keeps_input_output_digests_and_where_it_was_made(actors, appraisal):
    run = builders.measured(actors, appraisal)
    assert run.output == engine.value(run.document)
    assert run.input_digest == run.output["run"]["input_digest"]
    assert run.output_digest == figures.digest(run.output_json)
    assert run.document["simulation"]["seed"] == run.seed == builders.SEED
    assert {"python", "numpy", "scipy", "simd"} <= set(run.environment)
    assert sum(one["count"] for one in run.histogram) == run.document["simulation"]["paths"]
    assert run.parameter_versions["royalty_patent"] == 1


def test_the_same_model_and_seed_give_the_same_output_and_another_seed_does_not(actors, appraisal):
    first, again = builders.measured(actors, appraisal), builders.measured(actors, appraisal)
    assert (first.number, again.number) == (1, 2)
    assert first.output_digest == again.output_digest
    other = call(actors, appraisal, builders.model(appraisal), seed=99)
    assert other.output["simulation"]["mean"] != first.output["simulation"]["mean"]
    assert other.output["value"] == first.output["value"]


def test_a_run_verifies_as_identical(actors, appraisal):
    run = builders.measured(actors, appraisal)
    verdict = measuring.verify_run(by=actors.reviewer, at=SIGNED, run_id=run.pk)
    assert (verdict.answer, verdict.differences) == (IDENTICAL, [])


def copy_of(run, **changes):
    """Return a second row as a forger would have written it."""
    run.refresh_from_db()
    run.pk, run.number = None, run.number + 50
    for name, value in changes.items():
        setattr(run, name, value)
    run.save(force_insert=True)
    return run


def test_a_forged_output_differs_at_its_field(actors, appraisal):
    run = builders.measured(actors, appraisal)
    point = run.output["value"]
    forged = run.output | {"value": point * 2}
    text = figures.canonical(forged)
    row = copy_of(run, output_json=text, output_digest=figures.digest(text))
    verdict = measuring.verify_run(by=actors.appraiser, at=SIGNED, run_id=row.pk)
    assert verdict.answer == DIFFERS
    assert verdict.differences == [{"pointer": "/value", "recorded": point * 2, "recomputed": point}]


def test_a_forged_input_differs_in_its_digest_or_in_its_results(actors, appraisal):
    run = builders.measured(actors, appraisal)
    document = run.document
    document["portfolio"]["shared"]["tax_rate"] = 0.0
    row = copy_of(run, input_json=figures.canonical(document))
    verdict = measuring.verify_run(by=actors.appraiser, at=SIGNED, run_id=row.pk)
    assert verdict.answer == DIFFERS
    assert [difference["pointer"] for difference in verdict.differences] == ["/input_digest"]
    forged = copy_of(row, input_digest=figures.digest(row.input_json))
    pointers = {
        found["pointer"] for found in measuring.verify_run(by=actors.appraiser, at=SIGNED, run_id=forged.pk).differences
    }
    assert "/assets/0/value" in pointers


def test_a_foreign_run_cannot_be_verified(actors, appraisal):
    run = builders.measured(actors, appraisal)
    for stranger in (actors.bank_officer, actors.other_enterprise, actors.enterprise):
        with pytest.raises(NotFound):
            measuring.verify_run(by=stranger, at=SIGNED, run_id=run.pk)


def without(document, *path):
    place = document
    for name in path[:-1]:
        place = place[name]
    del place[path[-1]]
    return document


def test_a_model_says_nothing_of_a_loan(actors, appraisal):
    with pytest.raises(Invalid) as refusal:
        call(actors, appraisal, builders.model(appraisal) | {"loan": {"amount": 1}})
    assert "/loan" in refusal.value.fields


@pytest.mark.parametrize(
    ("path", "pointer"),
    [
        (("sensitivity",), "/sensitivity/tornado"),
        (("portfolio", "assets", 3), "/portfolio/assets"),
        (("portfolio", "assets", 0, "kind"), "/portfolio/assets/0/kind"),
        (("portfolio", "shared", "tax_rate"), "/portfolio/assets/0/tax_rate"),
    ],
)
def test_a_model_that_lacks_something_is_refused_at_its_place(actors, appraisal, path, pointer):
    document = without(builders.model(appraisal), *path)
    with pytest.raises(Invalid) as refusal:
        call(actors, appraisal, document)
    assert any(name.startswith(pointer) for name in refusal.value.fields), refusal.value.fields
    assert not ValuationRun.objects.exists()


def test_a_right_lives_no_longer_than_its_register_says(actors, appraisal):
    document = builders.model(appraisal)
    document["portfolio"]["assets"][0]["horizon"] = {"economic_life_years": 10, "filing_date": "2024-03-05"}
    with pytest.raises(Invalid) as refusal:
        call(actors, appraisal, document)
    assert "/portfolio/assets/0/horizon/filing_date" in refusal.value.fields
    document["portfolio"]["assets"][0]["horizon"] = {"economic_life_years": 19}
    with pytest.raises(Invalid) as refusal:
        call(actors, appraisal, document)
    assert "/portfolio/assets/0/horizon" in refusal.value.fields


def test_a_valuation_date_is_neither_in_the_future_nor_stale(actors, appraisal):
    for day in (MEASURED.date() + timedelta(days=1), MEASURED.date() - timedelta(days=181)):
        with pytest.raises(Invalid) as refusal:
            call(actors, appraisal, builders.model(appraisal, valuation_date=day))
        assert "/valuation_date" in refusal.value.fields
    assert call(actors, appraisal, builders.model(appraisal)).valuation_date == VALUATION_DATE


@pytest.mark.parametrize("seed", [-1, 2**63, True, 1.5])
def test_a_seed_is_a_whole_number(actors, appraisal, seed):
    with pytest.raises(Invalid) as refusal:
        call(actors, appraisal, builders.model(appraisal), seed=seed)
    assert "seed" in refusal.value.fields


def test_a_simulation_has_a_bounded_size(actors, appraisal):
    with pytest.raises(Invalid) as refusal:
        call(actors, appraisal, builders.model(appraisal, paths=131072))
    assert "/simulation/paths" in refusal.value.fields


def test_a_document_that_is_no_model_names_its_faults(actors, appraisal):
    for document in ({}, {"portfolio": []}, {"portfolio": {"assets": [1]}}, {"method": "x", "simulation": []}):
        with pytest.raises(Invalid) as refusal:
            call(actors, appraisal, document)
        assert refusal.value.fields


def test_nothing_is_measured_before_work_begins_or_after_the_draft(actors, appraisal):
    builders.drafted(actors, appraisal, builders.measured(actors, appraisal))
    with pytest.raises(Conflict) as refusal:
        builders.measured(actors, appraisal)
    assert refusal.value.code == "not_in_progress"


def test_joint_royalties_are_capped_by_operating_profit(actors, appraisal):
    free = builders.measured(actors, appraisal, operating_margin=1.0)
    bound = builders.measured(actors, appraisal, operating_margin=0.03)
    assert free.output["overlap_reduction"] == 0
    assert bound.output["overlap_reduction"] > 0
    assert bound.output["value"] < free.output["value"]


def test_the_measuring_is_audited(actors, appraisal):
    builders.measured(actors, appraisal)
    row = AuditRow.objects.filter(use_case="valuation.services.measuring.run").get()
    assert (row.person, row.details["document"]) == (actors.appraiser, "<dict>")


def test_default_assumptions_follow_the_companys_industry(actors, appraisal):
    from pledges.services import enterprises

    enterprises.revise_profile(
        by=actors.enterprise, at=MEASURED, size="small", industry_code="C3985", revenue_last_year_fen=100
    )
    stated = queries.default_assumptions(appraisal, VALUATION_DATE)
    assert (stated.royalty, stated.revenue_fen) == ((0.07, 0.085, 0.1), 100)
    assert sum(stated.shares.values()) == pytest.approx(1)
