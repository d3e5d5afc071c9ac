"""Drives the sharing engine on stored state: lock, load just what the event touches, step, write back, record.

These functions run inside a use case of the fund that has already decided; they take no permission of their own.
Lock order everywhere: the thing itself (enrolment, claim), then the fund's turn, then the ledger's balances.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from finance_platform.foundation.errors import Conflict, Invalid
from finance_platform.foundation.faults import BadDocument
from finance_platform.foundation.models import User
from risk_fund.loss_sharing import FundAccount, LoanState, Outcome, Scheme, State, keys_needed, read_event, read_scheme
from risk_fund.models import Enrolment, SchemeVersion, SharingCounter, SharingEvent, SharingLoan, SharingState
from risk_fund.queries import ledger as books
from risk_fund.rules import accounts
from risk_fund.rules import enrolments as enrolment_rules
from risk_fund.rules import schemes as scheme_rules
from risk_fund.rules import sharing as rules
from risk_fund.services import ledger


@dataclass(frozen=True)
class Shared:
    """An event carried out: its line of the record, the outcome, and the loan's cover before and after, in fen."""

    event: SharingEvent
    outcome: Outcome
    covered_before_fen: int
    covered_after_fen: int

    @property
    def released_fen(self) -> int:
        return self.covered_before_fen - self.covered_after_fen


@dataclass
class _Desk:
    """What one event works on: the scheme, the locked aggregates, and the part of the engine's state it touches."""

    scheme: Scheme
    own: SharingState
    state: State
    context: rules.Context
    counters_before: dict[str, int]


def apply(
    enrolment: Enrolment, event: dict[str, Any], *, by: User, at: datetime, registered: str | None = None,
    subject: str = "",
) -> Shared:  # fmt: skip
    """Carry out one event on an enrolled loan (type and amounts as in the contract; loan and date are filled in).

    Raises: Conflict with the engine's reason if it refuses (nothing is written), or if a later day is already in the
    record; Invalid if the event lacks what the scheme asks for.
    Writes: sharing state, loan, counters, event.
    """
    event = _dated(enrolment, event, at)
    desk = _desk(enrolment, event, scheme_rules.in_record(scheme_of(enrolment.scheme_version)), registered, lock=True)
    _require_order(desk.own, at)
    before = _covered(desk, enrolment)
    outcome = _take(desk, event)
    _write_back(desk, enrolment, at)
    line = SharingEvent.objects.create(
        sharing_state=desk.own, i=desk.own.events - 1, on=timezone.localdate(at), enrolment=enrolment, event=event,
        context=desk.context.to_dict(), outcome=rules.written(outcome), subject=subject, by=by, at=at,
    )  # fmt: skip
    return Shared(line, outcome, before, _covered(desk, enrolment))


def try_out(
    enrolment: Enrolment, event: dict[str, Any], *, at: datetime, registered: str | None = None
) -> dict[str, Any]:
    """Return what the event would give now under the whole scheme, waiting time included, and write nothing.

    Raises: Conflict with the engine's reason if it would be refused; Invalid if it lacks what the scheme asks for.
    """
    event = _dated(enrolment, event, at)
    desk = _desk(enrolment, event, scheme_of(enrolment.scheme_version), registered, lock=False)
    return rules.written(_take(desk, event))


def scheme_of(version: SchemeVersion) -> Scheme:
    """Return a version's document as the engine's scheme."""
    return read_scheme(version.document)


def _dated(enrolment: Enrolment, event: dict[str, Any], at: datetime) -> dict[str, Any]:
    return event | {"date": timezone.localdate(at).isoformat(), "loan": enrolment.number}


