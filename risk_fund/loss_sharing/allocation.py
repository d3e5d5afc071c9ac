"""A loss through the stages and caps of a scheme: who would bear it, before any question of cash.

`allocate` only reads the running counters and tells every intermediate amount; `charge` writes them. Between the two a
claim can still be refused.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from risk_fund.loss_sharing.base import base_so_far
from risk_fund.loss_sharing.events import LoanFacts
from risk_fund.loss_sharing.keys import cap_key, stage_key
from risk_fund.loss_sharing.layers import layer_amounts, split
from risk_fund.loss_sharing.scheme import PartyAmounts, Scheme, Stage
from risk_fund.loss_sharing.state import State


@dataclass(frozen=True)
class StageStep:
    """What a stage made of a claim: the cumulative amount under `key` moved from `before_fen` to `after_fen`.

    `amounts` is what each party has of the difference, in fen.
    """

    stage: Stage
    key: str
    before_fen: int
    after_fen: int
    amounts: PartyAmounts

    @property
    def layers(self) -> tuple[Fraction, ...]:
        """The exact fen of this claim in each layer; what is missing to the claim's amount lies in no layer."""
        before, after = layer_amounts(self.stage, self.before_fen), layer_amounts(self.stage, self.after_fen)
        return tuple(new - old for old, new in zip(before, after, strict=True))


@dataclass(frozen=True)
class CapStep:
    """What cap `cap` made of a claim: of `party`'s amount, `cut_fen` above the room went to `overflow_to`."""

    cap: int
    key: str
    party: str
    room_fen: int
    cut_fen: int
    overflow_to: str


@dataclass(frozen=True)
class Allocation:
    """A loss shared by stages and caps: the amounts, which sum to the loss, and how they came about."""

    loss_fen: int
    base_fen: int
    amounts: PartyAmounts
    stages: tuple[StageStep, ...]
    caps: tuple[CapStep, ...]


def allocate(
    scheme: Scheme, counters: Mapping[str, int], facts: LoanFacts, year: int, loss_fen: int, base_fen: int
) -> Allocation:
    """Return how a loss of `loss_fen`, of which `base_fen` is compensable, is shared, given the counters so far.

    `counters` maps keys to fen (missing: 0) and is not changed. What is not base goes to the residual party.

    Raises: nothing.
    Source: share_loss contract, sections 4.1 to 4.3.
    """
    amounts, stages = _through_stages(scheme, counters, facts, year, base_fen)
    amounts[scheme.residual] += loss_fen - base_fen
    caps = _through_caps(scheme, counters, facts, year, amounts)
    return Allocation(loss_fen, base_fen, amounts, stages, caps)


def charge(state: State, allocation: Allocation) -> None:
    """Write an allocation to the counters: the stages' cumulative amounts and what the caps have used.

    Raises: nothing.
    Source: share_loss contract, sections 4.2 and 4.3.
    """
    for stage in allocation.stages:
        state.counters[stage.key] = stage.after_fen
    for cap in allocation.caps:
        state.count(cap.key, allocation.amounts[cap.party])


def covered(scheme: Scheme, outstanding_fen: int, facts: LoanFacts) -> int:
    """Return the fund's part, in fen, if `outstanding_fen` of principal were lost as the first claim ever.

    Base rules and caps apply, the cash limit does not; 0 without a fund.

    Raises: ValueError if the loan lacks an amount that the base rule needs.
    Source: share_loss contract, section 5.3.
    """
    if scheme.fund is None:
        return 0
    counted_fen = outstanding_fen if "principal" in scheme.base.components else 0
    base_fen = base_so_far(scheme.base, counted_fen, facts)
    return allocate(scheme, {}, facts, 0, outstanding_fen, base_fen).amounts[scheme.fund]


def _through_stages(
    scheme: Scheme, counters: Mapping[str, int], facts: LoanFacts, year: int, base_fen: int
) -> tuple[PartyAmounts, tuple[StageStep, ...]]:
    """Share the base by the first stage, then what party `of` has by each later one; that replaces its amount."""
    amounts, steps = scheme.nothing(), []
    for index, stage in enumerate(scheme.stages):
        amount_fen = base_fen if stage.of is None else amounts[stage.of]
        if stage.of is not None:
            amounts[stage.of] = 0
        step = _stage_step(scheme, counters, index, stage_key(scheme, index, facts, year), amount_fen)
        for party, part in step.amounts.items():
            amounts[party] += part
        steps.append(step)
    return amounts, tuple(steps)


def _stage_step(scheme: Scheme, counters: Mapping[str, int], index: int, key: str, amount_fen: int) -> StageStep:
    """Return the difference that `amount_fen` makes to the stage's cumulative result."""
    stage, before = scheme.stages[index], counters.get(key, 0)
    after = before + amount_fen
    old, new = split(scheme, stage, before), split(scheme, stage, after)
    return StageStep(stage, key, before, after, {party: new[party] - old[party] for party in new})


def _through_caps(
    scheme: Scheme, counters: Mapping[str, int], facts: LoanFacts, year: int, amounts: PartyAmounts
) -> tuple[CapStep, ...]:
    """Move what is above each cap's room, in list order and at once, so that later caps see it. Changes `amounts`."""
    steps = []
    for index, cap in enumerate(scheme.caps):
        key = cap_key(scheme, index, facts, year)
        room = cap.amount_fen - counters.get(key, 0)
        cut = max(0, amounts[cap.party] - room)
        amounts[cap.party] -= cut
        amounts[cap.overflow_to] += cut
        steps.append(CapStep(index, key, cap.party, room, cut, cap.overflow_to))
    return tuple(steps)
