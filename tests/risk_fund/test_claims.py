"""A claim's way through the desks, the public eye and the cash desk, on the real books."""

from typing import Any

import pytest
from django.db import DatabaseError, transaction

from finance_platform.foundation.errors import Conflict, Forbidden, IllegalTransition, Invalid, NotFound
from pledges import queries as pledges
from pledges.models import Loan
from risk_fund.models import Claim
from risk_fund.queries import claims as queries
from risk_fund.queries import ledger, ledger_checks, sharing
from risk_fund.rules import accounts as a
from risk_fund.services import claims, objections, orders
from tests.factories import Actors, at, colleague
from tests.risk_fund import cover
from tests.risk_fund.cover import WAN

pytestmark = pytest.mark.django_db
CAP_FEN = 200 * WAN


@pytest.fixture
def fund(actors: Actors, calendars: None) -> Any:
    fund = cover.open_fund(actors)
    cover.scheme_in_force(actors, fund)
    return fund


@pytest.fixture
def loan(actors: Actors, fund: Any) -> Loan:
    return cover.in_default(actors)


def all_checks_hold(fund: Any) -> bool:
    faults = [(check.name, check.detail) for check in ledger_checks.checks(fund) if not check.ok]
    faults += [(name, detail) for name, holds, detail in sharing.checks(fund) if not holds]
    assert faults == []
    return True


def test_three_hands_share_the_loss_and_the_books_follow(actors: Actors, fund: Any, loan: Loan) -> None:
    claim = cover.approved(actors, cover.filed(actors, loan))
    assert claim.state == "APPROVED"
    assert claim.outcome["allocation"] == {
        "fund": CAP_FEN, "bank": 200 * WAN, "insurer": 80 * WAN, "appraiser": 20 * WAN
    }  # fmt: skip
    assert ledger.balance(a.CLAIMS_PAYABLE, fund) == CAP_FEN
    assert ledger.balance(a.CASH_RESERVED, fund) == CAP_FEN
    assert ledger.balance(a.CASH_AVAILABLE, fund) == 9_800 * WAN
    assert ledger.balance(a.COMMITTED, fund) == 0
    assert all_checks_hold(fund)


def test_payment_after_publicity_leaves_the_borrowers_debt_as_it_was(actors: Actors, fund: Any, loan: Loan) -> None:
    before = pledges.debt(loan, cover.PAYABLE.date())
    claim = cover.paid(actors, cover.approved(actors, cover.filed(actors, loan)))
    loan = Loan.objects.get(pk=loan.pk)
    assert (claim.state, loan.state, loan.claim_number) == ("PAID", "IN_RECOVERY", claim.number)
    assert pledges.debt(loan, cover.PAYABLE.date()) == before
    assert ledger.balance(a.CASH_RESERVED, fund) == 0
    assert ledger.balance(a.CLAIMS_PAYABLE, fund) == 0
    assert ledger.balance(a.MEMO_RIGHT, fund, unit=claim.enrolment.number) == CAP_FEN
    assert all_checks_hold(fund)


def test_the_recomputed_loss_stands_beside_what_the_bank_says(actors: Actors, fund: Any, loan: Loan) -> None:
    claim = cover.filed(actors, loan, principal_fen=490 * WAN, interest_fen=1)
    rows = {row.component: row.difference_fen for row in claim.comparison}
    debt = pledges.debt(loan, claim.as_of)
    assert rows["principal"] == 490 * WAN - debt.principal_fen
    assert rows["interest"] == 1 - debt.interest_fen


def test_a_difference_without_a_word_is_not_agreed_to(actors: Actors, fund: Any, loan: Loan) -> None:
    claim = cover.filed(actors, loan)
    with pytest.raises(Invalid) as refusal:
        claims.first_review(by=actors.first_reviewer, at=cover.REVIEWED, claim_id=claim.pk, agree=True)
    assert "note" in refusal.value.fields


def test_a_loan_has_one_open_claim(actors: Actors, fund: Any, loan: Loan) -> None:
    cover.filed(actors, loan)
    with pytest.raises(Conflict, match="同一损失"):
        cover.filed(actors, loan)


def test_principal_is_not_claimed_again_after_payment(actors: Actors, fund: Any, loan: Loan) -> None:
    cover.paid(actors, cover.approved(actors, cover.filed(actors, loan)))
    with pytest.raises(Invalid, match="同一损失只能补偿一次"):
        cover.filed(actors, loan, when=at(2025, 8, 12), principal_fen=1)


def test_a_claim_before_the_waiting_time_is_too_early(actors: Actors, fund: Any, loan: Loan) -> None:
    with pytest.raises(Conflict, match="等待期"):
        cover.filed(actors, loan, due=at(2025, 6, 21).date())
    assert not Claim.objects.exists()


def test_the_offices_time_does_not_cost_the_bank_its_window(actors: Actors, fund: Any, loan: Loan) -> None:
    claim = cover.filed(actors, loan)
    claims.first_review(by=actors.first_reviewer, at=at(2026, 3, 2), claim_id=claim.pk, agree=True, note="说明")
    claims.check(by=actors.checker, at=at(2026, 3, 3), claim_id=claim.pk, agree=True)
    assert claims.approve(by=actors.approver, at=at(2026, 3, 4), claim_id=claim.pk, agree=True).state == "APPROVED"


