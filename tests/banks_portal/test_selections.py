"""The enterprise chooses: one offer of the present round, once; the losers' sight of the dossier ends."""

from uuid import uuid4

import pytest

from banks_portal.models import Offer
from banks_portal.queries import offers as offer_queries
from banks_portal.services import diligence, openings, selections
from finance_platform.foundation import viewer
from finance_platform.foundation.errors import Conflict, Forbidden, IllegalTransition, Invalid, NotFound
from pledges import queries as pledges
from tests.banks_portal.offers import AFTER, BEFORE, place, published_application
from tests.factories import at, set_clock

pytestmark = pytest.mark.django_db
CHOSEN = at(2025, 6, 20)


def opened(actors):
    """Return an application with two opened offers, of the first and the second bank."""
    set_clock(BEFORE)
    application = published_application(
        actors.enterprise, actors.bank_officer, actors.other_bank_officer, actors.third_bank_officer
    )
    place(actors.bank_officer, application)
    place(actors.other_bank_officer, application, annual_rate="0.0345")
    set_clock(AFTER)
    openings.open_due(by=actors.system, at=AFTER)
    return application


def offer_of(actors, bank):
    with viewer.seen_by(actors.enterprise):
        return Offer.objects.get(bank=bank.organisation)


@pytest.fixture
def application(actors):
    return opened(actors)


def again(application):
    """Read the application anew (a protected state cannot be refreshed in place)."""
    return type(application).objects.select_related("lender").get(pk=application.pk)


def choose(actors, bank):
    return selections.select(by=actors.enterprise, at=CHOSEN, offer_id=offer_of(actors, bank).pk)


def test_the_chosen_offer_wins_and_the_others_are_released(actors, application):
    choose(actors, actors.bank_officer)
    assert offer_of(actors, actors.bank_officer).state == "SELECTED"
    assert offer_of(actors, actors.other_bank_officer).state == "RELEASED"
    application = again(application)
    assert (application.state, application.lender) == ("MATCHED", actors.bank_officer.organisation)


def test_the_losers_no_longer_read_the_dossier(actors, application):
    choose(actors, actors.bank_officer)
    for loser in (actors.other_bank_officer, actors.third_bank_officer):
        with viewer.seen_by(loser), pytest.raises(NotFound):
            pledges.application(loser, application.pk)
    with viewer.seen_by(actors.bank_officer):
        assert pledges.application(actors.bank_officer, application.pk) == application


def test_a_second_choice_is_refused(actors, application):
    choose(actors, actors.bank_officer)
    with pytest.raises(Conflict, match="已作出选择"):
        choose(actors, actors.other_bank_officer)


def test_an_expired_offer_cannot_be_chosen(actors, application):
    with pytest.raises(Conflict, match="有效期至 2025-09-30"):
        selections.select(by=actors.enterprise, at=at(2025, 10, 1), offer_id=offer_of(actors, actors.bank_officer).pk)


@pytest.mark.parametrize("who", ["bank_officer", "intake", "auditor", "operator"])
def test_only_the_enterprise_chooses(actors, application, who):
    with pytest.raises(Forbidden):
        selections.select(by=getattr(actors, who), at=CHOSEN, offer_id=offer_of(actors, actors.bank_officer).pk)


def test_another_enterprises_offer_is_not_found(actors, application):
    for offer_id in (offer_of(actors, actors.bank_officer).pk, uuid4()):
        with pytest.raises(NotFound):
            selections.select(by=actors.other_enterprise, at=CHOSEN, offer_id=offer_id)


def test_before_the_opening_there_is_nothing_to_choose_or_to_decline(actors):
    set_clock(BEFORE)
    application = published_application(actors.enterprise, actors.bank_officer)
    place(actors.bank_officer, application)
    with viewer.seen_by(actors.bank_officer):
        offer_id = Offer.objects.get().pk
    with pytest.raises(NotFound):
        selections.select(by=actors.enterprise, at=BEFORE, offer_id=offer_id)
    with pytest.raises(Conflict, match="尚未开启"):
        selections.decline_all(by=actors.enterprise, at=BEFORE, application_id=application.pk, reason="改变主意")


def test_declining_all_takes_a_reason_and_ends_the_application(actors, application):
    with pytest.raises(Invalid):
        selections.decline_all(by=actors.enterprise, at=CHOSEN, application_id=application.pk, reason=" ")
    selections.decline_all(by=actors.enterprise, at=CHOSEN, application_id=application.pk, reason="成本过高")
    application = again(application)
    assert (application.state, application.closing_reason) == ("WITHDRAWN", "成本过高")
    assert offer_of(actors, actors.bank_officer).state == "RELEASED"


# --- The winner's decline ---------------------------------------------------------------------------------------------
def awarded(actors):
    application = opened(actors)
    choose(actors, actors.bank_officer)
    diligence.start(by=actors.bank_officer, at=CHOSEN, application_id=application.pk)
    return application


def decline(actors, application, code="value", text="复核价值不足"):
    return diligence.decline(by=actors.bank_officer, at=CHOSEN, application_id=application.pk, code=code, text=text)


def test_a_declined_award_returns_to_the_market_for_a_new_round(actors):
    application = awarded(actors)
    decline(actors, application)
    application = again(application)
    assert (application.state, application.lender) == ("PUBLISHED", None)
    assert application.refusals[-1]["reason"] == "复核后的质物价值不足:复核价值不足"
    with viewer.seen_by(actors.enterprise):
        assert offer_queries.comparison_of(actors.enterprise, application).columns == []
        assert Offer.objects.get(bank=actors.bank_officer.organisation).state == "DECLINED"


def test_in_the_new_round_the_others_bid_anew_and_the_new_offer_can_be_chosen(actors):
    application = awarded(actors)
    old = offer_of(actors, actors.other_bank_officer)
    decline(actors, application)
    application = again(application)
    set_clock(CHOSEN)
    place(actors.other_bank_officer, application, CHOSEN, annual_rate="0.033")
    later = at(2025, 6, 30)
    set_clock(later)
    (record,) = openings.open_due(by=actors.system, at=later)
    assert len(record.commitments) == 1
    with pytest.raises(Conflict, match="上一轮"):
        selections.select(by=actors.enterprise, at=later, offer_id=old.pk)
    with viewer.seen_by(actors.enterprise):
        new = Offer.objects.get(bank=actors.other_bank_officer.organisation, deadline=application.offer_deadline)
    selections.select(by=actors.enterprise, at=later, offer_id=new.pk)
    application = again(application)
    assert application.lender == actors.other_bank_officer.organisation


def test_false_papers_end_the_application(actors):
    application = awarded(actors)
    decline(actors, application, code="false_statement", text="财务报表系伪造")
    application = again(application)
    assert application.state == "REJECTED"


def test_a_decline_takes_a_known_code_and_a_written_reason(actors):
    application = awarded(actors)
    for code, text in (("mood", "x"), ("value", " ")):
        with pytest.raises(Invalid):
            decline(actors, application, code, text)


def test_only_the_winner_begins_due_diligence_and_only_once(actors, application):
    choose(actors, actors.bank_officer)
    with pytest.raises(NotFound):
        diligence.start(by=actors.other_bank_officer, at=CHOSEN, application_id=application.pk)
    diligence.start(by=actors.bank_officer, at=CHOSEN, application_id=application.pk)
    with pytest.raises(IllegalTransition):
        diligence.start(by=actors.bank_officer, at=CHOSEN, application_id=application.pk)
