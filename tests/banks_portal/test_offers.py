"""Placing an offer: kept, amended, sealed, retracted, refused; each version stays, late ones are refused."""

import pytest
from django.db import IntegrityError, connection, transaction

from banks_portal.models import Offer, OfferVersion
from banks_portal.queries import offers as offer_queries
from banks_portal.services import offers
from finance_platform.foundation import viewer
from finance_platform.foundation.errors import Conflict, Forbidden, Invalid, NotFound, OutOfRange
from tests.banks_portal.offers import AFTER, BEFORE, DEADLINE, place, plain_terms, published_application
from tests.factories import at, set_clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def application(actors):
    set_clock(BEFORE)
    return published_application(actors.enterprise, actors.bank_officer, actors.other_bank_officer)


def own(by, application):
    with viewer.seen_by(by):
        return offer_queries.own_offer(by, application)


def save(by, application, moment=BEFORE, **changes):
    return offers.save(by=by, at=moment, application_id=application.pk, terms=plain_terms(**changes))


def test_a_draft_is_kept_and_read_again_by_its_bank(actors, application):
    assert save(actors.bank_officer, application) is None
    found = own(actors.bank_officer, application)
    assert (found.offer.state, found.offer.version, found.terms.amount_fen) == ("DRAFT", 1, 600_000_000)


def test_every_version_is_kept_and_the_last_one_counts(actors, application):
    save(actors.bank_officer, application)
    save(actors.bank_officer, application, annual_rate="0.036")
    with viewer.seen_by(actors.bank_officer):
        assert OfferVersion.objects.count() == 2
    assert own(actors.bank_officer, application).terms.annual_rate == "0.036"


def test_a_sealed_offer_that_is_saved_again_stays_sealed_with_the_new_content(actors, application):
    place(actors.bank_officer, application)
    first = own(actors.bank_officer, application).offer.commitment
    save(actors.bank_officer, application, annual_rate="0.036")
    found = own(actors.bank_officer, application).offer
    assert (found.state, found.version) == ("SEALED", 2)
    assert found.commitment != first


def test_sealing_binds_the_latest_version_and_may_be_repeated(actors, application):
    save(actors.bank_officer, application)
    for _ in range(2):
        offers.seal(by=actors.bank_officer, at=BEFORE, application_id=application.pk)
    assert own(actors.bank_officer, application).offer.state == "SEALED"


def test_nothing_can_be_sealed_or_retracted_before_something_was_saved(actors, application):
    for action in (offers.seal, offers.withdraw):
        with pytest.raises(Invalid):
            action(by=actors.bank_officer, at=BEFORE, application_id=application.pk)


def test_a_retracted_offer_can_be_made_anew(actors, application):
    place(actors.bank_officer, application)
    offers.withdraw(by=actors.bank_officer, at=BEFORE, application_id=application.pk)
    assert own(actors.bank_officer, application).offer.state == "WITHDRAWN"
    place(actors.bank_officer, application)
    assert own(actors.bank_officer, application).offer.state == "SEALED"


def test_a_late_offer_is_refused_with_the_platforms_time(actors, application):
    set_clock(AFTER)
    with pytest.raises(Conflict, match=r"2025-06-18 17:00:00 截止") as refusal:
        save(actors.bank_officer, application, AFTER)
    assert refusal.value.code == "deadline_passed"


def test_the_deadline_is_the_databases_not_the_callers(actors, application):
    set_clock(AFTER)
    with pytest.raises(Conflict):
        save(actors.bank_officer, application, BEFORE)


def test_at_the_deadline_itself_it_is_too_late(actors, application):
    set_clock(DEADLINE)
    with pytest.raises(Conflict):
        place(actors.bank_officer, application)


def test_sealing_and_retracting_are_refused_after_the_deadline_too(actors, application):
    place(actors.bank_officer, application)
    set_clock(AFTER)
    for action in (offers.seal, offers.withdraw):
        with pytest.raises(Conflict):
            action(by=actors.bank_officer, at=AFTER, application_id=application.pk)


