"""Laws that every replay must satisfy, checked on what it produced: all true in a correct program."""

from collections import Counter
from collections.abc import Sequence

from risk_fund.loss_sharing.outcomes import Compensation, Outcome
from risk_fund.loss_sharing.scheme import Scheme
from risk_fund.loss_sharing.state import State


def check(scheme: Scheme, state: State, outcomes: Sequence[Outcome]) -> dict[str, bool]:
    """Return each law and whether it holds, given the final state of a full replay and all its outcomes.

    Raises: nothing.
    Source: share_loss contract, section 7 (checks).
    """
    claims = [outcome.detail for outcome in outcomes if isinstance(outcome.detail, Compensation)]
    return {
        "sum_equals_loss": all(sum(claim.allocation.values()) == claim.loss_fen for claim in claims),
        "none_negative": _none_negative(scheme, state, outcomes),
        "caps_respected": _caps_respected(scheme, claims),
        "refunds_within_loss": _refunds_within_loss(state),
        "cash_reconciles": _cash_reconciles(state),
    }


def _none_negative(scheme: Scheme, state: State, outcomes: Sequence[Outcome]) -> bool:
    """No party but the residual is below zero on any loan; nor the residual in total, what is owed, a pool's cash."""
    loans = state.loans.values()
    amounts = [part for loan in loans for part in (loan.borne, loan.refund, loan.position)]
    figures = [amount for part in amounts for party, amount in part.items() if party != scheme.residual]
    figures.append(sum(loan.borne[scheme.residual] for loan in loans))
    figures += [debt.amount_fen for loan in loans for debt in loan.deferred]
    figures += [outcome.cash_fen for outcome in outcomes] if scheme.pool is not None else []
    return all(figure >= 0 for figure in figures)


def _caps_respected(scheme: Scheme, claims: Sequence[Compensation]) -> bool:
    """Sum up anew what each cap's party has under each key; what is owed counts, what is extinguished does not."""
    deferred = scheme.pool is not None and scheme.pool.unpaid == "deferred"
    used: Counter[tuple[int, str]] = Counter()
    for claim in claims:
        for cap in claim.caps:
            owed = claim.unpaid_fen if deferred and cap.party == scheme.fund else 0
            used[cap.cap, cap.key] += claim.allocation[cap.party] + owed
    return all(amount <= scheme.caps[cap].amount_fen for (cap, _), amount in used.items())


def _refunds_within_loss(state: State) -> bool:
    return all(
        sum(loan.refund.values()) == loan.recovered_fen <= sum(loan.borne.values()) for loan in state.loans.values()
    )


def _cash_reconciles(state: State) -> bool:
    account = state.account
    received = account.contributed_fen + account.refunded_fen + account.clawed_back_fen
    return account.cash_fen == received - account.withdrawn_fen - account.paid_fen
