"""What can happen to a scheme, one frozen noun per kind; `i` is its position in the record and orders a day."""

from dataclasses import dataclass
from datetime import date as Date
from typing import ClassVar


@dataclass(frozen=True)
class Event:
    """Something that happened on a date, at position `i` of the record."""

    kind: ClassVar[str]

    i: int
    date: Date


@dataclass(frozen=True)
class Contribute(Event):
    """Money comes into the fund."""

    kind = "contribute"
    amount_fen: int


@dataclass(frozen=True)
class Withdraw(Event):
    """Money leaves the fund for another purpose than a loss."""

    kind = "withdraw"
    amount_fen: int


@dataclass(frozen=True)
class LoanFacts:
    """What a loan brings along for good when it is enrolled; `ip_part_fen` of `contract_fen` is IP-secured."""

    loan: str
    borrower: str
    bank: str
    registered: Date | None = None
    contract_fen: int | None = None
    ip_part_fen: int | None = None


@dataclass(frozen=True)
class Enrol(Event):
    """A loan comes under the scheme with its outstanding principal."""

    kind = "enrol"
    facts: LoanFacts
    principal_fen: int


@dataclass(frozen=True)
class Repay(Event):
    """The borrower repays principal."""

    kind = "repay"
    loan: str
    amount_fen: int


@dataclass(frozen=True)
class Claim(Event):
    """The lender asks for its share of a loss; `interest_days` is the time the interest ran."""

    kind = "claim"
    loan: str
    principal_fen: int = 0
    interest_fen: int = 0
    penalty_fen: int = 0
    cost_fen: int = 0
    interest_days: int | None = None
    due: Date | None = None

    @property
    def loss_fen(self) -> int:
        return self.principal_fen + self.interest_fen + self.penalty_fen + self.cost_fen


@dataclass(frozen=True)
class Recovery(Event):
    """Money comes back after a claim: `gross_fen`, of which `cost_fen` was spent and `interest_fen` is still owed."""

    kind = "recovery"
    loan: str
    gross_fen: int
    cost_fen: int = 0
    interest_fen: int = 0


@dataclass(frozen=True)
class Clawback(Event):
    """All claims on the loan are voided; the lender gives back what it was paid."""

    kind = "clawback"
    loan: str


@dataclass(frozen=True)
class PayDeferred(Event):
    """The fund pays what it still owes, as far as its cash goes."""

    kind = "pay_deferred"


@dataclass(frozen=True)
class Reset(Event):
    """Approvers re-open a suspended breaker (of one bank, where the breaker is per bank)."""

    kind = "reset"
    breaker: int
    bank: str | None
    approvers: tuple[str, ...]