def test_only_lender_or_guarantor_may_claim(actors: Actors, fund: Any, loan: Loan) -> None:
    with pytest.raises(NotFound):
        claims.file(by=actors.other_bank_officer, at=cover.FILED, loan_id=loan.pk, principal_fen=1)


def test_evidence_that_is_missing_is_named(actors: Actors, fund: Any, loan: Loan) -> None:
    with pytest.raises(Invalid) as refusal:
        cover.filed(actors, loan, evidence=[])
    assert "催收记录" in refusal.value.fields["evidence"]


def test_another_prefectures_reviewer_does_not_find_the_claim(actors: Actors, fund: Any, loan: Loan) -> None:
    claim = cover.filed(actors, loan)
    with pytest.raises(NotFound):
        claims.first_review(
            by=actors.other_prefecture_reviewer, at=cover.REVIEWED, claim_id=claim.pk, agree=True, note="x"
        )


def test_a_desk_acts_only_when_the_claim_lies_on_it(actors: Actors, fund: Any, loan: Loan) -> None:
    claim = cover.filed(actors, loan)
    with pytest.raises(IllegalTransition):
        claims.approve(by=actors.approver, at=cover.SETTLED, claim_id=claim.pk, agree=True)
    with pytest.raises(IllegalTransition):
        claims.check(by=actors.checker, at=cover.CHECKED, claim_id=claim.pk, agree=False, note="不同意")


@pytest.mark.parametrize("who", ["bank_officer", "enterprise", "cashier", "auditor", "checker"])
def test_first_review_takes_the_first_reviewers_permission(actors: Actors, fund: Any, loan: Loan, who: str) -> None:
    claim = cover.filed(actors, loan)
    with pytest.raises(Forbidden):
        claims.first_review(by=getattr(actors, who), at=cover.REVIEWED, claim_id=claim.pk, agree=True, note="x")


def test_a_delegate_does_not_lend_a_second_hand(actors: Actors, fund: Any, loan: Loan) -> None:
    from finance_platform.foundation.services import people

    second = colleague(actors.checker, "checker")
    claim = cover.filed(actors, loan)
    claims.first_review(by=actors.first_reviewer, at=cover.REVIEWED, claim_id=claim.pk, agree=True, note="说明")
    assert second.organisation == actors.checker.organisation
    people.delegate(
        by=actors.first_reviewer, at=cover.REVIEWED, delegate_id=actors.intake.pk, starts_at=cover.REVIEWED,
        ends_at=at(2025, 8, 30), reason="出差",
    )  # fmt: skip
    with pytest.raises((Forbidden, IllegalTransition)):
        claims.first_review(by=actors.intake, at=cover.CHECKED, claim_id=claim.pk, agree=True, note="说明")


def test_the_database_refuses_one_person_on_two_desks(actors: Actors, fund: Any, loan: Loan) -> None:
    claim = cover.filed(actors, loan)
    with pytest.raises(DatabaseError, match="claim_hands_differ"), transaction.atomic():
        Claim.objects.filter(pk=claim.pk).update(reviewed_by=actors.checker, checked_by=actors.checker)


def test_a_binding_allocation_cannot_be_changed(actors: Actors, fund: Any, loan: Loan) -> None:
    claim = cover.approved(actors, cover.filed(actors, loan))
    with pytest.raises(DatabaseError), transaction.atomic():
        Claim.objects.filter(pk=claim.pk).update(compensation_fen=1)


@pytest.mark.parametrize("step", ["first_review", "check", "approve"])
def test_each_desk_may_refuse_with_a_reason(actors: Actors, fund: Any, loan: Loan, step: str) -> None:
    claim = cover.filed(actors, loan)
    desks = {"first_review": actors.first_reviewer, "check": actors.checker, "approve": actors.approver}
    for name, by in desks.items():
        agree = name != step
        claim = getattr(claims, name)(by=by, at=cover.REVIEWED, claim_id=claim.pk, agree=agree, note="贷款用途不符")
        if not agree:
            break
    assert claim.state == "REJECTED"
    assert ledger.balance(a.CLAIMS_PAYABLE, fund) == 0
    assert all_checks_hold(fund)


def test_refusing_takes_a_reason(actors: Actors, fund: Any, loan: Loan) -> None:
    claim = cover.filed(actors, loan)
    with pytest.raises(Invalid):
        claims.first_review(by=actors.first_reviewer, at=cover.REVIEWED, claim_id=claim.pk, agree=False)


def test_a_returned_claim_comes_back_with_more_evidence(actors: Actors, fund: Any, loan: Loan) -> None:
    claim = cover.filed(actors, loan)
    claims.send_back(by=actors.first_reviewer, at=cover.REVIEWED, claim_id=claim.pk, note="补充起诉状")
    more = cover.evidence(actors)[:1]
    claim = claims.resubmit(
        by=actors.bank_officer, at=cover.REVIEWED, claim_id=claim.pk, evidence=more, explanation="已补"
    )
    assert claim.state == "SUBMITTED"
    assert len(claim.evidence) == 4


