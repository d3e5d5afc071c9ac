"""An application that ends takes what was promised on it along: the fund's reservation, in the same transaction."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from banks_portal.models import Offer
from banks_portal.services import credit, diligence, endings, selections
from finance_platform.foundation import viewer
from finance_platform.foundation.errors import Conflict, Forbidden, IllegalTransition, Invalid, NotFound
from finance_platform.foundation.models import AuditRow
from pledges.models import Application, Dossier
from pledges.rules.applications import CONSENT_DAYS
from pledges.services import registrations
from risk_fund.models import Enrolment, Fund, SharingState
from risk_fund.queries import ledger, ledger_checks, sharing
from risk_fund.rules import accounts as a
from tests.banks_portal import journey
from tests.banks_portal.journey import DECIDED, REGISTERED, SIGNED
from tests.banks_portal.offers import AFTER, BEFORE, place, published_application
from tests.banks_portal.test_day_end_command import day_end
from tests.factories import Actors, at, make_paper, set_clock
from tests.pledges.builders import APPLIED
from tests.pledges.test_doors_of_applications import machine, signed_in

pytestmark = pytest.mark.django_db
LAST_DAY = APPLIED + timedelta(days=CONSENT_DAYS)


@pytest.fixture
def covered(actors: Actors, calendars: None) -> Application:
    """Give an application approved with cover."""
    application = journey.approved(actors, scheme_code=journey.fund_with_scheme(actors))
    assert reserved_fen() > 0
    set_clock(SIGNED)
    return application


def reserved_fen() -> int:
    return ledger.balance(a.RESERVED_QUOTA, Fund.objects.get())


def nothing_is_reserved(application: Application) -> bool:
    """Check the memo book, the engine's state and the enrolment; the books hold beside it."""
    fund = Fund.objects.get()
    assert Enrolment.objects.get(application=application).state == "LAPSED"
    assert SharingState.objects.get().exposure_fen == 0
    assert [(name, detail) for name, holds, detail in sharing.checks(fund) if not holds] == []
    assert [check for check in ledger_checks.checks(fund) if not check.ok] == []
    return reserved_fen() == 0


def withdraw(actors: Actors, application: Application, at: Any = SIGNED) -> Application:
    return endings.withdraw(by=actors.enterprise, at=at, application_id=application.pk, reason="改用自有资金")


# --- Both sides rescind -----------------------------------------------------------------------------------------------
def rescind(actors: Actors, application: Application, by: Any = None, reason: str = "企业不再用款") -> Application:
    who = by or actors.bank_officer
    paper = make_paper(actors.bank_officer, "rescission", REGISTERED)
    return endings.rescind(
        by=who, at=REGISTERED, application_id=application.pk, reason=reason, rescission_document_id=paper
    )


@pytest.fixture
def contracted(actors: Actors, calendars: None) -> Application:
    application = journey.contracted(actors, scheme_code=journey.fund_with_scheme(actors))
    set_clock(REGISTERED)
    return application


def test_contracts_rescinded_before_payment_give_the_reservation_back(actors, contracted):
    assert rescind(actors, contracted).state == "WITHDRAWN"
    assert nothing_is_reserved(contracted)
    assert Dossier.objects.filter(application=contracted, closed_at=None).count() == 0


def test_contracts_are_rescinded_by_their_lender_alone_and_with_a_reason(actors, contracted):
    for who, error in (
        (actors.enterprise, Forbidden),
        (actors.other_bank_officer, NotFound),
        (actors.auditor, Forbidden),
    ):
        with pytest.raises(error):
            rescind(actors, contracted, by=who)
    with pytest.raises(Invalid):
        rescind(actors, contracted, reason=" ")
    assert reserved_fen() > 0


def test_contracts_under_which_a_pledge_stands_are_not_rescinded(actors, contracted):
    filed = registrations.file(
        by=actors.bank_officer, at=REGISTERED, agreement_id=contracted.agreement.pk, registry="patent"
    )
    with pytest.raises(Conflict, match="先撤回登记申请"):
        rescind(actors, contracted)
    registrations.withdraw(by=actors.bank_officer, at=REGISTERED, pledge_id=filed.pk, reason="不再用款")
    assert rescind(actors, contracted).state == "WITHDRAWN"


def test_a_loan_that_was_paid_out_is_not_rescinded(actors, calendars):
    loan = journey.lent(actors, scheme_code=journey.fund_with_scheme(actors))
    for pledge in loan.agreement.pledges.all():
        registrations.file_cancellation(
            by=actors.bank_officer, at=journey.PAID_OUT, pledge_id=pledge.pk, ground="waived", note="声明"
        )
        registrations.confirm_cancellation(
            by=actors.bank_officer, at=journey.PAID_OUT, pledge_id=pledge.pk, notice_no="ZX"
        )
    with pytest.raises(IllegalTransition):
        rescind(actors, loan.application)


