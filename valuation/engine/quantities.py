"""Quantities of a model and the draws that give them values.

A quantity is a constant, a random input, or a list with one entry a period. Evaluated against draws it becomes an
array that broadcasts: (1,) for a constant, (paths,) for an input, (periods, 1) for a list. So a model written once
serves one path (the point value), a block of paths (simulation) and a handful of what-ifs (tornado), and whatever
does not vary between paths is computed once.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from valuation.engine.distributions import Distribution

type FloatArray = NDArray[np.float64]

PATH_SUFFIX, EVENT_SUFFIX = "#path", "#event"
"""What follows the pointer of a growth or a hazard where its path or event is named as a source of randomness."""


@dataclass(frozen=True)
class Draws:
    """One value per path for everything random. What is left out keeps its expectation."""

    inputs: Mapping[str, FloatArray]
    """Pointer of a distribution -> its values (paths,)."""
    shocks: Mapping[str, FloatArray] = field(default_factory=dict)
    """Pointer of a mean-reverting growth -> standard normals (steps, paths); absent: zero."""
    events: Mapping[str, FloatArray] = field(default_factory=dict)
    """Pointer of a hazard that strikes as an event -> uniforms (paths,); absent: the expected survival."""

    def with_source(self, name: str, other: "Draws") -> "Draws":
        """Give these draws with one source of randomness as it is in `other`.

        `name` is the pointer of an input, or that of a growth or hazard with its suffix.
        """
        if name in self.inputs:
            return replace(self, inputs={**self.inputs, name: other.inputs[name]})
        if name.endswith(PATH_SUFFIX):
            pointer = name.removesuffix(PATH_SUFFIX)
            return replace(self, shocks={**self.shocks, pointer: other.shocks[pointer]})
        pointer = name.removesuffix(EVENT_SUFFIX)
        return replace(self, events={**self.events, pointer: other.events[pointer]})


def at_the_means(inputs: Mapping[str, Distribution]) -> Draws:
    """Give the one path on which every input is at its mean: the point of the model."""
    return Draws({pointer: np.array([law.mean]) for pointer, law in inputs.items()})


class Quantity(Protocol):
    """A number of the model, known or not."""

    @property
    def low(self) -> float:
        """The least value it can take."""

    @property
    def high(self) -> float:
        """The greatest value it can take."""

    @property
    def mean(self) -> float:
        """Its expectation."""

    def at(self, draws: Draws) -> FloatArray:
        """Give its values, broadcastable to (periods, paths)."""


@dataclass(frozen=True)
class Constant:
    """The same number on every path and in every period."""

    number: float

    @property
    def low(self) -> float:
        return self.number

    @property
    def high(self) -> float:
        return self.number

    @property
    def mean(self) -> float:
        return self.number

    def at(self, draws: Draws) -> FloatArray:
        return np.array([self.number])


@dataclass(frozen=True)
class Input:
    """A random number, drawn once per path under its pointer: two users of one pointer see one draw."""

    pointer: str
    law: Distribution

    @property
    def low(self) -> float:
        return self.law.low

    @property
    def high(self) -> float:
        return self.law.high

    @property
    def mean(self) -> float:
        return self.law.mean

    def at(self, draws: Draws) -> FloatArray:
        return draws.inputs[self.pointer]


@dataclass(frozen=True)
class Listed:
    """One known number per period."""

    numbers: tuple[float, ...]

    def at(self, draws: Draws) -> FloatArray:
        return np.array(self.numbers, dtype=np.float64)[:, None]

    def highest(self, periods: int) -> FloatArray:
        """Give the greatest value in each period (periods,)."""
        return np.array(self.numbers, dtype=np.float64)


@dataclass(frozen=True)
class Steady:
    """A quantity that is the same in every period."""

    quantity: Quantity

    def at(self, draws: Draws) -> FloatArray:
        return self.quantity.at(draws)

    def highest(self, periods: int) -> FloatArray:
        """Give the greatest value in each period (periods,)."""
        return np.full(periods, self.quantity.high)


type Series = Listed | Steady


def product(*parts: FloatArray) -> FloatArray:
    """Give the product of broadcastable arrays, the small ones first, so that few operations touch every path.

    A constant one is left out. The product may be one of `parts` itself.
    """
    telling = [part for part in parts if part.shape != (1,) or part[0] != 1] or [np.ones(1)]
    result, *others = sorted(telling, key=lambda part: part.size)
    made_here = False
    for part in others:
        if made_here and result.shape == np.broadcast_shapes(result.shape, part.shape):
            result *= part
        else:
            result, made_here = result * part, True
    return result


def total(parts: Iterable[FloatArray]) -> FloatArray:
    """Give the sum of broadcastable arrays in the order given, zero of shape (1,) for none."""
    result = np.zeros(1)
    for part in parts:
        result = result + part
    return result
