"""Post to the books in one round trip, and correct a voucher by turning it round.

`post`, `hold` and `open_books` run inside a use case of the fund that has already decided; they ask for no permission
of their own. The database numbers, balances and refuses; its refusals become conflicts a person can act upon.
"""

import itertools
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import DatabaseError
from django.utils import timezone

from finance_platform.foundation import rules as shared_rules
from finance_platform.foundation.errors import Conflict, DomainError, Invalid, NotFound
from finance_platform.foundation.models import User
from finance_platform.foundation.money import figure
from finance_platform.foundation.permissions import Permission
from finance_platform.foundation.use_case import hands, use_case
from risk_fund.models import Account, Fund, JournalEntry, Reversal
from risk_fund.queries import ledger as queries
from risk_fund.rules import journal, reversals
from risk_fund.rules.accounts import CHART

POST = "SELECT * FROM ledger_post(%s::jsonb)"


def open_books(fund: Fund) -> None:
    """Give a new fund its accounts from the chart. Writes: one account row per row of the chart."""
    by_code: dict[str, Account] = {}
    for row in CHART:
        by_code[row.code] = Account.objects.create(
            fund=fund, code=row.code, name=row.name, name_en=row.name_en, book=row.book, side=row.side,
            parent=by_code.get(row.parent), dimension=row.dimension, is_header=row.is_header,
            may_go_negative=row.may_go_negative,
        )  # fmt: skip


def hold(fund: Fund) -> None:
    """Wait for the fund's turn and keep it until the transaction ends, so that a balance read now still holds then."""
    Fund.objects.select_for_update(no_key=True).get(pk=fund.pk)


def post(
    *, fund: Fund, drafts: Iterable[journal.Draft], at: datetime, effective_date: date, maker_id: int,
    checker_id: int | None, idempotency_key: str, subject: str = "", event_id: UUID | None = None,
    reverses: Sequence[int] = (),
) -> list[JournalEntry]:  # fmt: skip
    """Post an event: all its drafts or none, with parallel budget entries where the fund keeps a budget.

    `idempotency_key` names the event for ever (such as `claim:BC-2025-00001:paid`): posted again with the same inputs
    it answers with the first entries. `reverses` holds, draft by draft, the ids of the entries turned round.
    Raises: Conflict (`period_closed`; `balance_short` if an account would fall below nought; `idempotency_key_reused`);
    Invalid for a date after today. Writes: journal entries, postings, balances.
    """
    entries = [entry for entry in drafts if entry.postings]
    if fund.keeps_budget and not reverses:
        entries = list(journal.with_budget(entries))
    if not entries:
        return []
    if effective_date > timezone.localdate(at):
        raise Invalid("记账日期不能晚于今天", fields={"effective_date": "请填写今天或更早的日期"})
    event = {
        "fund": fund.pk, "event_id": str(event_id or uuid4()), "idempotency_key": idempotency_key,
        "effective_date": effective_date.isoformat(), "booked_at": at.isoformat(), "maker": maker_id,
        "checker": checker_id, "subject": subject,
        "drafts": [_row(entry, reversed_id) for entry, reversed_id in _paired(entries, reverses)],
    }  # fmt: skip
    try:
        return list(JournalEntry.objects.raw(POST, [json.dumps(event, ensure_ascii=False)]))
    except DatabaseError as error:
        refusal = _refusal(error, effective_date)
        if refusal is None:
            raise
        raise refusal from error


def _paired(entries: list[journal.Draft], reverses: Sequence[int]) -> Iterable[tuple[journal.Draft, int | None]]:
    return zip(entries, reverses or itertools.repeat(None, len(entries)), strict=True)


def _row(entry: journal.Draft, reversed_id: int | None) -> dict[str, Any]:
    postings = [[*line.debit, *line.credit, line.amount_fen] for line in entry.postings]
    return {"book": entry.book, "kind": entry.kind, "memo": entry.memo, "postings": postings, "reverses": reversed_id}


def _refusal(error: DatabaseError, effective_date: date) -> DomainError | None:
    """Return what the database's refusal says to a person, or None if it was not one of the ledger's."""
    cause: Any = error.__cause__
    code = getattr(cause, "pgcode", None)
    if code == "LG001":
        return Conflict("该业务已按另一组内容入账,不能重复入账", code="idempotency_key_reused")
    if code == "LG002":
        message = f"{effective_date:%Y 年 %m 月}已结账:请改用未结账月份的日期,或在以后月份冲销"
        return Conflict(message, code="period_closed", fields={"effective_date": message})
    if code == "LG003":
        return _short(json.loads(cause.diag.message_detail))
    return None


def _short(missing: Mapping[str, Any]) -> Conflict:
    place = f"{missing['name']}({missing['unit']})" if missing["unit"] else missing["name"]
    return Conflict(f"{place}余额不足,缺 {figure(missing['missing_fen'])} 元:请先补足或减少金额", code="balance_short")


