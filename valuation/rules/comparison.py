"""Whether two outputs of a run are the same, and where they differ."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from finance_platform.foundation.faults import child

IDENTICAL = "IDENTICAL"
DIFFERS = "DIFFERS"
DIFFERENCES_SHOWN = 20


@dataclass(frozen=True)
class Verdict:
    """IDENTICAL, or DIFFERS with the pointers of the fields that differ (at most 20) and their two values."""

    answer: str
    differences: list[dict[str, Any]] = field(default_factory=list)


def compare(recorded: Any, recomputed: Any) -> Verdict:
    """Return whether two JSON values are the same, number for number. `compare({"a": 1}, {"a": 1.0})` is IDENTICAL."""
    found = [
        {"pointer": pointer, "recorded": one, "recomputed": other}
        for pointer, one, other in differences(recorded, recomputed)
    ]
    return Verdict(DIFFERS, found[:DIFFERENCES_SHOWN]) if found else Verdict(IDENTICAL)


def differences(one: Any, other: Any, pointer: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Give (pointer, one, other) of every place where two JSON values differ; what is missing is None."""
    if isinstance(one, dict) and isinstance(other, dict):
        for name in sorted({*one, *other}):
            yield from differences(one.get(name), other.get(name), child(pointer, name))
    elif isinstance(one, list) and isinstance(other, list):
        for place in range(max(len(one), len(other))):
            here = [side[place] if place < len(side) else None for side in (one, other)]
            yield from differences(here[0], here[1], child(pointer, place))
    elif one != other:
        yield pointer, one, other
