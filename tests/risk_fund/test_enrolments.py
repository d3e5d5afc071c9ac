"""Cover reserved, committed, released, lapsed: the engine decides, the memo book and the record follow."""

from fractions import Fraction
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from finance_platform.foundation.errors import Conflict, Forbidden, IllegalTransition, Invalid, NotFound
from pledges.models import Application
from risk_fund.models import Enrolment, SharingCounter, SharingEvent, SharingState
from risk_fund.queries import enrolments as queries
from risk_fund.queries import funds, ledger, sharing
from risk_fund.rules import accounts as a
from risk_fund.rules.samples import LEVERAGED
from risk_fund.services import enrolments
from tests.factories import Actors, at
from tests.risk_fund import cover
from tests.risk_fund.cover import PRINCIPAL_FEN, WAN

pytestmark = pytest.mark.django_db
CAP_FEN = 200 * WAN


@pytest.fixture
def fund(actors: Actors, calendars: None) -> Any:
    fund = cover.open_fund(actors)
    cover.scheme_in_force(actors, fund)
    return fund


@pytest.fixture
def application(actors: Actors, fund: Any) -> Application:
    return cover.awarded(actors)


def record_holds(fund: Any) -> bool:
    assert [(name, detail) for name, holds, detail in sharing.checks(fund) if not holds] == []
    return True


def test_a_reservation_takes_what_the_fund_would_cover(actors: Actors, fund: Any, application: Application) -> None:
    enrolment = cover.reserved(actors, application)
    assert enrolment.state == "RESERVED"
    assert queries.covered_fen(enrolment) == CAP_FEN
    assert ledger.balance(a.RESERVED_QUOTA, fund, unit=enrolment.number) == CAP_FEN
    assert record_holds(fund)


def test_an_application_is_covered_once(actors: Actors, fund: Any, application: Application) -> None:
    cover.reserved(actors, application)
    with pytest.raises(Conflict, match="不能重复预占"):
        cover.reserved(actors, application)


def test_the_database_refuses_a_second_live_enrolment(actors: Actors, fund: Any, application: Application) -> None:
    row = cover.reserved(actors, application)
    twin = Enrolment(
        number="BA-X", scheme_version=row.scheme_version, application=application, borrower=row.borrower,
        bank=row.bank, reserved_fen=1, reserved_by=actors.bank_approver, reserved_at=cover.APPROVED,
    )  # fmt: skip
    with pytest.raises(IntegrityError, match="one_live_enrolment_an_application"), transaction.atomic():
        twin.save()


def test_a_lapsed_reservation_frees_everything_and_can_be_made_again(
    actors: Actors, fund: Any, application: Application
) -> None:
    first = cover.reserved(actors, application)
    enrolments.lapse(by=actors.bank_approver, at=cover.APPROVED, enrolment_id=first.pk, reason="客户撤回")
    assert ledger.balance(a.RESERVED_QUOTA, fund) == 0
    assert SharingState.objects.get().exposure_fen == 0
    assert cover.reserved(actors, application).state == "RESERVED"
    assert record_holds(fund)


def test_a_lapse_takes_a_reason(actors: Actors, fund: Any, application: Application) -> None:
    row = cover.reserved(actors, application)
    with pytest.raises(Invalid):
        enrolments.lapse(by=actors.bank_approver, at=cover.APPROVED, enrolment_id=row.pk, reason=" ")


def test_a_bank_reserves_for_itself_only(actors: Actors, fund: Any, application: Application) -> None:
    with pytest.raises(Forbidden):
        enrolments.reserve(
            by=actors.bank_approver, at=cover.APPROVED, application_id=application.pk,
            bank_id=actors.other_bank_officer.organisation.pk, principal_fen=1, scheme_code="IP-54-26-16-4",
        )  # fmt: skip


@pytest.mark.parametrize("who", ["bank_officer", "enterprise", "checker"])
def test_reserving_takes_the_approvers_permission(
    actors: Actors, fund: Any, application: Application, who: str
) -> None:
    with pytest.raises(Forbidden):
        enrolments.reserve(
            by=getattr(actors, who), at=cover.APPROVED, application_id=application.pk,
            bank_id=actors.bank_officer.organisation.pk, principal_fen=1, scheme_code="IP-54-26-16-4",
        )  # fmt: skip


def test_an_unknown_scheme_or_one_not_yet_in_force_is_refused(
    actors: Actors, fund: Any, application: Application
) -> None:
    with pytest.raises(Conflict, match="没有生效的版本"):
        cover.reserved(actors, application, code="NONE")


