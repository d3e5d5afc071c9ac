"""Schemes are drafted by one office, approved by another, and never changed afterwards."""

from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from finance_platform.foundation.errors import Conflict, Forbidden, IllegalTransition, Invalid
from risk_fund.models import SchemeVersion, SharingState
from risk_fund.queries import schemes as queries
from risk_fund.queries.trials import trial
from risk_fund.rules.samples import LEVERAGED, QUOTA_SHARE
from risk_fund.services import funds, schemes
from tests.factories import Actors, at
from tests.risk_fund import cover
from tests.risk_fund.cover import DRAFTED, IN_FORCE, OPENED

pytestmark = pytest.mark.django_db


@pytest.fixture
def fund(actors: Actors) -> Any:
    return funds.open_fund(by=actors.approver, at=OPENED, code="NMG", name="补偿资金")


def draft(actors: Actors, **changes: Any) -> SchemeVersion:
    values: dict[str, Any] = {
        "code": QUOTA_SHARE.code, "name": QUOTA_SHARE.name, "fund_code": "NMG", "document": QUOTA_SHARE.document,
        "legal_basis": "示例", "valid_from": date(2025, 1, 3),
    } | changes  # fmt: skip
    return schemes.draft(by=actors.checker, at=DRAFTED, **values)


def test_a_draft_is_approved_by_another_office(actors: Actors, fund: Any) -> None:
    version = schemes.approve(by=actors.approver, at=IN_FORCE, version_id=draft(actors).pk)
    assert (version.state, version.approved_by) == ("APPROVED", actors.approver)
    assert SharingState.objects.get().scheme_version == version
    assert queries.version_in_force(QUOTA_SHARE.code, date(2025, 1, 6)) == version


def test_a_scheme_not_yet_approved_is_not_in_force(actors: Actors, fund: Any) -> None:
    draft(actors)
    with pytest.raises(Conflict):
        queries.version_in_force(QUOTA_SHARE.code, date(2025, 1, 6))


def test_every_fault_of_a_document_is_named_by_its_place(actors: Actors, fund: Any) -> None:
    with pytest.raises(Invalid) as refusal:
        draft(actors, document={"parties": ["fund", "fund"], "stages": []})
    for place in ("/parties", "/residual", "/stages"):
        assert place in refusal.value.fields["document"]


def test_the_document_of_a_version_never_changes(actors: Actors, fund: Any) -> None:
    version = draft(actors)
    with pytest.raises(DatabaseError), transaction.atomic():
        SchemeVersion.objects.filter(pk=version.pk).update(document=LEVERAGED.document)


def test_the_next_version_takes_over_and_the_older_keeps_its_loans(actors: Actors, fund: Any) -> None:
    first = schemes.approve(by=actors.approver, at=IN_FORCE, version_id=draft(actors).pk)
    second = draft(actors, valid_from=date(2025, 3, 1))
    assert second.number == 2
    schemes.approve(by=actors.approver, at=at(2025, 2, 20), version_id=second.pk)
    assert queries.version_in_force(QUOTA_SHARE.code, date(2025, 2, 28)) == first
    assert queries.version_in_force(QUOTA_SHARE.code, date(2025, 3, 1)) == second


def test_a_version_that_begins_before_the_one_in_force_is_refused(actors: Actors, fund: Any) -> None:
    schemes.approve(by=actors.approver, at=IN_FORCE, version_id=draft(actors).pk)
    earlier = draft(actors, valid_from=date(2024, 1, 1))
    with pytest.raises(Conflict, match="晚于新版本"):
        schemes.approve(by=actors.approver, at=IN_FORCE, version_id=earlier.pk)


def test_what_the_workflow_cannot_carry_is_not_approved(actors: Actors, fund: Any) -> None:
    version = draft(actors, document=QUOTA_SHARE.document | {"pool": {"same_day": "pro_rata"}})
    with pytest.raises(Conflict, match="同日按比例"):
        schemes.approve(by=actors.approver, at=IN_FORCE, version_id=version.pk)


@pytest.mark.parametrize("who", ["checker", "cashier", "bank_approver", "auditor"])
def test_approving_takes_the_finance_offices_permission(actors: Actors, fund: Any, who: str) -> None:
    version = draft(actors)
    with pytest.raises(Forbidden):
        schemes.approve(by=getattr(actors, who), at=IN_FORCE, version_id=version.pk)


def test_a_discarded_draft_is_not_approved(actors: Actors, fund: Any) -> None:
    version = draft(actors)
    schemes.discard(by=actors.checker, at=DRAFTED, version_id=version.pk, reason="重写")
    with pytest.raises(IllegalTransition):
        schemes.approve(by=actors.approver, at=IN_FORCE, version_id=version.pk)


def test_a_retired_scheme_takes_no_new_loans(actors: Actors, fund: Any) -> None:
    version = schemes.approve(by=actors.approver, at=IN_FORCE, version_id=draft(actors).pk)
    schemes.retire(by=actors.approver, at=IN_FORCE, version_id=version.pk, reason="到期")
    with pytest.raises(Conflict):
        queries.version_in_force(QUOTA_SHARE.code, date(2025, 1, 7))


def test_a_new_scheme_needs_name_and_fund(actors: Actors, fund: Any) -> None:
    with pytest.raises(Invalid):
        draft(actors, name="", fund_code="")


def test_a_loss_is_tried_without_leaving_anything(actors: Actors, fund: Any) -> None:
    version = draft(actors)
    found = trial(version, loan_fen=500_000_000, loss_fen=333_333_333, gross_fen=50_000_000, cost_fen=2_345_678)
    assert found.rows[0] == ("风险补偿资金", 179_999_999, 25_733_333, 154_266_666)
    assert found.loss_fen == sum(row[1] for row in found.rows) == 333_333_333
    assert not SharingState.objects.exists()


def test_a_trial_says_when_the_scheme_refuses(actors: Actors, fund: Any) -> None:
    assert trial(draft(actors), loan_fen=1, loss_fen=2).refused == "OVER_OUTSTANDING"
    assert cover.PRINCIPAL_FEN
