"""Reading one JSON value at a time, remembering where it stands.

A `Place` is a value, its pointer and the list every fault goes to. Readers take a place and give what it means; a
reader that finds a fault notes it and gives None. Values read beside a fault are never seen by anyone: the document is
only handed out when the list stayed empty, which is why the readers' types do not mention that None.
"""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, cast

from finance_platform.foundation.faults import Fault, child

DECIMAL = re.compile(r"([0-9]{1,3})(?:\.([0-9]{1,8}))?")
ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
FIRST_YEAR, LAST_YEAR = 1990, 2199
MOST_FEN = 10**15


@dataclass(frozen=True, slots=True)
class Place:
    """A value of the document together with where it stands."""

    value: Any
    pointer: str
    faults: list[Fault]

    def note(self, reason: str) -> None:
        """Note that the value at this place is at fault."""
        self.faults.append(Fault(self.pointer, reason))

    def refuse[T](self, reason: str) -> T:  # type: ignore[type-var]  # stands for a value nobody will see
        """Note the fault and give None in the value's stead."""
        self.note(reason)
        return cast(T, None)

    def at(self, token: str | int, value: Any = None) -> "Place":
        """Give the place of a member or entry of this value."""
        return Place(value, child(self.pointer, token), self.faults)


type Reader[T] = Callable[[Place], T]


class Members:
    """The members of one JSON object: known keys are read by name, all others are faults."""

    def __init__(self, place: Place, known: Collection[str]) -> None:
        self.place = place
        self.readable = isinstance(place.value, dict)
        if not self.readable:
            place.note("must be an object")
            return
        for key in place.value:
            if key not in known:
                place.at(key).note(f"is not a key here; known are {', '.join(known)}")

    def has(self, key: str) -> bool:
        """Whether the object could be read and has the member."""
        return self.readable and key in self.place.value

    def required[T](self, key: str, read: Reader[T]) -> T:
        """Read a member that must be there."""
        return self.optional(key, read, None, reason="is missing")  # type: ignore[return-value]

    def optional[T, D](self, key: str, read: Reader[T], default: D, *, reason: str = "") -> T | D:
        """Read a member, or give the default when it is absent (a fault if a reason is given)."""
        if self.has(key):
            return read(self.place.at(key, self.place.value[key]))
        if self.readable and reason:
            self.place.at(key).note(reason)
        return default


def integer(low: int, high: int) -> Reader[int]:
    """Read a JSON integer in low..high; `true` and `1.0` are not integers."""

    def read(place: Place) -> int:
        if type(place.value) is not int or not low <= place.value <= high:
            return place.refuse(f"must be an integer from {low} to {high}")
        return place.value

    return read


amount_fen = integer(1, MOST_FEN)


def decimal(low: int, high: int) -> Reader[Fraction]:
    """Read a decimal string in low..high, exactly."""

    def read(place: Place) -> Fraction:
        digits = DECIMAL.fullmatch(place.value) if isinstance(place.value, str) else None
        if digits is None:
            return place.refuse("must be a decimal string with up to 3 integer and 8 fraction digits")
        decimals = digits[2] or ""
        number = Fraction(int(digits[1] + decimals), 10 ** len(decimals))
        return number if low <= number <= high else place.refuse(f'must be from "{low}" to "{high}"')

    return read


def day(place: Place) -> date:
    """Read a real calendar date of the years 1990 to 2199."""
    text = place.value
    try:
        read = date.fromisoformat(text) if isinstance(text, str) and ISO_DATE.fullmatch(text) else None
    except ValueError:
        read = None
    if read is None or not FIRST_YEAR <= read.year <= LAST_YEAR:
        return place.refuse(f"must be a date YYYY-MM-DD of the years {FIRST_YEAR} to {LAST_YEAR}")
    return read


def choice(*words: str) -> Reader[Any]:
    """Read one of the words; the field it is for says which Literal they make."""

    def read(place: Place) -> str:
        if isinstance(place.value, str) and place.value in words:
            return place.value
        return place.refuse(f"must be one of {', '.join(words)}")

    return read


def boolean(place: Place) -> bool:
    """Read true or false."""
    return place.value if isinstance(place.value, bool) else place.refuse("must be true or false")


def name(place: Place) -> str:
    """Read a text that is not blank."""
    if isinstance(place.value, str) and place.value.strip():
        return place.value
    return place.refuse("must be a text that is not blank")


def listed[T](read_entry: Reader[T], most: int, least: int = 0) -> Reader[tuple[T, ...]]:
    """Read a list of least..most entries; a list of another length is not looked into."""

    def read(place: Place) -> tuple[T, ...]:
        if not isinstance(place.value, list) or not least <= len(place.value) <= most:
            place.note(f"must be a list of {least} to {most} entries")
            return ()
        return tuple(read_entry(place.at(index, value)) for index, value in enumerate(place.value))

    return read
