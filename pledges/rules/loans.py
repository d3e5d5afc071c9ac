"""What a loan owes, in plain numbers: by its schedule until the notice of acceleration, and from the notice on.

All interest, penalty and days past due come from `pledges.loan_schedule`; here stands only what the contract page of
the schedule leaves to the lender: what acceleration makes due, and which class a bank may not go below.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from pledges import loan_schedule
from pledges.loan_schedule.arrears import class_floor

FIVE_TIERS = ("normal", "special_mention", "substandard", "doubtful", "loss")
"""From best to worst. Source: 商业银行金融资产风险分类办法, 令〔2023〕第1号."""

NON_PERFORMING = frozenset(FIVE_TIERS[2:])

ORDER_OF_LAW = ("compound_fen", "penalty_fen", "interest_fen", "principal_fen")
"""What money received after acceleration is used for. Source: 民法典 561 (interest before principal)."""

NOT_IN_A_CONTRACT = ("as_of", "payments", "prepayments")
"""Parts of a loan_schedule document that tell what happened later, not what was agreed."""


@dataclass(frozen=True, slots=True)
class Payment:
    """Money received: day and amount, and what it was used for."""

    day: date
    amount_fen: int
    penalty_fen: int = 0
    compound_fen: int = 0
    interest_fen: int = 0
    principal_fen: int = 0


@dataclass(frozen=True, slots=True)
class Debt:
    """What a borrower owes on a day: all principal outstanding, and the interest, penalty and compound that are due.

    `overdue_principal_fen` is the part of the principal already due (all of it after acceleration). `accrued_until` is
    the day to which interest and penalty are computed: after acceleration they stop at the notice, and the statement
    says so. `unapplied_fen` was received before anything was due that it could be used for; it is not deducted.
    `interest_paid_fen` and `principal_paid_fen` are what was paid of them so far.
    """

    principal_fen: int
    overdue_principal_fen: int
    interest_fen: int
    penalty_fen: int
    compound_fen: int
    days_past_due: int
    class_floor: str
    accrued_until: date
    oldest_due: date | None
    accelerated: bool = False
    unapplied_fen: int = 0
    interest_paid_fen: int = 0
    principal_paid_fen: int = 0

    @property
    def total_fen(self) -> int:
        """Everything owed, in fen."""
        return self.principal_fen + self.interest_fen + self.penalty_fen + self.compound_fen

    @property
    def due_fen(self) -> int:
        """What is due on the day, in fen."""
        return self.overdue_principal_fen + self.interest_fen + self.penalty_fen + self.compound_fen


def debt_on(
    terms: Mapping[str, Any], payments: Iterable[Payment], on: date, notice: date | None = None, carried_fen: int = 0
) -> Debt:
    """Return what is owed at the end of a day under `terms`, a loan_schedule document with one disbursement.

    `carried_fen` is interest earned under earlier terms, due with the first row.

    Payments after the day are left out. From the day of the `notice` of acceleration all principal is due, with the
    interest earned until then; receipts of that day and later count by what they were used for.
    Raises: BadDocument if the day lies before disbursement.
    """
    received = sorted((p for p in payments if p.day <= on), key=lambda p: p.day)
    if notice is None or on < notice:
        return _by_schedule(_arrears(terms, received, on, carried_fen), on)
    before, after = ([p for p in received if (p.day < notice) is early] for early in (True, False))
    return _accelerated(terms, before, after, notice, on, carried_fen)


@dataclass(frozen=True, slots=True)
class AccountEnd:
    """What is left of an account at the end of the day on which its terms cease, in fen.

    All principal outstanding; interest, penalty and compound interest that are due and unpaid; `carried_fen`, the
    interest earned by that day that is not due yet (the broken period settled); money that waits to be used.
    """

    principal_fen: int
    interest_fen: int
    penalty_fen: int
    compound_fen: int
    carried_fen: int
    credit_fen: int


def account_end(terms: Mapping[str, Any], payments: Iterable[Payment], on: date, carried_fen: int = 0) -> AccountEnd:
    """Return how the account stands if its terms cease on a day. Raises: BadDocument before disbursement."""
    asked = _asked(terms, [payment for payment in payments if payment.day <= on], on)
    answer = loan_schedule.build(asked, carried_interest_fen=carried_fen)
    rows, arrears = answer["rows"], answer["arrears"]
    fallen_due_fen = sum(row["interest"] for row in rows if row["due"] <= on.isoformat())
    return AccountEnd(
        principal_fen=arrears["outstanding_principal"],
        interest_fen=fallen_due_fen - arrears["paid"]["interest"],
        penalty_fen=arrears["penalty_due"],
        compound_fen=arrears["compound_due"],
        carried_fen=_earned_interest_fen(terms, rows, on, carried_fen) - fallen_due_fen,
        credit_fen=arrears["unapplied"],
    )


def used_for(debt: Debt, amount_fen: int) -> dict[str, int]:
    """Return how money received after acceleration is used: compound, penalty, interest, then principal.

    Source: 民法典 561 (interest before principal). What exceeds the debt stays unapplied.

    >>> debt = Debt(100, 100, 10, 5, 0, 91, "substandard", date(2025, 1, 1), None, True)
    >>> used_for(debt, 20)
    {'compound_fen': 0, 'penalty_fen': 5, 'interest_fen': 10, 'principal_fen': 5, 'unapplied_fen': 0}
    """
    used, left = {}, amount_fen
    for name in ORDER_OF_LAW:
        used[name] = min(left, getattr(debt, name))
        left -= used[name]
    return used | {"unapplied_fen": left}


def used_by_schedule(
    terms: Mapping[str, Any], before: Sequence[Payment], received_on: date, amount_fen: int, carried_fen: int = 0
) -> dict[str, int]:
    """Return how a payment is used by the contract's own order: what it changes in the schedule's account of payments.

    What nothing is due for yet stays unapplied, and the schedule uses it later.
    """
    after = [*before, Payment(received_on, amount_fen)]
    then, now = (_arrears(terms, payments, received_on, carried_fen)["paid"] for payments in (before, after))
    used = {f"{name}_fen": now[name] - then[name] for name in now}
    return used | {"unapplied_fen": amount_fen - sum(used.values())}


def worse(first: str, second: str) -> str:
    """Return the worse of two classes."""
    return max(first, second, key=FIVE_TIERS.index)


def better_than_floor(bank_class: str, floor: str) -> bool:
    """Return whether a bank's class is better than days past due allow, which is an error (令〔2023〕第1号)."""
    return FIVE_TIERS.index(bank_class) < FIVE_TIERS.index(floor)


