"""Reading a JSON document strictly: every value carries its place, every fault is noted, nothing is guessed.

A reader asks an object for its members by name; a member nobody asked for is a fault, and so is one that is required
and absent. Reading goes on after a fault: what could not be read becomes a placeholder (NaN, None, an empty list)
that raises no second fault, so that one pass reports all that can be found. A document with faults is never evaluated.
"""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from finance_platform.foundation.faults import BadDocument, Fault, child

if TYPE_CHECKING:
    from valuation.engine.distributions import Distribution

LATEST_YEAR = 9800
"""Dates later than this are refused: a life of a century must still end within the calendar of the language."""

_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ABSENT: Any = object()


@dataclass
class Reading:
    """What one pass over a document collects: its faults and its sources of randomness, each under its pointer."""

    faults: list[Fault] = field(default_factory=list)
    inputs: "dict[str, Distribution]" = field(default_factory=dict)
    growth_steps: dict[str, int] = field(default_factory=dict)
    """Mean-reverting growth paths: pointer of the growth -> number of steps of its longest user."""
    events: set[str] = field(default_factory=set)
    """Pointers of the hazards that strike as an event."""

    def fault(self, pointer: str, reason: str) -> None:
        """Note one thing wrong at `pointer`."""
        self.faults.append(Fault(pointer, reason))

    def settle(self) -> None:
        """End the reading. Raises: BadDocument with the distinct faults, ordered by place, when there are any."""
        if self.faults:
            raise BadDocument(sorted(set(self.faults), key=lambda fault: (fault.pointer, fault.reason)))


@dataclass(frozen=True)
class Domain:
    """An interval of allowed numbers; an open end is itself not allowed."""

    low: float = -math.inf
    high: float = math.inf
    open_low: bool = False
    open_high: bool = False

    def __contains__(self, number: float) -> bool:
        above = number > self.low if self.open_low else number >= self.low
        below = number < self.high if self.open_high else number <= self.high
        return above and below

    def __str__(self) -> str:
        if math.isinf(self.low) and math.isinf(self.high):
            return "the finite numbers"
        left = "(" if self.open_low or math.isinf(self.low) else "["
        right = ")" if self.open_high or math.isinf(self.high) else "]"
        return f"{left}{self.low:g}, {self.high:g}{right}"

    def probability_outside(self, distribution: "Distribution") -> float:
        """Give the probability that `distribution` puts outside this domain."""
        low, high = self.low, self.high
        beneath = distribution.at_most(low) - (0.0 if self.open_low else distribution.mass(low))
        return beneath + distribution.above(high) + (distribution.mass(high) if self.open_high else 0.0)


ANY_NUMBER = Domain()
POSITIVE = Domain(low=0.0, open_low=True)
NON_NEGATIVE = Domain(low=0.0)
UNIT = Domain(0.0, 1.0)
BELOW_ONE = Domain(0.0, 1.0, open_high=True)


@dataclass(frozen=True)
class Node:
    """One value of the document, its pointer, and the reading that its faults go to."""

    value: Any
    pointer: str
    reading: Reading

    @property
    def absent(self) -> bool:
        return self.value is _ABSENT

    def fault(self, reason: str) -> None:
        """Note a fault here; an absent value has already been reported as missing."""
        if not self.absent:
            self.reading.fault(self.pointer, reason)

    def at(self, token: str | int, value: Any) -> "Node":
        return Node(value, child(self.pointer, token), self.reading)

    @property
    def is_object(self) -> bool:
        return isinstance(self.value, dict)

    def members(self, beneath: "Members | None" = None) -> "Members":
        """Give the members of this object; for anything else note a fault and give members that stay silent."""
        if not self.is_object:
            self.fault("must be an object")
        return Members(self, beneath)

    def items(self) -> "list[Node]":
        """Give the entries of this list; for anything else note a fault and give none."""
        if not isinstance(self.value, list):
            self.fault("must be a list")
            return []
        return [self.at(index, value) for index, value in enumerate(self.value)]