def _desk(enrolment: Enrolment, event: dict[str, Any], scheme: Scheme, registered: str | None, *, lock: bool) -> _Desk:
    fund = enrolment.scheme_version.scheme.fund
    if lock:
        ledger.hold(fund)
    own, others = _states(enrolment)
    loan = _loan(enrolment)
    counters = _counters(scheme, own, event, loan)
    account = FundAccount(exposure_fen=own.exposure_fen, covered_fen=own.covered_fen, **own.flows)
    context = rules.Context(
        cash_fen=books.balance(accounts.CASH_AVAILABLE, fund),
        exposure_elsewhere_fen=sum(other.exposure_fen for other in others),
        covered_elsewhere_fen=sum(other.covered_fen for other in others),
        registered=registered,
    )
    state = State({enrolment.number: loan} if loan else {}, dict(counters), account)
    return _Desk(scheme, own, state, context, counters)


def _states(enrolment: Enrolment) -> tuple[SharingState, list[SharingState]]:
    """Return the version's aggregates and those of the fund's other versions: one fund, one cash, one limit."""
    found = list(SharingState.objects.filter(scheme_version__scheme__fund=enrolment.scheme_version.scheme.fund_id))
    own = next((row for row in found if row.scheme_version_id == enrolment.scheme_version_id), None)
    if own is None:
        raise Conflict(f"方案 {enrolment.scheme_version} 尚未批准,不能记账", code="scheme_not_approved")
    return own, [row for row in found if row.pk != own.pk]


def _loan(enrolment: Enrolment) -> LoanState | None:
    row = SharingLoan.objects.filter(pk=enrolment.pk).first()
    return LoanState.from_dict(row.state) if row else None


def _counters(scheme: Scheme, own: SharingState, event: dict[str, Any], loan: LoanState | None) -> dict[str, int]:
    try:
        keys = keys_needed(scheme, read_event(scheme, own.events, event), loan)
    except BadDocument as bad:
        raise _invalid(bad) from None
    return dict(SharingCounter.objects.filter(sharing_state=own, key__in=keys).values_list("key", "value"))


def _take(desk: _Desk, event: dict[str, Any]) -> Outcome:
    outcome = rules.take(desk.scheme, desk.state, desk.own.events, event, desk.context)
    if outcome.reason is not None:
        raise Conflict(enrolment_rules.reason_text(outcome.reason), code=outcome.reason.value.lower())
    return outcome


def _require_order(own: SharingState, at: datetime) -> None:
    if own.last_on is not None and timezone.localdate(at) < own.last_on:
        raise Conflict(f"本方案已记到 {own.last_on}:不能再记更早日期的事件", code="out_of_order")


def _covered(desk: _Desk, enrolment: Enrolment) -> int:
    loan = desk.state.loans.get(enrolment.number)
    return loan.covered_fen if loan else 0


def _write_back(desk: _Desk, enrolment: Enrolment, at: datetime) -> None:
    account, own = desk.state.account, desk.own
    own.exposure_fen, own.covered_fen, own.flows = account.exposure_fen, account.covered_fen, rules.flows(account)
    own.events, own.last_on = own.events + 1, timezone.localdate(at)
    own.save()
    _write_loan(enrolment, desk.state.loans[enrolment.number])
    changed = {key: value for key, value in desk.state.counters.items() if desk.counters_before.get(key) != value}
    SharingCounter.objects.bulk_create(
        [SharingCounter(sharing_state=own, key=key, value=value) for key, value in changed.items()],
        update_conflicts=True, unique_fields=["sharing_state", "key"], update_fields=["value"],
    )  # fmt: skip


def _write_loan(enrolment: Enrolment, loan: LoanState) -> None:
    SharingLoan.objects.update_or_create(
        enrolment=enrolment,
        defaults={
            "outstanding_fen": loan.outstanding_fen,
            "covered_fen": loan.covered_fen,
            "state": loan.to_dict(),
        },
    )


def _invalid(bad: BadDocument) -> Invalid:
    faults = {fault.pointer.lstrip("/") or "event": fault.reason for fault in bad.faults}
    return Invalid("方案要求的内容不全或不正确", fields=faults)