# --- Inside ----------------------------------------------------------------------------------------------------------
def _asked(terms: Mapping[str, Any], payments: Iterable[Payment], as_of: date) -> dict[str, Any]:
    """Return the loan_schedule document that asks for the arrears on a day."""
    paid = [{"date": p.day.isoformat(), "amount": p.amount_fen} for p in payments]
    return {**terms, "as_of": as_of.isoformat(), "payments": paid}


def _arrears(terms: Mapping[str, Any], payments: Iterable[Payment], as_of: date, carried_fen: int) -> dict[str, Any]:
    return loan_schedule.build_arrears(_asked(terms, payments, as_of), carried_interest_fen=carried_fen)


def _by_schedule(arrears: Mapping[str, Any], as_of: date) -> Debt:
    days = arrears["days_past_due"]
    return Debt(
        principal_fen=arrears["outstanding_principal"],
        overdue_principal_fen=arrears["overdue_principal"],
        interest_fen=arrears["overdue_interest"],
        penalty_fen=arrears["penalty_due"],
        compound_fen=arrears["compound_due"],
        days_past_due=days,
        class_floor=arrears["class_floor"],
        accrued_until=as_of,
        oldest_due=date.fromordinal(as_of.toordinal() - days) if days else None,
        unapplied_fen=arrears["unapplied"],
        interest_paid_fen=arrears["paid"]["interest"],
        principal_paid_fen=arrears["paid"]["principal"],
    )


