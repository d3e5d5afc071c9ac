"""A record of events replayed from nothing: the fold of `steps` over the groups of events that belong together."""

from collections.abc import Iterator, Sequence

from risk_fund.loss_sharing.events import Claim, Event
from risk_fund.loss_sharing.outcomes import Outcome
from risk_fund.loss_sharing.scheme import Scheme
from risk_fund.loss_sharing.state import State
from risk_fund.loss_sharing.steps import step, step_group


def replay(scheme: Scheme, events: Sequence[Event]) -> tuple[State, list[Outcome]]:
    """Replay events in order from an empty book; return the final state and one outcome per event.

    Raises: as `step`.
    Source: share_loss contract, sections 4 to 6.
    """
    state, outcomes = State(), []
    for group in groups(scheme, events):
        outcomes += apply_group(scheme, state, group)
    return state, outcomes


def apply_group(scheme: Scheme, state: State, group: Sequence[Event]) -> list[Outcome]:
    """Apply one group as `groups` gives it to `state`; return one outcome per event.

    Raises: as `step` and `step_group`.
    Source: share_loss contract, section 4.4.
    """
    claims = [event for event in group if isinstance(event, Claim)]
    return step_group(scheme, state, claims) if claims else [step(scheme, state, event) for event in group]


def groups(scheme: Scheme, events: Sequence[Event]) -> Iterator[list[Event]]:
    """Give the events in order, those paid together in one list: under `pro_rata` the longest runs of neighbouring
    claims of one date on different loans (refused ones count), otherwise each event alone.

    Raises: nothing.
    Source: share_loss contract, section 4.4.
    """
    together = scheme.pool is not None and scheme.pool.same_day == "pro_rata"
    group: list[Event] = []
    for event in events:
        if group and not (together and _joins(group, event)):
            yield group
            group = []
        group.append(event)
    if group:
        yield group


def _joins(group: list[Event], event: Event) -> bool:
    """Tell whether a claim continues the run of claims in `group`."""
    return (
        isinstance(event, Claim)
        and event.date == group[0].date
        and all(isinstance(other, Claim) and other.loan != event.loan for other in group)
    )