class Members:
    """The members of one object, asked for by name; `beneath` lends a member that the object itself does not have."""

    def __init__(self, node: Node, beneath: "Members | None" = None) -> None:
        self.node = node
        self._members: dict[str, Any] = node.value if node.is_object else {}
        self._beneath = beneath
        self._asked: set[str] = set()

    def __contains__(self, name: str) -> bool:
        return not self.find(name).absent

    def own(self, name: str) -> Node:
        """Give the member `name` of the object itself, absent or not."""
        self._asked.add(name)
        return self.node.at(name, self._members.get(name, _ABSENT))

    def find(self, name: str) -> Node:
        """Give the member `name`, the object's own first, then the one lent from beneath; absent when there is none."""
        own = self.own(name)
        return self._beneath.find(name) if own.absent and self._beneath is not None and name in self._beneath else own

    def optional[T, D](self, name: str, read: Callable[[Node], T], default: D) -> T | D:
        """Read the member `name`, or give `default` when it is absent."""
        node = self.find(name)
        return default if node.absent else read(node)

    def required[T](self, name: str, read: Callable[[Node], T]) -> T:
        """Read the member `name`; note a fault at its place when it is absent, and give the reader's placeholder."""
        node = self.find(name)
        if node.absent and self.node.is_object:
            node.reading.fault(node.pointer, "is required")
        return read(node)

    def fault(self, name: str, reason: str) -> None:
        """Note a fault at the member `name`, wherever it stands."""
        node = self.find(name)
        node.reading.fault(node.pointer, reason)

    def by_name(self) -> list[tuple[str, Node]]:
        """Give every member in the order of its name, for objects whose member names are free."""
        return [(name, self.own(name)) for name in sorted(self._members)]

    def close(self, reason: str = "is unknown or not used here") -> None:
        """Note a fault at every member that nobody asked for."""
        for name in self._members:
            if name not in self._asked:
                self.node.reading.fault(child(self.node.pointer, name), reason)


def number(node: Node, domain: Domain = ANY_NUMBER) -> float:
    """Read a finite double within `domain`; NaN when it is none."""
    value = as_double(node.value)
    if math.isnan(value):
        node.fault("must be a finite number")
    elif value not in domain:
        node.fault(f"must lie in {domain}")
    else:
        return value
    return math.nan


def as_double(value: Any) -> float:
    """Give a JSON number as a double, NaN for what is none (`true` is no number) or is beyond the doubles."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return math.nan
    try:
        return float(value) if math.isfinite(value) else math.nan
    except OverflowError:
        return math.nan


def integer(node: Node, low: int, high: int) -> int | None:
    """Read an integer from `low` to `high` (both allowed); None when it is none. 3.0 is 3."""
    value = as_double(node.value)
    if value.is_integer() and low <= node.value <= high:
        return int(node.value)
    node.fault(f"must be an integer from {low} to {high}")
    return None


def flag(node: Node) -> bool:
    """Read true or false; false when it is neither."""
    if not isinstance(node.value, bool):
        node.fault("must be true or false")
    return node.value is True


def text(node: Node) -> str:
    """Read a string; the empty string when it is none."""
    if isinstance(node.value, str):
        return node.value
    node.fault("must be a string")
    return ""


def choice(*options: str) -> Callable[[Node], str]:
    """Give a reader of one of `options`; its placeholder is the empty string."""

    def read(node: Node) -> str:
        if isinstance(node.value, str) and node.value in options:
            return node.value
        node.fault(f"must be one of {', '.join(options)}")
        return ""

    return read


def day(node: Node) -> date | None:
    """Read a date written YYYY-MM-DD; None when it is none."""
    try:
        if isinstance(node.value, str) and _ISO_DATE.fullmatch(node.value):
            found = date.fromisoformat(node.value)
            if found.year <= LATEST_YEAR:
                return found
    except ValueError:
        pass
    node.fault(f"must be a date YYYY-MM-DD, not after the year {LATEST_YEAR}")
    return None
