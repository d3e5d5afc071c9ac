"""The result of a replay as the contract's JSON: one entry per event, totals summed over the loans, and checks.

Totals by party are summed from the loans, not read from the running counters, so the two tell on each other.
"""

from collections.abc import Sequence
from typing import Any

from risk_fund.loss_sharing.checks import check
from risk_fund.loss_sharing.outcomes import (
    ClawedBack,
    Compensation,
    Covered,
    DeferredPaid,
    Detail,
    Outcome,
    Refunded,
)
from risk_fund.loss_sharing.scheme import PartyAmounts, Scheme
from risk_fund.loss_sharing.state import LoanState, State


def report(scheme: Scheme, state: State, outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Return the whole result: `events`, `totals` and `checks`, in JSON values.

    Raises: nothing.
    Source: share_loss contract, section 7.
    """
    return {
        "events": [outcome_entry(outcome) for outcome in outcomes],
        "totals": totals(scheme, state),
        "checks": check(scheme, state, outcomes),
    }


def outcome_entry(outcome: Outcome) -> dict[str, Any]:
    """Return one event's entry, in JSON values.

    Raises: nothing.
    Source: share_loss contract, section 7.
    """
    return {
        "i": outcome.i,
        "type": outcome.kind,
        "ok": outcome.ok,
        "reason": outcome.reason and outcome.reason.value,
        **_detail(outcome.detail),
        "cash": outcome.cash_fen,
        "exposure": outcome.exposure_fen,
        "covered": outcome.covered_fen,
        "breakers": [
            {"breaker": reading.breaker, "bank": reading.bank, "amount": reading.amount_fen, "state": reading.state}
            for reading in outcome.breakers
        ],
    }


def totals(scheme: Scheme, state: State) -> dict[str, Any]:
    """Return the totals of the book: the fund's flows, and borne, back and net by party, loan, borrower, bank and year.

    Raises: nothing.
    Source: share_loss contract, section 7.
    """
    account, loans = state.account, [loan for loan in state.loans.values() if loan.claims]
    borne = _summed(scheme, [loan.borne for loan in loans])
    back = _summed(scheme, [loan.refund for loan in loans])
    return {
        "cash": account.cash_fen,
        "contributed": account.contributed_fen,
        "withdrawn": account.withdrawn_fen,
        "paid": account.paid_fen,
        "refunded": account.refunded_fen,
        "clawed_back": account.clawed_back_fen,
        "deferred": sum(debt.amount_fen for loan in loans for debt in loan.deferred),
        "recovery_cost": account.recovery_cost_fen,
        "interest_to_lender": account.interest_to_lender_fen,
        "surplus": account.surplus_fen,
        "borne": borne,
        "back": back,
        "net": {party: borne[party] - back[party] for party in scheme.parties},
        "by": _by(scheme, loans),
    }


def _by(scheme: Scheme, loans: Sequence[LoanState]) -> dict[str, dict[str, PartyAmounts]]:
    """Return what is borne under each loan, borrower, bank and year of claim that has an accepted claim."""
    found: dict[str, dict[str, PartyAmounts]] = {"loan": {}, "borrower": {}, "bank": {}, "year": {}}
    for loan in loans:
        places = [("loan", loan.facts.loan), ("borrower", loan.facts.borrower), ("bank", loan.facts.bank)]
        parts = [(group, name, loan.borne) for group, name in places]
        parts += [("year", f"{year:04d}", borne) for year, borne in loan.borne_by_year.items()]
        for group, name, borne in parts:
            found[group][name] = _summed(scheme, [found[group].get(name, scheme.nothing()), borne])
    return found


def _summed(scheme: Scheme, parts: Sequence[PartyAmounts]) -> PartyAmounts:
    return {party: sum(part[party] for part in parts) for party in scheme.parties}


def _detail(detail: Detail) -> dict[str, Any]:
    match detail:
        case Covered():
            return {"loan_covered": detail.loan_covered_fen}
        case Compensation():
            return _compensation(detail)
        case Refunded():
            return _refunded(detail)
        case ClawedBack():
            return {"returned": detail.returned, "position": detail.position}
        case DeferredPaid():
            paid = [{"i": each.i, "loan": each.loan, "amount": each.amount_fen} for each in detail.payments]
            return {"payments": paid, "true_up": detail.true_up}
    return {}


def _compensation(detail: Compensation) -> dict[str, Any]:
    running = detail.running
    return {
        "loss": detail.loss_fen,
        "base": detail.base_fen,
        "allocation": detail.allocation,
        "cuts": [
            {"cap": cap.cap, "from": cap.party, "to": cap.overflow_to, "amount": cap.cut_fen}
            for cap in detail.caps
            if cap.cut_fen
        ],
        "unpaid": detail.unpaid_fen,
        "true_up": detail.true_up,
        "position": detail.position,
        "running": {
            "loan": running.loan,
            "borrower": running.borrower,
            "bank": running.bank,
            "year": running.year,
            "all": running.all,
        },
    }


def _refunded(detail: Refunded) -> dict[str, Any]:
    used = detail.waterfall
    return {
        "cost": used.cost_fen,
        "interest": used.interest_fen,
        "loss": used.loss_fen,
        "surplus": used.surplus_fen,
        "allocation": detail.allocation,
        "position": detail.position,
    }
