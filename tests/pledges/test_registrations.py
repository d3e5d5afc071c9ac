"""Registrations: filed per registry after its grounds were checked, the result keyed twice by two persons."""

from datetime import UTC, date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from finance_platform.foundation import permissions
from finance_platform.foundation.errors import Conflict, Forbidden, IllegalTransition, Invalid, NotFound
from finance_platform.foundation.permissions import Permission, Role
from finance_platform.foundation.services import people
from pledges import queries
from pledges.models import IpAsset, Pledge, PledgeAgreement, PledgedAsset
from pledges.services import agreements, applications, loans, registrations
from tests.factories import (
    APPROVED,
    FILED,
    PAID_OUT,
    PRINCIPAL_FEN,
    REGISTERED,
    at,
    colleague,
    loan_terms,
    make_agreement,
    make_approved_application,
    make_contracted_application,
    make_loan,
    make_registered,
)
from tests.pledges import builders
from tests.pledges.builders import ACCEPTED, APPLIED, DEADLINE

pytestmark = pytest.mark.django_db
DAY = timezone.localdate(REGISTERED)


@pytest.fixture
def application(actors):
    return make_contracted_application(actors)


@pytest.fixture
def pledge(actors, application):
    return filed(actors, application)


def filed(actors, application, registry: str = "patent") -> Pledge:
    agreement = PledgeAgreement.objects.get(application=application)
    return registrations.file(by=actors.bank_officer, at=FILED, agreement_id=agreement.pk, registry=registry)


def result(pledge: Pledge, **changes: Any) -> dict[str, Any]:
    return {"pledge_id": pledge.pk, "certificate_no": "Y2025000001", "registered_on": DAY} | changes


def registered(actors, pledge: Pledge, **changes: Any) -> Pledge:
    registrations.key_result(by=actors.bank_officer, at=REGISTERED, **result(pledge, **changes))
    return registrations.confirm_result(by=actors.bank_approver, at=REGISTERED, **result(pledge, **changes))


def states(pledge: Pledge) -> set[str]:
    return set(IpAsset.objects.filter(pledges__pledge=pledge).values_list("state", flat=True))


# --- Filing ----------------------------------------------------------------------------------------------------------
def test_filing_takes_the_pools_rights_of_one_registry(actors, application):
    patent, trademark = filed(actors, application), filed(actors, application, "trademark")
    assert (patent.assets.count(), trademark.assets.count()) == (3, 1)
    assert (patent.state, patent.filed_on) == ("FILED", timezone.localdate(FILED))
    assert states(patent) == {"ELIGIBLE"}


def test_a_registry_is_filed_with_once_and_needs_rights_of_the_pool(actors, application, pledge):
    with pytest.raises(Conflict, match="已提交"):
        filed(actors, application)
    with pytest.raises(Invalid) as refusal:
        filed(actors, application, "copyright")
    assert "registry" in refusal.value.fields


def test_unsigned_contracts_are_not_filed(actors):
    agreement = make_agreement(actors)
    with pytest.raises(Conflict, match="签署后"):
        registrations.file(by=actors.bank_officer, at=FILED, agreement_id=agreement.pk, registry="patent")


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"fee_paid_until": date(2025, 4, 15)}, "年费"), ({"legal_status": "lapsed"}, "终止"),
        ({"legal_status": "unknown"}, "不明"), ({"adverse": ["disputed"]}, "纠纷"),
        ({"expiry_date": date(2027, 6, 20)}, "有效期"),
    ],
)  # fmt: skip
def test_a_ground_of_refusal_is_found_before_the_registry_finds_it(actors, application, facts: dict, said: str):
    right = queries.assets_of(application.pk).filter(registry="patent").first()
    for name, value in facts.items():
        setattr(right, name, value)
    right.save()
    with pytest.raises(Invalid, match=said):
        filed(actors, application)


def test_a_right_that_was_restricted_meanwhile_is_not_filed(actors, application):
    queries.assets_of(application.pk).filter(registry="patent").first().move("restrict", by=actors.verifier, at=FILED)
    with pytest.raises(Invalid, match="受限"):
        filed(actors, application)


# --- Keying by two persons -------------------------------------------------------------------------------------------
def test_nothing_counts_until_a_second_person_keys_the_same(actors, application, pledge):
    registrations.key_result(by=actors.bank_officer, at=REGISTERED, **result(pledge))
    assert (queries.pledge(actors.bank_officer, pledge.pk).state, states(pledge)) == ("FILED", {"ELIGIBLE"})
    with pytest.raises(Forbidden, match="不同人员"):
        registrations.confirm_result(by=actors.bank_officer, at=REGISTERED, **result(pledge))
    done = registrations.confirm_result(by=actors.bank_approver, at=REGISTERED, **result(pledge))
    assert (done.state, done.certificate_no, done.registered_on) == ("REGISTERED", "Y2025000001", DAY)
    assert states(pledge) == {"PLEDGED"}
    assert set(pledge.assets.values_list("from_date", flat=True)) == {DAY}


