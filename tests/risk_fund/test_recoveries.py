"""What comes back after compensation is shared by the scheme, due from the bank, received through the cash desk."""

from typing import Any

import pytest

from finance_platform.foundation.errors import Conflict, Forbidden, Invalid, NotFound
from risk_fund.models import Recovery
from risk_fund.queries import ledger, ledger_checks, sharing
from risk_fund.rules import accounts as a
from risk_fund.services import enrolments, orders, recoveries
from tests.factories import Actors, at
from tests.risk_fund import cover
from tests.risk_fund.cover import WAN

pytestmark = pytest.mark.django_db
SOLD = at(2025, 9, 15)


@pytest.fixture
def fund(actors: Actors, calendars: None) -> Any:
    fund = cover.open_fund(actors)
    cover.scheme_in_force(actors, fund)
    return fund


@pytest.fixture
def loan(actors: Actors, fund: Any) -> Any:
    loan = cover.in_default(actors)
    cover.paid(actors, cover.approved(actors, cover.filed(actors, loan)))
    return loan


def share(actors: Actors, loan: Any, when: Any = SOLD, **changes: Any) -> Recovery:
    values: dict[str, Any] = {
        "gross_fen": 103 * WAN, "cost_fen": 2 * WAN, "interest_fen": 1 * WAN, "received_on": SOLD.date(),
        "reference": "CZ-1", "first_hand_id": actors.bank_officer.pk,
    } | changes  # fmt: skip
    return recoveries.share(by=actors.bank_approver, at=when, loan_id=loan.pk, **values)


def receive(actors: Actors, recovery: Recovery) -> None:
    order = orders.make(
        by=actors.cashier, at=SOLD, kind="recovery_receipt", subject=recovery.number,
        amount_fen=recovery.fund_part_fen, reference="RC-1",
    )  # fmt: skip
    orders.confirm(by=actors.accountant, at=SOLD, order_id=order.pk)


def test_costs_and_interest_come_first_then_each_party_has_its_part(actors: Actors, fund: Any, loan: Any) -> None:
    recovery = share(actors, loan)
    assert (recovery.cost_fen, recovery.interest_fen, recovery.loss_fen, recovery.surplus_fen) == (
        2 * WAN, WAN, 100 * WAN, 0
    )  # fmt: skip
    assert recovery.allocation == {"fund": 40 * WAN, "bank": 40 * WAN, "insurer": 16 * WAN, "appraiser": 4 * WAN}
    assert ledger.balance(a.RECOVERY_DUE, fund, unit=loan.lender.credit_code) == 40 * WAN
    assert ledger.balance(a.MEMO_RIGHT, fund) == 160 * WAN
    assert ledger.balance(a.COMPENSATION_COST, fund) == 160 * WAN


def test_the_money_comes_in_through_the_cash_desk(actors: Actors, fund: Any, loan: Any) -> None:
    recovery = share(actors, loan)
    receive(actors, recovery)
    assert Recovery.objects.get().state == "RECEIVED"
    assert ledger.balance(a.RECOVERY_DUE, fund) == 0
    assert ledger.balance(a.CASH_AVAILABLE, fund) == (10_000 - 200 + 40) * WAN
    assert all(check.ok for check in ledger_checks.checks(fund))
    assert all(holds for _name, holds, _detail in sharing.checks(fund))


def test_what_is_above_the_loss_is_the_pledgors(actors: Actors, fund: Any, loan: Any) -> None:
    recovery = share(actors, loan, gross_fen=600 * WAN, cost_fen=0, interest_fen=0)
    assert (recovery.loss_fen, recovery.surplus_fen) == (500 * WAN, 100 * WAN)
    assert recovery.fund_part_fen == 200 * WAN
    assert ledger.balance(a.MEMO_RIGHT, fund) == 0


def test_a_recovery_eaten_up_by_costs_leaves_nothing_due(actors: Actors, fund: Any, loan: Any) -> None:
    recovery = share(actors, loan, gross_fen=WAN, cost_fen=2 * WAN, interest_fen=0)
    assert (recovery.state, recovery.cost_fen, recovery.fund_part_fen) == ("NOTHING_DUE", WAN, 0)


def test_a_recovery_of_a_later_year_is_that_years_income(actors: Actors, fund: Any, loan: Any) -> None:
    share(actors, loan, when=at(2026, 1, 8), received_on=at(2026, 1, 7).date())
    assert ledger.balance(a.OTHER_INCOME, fund) == 40 * WAN
    assert ledger.balance(a.COMPENSATION_COST, fund) == 200 * WAN


def test_the_same_proceeds_are_shared_once(actors: Actors, fund: Any, loan: Any) -> None:
    share(actors, loan)
    with pytest.raises(Conflict, match="已登记"):
        share(actors, loan)


def test_one_person_does_not_report_and_confirm(actors: Actors, fund: Any, loan: Any) -> None:
    with pytest.raises(Forbidden):
        share(actors, loan, first_hand_id=actors.bank_approver.pk)


def test_nothing_is_shared_before_compensation_is_paid(actors: Actors, fund: Any) -> None:
    loan = cover.in_default(actors)
    with pytest.raises(Conflict, match="没有已审定的补偿"):
        share(actors, loan)
    cover.publicised(actors, cover.approved(actors, cover.filed(actors, loan)))
    with pytest.raises(Conflict, match="公示"):
        share(actors, loan)


def test_repayments_after_compensation_are_recoveries(actors: Actors, fund: Any, loan: Any) -> None:
    with pytest.raises(Conflict, match="追偿"):
        enrolments.release(
            by=actors.bank_officer, at=SOLD, loan_id=loan.pk, principal_repaid_fen=WAN, on=SOLD.date()
        )  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"gross_fen": 0}, "gross_fen"),
        ({"cost_fen": -1}, "cost_fen"),
        ({"received_on": at(2025, 9, 16).date()}, "received_on"),
    ],
)
def test_what_is_wrong_with_a_report_is_named(
    actors: Actors, fund: Any, loan: Any, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        share(actors, loan, **changes)
    assert field in refusal.value.fields


def test_another_bank_does_not_find_the_loan(actors: Actors, fund: Any, loan: Any) -> None:
    from tests.factories import colleague

    stranger = colleague(actors.other_bank_officer, "bank_approver")
    with pytest.raises(NotFound):
        recoveries.share(
            by=stranger, at=SOLD, loan_id=loan.pk, gross_fen=1, cost_fen=0, interest_fen=0,
            received_on=SOLD.date(), reference="x", first_hand_id=actors.other_bank_officer.pk,
        )  # fmt: skip


def test_the_asset_option_books_the_right_of_recovery_with_its_provision(actors: Actors, calendars: None) -> None:
    from risk_fund.services import funds

    fund = funds.open_fund(
        by=actors.approver, at=cover.OPENED, code="GOV", name="单位核算资金", kind="government_unit",
        recovery_right_as_asset=True,
    )  # fmt: skip
    cover.contribute(actors, fund, 10_000 * WAN)
    cover.scheme_in_force(actors, fund)
    loan = cover.in_default(actors)
    cover.paid(actors, cover.approved(actors, cover.filed(actors, loan)))
    assert ledger.balance(a.RECOVERY_RIGHT, fund) == ledger.balance(a.RECOVERY_PROVISION, fund) == 200 * WAN
    assert ledger.balance(a.BUDGET_EXPENSE, fund) == 200 * WAN
    receive(actors, share(actors, loan))
    assert ledger.balance(a.RECOVERY_RIGHT, fund) == 160 * WAN
    assert all(check.ok for check in ledger_checks.checks(fund))
