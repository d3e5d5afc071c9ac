"""Claims: admitted in order, paid together as far as cash goes, booked in order.

A group is one claim, or under `pro_rata` the day's neighbouring claims on different loans. Every claim of the group is
first shared by stages and caps; then the cash is rationed over the group; then each is booked.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from risk_fund.loss_sharing.allocation import Allocation, allocate, charge
from risk_fund.loss_sharing.base import base_so_far, counted_loss
from risk_fund.loss_sharing.booking import bear, borne_groups, enrolled, set_outstanding, settle_refunds
from risk_fund.loss_sharing.cash import pay_out, ration
from risk_fund.loss_sharing.events import Claim
from risk_fund.loss_sharing.keys import borne_key
from risk_fund.loss_sharing.outcomes import Compensation, Refusal, Refused, Running
from risk_fund.loss_sharing.recovery import refunds
from risk_fund.loss_sharing.scheme import PartyAmounts, Scheme, Waiting
from risk_fund.loss_sharing.state import Deferred, LoanState, State


@dataclass(frozen=True)
class Admitted:
    """A claim that passed its checks and is charged to stages and caps, but not yet paid or booked."""

    claim: Claim
    loan: LoanState
    counted_fen: int
    days: int
    allocation: Allocation
    fund_part_fen: int
    give_back_fen: int


def admit(scheme: Scheme, state: State, claim: Claim, cash_fen: int) -> Admitted:
    """Check a claim and charge it to the stages and caps; `cash_fen` is what is free to secure its give-back.

    Raises: Refused, with nothing written.
    Source: share_loss contract, sections 4.1 to 4.5 and 6.
    """
    loan = _check(scheme, state, claim)
    counted, days = counted_loss(scheme.base, claim, loan.counted_days)
    before = base_so_far(scheme.base, loan.counted_loss_fen, loan.facts)
    base = base_so_far(scheme.base, loan.counted_loss_fen + counted, loan.facts) - before
    allocation = allocate(scheme, state.counters, loan.facts, claim.date.year, claim.loss_fen, base)
    give_back = _give_back(scheme, loan, allocation.amounts)
    if give_back and give_back > cash_fen:  # without a pool cash may be below zero and secures nothing
        raise Refused(Refusal.TRUE_UP_UNFUNDED)
    charge(state, allocation)
    part = allocation.amounts[scheme.fund] if scheme.fund is not None else 0
    return Admitted(claim, loan, counted, days, allocation, part, give_back)


def payments(scheme: Scheme, admitted: Sequence[Admitted], cash_fen: int) -> list[int]:
    """Return what the fund pays of its part of each admitted claim; `cash_fen` is free of all give-backs.

    Raises: nothing.
    Source: share_loss contract, section 4.4.
    """
    parts = [each.fund_part_fen for each in admitted]
    return parts if scheme.pool is None else ration(parts, cash_fen)


def book(scheme: Scheme, state: State, admitted: Admitted, paid_fen: int) -> Compensation:
    """Write an admitted claim: what is borne, paid, owed or extinguished, the debt, and the refunds that change.

    Raises: nothing.
    Source: share_loss contract, sections 4.4 and 4.5.
    """
    claim, loan = admitted.claim, admitted.loan
    unpaid = admitted.fund_part_fen - paid_fen
    amounts = _moved_to_residual(scheme, admitted.allocation.amounts, unpaid)
    loan.counted_loss_fen += admitted.counted_fen
    loan.counted_days += admitted.days
    loan.claims += 1
    bear(state, loan, claim.date.year, amounts)
    pay_out(scheme, state, loan.facts.bank, claim.date.year, paid_fen)
    _leave_unpaid(scheme, state, admitted, unpaid)
    set_outstanding(scheme, state, loan, loan.outstanding_fen - claim.principal_fen)
    true_up = settle_refunds(scheme, state, loan, claim.date.year)
    return _compensation(scheme, state, admitted, unpaid, amounts, true_up)


def _check(scheme: Scheme, state: State, claim: Claim) -> LoanState:
    """Return the loan, or refuse with the first code of section 6 that holds."""
    loan = enrolled(state, claim.loan)
    if loan.voided:
        raise Refused(Refusal.LOAN_VOIDED)
    if loan.facts.registered is not None and claim.date < loan.facts.registered:
        raise Refused(Refusal.NOT_REGISTERED)
    if scheme.waiting is not None:
        _check_window(scheme.waiting, claim)
    if claim.principal_fen > loan.outstanding_fen:
        raise Refused(Refusal.OVER_OUTSTANDING)
    return loan


def _check_window(waiting: Waiting, claim: Claim) -> None:
    if claim.due is None:
        raise ValueError(f"due: claim {claim.i} needs a due date, the scheme has a waiting time")
    days = (claim.date - claim.due).days
    if days < waiting.wait_days:
        raise Refused(Refusal.TOO_EARLY)
    if waiting.window_days is not None and days > waiting.wait_days + waiting.window_days:
        raise Refused(Refusal.TOO_LATE)


def _give_back(scheme: Scheme, loan: LoanState, amounts: PartyAmounts) -> int:
    """Return what the fund would have to give back of its refunds if it paid nothing of this claim."""
    if scheme.pool is None or scheme.fund is None:
        return 0
    unpaid = _moved_to_residual(scheme, amounts, amounts[scheme.fund])
    borne = {party: loan.borne[party] + unpaid[party] for party in unpaid}
    return max(0, loan.refund[scheme.fund] - refunds(scheme, borne, loan.recovered_fen)[scheme.fund])


def _moved_to_residual(scheme: Scheme, amounts: PartyAmounts, unpaid_fen: int) -> PartyAmounts:
    moved = dict(amounts)
    if scheme.fund is not None:
        moved[scheme.fund] -= unpaid_fen
        moved[scheme.residual] += unpaid_fen
    return moved


def _leave_unpaid(scheme: Scheme, state: State, admitted: Admitted, unpaid_fen: int) -> None:
    """Keep the unpaid rest owed, or take it off what the fund's caps have used."""
    if not unpaid_fen or scheme.pool is None:
        return
    if scheme.pool.unpaid == "deferred":
        claim = admitted.claim
        admitted.loan.deferred.append(Deferred(claim.i, claim.date.year, unpaid_fen))
        state.owed[claim.i] = claim.loan
        state.account.deferred_fen += unpaid_fen
        return
    for cap in admitted.allocation.caps:
        if cap.party == scheme.fund:
            state.count(cap.key, -unpaid_fen)


def _compensation(
    scheme: Scheme, state: State, admitted: Admitted, unpaid: int, amounts: PartyAmounts, true_up: PartyAmounts
) -> Compensation:
    allocation = admitted.allocation
    return Compensation(
        loss_fen=allocation.loss_fen,
        counted_fen=admitted.counted_fen,
        base_fen=allocation.base_fen,
        stages=allocation.stages,
        caps=allocation.caps,
        give_back_fen=admitted.give_back_fen,
        unpaid_fen=unpaid,
        allocation=amounts,
        true_up=true_up,
        position=admitted.loan.position,
        running=_running(scheme, state, admitted.loan, admitted.claim.date.year),
    )


def _running(scheme: Scheme, state: State, loan: LoanState, year: int) -> Running:
    sums = {
        group: {party: state.counters.get(borne_key(group, name, party), 0) for party in scheme.parties}
        for group, name in borne_groups(loan, year)
    }
    return Running(loan=dict(loan.borne), **sums)