def test_a_withdrawn_claim_leaves_room_for_a_new_one(actors: Actors, fund: Any, loan: Loan) -> None:
    claim = cover.filed(actors, loan)
    claims.withdraw(by=actors.bank_officer, at=cover.FILED, claim_id=claim.pk, reason="金额有误")
    assert cover.filed(actors, loan).state == "SUBMITTED"


def test_a_fund_without_enough_free_cash_refuses_aloud(actors: Actors, calendars: None) -> None:
    fund = cover.open_fund(actors, amount_fen=CAP_FEN - 1)
    cover.scheme_in_force(actors, fund)
    claim = cover.filed(actors, cover.in_default(actors))
    with pytest.raises(Conflict, match="不足"), transaction.atomic():
        cover.approved(actors, claim)
    assert Claim.objects.get(pk=claim.pk).outcome is None
    assert all_checks_hold(fund)


def test_the_public_notice_masks_the_borrower(actors: Actors, fund: Any, loan: Loan) -> None:
    cover.publicised(actors, cover.approved(actors, cover.filed(actors, loan)))
    [notice] = queries.notices()
    assert notice.borrower != loan.borrower.name
    assert "*" in notice.borrower
    assert notice.compensation_fen == CAP_FEN


def test_five_working_days_pass_before_payment(actors: Actors, fund: Any, loan: Loan) -> None:
    claim = cover.publicised(actors, cover.approved(actors, cover.filed(actors, loan)))
    assert str(claim.publicity_ends) == "2025-08-08"
    with pytest.raises(Conflict, match="公示"):
        orders.make(
            by=actors.cashier, at=at(2025, 8, 8), kind="claim_payment", subject=claim.number,
            amount_fen=CAP_FEN, reference="PAY-1",
        )  # fmt: skip


def test_an_objection_stops_payment_and_dismissed_lets_it_go_on(actors: Actors, fund: Any, loan: Loan) -> None:
    claim = cover.publicised(actors, cover.approved(actors, cover.filed(actors, loan)))
    objections.raise_objection(
        by=actors.other_enterprise, at=at(2025, 8, 5), claim_number=claim.number, text="贷款用途不实"
    )  # fmt: skip
    with pytest.raises(Conflict, match="异议"):
        orders.make(
            by=actors.cashier, at=cover.PAYABLE, kind="claim_payment", subject=claim.number, amount_fen=CAP_FEN,
            reference="PAY-1",
        )  # fmt: skip
    objections.propose(by=actors.checker, at=at(2025, 8, 6), claim_id=claim.pk, uphold=False, finding="经查不属实")
    assert objections.decide(by=actors.approver, at=at(2025, 8, 7), claim_id=claim.pk).state == "PUBLICISED"


def test_an_objection_upheld_turns_the_approval_round(actors: Actors, fund: Any, loan: Loan) -> None:
    claim = cover.publicised(actors, cover.approved(actors, cover.filed(actors, loan)))
    objections.raise_objection(by=actors.enterprise, at=at(2025, 8, 5), claim_number=claim.number, text="已还款")
    objections.propose(by=actors.checker, at=at(2025, 8, 6), claim_id=claim.pk, uphold=True, finding="属实")
    claim = objections.decide(by=actors.approver, at=at(2025, 8, 7), claim_id=claim.pk)
    assert claim.state == "REVOKED"
    assert ledger.balance(a.CASH_AVAILABLE, fund) == 10_000 * WAN
    assert ledger.balance(a.CLAIMS_PAYABLE, fund) == 0
    assert all_checks_hold(fund)


def test_an_objection_after_the_last_day_comes_too_late(actors: Actors, fund: Any, loan: Loan) -> None:
    claim = cover.publicised(actors, cover.approved(actors, cover.filed(actors, loan)))
    with pytest.raises(Conflict, match="截止"):
        objections.raise_objection(by=actors.enterprise, at=at(2025, 8, 9), claim_number=claim.number, text="晚了")


def test_the_one_who_proposes_does_not_decide(actors: Actors, fund: Any, loan: Loan) -> None:
    claim = cover.publicised(actors, cover.approved(actors, cover.filed(actors, loan)))
    objections.raise_objection(by=actors.enterprise, at=at(2025, 8, 5), claim_number=claim.number, text="x")
    with pytest.raises(Conflict, match="调查意见"):
        objections.decide(by=actors.approver, at=at(2025, 8, 6), claim_id=claim.pk)


def test_the_enterprise_does_not_see_a_claim_before_it_is_reviewed(actors: Actors, fund: Any, loan: Loan) -> None:
    claim = cover.filed(actors, loan)
    assert not queries.claims_visible_to(actors.enterprise).exists()
    assert not queries.claims_visible_to(actors.other_bank_officer).exists()
    assert queries.claims_visible_to(actors.bank_officer).get() == claim
