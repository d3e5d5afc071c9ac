"""A fund's books for tests: opened with the real chart, posted to through the real ledger."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connections

from finance_platform.foundation.models import User
from risk_fund.models import Fund, JournalEntry
from risk_fund.queries import ledger as queries
from risk_fund.rules import journal
from risk_fund.rules.journal import Draft
from risk_fund.services import ledger
from tests.factories import BEGINNING, at, set_clock

WAN = 1_000_000  # fen in ten thousand yuan


@dataclass
class Books:
    """A fund with its cashier (maker) and accountant (checker); every post gets its own key unless one is given."""

    fund: Fund
    cashier: User
    accountant: User
    posted: int = field(default=0)

    def post(self, day: date, *drafts: Draft, key: str = "", **more: Any) -> list[JournalEntry]:
        self.posted += 1
        given = {"maker_id": self.cashier.pk, "checker_id": self.accountant.pk, "at": at(day.year, day.month, day.day)}
        return ledger.post(
            fund=self.fund, drafts=drafts, effective_date=day, idempotency_key=key or f"test:{self.posted}",
            **(given | more),
        )  # fmt: skip

    def balance(self, code: str, **where: Any) -> int:
        return queries.balance(code, self.fund, **where)


def open_books(actors: Any, code: str = "NMG", **options: Any) -> Books:
    """Open a fund and its accounts."""
    options = {"kind": Fund.Kind.SPECIAL_ACCOUNT, "name": "自治区风险补偿资金"} | options
    fund = Fund.objects.create(code=code, opened_by=actors.approver, opened_at=BEGINNING, **options)
    ledger.open_books(fund)
    return Books(fund, actors.cashier, actors.accountant)


def a_busy_spring(actors: Any) -> Books:
    """Open a fund and keep its books until June 2025: an appropriation, daily fees and interest, a claim approved."""
    set_clock(at(2025, 6, 30))
    books = open_books(actors)
    books.post(date(2025, 1, 6), journal.appropriation("region", 100 * WAN))
    books.post(date(2025, 1, 6), journal.bank_contribution("B1", 7 * WAN))
    for day in range(1, 29):
        books.post(date(2025, 2, day), journal.management_cost(100 * day), journal.bank_interest(5000))
    books.post(date(2025, 3, 3), journal.claim_approved("BA-2025-00001", 30 * WAN))
    return books


@contextmanager
def as_owner() -> Iterator[None]:
    """Let the default connection act as the tables' owner (only in a database that is dropped afterwards)."""
    default, owner = connections["default"], connections["owner"].settings_dict
    before = {name: default.settings_dict[name] for name in ("USER", "PASSWORD")}
    default.close()
    default.settings_dict.update({name: owner[name] for name in before})
    try:
        yield
    finally:
        default.close()
        default.settings_dict.update(before)
