"""An account's statement: its postings in the order of the days, with running balance and footing, page by page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from finance_platform.foundation.errors import Invalid
from risk_fund.models import Account
from risk_fund.queries import ledger
from risk_fund.rules.accounts import BOOK_WORDS, DEBIT

PAGE_SIZE, PAGE_SIZE_MAX = 50, 200


@dataclass(frozen=True)
class Filter:
    """Which postings: from a day, to a day, of one unit, of one kind of event. Goes into the page's address."""

    since: date | None = None
    until: date | None = None
    unit: str = ""
    kind: str = ""


@dataclass(frozen=True)
class Leg:
    """One posting as this account sees it; amounts and running balance in fen."""

    day: date
    posting_id: int
    side: int
    debit_fen: int
    credit_fen: int
    unit: str
    entry_id: int
    voucher: str
    kind: str
    memo: str
    against: str
    balance_fen: int


@dataclass(frozen=True)
class Statement:
    """A page of the statement. `brought_fen` stands before the first day asked for; `debit_fen` and `credit_fen` foot
    the whole selection, not the page; `closing_fen` is brought forward, plus and minus them."""

    account: Account
    rows: list[Leg]
    opening_fen: int
    brought_fen: int
    debit_fen: int
    credit_fen: int
    next: str
    first: bool

    @property
    def closing_fen(self) -> int:
        change = self.debit_fen - self.credit_fen
        return self.brought_fen + (change if self.account.side == DEBIT else -change)


def _leg(side: int, own: str, other: str) -> str:
    debit, credit = ("p.amount_fen", "0") if own == "debit" else ("0", "p.amount_fen")
    return f"""
    SELECT e.effective_date AS day, p.id AS posting_id, {side} AS side, {debit} AS debit_fen, {credit} AS credit_fen,
        p.{own}_unit AS unit, p.{other}_account_id AS against_id, e.id AS entry_id, e.kind
    FROM risk_fund_posting p JOIN risk_fund_journalentry e ON e.id = p.entry_id
    WHERE p.{own}_account_id = ANY(%(accounts)s) AND e.effective_date <= %(until)s
        AND (%(kind)s = '' OR e.kind = %(kind)s) AND (%(unit)s = '' OR p.{own}_unit = %(unit)s)"""


# A posting between two accounts below one header shows both its legs there.
_LEGS = f"WITH leg AS ({_leg(0, 'debit', 'credit')} UNION ALL {_leg(1, 'credit', 'debit')})"
_AFTER = "(leg.day, leg.posting_id, leg.side) > (%(day)s, %(posting)s, %(side)s)"
_SUMS = f"""{_LEGS}
SELECT coalesce(sum(debit_fen - credit_fen) FILTER (WHERE day < %(since)s), 0),
    coalesce(sum(debit_fen - credit_fen) FILTER (WHERE NOT {_AFTER} OR day < %(since)s), 0),
    coalesce(sum(debit_fen) FILTER (WHERE day >= %(since)s), 0),
    coalesce(sum(credit_fen) FILTER (WHERE day >= %(since)s), 0)
FROM leg
"""
_ROWS = f"""{_LEGS}
SELECT leg.day, leg.posting_id, leg.side, leg.debit_fen, leg.credit_fen, leg.unit, leg.entry_id, leg.kind,
    e.memo, e.book, e.fiscal_year, e.number, a.code || ' ' || a.name
FROM leg JOIN risk_fund_journalentry e ON e.id = leg.entry_id JOIN risk_fund_account a ON a.id = leg.against_id
WHERE leg.day >= %(since)s AND {_AFTER}
ORDER BY leg.day, leg.posting_id, leg.side LIMIT %(limit)s
"""


def statement(account: Account, only: Filter, *, after: str = "", limit: int = PAGE_SIZE) -> Statement:
    """Return the page of the account's postings after the key `after`; a header shows the accounts below it.

    Raises: Invalid for a key that was not given out.
    """
    size = min(max(limit, 1), PAGE_SIZE_MAX)
    values = _values(account, only, after) | {"limit": size + 1}
    brought, opening, debit_fen, credit_fen = map(int, _fetch(_SUMS, values)[0])
    found = _fetch(_ROWS, values)
    sign = 1 if account.side == DEBIT else -1
    rows = _running(found[:size], sign, sign * opening)
    last = f"{rows[-1].day}.{rows[-1].posting_id}.{rows[-1].side}" if len(found) > size else ""
    return Statement(account, rows, sign * opening, sign * brought, debit_fen, credit_fen, last, not after)


def _values(account: Account, only: Filter, after: str) -> dict[str, Any]:
    day, posting, side = _key(after)
    ids = list(ledger.under(account.fund, account.code).values_list("pk", flat=True))
    return {
        "accounts": ids, "since": only.since or date.min, "until": only.until or date.max, "unit": only.unit,
        "kind": only.kind, "day": day, "posting": posting, "side": side,
    }  # fmt: skip


def _key(after: str) -> tuple[date, int, int]:
    if not after:
        return date.min, 0, -1
    try:
        day, posting, side = after.split(".")
        return date.fromisoformat(day), int(posting), int(side)
    except ValueError:
        raise Invalid("翻页位置无效", fields={"after": "请从第一页重新开始"}) from None


def _fetch(sql: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()  # type: ignore[no-any-return]


def _running(found: list[tuple[Any, ...]], sign: int, balance_fen: int) -> list[Leg]:
    rows = []
    for day, posting, side, debit_fen, credit_fen, unit, entry, kind, memo, book, year, number, against in found:
        balance_fen += sign * (debit_fen - credit_fen)
        voucher = f"{BOOK_WORDS[book]}{year}-{number:05d}"
        rows.append(
            Leg(day, posting, side, debit_fen, credit_fen, unit, entry, voucher, kind, memo, against, balance_fen)
        )
    return rows
