"""After the claims: money recovered and shared back, claims voided, and what the fund still owed paid at last."""

from risk_fund.loss_sharing.booking import bear, enrolled, settle_refunds
from risk_fund.loss_sharing.cash import pay_out, take_clawback
from risk_fund.loss_sharing.events import Clawback, PayDeferred, Recovery
from risk_fund.loss_sharing.outcomes import ClawedBack, DeferredPaid, Payment, Refunded, Refusal, Refused
from risk_fund.loss_sharing.recovery import refunds, waterfall
from risk_fund.loss_sharing.scheme import PartyAmounts, Scheme
from risk_fund.loss_sharing.state import Deferred, LoanState, State


def recover(scheme: Scheme, state: State, event: Recovery) -> Refunded:
    """Use up a recovery, share its loss part back among the parties, and take the fund's refund into cash.

    Raises: Refused with NOT_ENROLLED or NO_CLAIM.
    Source: share_loss contract, section 5.1.
    """
    loan = _claimed(state, event.loan)
    used = waterfall(scheme.recovery, event, sum(loan.borne.values()) - loan.recovered_fen)
    loan.recovered_fen += used.loss_fen
    state.account.recovery_cost_fen += used.cost_fen
    state.account.interest_to_lender_fen += used.interest_fen
    state.account.surplus_fen += used.surplus_fen
    change = settle_refunds(scheme, state, loan, event.date.year)
    return Refunded(used, change, loan.position)


def claw_back(scheme: Scheme, state: State, event: Clawback) -> ClawedBack:
    """Void the loan's claims: the lender returns every position, bears the loan alone, and nothing is owed on it.

    Raises: Refused with NOT_ENROLLED, NO_CLAIM or LOAN_VOIDED.
    Source: share_loss contract, section 5.1.
    """
    loan = _claimed(state, event.loan)
    if loan.voided:
        raise Refused(Refusal.LOAN_VOIDED)
    returned = {party: amount for party, amount in loan.position.items() if party != scheme.residual}
    if scheme.fund is not None:
        take_clawback(scheme, state, loan.facts.bank, event.date.year, returned[scheme.fund])
    for year, borne in loan.borne_by_year.items():
        bear(state, loan, year, _all_to_residual(scheme, borne))
    loan.voided = True
    loan.refund = refunds(scheme, loan.borne, loan.recovered_fen)
    _forget_deferred(state, loan)
    return ClawedBack(returned, loan.position)


def pay_deferred(scheme: Scheme, state: State, event: PayDeferred) -> DeferredPaid:
    """Pay what is owed, oldest claim first, each as far as cash goes; refunds are trued up before the next one.

    Raises: nothing.
    Source: share_loss contract, section 5 (pay_deferred).
    """
    payments, true_up = [], scheme.nothing()
    for claim in list(state.owed):
        loan = state.loans[state.owed[claim]]
        debt = next(owed for owed in loan.deferred if owed.i == claim)
        paid = min(debt.amount_fen, state.account.cash_fen)
        if paid <= 0:
            break
        change = _pay(scheme, state, loan, debt, event.date.year, paid)
        payments.append(Payment(claim, loan.facts.loan, paid))
        true_up = {party: amount + change[party] for party, amount in true_up.items()}
    return DeferredPaid(tuple(payments), true_up)


def _claimed(state: State, name: str) -> LoanState:
    loan = enrolled(state, name)
    if not loan.claims:
        raise Refused(Refusal.NO_CLAIM)
    return loan


def _all_to_residual(scheme: Scheme, borne: PartyAmounts) -> PartyAmounts:
    """Return the change that leaves the whole of `borne` with the residual party."""
    change = {party: -amount for party, amount in borne.items()}
    change[scheme.residual] += sum(borne.values())
    return change


def _forget_deferred(state: State, loan: LoanState) -> None:
    for debt in loan.deferred:
        state.account.deferred_fen -= debt.amount_fen
        del state.owed[debt.i]
    loan.deferred.clear()


def _pay(scheme: Scheme, state: State, loan: LoanState, debt: Deferred, year: int, paid_fen: int) -> PartyAmounts:
    """Pay a part of a debt in `year`: it moves from the residual party to the fund in the year of the claim."""
    moved = scheme.nothing()
    moved[scheme.residual] -= paid_fen
    if scheme.fund is not None:
        moved[scheme.fund] += paid_fen
    bear(state, loan, debt.year, moved)
    pay_out(scheme, state, loan.facts.bank, year, paid_fen)
    state.account.deferred_fen -= paid_fen
    debt.amount_fen -= paid_fen
    if not debt.amount_fen:
        loan.deferred.remove(debt)
        del state.owed[debt.i]
    return settle_refunds(scheme, state, loan, year)
