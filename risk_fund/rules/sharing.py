"""The sharing engine driven from a record: each event with what the world was like when it happened.

Cash and the exposure of the fund's other schemes are not the engine's to remember: they are told to it before each
step and taken away after it. So the record (events with their contexts) gives the whole state again, from nothing.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from risk_fund.loss_sharing import FundAccount, Outcome, Scheme, State, outcome_entry, read_event, step
from risk_fund.loss_sharing.outcomes import Compensation


@dataclass(frozen=True)
class Context:
    """What an event finds: the fund's free cash, its exposure under other schemes, the loan's registration date."""

    cash_fen: int
    exposure_elsewhere_fen: int = 0
    covered_elsewhere_fen: int = 0
    registered: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the context as JSON values."""
        return asdict(self)


@dataclass(frozen=True)
class Entry:
    """One line of the record: position, event in the contract's form, context, and the outcome that was written."""

    i: int
    event: dict[str, Any]
    context: Context
    outcome: dict[str, Any]


def take(scheme: Scheme, state: State, i: int, event: dict[str, Any], context: Context) -> Outcome:
    """Apply the event at position `i` to `state` in its context; amounts in fen.

    Raises: BadDocument if the event is not well formed under the scheme.
    Source: share_loss contract, sections 4 to 6.
    """
    _tell(state, event, context)
    outcome = step(scheme, state, read_event(scheme, i, event))
    state.account.exposure_fen -= context.exposure_elsewhere_fen
    state.account.covered_fen -= context.covered_elsewhere_fen
    return outcome


def _tell(state: State, event: dict[str, Any], context: Context) -> None:
    state.account.cash_fen = context.cash_fen
    state.account.exposure_fen += context.exposure_elsewhere_fen
    state.account.covered_fen += context.covered_elsewhere_fen
    loan = state.loans.get(event.get("loan", ""))
    if loan is not None and context.registered:
        loan.facts = replace(loan.facts, registered=date.fromisoformat(context.registered))


def written(outcome: Outcome) -> dict[str, Any]:
    """Return what the record keeps of an outcome: the contract's entry, and for a claim how it came about."""
    entry = outcome_entry(outcome)
    if isinstance(outcome.detail, Compensation):
        entry["explanation"] = _explanation(outcome.detail)
    return entry


def _explanation(detail: Compensation) -> dict[str, Any]:
    stages = [
        {
            "stage": index,
            "before": stage.before_fen,
            "after": stage.after_fen,
            "layers": [str(part) for part in stage.layers],
            "amounts": stage.amounts,
        }
        for index, stage in enumerate(detail.stages)
    ]
    caps = [
        {"cap": cap.cap, "party": cap.party, "room": cap.room_fen, "cut": cap.cut_fen, "to": cap.overflow_to}
        for cap in detail.caps
    ]
    return {"counted": detail.counted_fen, "stages": stages, "caps": caps}


def replay(scheme: Scheme, record: Iterable[Entry]) -> tuple[State, list[str]]:
    """Replay a record from nothing; return the state and a line for each event whose outcome is not as written."""
    state, faults = State(), []
    for entry in record:
        found = written(take(scheme, state, entry.i, entry.event, entry.context))
        if found != entry.outcome:
            faults.append(f"#{entry.i} {entry.event.get('type')}: 重放结果与记录不同")
    return state, faults


def flows(account: FundAccount) -> dict[str, int]:
    """Return the account's running flows: what is left without cash, exposure and cover, which live elsewhere."""
    elsewhere = {"cash_fen", "exposure_fen", "covered_fen"}
    return {name: amount for name, amount in account.to_dict().items() if name not in elsewhere}