def test_a_delegate_of_the_first_person_is_the_same_hands(actors, pledge, monkeypatch):
    # A bank whose approvers do not key of themselves: they can only do it in an officer's name.
    without = permissions.ROLES[Role.BANK_APPROVER] - {Permission.PLEDGE_REGISTER}
    monkeypatch.setitem(permissions.ROLES, Role.BANK_APPROVER, without)
    people.delegate(
        by=actors.bank_officer, at=REGISTERED, delegate_id=actors.bank_approver.pk, starts_at=REGISTERED,
        ends_at=REGISTERED + timedelta(days=3), reason="出差",
    )  # fmt: skip
    registrations.key_result(by=actors.bank_officer, at=REGISTERED, **result(pledge))
    with pytest.raises(Forbidden) as refusal:
        registrations.confirm_result(by=actors.bank_approver, at=REGISTERED, **result(pledge))
    assert refusal.value.code == "same_hands"
    second = colleague(actors.bank_officer, Role.BANK_OFFICER)
    assert registrations.confirm_result(by=second, at=REGISTERED, **result(pledge)).state == "REGISTERED"


def test_a_principal_does_not_confirm_what_his_delegate_keyed(actors, pledge, monkeypatch):
    without = permissions.ROLES[Role.BANK_APPROVER] - {Permission.PLEDGE_REGISTER}
    monkeypatch.setitem(permissions.ROLES, Role.BANK_APPROVER, without)
    people.delegate(
        by=actors.bank_officer, at=REGISTERED, delegate_id=actors.bank_approver.pk, starts_at=REGISTERED,
        ends_at=REGISTERED + timedelta(days=3), reason="出差",
    )  # fmt: skip
    registrations.key_result(by=actors.bank_approver, at=REGISTERED, **result(pledge))
    with pytest.raises(Forbidden):
        registrations.confirm_result(by=actors.bank_officer, at=REGISTERED, **result(pledge))


@pytest.mark.parametrize("changes", [{"certificate_no": "Y2025000002"}, {"registered_on": DAY - timedelta(days=1)}])
def test_two_different_keyings_register_nothing(actors, pledge, changes: dict):
    registrations.key_result(by=actors.bank_officer, at=REGISTERED, **result(pledge))
    with pytest.raises(Conflict, match="不一致"):
        registrations.confirm_result(by=actors.bank_approver, at=REGISTERED, **result(pledge, **changes))


def test_the_same_number_keyed_in_full_width_agrees(actors, pledge):
    registrations.key_result(by=actors.bank_officer, at=REGISTERED, **result(pledge))
    wide = result(pledge, certificate_no=builders.full_width("Y2025000001"))
    assert registrations.confirm_result(by=actors.bank_approver, at=REGISTERED, **wide).state == "REGISTERED"


def test_a_second_keying_without_a_first_is_refused(actors, pledge):
    with pytest.raises(Conflict, match="首录"):
        registrations.confirm_result(by=actors.bank_approver, at=REGISTERED, **result(pledge))


@pytest.mark.parametrize("day", [DAY + timedelta(days=1), timezone.localdate(FILED) - timedelta(days=1)])
def test_a_registration_day_outside_filing_and_today_is_refused(actors, pledge, day: date):
    with pytest.raises(Invalid) as refusal:
        registrations.key_result(by=actors.bank_officer, at=REGISTERED, **result(pledge, registered_on=day))
    assert "registered_on" in refusal.value.fields


def test_the_day_is_that_of_beijing_whatever_zone_the_moment_comes_in(actors, pledge):
    moment = at(2025, 4, 19, 0, 30).astimezone(UTC)  # 16:30 of the 18th in UTC
    keyed = registrations.key_result(
        by=actors.bank_officer, at=moment, **result(pledge, registered_on=date(2025, 4, 19))
    )
    assert keyed.keyed_registered_on == date(2025, 4, 19)


def test_a_certificate_serves_one_pledge_of_a_registry(actors, pledge):
    again = filed(actors, _second_application(actors))
    registered(actors, pledge)
    with pytest.raises(Conflict, match="另一项质押"):
        registrations.key_result(by=actors.bank_officer, at=REGISTERED, **result(again))


# --- Roles and rows --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("who", ["enterprise", "intake", "auditor", "guarantor", "cashier", "public"])
def test_only_banks_key_results(actors, pledge, who: str):
    for step in (registrations.key_result, registrations.confirm_result):
        with pytest.raises(Forbidden):
            step(by=getattr(actors, who), at=REGISTERED, **result(pledge))


