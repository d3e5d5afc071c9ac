"""Challenge mode: one assumption, one signed difference, the run untouched, nobody told before the offers open."""

import pytest
from django.db import DatabaseError, transaction

from finance_platform.foundation import viewer
from finance_platform.foundation.errors import Conflict, Forbidden, Invalid, NotFound
from finance_platform.foundation.models import AuditRow, IdempotencyKey
from pledges.models import Dossier
from tests.factories import set_clock
from tests.pledges.builders import DEADLINE
from tests.valuation.lending_market import ASKED, LOAN_FEN, OPENED, RISK_FREE, challenged, market
from valuation import engine, queries
from valuation.models import Challenge, ValuationRun
from valuation.rules import challenges as rules
from valuation.rules import figures
from valuation.services import challenges, objections

DOCUMENT = {
    "valuation_date": "2025-03-31",
    "portfolio": {
        "shared": {
            "discount_rate": {"build_up": {"risk_free": 0.02, "premiums": {"legal": 0, "market": 0.03}}},
            "royalty_rate": {"distribution": "pert", "low": 0.01, "mode": 0.02, "high": 0.04},
            "revenue": {"base": 1e6, "growth": [0.01, 0.02]},
        },
        "assets": [{"name": "a", "hazard": {"annual": 0.004}}],
    },
    "simulation": {"paths": 4096, "seed": 1},
}


# --- Pure -------------------------------------------------------------------------------------------------------------
def test_every_assumption_is_listed_with_its_place_and_nothing_else():
    found = dict(rules.assumptions(DOCUMENT))
    assert set(found) == {
        RISK_FREE, "/portfolio/shared/discount_rate/build_up/premiums/legal",
        "/portfolio/shared/discount_rate/build_up/premiums/market", "/portfolio/shared/royalty_rate",
        "/portfolio/shared/revenue/base", "/portfolio/shared/revenue/growth", "/portfolio/assets/0/hazard/annual",
    }  # fmt: skip
    assert all(rules.at(DOCUMENT, pointer) == value for pointer, value in found.items())


def test_a_change_leaves_the_original_alone():
    changed = rules.changed(DOCUMENT, "/portfolio/assets/0/hazard/annual", 0.01)
    assert changed["portfolio"]["assets"][0]["hazard"] == {"annual": 0.01}
    assert DOCUMENT["portfolio"]["assets"][0]["hazard"] == {"annual": 0.004}


@pytest.mark.parametrize(
    ("pointer", "value", "code"),
    [
        ("/portfolio/shared/tax_rate", 0.2, "unknown_assumption"),
        ("/portfolio/assets/7/hazard/annual", 0.2, "unknown_assumption"),
        ("portfolio", 0.2, "unknown_assumption"),
        ("/portfolio/assets/0/name/0", 0.2, "unknown_assumption"),
        ("/simulation/seed", 2, "not_an_assumption"),
        ("/simulation/paths", 65536, "not_an_assumption"),
        ("/valuation_date", 1, "not_an_assumption"),
        ("/portfolio/shared/revenue", {"base": 1, "growth": 0}, "not_one_assumption"),
        ("/portfolio/shared/discount_rate", {"build_up": {}}, "not_one_assumption"),
        ("/portfolio/assets/0/name", 3, "not_one_assumption"),
        (RISK_FREE, 0.02, "invalid"),
        (RISK_FREE, True, "invalid"),
        (RISK_FREE, "0.03", "invalid"),
        (RISK_FREE, {"base": 1}, "invalid"),
    ],
)
def test_what_is_not_one_changed_assumption_is_refused(pointer, value, code):
    with pytest.raises(Invalid) as refused:
        rules.changed(DOCUMENT, pointer, value)
    assert refused.value.code == code
    assert refused.value.fields


@pytest.mark.parametrize("count", [0, 2])
def test_two_assumptions_at_once_or_none_are_refused(count):
    with pytest.raises(Invalid, match="一次质疑只改一项"):
        rules.the_one([{"pointer": RISK_FREE, "value": 0.03}] * count)


def test_a_risk_charged_a_second_time_is_refused_and_one_charged_twice_already_is_not():
    twice = rules.changed(DOCUMENT, "/portfolio/shared/discount_rate/build_up/premiums/legal", 0.02)
    with pytest.raises(Conflict, match="同一风险被计入两次"):
        rules.require_no_new_double(DOCUMENT, twice)
    rules.require_no_new_double(twice, rules.changed(twice, RISK_FREE, 0.05))


def test_values_are_read_as_people_type_them():
    pert = {"distribution": "pert", "low": 1, "mode": 2, "high": 3}
    assert rules.typed("0.01, 0.02,0.05", pert) == pert | {"low": 0.01, "mode": 0.02, "high": 0.05}
    assert rules.typed("0.03", 0.02) == 0.03
    assert rules.typed('{"distribution": "uniform", "low": 0, "high": 1}', 0.02)["high"] == 1
    with pytest.raises(Invalid):
        rules.typed("three", 0.02)


# --- The service ------------------------------------------------------------------------------------------------------
@pytest.fixture
def appraisal(actors):
    return market(actors)