def test_contracts_are_rescinded_through_both_doors(actors, contracted):
    page = signed_in(actors.bank_officer).post(
        reverse("bank_case_rescind", args=[contracted.number]), {"reason": "企业不再用款"}
    )
    assert "解除协议" in page.content.decode()
    paper = make_paper(actors.bank_officer, "rescission", REGISTERED)
    answer = machine(actors.bank_officer).post(
        f"/applications/{contracted.number}/rescission",
        {"reason": "企业不再用款", "rescission_document_id": str(paper)},
    )
    assert answer["state"] == "WITHDRAWN"


# --- The enterprise withdraws -----------------------------------------------------------------------------------------
def test_a_withdrawal_after_approval_gives_the_reservation_back(actors, covered):
    assert withdraw(actors, covered).state == "WITHDRAWN"
    assert nothing_is_reserved(covered)
    assert Enrolment.objects.get().lapse_reason == "企业撤回申请:改用自有资金"
    inner = AuditRow.objects.get(use_case="pledges.services.applications.withdraw")
    assert (inner.person, inner.via) == (actors.enterprise, "banks_portal.services.endings.withdraw")


def test_so_does_the_page_and_so_does_json(actors, covered):
    page = f"/sme/applications/{covered.number}/withdraw/"
    assert "撤回申请" in signed_in(actors.enterprise).get(page).content.decode()
    assert signed_in(actors.enterprise).post(page, {"reason": "改用自有资金"}).status_code == 302
    assert nothing_is_reserved(covered)


def test_a_withdrawal_over_json_is_done_once(actors, covered):
    address, body = f"/applications/{covered.number}/withdrawal", {"reason": "改用自有资金"}
    door = machine(actors.enterprise)
    first = door.post(address, body, key="w-1")
    assert (first["number"], first["state"]) == (covered.number, "WITHDRAWN")
    assert door.post(address, body, key="w-1") == first
    assert nothing_is_reserved(covered)


def test_others_cannot_withdraw_it(actors, covered):
    with pytest.raises(Forbidden):
        endings.withdraw(by=actors.bank_officer, at=SIGNED, application_id=covered.pk, reason="x")
    page = f"/sme/applications/{covered.number}/withdraw/"
    for who, status in ((actors.other_enterprise, 404), (actors.bank_officer, 403)):
        assert signed_in(who).post(page, {"reason": "x"}).status_code == status
    assert reserved_fen() > 0


def test_a_reservation_that_cannot_be_given_back_keeps_the_application(actors, covered):
    """The sharing record takes no step dated before its last one: nothing of such a withdrawal stays."""
    with pytest.raises(Conflict):
        withdraw(actors, covered, DECIDED - timedelta(days=1))
    covered.refresh_from_db()
    assert (covered.state, Enrolment.objects.get().state) == ("APPROVED", "RESERVED")
    assert reserved_fen() > 0


def test_without_cover_there_is_nothing_to_give_back(actors):
    assert withdraw(actors, journey.approved(actors)).state == "WITHDRAWN"
    assert not Enrolment.objects.exists()


def test_a_signed_contract_keeps_application_and_reservation(actors, calendars):
    application = journey.contracted(actors, scheme_code=journey.fund_with_scheme(actors))
    with pytest.raises(IllegalTransition):
        withdraw(actors, application)
    assert Enrolment.objects.get().state == "RESERVED"


# --- The bank says no -------------------------------------------------------------------------------------------------
def test_the_bank_cannot_decline_what_it_approved_and_the_reservation_stands(actors, covered):
    before = reserved_fen()
    with pytest.raises(Conflict):
        diligence.decline(by=actors.bank_officer, at=SIGNED, application_id=covered.pk, code="value", text="不足")
    assert (reserved_fen(), Enrolment.objects.get().state) == (before, "RESERVED")


@pytest.mark.parametrize("end", ["refuse", "withdraw"])
def test_a_credit_that_is_not_approved_reserves_nothing(actors, calendars, end):
    code = journey.fund_with_scheme(actors)
    application = journey.in_diligence(actors)
    decision = journey.proposed(actors, application, with_cover=True, scheme_code=code)
    credit.approve(by=actors.bank_approver, at=DECIDED, decision_id=decision.pk)
    person = actors.bank_approver2 if end == "refuse" else actors.bank_officer
    getattr(credit, end)(by=person, at=DECIDED, decision_id=decision.pk, reason="敞口已满")
    assert (reserved_fen(), Enrolment.objects.count()) == (0, 0)
    diligence.decline(by=actors.bank_officer, at=SIGNED, application_id=application.pk, code="dishonest", text="失信")
    application.refresh_from_db()
    assert (application.state, reserved_fen(), Enrolment.objects.count()) == ("REJECTED", 0, 0)