def test_an_approver_does_not_file_and_a_foreign_bank_finds_nothing(actors, application, pledge):
    with pytest.raises(Forbidden):
        registrations.file(
            by=actors.bank_approver, at=FILED, agreement_id=pledge.agreement_id, registry="trademark"
        )  # fmt: skip
    for step in (
        lambda by: registrations.file(by=by, at=FILED, agreement_id=pledge.agreement_id, registry="trademark"),
        lambda by: registrations.key_result(by=by, at=REGISTERED, **result(pledge)),
        lambda by: registrations.confirm_result(by=by, at=REGISTERED, **result(pledge)),
        lambda by: registrations.refuse(by=by, at=REGISTERED, pledge_id=pledge.pk, ground="other"),
        lambda by: registrations.ask_correction(by=by, at=REGISTERED, pledge_id=pledge.pk, notice="x"),
        lambda by: registrations.refile(by=by, at=REGISTERED, pledge_id=pledge.pk),
        lambda by: registrations.withdraw(by=by, at=REGISTERED, pledge_id=pledge.pk, reason="x"),
        lambda by: registrations.revoke(by=by, at=REGISTERED, pledge_id=pledge.pk, notice_no="x"),
        lambda by: registrations.file_cancellation(by=by, at=REGISTERED, pledge_id=pledge.pk, ground="waived"),
        lambda by: registrations.confirm_cancellation(by=by, at=REGISTERED, pledge_id=pledge.pk, notice_no="x"),
    ):
        with pytest.raises(NotFound):
            step(actors.other_bank_officer)


# --- Other ends ------------------------------------------------------------------------------------------------------
def test_a_refusal_names_a_ground_of_its_registry_and_the_rights_may_be_filed_again(actors, application, pledge):
    with pytest.raises(Invalid):
        registrations.refuse(
            by=actors.bank_officer, at=REGISTERED, pledge_id=pledge.pk, ground="similar_marks_left_out"
        )
    refused = registrations.refuse(by=actors.bank_officer, at=REGISTERED, pledge_id=pledge.pk, ground="disputed")
    assert (refused.state, queries.cover_start(application)) == ("REFUSED", None)
    with pytest.raises(Conflict):
        registrations.key_result(by=actors.bank_officer, at=REGISTERED, **result(pledge))
    assert filed(actors, application).state == "FILED"


def test_papers_sent_back_forget_what_was_keyed_and_may_be_handed_in_again(actors, pledge):
    registrations.key_result(by=actors.bank_officer, at=REGISTERED, **result(pledge))
    registrations.ask_correction(by=actors.bank_officer, at=REGISTERED, pledge_id=pledge.pk, notice="缺委托书")
    again = registrations.refile(by=actors.bank_officer, at=REGISTERED, pledge_id=pledge.pk, receipt_no="S-2")
    assert (again.state, again.filing_receipt, again.filed_on) == ("FILED", "S-2", DAY)
    with pytest.raises(Conflict, match="首录"):
        registrations.confirm_result(by=actors.bank_approver, at=REGISTERED, **result(pledge))


def test_a_filing_can_be_withdrawn_but_not_a_registration(actors, application, pledge):
    registrations.withdraw(by=actors.bank_officer, at=REGISTERED, pledge_id=pledge.pk, reason="换用其他专利")
    again = registered(actors, filed(actors, application))
    with pytest.raises(IllegalTransition):
        registrations.withdraw(by=actors.bank_officer, at=REGISTERED, pledge_id=again.pk, reason="x")


def test_a_cancellation_frees_the_rights_from_its_day(actors, pledge):
    registered(actors, pledge)
    later = at(2025, 5, 6)
    with pytest.raises(IllegalTransition):
        registrations.confirm_cancellation(by=actors.bank_officer, at=later, pledge_id=pledge.pk, notice_no="ZX-1")
    _let_go(actors, pledge, at(2025, 5, 5), ground="void")
    with pytest.raises(Invalid):
        registrations.confirm_cancellation(
            by=actors.bank_officer, at=later, pledge_id=pledge.pk, notice_no="ZX-1", cancelled_on=date(2025, 5, 7)
        )
    registrations.confirm_cancellation(by=actors.bank_officer, at=later, pledge_id=pledge.pk, notice_no="ZX-1")
    assert states(pledge) == {"ELIGIBLE"}
    assert set(pledge.assets.values_list("until_date", flat=True)) == {date(2025, 5, 6)}


@pytest.mark.parametrize(
    ("ground", "note", "code", "field"),
    [
        ("repaid", "", "not_repaid", None), ("realised", "", "not_realised", None),
        ("waived", " ", None, "note"), ("void", "", None, "note"), ("boredom", "x", None, "ground"),
    ],
)  # fmt: skip
def test_a_cancellation_on_a_ground_that_the_record_denies_is_refused(actors, pledge, ground, note, code, field):
    registered(actors, pledge)
    with pytest.raises(Conflict if code else Invalid) as refusal:
        registrations.file_cancellation(
            by=actors.bank_officer, at=at(2025, 5, 5), pledge_id=pledge.pk, ground=ground, note=note
        )
    assert refusal.value.code == code if code else field in refusal.value.fields
    pledge.refresh_from_db()
    assert pledge.state == "REGISTERED"


