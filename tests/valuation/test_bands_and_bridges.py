"""A patent far beyond published licence fees is flagged; two runs are explained to the fen."""

import pytest

from finance_platform.foundation.errors import Invalid, NotFound
from tests.valuation import builders
from tests.valuation.builders import MEASURED, VALUATION_DATE
from tests.valuation.test_appraisals import pledges_second
from tests.valuation.test_evidence import measure, stated
from valuation import queries
from valuation.rules import bands, bridges, figures
from valuation.services import appraisals

pytestmark = pytest.mark.django_db
LIMIT_FEN = 1_660_000_00 * 10


@pytest.fixture
def appraisal(actors):
    return builders.started(actors)


def worth(run):
    return {asset["name"]: figures.fen(asset["value"]) for asset in run.output["assets"]}


# --- The band ---------------------------------------------------------------------------------------------------------
def test_the_published_fees_are_rows_with_source_year_and_n():
    rows = queries.parameters(VALUATION_DATE).tables["licence_fee"]
    found = {(row.year, row.n, row.mode, row.status) for row in rows.values()}
    assert found == {(2022, 4531, 3_210_000, "verified"), (2023, 6150, 1_660_000, "verified")}
    assert all("免费许可" in row.note for row in rows.values())


def test_a_patent_above_ten_times_the_mean_fee_is_flagged_and_a_mark_is_not(actors, appraisal):
    modest = builders.measured(actors, appraisal, revenue_fen=1_000_000_00)
    assert modest.flags == []
    rich = builders.measured(actors, appraisal, revenue_fen=5_000_000_000_00)
    pool = {right.number: right for right in queries.pool(appraisal.application_id)}
    above = {name for name, value_fen in worth(rich).items() if value_fen > LIMIT_FEN}
    assert {pool[name].registry for name in above} == {"patent", "trademark"}
    assert {flag["asset"] for flag in rich.flags} == {name for name in above if pool[name].registry == "patent"}
    flag = rich.flags[0]
    assert (flag["limit_fen"], flag["fee_fen"], flag["year"], flag["n"]) == (LIMIT_FEN, 1_660_000_00, 2023, 6150)
    assert flag["value_fen"] == worth(rich)[flag["asset"]]


def test_a_flag_is_no_refusal(actors, appraisal):
    run = builders.measured(actors, appraisal, revenue_fen=5_000_000_000_00)
    assert run.flags
    assert builders.drafted(actors, appraisal, run).state == "DRAFT_REPORT"


def test_exactly_ten_times_is_not_above(appraisal):
    pool, tables = queries.pool(appraisal.application_id), queries.parameters(VALUATION_DATE)
    patent = next(right.number for right in pool if right.registry == "patent")
    output = {"assets": [{"name": patent, "value": LIMIT_FEN / 100}]}
    assert bands.flags(output, pool, tables) == []
    output["assets"][0]["value"] += 0.01
    assert [flag["asset"] for flag in bands.flags(output, pool, tables)] == [patent]


# --- The bridge -------------------------------------------------------------------------------------------------------
def of(found):
    return {"、".join(step.drivers): step.change_fen for step in found.steps}


def require_exact(found, one, two):
    assert found.from_fen == bridges.mean_fen(one.output)
    assert found.to_fen == bridges.mean_fen(two.output)
    assert sum(step.change_fen for step in found.steps) == found.to_fen - found.from_fen
    assert [step.before_fen for step in found.steps] == [found.from_fen, *(s.after_fen for s in found.steps)][:-1]


def test_each_driver_that_changed_is_a_step_and_the_steps_add_up_to_the_fen(actors, appraisal):
    one = builders.measured(actors, appraisal)
    two = builders.measured(
        actors, appraisal, revenue_fen=8_000_000_000, growth=(0.0, 0.03, 0.06), royalty=(0.01, 0.03, 0.08),
        risk_free=0.02, tax_rate=0.15, operating_margin=0.1,
    )  # fmt: skip
    _one, _two, found = queries.bridge(actors.appraiser, one.pk, two.pk)
    require_exact(found, one, two)
    assert list(of(found)) == ["产品收入", "年增长率", "许可费率", "折现率", "所得税率", "许可费上限"]
    assert of(found)["所得税率"] > 0
    assert of(found)["折现率"] < 0
    _two, _one, back = queries.bridge(actors.appraiser, two.pk, one.pk)
    require_exact(back, two, one)


