"""Two different people verify a right: every question answered, on a fresh extract, the second one decides."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from finance_platform.foundation.errors import Conflict, Forbidden, Invalid, NotFound
from finance_platform.foundation.models import StateChange
from finance_platform.foundation.services import people
from pledges.models import AssetVerification, IpAsset
from pledges.rules import verification as rules
from pledges.services import assets, verification
from tests.factories import Actors
from tests.pledges.builders import CHECKED, all_clear, listed_asset, patent_number, trademark, verified


@pytest.fixture
def handed_in(actors: Actors) -> IpAsset:
    asset = listed_asset(actors.enterprise, patent_number(1))
    return assets.submit(by=actors.enterprise, at=CHECKED, asset_id=asset.pk)


def test_two_verifiers_make_a_right_pledgeable(actors: Actors, handed_in: IpAsset) -> None:
    verification.first_check(by=actors.verifier, at=CHECKED, asset_id=handed_in.pk, findings=all_clear(handed_in))
    asset = verification.second_check(by=actors.verifier2, at=CHECKED, asset_id=handed_in.pk, ok=True)
    assert asset.state == "ELIGIBLE"
    change = StateChange.objects.get(subject=f"pledges.IpAsset:{asset.pk}", event="verify_ok")
    assert change.evidence["verification"] == AssetVerification.objects.get().pk


def test_the_second_check_is_another_persons(actors: Actors, handed_in: IpAsset) -> None:
    verification.first_check(by=actors.verifier, at=CHECKED, asset_id=handed_in.pk, findings=all_clear(handed_in))
    with pytest.raises(Forbidden):
        verification.second_check(by=actors.verifier, at=CHECKED, asset_id=handed_in.pk, ok=True)


def test_a_delegate_of_the_first_verifier_is_not_another_person(actors: Actors, handed_in: IpAsset) -> None:
    verification.first_check(by=actors.verifier, at=CHECKED, asset_id=handed_in.pk, findings=all_clear(handed_in))
    people.delegate(
        by=actors.verifier, at=CHECKED, delegate_id=actors.intake.pk, starts_at=CHECKED,
        ends_at=CHECKED + timedelta(days=3), reason="出差",
    )  # fmt: skip
    with pytest.raises(Forbidden):
        verification.second_check(by=actors.intake, at=CHECKED, asset_id=handed_in.pk, ok=True)


def test_the_database_refuses_one_name_on_both_checks(actors: Actors, handed_in: IpAsset) -> None:
    row = verification.first_check(by=actors.verifier, at=CHECKED, asset_id=handed_in.pk, findings=all_clear(handed_in))
    with pytest.raises(IntegrityError), transaction.atomic():
        AssetVerification.objects.filter(pk=row.pk).update(second_by=actors.verifier, second_at=CHECKED, ok=True)


def test_every_question_must_be_answered(actors: Actors, handed_in: IpAsset) -> None:
    findings = all_clear(handed_in)
    findings.pop("disputed")
    with pytest.raises(Invalid) as refusal:
        verification.first_check(by=actors.verifier, at=CHECKED, asset_id=handed_in.pk, findings=findings)
    assert "保全" in refusal.value.fields["findings"]


def test_questions_follow_the_registry() -> None:
    assert "same_day_twin" in rules.questions("patent")
    assert "similar_marks_left_out" in rules.questions("trademark")
    assert "similar_marks_left_out" not in rules.questions("patent")


@pytest.mark.parametrize("days", [31, -1])
def test_the_extract_must_be_fresh(actors: Actors, handed_in: IpAsset, days: int) -> None:
    with pytest.raises(Invalid):
        verification.first_check(
            by=actors.verifier, at=CHECKED, asset_id=handed_in.pk, findings=all_clear(handed_in),
            extract_date=CHECKED.date() - timedelta(days=days),
        )  # fmt: skip


def test_a_ground_found_cannot_be_passed_over(actors: Actors, handed_in: IpAsset) -> None:
    verification.first_check(
        by=actors.verifier, at=CHECKED, asset_id=handed_in.pk, findings=all_clear(handed_in, disputed=True)
    )
    with pytest.raises(Conflict, match="保全"):
        verification.second_check(by=actors.verifier2, at=CHECKED, asset_id=handed_in.pk, ok=True)
    asset = verification.second_check(
        by=actors.verifier2, at=CHECKED, asset_id=handed_in.pk, ok=False, ground="disputed"
    )
    assert (asset.state, asset.adverse) == ("RESTRICTED", ["disputed"])


def test_a_curable_ground_passes_once_the_parties_declared_it(actors: Actors, handed_in: IpAsset) -> None:
    IpAsset.objects.filter(pk=handed_in.pk).update(declared=["same_day_twin"])
    verification.first_check(
        by=actors.verifier, at=CHECKED, asset_id=handed_in.pk, findings=all_clear(handed_in, same_day_twin=True)
    )
    asset = verification.second_check(by=actors.verifier2, at=CHECKED, asset_id=handed_in.pk, ok=True)
    assert asset.state == "ELIGIBLE"


def test_what_the_extract_shows_replaces_what_was_listed(actors: Actors, handed_in: IpAsset) -> None:
    verification.first_check(
        by=actors.verifier, at=CHECKED, asset_id=handed_in.pk, findings=all_clear(handed_in), legal_status="lapsed",
        fee_paid_until=date(2024, 3, 5),
    )  # fmt: skip
    with pytest.raises(Conflict, match="终止"):
        verification.second_check(by=actors.verifier2, at=CHECKED, asset_id=handed_in.pk, ok=True)


def test_refusing_needs_a_ground_of_the_registry(actors: Actors, handed_in: IpAsset) -> None:
    verification.first_check(by=actors.verifier, at=CHECKED, asset_id=handed_in.pk, findings=all_clear(handed_in))
    with pytest.raises(Invalid):
        verification.second_check(by=actors.verifier2, at=CHECKED, asset_id=handed_in.pk, ok=False, ground="just so")


def test_nothing_is_checked_out_of_turn(actors: Actors, handed_in: IpAsset) -> None:
    with pytest.raises(Conflict):
        verification.second_check(by=actors.verifier2, at=CHECKED, asset_id=handed_in.pk, ok=True)
    verification.first_check(by=actors.verifier, at=CHECKED, asset_id=handed_in.pk, findings=all_clear(handed_in))
    with pytest.raises(Conflict):
        verification.first_check(by=actors.verifier2, at=CHECKED, asset_id=handed_in.pk, findings=all_clear(handed_in))


def test_a_draft_is_not_verified_and_a_foreign_right_is_not_found(actors: Actors) -> None:
    draft = listed_asset(actors.enterprise, patent_number(2))
    with pytest.raises(Conflict):
        verification.first_check(by=actors.verifier, at=CHECKED, asset_id=draft.pk, findings=all_clear(draft))
    elsewhere = listed_asset(actors.other_enterprise, patent_number(3))
    with pytest.raises(NotFound):
        verification.first_check(by=actors.verifier, at=CHECKED, asset_id=elsewhere.pk, findings=all_clear(elsewhere))


def test_the_enterprise_does_not_verify_itself(actors: Actors, handed_in: IpAsset) -> None:
    with pytest.raises(Forbidden):
        verification.first_check(by=actors.enterprise, at=CHECKED, asset_id=handed_in.pk, findings={})


def test_a_gi_mark_is_kept_for_special_review(actors: Actors) -> None:
    mark = trademark(actors.enterprise, "5566778", kind="gi_mark")
    with pytest.raises(Conflict, match="地理标志"):
        verified(actors, mark)
