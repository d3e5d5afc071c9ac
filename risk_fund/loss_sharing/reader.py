"""Reading JSON values strictly: every reader returns the value or FAULTY, and notes what is wrong and where.

Reading goes on after a fault, so that one pass finds them all. A check across fields must leave FAULTY values alone:
what follows from a fault is not another one.
"""

import re
from collections.abc import Callable, Collection, Mapping
from datetime import date as Date
from fractions import Fraction
from typing import Any

from finance_platform.foundation.faults import Fault, child

type Faults = list[Fault]
type Reader = Callable[[object, str, Faults], Any]

INTEGER_MAX = 10**15
NAME_LENGTH_MAX = 64
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_RATIO = re.compile(r"([0-9]{1,18})(?:\.([0-9]{1,18})|/([0-9]{1,18}))?")


class Faulty:
    """The one value that stands for what could not be read; so does every part of it."""

    def __getattr__(self, name: str) -> "Faulty":
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __repr__(self) -> str:
        return "FAULTY"


FAULTY: Any = Faulty()


def known(*values: object) -> bool:
    """Tell whether none of the values is FAULTY.

    Raises: nothing.
    Source: share_loss contract, section 2 (follow-on faults).
    """
    return all(value is not FAULTY for value in values)


def refuse(faults: Faults, pointer: str, reason: str) -> Any:
    """Note a fault and return FAULTY.

    Raises: nothing.
    Source: share_loss contract, section 2.
    """
    faults.append(Fault(pointer, reason))
    return FAULTY


def integer(low: int = 0, high: int = INTEGER_MAX) -> Reader:
    """Return a reader of integers from `low` to `high`; true, 1.0 and "5" are none.

    Raises: nothing.
    Source: share_loss contract, section 2.
    """

    def read(value: object, pointer: str, faults: Faults) -> Any:
        if isinstance(value, bool) or not isinstance(value, int):
            return refuse(faults, pointer, "must be an integer")
        if not low <= value <= high:
            return refuse(faults, pointer, f"must be from {low} to {high}")
        return value

    return read


def text(low: int = 0, high: int | None = None) -> Reader:
    """Return a reader of texts of `low` to `high` characters.

    Raises: nothing.
    Source: share_loss contract, section 2.
    """

    def read(value: object, pointer: str, faults: Faults) -> Any:
        if not isinstance(value, str):
            return refuse(faults, pointer, "must be a text")
        if len(value) < low or (high is not None and len(value) > high):
            return refuse(faults, pointer, f"must have {low} to {high} characters")
        return value

    return read


name = text(1, NAME_LENGTH_MAX)


def boolean(value: object, pointer: str, faults: Faults) -> Any:
    """Read true or false.

    Raises: nothing.
    Source: share_loss contract, section 2.
    """
    return value if isinstance(value, bool) else refuse(faults, pointer, "must be true or false")


def choice(*options: str) -> Reader:
    """Return a reader of one of the given texts.

    Raises: nothing.
    Source: share_loss contract, section 3.
    """

    def read(value: object, pointer: str, faults: Faults) -> Any:
        if isinstance(value, str) and value in options:
            return value
        return refuse(faults, pointer, "must be one of " + ", ".join(options))

    return read


def member(options: Collection[str], of: str) -> Reader:
    """Return a reader of one of the names defined elsewhere in the document; `options` FAULTY lets any name pass.

    Raises: nothing.
    Source: share_loss contract, section 3 (party).
    """

    def read(value: object, pointer: str, faults: Faults) -> Any:
        found = name(value, pointer, faults)
        if known(found, options) and found not in options:
            return refuse(faults, pointer, f"must be one of the {of}")
        return found

    return read


def calendar_date(value: object, pointer: str, faults: Faults) -> Any:
    """Read a real date YYYY-MM-DD.

    Raises: nothing.
    Source: share_loss contract, section 2.
    """
    try:
        if isinstance(value, str) and _DATE.fullmatch(value):
            return Date.fromisoformat(value)
    except ValueError:
        return refuse(faults, pointer, "is not in the calendar")
    return refuse(faults, pointer, "must be a date YYYY-MM-DD")


def ratio(*, positive: bool = False) -> Reader:
    """Return a reader of ratios: an integer, or a text "5", "0.05" or "5/100" of at most 18 digits in each number.

    Raises: nothing.
    Source: share_loss contract, section 2.
    """

    def read(value: object, pointer: str, faults: Faults) -> Any:
        found = _fraction(value, pointer, faults)
        if positive and known(found) and not found:
            return refuse(faults, pointer, "must be above 0")
        return found

    return read


