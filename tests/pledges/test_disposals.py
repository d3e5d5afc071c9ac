"""Disposals: begun when the debt is due in full, sold at the reserve or above, settled by two persons to the fen."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from finance_platform.foundation import permissions
from finance_platform.foundation.errors import Conflict, Forbidden, IllegalTransition, Invalid, NotFound
from finance_platform.foundation.models import StateChange
from finance_platform.foundation.permissions import Permission, Role
from finance_platform.foundation.services import people
from pledges import queries
from pledges.models import Disposal, IpAsset, Loan, Pledge
from pledges.services import disposals, loans, registrations
from tests.factories import DEFAULTED, at, make_loan, make_paper

pytestmark = pytest.mark.django_db
NOW = at(2025, 11, 20)
TODAY = timezone.localdate(NOW)
SOLD_ON = date(2025, 11, 10)
VALUE_FEN = 600_000_000


@pytest.fixture
def loan(actors):
    return make_loan(actors, state="IN_RECOVERY")


def patents_of(loan: Loan) -> Pledge:
    return Pledge.objects.get(agreement=loan.agreement_id, registry="patent")


def begun(actors, loan: Loan, **changes: Any) -> Disposal:
    values = {"by": actors.bank_officer, "at": DEFAULTED, "loan_id": loan.pk, "pledge_id": patents_of(loan).pk}
    return disposals.start(**values | changes)


def valued(actors, loan: Loan) -> Disposal:
    disposal = begun(actors, loan)
    report = make_paper(actors.bank_officer, "disposal_appraisal", DEFAULTED)
    return disposals.value(
        by=actors.bank_officer, at=NOW, disposal_id=disposal.pk, appraised_value_fen=VALUE_FEN, document_id=report
    )


def listed(actors, loan: Loan, reserve_price_fen: int = VALUE_FEN) -> Disposal:
    disposal = valued(actors, loan)
    paper = make_paper(actors.bank_officer, "disposal_agreement", DEFAULTED)
    return disposals.list_for_sale(
        by=actors.bank_officer, at=NOW, disposal_id=disposal.pk, reserve_price_fen=reserve_price_fen,
        agreement_document_id=paper,
    )  # fmt: skip


def auctioned(actors, loan: Loan, reserve_price_fen: int = VALUE_FEN) -> Disposal:
    disposal = listed(actors, loan, reserve_price_fen)
    return disposals.auction(by=actors.bank_officer, at=NOW, disposal_id=disposal.pk, notice="公告 2025-1")


def sold(actors, loan: Loan, price_fen: int = 700_000_000) -> Disposal:
    disposal = auctioned(actors, loan, min(price_fen, VALUE_FEN) if price_fen >= 420_000_000 else 420_000_000)
    return disposals.sell(
        by=actors.bank_officer, at=NOW, disposal_id=disposal.pk, price_fen=price_fen, buyer="北方材料有限公司",
        sold_on=SOLD_ON,
    )  # fmt: skip


def keyed(actors, disposal: Disposal, **changes: Any) -> Disposal:
    values = {
        "by": actors.bank_officer, "at": NOW, "disposal_id": disposal.pk, "cost_fen": 12_345_678,
        "received_on": TODAY, "reference": "CZ-1", "transfer_notice_no": "HG-1",
    } | changes  # fmt: skip
    return disposals.settle_first(**values)


def settled(actors, disposal: Disposal, **changes: Any) -> Disposal:
    keyed(actors, disposal, **changes)
    return disposals.settle_second(by=actors.bank_approver, at=NOW, disposal_id=disposal.pk)


# --- Beginning -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("state", ["ACTIVE", "OVERDUE"])
def test_no_disposal_begins_while_the_debt_is_not_due_in_full(actors, state: str):
    loan = make_loan(actors, state=state)
    with pytest.raises(Conflict) as refusal:
        begun(actors, loan)
    assert refusal.value.code == "not_due"


def test_compensation_without_acceleration_does_not_make_the_debt_due(actors):
    loan = make_loan(actors, state="OVERDUE")
    loans.mark_compensated(by=actors.accountant, at=DEFAULTED, loan_id=loan.pk, claim_number="BC-1")
    with pytest.raises(Conflict, match="提前到期"):
        begun(actors, loan)


def test_one_disposal_a_pledge_runs_at_a_time(actors, loan):
    begun(actors, loan)
    with pytest.raises(Conflict, match="已在处置中"):
        begun(actors, loan)
    with pytest.raises(IntegrityError, match="one_disposal_a_pledge"), transaction.atomic():
        Disposal.objects.create(
            loan=loan, pledge=patents_of(loan), opened_by=actors.bank_officer, opened_at=DEFAULTED
        )  # fmt: skip


def test_a_pledge_under_cancellation_is_not_disposed_of(actors, loan):
    registrations.file_cancellation(
        by=actors.bank_officer, at=DEFAULTED, pledge_id=patents_of(loan).pk, ground="waived", note="声明"
    )  # fmt: skip
    with pytest.raises(Conflict, match="有效质押"):
        begun(actors, loan)


@pytest.mark.parametrize("who", ["bank_approver", "enterprise", "auditor", "public"])
def test_only_bank_officers_conduct_a_disposal(actors, loan, who: str):
    with pytest.raises(Forbidden):
        begun(actors, loan, by=getattr(actors, who))


def test_a_foreign_disposal_is_not_found(actors, loan):
    disposal = sold(actors, loan)
    by = {"by": actors.other_bank_officer, "at": NOW, "disposal_id": disposal.pk}
    for step in (
        lambda: begun(actors, loan, by=actors.other_bank_officer),
        lambda: disposals.auction(**by, notice="x"),
        lambda: disposals.fail_auction(**by, reason="x"),
        lambda: disposals.suspend(**by, reason="x"),
        lambda: disposals.resume(**by),
        lambda: disposals.sell(**by, price_fen=1, buyer="x", sold_on=SOLD_ON),
        lambda: disposals.take_in_kind(**by, price_fen=1, buyer="x", agreed_on=SOLD_ON),
        lambda: keyed(actors, disposal, by=actors.other_bank_officer),
        lambda: disposals.settle_second(**by),
    ):
        with pytest.raises(NotFound):
            step()


# --- The sale --------------------------------------------------------------------------------------------------------
def test_the_reserve_price_is_at_least_seven_tenths_of_the_value(actors, loan):
    with pytest.raises(Invalid, match="70"):
        listed(actors, loan, VALUE_FEN * 7 // 10 - 1)


def test_the_hammer_does_not_fall_below_the_reserve_which_the_second_auction_cuts_by_a_fifth(actors, loan):
    disposal = auctioned(actors, loan)
    sale: dict[str, Any] = {"by": actors.bank_officer, "at": NOW, "disposal_id": disposal.pk, "buyer": "买方"}
    with pytest.raises(Invalid, match="保留价"):
        disposals.sell(**sale, price_fen=VALUE_FEN - 1, sold_on=SOLD_ON)
    second = disposals.fail_auction(by=actors.bank_officer, at=NOW, disposal_id=disposal.pk, reason="无人报名")
    assert (second.state, second.reserve_price_fen) == ("AUCTION_2", VALUE_FEN * 4 // 5)
    done = disposals.sell(**sale, price_fen=VALUE_FEN * 4 // 5, sold_on=SOLD_ON)
    assert (done.state, done.method) == ("SOLD", "auction")


def test_after_two_failed_auctions_comes_a_negotiated_sale_or_failure_and_a_failed_pledge_may_be_tried_again(
    actors, loan
):
    disposal = auctioned(actors, loan)
    for state in ("AUCTION_2", "NEGOTIATED", "FAILED"):
        disposal = disposals.fail_auction(by=actors.bank_officer, at=NOW, disposal_id=disposal.pk, reason="无人应买")
        assert disposal.state == state
    assert begun(actors, loan).state == "INITIATED"


def test_a_resumed_disposal_begins_at_a_first_auctions_price(actors, loan):
    disposal = auctioned(actors, loan, VALUE_FEN * 7 // 10)
    key = {"by": actors.bank_officer, "at": NOW, "disposal_id": disposal.pk}
    disposals.fail_auction(**key, reason="无人报名")
    disposals.suspend(**key, reason="(2025)内01民初2号")
    with pytest.raises(Invalid, match="70"):
        disposals.resume(**key)
    resumed = disposals.resume(**key, reserve_price_fen=VALUE_FEN * 7 // 10)
    assert (resumed.state, resumed.reserve_price_fen) == ("LISTED", VALUE_FEN * 7 // 10)


@pytest.mark.parametrize("day", [date(2025, 8, 24), date(2025, 11, 21)])
def test_a_sale_lies_between_the_beginning_and_today(actors, loan, day: date):
    disposal = auctioned(actors, loan)
    with pytest.raises(Invalid) as refusal:
        disposals.sell(
            by=actors.bank_officer, at=NOW, disposal_id=disposal.pk, price_fen=VALUE_FEN, buyer="买方", sold_on=day
        )  # fmt: skip
    assert "sold_on" in refusal.value.fields


# --- Settlement ------------------------------------------------------------------------------------------------------
def test_the_proceeds_go_costs_interest_principal_and_the_surplus_to_the_pledgor(actors, loan):
    owed = queries.debt(loan, TODAY)
    done = settled(actors, sold(actors, loan))
    interest = owed.interest_fen + owed.penalty_fen + owed.compound_fen
    assert (done.cost_fen, done.interest_fen, done.principal_fen) == (12_345_678, interest, 500_000_000)
    assert done.surplus_fen == 700_000_000 - 12_345_678 - interest - 500_000_000 > 0
    receipt = loan.receipts.get()
    assert (receipt.amount_fen, receipt.principal_fen) == (interest + 500_000_000, 500_000_000)
    loan.refresh_from_db()
    assert (loan.outstanding_principal_fen, queries.debt(loan, TODAY).total_fen, loan.days_past_due) == (0, 0, 0)
    assert loans.settle(by=actors.bank_officer, at=NOW, loan_id=loan.pk).state == "SETTLED"


def test_a_shortfall_stays_owed_to_the_fen(actors, loan):
    owed = queries.debt(loan, TODAY)
    done = settled(actors, sold(actors, loan, 420_000_000))
    assert done.surplus_fen == 0
    assert queries.debt(loan, TODAY).total_fen == owed.total_fen - (420_000_000 - 12_345_678)
    loan.refresh_from_db()
    assert loan.outstanding_principal_fen == 500_000_000 - done.principal_fen


def test_costs_above_the_proceeds_leave_nothing_for_the_debt_and_stay_in_the_evidence(actors, loan):
    owed = queries.debt(loan, TODAY)
    done = settled(actors, sold(actors, loan, 420_000_000), cost_fen=420_000_001)
    assert (done.cost_fen, done.interest_fen, done.principal_fen, done.surplus_fen) == (420_000_000, 0, 0, 0)
    assert queries.debt(loan, TODAY) == owed
    assert not loan.receipts.exists()
    trace = StateChange.objects.get(subject=f"pledges.Disposal:{done.pk}", event="settle")
    assert trace.evidence["cost_keyed_fen"] == 420_000_001


def test_money_received_after_the_proceeds_is_not_counted_twice(actors, loan):
    disposal = keyed(actors, sold(actors, loan), received_on=SOLD_ON)
    owed = queries.debt(loan, TODAY).total_fen
    loans.record_receipt(
        by=actors.bank_officer, at=NOW, loan_id=loan.pk, received_on=TODAY, amount_fen=owed - 1_000, reference="R-9"
    )
    done = disposals.settle_second(by=actors.bank_approver, at=NOW, disposal_id=disposal.pk)
    assert done.interest_fen + done.principal_fen == 1_000
    assert queries.debt(loan, TODAY).total_fen == 0


def test_settlement_takes_two_persons(actors, loan):
    disposal = keyed(actors, sold(actors, loan))
    with pytest.raises(Forbidden, match="不同人员"):
        disposals.settle_second(by=actors.bank_officer, at=NOW, disposal_id=disposal.pk)
    with pytest.raises(DatabaseError, match="settled_by_two_persons"), transaction.atomic():
        Disposal.objects.filter(pk=disposal.pk).update(
            state="SETTLED", settled_by=actors.bank_officer, interest_fen=0, principal_fen=0,
            surplus_fen=700_000_000 - 12_345_678,
        )  # fmt: skip
    done = disposals.settle_second(by=actors.bank_approver, at=NOW, disposal_id=disposal.pk)
    with pytest.raises(IllegalTransition):
        disposals.settle_second(by=actors.bank_approver2, at=NOW, disposal_id=done.pk)


def test_a_delegate_of_the_first_person_does_not_settle(actors, loan, monkeypatch):
    without = permissions.ROLES[Role.BANK_APPROVER] - {Permission.DISPOSAL_SETTLE}
    monkeypatch.setitem(permissions.ROLES, Role.BANK_APPROVER, without)
    people.delegate(
        by=actors.bank_officer, at=NOW, delegate_id=actors.bank_approver.pk, starts_at=NOW,
        ends_at=NOW + timedelta(days=3), reason="出差",
    )  # fmt: skip
    disposal = keyed(actors, sold(actors, loan))
    with pytest.raises(Forbidden) as refusal:
        disposals.settle_second(by=actors.bank_approver, at=NOW, disposal_id=disposal.pk)
    assert refusal.value.code == "same_hands"


def test_nothing_is_settled_before_a_sale_or_before_it_was_keyed(actors, loan):
    disposal = auctioned(actors, loan)
    with pytest.raises(Conflict, match="成交后"):
        keyed(actors, disposal)
    with pytest.raises(Conflict, match="先由另一人"):
        disposals.settle_second(by=actors.bank_approver, at=NOW, disposal_id=disposal.pk)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("cost_fen", -1), ("received_on", date(2025, 11, 9)), ("received_on", date(2025, 11, 21)), ("reference", " "),
        ("transfer_notice_no", ""),
    ],
)  # fmt: skip
def test_a_settlement_that_cannot_be_is_refused_by_its_field(actors, loan, field: str, value: Any):
    disposal = sold(actors, loan)
    with pytest.raises(Invalid) as refusal:
        keyed(actors, disposal, **{field: value})
    assert field in refusal.value.fields


def test_a_slip_that_was_booked_as_a_receipt_is_not_booked_again(actors, loan):
    loans.record_receipt(
        by=actors.bank_officer, at=NOW, loan_id=loan.pk, received_on=TODAY, amount_fen=1_000, reference="CZ-1"
    )
    with pytest.raises(Conflict, match="回单号"):
        settled(actors, sold(actors, loan))


def test_the_rights_move_to_the_buyer_and_the_pledge_is_not_sold_twice(actors, loan):
    pledge = patents_of(loan)
    ended = IpAsset.objects.filter(pledges__pledge=pledge).first()
    ended.move("right_ends", by=actors.system, at=NOW)
    settled(actors, sold(actors, loan))
    assert sorted(IpAsset.objects.filter(pledges__pledge=pledge).values_list("state", flat=True)) == [
        "TERMINATED", "TRANSFERRED", "TRANSFERRED",
    ]  # fmt: skip
    assert set(pledge.assets.values_list("until_date", flat=True)) == {TODAY}
    with pytest.raises(Conflict, match="已处置"):
        begun(actors, loan)
    registrations.file_cancellation(by=actors.bank_officer, at=at(2025, 12, 1), pledge_id=pledge.pk, ground="realised")
    registrations.confirm_cancellation(by=actors.bank_officer, at=at(2025, 12, 5), pledge_id=pledge.pk, notice_no="ZX")
    assert set(pledge.assets.values_list("until_date", flat=True)) == {TODAY}


def test_the_receipt_of_settled_proceeds_is_not_reversed(actors, loan):
    settled(actors, sold(actors, loan, 420_000_000))
    with pytest.raises(Conflict, match="处置价款"):
        loans.reverse_receipt(by=actors.bank_officer, at=NOW, receipt_id=loan.receipts.get().pk, reason="录错")


def test_rights_can_be_taken_in_kind_by_written_agreement(actors, loan):
    disposal = valued(actors, loan)
    taken = disposals.take_in_kind(
        by=actors.bank_officer, at=NOW, disposal_id=disposal.pk, price_fen=300_000_000, buyer="收储公司",
        agreed_on=SOLD_ON,
    )  # fmt: skip
    assert (taken.state, taken.method) == ("IN_KIND", "in_kind")
    done = settled(actors, taken, cost_fen=0)
    assert done.interest_fen + done.principal_fen == 300_000_000