def test_a_settled_loan_lets_its_pledges_go(actors):
    loan = make_loan(actors, state="SETTLED")
    for pledge in queries.live_pledges(loan.agreement):
        gone = registrations.file_cancellation(
            by=actors.bank_officer, at=at(2026, 1, 11), pledge_id=pledge.pk, ground="repaid"
        )
        assert gone.cancellation_reason == "债务已清偿"
        registrations.confirm_cancellation(
            by=actors.bank_approver, at=at(2026, 1, 13), pledge_id=pledge.pk, notice_no="ZX-1"
        )
        assert states(pledge) == {"ELIGIBLE"}


def test_a_revoked_registration_never_gave_cover(actors, application):
    make_registered(actors, application)
    assert queries.cover_start(application) == DAY
    patent = Pledge.objects.get(agreement__application=application, registry="patent")
    registrations.revoke(by=actors.bank_officer, at=at(2025, 5, 5), pledge_id=patent.pk, notice_no="CX-1")
    assert (queries.cover_start(application), states(patent)) == (None, {"ELIGIBLE"})


def test_cover_starts_with_the_last_registry(actors, application):
    for registry, number, day in (("patent", "A-1", date(2025, 4, 17)), ("trademark", "B-1", date(2025, 4, 18))):
        assert queries.cover_start(application) is None
        registered(actors, filed(actors, application, registry), certificate_no=number, registered_on=day)
    assert queries.cover_start(application) == date(2025, 4, 18)


def test_a_loan_is_not_paid_out_on_pledges_that_were_cancelled_meanwhile(actors, application):
    make_registered(actors, application)
    patent = Pledge.objects.get(agreement__application=application, registry="patent")
    _let_go(actors, patent, REGISTERED)
    with pytest.raises(Conflict) as refusal:
        loans.disburse(
            by=actors.bank_officer, at=PAID_OUT, application_id=application.pk, principal_fen=PRINCIPAL_FEN,
            terms=loan_terms(), disbursed_on=timezone.localdate(PAID_OUT),
        )  # fmt: skip
    assert refusal.value.code == "not_registered"


# --- One right, one live pledge --------------------------------------------------------------------------------------
def test_a_right_filed_twice_is_registered_once(actors, pledge):
    other = _second_application(actors)
    rival = filed(actors, other)
    registered(actors, pledge)
    registrations.key_result(by=actors.bank_officer, at=REGISTERED, **result(rival, certificate_no="Y2025000009"))
    with pytest.raises(Conflict) as refusal:
        registrations.confirm_result(
            by=actors.bank_approver, at=REGISTERED, **result(rival, certificate_no="Y2025000009")
        )  # fmt: skip
    assert refusal.value.code == "right_not_free"
    assert rival.assets.filter(from_date=None).count() == 1


def test_the_database_refuses_two_live_pledges_of_one_right(actors, pledge):
    rival = filed(actors, _second_application(actors))
    registered(actors, pledge)
    with pytest.raises(IntegrityError, match="no_two_live_pledges_of_one_right"), transaction.atomic():
        PledgedAsset.objects.filter(pledge=rival).update(from_date=DAY + timedelta(days=30))
    _let_go(actors, pledge, REGISTERED)
    registrations.confirm_cancellation(by=actors.bank_officer, at=at(2025, 5, 6), pledge_id=pledge.pk, notice_no="ZX-1")
    assert PledgedAsset.objects.filter(pledge=rival).update(from_date=date(2025, 5, 6)) == 1


def _let_go(actors, pledge, moment, ground="waived"):
    registrations.file_cancellation(
        by=actors.bank_officer, at=moment, pledge_id=pledge.pk, ground=ground, note="声明 2025-1"
    )


def _second_application(actors):
    """Return another contracted application of the same enterprise on one of the same patents."""
    right = IpAsset.objects.filter(registry="patent", owner=actors.enterprise.organisation).order_by("pk").first()
    application = builders.drafted(actors, [right.pk])
    applications.submit(by=actors.enterprise, at=APPLIED, application_id=application.pk)
    applications.accept(by=actors.intake, at=ACCEPTED, application_id=application.pk, offer_deadline=DEADLINE)
    agreement = make_agreement(actors, make_approved_application(actors, application))
    for by in (actors.enterprise, actors.bank_officer):
        agreements.sign(by=by, at=APPROVED, agreement_id=agreement.pk)
    return agreement.application