def test_one_changed_input_is_one_step_and_the_same_run_none(actors, appraisal):
    one, two = builders.measured(actors, appraisal), builders.measured(actors, appraisal, tax_rate=0.15)
    _one, _two, found = queries.bridge(actors.appraiser, one.pk, two.pk)
    assert list(of(found)) == ["所得税率"]
    again = builders.measured(actors, appraisal)
    _one, _again, same = queries.bridge(actors.appraiser, one.pk, again.pk)
    assert (same.steps, same.from_fen) == ((), same.to_fen)


def test_grades_seed_paths_and_order_of_rights_are_drivers_too(actors, appraisal):
    one, two = measure(actors, appraisal, stated(appraisal, "A")), measure(actors, appraisal, stated(appraisal, "C"))
    _one, _two, found = queries.bridge(actors.appraiser, one.pk, two.pk)
    require_exact(found, one, two)
    assert {"产品收入", "许可费率", "折现率"} <= set(of(found))
    document = builders.model(appraisal)
    document["portfolio"]["assets"].reverse()
    document["simulation"]["paths"] = 4096
    other = appraisals.run(by=actors.appraiser, at=MEASURED, appraisal_id=appraisal.pk, document=document, seed=5)
    _one, _other, found = queries.bridge(actors.appraiser, one.pk, other.pk)
    require_exact(found, one, other)
    assert list(of(found)) == ["模拟路径与种子", "其他"]


def test_what_makes_sense_only_together_is_one_step(actors, appraisal):
    """Another method asks for other members: they are exchanged with the rest, and still add up."""
    one = builders.measured(actors, appraisal)
    document = builders.model(appraisal, tax_rate=0.15)
    for asset in document["portfolio"]["assets"]:
        asset["horizon"] |= {"economic_life_years": 4}
    document["portfolio"]["shared"] |= {"method": "profit_split", "contribution": {"revenue_share": 0.01}}
    del document["portfolio"]["shared"]["royalty_rate"]
    for asset in document["portfolio"]["assets"]:
        asset.pop("royalty_rate", None)
    two = appraisals.run(by=actors.appraiser, at=MEASURED, appraisal_id=appraisal.pk, document=document, seed=1)
    _one, _two, found = queries.bridge(actors.appraiser, one.pk, two.pk)
    require_exact(found, one, two)
    assert any(len(step.drivers) > 1 for step in found.steps)


def test_runs_of_two_appraisals_are_not_compared_and_foreign_ones_not_found(actors, appraisal):
    run = builders.measured(actors, appraisal)
    other = builders.taken_up(actors, builders.commissioned(actors, pledges_second(actors)))
    foreign = builders.measured(actors, other)
    with pytest.raises(Invalid) as refusal:
        queries.bridge(actors.appraiser, run.pk, foreign.pk)
    assert refusal.value.code == "two_appraisals"
    for stranger in (actors.enterprise, actors.bank_officer, actors.other_enterprise):
        with pytest.raises(NotFound):
            queries.bridge(stranger, run.pk, run.pk)


def test_convergence_doubles_the_paths_and_ends_at_the_runs_own_figures(actors, appraisal):
    run = builders.measured(actors, appraisal)
    paths = [row["paths"] for row in run.convergence]
    assert paths == [2048, 4096, 8192, 16384]
    simulation = run.output["simulation"]
    last = run.convergence[-1]
    assert (last["mean"], last["standard_error"]) == (simulation["mean"], simulation["standard_error"])
    assert last["p5"] == pytest.approx(simulation["quantiles"]["p5"], rel=1e-12)
    assert run.convergence[0]["p5"] != last["p5"]
