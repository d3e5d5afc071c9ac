"""Grades widen: A leaves an input as it is, C never narrower than B, the mode stays, the law's bounds hold."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance_platform.foundation.errors import Invalid
from tests.valuation import builders
from tests.valuation.builders import MEASURED, SEED, VALUATION_DATE
from valuation import queries
from valuation.engine.run import read_run
from valuation.models import ValuationRun
from valuation.rules import evidence, pools, statements
from valuation.rules.evidence import DATABASE, DOCUMENT, EXPERT, Evidence, Widening, widened
from valuation.services import measuring

A, B, C = Widening(1, 0), Widening(1.25, 0.05), Widening(1.5, 0.15)
rates = st.floats(0, 1, allow_nan=False)
triples = st.tuples(rates, rates, rates).map(lambda three: tuple(sorted(three)))
UNIT = (0.0, 1.0)


@given(triples)
def test_a_document_leaves_an_input_exactly_as_it_is(triple):
    assert widened(triple, A, UNIT) == triple


@given(triples, st.sampled_from([UNIT, (0.0, 0.99), (0.5, 50.0)]))
def test_the_weaker_the_grade_the_wider_and_the_mode_stays(triple, domain):
    as_a, as_b, as_c = (widened(triple, one, domain) for one in (A, B, C))
    assert as_a[1] == as_b[1] == as_c[1] == triple[1]
    assert as_c[0] <= as_b[0] <= as_a[0]
    assert as_a[2] <= as_b[2] <= as_c[2]


@given(triples, st.floats(1, 3), st.floats(0, 1))
def test_nothing_leaves_the_domain_that_was_in_it(triple, factor, least):
    low, _mode, high = widened(triple, Widening(factor, least), UNIT)
    assert low >= 0
    assert high <= 1


def test_a_single_number_of_grade_b_or_c_becomes_a_distribution_and_nought_stays_nought():
    assert widened((8.0, 8.0, 8.0), B, (0.5, 50)) == (7.6, 8.0, 8.4)
    assert widened((8.0, 8.0, 8.0), C, (0.5, 9)) == (6.8, 8.0, 9)
    assert widened((0.0, 0.0, 0.0), C, UNIT) == (0.0, 0.0, 0.0)
    assert widened((-0.1, -0.1, -0.1), B, (-0.99, 1)) == pytest.approx((-0.105, -0.1, -0.095))


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["factor_C", "least_C", "factor_A"])
def test_a_table_that_would_narrow_is_refused(key):
    from dataclasses import replace

    tables = queries.parameters(VALUATION_DATE)
    assert evidence.widenings(tables)[EXPERT].factor > evidence.widenings(tables)[DATABASE].factor
    rows = dict(tables.tables["evidence"])
    rows[key] = replace(rows[key], low=0.01, mode=0.01, high=0.01)
    with pytest.raises(Invalid) as refusal:
        evidence.widenings(replace(tables, tables={**tables.tables, "evidence": rows}))
    assert refusal.value.code == "evidence_table"


# --- From statement to document ---------------------------------------------------------------------------------------
@pytest.fixture
def appraisal(actors):
    return builders.started(actors)


def stated(appraisal, grade=None, **changes):
    """Return the tables' statement, every group of one grade if one is given, with changes to its assumptions."""
    found = queries.default_statement(appraisal, MEASURED.date())
    plain = found.plain()
    plain["assumptions"] |= {"valuation_date": VALUATION_DATE.isoformat()} | changes
    if grade:
        for one in plain["evidence"].values():
            one |= {"grade": grade, "source": "审计报告", "date": "2025-03-01"}
    return plain


def measure(actors, appraisal, statement, by=None):
    return measuring.measure(
        by=by or actors.appraiser, at=MEASURED, appraisal_id=appraisal.pk, statement=statement, seed=SEED
    )


def spread(run):
    quantiles = run.output["simulation"]["quantiles"]
    return quantiles["p90"] - quantiles["p10"]


@pytest.mark.django_db
def test_documents_leave_the_model_and_weaker_grades_widen_the_value(actors, appraisal):
    by_a, by_b, by_c = (measure(actors, appraisal, stated(appraisal, grade)) for grade in "ABC")
    plain = pools.document(
        queries.pool(appraisal.application_id), queries.default_assumptions(appraisal, VALUATION_DATE), SEED
    )
    assert by_a.document == plain
    assert spread(by_a) < spread(by_b) < spread(by_c)


@pytest.mark.django_db
def test_the_run_keeps_what_was_stated_and_not_what_was_drawn(actors, appraisal):
    run = measure(actors, appraisal, stated(appraisal))
    run.refresh_from_db()
    assert run.stated["assumptions"]["risk_free"] == 0.0165
    assert run.stated["evidence"]["risk_free"]["grade"] == EXPERT
    drawn = run.document["portfolio"]["shared"]["discount_rate"]["build_up"]["risk_free"]
    assert (drawn["low"], drawn["mode"], drawn["high"]) == pytest.approx((0.0165 * 0.85, 0.0165, 0.0165 * 1.15))
    assert run.document["portfolio"]["shared"]["tax_rate"] == 0.25
    assert [asset.get("coverage") for asset in run.document["portfolio"]["assets"]] == [
        1 / 3, 1 / 3, 1 / 3, None,
    ]  # fmt: skip
    assert run.parameter_versions["evidence"] == 1


