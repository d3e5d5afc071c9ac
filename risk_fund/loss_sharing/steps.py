"""The scheme as a fold: one event, one step from state to state, one outcome.

`step` changes the state it is given and nothing else; a refused event changes nothing at all. Claims that are paid
together go through `step_group`. A store applies an event in four moves: lock and load the loans it names (for
`pay_deferred` those with debts), load `keys_needed` for them (missing ones as zero) and the account, put them into a
`State` and step, and write back loans, counters and account.
"""

from collections.abc import Callable, Sequence
from typing import Any

from risk_fund.loss_sharing.breakers import watch
from risk_fund.loss_sharing.claims import Admitted, admit, book, payments
from risk_fund.loss_sharing.enrolment import contribute, enrol, repay, reset, withdraw
from risk_fund.loss_sharing.events import (
    Claim,
    Clawback,
    Contribute,
    Enrol,
    Event,
    PayDeferred,
    Recovery,
    Repay,
    Reset,
    Withdraw,
)
from risk_fund.loss_sharing.outcomes import Detail, Outcome, Refusal, Refused
from risk_fund.loss_sharing.scheme import Scheme
from risk_fund.loss_sharing.settlement import claw_back, pay_deferred, recover
from risk_fund.loss_sharing.state import State

_ACTIONS: dict[type[Event], Callable[[Scheme, State, Any], Detail]] = {
    Contribute: contribute,
    Withdraw: withdraw,
    Enrol: enrol,
    Repay: repay,
    Recovery: recover,
    Clawback: claw_back,
    PayDeferred: pay_deferred,
    Reset: reset,
}


def step(scheme: Scheme, state: State, event: Event) -> Outcome:
    """Apply one event to `state` and return what came of it. Events must come in the order of the record.

    Raises: KeyError for an unknown kind of event; ValueError if a document rule was passed by (a missing due date,
        interest days, IP part or contract amount that the scheme requires).
    Source: share_loss contract, sections 4 to 6.
    """
    if isinstance(event, Claim):
        return step_group(scheme, state, [event])[0]
    try:
        detail = _ACTIONS[type(event)](scheme, state, event)
    except Refused as refused:
        return _outcome(scheme, state, event, refused.code, None)
    return _outcome(scheme, state, event, None, detail)


def step_group(scheme: Scheme, state: State, claims: Sequence[Claim]) -> list[Outcome]:
    """Apply claims that are paid together and return one outcome each, showing the state after that claim.

    Raises: ValueError if several claims are given that do not form a group (a pro-rata pool, one date, different
        loans), or if a document rule was passed by.
    Source: share_loss contract, section 4.4.
    """
    _check_group(scheme, claims)
    entries, cash_fen = _admit_all(scheme, state, claims)
    admitted = [entry for entry in entries if isinstance(entry, Admitted)]
    paid = iter(payments(scheme, admitted, cash_fen))
    outcomes = []
    for claim, entry in zip(claims, entries, strict=True):
        if isinstance(entry, Admitted):
            outcomes.append(_outcome(scheme, state, claim, None, book(scheme, state, entry, next(paid))))
        else:
            outcomes.append(_outcome(scheme, state, claim, entry, None))
    return outcomes


def _admit_all(scheme: Scheme, state: State, claims: Sequence[Claim]) -> tuple[list[Admitted | Refusal], int]:
    """Admit or refuse each claim in order; return them with the cash left after all give-backs are set aside."""
    entries: list[Admitted | Refusal] = []
    cash_fen = state.account.cash_fen
    for claim in claims:
        try:
            admitted = admit(scheme, state, claim, cash_fen)
        except Refused as refused:
            entries.append(refused.code)
            continue
        cash_fen -= admitted.give_back_fen
        entries.append(admitted)
    return entries, cash_fen


def _check_group(scheme: Scheme, claims: Sequence[Claim]) -> None:
    if len(claims) == 1:
        return
    if scheme.pool is None or scheme.pool.same_day != "pro_rata":
        raise ValueError("claims: only a pool with same_day pro_rata pays several claims together")
    if len({claim.date for claim in claims}) != 1 or len({claim.loan for claim in claims}) != len(claims):
        raise ValueError("claims: a group has one date and a different loan for each claim")


def _outcome(scheme: Scheme, state: State, event: Event, reason: Refusal | None, detail: Detail) -> Outcome:
    account = state.account
    readings = watch(scheme, state, event.date.year)
    return Outcome(
        event.i, event.kind, reason, detail, account.cash_fen, account.exposure_fen, account.covered_fen, readings
    )
