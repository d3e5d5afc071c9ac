"""Events read from their JSON form. What an event must carry depends on the scheme it happens under."""

from collections.abc import Callable
from datetime import date as Date
from typing import Any

from finance_platform.foundation.faults import child
from risk_fund.loss_sharing.events import (
    Claim,
    Clawback,
    Contribute,
    Enrol,
    Event,
    LoanFacts,
    PayDeferred,
    Recovery,
    Repay,
    Reset,
    Withdraw,
)
from risk_fund.loss_sharing.reader import (
    FAULTY,
    Faults,
    Reader,
    Record,
    calendar_date,
    integer,
    known,
    listing,
    name,
    record,
    refuse,
    text,
)
from risk_fund.loss_sharing.scheme import Scheme
from risk_fund.loss_sharing.scheme_document import DAYS_MAX

_money = integer()
_positive = integer(1)


def event_reader(scheme: Scheme, i: int, before: Date | None = None) -> Reader:
    """Return a reader of the event at position `i` under `scheme`; `before` is the date of the event above it.

    A part of the scheme may be FAULTY: the rules that need it are then left alone.

    Raises: nothing.
    Source: share_loss contract, section 5.
    """

    def read(value: object, pointer: str, faults: Faults) -> Any:
        if not isinstance(value, dict):
            return refuse(faults, pointer, "must be an object")
        kind = value.get("type")
        if not isinstance(kind, str) or kind not in _BUILDERS:
            return refuse(faults, child(pointer, "type"), "must be one of " + ", ".join(_BUILDERS))
        return record(lambda fields: _build(fields, scheme, i, before))(value, pointer, faults)

    return read


def date_of(value: object) -> Date | None:
    """Return the date of an event in JSON form, whatever else is wrong with it, or None.

    Raises: nothing.
    Source: share_loss contract, section 5 (not before the event above it).
    """
    date = calendar_date(value.get("date"), "", []) if isinstance(value, dict) else FAULTY
    return date if known(date) else None


def _build(fields: Record, scheme: Scheme, i: int, before: Date | None) -> Event:
    kind = fields.required("type", text())
    date = fields.required("date", calendar_date)
    if known(date) and before is not None and date < before:
        fields.refuse("date", "must not be before the event above it")
    fields.optional("note", text())
    return _BUILDERS[kind](fields, scheme, i, date)


def _contribute(fields: Record, scheme: Scheme, i: int, date: Date) -> Contribute:
    return Contribute(i, date, fields.required("amount", _positive))


def _withdraw(fields: Record, scheme: Scheme, i: int, date: Date) -> Withdraw:
    return Withdraw(i, date, fields.required("amount", _positive))


def _enrol(fields: Record, scheme: Scheme, i: int, date: Date) -> Enrol:
    facts = LoanFacts(
        loan=fields.required("loan", name),
        borrower=fields.required("borrower", name),
        bank=fields.required("bank", name),
        registered=fields.optional("registered", calendar_date),
        contract_fen=fields.optional("contract", _positive),
        ip_part_fen=fields.optional("ip_part", _money),
    )
    _check_ip_part(fields, scheme, facts)
    return Enrol(i, date, facts, fields.required("principal", _positive))


def _check_ip_part(fields: Record, scheme: Scheme, facts: LoanFacts) -> None:
    """Check that the amounts the base rule needs are there, and that the IP part is within the contract."""
    portion = scheme.base.ip_portion
    for field in {"pro_rata": ("contract", "ip_part"), "amount": ("ip_part",)}.get(portion, ()):
        if not fields.has(field):
            fields.refuse(field, f"is required under ip_portion {portion}")
    contract, part = facts.contract_fen, facts.ip_part_fen
    if known(contract, part) and contract is not None and part is not None and part > contract:
        fields.refuse("ip_part", "must be at most contract")


def _repay(fields: Record, scheme: Scheme, i: int, date: Date) -> Repay:
    return Repay(i, date, fields.required("loan", name), fields.required("amount", _positive))


def _claim(fields: Record, scheme: Scheme, i: int, date: Date) -> Claim:
    claim = Claim(
        i,
        date,
        loan=fields.required("loan", name),
        principal_fen=fields.optional("principal", _money, 0),
        interest_fen=fields.optional("interest", _money, 0),
        penalty_fen=fields.optional("penalty", _money, 0),
        cost_fen=fields.optional("cost", _money, 0),
        interest_days=fields.optional("interest_days", integer(1, DAYS_MAX)),
        due=fields.optional("due", calendar_date),
    )
    _check_loss(fields, scheme, claim)
    return claim


def _check_loss(fields: Record, scheme: Scheme, claim: Claim) -> None:
    """Check that there is a loss, and that the days and the due date the scheme needs are there."""
    if known(claim.principal_fen, claim.interest_fen, claim.penalty_fen, claim.cost_fen) and not claim.loss_fen:
        refuse(fields.faults, fields.pointer, "must have a loss above zero")
    days_cap = scheme.base.interest_days_cap
    interest_counts = known(claim.interest_fen, days_cap) and claim.interest_fen and days_cap is not None
    if interest_counts and not fields.has("interest_days"):
        fields.refuse("interest_days", "is required with interest where a days cap is set")
    if known(scheme.waiting) and scheme.waiting is not None and not fields.has("due"):
        fields.refuse("due", "is required where a waiting time is set")


def _recovery(fields: Record, scheme: Scheme, i: int, date: Date) -> Recovery:
    loan, gross = fields.required("loan", name), fields.required("gross", _positive)
    return Recovery(i, date, loan, gross, fields.optional("cost", _money, 0), fields.optional("interest", _money, 0))


def _clawback(fields: Record, scheme: Scheme, i: int, date: Date) -> Clawback:
    return Clawback(i, date, fields.required("loan", name))


def _pay_deferred(fields: Record, scheme: Scheme, i: int, date: Date) -> PayDeferred:
    return PayDeferred(i, date)


def _reset(fields: Record, scheme: Scheme, i: int, date: Date) -> Reset:
    index = fields.required("breaker", _money)
    bank = fields.optional("bank", name)
    if known(index, bank, scheme.breakers):
        _check_breaker(fields, scheme, index)
    return Reset(i, date, index, bank, fields.required("approvers", listing(name)))


def _check_breaker(fields: Record, scheme: Scheme, index: int) -> None:
    """Check that the breaker exists, and that a bank is named if, and only if, the breaker is per bank."""
    if index >= len(scheme.breakers):
        fields.refuse("breaker", "must be the index of a breaker")
        return
    scope = scheme.breakers[index].scope
    if scope == "bank" and not fields.has("bank"):
        fields.refuse("bank", "is required for a breaker per bank")
    if scope == "scheme" and fields.has("bank"):
        fields.refuse("bank", "is not allowed for a breaker of the scheme")


_BUILDERS: dict[str, Callable[[Record, Scheme, int, Any], Event]] = {
    Contribute.kind: _contribute,
    Withdraw.kind: _withdraw,
    Enrol.kind: _enrol,
    Repay.kind: _repay,
    Claim.kind: _claim,
    Recovery.kind: _recovery,
    Clawback.kind: _clawback,
    PayDeferred.kind: _pay_deferred,
    Reset.kind: _reset,
}