# --- Corrections -----------------------------------------------------------------------------------------------------
@use_case(Permission.MONEY_MAKE)
def propose_reversal(*, by: User, at: datetime, entry_id: int, reason: str, effective_date: date) -> Reversal:
    """Ask for a voucher, with the other entries of its event, to be turned round on a day of an open month.

    Raises: NotFound; Invalid (no reason, date); Conflict (a reversal, reversed already or asked for, or the entry of a
    running case). Writes: reversal request.
    """
    entry = queries.entry(by, entry_id)
    hold(entry.fund)
    if not reason.strip():
        raise Invalid("请写明冲销原因", fields={"reason": "必填"})
    if not entry.effective_date <= effective_date <= timezone.localdate(at):
        raise Invalid("冲销日期无效", fields={"effective_date": "须不早于原凭证日期,且不晚于今天"})
    _require_reversible(_event_of(entry))
    if Reversal.objects.filter(entry__event_id=entry.event_id, state="PROPOSED").exists():
        raise Conflict("该凭证已有待复核的冲销申请", code="already_proposed")
    return Reversal.objects.create(
        entry=entry, effective_date=effective_date, reason=reason.strip(), proposed_by=by, proposed_hands=hands(),
        proposed_at=at,
    )  # fmt: skip


@use_case(Permission.MONEY_CHECK)
def reverse(*, by: User, at: datetime, reversal_id: int) -> Reversal:
    """Check a proposed reversal and post it: every entry of the event is turned round under one new event.

    Raises: NotFound; Forbidden (same hands); Conflict (decided already, month closed, balance short).
    Writes: journal entries; the request becomes POSTED.
    """
    request = _locked(by, reversal_id)
    _require_other_hands(request)
    originals = _event_of(request.entry)
    _require_reversible(originals)
    post_reversal(
        originals, at=at, effective_date=request.effective_date, maker_id=request.proposed_by_id, checker_id=by.pk,
        idempotency_key=f"reversal:{request.pk}", reason=request.reason,
    )  # fmt: skip
    return _decide(request, "post", by, at)


@use_case(Permission.MONEY_CHECK)
def refuse_reversal(*, by: User, at: datetime, reversal_id: int, reason: str) -> Reversal:
    """Send a proposed reversal back. Raises: NotFound; Invalid without a reason; Forbidden; Conflict if decided."""
    if not reason.strip():
        raise Invalid("请写明退回原因", fields={"reason": "必填"})
    request = _locked(by, reversal_id)
    _require_other_hands(request)
    return _decide(request, "refuse", by, at, reason=reason.strip())


def post_reversal(
    originals: Sequence[JournalEntry], *, at: datetime, effective_date: date, maker_id: int, checker_id: int | None,
    idempotency_key: str, reason: str,
) -> list[JournalEntry]:  # fmt: skip
    """Turn round the entries of one event inside a use case that has decided it. Raises: as `post`."""
    first = originals[0]
    drafts = [
        journal.Draft(entry.book, entry.kind, f"冲销 {entry.voucher_number}:{reason}"[:200], _turned(entry))
        for entry in originals
    ]
    return post(
        fund=first.fund, drafts=drafts, at=at, effective_date=effective_date, maker_id=maker_id, checker_id=checker_id,
        idempotency_key=idempotency_key, subject=first.subject, reverses=[entry.pk for entry in originals],
    )  # fmt: skip


def _turned(entry: JournalEntry) -> tuple[journal.Line, ...]:
    postings = entry.postings.select_related("debit_account", "credit_account")
    return journal.reversed_lines(
        journal.Line(
            journal.Place(p.debit_account.code, p.debit_unit),
            journal.Place(p.credit_account.code, p.credit_unit),
            p.amount_fen,
        )
        for p in postings
    )


def _event_of(entry: JournalEntry) -> list[JournalEntry]:
    return list(JournalEntry.objects.filter(event_id=entry.event_id).select_related("fund").order_by("part"))


def _require_reversible(event: Sequence[JournalEntry]) -> None:
    reversed_already = set(JournalEntry.objects.filter(reverses__in=event).values_list("reverses_id", flat=True))
    for entry in event:
        reversals.require_reversible(
            entry.kind, reverses=entry.reverses_id is not None, reversed_already=entry.pk in reversed_already
        )


def _locked(by: User, reversal_id: int) -> Reversal:
    """Return a visible request, locked behind its fund's turn."""
    request = Reversal.objects.filter(pk=reversal_id, entry__fund__in=queries.funds_visible_to(by)).first()
    if request is None:
        raise NotFound("没有这项冲销申请")
    hold(request.entry.fund)
    return Reversal.objects.select_for_update(of=("self",)).select_related("entry__fund").get(pk=reversal_id)


def _require_other_hands(request: Reversal) -> None:
    shared_rules.require_distinct_hands(request.proposed_hands, hands(), what="红字冲销")


def _decide(request: Reversal, event: str, by: User, at: datetime, **evidence: Any) -> Reversal:
    request.decided_by, request.decided_at = by, at
    request.move(event, by=by, at=at, **evidence)
    return request