@pytest.mark.django_db
def test_tables_stand_behind_what_they_filled_in_b_where_verified_else_c(appraisal):
    behind = queries.default_statement(appraisal, VALUATION_DATE).evidence
    assert behind["tax_rate"].grade == DATABASE
    assert {one.grade for group, one in behind.items() if group != "tax_rate"} == {EXPERT}
    assert "企业所得税法第四条" in behind["tax_rate"].source
    assert set(behind) == set(statements.groups(queries.pool(appraisal.application_id)))


@pytest.mark.django_db
def test_a_changed_number_needs_a_source_of_its_own(actors, appraisal):
    statement = stated(appraisal, risk_free=0.018)
    with pytest.raises(Invalid) as refusal:
        measure(actors, appraisal, statement)
    assert list(refusal.value.fields) == ["risk_free_source"]
    statement["evidence"]["risk_free"]["source"] = "中债登 2025-03-31 十年期到期收益率"
    assert measure(actors, appraisal, statement).stated["assumptions"]["risk_free"] == 0.018


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("group", "change", "field"),
    [
        ("growth", {"grade": "D"}, "growth_grade"),
        ("growth", {"source": " "}, "growth_source"),
        ("growth", {"grade": "A", "source": "合同", "date": None}, "growth_date"),
        ("growth", {"source": "合同", "date": "2025-04-08"}, "growth_date"),
        ("growth", None, "growth_grade"),
        ("brand", {"grade": "C", "source": "x"}, "brand_grade"),
    ],
)
def test_an_input_without_grade_source_or_date_is_refused_at_its_field(actors, appraisal, group, change, field):
    statement = stated(appraisal)
    if change is None:
        del statement["evidence"][group]
    else:
        statement["evidence"][group] = statement["evidence"].get(group, {}) | change
    with pytest.raises(Invalid) as refusal:
        measure(actors, appraisal, statement)
    assert field in refusal.value.fields
    assert not ValuationRun.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"growth": [0.1, 0.0, 0.2]}, "assumptions/growth"),
        ({"growth": "5%"}, "assumptions/growth"),
        ({"risk_free": True}, "assumptions/risk_free"),
        ({"revenue_fen": 1.5}, "assumptions/revenue_fen"),
        ({"valuation_date": "31.3.2025"}, "assumptions/valuation_date"),
        ({"hazard": {}}, "assumptions/hazard/invention_patent"),
        ({"premiums": {"luck": [0, 0, 0]}}, "assumptions/premiums/luck"),
        ({"beauty": 1}, "assumptions/beauty"),
    ],
)
def test_a_malformed_statement_is_refused_at_its_place(actors, appraisal, change, pointer):
    with pytest.raises(Invalid) as refusal:
        measure(actors, appraisal, stated(appraisal, **change))
    assert pointer in refusal.value.fields, refusal.value.fields


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "place"),
    [({"royalty_by": []}, "royalty_by"), ({"evidence": []}, "evidence"), ({"assumptions": 1}, "assumptions"),
     ({"evidence": {"growth": "C"}}, "evidence/growth"), ({"opinion": 1}, "opinion")],
)  # fmt: skip
def test_a_statement_of_another_form_is_refused_at_its_place(actors, appraisal, change, place):
    with pytest.raises(Invalid) as refusal:
        measure(actors, appraisal, stated(appraisal) | change)
    assert place in refusal.value.fields


@pytest.mark.django_db
def test_a_statement_survives_json(appraisal):
    begun = queries.default_statement(appraisal, VALUATION_DATE)
    again = statements.read(begun.plain(), begun)
    assert again.plain() == begun.plain()


@pytest.mark.django_db
def test_only_the_appraiser_at_work_measures(actors, appraisal):
    from finance_platform.foundation.errors import Conflict, Forbidden, NotFound

    statement = stated(appraisal)
    with pytest.raises(Forbidden):
        measure(actors, appraisal, statement, by=actors.reviewer)
    with pytest.raises((Forbidden, NotFound)):
        measure(actors, appraisal, statement, by=actors.bank_officer)
    builders.drafted(actors, appraisal, measure(actors, appraisal, statement))
    with pytest.raises(Conflict):
        measure(actors, appraisal, statement)


def test_what_is_widened_and_what_is_not_is_every_group_once():
    assert len(set(evidence.GROUPS)) == len(evidence.GROUPS)
    widen = evidence.widener({"growth": Evidence(EXPERT, "x")}, {DOCUMENT: A, DATABASE: B, EXPERT: C})
    assert widen("shares", (0.5, 0.5, 0.5)) == (0.5, 0.5, 0.5)
    assert widen("growth", (0.1, 0.1, 0.1)) == pytest.approx((0.085, 0.1, 0.115))


@pytest.mark.django_db
def test_a_right_whose_every_input_is_weak_is_still_a_valid_model(actors, appraisal):
    run = measure(actors, appraisal, stated(appraisal, "C", decay=[0.0, 0.5, 0.95], growth=[-0.5, 0.9, 1.0]))
    assert read_run(run.document).simulation is not None


def test_dates_are_days():
    assert Evidence("A", "合同", date(2025, 3, 1)).plain() == {"grade": "A", "source": "合同", "date": "2025-03-01"}
