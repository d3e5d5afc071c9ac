"""What is wrong with a document, said so that a program can find the place and a person can mend it.

A fault is a place (a JSON pointer, RFC 6901) and a reason. A document is either good or carries every fault that was
found; nobody downstream ever sees half a document.
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong: `pointer` names the offending value (empty for the whole text), `reason` says what to mend."""

    pointer: str
    reason: str


class BadDocument(ValueError):
    """The document cannot be calculated; `faults` holds at least one reason, in the order they were found."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = list(faults)
        if not self.faults:
            raise ValueError("faults: a bad document needs at least one fault")
        super().__init__("\n".join(f"{fault.pointer}: {fault.reason}" for fault in self.faults))


def child(pointer: str, token: str | int) -> str:
    """Give the pointer of a member or list entry under `pointer`, escaped as RFC 6901 section 3 asks (~0, ~1).

    >>> child("/fees/0", "a/b")
    '/fees/0/a~1b'
    """
    return f"{pointer}/{str(token).replace('~', '~0').replace('/', '~1')}"
