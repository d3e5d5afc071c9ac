"""Loans coming in and being repaid, money coming in and going out, breakers re-opened: everything but losses."""

from risk_fund.loss_sharing.allocation import covered
from risk_fund.loss_sharing.booking import enrolled, set_outstanding
from risk_fund.loss_sharing.breakers import rate_state, read_breaker, suspends
from risk_fund.loss_sharing.events import Contribute, Enrol, Repay, Reset, Withdraw
from risk_fund.loss_sharing.keys import book_key, latch_key
from risk_fund.loss_sharing.outcomes import Covered, Refusal, Refused
from risk_fund.loss_sharing.scheme import Scheme
from risk_fund.loss_sharing.state import LoanState, State


def contribute(scheme: Scheme, state: State, event: Contribute) -> None:
    """Add money to the fund's cash.

    Raises: nothing.
    Source: share_loss contract, section 5.
    """
    state.account.cash_fen += event.amount_fen
    state.account.contributed_fen += event.amount_fen


def withdraw(scheme: Scheme, state: State, event: Withdraw) -> None:
    """Take money from the fund's cash.

    Raises: Refused with OVER_CASH.
    Source: share_loss contract, sections 5 and 6.
    """
    if event.amount_fen > state.account.cash_fen:
        raise Refused(Refusal.OVER_CASH)
    state.account.cash_fen -= event.amount_fen
    state.account.withdrawn_fen += event.amount_fen


def enrol(scheme: Scheme, state: State, event: Enrol) -> Covered:
    """Take a loan under the scheme if breakers, quota and capacity allow it.

    Raises: Refused with DUPLICATE_LOAN, SUSPENDED, OVER_QUOTA or OVER_CAPACITY; ValueError if the loan lacks an amount
        that the base rule needs.
    Source: share_loss contract, sections 5, 5.2, 5.3 and 6.
    """
    if event.facts.loan in state.loans:
        raise Refused(Refusal.DUPLICATE_LOAN)
    if suspends(scheme, state.counters, event.facts.bank, event.date.year):
        raise Refused(Refusal.SUSPENDED)
    check_capacity(scheme, state, event)
    loan = LoanState(event.facts, scheme.nothing(), scheme.nothing())
    state.add(loan)
    set_outstanding(scheme, state, loan, event.principal_fen)
    return Covered(loan.covered_fen)


def check_capacity(scheme: Scheme, state: State, event: Enrol) -> None:
    """Check the bank's quota, then leverage x cash, each with this loan included; equal passes.

    Raises: Refused with OVER_QUOTA or OVER_CAPACITY.
    Source: share_loss contract, section 5.3.
    """
    capacity, bank = scheme.capacity, event.facts.bank
    if capacity is None:
        return
    if capacity.measure == "principal":
        measure, added, of_all = "exposure", event.principal_fen, state.account.exposure_fen
    else:
        added, of_all = covered(scheme, event.principal_fen, event.facts), state.account.covered_fen
        measure = "covered"
    of_bank = state.counters.get(book_key(measure, bank), 0)
    if bank in capacity.quotas and of_bank + added > capacity.quotas[bank]:
        raise Refused(Refusal.OVER_QUOTA)
    if capacity.leverage is not None and of_all + added > capacity.leverage * state.account.cash_fen:
        raise Refused(Refusal.OVER_CAPACITY)


def repay(scheme: Scheme, state: State, event: Repay) -> Covered:
    """Lower a loan's outstanding principal.

    Raises: Refused with NOT_ENROLLED or OVER_OUTSTANDING.
    Source: share_loss contract, sections 5 and 6.
    """
    loan = enrolled(state, event.loan)
    if event.amount_fen > loan.outstanding_fen:
        raise Refused(Refusal.OVER_OUTSTANDING)
    set_outstanding(scheme, state, loan, loan.outstanding_fen - event.amount_fen)
    return Covered(loan.covered_fen)


def reset(scheme: Scheme, state: State, event: Reset) -> None:
    """Re-open a suspended breaker, by two different approvers and only once the rate allows it.

    Raises: Refused with NOT_SUSPENDED, TWO_APPROVERS or STILL_OVER; IndexError for an unknown breaker.
    Source: share_loss contract, sections 5 and 6.
    """
    reading = read_breaker(scheme, state.counters, event.breaker, event.bank, event.date.year)
    if reading.state != "suspended":
        raise Refused(Refusal.NOT_SUSPENDED)
    if len(set(event.approvers)) < 2:
        raise Refused(Refusal.TWO_APPROVERS)
    if rate_state(scheme.breakers[event.breaker], reading.amount_fen) == "suspended":
        raise Refused(Refusal.STILL_OVER)
    state.counters[latch_key(event.breaker, event.bank)] = 0
