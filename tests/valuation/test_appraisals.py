"""An appraisal goes from commission to a signed value that stands a year, each step by its own person."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, InternalError, connection, transaction

from finance_platform.foundation import viewer
from finance_platform.foundation.errors import Conflict, Forbidden, IllegalTransition, Invalid, NotFound
from finance_platform.foundation.models import StateChange
from finance_platform.foundation.services import people
from tests.factories import at, colleague, onboard, set_clock
from tests.pledges import builders as pledges
from tests.valuation import builders
from tests.valuation.builders import MEASURED, SIGNED
from valuation import queries
from valuation.models import Appraisal
from valuation.services import appraisals, objections

pytestmark = pytest.mark.django_db


def test_a_pool_is_appraised_reviewed_signed_twice_and_stands_a_year(actors):
    appraisal = builders.issued(actors)
    found = queries.issued_appraisal(appraisal.application_id, date(2025, 6, 30))
    assert found == appraisal
    assert found.low_fen < found.appraised_value_fen < found.high_fen
    assert (found.issued_on, found.expires_on) == (date(2025, 4, 9), date(2026, 3, 31))
    assert found.run.input_digest.startswith("sha256:")
    assert queries.issued_appraisal(appraisal.application_id, date(2026, 3, 31)) == appraisal
    assert queries.issued_appraisal(appraisal.application_id, date(2026, 4, 1)) is None


def test_an_application_that_is_still_a_draft_is_not_appraised(actors):
    application = pledges.drafted(actors, [asset.pk for asset in pledges.mixed_pool(actors)])
    with pytest.raises(Conflict) as refusal:
        builders.commissioned(actors, application)
    assert refusal.value.code == "application_not_open"


def test_one_application_has_one_appraisal_under_way(actors):
    appraisal = builders.commissioned(actors)
    with pytest.raises(Conflict) as refusal:
        builders.commissioned(actors, appraisal.application)
    assert refusal.value.code == "appraisal_under_way"


def test_only_appraisal_firms_are_commissioned_and_only_the_firms_basis_is_open(actors):
    application = pledges.submitted(actors)
    call = {"by": actors.enterprise, "at": builders.COMMISSIONED, "application_id": application.pk}
    with pytest.raises(Invalid) as refusal:
        appraisals.commission(**call, firm_id=actors.bank_officer.organisation.pk)
    assert "firm_id" in refusal.value.fields
    with pytest.raises(Invalid) as refusal:
        appraisals.commission(**call, firm_id=actors.appraiser.organisation.pk, basis="internal")
    assert "basis" in refusal.value.fields


def test_a_foreign_application_cannot_be_appraised(actors):
    application = pledges.submitted(actors)
    with pytest.raises(NotFound):
        appraisals.commission(
            by=actors.other_enterprise, at=builders.COMMISSIONED, application_id=application.pk,
            firm_id=actors.appraiser.organisation.pk,
        )  # fmt: skip


def test_a_firm_with_an_interest_stands_aside_and_another_may_be_asked(actors):
    appraisal = builders.commissioned(actors)
    call = {"by": actors.appraiser, "at": MEASURED, "appraisal_id": appraisal.pk, "declaration": "本机构分担该贷款损失"}
    with pytest.raises(Invalid) as refusal:
        appraisals.accept(**call, conflict_free=False)
    assert "conflict_free" in refusal.value.fields
    assert appraisals.declare_conflict(**call).state == "CONFLICT"
    assert builders.commissioned(actors, appraisal.application).state == "REQUESTED"


def test_the_report_is_called_an_appraisal_only_by_a_filed_institution(actors):
    assert builders.started(actors).title == "系统测算报告"
    other = builders.commissioned(actors, pledges_second(actors))
    assert builders.taken_up(actors, other, filing_code=builders.filed(actors)).title == "资产评估报告"


def pledges_second(actors):
    asset = pledges.verified(actors, pledges.listed_asset(actors.enterprise, pledges.patent_number(77)))
    application = pledges.drafted(actors, [asset.pk])
    return pledges.applications.submit(by=actors.enterprise, at=pledges.APPLIED, application_id=application.pk)


def test_only_the_appraiser_in_charge_measures(actors):
    appraisal = builders.started(actors)
    other = colleague(actors.appraiser, "appraiser")
    with pytest.raises(Forbidden):
        appraisals.run(by=other, at=MEASURED, appraisal_id=appraisal.pk, document=builders.model(appraisal), seed=1)


def test_a_value_outside_its_run_is_not_drafted(actors):
    appraisal = builders.started(actors)
    run = builders.measured(actors, appraisal)
    far = round(run.output["simulation"]["quantiles"]["p95"] * 200)
    with pytest.raises(Invalid) as refusal:
        builders.drafted(actors, appraisal, run, point_fen=far, high_fen=far)
    assert refusal.value.code == "value_unsupported"
    with pytest.raises(Invalid) as refusal:
        builders.drafted(actors, appraisal, run, low_fen=far)
    assert "point_fen" in refusal.value.fields
    with pytest.raises(Invalid) as refusal:
        builders.drafted(actors, appraisal, run, evidence=" ")
    assert "evidence" in refusal.value.fields


def test_a_run_that_charges_legal_risk_twice_supports_no_value(actors):
    appraisal = builders.started(actors)
    document = builders.model(appraisal)
    document["portfolio"]["shared"]["discount_rate"]["build_up"]["premiums"]["legal"] = 0.02
    run = appraisals.run(by=actors.appraiser, at=MEASURED, appraisal_id=appraisal.pk, document=document, seed=1)
    with pytest.raises(Conflict) as refusal:
        builders.drafted(actors, appraisal, run)
    assert refusal.value.code == "risk_charged_twice"


def test_a_run_of_another_appraisal_is_not_found(actors):
    appraisal = builders.started(actors)
    run = builders.measured(actors, appraisal)
    other = builders.taken_up(actors, builders.commissioned(actors, pledges_second(actors)))
    with pytest.raises(NotFound):
        builders.drafted(actors, other, run)


def test_a_reviewer_sends_a_draft_back_and_the_work_begins_again(actors):
    appraisal = builders.started(actors)
    run = builders.measured(actors, appraisal)
    builders.drafted(actors, appraisal, run)
    back = appraisals.review(
        by=actors.reviewer, at=SIGNED, appraisal_id=appraisal.pk, approve=False, note="增长率缺依据"
    )
    assert (back.state, back.point_fen, back.run) == ("IN_PROGRESS", None, None)
    again = builders.drafted(actors, back, builders.measured(actors, back, tax_rate=0.15))
    assert (again.state, again.run.number) == ("DRAFT_REPORT", 2)
    change = StateChange.objects.get(subject=f"valuation.Appraisal:{appraisal.pk}", event="send_back")
    assert change.evidence == {"note": "增长率缺依据"}


def test_a_signatory_may_refuse_and_then_the_review_is_void(actors):
    appraisal = builders.reviewed(actors)
    appraisals.sign(by=actors.signatory, at=SIGNED, appraisal_id=appraisal.pk)
    back = appraisals.refuse_signature(by=actors.signatory2, at=SIGNED, appraisal_id=appraisal.pk, note="基准日过早")
    assert (back.state, back.reviewer, back.signatory_1) == ("IN_PROGRESS", None, None)
    with pytest.raises(IllegalTransition):
        appraisals.refuse_signature(by=actors.signatory2, at=SIGNED, appraisal_id=appraisal.pk, note="再退")


def test_one_person_does_not_sign_twice(actors):
    appraisal = builders.reviewed(actors)
    first = appraisals.sign(by=actors.signatory, at=SIGNED, appraisal_id=appraisal.pk)
    assert first.state == "REVIEWED"
    with pytest.raises(Forbidden) as refusal:
        appraisals.sign(by=actors.signatory, at=SIGNED, appraisal_id=appraisal.pk)
    assert refusal.value.code == "same_hands"


def delegate(principal, to):
    people.delegate(
        by=principal, at=MEASURED, delegate_id=to.pk, starts_at=MEASURED, ends_at=MEASURED + timedelta(days=9),
        reason="出差",
    )  # fmt: skip


def test_a_reviewer_does_not_sign_even_in_another_name(actors):
    appraisal = builders.reviewed(actors)
    delegate(actors.signatory, actors.reviewer)
    with pytest.raises(Forbidden) as refusal:
        appraisals.sign(by=actors.reviewer, at=SIGNED, appraisal_id=appraisal.pk)
    assert refusal.value.code == "same_hands"


def test_an_appraiser_does_not_review_his_own_draft_in_another_name(actors):
    appraisal = builders.started(actors)
    builders.drafted(actors, appraisal, builders.measured(actors, appraisal))
    delegate(actors.reviewer, actors.appraiser)
    with pytest.raises(Forbidden) as refusal:
        appraisals.review(by=actors.appraiser, at=SIGNED, appraisal_id=appraisal.pk, approve=True, note="好")
    assert refusal.value.code == "same_hands"


def test_a_delegate_and_his_principal_are_one_signature(actors):
    appraisal = builders.reviewed(actors)
    delegate(actors.signatory, actors.appraiser)
    appraisals.sign(by=actors.appraiser, at=SIGNED, appraisal_id=appraisal.pk)
    with pytest.raises(Forbidden):
        appraisals.sign(by=actors.signatory, at=SIGNED, appraisal_id=appraisal.pk)
    assert appraisals.sign(by=actors.signatory2, at=SIGNED, appraisal_id=appraisal.pk).state == "ISSUED"


@pytest.mark.parametrize("column", ["signatory_1", "signatory_2", "appraiser"])
def test_the_database_knows_that_the_reviewer_neither_measures_nor_signs(actors, column):
    appraisal = builders.reviewed(actors)
    with pytest.raises(IntegrityError), transaction.atomic():
        Appraisal.objects.filter(pk=appraisal.pk).update(**{column: actors.reviewer})


def test_a_signed_value_is_locked_in_the_database(actors):
    appraisal = builders.issued(actors)
    for column, value in {"point_fen": appraisal.point_fen + 1, "expires_on": date(2030, 1, 1)}.items():
        with pytest.raises(InternalError, match="Cannot update"), transaction.atomic():
            Appraisal.objects.filter(pk=appraisal.pk).update(**{column: value})
    with pytest.raises(IllegalTransition):
        builders.drafted(actors, appraisal, appraisal.run)


def test_a_run_cannot_be_changed_or_deleted(actors):
    run = builders.measured(actors, builders.started(actors))
    for statement in ("UPDATE valuation_valuationrun SET seed = 1", "DELETE FROM valuation_valuationrun"):
        with pytest.raises(Exception, match=r"permission denied|Cannot"), transaction.atomic():
            connection.cursor().execute(f"{statement} WHERE id = %s", [run.pk])


def test_a_newer_value_takes_the_place_of_the_older(actors):
    older = builders.issued(actors)
    reason = "税率由 25% 改为 15%"
    newer = builders.taken_up(actors, builders.commissioned(actors, older.application, supersedes_reason=reason))
    builders.stated(actors, newer)
    builders.drafted(actors, newer, builders.measured(actors, newer, tax_rate=0.15))
    appraisals.review(by=actors.reviewer, at=SIGNED, appraisal_id=newer.pk, approve=True, note="同意")
    newer = builders.signed(actors, newer)
    older.refresh_from_db()
    assert older.state == "SUPERSEDED"
    change = StateChange.objects.get(subject=f"valuation.Appraisal:{older.pk}", event="newer_report")
    assert change.evidence == {"newer": newer.number, "reason": reason}
    assert queries.issued_appraisal(older.application_id, date(2025, 5, 1)) == newer
    assert newer.point_fen > older.point_fen


def test_a_value_in_force_is_not_replaced_without_a_reason(actors):
    older = builders.issued(actors)
    with pytest.raises(Invalid) as refusal:
        builders.commissioned(actors, older.application)
    assert refusal.value.fields.keys() == {"supersedes_reason"}
    assert (
        builders.commissioned(actors, older.application, supersedes_reason="年费未缴").supersedes_reason == "年费未缴"
    )


def test_a_stale_valuation_date_is_not_issued(actors):
    appraisal = builders.reviewed(actors)
    late = at(2025, 10, 1)
    appraisals.sign(by=actors.signatory, at=late, appraisal_id=appraisal.pk)
    with pytest.raises(Conflict) as refusal:
        appraisals.sign(by=actors.signatory2, at=late, appraisal_id=appraisal.pk)
    assert refusal.value.code == "valuation_date_too_old"


def test_a_value_ends_after_its_last_day(actors):
    appraisal = builders.issued(actors)
    assert appraisals.expire_due(by=actors.system, at=at(2026, 3, 31)) == []
    assert appraisals.expire_due(by=actors.system, at=at(2026, 4, 1)) == [appraisal]
    appraisal.refresh_from_db()
    assert appraisal.state == "EXPIRED"


def test_nothing_is_lent_on_a_value_under_objection(actors):
    appraisal = builders.issued(actors)
    day = date(2025, 4, 20)
    objections.file(by=actors.enterprise, at=at(2025, 4, 20), appraisal_id=appraisal.pk, ground="未计商标续展")
    assert queries.issued_appraisal(appraisal.application_id, day) is None
    objections.uphold(by=actors.reviewer, at=at(2025, 4, 21), appraisal_id=appraisal.pk, answer="续展无使用证据")
    assert queries.issued_appraisal(appraisal.application_id, day) == appraisal


def test_an_objection_may_end_the_value_and_comes_in_time_only(actors):
    appraisal = builders.issued(actors)
    with pytest.raises(Conflict) as refusal:
        objections.file(by=actors.enterprise, at=at(2025, 5, 10), appraisal_id=appraisal.pk, ground="太低")
    assert refusal.value.code == "objection_too_late"
    objections.file(by=actors.enterprise, at=at(2025, 5, 9), appraisal_id=appraisal.pk, ground="太低")
    revised = objections.revise(by=actors.reviewer, at=at(2025, 5, 10), appraisal_id=appraisal.pk, answer="重做")
    assert (revised.state, revised.objection_answer) == ("SUPERSEDED", "重做")


def test_the_client_withdraws_before_review_but_not_after(actors):
    appraisal = builders.started(actors)
    assert appraisals.withdraw(
        by=actors.enterprise, at=MEASURED, appraisal_id=appraisal.pk, reason="改用银行评估"
    ).state == "WITHDRAWN"  # fmt: skip
    with pytest.raises(IllegalTransition):
        appraisals.start(by=actors.appraiser, at=MEASURED, appraisal_id=appraisal.pk)


def test_who_sees_which_appraisals(actors):
    appraisal = builders.started(actors)
    stranger = onboard("appraiser", "另一评估")

    def sees(who):
        return queries.appraisals_visible_to(who).filter(pk=appraisal.pk).exists()

    inside = (actors.appraiser, actors.reviewer, actors.signatory, actors.enterprise, actors.checker, actors.auditor)
    assert all(map(sees, inside))
    outside = (stranger, actors.other_enterprise, actors.bank_officer, actors.other_prefecture_reviewer, actors.public)
    assert not any(map(sees, outside))


def test_a_bank_that_may_read_the_application_sees_the_signed_value_and_only_its_run(actors):
    appraisal = builders.issued(actors)
    pledges.applications.accept(
        by=actors.intake, at=pledges.ACCEPTED, application_id=appraisal.application_id, offer_deadline=pledges.DEADLINE
    )
    set_clock(pledges.ACCEPTED)
    with viewer.seen_by(actors.bank_officer):
        assert list(queries.appraisals_visible_to(actors.bank_officer)) == [appraisal]
        assert [run.pk for run in queries.runs_visible_to(actors.bank_officer)] == [appraisal.run_id]


@pytest.mark.parametrize(
    ("role", "call"),
    [
        ("appraiser", lambda by, pk: appraisals.sign(by=by, at=SIGNED, appraisal_id=pk)),
        ("appraiser", lambda by, pk: appraisals.review(by=by, at=SIGNED, appraisal_id=pk, approve=True, note="x")),
        ("reviewer", lambda by, pk: appraisals.sign(by=by, at=SIGNED, appraisal_id=pk)),
        ("signatory", lambda by, pk: appraisals.start(by=by, at=SIGNED, appraisal_id=pk)),
        ("enterprise", lambda by, pk: appraisals.start(by=by, at=SIGNED, appraisal_id=pk)),
        ("bank_officer", lambda by, pk: appraisals.withdraw(by=by, at=SIGNED, appraisal_id=pk, reason="x")),
        ("appraiser", lambda by, pk: objections.file(by=by, at=SIGNED, appraisal_id=pk, ground="x")),
    ],
)
def test_each_step_is_for_its_own_role(actors, role, call):
    appraisal = builders.commissioned(actors)
    with pytest.raises(Forbidden):
        call(getattr(actors, role), appraisal.pk)
