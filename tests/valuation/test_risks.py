"""Every risk once: defaults charge none twice, and a run that does so becomes neither a draft nor a signed value."""

import pytest

from finance_platform.foundation.errors import Conflict
from tests.valuation import builders
from tests.valuation.builders import MEASURED, SIGNED, VALUATION_DATE
from valuation import queries
from valuation.lending import risk_ledger
from valuation.models import Appraisal, ValuationRun
from valuation.rules import estimates, figures, pools, risks
from valuation.services import appraisals, signing

PREMIUMS = ("portfolio", "shared", "discount_rate", "build_up", "premiums")


def with_premium(document, name, rate=0.02):
    place = document
    for member in PREMIUMS:
        place = place[member]
    place[name] = rate
    return document


@pytest.fixture
def appraisal(actors):
    return builders.started(actors)


@pytest.mark.django_db
def test_the_tables_model_charges_no_risk_twice(appraisal):
    document = builders.model(appraisal)
    assert risk_ledger(document)["doubles"] == []
    assert set(document["portfolio"]["shared"]["discount_rate"]["build_up"]["premiums"]) == {
        "market", "finance", "management",
    }  # fmt: skip
    risks.require_once(document)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", estimates.KINDS)
def test_the_publics_model_charges_no_risk_twice_and_obsolescence_once(actors, kind):
    asked = estimates.read(
        {"kind": kind, "sector": "machinery", "remaining_years": 8, "revenue_fen": 10**9, "growth": 0.0}
    )
    ledger = risk_ledger(estimates.document(asked, queries.parameters(VALUATION_DATE), 0))
    assert ledger["doubles"] == []
    charges = {row["risk"]: len(row["charges"]) for row in ledger["rows"]}
    assert (charges["decay"], charges["market"], charges["management"]) == (1, 1, 1)


@pytest.mark.django_db
def test_a_pool_of_marks_keeps_the_premium_because_nothing_decays(actors):
    pool = [right for right in _pool(actors) if right.is_mark]
    stated = pools.defaults(
        pool, queries.parameters(VALUATION_DATE), sector="food", revenue_fen=10**10, valuation_date=VALUATION_DATE
    )
    document = pools.document(pool, stated, 1)
    (row,) = (row for row in risk_ledger(document)["rows"] if row["risk"] == "decay")
    assert [charge["form"] for charge in row["charges"]] == ["rate_premium"]


def _pool(actors):
    return queries.pool(builders.commissioned(actors).application_id)


@pytest.mark.django_db
@pytest.mark.parametrize("premium", ["technology", "legal"])
def test_a_run_that_charges_a_risk_twice_is_kept_but_not_drafted(actors, appraisal, premium):
    document = with_premium(builders.model(appraisal), premium)
    run = appraisals.run(by=actors.appraiser, at=MEASURED, appraisal_id=appraisal.pk, document=document, seed=1)
    with pytest.raises(Conflict) as refusal:
        builders.drafted(actors, appraisal, run)
    assert refusal.value.code == "risk_charged_twice"
    assert "只保留一处" in refusal.value.message
    assert "/".join(("", *PREMIUMS, premium)) in refusal.value.fields
    assert ValuationRun.objects.get() == run


@pytest.mark.django_db
def test_a_reviewed_value_whose_run_charges_twice_is_not_issued(actors):
    """A draft made before the ledger was asked is stopped at the first signature."""
    appraisal = builders.reviewed(actors)
    old = appraisal.run
    document = with_premium(old.document, "technology")
    text = figures.canonical(document)
    old.pk, old.number, old.input_json, old.input_digest = None, 99, text, figures.digest(text)
    old.save(force_insert=True)
    Appraisal.objects.filter(pk=appraisal.pk).update(run=old)
    with pytest.raises(Conflict) as refusal:
        signing.sign(by=actors.signatory, at=SIGNED, appraisal_id=appraisal.pk)
    assert refusal.value.code == "risk_charged_twice"
    appraisal.refresh_from_db()
    assert appraisal.state == "REVIEWED"


@pytest.mark.django_db
def test_the_ledger_for_readers_names_where_and_at_what_figure(appraisal):
    lines = {(one.risk, one.form): one for one in risks.entries(builders.model(appraisal))}
    assert lines["技术过时", "现金流"].figures == (0.05, 0.12, 0.25)
    assert lines["市场", "折现率"].figures == (0.03,)
    assert len(lines["市场", "折现率"].assets) == 4
    assert len(lines["权利失效", "未计入"].assets) == 1
    assert lines["其他", "折现率"].pointer.endswith("/finance")
    assert not any(one.double for one in lines.values())
    doubled = risks.entries(with_premium(builders.model(appraisal), "technology"))
    assert {one.form for one in doubled if one.double} == {"现金流", "折现率"}


def test_what_is_proposed_is_the_simulated_mean_between_p10_and_p90():
    from valuation.rules.appraisals import proposed

    output = {"value": 1.0, "simulation": {"mean": 1.235, "quantiles": {"p10": 0.5, "p90": 2.005}}}
    assert proposed(output) == (124, 50, 201)
