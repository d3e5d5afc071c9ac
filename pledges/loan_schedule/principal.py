"""How much principal an instalment repays: the level instalment, the equal part, or nothing before maturity.

Each rule keeps what was last agreed (the instalment or the part) and is told when to agree anew. Agreeing looks at the
loan as it stands and never at events still to come.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import lcm
from typing import Protocol

from pledges.loan_schedule.day_count import year_fraction
from pledges.loan_schedule.due_dates import Period
from pledges.loan_schedule.rounding import instalment_fen
from pledges.loan_schedule.terms import Instalments, Loan

RATE_UNITS = 10**8
"""A rate has at most 8 decimals, so rate x RATE_UNITS is whole."""
TIME_UNITS = lcm(12, 360, 365 * 366)
"""Every year fraction of every convention, and count/12, times TIME_UNITS is whole."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A loan at one moment: the period it is in, the day, what is owed, what interest the present row has accrued."""

    period: Period
    day: date
    balance_fen: int
    accrued_fen: Fraction
    rate_annual: Fraction


class PrincipalRule(Protocol):
    """What the table asks of a method of repayment."""

    def agree(self, now: Standing) -> None:
        """Fix the instalment anew, as at the start, a disbursement or a prepayment that lowers it."""

    def begin_period(self, now: Standing) -> None:
        """Take note that a period begins; a changed rate may ask for a new agreement."""

    def principal_fen(self, interest_fen: int, balance_fen: int) -> int:
        """Give the principal of an instalment that is not the last, 0..balance_fen."""


def principal_rule(loan: Loan, periods: list[Period]) -> PrincipalRule:
    """Give the rule of the loan's method."""
    if not isinstance(loan.plan, Instalments):
        return AtMaturity()
    if loan.plan.method == "equal_principal":
        return EqualPrincipal(loan, len(periods))
    return EqualInstalment(loan, loan.plan, periods)


class AtMaturity:
    """先息后本 and 到期一次还本付息: no principal before the last instalment."""

    def agree(self, now: Standing) -> None:
        pass

    def begin_period(self, now: Standing) -> None:
        pass

    def principal_fen(self, interest_fen: int, balance_fen: int) -> int:
        return 0


class EqualPrincipal:
    """等额本金: the balance in equal parts over the instalments left; a change of rate does not touch the part."""

    def __init__(self, loan: Loan, instalments: int) -> None:
        self._rounding = loan.rounding
        self._instalments = instalments
        self._part_fen = 0

    def agree(self, now: Standing) -> None:
        left = self._instalments - now.period.number + 1
        self._part_fen = instalment_fen(now.balance_fen, left, self._rounding)

    def begin_period(self, now: Standing) -> None:
        pass

    def principal_fen(self, interest_fen: int, balance_fen: int) -> int:
        return min(self._part_fen, balance_fen)


class EqualInstalment:
    """等额本息: one level instalment that pays each period's interest and brings the balance to nothing at the end."""

    def __init__(self, loan: Loan, plan: Instalments, periods: list[Period]) -> None:
        self._loan = loan
        self._times = [_time_units(_length_years(loan, plan, period)) for period in periods]
        self._rate_annual = Fraction(0)
        self._instalment_fen = 0

    def agree(self, now: Standing) -> None:
        times = self._times[now.period.number - 1 :]
        if now.day > now.period.start:
            times[0] = _time_units(year_fraction(self._loan.day_count, now.day, now.period.end))
        numerator, denominator = level_instalment(now.balance_fen, now.accrued_fen, now.rate_annual, times)
        self._instalment_fen = instalment_fen(numerator, denominator, self._loan.rounding)
        self._rate_annual = now.rate_annual

    def begin_period(self, now: Standing) -> None:
        if now.rate_annual != self._rate_annual:
            self.agree(now)

    def principal_fen(self, interest_fen: int, balance_fen: int) -> int:
        return min(max(self._instalment_fen - interest_fen, 0), balance_fen)


def level_instalment(
    balance_fen: int, accrued_fen: Fraction, rate_annual: Fraction, times: Iterable[int]
) -> tuple[int, int]:
    """Give the exact level instalment x, in fen, as numerator and denominator (not in lowest terms).

    x solves B + A v_k = x (v_k + ... + v_n), v_j the product of 1/(1+f_i) over i = k..j, f_i = rate x time_i. `times`
    (at least one) are year fractions in TIME_UNITS of the periods left; `accrued_fen` is due with the first of them.
    Both sides are carried forward to the last due date, in whole numbers: B grows by 1+f_i, A joins after the first
    period, and each instalment paid grows from its own date on.

    Source: contract page, section Principal; the retrospective form of an annuity, Kellison, The Theory of Interest,
    3rd ed., section 3.5.

    >>> numerator, denominator = level_instalment(100_000_000, Fraction(0), Fraction("0.0435"), [TIME_UNITS // 12] * 12)
    >>> round(Fraction(numerator, denominator))
    8530990
    """
    one = RATE_UNITS * TIME_UNITS
    rate = int(rate_annual * RATE_UNITS)
    owed, paid_per_unit, scale = balance_fen * accrued_fen.denominator, 0, 1
    joining = accrued_fen.numerator * one
    for time in times:
        growth = one + rate * time
        scale *= one
        owed = owed * growth + joining
        paid_per_unit = paid_per_unit * growth + scale
        joining = 0
    return owed, accrued_fen.denominator * paid_per_unit


def _length_years(loan: Loan, plan: Instalments, period: Period) -> Fraction:
    """Give the year fraction a period weighs in the instalment: count/12 where it is charged as a whole period."""
    if plan.interest_basis == "period" and period.regular:
        return Fraction(plan.every.count, 12)
    return year_fraction(loan.day_count, period.start, period.end)


def _time_units(years: Fraction) -> int:
    return int(years * TIME_UNITS)
