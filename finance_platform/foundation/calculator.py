"""A calculator is a command that turns one JSON document into another and keeps nothing.

It never opens a database and never looks at the clock: the same bytes in give the same bytes out. Every calculator
speaks the same way at its edges (FILE or `-`, `--lines`, faults on standard error, exit 2), so that way is written here
once and a calculator only says how it calculates.
"""

import json
import re
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from decimal import Decimal
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandParser

from finance_platform.foundation.faults import BadDocument, Fault

BAD_INPUT = 2
LINE_BREAKING = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")


class CalculatorCommand(BaseCommand):
    """Base of the calculators: a subclass gives `help` and `calculate`, and may set the two switches of strictness."""

    requires_system_checks = ()
    rejects_non_finite = True
    """Whether NaN and Infinity make the text "not JSON", as RFC 8259 section 6 has it."""
    rejects_repeated_members = False
    """Whether a member named twice makes the text unreadable; otherwise the last one counts."""

    def calculate(self, document: dict[str, Any]) -> dict[str, Any]:
        """Give the result of one document. Raises BadDocument with every fault found."""
        raise NotImplementedError("a calculator must say how it calculates")

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", nargs="?", default="-", help="a JSON file, or - for standard input")
        parser.add_argument("--lines", action="store_true", help="one document per line in, one result per line out")

    def run_from_argv(self, argv: list[str]) -> None:
        _speak_utf8()
        super().run_from_argv(argv)

    def handle(self, *args: Any, file: str, lines: bool, **options: Any) -> None:
        try:
            with _opened(file) as source:
                self._answer_each_line(source) if lines else self._answer(source.read())
        except BadDocument as bad:
            self._refuse(bad.faults)

    def result_of(self, text: bytes) -> dict[str, Any]:
        """Give the result of a document that is still bytes. Raises BadDocument."""
        return self.calculate(
            read_document(
                text,
                rejects_non_finite=self.rejects_non_finite,
                rejects_repeated_members=self.rejects_repeated_members,
            )
        )

    def _answer(self, text: bytes) -> None:
        self.stdout.write(written(self.result_of(text)))

    def _answer_each_line(self, source: BinaryIO) -> None:
        for line in source:
            if line.strip():
                self.stdout.write(written(self._result_or_errors(line)))
                self.stdout.flush()

    def _result_or_errors(self, line: bytes) -> dict[str, Any]:
        try:
            return self.result_of(line)
        except BadDocument as bad:
            return {"errors": [{"pointer": fault.pointer, "reason": fault.reason} for fault in bad.faults]}

    def _refuse(self, faults: list[Fault]) -> None:
        for fault in faults:
            self.stderr.write(_one_line(f"{fault.pointer}: {fault.reason}"), lambda text: text)
        sys.exit(BAD_INPUT)


def read_document(text: bytes, *, rejects_non_finite: bool = True, rejects_repeated_members: bool) -> dict[str, Any]:
    """Give the JSON object written in `text` (UTF-8, a byte order mark is passed over).

    Raises BadDocument with the empty pointer when the text is not UTF-8, not JSON or its root is not an object.
    An integer too long for Python to convert comes as a Decimal, so that its own place can be named as faulty.
    """
    try:
        document = json.loads(
            text.decode("utf-8-sig"),
            parse_int=_integer,
            parse_constant=_refuse_constant if rejects_non_finite else None,
            object_pairs_hook=_distinct_members if rejects_repeated_members else None,
        )
    except UnicodeDecodeError as error:
        raise BadDocument([Fault("", f"not UTF-8 text: {error.reason} at byte {error.start}")]) from error
    except RecursionError as error:
        raise BadDocument([Fault("", "not readable as JSON: nested too deeply")]) from error
    except ValueError as error:
        raise BadDocument([Fault("", f"not JSON: {error}")]) from error
    if not isinstance(document, dict):
        raise BadDocument([Fault("", "the document must be a JSON object")])
    return document


def written(result: dict[str, Any]) -> str:
    """Give `result` as one line of JSON, Chinese readable; what UTF-8 cannot hold (a lone surrogate) is escaped."""
    text = json.dumps(result, ensure_ascii=False, allow_nan=False)
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(result, allow_nan=False)
    return text


def _opened(file: str) -> AbstractContextManager[BinaryIO]:
    if file == "-":
        return nullcontext(sys.stdin.buffer)
    try:
        return open(file, "rb")
    except OSError as error:
        raise BadDocument([Fault("", f"cannot read {file}: {error.strerror or error}")]) from error


def _speak_utf8() -> None:
    """Write UTF-8 whatever the locale: the result is a document, not a message to a terminal."""
    for stream, errors in ((sys.stdout, "strict"), (sys.stderr, "backslashreplace")):
        reconfigure: Callable[..., None] | None = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors=errors)


def _one_line(text: str) -> str:
    """Escape what would break a line: an unknown key may hold a line feed, yet a fault is one line."""
    return LINE_BREAKING.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def _integer(digits: str) -> int | Decimal:
    try:
        return int(digits)
    except ValueError:
        return Decimal(digits)


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a JSON number")


def _distinct_members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members: dict[str, Any] = {}
    for name, value in pairs:
        if name in members:
            raise ValueError(f"the member {name!r} is repeated")
        members[name] = value
    return members
