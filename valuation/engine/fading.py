"""How a right fades: earning power decays, and the right itself may fall (invalidation, non-renewal)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from valuation.engine.document import BELOW_ONE, NON_NEGATIVE, Node, choice
from valuation.engine.periods import Periods
from valuation.engine.quantities import Constant, Draws, Quantity
from valuation.engine.scalars import scalar

type FloatArray = NDArray[np.float64]

MOMENTS = ("flow", "start", "mid", "end")


def moment(periods: Periods, at: str) -> FloatArray:
    """Give the time at which a fade is read, (n, 1) or (n, paths) in years."""
    if at == "mid":
        return (periods.start + periods.end) / 2
    return {"flow": periods.exponent, "start": periods.start, "end": periods.end}[at]


@dataclass(frozen=True)
class Decay:
    """Loss of earning power at the rate delta: e^(-delta t), or geometrically (1 - delta)^t."""

    rate: Quantity
    form: str
    at: str

    def log_year(self, draws: Draws) -> FloatArray:
        """Give the logarithm of what a year leaves, (1,) or (paths,)."""
        rate = self.rate.at(draws)
        return np.log1p(-rate) if self.form == "geometric" else -rate

    def left(self, periods: Periods, draws: Draws) -> FloatArray:
        """Give the share of earning power left in each period, (n, 1) or (n, paths)."""
        exponent = moment(periods, self.at) * self.log_year(draws)
        return np.exp(exponent, out=exponent)

    def strongest_year(self) -> float:
        """Give the most that a year can leave."""
        return float(1 - self.rate.low if self.form == "geometric" else np.exp(-self.rate.low))


@dataclass(frozen=True)
class Hazard:
    """A yearly probability h that the right falls; as an event it stands or falls on each path by one uniform."""

    pointer: str
    annual: Quantity
    at: str
    is_event: bool

    def survival(self, periods: Periods, draws: Draws) -> FloatArray:
        """Give S in each period, (n, 1) or (n, paths): (1 - h)^t, or on a path of events whether U < (1 - h)^t."""
        expected = np.exp(moment(periods, self.at) * np.log1p(-self.annual.at(draws)))
        struck = draws.events.get(self.pointer) if self.is_event else None
        return expected if struck is None else (struck < expected).astype(np.float64)

    def year(self, draws: Draws) -> FloatArray:
        """Give the probability of lasting a year, (1,) or (paths,)."""
        return 1 - self.annual.at(draws)

    def strongest_year(self) -> float:
        """Give the greatest probability of lasting a year."""
        return 1 - self.annual.low


NO_DECAY = Decay(Constant(0.0), "exponential", "flow")
NO_HAZARD = Hazard("", Constant(0.0), "flow", is_event=False)


def read_decay(node: Node) -> Decay:
    """Read {rate, form, at}."""
    members = node.members()
    form = members.optional("form", choice("exponential", "geometric"), "exponential")
    decay = Decay(
        rate=members.required("rate", scalar(BELOW_ONE if form == "geometric" else NON_NEGATIVE)),
        form=form,
        at=members.optional("at", choice(*MOMENTS), "flow"),
    )
    members.close()
    return decay


def read_hazard(node: Node) -> Hazard:
    """Read {annual, at, mode}; a hazard in mode event becomes a source of randomness under its pointer."""
    members = node.members()
    hazard = Hazard(
        node.pointer,
        annual=members.required("annual", scalar(BELOW_ONE)),
        at=members.optional("at", choice(*MOMENTS), "flow"),
        is_event=members.optional("mode", choice("expected", "event"), "expected") == "event",
    )
    members.close()
    if hazard.is_event:
        node.reading.events.add(node.pointer)
    return hazard
