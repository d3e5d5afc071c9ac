"""The lender's distribution on a signed run: what goes in, that it is kept, who may ask and read."""

from datetime import date

import pytest

from finance_platform.foundation import viewer
from finance_platform.foundation.errors import Conflict, Forbidden, Invalid
from tests.factories import set_clock
from tests.valuation.lending_market import ASKED, OPENED, assessed, market, terms
from valuation import lending, queries
from valuation.models import LenderAssessment
from valuation.rules import figures
from valuation.rules import lenders as rules
from valuation.services import lenders, objections

pytestmark = pytest.mark.django_db


@pytest.fixture
def appraisal(actors):
    return market(actors)


def document(appraisal, **changes):
    parameters = queries.parameters(date(2025, 4, 9))
    return rules.document(appraisal.run.document, terms(**changes), appraisal.valuation_date, parameters, 7)


def test_the_signed_revenue_and_rights_are_kept_and_no_specific_premium_is(appraisal):
    signed, asked = appraisal.run.document, document(appraisal)
    shared = asked["portfolio"]["shared"]
    assert shared["revenue"] == signed["portfolio"]["shared"]["revenue"]
    assert [one["name"] for one in asked["portfolio"]["assets"]] == [
        one["name"] for one in signed["portfolio"]["assets"]
    ]
    assert list(shared["discount_rate"]) == ["capm"]
    assert (
        shared["discount_rate"]["capm"]["risk_free"]
        == signed["portfolio"]["shared"]["discount_rate"]["build_up"]["risk_free"]
    )
    assert {one["hazard"]["mode"] for one in asked["portfolio"]["assets"]} == {"event"}
    assert lending.risk_ledger(asked)["doubles"] == []
    assert "mode" not in signed


def test_the_loan_is_the_loan_schedules(appraisal):
    loan = document(appraisal)["loan"]
    assert len(loan["repayments"]) == 24
    assert sum(row["principal"] for row in loan["repayments"]) == pytest.approx(loan["amount"], abs=1e-6)
    bullet = document(appraisal, method="interest_only")["loan"]["repayments"]
    assert [row["principal"] for row in bullet[:-1]] == [0] * (len(bullet) - 1)
    assert bullet[-1]["principal"] == pytest.approx(loan["amount"])


def test_the_answer_is_kept_with_what_went_in_and_repeats(actors, appraisal):
    found = assessed(actors, appraisal, operating_margin=0.03)
    again = lending.assess(figures.parsed(found.input_json))
    assert figures.canonical(again) == found.output_json
    assert figures.digest(found.input_json) == found.input_digest
    assert found.output["mode"] == "lender_distribution"
    loan = found.output["loan"]
    for name in ("probability_value_below_loan", "probability_of_default", "expected_loss", "loss_given_default"):
        assert loan[name]["standard_error"] is not None
    assert loan["probability_recovery_below_loan"]["value"] >= loan["probability_value_below_loan"]["value"]
    assert assessed(actors, appraisal, operating_margin=0.03) == found
    with viewer.seen_by(actors.bank_officer):
        assert LenderAssessment.objects.count() == 1


def test_a_weaker_borrower_defaults_more_and_costs_more(actors, appraisal):
    strong = assessed(actors, appraisal).output["loan"]
    weak = assessed(actors, appraisal, operating_margin=0.01).output["loan"]
    for name in ("probability_of_default", "expected_loss"):
        assert weak[name]["value"] > strong[name]["value"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount_fen": 0}, "amount_fen"), ({"annual_rate": "0.34"}, "annual_rate"),
        ({"annual_rate": "x"}, "annual_rate"),
        ({"term_months": 0}, "term_months"), ({"method": "bullet"}, "method"), ({"at_most": 0}, "at_most"),
        ({"measure": "luck"}, "at_most"), ({"disbursed_on": date(2025, 3, 30)}, "disbursed_on"),
        ({"operating_margin": 2}, "operating_margin"), ({"lost_with_right": -1}, "lost_with_right"),
        ({"opening_cash_fen": -1}, "opening_cash_fen"),
    ],
)  # fmt: skip
def test_terms_that_name_no_loan_are_refused_by_field(actors, appraisal, changes, field):
    with pytest.raises(Invalid) as refused:
        assessed(actors, appraisal, **changes)
    assert field in refused.value.fields


def test_a_loan_that_outlives_the_rights_is_refused_by_the_engine(actors, appraisal):
    with pytest.raises(Invalid) as refused:
        assessed(actors, appraisal, term_months=120, disbursed_on=date(2026, 3, 1))
    assert refused.value.code == "bad_document"


def test_before_the_deadline_it_is_the_banks_own_then_the_auditors_too(actors, appraisal):
    found = assessed(actors, appraisal)
    for moment, seen in ((ASKED, False), (OPENED, True)):
        set_clock(moment)
        with viewer.seen_by(actors.auditor):
            assert queries.assessments_visible_to(actors.auditor, moment).exists() is seen
            assert LenderAssessment.objects.exists() is seen
        for by in (actors.enterprise, actors.appraiser, actors.other_bank_officer, actors.checker):
            with viewer.seen_by(by):
                assert not queries.assessments_visible_to(by, moment).exists()
                assert not LenderAssessment.objects.exists()
        with viewer.seen_by(actors.bank_approver):
            assert queries.assessment(actors.bank_approver, moment, found.pk) == found


@pytest.mark.parametrize("role", ["enterprise", "appraiser", "auditor", "checker"])
def test_only_a_bank_asks(actors, appraisal, role):
    with pytest.raises(Forbidden):
        lenders.assess(by=getattr(actors, role), at=ASKED, run_id=appraisal.run_id, terms=terms())


def test_a_value_under_objection_is_not_asked(actors, appraisal):
    objections.file(by=actors.enterprise, at=ASKED, appraisal_id=appraisal.pk, ground="收入预测偏低")
    with pytest.raises(Conflict):
        assessed(actors, appraisal)
