"""The calculator's document: `{"scheme": {...}, "events": [...]}` in, the result of the replay out.

Also the doors for a service that keeps schemes and events one by one.
"""

from typing import Any

from finance_platform.foundation.faults import BadDocument
from risk_fund.loss_sharing.event_document import date_of, event_reader
from risk_fund.loss_sharing.events import Event
from risk_fund.loss_sharing.reader import FAULTY, Faults, Reader, Record, listing, record
from risk_fund.loss_sharing.replay import replay
from risk_fund.loss_sharing.report import report
from risk_fund.loss_sharing.scheme import Scheme
from risk_fund.loss_sharing.scheme_document import build_scheme


def calculate(document: object) -> dict[str, Any]:
    """Replay a document (JSON values, money in fen) and return the result as JSON values.

    Raises: BadDocument with every fault found.
    Source: share_loss contract.
    """
    scheme, events = read_document(document)
    state, outcomes = replay(scheme, events)
    return report(scheme, state, outcomes)


def read_document(document: object) -> tuple[Scheme, tuple[Event, ...]]:
    """Read scheme and events from JSON values.

    Raises: BadDocument with every fault found; pointers start at the document.
    Source: share_loss contract, sections 2, 3 and 5.
    """
    return _good(record(_document), document)


def read_scheme(value: object) -> Scheme:
    """Read a scheme from JSON values.

    Raises: BadDocument with every fault found; pointers start at the scheme.
    Source: share_loss contract, section 3.
    """
    return _good(record(build_scheme), value)


def read_event(scheme: Scheme, i: int, value: object) -> Event:
    """Read the event at position `i` from JSON values, under the rules of `scheme`.

    Raises: BadDocument with every fault found; pointers start at the event.
    Source: share_loss contract, section 5.
    """
    return _good(event_reader(scheme, i), value)


def _document(fields: Record) -> tuple[Scheme, tuple[Event, ...]]:
    scheme = fields.required("scheme", record(build_scheme))
    return scheme, fields.required("events", _events(scheme))


def _events(scheme: Scheme) -> Reader:
    """Return a reader of the list of events, each held against the date of the one above it."""

    def read(value: object, pointer: str, faults: Faults) -> Any:
        dates = [date_of(each) for each in value] if isinstance(value, list) else []
        position = iter(range(len(dates)))

        def item(each: object, at: str, faults: Faults) -> Any:
            i = next(position)
            return event_reader(scheme, i, dates[i - 1] if i else None)(each, at, faults)

        return listing(item)(value, pointer, faults)

    return read


def _good(reader: Reader, value: object) -> Any:
    faults: Faults = []
    found = reader(value, "", faults)
    if faults:
        raise BadDocument(faults)
    assert found is not FAULTY  # nothing is faulty without a fault
    return found
