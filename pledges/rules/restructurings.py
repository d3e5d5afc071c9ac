"""A loan restructured (重组): other terms take over on a day, and how the old account ends and the new one begins.

No fen is lost or counted twice at the change. What is due of interest, penalty and compound interest must have been
received. The interest of the broken period, settled as the schedule settles it when the whole balance is paid early and
rounded once, is carried into the first new instalment. The new terms begin with the principal outstanding, due or not;
money that waited is brought forward, and money of later days belongs to the new account alone.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pledges.loan_schedule import build
from pledges.loan_schedule.due_dates import stepped
from pledges.loan_schedule.terms import Every
from pledges.rules.loans import AccountEnd, Debt, Payment, account_end, debt_on

KEPT_TERMS = ("day_count", "business_days", "rounding", "penalty")
"""What a restructuring leaves as it was agreed: how days are counted, fen rounded and lateness charged."""

FLOOR_IN_OBSERVATION = "special_mention"
"""The best class of a restructured loan under observation. Source: 令〔2023〕第1号 (重组资产至少归为关注)."""

DAYS_BACK_MAX = 10
"""An agreement is approved at most so many days after its day. Source: our own bound, against dating back."""

ONE_YEAR = Every("month", 12)


@dataclass(frozen=True, slots=True)
class Agreed:
    """Terms in force from a day on: the contract's from disbursement, a restructuring's from the day agreed.

    `carried_fen` is interest of the terms before, due with the first instalment.
    """

    since: date
    terms: Mapping[str, Any]
    carried_fen: int = 0


def account(agreed: Sequence[Agreed], payments: Iterable[Payment], on: date) -> tuple[Agreed, list[Payment]]:
    """Return the terms in force on a day, and the money received under them, credit brought forward first.

    `agreed` in the order of its days, the contract's terms first. Money of the very day of a change belongs to the
    old account. Raises: BadDocument.
    """
    in_force = [one for one in agreed if one.since <= on] or agreed[:1]
    now, received = in_force[0], sorted(payments, key=lambda payment: payment.day)
    for new in in_force[1:]:
        credit_fen = account_end(now.terms, received, new.since, now.carried_fen).credit_fen
        brought = [Payment(new.since, credit_fen)] if credit_fen else []
        now, received = new, brought + [payment for payment in received if payment.day > new.since]
    return now, received


def debt_under(agreed: Sequence[Agreed], payments: Iterable[Payment], on: date, notice: date | None = None) -> Debt:
    """Return what is owed at the end of a day, by the terms in force on it (see `debt_on`). Raises: BadDocument."""
    now, received = account(agreed, payments, on)
    return debt_on(now.terms, received, on, notice, now.carried_fen)


def earned_from(agreed: Sequence[Agreed]) -> date:
    """Return the day from which the first instalment of the last terms is interest: of the broken period before, too.

    Raises: BadDocument.
    """
    *before, last = agreed
    if not before or not last.carried_fen:
        return last.since
    rows = build(dict(_bare(before[-1].terms)))["rows"]
    ended = [row["to"] for row in rows if row["to"] <= last.since.isoformat()]
    return date.fromisoformat(ended[-1]) if ended else earned_from(before)


def _bare(terms: Mapping[str, Any]) -> dict[str, Any]:
    """Return the terms without the clause on lateness, which the schedule reads beside a day only."""
    return {key: value for key, value in terms.items() if key != "penalty"}


def faults(end: AccountEnd) -> dict[str, str]:
    """Return what of the old account stands against new terms, as {part: remedy}; empty if nothing does.

    The borrower first pays what is due beside principal; only principal is restructured.
    """
    found = {}
    late_fen = end.penalty_fen + end.compound_fen
    if late_fen:
        found["penalty"] = f"罚息、复利 {_yuan(late_fen)} 元未清:请先收妥并登记收款"
    if end.interest_fen:
        found["interest"] = f"到期利息 {_yuan(end.interest_fen)} 元未清:请先收妥并登记收款"
    if not end.principal_fen:
        found["principal"] = "本金已还清,无须重组"
    return found


def document(
    terms: Mapping[str, Any], *, agreed_on: date, principal_fen: int, annual_rate: str, plan: Mapping[str, Any]
) -> dict[str, Any]:
    """Return new terms as a loan_schedule document for the principal from the day agreed, at a fixed rate.

    `plan` holds the method and its keys (contract page, section Input). Day count, rounding and the charge for
    lateness stay those of `terms`, fees still to come stay due; a subsidy belonged to the old schedule.
    """
    kept = {key: terms[key] for key in KEPT_TERMS if key in terms}
    fees = [fee for fee in terms.get("fees", ()) if fee["date"] > agreed_on.isoformat()]
    return {
        "disbursements": [{"date": agreed_on.isoformat(), "amount": principal_fen}],
        "rate": {"annual": annual_rate},
        **kept,
        **plan,
    } | ({"fees": fees} if fees else {})


def observation_until(dues: Sequence[date], since: date) -> date:
    """Return the first day after an observation that begins on `since`: a year, and two repayment periods if longer.

    It begins with the first instalment of the new terms; one not paid in time begins it anew. `dues` are the due dates
    of the new terms in order. Source: 令〔2023〕第1号 (自第一次还款日起,至少连续两个还款期且不低于1年;未及时足额还款的
    从未履约时点重新计算).

    >>> observation_until([date(2025, 3, 20), date(2025, 6, 20), date(2025, 9, 20)], date(2025, 3, 20))
    datetime.date(2026, 3, 20)
    """
    two_periods = [due for due in dues if due > since][:2]
    return max([stepped(since, ONE_YEAR, 1), *two_periods])


def _yuan(amount_fen: int) -> str:
    return f"{amount_fen // 100}.{amount_fen % 100:02d}"
