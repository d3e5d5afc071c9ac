"""The opening: after the deadline, all of an application at once, each offer checked against its commitment."""

import pytest
from django.db import connection, transaction

from banks_portal.models import Offer, OpeningRecord
from banks_portal.queries import offers as offer_queries
from banks_portal.queries import openings as opening_queries
from banks_portal.services import offers, openings
from finance_platform.foundation import viewer
from finance_platform.foundation.errors import Forbidden, NotFound
from finance_platform.foundation.models import AuditRow, StateChange
from tests.banks_portal.offers import AFTER, BEFORE, place, plain_terms, published_application
from tests.factories import set_clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def application(actors):
    set_clock(BEFORE)
    return published_application(
        actors.enterprise, actors.bank_officer, actors.other_bank_officer, actors.third_bank_officer
    )


@pytest.fixture
def bids(actors, application):
    """Two sealed offers, one draft."""
    place(actors.bank_officer, application)
    place(actors.other_bank_officer, application, annual_rate="0.0345", amount_fen=520_000_000, fees=[])
    offers.save(by=actors.third_bank_officer, at=BEFORE, application_id=application.pk, terms=plain_terms())
    return application


def open_all(actors, moment=AFTER):
    set_clock(moment)
    return openings.open_due(by=actors.system, at=moment)


def test_before_the_deadline_nothing_opens(actors, bids):
    assert openings.open_due(by=actors.system, at=BEFORE) == []
    # nor when the caller says that it is later than the platform's clock does
    assert openings.open_due(by=actors.system, at=AFTER) == []
    assert not OpeningRecord.objects.exists()


def test_after_the_deadline_all_sealed_offers_open_at_once(actors, bids):
    (record,) = open_all(actors)
    with viewer.seen_by(actors.enterprise):
        states = dict(Offer.objects.values_list("bank__name", "state"))
    assert states == {"青城银行": "REVEALED", "北疆银行": "REVEALED"}
    assert len(record.commitments) == 2
    assert record.commitments == sorted(record.commitments)


def test_opening_again_changes_nothing(actors, bids):
    assert len(open_all(actors)) == 1
    assert open_all(actors) == []


def test_what_was_opened_is_what_was_committed_to(actors, bids):
    (record,) = open_all(actors)
    with viewer.seen_by(actors.enterprise):
        for offer in offer_queries.offers_visible_to(actors.enterprise):
            assert offer_queries.commitment_holds(offer)
            assert offer.commitment in record.commitments


def test_the_enterprise_compares_by_all_in_cost_with_one_sentence(actors, bids):
    open_all(actors)
    with viewer.seen_by(actors.enterprise):
        found = offer_queries.comparison_of(actors.enterprise, bids, appraised_value_fen=1_500_000_000)
    assert [column.bank for column in found.columns] == ["北疆银行", "青城银行"]
    assert found.columns[1].ltv_ratio == pytest.approx(0.4)
    assert found.summary.cheapest_full.bank == "青城银行"
    assert found.summary.shortfall_fen == 80_000_000


def test_a_bank_learns_its_own_rank_and_the_median_but_no_rival(actors, bids):
    open_all(actors)
    with viewer.seen_by(actors.bank_officer):
        (own,) = offer_queries.offers_visible_to(actors.bank_officer)
        assert Offer.objects.count() == 1
    assert own.rank == 2
    assert own.median_annual_cost < own.annual_cost


def test_a_draft_stays_its_banks_own(actors, bids):
    open_all(actors)
    with viewer.seen_by(actors.third_bank_officer):
        assert offer_queries.own_offer(actors.third_bank_officer, bids).offer.state == "DRAFT"
    with viewer.seen_by(actors.auditor):
        assert Offer.objects.count() == 2


def test_an_application_without_offers_is_opened_with_an_empty_record(actors, application):
    offers.refuse(by=actors.bank_officer, at=BEFORE, application_id=application.pk, codes=["quota"], text="满")
    (record,) = open_all(actors)
    assert record.commitments == []
    with viewer.seen_by(actors.enterprise):
        found = offer_queries.comparison_of(actors.enterprise, application)
    assert found.columns == []
    assert found.summary is None
    assert found.refusals == [("青城银行", ["本行额度或名额已满"], "满")]


def test_the_sealed_traces_become_audit_rows_with_their_own_moments(actors, bids):
    assert not AuditRow.objects.filter(use_case__startswith="offers.").exists()
    open_all(actors)
    rows = AuditRow.objects.filter(use_case="offers.save")
    assert rows.count() == 3
    assert {row.at for row in rows} == {BEFORE}
    assert {row.person_id for row in rows} == {
        actors.bank_officer.pk, actors.other_bank_officer.pk, actors.third_bank_officer.pk
    }  # fmt: skip
    assert StateChange.objects.filter(event="seal", at=BEFORE).count() == 2
    assert StateChange.objects.filter(event="reveal", at=AFTER).count() == 2


def test_a_tampered_offer_keeps_its_application_closed_and_the_others_open(actors, bids, caplog):
    other = published_application(actors.other_enterprise, actors.bank_officer, number="RZ-2025-90002")
    place(actors.bank_officer, other)
    with viewer.seen_by(actors.bank_officer):
        Offer.objects.filter(application=bids).update(commitment="0" * 64)
    records = open_all(actors)
    assert [record.application_id for record in records] == [other.pk]
    assert "RZ-2025-90001 were not opened" in caplog.text
    with viewer.seen_by(actors.enterprise):
        assert not Offer.objects.exists()


def test_the_record_is_public_and_cannot_be_changed(actors, bids):
    (record,) = open_all(actors)
    assert opening_queries.record_of("RZ-2025-90001") == record
    with pytest.raises(Exception, match=r"Cannot|denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE banks_portal_openingrecord SET commitments = '[]'")


def test_before_the_opening_there_is_no_record(application):
    with pytest.raises(NotFound):
        opening_queries.record_of("RZ-2025-90001")


@pytest.mark.parametrize("who", ["enterprise", "bank_officer", "intake", "auditor", "operator"])
def test_nobody_opens_by_hand(actors, application, who):
    with pytest.raises(Forbidden):
        openings.open_due(by=getattr(actors, who), at=AFTER)
