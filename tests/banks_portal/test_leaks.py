"""Nothing about a sealed offer is seen before the deadline: no content, no count, no id, no trace, by no road.

The roads: the queries, and raw SQL of the run-time role with the viewer's own settings, over every table there is.
"""

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from banks_portal.models import Offer
from banks_portal.queries import offers as offer_queries
from banks_portal.services import offers
from finance_platform.foundation import viewer
from tests.banks_portal.offers import AFTER, BEFORE, place, plain_terms, published_application
from tests.factories import colleague, set_clock

pytestmark = pytest.mark.django_db

SEALED_TABLES = ("offer", "offerversion", "offertrace", "bidrefusal")
OUTSIDERS = (
    "enterprise", "other_enterprise", "other_bank_officer", "third_bank_officer", "appraiser", "intake", "verifier",
    "first_reviewer", "checker", "approver", "cashier", "accountant", "auditor", "operator", "system", "guarantor",
    "insurer", "public",
)  # fmt: skip


@pytest.fixture
def application(actors):
    set_clock(BEFORE)
    return published_application(
        actors.enterprise, actors.bank_officer, actors.other_bank_officer, actors.third_bank_officer
    )


def counts(who):
    """Count what the viewer's own SQL sees of the sealed tables."""
    with viewer.seen_by(who), connection.cursor() as cursor:
        found = {}
        for table in SEALED_TABLES:
            cursor.execute(f"SELECT count(*) FROM banks_portal_{table}")
            found[table] = cursor.fetchone()[0]
    return found


def everything_seen_by(who):
    """Dump every row of every table of the project that the viewer's SQL can read, as text."""
    text = []
    with viewer.seen_by(who), connection.cursor() as cursor:
        for model in apps.get_models():
            if model._meta.app_label in {"foundation", "pledges", "banks_portal", "sessions"}:
                cursor.execute(f'SELECT t::text FROM "{model._meta.db_table}" t')
                text += [f"{model._meta.db_table}:{row}" for (row,) in cursor.fetchall()]
    return set(text)


@pytest.mark.parametrize("who", OUTSIDERS)
def test_raw_sql_of_any_outsider_counts_nothing_before_the_deadline(actors, application, who):
    place(actors.bank_officer, application)
    assert counts(getattr(actors, who)) == dict.fromkeys(SEALED_TABLES, 0)


def test_raw_sql_without_a_viewer_counts_nothing(actors, application):
    place(actors.bank_officer, application)
    assert counts(None) == dict.fromkeys(SEALED_TABLES, 0)


@pytest.mark.parametrize("who", OUTSIDERS)
def test_no_row_of_any_table_changes_for_an_outsider_when_a_bank_bids(actors, application, who):
    outsider = getattr(actors, who)
    offers.save(  # the data keys of all published applications are made by the first work on any of them
        by=actors.third_bank_officer, at=BEFORE,
        application_id=published_application(actors.other_enterprise, actors.third_bank_officer, number="RZ-9").pk,
        terms=plain_terms(),
    )  # fmt: skip
    before = everything_seen_by(outsider)
    place(actors.bank_officer, application)
    offers.save(by=actors.bank_officer, at=BEFORE, application_id=application.pk, terms=plain_terms(), call="again")
    offers.withdraw(by=actors.bank_officer, at=BEFORE, application_id=application.pk)
    assert everything_seen_by(outsider) == before


def test_a_data_key_does_not_tell_whose_application_is_being_bid_on(actors, application):
    other = published_application(actors.other_enterprise, actors.other_bank_officer, number="RZ-2025-90002")
    place(actors.bank_officer, application)
    with viewer.seen_by(actors.other_bank_officer), connection.cursor() as cursor:
        cursor.execute("SELECT application_id FROM banks_portal_applicationkey")
        assert {pk for (pk,) in cursor.fetchall()} == {application.pk, other.pk}


def test_the_borrower_cannot_insert_or_change_an_offer(actors, application):
    place(actors.bank_officer, application)
    with viewer.seen_by(actors.enterprise):
        assert Offer.objects.update(version=9) == 0
        with pytest.raises(Exception, match="row-level security"), transaction.atomic():
            Offer.objects.create(application=application, bank=actors.bank_officer.organisation)


def test_a_bank_cannot_write_in_a_rivals_name(actors, application):
    refused = pytest.raises(Exception, match="row-level security")
    with viewer.seen_by(actors.other_bank_officer), refused, transaction.atomic():
        Offer.objects.create(application=application, bank=actors.bank_officer.organisation)


def test_colleagues_in_the_bank_see_their_own_offer(actors, application):
    place(actors.bank_officer, application)
    assert counts(actors.bank_approver)["offer"] == 1
    assert counts(colleague(actors.bank_officer, "bank_officer"))["offer"] == 1


def test_the_texts_in_the_tables_hold_no_amount_or_rate(actors, application):
    place(actors.bank_officer, application, amount_fen=543_210_987, annual_rate="0.03217")
    with viewer.seen_by(actors.bank_officer), connection.cursor() as cursor:
        cursor.execute("SELECT encode(ciphertext, 'escape') FROM banks_portal_offerversion")
        stored = cursor.fetchone()[0]
    assert "543210987" not in stored
    assert "0.03217" not in stored


def test_after_the_deadline_but_before_the_opening_still_nobody_but_the_system_sees(actors, application):
    place(actors.bank_officer, application)
    set_clock(AFTER)
    for who in ("enterprise", "other_bank_officer", "intake", "auditor"):
        assert counts(getattr(actors, who))["offer"] == 0
    assert counts(actors.system)["offer"] == 1


def test_the_queries_give_outsiders_nothing(actors, application):
    place(actors.bank_officer, application)
    for who in OUTSIDERS:
        person = getattr(actors, who)
        with viewer.seen_by(person):
            assert not offer_queries.offers_visible_to(person).exists()
            assert offer_queries.own_offer(person, application) is None
            assert offer_queries.comparison_of(person, application).columns == []


def test_saving_a_draft_and_sealing_do_the_same_amount_of_work(actors, application):
    counted = []
    for bank, sealing in ((actors.bank_officer, False), (actors.other_bank_officer, True)):
        offers.save(by=bank, at=BEFORE, application_id=application.pk, terms=plain_terms())  # keys and caches are there
        with CaptureQueriesContext(
            connection,
        ) as queries:
            offers.save(by=bank, at=BEFORE, application_id=application.pk, terms=plain_terms(), seal=sealing)
        counted.append(len(queries))
    assert abs(counted[0] - counted[1]) <= 1
