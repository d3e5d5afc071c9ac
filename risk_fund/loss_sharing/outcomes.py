"""What came of an event: accepted with its amounts, or refused with a code. Enough is kept to explain every fen."""

from dataclasses import dataclass
from enum import StrEnum

from risk_fund.loss_sharing.allocation import CapStep, StageStep
from risk_fund.loss_sharing.breakers import Reading
from risk_fund.loss_sharing.recovery import Waterfall
from risk_fund.loss_sharing.scheme import PartyAmounts


class Refusal(StrEnum):
    """Why an event was refused. Source: share_loss contract, section 6."""

    DUPLICATE_LOAN = "DUPLICATE_LOAN"
    SUSPENDED = "SUSPENDED"
    OVER_QUOTA = "OVER_QUOTA"
    OVER_CAPACITY = "OVER_CAPACITY"
    NOT_ENROLLED = "NOT_ENROLLED"
    LOAN_VOIDED = "LOAN_VOIDED"
    NOT_REGISTERED = "NOT_REGISTERED"
    TOO_EARLY = "TOO_EARLY"
    TOO_LATE = "TOO_LATE"
    OVER_OUTSTANDING = "OVER_OUTSTANDING"
    TRUE_UP_UNFUNDED = "TRUE_UP_UNFUNDED"
    NO_CLAIM = "NO_CLAIM"
    OVER_CASH = "OVER_CASH"
    NOT_SUSPENDED = "NOT_SUSPENDED"
    TWO_APPROVERS = "TWO_APPROVERS"
    STILL_OVER = "STILL_OVER"


class Refused(Exception):
    """The event is refused and nothing has changed; `code` says why."""

    def __init__(self, code: Refusal) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Covered:
    """An enrolment or repayment: what the fund now covers of the loan."""

    loan_covered_fen: int


@dataclass(frozen=True)
class Running:
    """What each party has borne so far of the claim's loan, borrower, bank, of the year's claims, and of all."""

    loan: PartyAmounts
    borrower: PartyAmounts
    bank: PartyAmounts
    year: PartyAmounts
    all: PartyAmounts


@dataclass(frozen=True)
class Compensation:
    """An accepted claim: loss, base, the way through stages and caps, cash, refunds trued up, and where it leaves all.

    `counted_fen` of the loss were countable; `unpaid_fen` of the fund's part found no cash; `give_back_fen` was set
    aside for refunds the fund might have had to return.
    """

    loss_fen: int
    counted_fen: int
    base_fen: int
    stages: tuple[StageStep, ...]
    caps: tuple[CapStep, ...]
    give_back_fen: int
    unpaid_fen: int
    allocation: PartyAmounts
    true_up: PartyAmounts
    position: PartyAmounts
    running: Running


@dataclass(frozen=True)
class Refunded:
    """An accepted recovery: how it was used up, the change of refunds, and the loan's position."""

    waterfall: Waterfall
    allocation: PartyAmounts
    position: PartyAmounts


@dataclass(frozen=True)
class ClawedBack:
    """An accepted clawback: what every party but the residual got back from the lender."""

    returned: PartyAmounts
    position: PartyAmounts


@dataclass(frozen=True)
class Payment:
    """What was paid of the deferred amount of the claim at position `i`."""

    i: int
    loan: str
    amount_fen: int


@dataclass(frozen=True)
class DeferredPaid:
    """Deferred amounts paid, oldest first, and the change of refunds summed over the loans."""

    payments: tuple[Payment, ...]
    true_up: PartyAmounts


type Detail = Covered | Compensation | Refunded | ClawedBack | DeferredPaid | None


@dataclass(frozen=True)
class Outcome:
    """One event after the fact: accepted (reason None) with its detail, or refused; and the book after it, in fen.

    `breakers` are the scheme's breakers and those of the banks present in the state the event was applied to.
    """

    i: int
    kind: str
    reason: Refusal | None
    detail: Detail
    cash_fen: int
    exposure_fen: int
    covered_fen: int
    breakers: tuple[Reading, ...]

    @property
    def ok(self) -> bool:
        """Whether the event was accepted."""
        return self.reason is None
