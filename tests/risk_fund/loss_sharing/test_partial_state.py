"""An event needs only its loans, a few counters and the account: the fold over rows equals the replay of the book."""

import json
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from hypothesis import given, settings

from risk_fund.loss_sharing.allocation import CapStep
from risk_fund.loss_sharing.document import read_document
from risk_fund.loss_sharing.events import Enrol, Event, LoanFacts, PayDeferred
from risk_fund.loss_sharing.keys import counter_key, keys_needed
from risk_fund.loss_sharing.outcomes import Compensation, Outcome
from risk_fund.loss_sharing.replay import apply_group, groups, replay
from risk_fund.loss_sharing.scheme import Scheme
from risk_fund.loss_sharing.state import Deferred, FundAccount, LoanState, State
from tests.risk_fund.loss_sharing import builders
from tests.risk_fund.loss_sharing.documents import Json, documents


class Loaded(dict[str, int]):
    """Counters of which only the loaded ones may be touched."""

    def get(self, key: str, default: Any = None) -> Any:
        return self[key]

    def __setitem__(self, key: str, value: int) -> None:
        assert key in self, f"{key} is written but was not loaded"
        super().__setitem__(key, value)


class Rows:
    """A store as a database would be: loans as JSON text, counters by key, one row of aggregates."""

    def __init__(self) -> None:
        self.loans: dict[str, str] = {}
        self.counters: dict[str, int] = {}
        self.account = json.dumps(FundAccount().to_dict())

    def loan(self, name: str) -> LoanState | None:
        return LoanState.from_dict(json.loads(self.loans[name])) if name in self.loans else None

    def apply(self, scheme: Scheme, group: Sequence[Event]) -> list[Outcome]:
        """Load what the group touches and nothing else, apply it, write back what is there."""
        loans = {name: loan for name in self.touched(group) if (loan := self.loan(name))}
        subjects: list[LoanState | None] = [None, *loans.values()]
        keys = {key for event in group for loan in subjects for key in keys_needed(scheme, event, loan)}
        state = State(loans, Loaded({key: self.counters.get(key, 0) for key in keys}), self.stored_account())
        outcomes = apply_group(scheme, state, group)
        self.loans |= {name: json.dumps(loan.to_dict()) for name, loan in state.loans.items()}
        self.counters |= state.counters
        self.account = json.dumps(state.account.to_dict())
        return outcomes

    def stored_account(self) -> FundAccount:
        return FundAccount(**json.loads(self.account))

    def touched(self, group: Sequence[Event]) -> list[str]:
        if isinstance(group[0], PayDeferred):
            return [name for name in self.loans if json.loads(self.loans[name])["deferred"]]
        return [name for event in group if (name := named_loan(event)) is not None]


def named_loan(event: Event) -> str | None:
    return event.facts.loan if isinstance(event, Enrol) else getattr(event, "loan", None)


def touching(outcome: Outcome, banks: set[str | None]) -> list[Any]:
    return [reading for reading in outcome.breakers if reading.bank in banks]


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(documents())
def test_fold_over_partial_states_equals_the_replay_of_the_whole_book(document: Json) -> None:
    scheme, events = read_document(document)
    whole, outcomes = replay(scheme, events)
    rows = Rows()
    found = [outcome for group in groups(scheme, events) for outcome in rows.apply(scheme, group)]
    assert {name: rows.loan(name) for name in rows.loans} == whole.loans
    assert rows.stored_account() == whole.account
    assert {k: v for k, v in rows.counters.items() if v} == {k: v for k, v in whole.counters.items() if v}
    for part, full in zip(found, outcomes, strict=True):
        banks = {reading.bank for reading in part.breakers}
        assert (part.reason, part.detail, part.cash_fen) == (full.reason, full.detail, full.cash_fen)
        assert (part.exposure_fen, part.covered_fen) == (full.exposure_fen, full.covered_fen)
        assert list(part.breakers) == touching(full, banks)


def test_different_names_never_share_a_key() -> None:
    assert counter_key("borne", "bank", "a/b", "c") != counter_key("borne", "bank", "a", "b/c")
    assert counter_key("a~1b") != counter_key("a/b")


def test_debts_are_indexed_oldest_first_in_whatever_order_loans_are_loaded() -> None:
    def owing(name: str, *claims: int) -> LoanState:
        debts = [Deferred(i, 2025, 5) for i in claims]
        return LoanState(LoanFacts(name, "B", "K" + name), {}, {}, deferred=debts)

    state = State({"x": owing("x", 9, 30), "a": owing("a", 4, 12)})
    assert list(state.owed.items()) == [(4, "a"), (9, "x"), (12, "a"), (30, "x")]
    assert state.banks == ["Ka", "Kx"]


def test_an_outcome_explains_the_way_through_stages_and_caps() -> None:
    layers = [{"exhaust": "1/3", "shares": {"bank": 1}}, {"attach": "1/3", "exhaust": "0.5", "shares": {"fund": 1}}]
    terms = builders.scheme(
        stages=[{"unit": "loss", "layers": layers}], caps=[{"party": "fund", "scope": "loan", "amount": 1}]
    )
    events = [builders.enrol(), builders.claim(10), builders.claim(10)]
    _, outcomes = replay(*read_document({"scheme": terms, "events": events}))
    detail = outcomes[2].detail
    assert isinstance(detail, Compensation)
    assert [(step.key, step.before_fen, step.after_fen) for step in detail.stages] == [("stage/0/loan/L1", 10, 20)]
    assert detail.stages[0].layers == (Fraction(10, 3), Fraction(5, 3))
    assert detail.stages[0].amounts == {"fund": 2, "bank": 8}
    assert detail.caps == (CapStep(0, "cap/0/loan/L1", "fund", 0, 2, "bank"),)


def test_keys_do_not_grow_with_the_book() -> None:
    scheme, events = read_document(
        {
            "scheme": {"parties": ["fund", "bank"], "residual": "bank", "fund": "fund",
                       "stages": [{"scope": "bank_year", "layers": [{"shares": {"fund": 1}}]}],
                       "caps": [{"party": "fund", "scope": "borrower", "amount": 9}],
                       "breakers": [{"denominator": 10, "suspend": 1, "scope": "bank"}]},
            "events": [
                {"type": "enrol", "date": "2025-01-01", "loan": "L/1", "borrower": "B", "bank": "K", "principal": 9},
                {"type": "claim", "date": "2025-01-01", "loan": "L/1", "principal": 9},
            ],
        }
    )  # fmt: skip
    state, _ = replay(scheme, events)
    assert keys_needed(scheme, events[1], state.loans["L/1"]) == {
        "stage/0/bank_year/K/2025", "cap/0/borrower/B", "latch/0/K", "exposure/bank/K", "covered/bank/K",
        "paid/scheme/2025", "received/scheme/2025", "paid/bank/K/2025", "received/bank/K/2025",
        "borne/borrower/B/fund", "borne/borrower/B/bank", "borne/bank/K/fund", "borne/bank/K/bank",
        "borne/year/2025/fund", "borne/year/2025/bank", "borne/all//fund", "borne/all//bank",
    }  # fmt: skip
