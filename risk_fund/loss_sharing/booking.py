"""Writing to a loan: its debt and cover, what the parties bear of it, and the refunds that follow from that.

Every function keeps the running sums (per borrower, bank, year of the claim, all) in step with the loan.
"""

from risk_fund.loss_sharing.allocation import covered
from risk_fund.loss_sharing.cash import take_refund
from risk_fund.loss_sharing.keys import book_key, borne_key
from risk_fund.loss_sharing.outcomes import Refusal, Refused
from risk_fund.loss_sharing.recovery import refunds
from risk_fund.loss_sharing.scheme import PartyAmounts, Scheme
from risk_fund.loss_sharing.state import LoanState, State


def set_outstanding(scheme: Scheme, state: State, loan: LoanState, outstanding_fen: int) -> None:
    """Set a loan's outstanding principal, work out its cover again, and move the book's and the bank's sums along.

    Raises: ValueError if the loan lacks an amount that the base rule needs.
    Source: share_loss contract, section 5.3.
    """
    covered_fen = covered(scheme, outstanding_fen, loan.facts)
    more_exposure, more_covered = outstanding_fen - loan.outstanding_fen, covered_fen - loan.covered_fen
    loan.outstanding_fen, loan.covered_fen = outstanding_fen, covered_fen
    state.account.exposure_fen += more_exposure
    state.account.covered_fen += more_covered
    state.count(book_key("exposure", loan.facts.bank), more_exposure)
    state.count(book_key("covered", loan.facts.bank), more_covered)


def bear(state: State, loan: LoanState, year: int, amounts: PartyAmounts) -> None:
    """Add `amounts` to what the parties bear of the loan, for a claim made in `year`.

    Raises: nothing.
    Source: share_loss contract, sections 4.5 and 7 (running, by).
    """
    of_year = loan.borne_by_year.setdefault(year, dict.fromkeys(loan.borne, 0))
    for party, amount in amounts.items():
        loan.borne[party] += amount
        of_year[party] += amount
        for group, name in borne_groups(loan, year):
            state.count(borne_key(group, name, party), amount)


def borne_groups(loan: LoanState, year: int) -> tuple[tuple[str, object], ...]:
    """Return the groups in which a claim on the loan in `year` is summed up, as (group, name).

    Raises: nothing.
    Source: share_loss contract, section 7 (running).
    """
    return ("borrower", loan.facts.borrower), ("bank", loan.facts.bank), ("year", year), ("all", "")


def settle_refunds(scheme: Scheme, state: State, loan: LoanState, year: int) -> PartyAmounts:
    """Work out the loan's refunds again, take the fund's change into cash in `year`, and return every change in fen.

    Raises: nothing.
    Source: share_loss contract, sections 4.5 and 5.1.
    """
    back = refunds(scheme, loan.borne, loan.recovered_fen)
    change = {party: amount - loan.refund[party] for party, amount in back.items()}
    loan.refund = back
    if scheme.fund is not None:
        take_refund(scheme, state, loan.facts.bank, year, change[scheme.fund])
    return change


def enrolled(state: State, name: str) -> LoanState:
    """Return the loan of this name.

    Raises: Refused with NOT_ENROLLED.
    Source: share_loss contract, section 6.
    """
    loan = state.loans.get(name)
    if loan is None:
        raise Refused(Refusal.NOT_ENROLLED)
    return loan
