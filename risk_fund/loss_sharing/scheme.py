"""A scheme says who bears which part of a loss: a base, stages of layers, caps, and the conditions around them.

It is data, never code: two funds differ by their rows, not by their programs. Everything here is frozen, so a scheme
version that a loan was enrolled under can be kept and evaluated again years later.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from math import lcm
from typing import Literal

type PartyAmounts = dict[str, int]  # party -> fen, every party of the scheme named

type Component = Literal["principal", "interest", "penalty", "cost"]
type IpPortion = Literal["all", "pro_rata", "amount"]
type Scope = Literal["loan", "borrower", "bank", "all", "borrower_year", "bank_year", "year"]
type Unit = Literal["amount", "portfolio", "loss"]
type Rounding = Literal["floor_residual", "largest_remainder"]


@dataclass(frozen=True)
class BaseRule:
    """What part of a loss is compensable."""

    components: tuple[Component, ...] = ("principal",)
    interest_days_cap: int | None = None
    ip_portion: IpPortion = "all"


@dataclass(frozen=True)
class Layer:
    """The part of a cumulative loss between `attach` and `exhaust` (None: no end), shared by integer weights.

    The bounds are fen, a ratio of the portfolio or a ratio of the cumulative loss, as the stage's unit says.
    """

    attach: Fraction
    exhaust: Fraction | None
    shares: Mapping[str, int]


@dataclass(frozen=True)
class LayerGrid:
    """A stage's layers in whole numbers: bounds in 1/`bound_unit` (fen, or of the loss), weights in 1/`weight_unit`."""

    bound_unit: int
    weight_unit: int
    bounds: tuple[tuple[int, int | None], ...]
    weights: tuple[tuple[tuple[str, int], ...], ...]


@dataclass(frozen=True)
class Stage:
    """One sharing of an amount by layers: of the base (first stage) or of what party `of` has by then."""

    layers: tuple[Layer, ...]
    scope: Scope = "loan"
    of: str | None = None
    unit: Unit = "amount"
    portfolio_fen: int | None = None

    @cached_property
    def grid(self) -> LayerGrid:
        """Return the layers over common denominators, so that claims are shared in integer arithmetic."""
        scale = self.portfolio_fen or 1
        bounds = [
            (layer.attach * scale, None if layer.exhaust is None else layer.exhaust * scale) for layer in self.layers
        ]
        bound_unit = lcm(*(bound.denominator for pair in bounds for bound in pair if bound is not None))
        totals = [sum(layer.shares.values()) for layer in self.layers]
        weight_unit = lcm(*totals)
        return LayerGrid(
            bound_unit,
            weight_unit,
            tuple((int(low * bound_unit), None if high is None else int(high * bound_unit)) for low, high in bounds),
            tuple(
                tuple((party, weight * weight_unit // total) for party, weight in layer.shares.items())
                for layer, total in zip(self.layers, totals, strict=True)
            ),
        )


@dataclass(frozen=True)
class Cap:
    """At most `amount_fen` of a party's amounts in each key of the scope; what is above moves to `overflow_to`."""

    party: str
    scope: Scope
    amount_fen: int
    overflow_to: str


@dataclass(frozen=True)
class Waiting:
    """A claim may come from `wait_days` after the due date on, for `window_days` (None: for ever), both included."""

    wait_days: int
    window_days: int | None = None


@dataclass(frozen=True)
class Breaker:
    """Suspends new enrolments while the year's payments over `denominator_fen` reach `suspend`."""

    denominator_fen: int
    suspend: Fraction
    warn: Fraction | None = None
    scope: Literal["scheme", "bank"] = "scheme"
    metric: Literal["net", "gross"] = "net"
    comparison: Literal[">=", ">"] = ">="
    latched: bool = True


@dataclass(frozen=True)
class Capacity:
    """How much may be enrolled: against the fund's cash, and per bank."""

    leverage: Fraction | None = None
    measure: Literal["principal", "covered"] = "principal"
    quotas: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class RecoveryRule:
    """In which order a recovery is used up, and which parties are refunded first."""

    order: tuple[Literal["cost", "interest", "loss"], ...] = ("cost", "interest", "loss")
    first: tuple[str, ...] = ()


@dataclass(frozen=True)
class Pool:
    """The fund pays from cash only: how claims of one day share it, and what becomes of the unpaid rest."""

    same_day: Literal["fifo", "pro_rata"] = "fifo"
    unpaid: Literal["deferred", "extinguished"] = "deferred"


@dataclass(frozen=True)
class Scheme:
    """The whole agreement. `residual` is the lender, who takes every remainder; `fund` has the cash account."""

    parties: tuple[str, ...]
    residual: str
    stages: tuple[Stage, ...]
    fund: str | None = None
    code: str | None = None
    base: BaseRule = BaseRule()
    caps: tuple[Cap, ...] = ()
    rounding: Rounding = "floor_residual"
    waiting: Waiting | None = None
    breakers: tuple[Breaker, ...] = ()
    capacity: Capacity | None = None
    recovery: RecoveryRule = RecoveryRule()
    pool: Pool | None = None

    def nothing(self) -> PartyAmounts:
        """Return zero fen for every party, in party order.

        Raises: nothing.
        Source: share_loss contract, section 7 (a party map names every party).
        """
        return dict.fromkeys(self.parties, 0)
