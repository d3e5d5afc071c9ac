"""The gate for money: two persons, no duplicates, the right amount, the right moment."""

from typing import Any

import pytest
from django.db import DatabaseError, transaction

from finance_platform.foundation.errors import Conflict, Forbidden, IllegalTransition, Invalid, NotFound
from risk_fund.models import JournalEntry, MoneyOrder
from risk_fund.queries import ledger
from risk_fund.queries import orders as queries
from risk_fund.rules import accounts as a
from risk_fund.services import funds, orders
from tests.factories import Actors, colleague
from tests.risk_fund import cover
from tests.risk_fund.cover import OPENED, WAN

pytestmark = pytest.mark.django_db


@pytest.fixture
def fund(actors: Actors) -> Any:
    return funds.open_fund(by=actors.approver, at=OPENED, code="NMG", name="补偿资金")


def make(actors: Actors, fund: Any, **changes: Any) -> MoneyOrder:
    values: dict[str, Any] = {
        "kind": "contribution", "subject": fund.code, "amount_fen": 5 * WAN, "reference": "BK-1", "source": "region",
    } | changes  # fmt: skip
    return orders.make(by=actors.cashier, at=OPENED, **values)


def test_money_is_booked_only_when_a_second_person_confirms(actors: Actors, fund: Any) -> None:
    order = make(actors, fund)
    assert ledger.balance(a.CASH_AVAILABLE, fund) == 0
    orders.confirm(by=actors.accountant, at=OPENED, order_id=order.pk)
    assert ledger.balance(a.CASH_AVAILABLE, fund) == 5 * WAN
    assert ledger.balance(a.FUND_REGION, fund) == 5 * WAN
    entry = JournalEntry.objects.get()
    assert (entry.maker, entry.checker) == (actors.cashier, actors.accountant)


@pytest.mark.parametrize("source", ["central", "prefecture"])
def test_a_contribution_says_whose_money_it_is(actors: Actors, fund: Any, source: str) -> None:
    order = make(actors, fund, source=source)
    orders.confirm(by=actors.accountant, at=OPENED, order_id=order.pk)
    code = {"central": a.FUND_CENTRAL, "prefecture": a.FUND_PREFECTURE}[source]
    assert ledger.balance(code, fund) == 5 * WAN


def test_an_order_is_confirmed_once(actors: Actors, fund: Any) -> None:
    order = make(actors, fund)
    orders.confirm(by=actors.accountant, at=OPENED, order_id=order.pk)
    with pytest.raises(IllegalTransition):
        orders.confirm(by=actors.accountant, at=OPENED, order_id=order.pk)
    assert JournalEntry.objects.count() == 1


def test_the_same_bank_slip_is_not_taken_twice(actors: Actors, fund: Any) -> None:
    make(actors, fund)
    with pytest.raises(Conflict, match="流水号"):
        make(actors, fund)


def test_a_returned_order_frees_its_slip(actors: Actors, fund: Any) -> None:
    order = make(actors, fund)
    orders.return_(by=actors.accountant, at=OPENED, order_id=order.pk, reason="金额不符")
    assert make(actors, fund).state == "PREPARED"


def test_the_one_who_made_it_does_not_confirm_even_with_the_right_to(actors: Actors, fund: Any) -> None:
    from finance_platform.foundation.services import people

    order = make(actors, fund)
    people.delegate(
        by=actors.accountant, at=OPENED, delegate_id=actors.cashier.pk, starts_at=OPENED,
        ends_at=cover.IN_FORCE, reason="休假",
    )  # fmt: skip
    with pytest.raises(Forbidden, match="不同人员"):
        orders.confirm(by=actors.cashier, at=OPENED, order_id=order.pk)


def test_a_principals_order_is_not_confirmed_by_the_principal(actors: Actors, fund: Any) -> None:
    from finance_platform.foundation.services import people

    helper = colleague(actors.cashier, "accountant")
    people.delegate(
        by=actors.cashier, at=OPENED, delegate_id=helper.pk, starts_at=OPENED, ends_at=cover.IN_FORCE, reason="休假"
    )
    order = orders.make(
        by=helper, at=OPENED, kind="contribution", subject=fund.code, amount_fen=1, reference="BK-7", source="region"
    )
    with pytest.raises(Forbidden):
        orders.confirm(by=helper, at=OPENED, order_id=order.pk)


def test_the_database_refuses_one_person_on_both_sides(actors: Actors, fund: Any) -> None:
    order = make(actors, fund)
    with pytest.raises(DatabaseError, match="order_maker_is_not_checker"), transaction.atomic():
        MoneyOrder.objects.filter(pk=order.pk).update(checked_by=actors.cashier)


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"amount_fen": 0}, "amount_fen"), ({"reference": " "}, "reference"), ({"source": ""}, "source"),
     ({"kind": "gift"}, "kind")],
)  # fmt: skip
def test_what_is_wrong_with_an_order_is_named(actors: Actors, fund: Any, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        make(actors, fund, **changes)
    assert field in refusal.value.fields


def test_an_unknown_subject_is_not_found(actors: Actors, fund: Any) -> None:
    for kind in ("contribution", "claim_payment", "recovery_receipt"):
        with pytest.raises(NotFound):
            make(actors, fund, kind=kind, subject="NONE")


@pytest.mark.parametrize("who", ["accountant", "approver", "bank_officer", "auditor"])
def test_only_the_cashier_makes_orders(actors: Actors, fund: Any, who: str) -> None:
    with pytest.raises(Forbidden):
        orders.make(
            by=getattr(actors, who), at=OPENED, kind="contribution", subject=fund.code, amount_fen=1, reference="x",
            source="region",
        )  # fmt: skip


def test_a_claim_is_paid_in_full_and_once(actors: Actors, calendars: None) -> None:
    fund = cover.open_fund(actors)
    cover.scheme_in_force(actors, fund)
    claim = cover.publicised(actors, cover.approved(actors, cover.filed(actors, cover.in_default(actors))))

    def pay(amount_fen: int, reference: str) -> MoneyOrder:
        return orders.make(
            by=actors.cashier, at=cover.PAYABLE, kind="claim_payment", subject=claim.number, amount_fen=amount_fen,
            reference=reference,
        )  # fmt: skip

    assert [one.subject for one in queries.due(actors.cashier)] == [claim.number]
    with pytest.raises(Invalid, match="金额"):
        pay(claim.compensation_fen - 1, "P-1")
    pay(claim.compensation_fen, "P-2")
    assert queries.due(actors.cashier) == []
    with pytest.raises(Conflict, match="不能重复支付"):
        pay(claim.compensation_fen, "P-3")


def test_a_bank_sees_no_orders(actors: Actors, fund: Any) -> None:
    make(actors, fund)
    assert not queries.orders_visible_to(actors.bank_officer).exists()
    assert queries.orders_visible_to(actors.auditor).count() == 1