def test_capacity_refuses_to_the_fen(actors: Actors, calendars: None) -> None:
    fund = cover.open_fund(actors, amount_fen=PRINCIPAL_FEN // 10 - 1)
    cover.scheme_in_force(actors, fund, LEVERAGED)
    application = cover.awarded(actors)
    with pytest.raises(Conflict) as refusal, transaction.atomic():
        cover.reserved(actors, application, code=LEVERAGED.code)
    assert refusal.value.code == "over_capacity"
    assert not Enrolment.objects.exists()
    cover.contribute(actors, fund, 1, reference="BK-0002")
    assert cover.reserved(actors, application, code=LEVERAGED.code).state == "RESERVED"


def test_another_scheme_of_the_same_fund_uses_up_the_same_capacity(actors: Actors, calendars: None) -> None:
    fund = cover.open_fund(actors, amount_fen=PRINCIPAL_FEN // 10)
    cover.scheme_in_force(actors, fund, LEVERAGED)
    cover.scheme_in_force(actors, fund)
    other = SharingState.objects.get(scheme_version__scheme__code="IP-54-26-16-4")
    SharingState.objects.filter(pk=other.pk).update(exposure_fen=1)
    with pytest.raises(Conflict) as refusal:
        cover.reserved(actors, cover.awarded(actors), code=LEVERAGED.code)
    assert refusal.value.code == "over_capacity"


def test_an_ip_portion_that_the_scheme_needs_must_be_given(actors: Actors, calendars: None) -> None:
    fund = cover.open_fund(actors)
    cover.scheme_in_force(actors, fund, base={"ip_portion": "pro_rata"})
    application = cover.awarded(actors)
    with pytest.raises(Invalid) as refusal, transaction.atomic():
        cover.reserved(actors, application)
    assert set(refusal.value.fields) == {"contract", "ip_part"}
    row = cover.reserved(actors, application, contract_fen=800 * WAN, ip_part_fen=80 * WAN)
    assert queries.covered_fen(row) == 27 * WAN, "54 % of the tenth that is IP's"


def test_disbursement_turns_the_reservation_into_a_commitment(
    actors: Actors, fund: Any, application: Application
) -> None:
    row = cover.reserved(actors, application)
    cover.register_pledges(actors, application)
    loan = cover.disbursed(actors, application)
    row = Enrolment.objects.get(pk=row.pk)
    assert (row.state, row.loan, row.committed_fen) == ("COMMITTED", loan, PRINCIPAL_FEN)
    assert ledger.balance(a.COMMITTED, fund, unit=row.number) == CAP_FEN
    assert ledger.balance(a.RESERVED_QUOTA, fund) == 0
    assert record_holds(fund)


def test_a_smaller_loan_gives_the_rest_of_the_reservation_back(
    actors: Actors, fund: Any, application: Application
) -> None:
    row = cover.reserved(actors, application)
    cover.register_pledges(actors, application)
    cover.disbursed(actors, application, principal_fen=100 * WAN)
    assert ledger.balance(a.COMMITTED, fund, unit=row.number) == 54 * WAN
    assert ledger.balance(a.RESERVED_QUOTA, fund) == 0
    assert record_holds(fund)


def test_repayment_releases_cover_only_once_the_cap_no_longer_binds(
    actors: Actors, fund: Any, application: Application
) -> None:
    row = cover.reserved(actors, application)
    cover.register_pledges(actors, application)
    loan = cover.disbursed(actors, application)
    when = at(2025, 5, 21)

    def release(amount_fen: int) -> Any:
        return enrolments.release(
            by=actors.bank_officer, at=when, loan_id=loan.pk, principal_repaid_fen=amount_fen, on=when.date()
        )

    release(100 * WAN)
    assert ledger.balance(a.COMMITTED, fund, unit=row.number) == CAP_FEN, "54 % of 4,000,000 is still above the cap"
    release(100 * WAN)
    assert ledger.balance(a.COMMITTED, fund, unit=row.number) == 162 * WAN
    release(300 * WAN)
    assert ledger.balance(a.COMMITTED, fund, unit=row.number) == 0
    assert Enrolment.objects.get(pk=row.pk).state == "ENDED"
    assert record_holds(fund)


def test_more_than_is_outstanding_is_not_released(actors: Actors, fund: Any, application: Application) -> None:
    cover.reserved(actors, application)
    cover.register_pledges(actors, application)
    loan = cover.disbursed(actors, application)
    when = at(2025, 5, 21)
    with pytest.raises(Conflict, match="未偿本金"):
        enrolments.release(
            by=actors.bank_officer, at=when, loan_id=loan.pk, principal_repaid_fen=PRINCIPAL_FEN + 1, on=when.date()
        )


def test_a_committed_loan_does_not_lapse(actors: Actors, fund: Any, application: Application) -> None:
    row = cover.reserved(actors, application)
    cover.register_pledges(actors, application)
    cover.disbursed(actors, application)
    with pytest.raises(IllegalTransition):
        enrolments.lapse(by=actors.bank_approver, at=cover.PAID_OUT, enrolment_id=row.pk, reason="x")


def test_an_earlier_day_is_not_written_after_a_later_one(actors: Actors, fund: Any, application: Application) -> None:
    row = cover.reserved(actors, application)
    with pytest.raises(Conflict, match="更早日期"):
        enrolments.lapse(by=actors.bank_approver, at=at(2025, 4, 13), enrolment_id=row.pk, reason="x")


def test_a_state_changed_behind_the_engines_back_is_found(actors: Actors, fund: Any, application: Application) -> None:
    cover.reserved(actors, application)
    SharingCounter.objects.filter(key__startswith="exposure").update(value=7)
    SharingState.objects.update(exposure_fen=1)
    faults = [detail for _name, holds, detail in sharing.checks(fund) if not holds]
    assert len(faults) == 1
    assert "汇总数" in faults[0]
    assert "exposure" in faults[0]


def test_the_record_cannot_be_rewritten(actors: Actors, fund: Any, application: Application) -> None:
    from django.db import DatabaseError

    cover.reserved(actors, application)
    with pytest.raises(DatabaseError), transaction.atomic():
        SharingEvent.objects.update(outcome={})


def test_the_position_names_three_ratios(actors: Actors, fund: Any, application: Application) -> None:
    cover.reserved(actors, application)
    found = funds.position(fund)
    assert found.exposure_multiple == Fraction(PRINCIPAL_FEN, 10_000 * WAN)
    assert found.covered_ratio == Fraction(CAP_FEN, 10_000 * WAN)
    assert found.amplification == 0


def test_a_foreign_bank_does_not_find_the_enrolment(actors: Actors, fund: Any, application: Application) -> None:
    row = cover.reserved(actors, application)
    with pytest.raises(NotFound):
        queries.enrolment(actors.other_bank_officer, row.pk)
