"""A restructured loan for tests, made by the real services, with the figures that follow from its contract."""

from datetime import date, datetime
from typing import Any

from pledges import queries
from pledges.models import Loan, Restructuring
from pledges.rules import restructurings as rules
from pledges.services import loans, restructurings
from tests.factories import PRINCIPAL_FEN, Actors, at, make_loan, make_paper

# 5,000,000.00 yuan from 21 April 2025, 4.32 % act/360, interest each quarter: to 20 June, 60 days, 36,000.00.
TERMS: dict[str, Any] = {
    "disbursements": [{"date": "2025-04-21", "amount": PRINCIPAL_FEN}], "rate": {"annual": "0.0432"},
    "day_count": "act/360", "method": "interest_only", "maturity": "2026-04-21",
    "settlement": {"every": "quarter", "day": 20},
}  # fmt: skip
JUNE, JUNE_FEN = date(2025, 6, 20), 3_600_000
AGREED, BROKEN_FEN = date(2025, 7, 1), 660_000
"""Eleven days later: 5,000,000.00 x 4.32 % x 11/360 = 6,600.00 for the broken period, carried into the first row."""
SIGNED = at(2025, 7, 1, 15)
APPROVED = at(2025, 7, 2)
PLAN = {"method": "interest_only", "maturity": "2027-06-20", "settlement": {"every": "quarter", "day": 20}}
# From 1 July at 3.6 %: to 20 September 81 days, 40,500.00 and the 6,600.00; to 20 December 91 days, 45,500.00.
SEPTEMBER, SEPTEMBER_FEN = date(2025, 9, 20), 4_710_000
DECEMBER, DECEMBER_FEN = date(2025, 12, 20), 4_550_000
OBSERVED_UNTIL = date(2026, 9, 20)


def receive(actors: Actors, loan: Loan, on: date, amount_fen: int, reference: str = "") -> Any:
    when = at(on.year, on.month, on.day, 14)
    return loans.record_receipt(
        by=actors.bank_officer, at=when, loan_id=loan.pk, received_on=on, amount_fen=amount_fen,
        reference=reference or f"R-{on}-{amount_fen}",
    )  # fmt: skip


def paid_to_the_day(actors: Actors) -> Loan:
    """Return a loan of which all that was due by the day of the agreement was received."""
    loan = make_loan(actors, terms=TERMS)
    receive(actors, loan, JUNE, JUNE_FEN)
    return Loan.objects.get(pk=loan.pk)


def new_terms(loan: Loan, *, on: date = AGREED, rate: str = "0.036", **plan: Any) -> dict[str, Any]:
    principal_fen = queries.debt(loan, on).principal_fen
    return rules.document(
        queries.terms_in_force(loan, on), agreed_on=on, principal_fen=principal_fen, annual_rate=rate, plan=PLAN | plan
    )


def propose(actors: Actors, loan: Loan, when: datetime = SIGNED, **changes: Any) -> Restructuring:
    values: dict[str, Any] = {
        "by": actors.bank_officer, "agreed_on": AGREED, "difficulty": "主要客户停产,货款回收推迟",
    } | changes  # fmt: skip
    values.setdefault("terms", new_terms(loan, on=values["agreed_on"]))
    values.setdefault("agreement_document_id", make_paper(actors.bank_officer, "restructuring_agreement", when))
    return restructurings.propose(at=when, loan_id=loan.pk, **values)


def restructured(actors: Actors) -> Loan:
    """Return a loan whose new terms are in force since 1 July 2025."""
    found = propose(actors, paid_to_the_day(actors))
    restructurings.approve(by=actors.bank_approver, at=APPROVED, restructuring_id=found.pk)
    return Loan.objects.get(pk=found.loan_id)


def day_end(actors: Actors, loan: Loan, on: date) -> Loan:
    loans.run_day(by=actors.system, at=at(2028, 1, 1), on=on, loan_id=loan.pk)
    return Loan.objects.get(pk=loan.pk)
