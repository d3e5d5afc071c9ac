"""A bank reads an application only through a live dossier; the database says so to the run-time role as well."""

from datetime import timedelta

import pytest
from django.db import ProgrammingError, connection, transaction

from finance_platform.foundation import queries as foundation
from finance_platform.foundation import viewer
from finance_platform.foundation.errors import Conflict, Invalid, NotFound
from finance_platform.foundation.models import User
from pledges import queries
from pledges.models import Application, Dossier
from pledges.services import applications, assets, dossiers
from tests.factories import Actors, onboard, set_clock
from tests.pledges.builders import ACCEPTED, DEADLINE, published, submitted


def rows_seen_by(by: User | None) -> int:
    """Return how many dossiers raw SQL shows to the run-time role while this person looks."""
    with viewer.seen_by(by), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pledges_dossier")
        return int(cursor.fetchone()[0])


@pytest.fixture
def open_application(actors: Actors) -> Application:
    set_clock(ACCEPTED)
    return published(actors)


def test_the_run_time_role_sees_each_viewers_rows_only(actors: Actors, open_application: Application) -> None:
    seen = {name: rows_seen_by(by) for name, by in actors.everyone().items()}
    banks = {"bank_officer", "bank_approver", "bank_approver2", "other_bank_officer", "third_bank_officer"}
    offices = {"intake", "first_reviewer", "other_prefecture_reviewer", "checker", "approver", "auditor", "system"}
    assert {name for name, count in seen.items() if count == 1} == banks
    assert {name for name, count in seen.items() if count == 3} == {"enterprise", *offices}
    assert rows_seen_by(None) == 0


def test_before_acceptance_no_bank_sees_anything(actors: Actors) -> None:
    submitted(actors)
    assert rows_seen_by(actors.bank_officer) == 0
    assert rows_seen_by(actors.enterprise) == 3


def test_the_query_repeats_the_rule_and_narrows_offices_to_their_prefecture(
    actors: Actors, open_application: Application
) -> None:
    counts = {"bank_officer": 1, "enterprise": 3, "intake": 3, "other_enterprise": 0, "other_prefecture_reviewer": 0}
    for name, count in (counts | {"appraiser": 0, "auditor": 3}).items():
        by = getattr(actors, name)
        with viewer.seen_by(by):
            assert queries.dossiers_visible_to(by).count() == count


def test_a_bank_reads_application_papers_and_rights_through_its_dossier(
    actors: Actors, open_application: Application
) -> None:
    with viewer.seen_by(actors.bank_officer):
        assert queries.application(actors.bank_officer, open_application.pk) == open_application
        assert queries.assets_visible_to(actors.bank_officer).count() == 4
        paper = open_application.papers.first()
        assert foundation.document(actors.bank_officer, paper.document_id).sha256


def test_a_revoked_consent_ends_the_sight_at_once(actors: Actors, open_application: Application) -> None:
    with viewer.seen_by(actors.enterprise):
        dossier = Dossier.objects.get(bank=actors.other_bank_officer.organisation)
    dossiers.revoke(by=actors.enterprise, at=ACCEPTED, dossier_id=dossier.pk)
    assert rows_seen_by(actors.other_bank_officer) == 0
    assert rows_seen_by(actors.bank_officer) == 1
    with viewer.seen_by(actors.other_bank_officer), pytest.raises(NotFound):
        queries.application(actors.other_bank_officer, open_application.pk)
    with pytest.raises(Conflict):
        dossiers.revoke(by=actors.enterprise, at=ACCEPTED, dossier_id=dossier.pk)


def test_consent_to_the_chosen_bank_is_not_revoked_behind_its_back(
    actors: Actors, open_application: Application
) -> None:
    from uuid import uuid4

    bank = actors.bank_officer.organisation
    applications.match(
        by=actors.enterprise, at=DEADLINE, application_id=open_application.pk, offer_id=uuid4(), bank_id=bank.pk
    )
    with viewer.seen_by(actors.enterprise):
        dossier = Dossier.objects.get(bank=bank)
    with pytest.raises(Conflict):
        dossiers.revoke(by=actors.enterprise, at=DEADLINE, dossier_id=dossier.pk)


def test_consent_ends_by_itself_after_its_last_day(actors: Actors, open_application: Application) -> None:
    with viewer.seen_by(actors.bank_officer):
        last = Dossier.objects.get().expires_on
    set_clock(ACCEPTED + (last - ACCEPTED.date()))
    assert rows_seen_by(actors.bank_officer) == 1
    set_clock(ACCEPTED + (last - ACCEPTED.date()) + timedelta(days=1))
    assert rows_seen_by(actors.bank_officer) == 0
    with viewer.seen_by(actors.bank_officer):
        assert not queries.applications_visible_to(actors.bank_officer).exists()


def test_a_foreign_dossier_is_not_found(actors: Actors, open_application: Application) -> None:
    with viewer.seen_by(actors.enterprise):
        dossier = Dossier.objects.first()
    with pytest.raises(NotFound):
        dossiers.revoke(by=actors.other_enterprise, at=ACCEPTED, dossier_id=dossier.pk)


def test_a_bank_cannot_write_itself_a_dossier_or_reopen_one(actors: Actors, open_application: Application) -> None:
    bank = actors.bank_officer.organisation
    with viewer.seen_by(actors.bank_officer):
        with pytest.raises(ProgrammingError), transaction.atomic():
            Dossier.objects.create(
                application=open_application, borrower=actors.enterprise.organisation,
                bank=actors.appraiser.organisation, consented_by=actors.enterprise, consented_at=ACCEPTED,
                expires_on=DEADLINE.date(),
            )  # fmt: skip
        assert Dossier.objects.filter(bank=bank).update(expires_on=DEADLINE.date() + timedelta(days=999)) == 0


def test_the_bank_watches_a_pledged_right_it_can_see(actors: Actors, open_application: Application) -> None:
    asset = queries.assets_of(open_application.pk).first()
    asset.move("register_pledge", by=actors.system, at=ACCEPTED)
    event = {"at": ACCEPTED, "asset_id": asset.pk, "ground": "fee_unpaid", "note": "年费逾期通知书 2025-04"}
    with pytest.raises(NotFound):
        assets.report_adverse(by=onboard("bank", "外省银行"), **event)
    lowered = assets.report_adverse(by=actors.bank_officer, **event)
    assert (lowered.state, lowered.adverse) == ("IMPAIRED", ["fee_unpaid"])
    with pytest.raises(Invalid):
        assets.report_cured(by=actors.bank_officer, at=ACCEPTED, asset_id=asset.pk, note=" ")
    cured = assets.report_cured(by=actors.bank_officer, at=ACCEPTED, asset_id=asset.pk, note="缴费收据 0417")
    assert (cured.state, cured.adverse) == ("PLEDGED", [])
