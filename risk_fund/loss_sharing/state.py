"""What a scheme remembers between events, cut so that a database can keep it in rows.

Three parts: one `LoanState` per loan, one flat mapping of counters (one number per scope key, see `keys`), one
`FundAccount` of aggregates. An event needs its loan, a few counters and the account; nothing is summed over a book.
"""

from bisect import insort
from dataclasses import asdict, dataclass, field, fields
from datetime import date as Date
from typing import Any

from risk_fund.loss_sharing.events import LoanFacts
from risk_fund.loss_sharing.scheme import PartyAmounts


@dataclass
class Deferred:
    """What the fund still owes on the claim at position `i`, made in `year`."""

    i: int
    year: int
    amount_fen: int


@dataclass
class LoanState:
    """Everything about one loan: its facts, its debt, its claims and who bears them."""

    facts: LoanFacts
    borne: PartyAmounts
    refund: PartyAmounts
    outstanding_fen: int = 0
    covered_fen: int = 0
    counted_days: int = 0
    counted_loss_fen: int = 0
    recovered_fen: int = 0
    claims: int = 0
    voided: bool = False
    borne_by_year: dict[int, PartyAmounts] = field(default_factory=dict)
    deferred: list[Deferred] = field(default_factory=list)

    @property
    def position(self) -> PartyAmounts:
        """What each party still bears: borne less refund, in fen."""
        return {party: amount - self.refund[party] for party, amount in self.borne.items()}

    def to_dict(self) -> dict[str, Any]:
        """Return the state as JSON values; `from_dict` gives an equal state back.

        Raises: nothing.
        Source: none (storage form).
        """
        stored = asdict(self)
        registered = self.facts.registered
        stored["facts"]["registered"] = registered.isoformat() if registered else None
        stored["borne_by_year"] = {str(year): amounts for year, amounts in self.borne_by_year.items()}
        return stored

    @classmethod
    def from_dict(cls, stored: dict[str, Any]) -> "LoanState":
        """Return the state that `to_dict` has written, sharing nothing with `stored`.

        Raises: KeyError or TypeError for another shape.
        Source: none (storage form).
        """
        facts = dict(stored["facts"])
        facts["registered"] = Date.fromisoformat(facts["registered"]) if facts["registered"] else None
        own = {
            "facts": LoanFacts(**facts),
            "borne": dict(stored["borne"]),
            "refund": dict(stored["refund"]),
            "borne_by_year": {int(year): dict(amounts) for year, amounts in stored["borne_by_year"].items()},
            "deferred": [Deferred(**owed) for owed in stored["deferred"]],
        }
        return cls(**(stored | own))


@dataclass
class FundAccount:
    """The aggregates: cash, and the flows that explain it; exposure and covered of the whole book. All in fen."""

    cash_fen: int = 0
    exposure_fen: int = 0
    covered_fen: int = 0
    contributed_fen: int = 0
    withdrawn_fen: int = 0
    paid_fen: int = 0
    refunded_fen: int = 0
    clawed_back_fen: int = 0
    deferred_fen: int = 0
    recovery_cost_fen: int = 0
    interest_to_lender_fen: int = 0
    surplus_fen: int = 0

    def to_dict(self) -> dict[str, int]:
        """Return the aggregates by name, in fen.

        Raises: nothing.
        Source: none (storage form).
        """
        return {each.name: getattr(self, each.name) for each in fields(self)}


@dataclass
class State:
    """The loans, counters and account an event works on: the whole book, or just the part the event touches.

    A counter that is not there is zero. `banks` (sorted) and `owed` (claim position -> loan, oldest first) are
    indexes over the loans present.
    """

    loans: dict[str, LoanState] = field(default_factory=dict)
    counters: dict[str, int] = field(default_factory=dict)
    account: FundAccount = field(default_factory=FundAccount)
    banks: list[str] = field(init=False)
    owed: dict[int, str] = field(init=False)

    def __post_init__(self) -> None:
        self.banks = sorted({loan.facts.bank for loan in self.loans.values()})
        owed = [(debt.i, name) for name, loan in self.loans.items() for debt in loan.deferred]
        self.owed = dict(sorted(owed))

    def add(self, loan: LoanState) -> None:
        """Put a newly enrolled loan into the book.

        Raises: nothing.
        Source: share_loss contract, section 5 (enrol).
        """
        self.loans[loan.facts.loan] = loan
        if loan.facts.bank not in self.banks:
            insort(self.banks, loan.facts.bank)

    def count(self, key: str, change: int) -> None:
        """Add `change` to a counter.

        Raises: nothing.
        Source: none (storage form).
        """
        self.counters[key] = self.counters.get(key, 0) + change