def listing(item: Reader, *, first: Reader | None = None, empty: bool = True, distinct: bool = False) -> Reader:
    """Return a reader of lists; it gives a tuple, in which items that could not be read are FAULTY.

    `first` reads the first item where that one follows rules of its own.

    Raises: nothing.
    Source: share_loss contract, section 3.
    """

    def read(value: object, pointer: str, faults: Faults) -> Any:
        if not isinstance(value, list):
            return refuse(faults, pointer, "must be a list")
        if not value and not empty:
            return refuse(faults, pointer, "must not be empty")
        readers = [first or item] + [item] * len(value)
        items = tuple(readers[index](each, child(pointer, index), faults) for index, each in enumerate(value))
        for index, each in enumerate(items):
            if distinct and known(each) and each in items[:index]:
                refuse(faults, child(pointer, index), "must not be named twice")
        return items

    return read


def mapping(key: Reader, item: Reader, *, empty: bool = True) -> Reader:
    """Return a reader of objects whose member names are data.

    Raises: nothing.
    Source: share_loss contract, section 3 (shares, quotas).
    """

    def read(value: object, pointer: str, faults: Faults) -> Any:
        if not isinstance(value, dict):
            return refuse(faults, pointer, "must be an object")
        if not value and not empty:
            return refuse(faults, pointer, "must not be empty")
        names = [each for each in value if known(key(each, child(pointer, each), faults))]
        return {each: item(value[each], child(pointer, each), faults) for each in names}

    return read


class Record:
    """An object with fixed fields: each is taken once, then `close` refuses what nobody took."""

    def __init__(self, value: Mapping[str, object], pointer: str, faults: Faults) -> None:
        self.value, self.pointer, self.faults = value, pointer, faults
        self.taken: set[str] = set()

    def at(self, field: str) -> str:
        """Return the pointer of a field, there or not."""
        return child(self.pointer, field)

    def has(self, field: str) -> bool:
        """Tell whether the field is there (null included)."""
        return field in self.value

    def refuse(self, field: str, reason: str) -> Any:
        """Note a fault of a field and return FAULTY."""
        return refuse(self.faults, self.at(field), reason)

    def required(self, field: str, reader: Reader) -> Any:
        """Read a field that must be there."""
        return self.optional(field, reader, FAULTY) if self.has(field) else self._missing(field)

    def optional(self, field: str, reader: Reader, default: Any = None) -> Any:
        """Read a field that may be left out."""
        self.taken.add(field)
        return reader(self.value[field], self.at(field), self.faults) if self.has(field) else default

    def nullable(self, field: str, reader: Reader) -> Any:
        """Read a field that may be left out or null; both give None."""
        self.taken.add(field)
        return None if self.value.get(field) is None else self.optional(field, reader)

    def close(self) -> None:
        """Refuse every field that was not taken."""
        for field in self.value:
            if field not in self.taken:
                self.refuse(field, "is not a field here")

    def _missing(self, field: str) -> Any:
        self.taken.add(field)
        return self.refuse(field, "is required")


def record(build: Callable[[Record], Any]) -> Reader:
    """Return a reader of objects with fixed fields; `build` takes the fields from the open Record.

    Raises: nothing.
    Source: share_loss contract, section 2 (a field not on the page).
    """

    def read(value: object, pointer: str, faults: Faults) -> Any:
        if not isinstance(value, dict):
            return refuse(faults, pointer, "must be an object")
        opened = Record(value, pointer, faults)
        built = build(opened)
        opened.close()
        return built

    return read


def _fraction(value: object, pointer: str, faults: Faults) -> Any:
    if not isinstance(value, str):
        whole = integer()(value, pointer, faults)
        return Fraction(whole) if known(whole) else FAULTY
    match = _RATIO.fullmatch(value)
    if match is None:
        return refuse(faults, pointer, 'must be a ratio such as 5, "5", "0.05" or "5/100"')
    whole, decimals, denominator = match.groups()
    if denominator is None:
        return Fraction(f"{whole}.{decimals or 0}")
    if not int(denominator):
        return refuse(faults, pointer, "must have a denominator above 0")
    return Fraction(int(whole), int(denominator))