def test_the_database_refuses_a_late_change_whoever_writes_it(actors, application):
    place(actors.bank_officer, application)
    set_clock(AFTER)
    with viewer.seen_by(actors.bank_officer), pytest.raises(IntegrityError, match="deadline"), transaction.atomic():
        Offer.objects.update(commitment="0" * 64)


def test_the_database_refuses_an_opening_before_the_deadline(actors, application):
    place(actors.bank_officer, application)
    with (
        viewer.seen_by(actors.bank_officer),
        pytest.raises(Exception, match="before the deadline"),
        transaction.atomic(),
    ):
        Offer.objects.update(opened_at=BEFORE)


def test_versions_cannot_be_rewritten_or_removed(actors, application):
    save(actors.bank_officer, application)
    with viewer.seen_by(actors.bank_officer):
        for statement in ("UPDATE banks_portal_offerversion SET number = 9", "DELETE FROM banks_portal_offerversion"):
            with pytest.raises(Exception, match=r"Cannot|denied"), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)


def test_an_offer_above_the_application_or_already_expired_is_refused(actors, application):
    with pytest.raises(Invalid) as refusal:
        save(actors.bank_officer, application, amount_fen=600_000_001, valid_until="2025-06-18")
    assert set(refusal.value.fields) == {"amount_fen", "valid_until"}


def test_a_bank_without_the_borrowers_consent_finds_no_application(actors, application):
    with pytest.raises(NotFound):
        save(actors.third_bank_officer, application)


@pytest.mark.parametrize("who", ["enterprise", "bank_approver", "auditor", "intake", "operator"])
def test_only_a_banks_officer_makes_offers(actors, application, who):
    with pytest.raises(Forbidden):
        save(getattr(actors, who), application)


def test_an_application_that_is_not_published_takes_no_offers(actors, application):
    application.closing_reason = "企业撤回"
    application.move("withdraw", by=actors.enterprise, at=BEFORE)
    with pytest.raises(Conflict, match="目前不接收"):
        save(actors.bank_officer, application)


def test_a_retried_call_changes_nothing_and_its_name_fits_no_other_content(actors, application):
    for _ in range(2):
        offers.save(by=actors.bank_officer, at=BEFORE, application_id=application.pk, terms=plain_terms(), call="try-1")
    assert own(actors.bank_officer, application).offer.version == 1
    with pytest.raises(Conflict, match="请求编号"):
        offers.save(
            by=actors.bank_officer, at=BEFORE, application_id=application.pk, terms=plain_terms(term_months=12),
            call="try-1",
        )  # fmt: skip


def test_a_bank_that_refused_in_writing_cannot_bid(actors, application):
    offers.refuse(by=actors.bank_officer, at=BEFORE, application_id=application.pk, codes=["quota"])
    with pytest.raises(Conflict, match="书面答复"):
        save(actors.bank_officer, application)


def test_a_refusal_names_a_reason_from_the_list(actors, application):
    for codes, text in (([], "x"), (["mood"], "x"), (["other"], " ")):
        with pytest.raises(Invalid):
            offers.refuse(by=actors.bank_officer, at=BEFORE, application_id=application.pk, codes=codes, text=text)


def test_a_bank_with_a_sealed_offer_retracts_it_before_refusing(actors, application):
    place(actors.bank_officer, application)
    with pytest.raises(Conflict, match="先撤回"):
        offers.refuse(by=actors.bank_officer, at=BEFORE, application_id=application.pk, codes=["quota"])


def test_an_offer_over_the_lpr_needs_a_fixing(actors, application):
    with pytest.raises(OutOfRange, match="LPR"):
        save(actors.bank_officer, application, annual_rate="", lpr="1Y", bp=85)


def test_an_offer_over_the_lpr_is_taken_when_the_table_reaches_the_day(actors, calendars, application):
    save(actors.bank_officer, application, at(2025, 6, 16), annual_rate="", lpr="1Y", bp=85)
    assert own(actors.bank_officer, application).terms.bp == 85