# --- Time ends it -----------------------------------------------------------------------------------------------------
def test_an_approved_application_lapses_with_its_consents_and_its_reservation_once(actors, covered):
    set_clock(LAST_DAY)
    assert "申请失效 0 项" in day_end()
    assert reserved_fen() > 0
    set_clock(LAST_DAY + timedelta(days=1))
    assert f"申请失效 1 项:{covered.number}({endings.OUT_OF_CONSENT})" in day_end()
    covered.refresh_from_db()
    assert (covered.state, covered.closing_reason) == ("EXPIRED", endings.OUT_OF_CONSENT)
    assert nothing_is_reserved(covered)
    with viewer.seen_by(actors.system):
        assert not Dossier.objects.filter(application=covered, closed_at=None).exists()
    assert "申请失效 0 项" in day_end()
    assert AuditRow.objects.filter(use_case="pledges.services.applications.expire").count() == 1


def test_an_application_in_diligence_is_left_to_the_bank(actors):
    application = journey.in_diligence(actors)
    set_clock(LAST_DAY + timedelta(days=1))
    assert "申请失效 0 项" in day_end()
    application.refresh_from_db()
    assert application.state == "DUE_DILIGENCE"


def offers_of(actors: Actors) -> list[tuple[str, str]]:
    with viewer.seen_by(actors.system):
        return sorted(Offer.objects.values_list("bank__name", "state"))


def test_offers_lapse_after_their_last_day_and_the_application_with_the_last_of_them(actors, calendars):
    set_clock(BEFORE)
    application = published_application(actors.enterprise, actors.bank_officer, actors.other_bank_officer)
    place(actors.bank_officer, application, valid_until="2025-07-10")
    place(actors.other_bank_officer, application, valid_until="2025-07-20")
    first, second = (user.organisation.name for user in (actors.bank_officer, actors.other_bank_officer))
    set_clock(AFTER)
    day_end()
    for day, offers_lapsed, applications_lapsed in (
        (at(2025, 7, 10), [], 0), (at(2025, 7, 11), [first], 0), (at(2025, 7, 11), [], 0),
        (at(2025, 7, 21), [second], 1), (at(2025, 7, 21), [], 0),
    ):  # fmt: skip
        set_clock(day)
        said = day_end()
        listed = [line for line in said if line.startswith("报价失效")]
        named = f":{application.number} {offers_lapsed[0]}" if offers_lapsed else ""
        assert listed == [f"报价失效 {len(offers_lapsed)} 项{named}"]
        assert [line for line in said if line.startswith(f"申请失效 {applications_lapsed} 项")]
    assert {state for _bank, state in offers_of(actors)} == {"LAPSED"}
    application.refresh_from_db()
    assert (application.state, application.closing_reason) == ("EXPIRED", endings.UNANSWERED)


def test_a_lapsed_offer_cannot_be_chosen_and_a_chosen_one_does_not_lapse(actors):
    set_clock(BEFORE)
    application = published_application(actors.enterprise, actors.bank_officer, actors.other_bank_officer)
    place(actors.bank_officer, application, valid_until="2025-07-10")
    place(actors.other_bank_officer, application, valid_until="2025-07-20")
    set_clock(AFTER)
    day_end()
    set_clock(at(2025, 7, 11))
    day_end()
    with viewer.seen_by(actors.enterprise):
        stale, live = Offer.objects.order_by("valid_until")
    with pytest.raises(Conflict, match="已失效"):
        selections.select(by=actors.enterprise, at=at(2025, 7, 11, 10), offer_id=stale.pk)
    selections.select(by=actors.enterprise, at=at(2025, 7, 11, 10), offer_id=live.pk)
    set_clock(at(2025, 8, 20))
    assert {"报价失效 0 项", "申请失效 0 项"} <= set(day_end())
    assert sorted(state for _bank, state in offers_of(actors)) == ["LAPSED", "SELECTED"]


def test_a_round_without_offers_is_left_to_the_enterprise(actors):
    set_clock(BEFORE)
    application = published_application(actors.enterprise, actors.bank_officer)
    set_clock(AFTER)
    assert {f"开启报价 1 项:{application.number}(0 份)", "申请失效 0 项"} <= set(day_end())
