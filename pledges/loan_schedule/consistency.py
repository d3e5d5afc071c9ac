"""What must hold between the members of a document: order of dates, sums of shares, keys that need one another.

The loan looked at may still hold None where a member was unreadable; such a member has its fault already and is passed
over here, so that one mistake is reported once.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from finance_platform.foundation.faults import Fault
from pledges.loan_schedule.terms import Bullet, Dated, Instalments, InterestOnly, Loan, LprRate


def inconsistencies(loan: Loan, document: dict[str, Any]) -> Iterator[Fault]:
    """Give the faults between members; `document` tells which keys were written at all.

    Source: contract page, sections Input and Fault pointers.
    """
    yield from _dates_out_of_order(loan)
    yield from _not_after_the_start(loan)
    yield from _outside_the_run(loan)
    yield from _keys_without_their_partner(loan, document)
    yield from _basis_without_month(loan)
    yield from _shares_over_one(loan)
    yield from _shortening_not_allowed(loan)


def _dates_out_of_order(loan: Loan) -> Iterator[Fault]:
    yield from _out_of_order("disbursements", loan.disbursements)
    yield from _out_of_order("lpr", loan.lpr)
    yield from _out_of_order("prepayments", loan.prepayments)
    yield from _out_of_order("payments", loan.payments, may_repeat=True)


def _out_of_order(key: str, entries: Sequence[Dated], *, may_repeat: bool = False) -> Iterator[Fault]:
    before: date | None = None
    for index, entry in enumerate(entries):
        if entry.date is None:
            continue
        if before is not None and (entry.date < before or (entry.date == before and not may_repeat)):
            reason = "must not be before" if may_repeat else "must be after"
            yield Fault(f"/{key}/{index}/date", f"{reason} the entry above it, {before}")
        before = entry.date


def _start(loan: Loan) -> date | None:
    return loan.disbursements[0].date if loan.disbursements else None


def _not_after_the_start(loan: Loan) -> Iterator[Fault]:
    start = _start(loan)
    if start is None:
        return
    match loan.plan:
        case Instalments(first_due=on) if on is not None and on <= start:
            yield Fault("/first_due", "must be after the start (the first disbursement)")
        case InterestOnly(maturity=on) | Bullet(maturity=on) if on is not None and on <= start:
            yield Fault("/maturity", "must be after the start (the first disbursement)")
    for index, prepayment in enumerate(loan.prepayments):
        if prepayment.date is not None and prepayment.date <= start:
            yield Fault(f"/prepayments/{index}/date", "must be after the start (the first disbursement)")


def _outside_the_run(loan: Loan) -> Iterator[Fault]:
    start, as_of = _start(loan) or date.min, loan.as_of or date.max
    if as_of < start:
        yield Fault("/as_of", "must be on or after the start (the first disbursement)")
    for index, fee in enumerate(loan.fees):
        if fee.date is not None and fee.date < start:
            yield Fault(f"/fees/{index}/date", "must be on or after the start (the first disbursement)")
    for index, payment in enumerate(loan.payments):
        if payment.date is not None and not start <= payment.date <= as_of:
            yield Fault(f"/payments/{index}/date", "must be from the start to as_of")


def _keys_without_their_partner(loan: Loan, document: dict[str, Any]) -> Iterator[Fault]:
    if "as_of" not in document:
        for key in ("payments", "penalty"):
            if key in document:
                yield Fault(f"/{key}", "needs as_of: say for which day the arrears are asked")
    gates = [subsidy.gate for subsidy in loan.subsidies if subsidy.gate and subsidy.gate.tenor]
    if "lpr" not in document and (gates or (isinstance(loan.rate, LprRate) and loan.rate.tenor)):
        yield Fault("/lpr", "is missing: a rate on LPR or a gate needs the table of quotations")


def _basis_without_month(loan: Loan) -> Iterator[Fault]:
    plan = loan.plan
    if isinstance(plan, Instalments) and plan.interest_basis == "period" and plan.every.unit in ("week", "day"):
        yield Fault("/interest_basis", 'must be "daily" unless instalments are monthly')


def _shares_over_one(loan: Loan) -> Iterator[Fault]:
    total = Fraction(0)
    for index, subsidy in enumerate(loan.subsidies):
        total += subsidy.share or 0
        if total > 1:
            yield Fault(f"/subsidies/{index}/share", "brings the shares above 1 together")
            return


def _shortening_not_allowed(loan: Loan) -> Iterator[Fault]:
    may_shorten = isinstance(loan.plan, Instalments | None)
    if may_shorten and not (loan.rate and loan.rate.can_reset):
        return
    for index, prepayment in enumerate(loan.prepayments):
        if prepayment.effect == "shorten":
            reason = "shorten needs an equal_* method and a rate that cannot reset"
            yield Fault(f"/prepayments/{index}/effect", reason)
