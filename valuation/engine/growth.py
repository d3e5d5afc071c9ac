"""Revenue a year: a list, or a base that grows a step per period, steadily or as a mean-reverting path."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from valuation.engine.document import NON_NEGATIVE, UNIT, Domain, Members, Node, integer
from valuation.engine.quantities import Constant, Draws, Listed, Quantity, Series, Steady
from valuation.engine.scalars import plain_numbers, scalar, series

type FloatArray = NDArray[np.float64]

GROWTH = Domain(-1.0, 10.0, open_low=True)
LOG_GROWTH = Domain(-1.0, 1.0)
SPEED = Domain(0.0, 50.0, open_low=True)
_PATH_MEMBERS = ("initial", "long_run", "speed", "volatility")


@dataclass(frozen=True)
class MeanReversion:
    """Log growth x_j = theta + (x_{j-1} - theta) e^-kappa + sigma sqrt((1 - e^-2kappa) / 2kappa) Z_j.

    The step is exact for the Ornstein-Uhlenbeck process. Source: Vasicek (1977), doi 10.1016/0304-405X(77)90016-2.
    """

    pointer: str
    initial: Quantity
    long_run: Quantity
    speed: Quantity
    volatility: Quantity

    def factors(self, steps: int, draws: Draws) -> FloatArray:
        """Give e^x_j for j = 1..steps, (steps, 1) or (steps, paths)."""
        long_run, speed = self.long_run.at(draws), self.speed.at(draws)
        persistence = np.exp(-speed)
        above = self.initial.at(draws) - long_run
        shocks = draws.shocks[self.pointer][:steps] if self.pointer in draws.shocks else np.zeros((steps, 1))
        scale = self.volatility.at(draws) * np.sqrt(-np.expm1(-2 * speed) / (2 * speed))
        levels = np.empty((steps, *np.broadcast_shapes(above.shape, scale.shape, shocks.shape[1:])))
        for level, shock in zip(levels, shocks, strict=True):
            np.multiply(shock, scale, out=level)
            level += above * persistence
            above = level
        levels += long_run
        return np.exp(levels, out=levels)


@dataclass(frozen=True)
class SteadyGrowth:
    """Growth 1 + g_j: the same at every step, or one known rate a step."""

    rates: Series

    def factors(self, steps: int, draws: Draws) -> FloatArray:
        """Give 1 + g_j for j = 1..steps, (steps, 1) or (steps, paths)."""
        growth = 1 + self.rates.at(draws)
        return growth if isinstance(self.rates, Listed) else np.broadcast_to(growth, (steps, *growth.shape))


@dataclass(frozen=True)
class ListedRevenue:
    """Known revenue, one a period."""

    amounts: Listed

    def at(self, draws: Draws) -> FloatArray:
        return self.amounts.at(draws)


@dataclass(frozen=True)
class GrownRevenue:
    """A base year's revenue and its growth; `steps_before` growth steps lie before period 1."""

    base: Quantity
    growth: SteadyGrowth | MeanReversion
    periods: int
    steps_before: int

    def at(self, draws: Draws) -> FloatArray:
        """Give the revenue a year (periods, 1) or (periods, paths)."""
        base, steps = self.base.at(draws), max(self.periods - 1 + self.steps_before, 0)
        factors = self.growth.factors(steps, draws)
        levels = np.empty((steps + 1, *np.broadcast_shapes(base.shape, factors.shape[1:])))
        levels[0] = base
        for step, factor in enumerate(factors):
            np.multiply(levels[step], factor, out=levels[step + 1])
        return levels[self.steps_before :][: self.periods]


type Revenue = ListedRevenue | GrownRevenue


def read_revenue(node: Node, periods: int | None) -> Revenue:
    """Read revenue for `periods` periods (None: not known, so that lengths cannot be checked)."""
    if isinstance(node.value, list):
        return ListedRevenue(plain_numbers(node, NON_NEGATIVE, periods))
    if not node.is_object:
        node.fault("must be a list or an object with base and growth")
    return _read_grown(Members(node), periods)


def _read_grown(members: Members, periods: int | None) -> GrownRevenue:
    base = members.required("base", scalar(NON_NEGATIVE))
    base_year = members.optional("base_year", lambda node: integer(node, 0, 1), 1)
    steps_before = 1 - base_year if base_year is not None else 0
    known = periods is not None and base_year is not None
    steps = max((periods or 0) - 1 + steps_before, 0) if known else None
    growth = members.optional("growth", lambda node: _read_growth(node, steps), SteadyGrowth(Steady(Constant(0.0))))
    members.close()
    return GrownRevenue(base, growth, periods or 0, steps_before)


def _read_growth(node: Node, steps: int | None) -> SteadyGrowth | MeanReversion:
    if node.is_object and "distribution" not in node.value and any(name in node.value for name in _PATH_MEMBERS):
        return _read_path(node, steps)
    return SteadyGrowth(series(GROWTH, steps)(node))


def _read_path(node: Node, steps: int | None) -> MeanReversion:
    members = node.members()
    path = MeanReversion(
        node.pointer,
        initial=members.required("initial", scalar(LOG_GROWTH)),
        long_run=members.required("long_run", scalar(LOG_GROWTH)),
        speed=members.required("speed", scalar(SPEED)),
        volatility=members.required("volatility", scalar(UNIT)),
    )
    members.close()
    if steps and path.volatility != Constant(0.0):
        known = node.reading.growth_steps
        known[node.pointer] = max(known.get(node.pointer, 0), steps)
    return path
