"""The two bases beside a firm's report: whose they are, who sees them, what bounds them, and what they are called."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, InternalError, connection, transaction
from django.test import Client
from django.urls import reverse

from finance_platform.foundation.errors import Conflict, Forbidden, IllegalTransition, Invalid, NotFound
from finance_platform.foundation.permissions import Role
from finance_platform.foundation.services import people
from tests.banks_portal import journey
from tests.factories import at, colleague, set_clock
from tests.pledges import builders as pledges
from tests.valuation import builders
from valuation import queries
from valuation.models import AgreedValue, Appraisal, InternalValuation
from valuation.queries import bases as reads
from valuation.rules import bases as rules
from valuation.services import bases

pytestmark = pytest.mark.django_db
NOW = at(2025, 4, 10)
WAN = 1_000_000


@pytest.fixture(autouse=True)
def _clock(db):
    set_clock(NOW)


@pytest.fixture
def application(actors):
    return pledges.published(actors)


def model(application, **changes):
    document = builders.model(Appraisal(application=application))
    return document | changes


def measured(actors, application, **changes):
    call = {"by": actors.bank_officer, "at": NOW, "application_id": application.pk, "seed": 7, "evidence": "审计报表"}
    return bases.measure(**call | {"document": model(application)} | changes)


def decided(found, by, *, approve=True, when=NOW):
    return bases.decide(by=by, at=when, valuation_id=found.pk, approve=approve, note="核对无误")


def proposed(actors, application, value_fen=400 * WAN, **changes):
    call = {"by": actors.bank_officer, "at": NOW, "application_id": application.pk, "grounds": "参照同类交易"}
    return bases.propose(**call | {"value_fen": value_fen} | changes)


def in_force(actors, application, basis, on=NOW.date()):
    return queries.value_in_force(application.pk, actors.bank_officer.organisation.pk, basis, on)


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    return client


# --- The bank's own ---------------------------------------------------------------------------------------------------
def test_a_bank_measures_for_itself_another_person_approves_and_it_holds_a_year_from_its_date(actors, application):
    found = measured(actors, application)
    mean = found.output["simulation"]["mean"]
    assert found.point_fen == round(mean * 100)
    assert in_force(actors, application, "internal") is None
    found = decided(found, actors.bank_approver)
    assert (found.state, found.expires_on) == ("APPROVED", date(2026, 3, 31))
    assert in_force(actors, application, "internal") == found
    assert in_force(actors, application, "internal", date(2026, 4, 1)) is None
    other = actors.other_bank_officer.organisation.pk
    assert queries.value_in_force(application.pk, other, "internal", NOW.date()) is None
    assert (found.title, found.basis_label) == ("银行内部评估记录", "银行内部评估")


def test_whoever_measured_does_not_approve_and_the_database_says_so_too(actors, application):
    found = measured(actors, application)
    with pytest.raises(Forbidden):
        decided(found, actors.bank_officer)
    with pytest.raises(IntegrityError), transaction.atomic():
        InternalValuation.objects.filter(pk=found.pk).update(decided_by=actors.bank_officer)
    assert decided(found, colleague(actors.bank_officer, Role.BANK_OFFICER)).state == "APPROVED"


@pytest.mark.parametrize("who", ["enterprise", "appraiser", "bank_approver", "auditor", "operator"])
def test_other_roles_do_not_measure(actors, application, who):
    with pytest.raises(Forbidden):
        measured(actors, application, by=getattr(actors, who))


def test_an_internal_valuation_obeys_the_rules_of_an_appraisers_run(actors, application):
    document = model(application)
    with pytest.raises(Invalid):
        measured(actors, application, document=document | {"loan": {"amount": 1}})
    fewer = document["portfolio"] | {"assets": document["portfolio"]["assets"][1:]}
    with pytest.raises(Invalid) as refusal:
        measured(actors, application, document=document | {"portfolio": fewer})
    assert refusal.value.code == "pool_differs"
    with pytest.raises(Invalid):
        measured(actors, application, document={"portfolio": {}})
    with pytest.raises(Invalid) as refusal:
        measured(actors, application, evidence=" ")
    assert "evidence" in refusal.value.fields
    shared = document["portfolio"]["shared"]
    premiums = shared["discount_rate"]["build_up"]["premiums"] | {"legal": 0.03}
    loaded = shared | {"discount_rate": {"build_up": {"risk_free": 0.02, "premiums": premiums}}}
    with pytest.raises(Conflict) as refusal:
        measured(actors, application, document=document | {"portfolio": document["portfolio"] | {"shared": loaded}})
    assert refusal.value.code == "risk_charged_twice"


def test_one_waits_at_a_time_and_a_newer_approved_one_takes_the_place_of_the_older(actors, application):
    older = decided(measured(actors, application), actors.bank_approver)
    newer = measured(actors, application, seed=8)
    with pytest.raises(Conflict) as refusal:
        measured(actors, application)
    assert refusal.value.code == "internal_under_way"
    newer = decided(newer, actors.bank_approver)
    older.refresh_from_db()
    assert (older.state, in_force(actors, application, "internal")) == ("SUPERSEDED", newer)


def test_one_refused_or_withdrawn_is_over_and_a_stale_one_is_not_approved(actors, application):
    refused = decided(measured(actors, application), actors.bank_approver, approve=False)
    with pytest.raises(IllegalTransition):
        decided(refused, actors.bank_approver2)
    taken = bases.withdraw(
        by=actors.bank_officer, at=NOW, valuation_id=measured(actors, application).pk, reason="改用新报表"
    )
    assert (refused.state, taken.state) == ("REFUSED", "WITHDRAWN")
    with pytest.raises(Conflict) as refusal:
        decided(measured(actors, application), actors.bank_approver, when=NOW + timedelta(days=200))
    assert refusal.value.code == "valuation_date_too_old"


def test_a_draft_or_foreign_application_is_not_measured(actors):
    draft = pledges.drafted(actors, [asset.pk for asset in pledges.mixed_pool(actors)])
    with pytest.raises(NotFound):
        measured(actors, draft)


def test_only_the_bank_sees_its_valuation_until_it_has_won_then_the_enterprise_too(actors):
    application = journey.in_diligence(actors)
    set_clock(NOW)
    ours, theirs = measured(actors, application), actors.enterprise
    assert list(reads.internal_visible_to(actors.bank_approver)) == [ours]
    assert not reads.internal_visible_to(theirs), "not approved yet"
    decided(ours, actors.bank_approver)
    assert list(reads.internal_visible_to(theirs)) == [ours]
    for who in ("other_bank_officer", "third_bank_officer", "other_enterprise", "appraiser", "intake", "auditor"):
        assert not reads.internal_visible_to(getattr(actors, who)), who


def test_before_the_award_the_enterprise_sees_nothing_of_it(actors, application):
    found = decided(measured(actors, application), actors.bank_approver)
    assert not reads.internal_visible_to(actors.enterprise)
    page = reverse("internal_value", args=[found.number])
    assert signed_in(actors.enterprise).get(page).status_code == 404
    assert signed_in(actors.other_bank_officer).get(page).status_code == 404
    assert found.number not in signed_in(actors.enterprise).get(
        reverse("sme_values", args=[application.number])
    ).content.decode()  # fmt: skip


def test_what_was_stated_stays_in_the_database(actors, application):
    found, other = measured(actors, application), proposed(actors, application)
    for table, column, pk in (("internalvaluation", "point_fen", found.pk), ("agreedvalue", "value_fen", other.pk)):
        with pytest.raises(InternalError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE valuation_{table} SET {column} = {column} - 1 WHERE id = %s", [pk])


# --- Agreed -----------------------------------------------------------------------------------------------------------
def test_bank_and_enterprise_state_the_same_figure_and_it_holds_a_year(actors, application):
    found = proposed(actors, application)
    call = {"by": actors.enterprise, "at": NOW, "agreed_id": found.pk}
    with pytest.raises(Invalid) as refusal:
        bases.agree(**call, value_fen=400 * WAN - 1)
    assert refusal.value.code == "figures_differ"
    assert in_force(actors, application, "agreed") is None
    found = bases.agree(**call, value_fen=400 * WAN)
    assert (found.state, found.agreed_fen, found.expires_on) == ("AGREED", 400 * WAN, date(2026, 4, 10))
    assert in_force(actors, application, "agreed") == found
    assert (found.title, found.basis_label) == ("银企协商定价确认书", "银企协商定价")


def test_the_bank_does_not_state_the_enterprises_side(actors, application):
    found = proposed(actors, application)
    for who in (actors.bank_officer, actors.bank_approver, actors.appraiser):
        with pytest.raises(Forbidden):
            bases.agree(by=who, at=NOW, agreed_id=found.pk, value_fen=found.value_fen)
    with pytest.raises(NotFound):
        bases.agree(by=actors.other_enterprise, at=NOW, agreed_id=found.pk, value_fen=found.value_fen)
    with pytest.raises(Forbidden):
        proposed(actors, application, by=actors.enterprise)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE valuation_agreedvalue SET state = 'AGREED' WHERE id = %s", [found.pk])


def test_above_the_ceiling_or_outside_the_pilot_it_is_refused_with_the_remedy(actors, application):
    parameters = queries.parameters(NOW.date())
    most = rules.ceiling_fen(parameters, rules.AGREED)
    assert proposed(actors, application, most).ceiling_fen == most
    bases.take_back(by=actors.bank_officer, at=NOW, agreed_id=AgreedValue.objects.get().pk, reason="改价")
    for value in (most + 1, 0):
        with pytest.raises(Invalid) as refusal:
            proposed(actors, application, value)
        assert refusal.value.fields.keys() == {"value_fen"}
    with pytest.raises(Conflict) as refusal:
        rules.require_agreeable(parameters, value_fen=WAN, region_codes=("150800",))
    assert refusal.value.code == "outside_pilot"
    assert "呼和浩特市" in refusal.value.message
    rules.require_agreeable(parameters, value_fen=WAN, region_codes=("150102", "150100"))


def test_the_bounds_are_marked_as_samples_of_ours():
    rows = queries.parameters(NOW.date()).tables[rules.TABLE].values()
    assert {row.status for row in rows} == {"self_made"}
    assert all("自拟示例" in row.source for row in rows)


def test_declined_withdrawn_or_a_second_open_one(actors, application):
    found = proposed(actors, application)
    with pytest.raises(Conflict):
        proposed(actors, application)
    declined = bases.decline(by=actors.enterprise, at=NOW, agreed_id=found.pk, reason="偏低")
    with pytest.raises(IllegalTransition):
        bases.agree(by=actors.enterprise, at=NOW, agreed_id=found.pk, value_fen=found.value_fen)
    assert (declined.state, declined.closing_reason) == ("DECLINED", "偏低")
    second = proposed(actors, application)
    assert bases.take_back(by=actors.bank_officer, at=NOW, agreed_id=second.pk, reason="改价").state == "WITHDRAWN"
    assert not reads.agreed_visible_to(actors.other_bank_officer)


def test_both_expire_at_day_end(actors, application):
    decided(measured(actors, application), actors.bank_approver)
    found = proposed(actors, application)
    bases.agree(by=actors.enterprise, at=NOW, agreed_id=found.pk, value_fen=found.value_fen)
    assert bases.expire_due(by=actors.system, at=at(2026, 3, 31)) == []
    over = bases.expire_due(by=actors.system, at=at(2026, 4, 11))
    assert [each.state for each in over] == ["EXPIRED", "EXPIRED"]


def test_no_basis_but_a_filed_institutions_report_is_ever_called_an_appraisal_report():
    for title in rules.TITLES.values():
        assert "评估报告" not in title
    assert len({*rules.TITLES.values(), *rules.LABELS.values()}) == 5


# --- The doors --------------------------------------------------------------------------------------------------------
def test_the_pages_lead_a_bank_and_an_enterprise_through_both(actors, application):
    officer, second, owner = map(signed_in, (actors.bank_officer, actors.bank_approver, actors.enterprise))
    place = reverse("bank_values", args=[application.number])
    form = officer.get(f"{place}internal/").context["form"]
    filled = {bound.html_name: bound.value() for bound in form}
    values = {name: str(value) for name, value in filled.items() if value not in (None, False)}
    made = officer.post(f"{place}internal/", values | {"evidence": "审计报表", "valuation_date": "2025-03-31"})
    assert made.status_code == 302, made.content.decode()
    page = made["Location"]
    assert "不是资产评估报告" in officer.get(page).content.decode()
    assert signed_in(actors.enterprise).get(page).status_code == 404
    second.post(f"{page}decision/", {"approve": "1", "note": "同意"})
    assert InternalValuation.objects.get().state == "APPROVED"
    officer.post(f"{place}agreed/", {"value_fen": "400", "grounds": "参照同类交易"})
    agreed = AgreedValue.objects.get()
    side = reverse("agreed_value", args=[agreed.number])
    wrong = owner.post(f"{side}agreement/", {"value_fen": "399"})
    assert "双方金额不一致" in wrong.content.decode()
    owner.post(f"{side}agreement/", {"value_fen": "400"})
    agreed.refresh_from_db()
    assert agreed.state == "AGREED"
    shown = officer.get(place).content.decode()
    assert all(text in shown for text in ("银行内部评估", "银企协商定价", agreed.number, "自拟示例"))
    for who, route, status in (
        (actors.appraiser, place, 403), (actors.enterprise, place, 403), (actors.other_enterprise, side, 404),
        (actors.other_bank_officer, side, 404), (actors.bank_officer, f"{side}agreement/", 403),
    ):  # fmt: skip
        assert signed_in(who).get(route).status_code == status, (who, route)


def test_the_same_over_json(actors, application):
    def caller(user):
        token = people.issue_token(by=user, at=NOW, label="t")[1]
        return Client(headers={"Authorization": f"Bearer {token}"})

    officer, second, owner = map(caller, (actors.bank_officer, actors.bank_approver, actors.enterprise))
    api, kind = "/api/v1", "application/json"
    document = officer.get(f"{api}/applications/{application.number}/value-model").json()
    assert owner.get(f"{api}/applications/{application.number}/value-model").status_code == 403
    asked = {"document": document, "seed": 5, "evidence": "报表"}
    made = officer.post(f"{api}/applications/{application.number}/internal-valuations", asked, content_type=kind)
    assert made.status_code == 201, made.content
    number = made.json()["number"]
    opinion = {"approve": True, "note": "同意"}
    own = officer.post(f"{api}/internal-valuations/{number}/decision", opinion, content_type=kind)
    assert own.status_code == 403
    done = second.post(f"{api}/internal-valuations/{number}/decision", opinion, content_type=kind).json()
    assert (done["state"], done["title"], done["basis"]) == ("APPROVED", "银行内部评估记录", "internal")
    assert owner.get(f"{api}/internal-valuations/{number}").status_code == 404
    asked = {"value_fen": 400 * WAN, "grounds": "参照"}
    offered = officer.post(f"{api}/applications/{application.number}/agreed-values", asked, content_type=kind).json()
    place = f"{api}/agreed-values/{offered['number']}"
    wrong = owner.post(f"{place}/agreement", {"value_fen": 1}, content_type=kind)
    assert (wrong.status_code, wrong.json()["code"]) == (422, "figures_differ")
    agreed = owner.post(f"{place}/agreement", {"value_fen": 400 * WAN}, content_type=kind).json()
    assert (agreed["state"], agreed["agreed_fen"]) == ("AGREED", 400 * WAN)
    assert len(officer.get(f"{api}/agreed-values").json()["items"]) == 1
    assert caller(actors.other_bank_officer).get(place).status_code == 404
