"""What lender and borrower agreed, as plain frozen values.

Money is integer fen, rates and shares are exact fractions, dates are dates. Nothing here decides anything: these are
the words the other modules of the loan schedule speak.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal, Protocol

DayCount = Literal["act/360", "act/365", "act/act", "30/360"]
EqualMethod = Literal["equal_instalment", "equal_principal"]
RoundingMode = Literal["half_up", "half_even", "up", "down"]
Tenor = Literal["1Y", "5Y"]
Reset = Literal["none", "publication", "january_1", "anniversary"]
Due = Literal["compound", "penalty", "interest", "principal"]


class Dated(Protocol):
    """Whatever happens on a day."""

    @property
    def date(self) -> date: ...


@dataclass(frozen=True, slots=True)
class Disbursement:
    """Money handed to the borrower (放款)."""

    date: date
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Prepayment:
    """Principal repaid early (提前还款): "lower" re-agrees the instalment, "shorten" keeps it and ends sooner."""

    date: date
    amount_fen: int
    effect: Literal["lower", "shorten"]
    fee_rate: Fraction


@dataclass(frozen=True, slots=True)
class Payment:
    """Money that actually came in; it pays what is due and never changes the table."""

    date: date
    amount_fen: int


@dataclass(frozen=True, slots=True)
class FixedRate:
    """One annual rate for the whole life."""

    annual: Fraction

    @property
    def can_reset(self) -> bool:
        """Say whether the rate may change during the life of the loan."""
        return False


@dataclass(frozen=True, slots=True)
class LprRate:
    """The loan prime rate of a tenor plus basis points, taken anew on the reset dates."""

    tenor: Tenor
    bp: int
    reset: Reset

    @property
    def can_reset(self) -> bool:
        """Say whether the rate may change during the life of the loan."""
        return self.reset in ("publication", "january_1", "anniversary")

    @property
    def spread_annual(self) -> Fraction:
        """Give the basis points as an annual rate."""
        return Fraction(self.bp, 10_000)


@dataclass(frozen=True, slots=True)
class LprQuote:
    """One publication of the loan prime rate; either tenor may be missing."""

    date: date
    annual: Mapping[Tenor, Fraction]


@dataclass(frozen=True, slots=True)
class Every:
    """The step between two instalments."""

    unit: Literal["month", "week", "day"]
    count: int


@dataclass(frozen=True, slots=True)
class Instalments:
    """等额本息 or 等额本金: a fixed number of instalments that repay principal."""

    method: EqualMethod
    count: int
    first_due: date
    every: Every
    interest_basis: Literal["period", "daily"]


@dataclass(frozen=True, slots=True)
class InterestOnly:
    """先息后本: interest on settlement days, principal at maturity."""

    maturity: date
    every: Literal["month", "quarter"]
    day: int


@dataclass(frozen=True, slots=True)
class Bullet:
    """到期一次还本付息: everything at maturity."""

    maturity: date


@dataclass(frozen=True, slots=True)
class BusinessDays:
    """Whether money moves on the following working day, and whether interest runs until then."""

    follows: bool = False
    holidays: frozenset[date] = frozenset()
    workdays: frozenset[date] = frozenset()
    accrues_to_due: bool = False


@dataclass(frozen=True, slots=True)
class Rounding:
    """How interest is brought to fen and the instalment to a multiple of fen."""

    interest: RoundingMode = "half_up"
    instalment: RoundingMode = "half_up"
    multiple_fen: int = 1


@dataclass(frozen=True, slots=True)
class Fee:
    """A cost of borrowing that goes to somebody: appraiser, guarantor, lender."""

    date: date
    amount_fen: int
    payee: str


@dataclass(frozen=True, slots=True)
class Gate:
    """A subsidy's ceiling on the loan's rate: a multiple of LPR at the start, and what happens above it."""

    tenor: Tenor
    multiple: Fraction
    effect: Literal["refuse", "truncate"]


@dataclass(frozen=True, slots=True)
class Subsidy:
    """贴息: a payer bears a share of each row's interest, within a yearly cap and behind a gate."""

    payer: str
    share: Fraction
    cap_per_year_fen: int | None
    gate: Gate | None


@dataclass(frozen=True, slots=True)
class Penalty:
    """罚息 and 复利 on what is overdue, and the order in which payments are used."""

    multiple: Fraction = Fraction(3, 2)
    compound: bool = True
    order: tuple[Due, ...] = ("compound", "penalty", "interest", "principal")


@dataclass(frozen=True, slots=True)
class Loan:
    """A loan as agreed, with what happened to it so far; `as_of` None means nobody asked about arrears.

    `carried_interest_fen` was earned under earlier terms and falls due with the first row; no document says it.
    `document.read` is the checked way to one: whoever makes a loan by hand answers for the order of its dates.
    """

    disbursements: tuple[Disbursement, ...]
    rate: FixedRate | LprRate
    day_count: DayCount
    plan: Instalments | InterestOnly | Bullet
    lpr: tuple[LprQuote, ...] = ()
    business_days: BusinessDays = BusinessDays()
    rounding: Rounding = Rounding()
    fees: tuple[Fee, ...] = ()
    subsidies: tuple[Subsidy, ...] = ()
    prepayments: tuple[Prepayment, ...] = ()
    as_of: date | None = None
    payments: tuple[Payment, ...] = ()
    penalty: Penalty = Penalty()
    carried_interest_fen: int = 0

    @property
    def start(self) -> date:
        """Give the day of the first disbursement, on which interest begins."""
        return self.disbursements[0].date