@pytest.mark.django_db
class TestChallenge:
    def test_the_difference_is_what_the_engine_says_of_the_changed_document(self, actors, appraisal):
        found = challenged(actors, appraisal)
        changed = rules.changed(appraisal.run.document, RISK_FREE, 0.03)
        again = engine.value(changed)
        assert found.input_digest == figures.digest(figures.canonical(changed))
        assert found.output == again
        point = found.figures["point"]
        assert (point["old"], point["new"]) == (appraisal.run.output["value"], again["value"])
        assert point["new"] < point["old"]
        assert found.figures["recovery_below"]["new"] >= found.figures["recovery_below"]["old"]
        assert found.figures["mean"]["new"] == pytest.approx(again["simulation"]["mean"], rel=1e-12)
        assert 0 < found.figures["mean"]["error"] < again["simulation"]["standard_error"]

    def test_the_run_beside_it_is_not_altered_and_the_record_binds_all(self, actors, appraisal):
        before = ValuationRun.objects.filter(pk=appraisal.run_id).values().get()
        found = challenged(actors, appraisal)
        assert ValuationRun.objects.filter(pk=appraisal.run_id).values().get() == before
        assert found.run_output_digest == before["output_digest"]
        assert (found.old_json, found.new_json) == (figures.canonical(rules.at(found.run.document, RISK_FREE)), "0.03")
        names = ("pointer", "old_json", "new_json", "reason", "figures", "run_output_digest", "output_digest", "engine")
        stated = {name: getattr(found, name) for name in names}
        bound = (found.run, found.made_by, found.made_at, found.input_digest)
        assert found.record_digest == challenges.record_digest(*bound, stated, LOAN_FEN, 60)
        other = challenges.record_digest(*bound, stated | {"reason": "另一理由"}, LOAN_FEN, 60)
        assert found.record_digest != other

    def test_asked_twice_it_is_one_record(self, actors, appraisal):
        assert challenged(actors, appraisal) == challenged(actors, appraisal, moment=OPENED)
        challenged(actors, appraisal, (RISK_FREE, 0.04))
        with viewer.seen_by(actors.bank_officer):
            assert Challenge.objects.count() == 2

    def test_a_record_is_never_changed_nor_removed(self, actors, appraisal):
        found = challenged(actors, appraisal)
        for act in (lambda rows: rows.update(reason="x"), lambda rows: rows.delete()):
            with viewer.seen_by(actors.bank_officer), pytest.raises(DatabaseError), transaction.atomic():
                act(Challenge.objects.filter(pk=found.pk))

    @pytest.mark.parametrize("role", ["enterprise", "appraiser", "auditor", "other_bank_officer", "intake"])
    def test_before_the_deadline_it_is_the_banks_own(self, actors, appraisal, role):
        found = challenged(actors, appraisal)
        by = getattr(actors, role)
        with viewer.seen_by(by):
            assert not queries.challenges_visible_to(by, ASKED).exists()
            assert not Challenge.objects.exists()  # the database itself
            with pytest.raises(NotFound):
                queries.challenge(by, ASKED, found.pk)
        with viewer.seen_by(actors.bank_approver):
            assert queries.challenge(actors.bank_approver, ASKED, found.pk) == found
        assert not IdempotencyKey.objects.exists()
        assert not AuditRow.objects.filter(use_case__contains="challenges").exists()

    def test_once_the_offers_open_the_firm_and_the_auditor_read_it_and_no_one_else(self, actors, appraisal):
        found = challenged(actors, appraisal)
        assert found.open_from == DEADLINE
        set_clock(OPENED)
        for role, seen in {
            "appraiser": True, "reviewer": True, "auditor": True, "enterprise": False, "other_bank_officer": False,
            "checker": False,
        }.items():  # fmt: skip
            by = getattr(actors, role)
            with viewer.seen_by(by):
                assert queries.challenges_visible_to(by, OPENED).exists() is seen, role
                assert Challenge.objects.exists() is seen, role

    def test_the_run_of_a_value_no_longer_in_force_is_refused(self, actors, appraisal):
        objections.file(by=actors.enterprise, at=ASKED, appraisal_id=appraisal.pk, ground="收入预测偏低")
        with pytest.raises(Conflict) as refused:
            challenged(actors, appraisal)
        assert refused.value.code == "not_in_force"

    def test_a_bank_without_the_dossier_finds_no_such_run(self, actors, appraisal):
        with viewer.seen_by(actors.enterprise):
            Dossier.objects.filter(bank=actors.bank_officer.organisation).update(revoked_at=ASKED)
        with pytest.raises(NotFound):
            challenged(actors, appraisal)

    @pytest.mark.parametrize("role", ["enterprise", "appraiser", "auditor", "checker", "operator"])
    def test_only_a_bank_challenges(self, actors, appraisal, role):
        with pytest.raises(Forbidden):
            challenged(actors, appraisal, by=getattr(actors, role))

    def test_reason_loan_and_engine_refusals_name_the_field(self, actors, appraisal):
        for given, field in (
            ({"reason": " "}, "reason"),
            ({"loan_fen": 0}, "loan_fen"),
            ({"realised_percent": 0}, "realised"),
        ):
            with pytest.raises(Invalid) as refused:
                challenged(actors, appraisal, **given)
            assert field in refused.value.fields
        with pytest.raises(Invalid) as refused:
            challenged(actors, appraisal, ("/portfolio/shared/tax_rate", 2))
        assert refused.value.code == "bad_document"
