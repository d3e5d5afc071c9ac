"""Circuit breakers: when the year's payments reach a rate, no new loan is enrolled. Nothing else is touched."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from risk_fund.loss_sharing.keys import flow_key, latch_key
from risk_fund.loss_sharing.scheme import Breaker, Scheme
from risk_fund.loss_sharing.state import State

type BreakerState = Literal["open", "warning", "suspended"]


@dataclass(frozen=True)
class Reading:
    """One breaker (of one bank, where it is per bank) after an event: the year's amount and the state."""

    breaker: int
    bank: str | None
    amount_fen: int
    state: BreakerState


def read_breaker(scheme: Scheme, counters: Mapping[str, int], index: int, bank: str | None, year: int) -> Reading:
    """Return the reading of breaker `index` in `year`; a latched one stays suspended whatever its amount.

    Raises: IndexError for an unknown breaker.
    Source: share_loss contract, section 5.2.
    """
    breaker = scheme.breakers[index]
    amount_fen = counters.get(flow_key("paid", year, bank), 0)
    if breaker.metric == "net":
        amount_fen -= counters.get(flow_key("received", year, bank), 0)
    latched = counters.get(latch_key(index, bank), 0)  # only ever set for a latched breaker
    return Reading(index, bank, amount_fen, "suspended" if latched else rate_state(breaker, amount_fen))


def rate_state(breaker: Breaker, amount_fen: int) -> BreakerState:
    """Return the state that the rate amount / denominator alone means.

    Raises: nothing.
    Source: share_loss contract, section 5.2.
    """
    if _reaches(breaker, amount_fen, breaker.suspend):
        return "suspended"
    if breaker.warn is not None and _reaches(breaker, amount_fen, breaker.warn):
        return "warning"
    return "open"


def watch(scheme: Scheme, state: State, year: int) -> tuple[Reading, ...]:
    """Work out every breaker after an event: latch those that are suspended and return all readings, in breaker order.

    Bank breakers are read for the banks of the loans present in `state`, sorted by name.

    Raises: nothing.
    Source: share_loss contract, sections 5.2 and 7.
    """
    readings = tuple(_read_all(scheme, state, year))
    for reading in readings:
        if reading.state == "suspended" and scheme.breakers[reading.breaker].latched:
            state.counters[latch_key(reading.breaker, reading.bank)] = 1
    return readings


def suspends(scheme: Scheme, counters: Mapping[str, int], bank: str, year: int) -> bool:
    """Tell whether a scheme breaker, or a bank breaker of this bank, is suspended.

    Raises: nothing.
    Source: share_loss contract, section 5.2.
    """
    readings = (
        read_breaker(scheme, counters, index, bank if breaker.scope == "bank" else None, year)
        for index, breaker in enumerate(scheme.breakers)
    )
    return any(reading.state == "suspended" for reading in readings)


def _reaches(breaker: Breaker, amount_fen: int, ratio: Fraction) -> bool:
    """Compare amount / denominator with the ratio, both sides multiplied out so that only integers meet."""
    amount, limit = amount_fen * ratio.denominator, ratio.numerator * breaker.denominator_fen
    return amount > limit if breaker.comparison == ">" else amount >= limit


def _read_all(scheme: Scheme, state: State, year: int) -> Iterator[Reading]:
    for index, breaker in enumerate(scheme.breakers):
        for bank in state.banks if breaker.scope == "bank" else [None]:
            yield read_breaker(scheme, state.counters, index, bank, year)