def _accelerated(
    terms: Mapping[str, Any], before: Sequence[Payment], after: Sequence[Payment], notice: date, on: date,
    carried_fen: int,
) -> Debt:  # fmt: skip
    """Return the debt at the notice, less what credit and later receipts were used for; nothing accrues any more.

    The schedule's contract ends with the notice, so later interest is not computed here.
    """
    answer = loan_schedule.build(_asked(terms, before, notice), carried_interest_fen=carried_fen)
    paid = answer["arrears"]["paid"]
    earned_fen = _earned_interest_fen(terms, answer["rows"], notice, carried_fen)
    at_notice = replace(_by_schedule(answer["arrears"], notice), interest_fen=earned_fen - paid["interest"])
    used = {name: sum(getattr(payment, name) for payment in after) for name in ORDER_OF_LAW}
    credit_fen = at_notice.unapplied_fen + sum(payment.amount_fen for payment in after) - sum(used.values())
    unpaid = replace(at_notice, **{name: getattr(at_notice, name) - used[name] for name in ORDER_OF_LAW})
    of_credit = used_for(unpaid, credit_fen)
    used = {name: used[name] + of_credit[name] for name in ORDER_OF_LAW}
    left = {name: getattr(at_notice, name) - used[name] for name in ORDER_OF_LAW}
    interest_paid, principal_paid = paid["interest"] + used["interest_fen"], paid["principal"] + used["principal_fen"]
    oldest = _oldest_unpaid(answer["rows"], interest_paid, principal_paid, notice) if any(left.values()) else None
    days = (on - oldest).days if oldest else 0
    return Debt(
        **left, overdue_principal_fen=left["principal_fen"], days_past_due=days, class_floor=class_floor(days),
        accrued_until=notice, oldest_due=oldest, accelerated=True, unapplied_fen=of_credit["unapplied_fen"],
        interest_paid_fen=interest_paid, principal_paid_fen=principal_paid,
    )  # fmt: skip


def _earned_interest_fen(
    terms: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], until: date, carried_fen: int
) -> int:
    """Return the interest earned until a day, paid or not: carried in, of the periods ended, and of the broken one.

    The broken period is settled as the contract page settles it when the whole balance is paid before its time.
    """
    start = terms["disbursements"][0]
    ended = [row for row in rows if row["to"] <= until.isoformat()]
    balance_fen = ended[-1]["balance"] if ended else start["amount"]
    earned_fen = sum(row["interest"] for row in ended) if ended else carried_fen
    if not balance_fen or until.isoformat() == start["date"]:
        return earned_fen
    # Fees, subsidies and penalty do not bear on interest, and could lie beyond a table cut short.
    bare = {key: value for key, value in terms.items() if key not in {"fees", "subsidies", "penalty"}}
    whole = [{"date": until.isoformat(), "amount": balance_fen}]
    cut_short = loan_schedule.build({**bare, "prepayments": whole})["rows"]
    return earned_fen + sum(row["interest"] for row in cut_short if row["kind"] == "prepayment")


def _oldest_unpaid(
    rows: Sequence[Mapping[str, Any]], interest_paid_fen: int, principal_paid_fen: int, notice: date
) -> date:
    """Return the due date of the oldest instalment not paid in full, or the notice, which made the rest due."""
    for row in rows:
        interest_paid_fen -= row["interest"]
        principal_paid_fen -= row["principal"]
        if row["due"] >= notice.isoformat():
            break
        if interest_paid_fen < 0 or principal_paid_fen < 0:
            return date.fromisoformat(row["due"])
    return notice
