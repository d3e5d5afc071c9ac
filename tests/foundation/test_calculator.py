"""The edges every calculator shares: where it reads, what it writes, how it refuses."""

import io
import json
import sys
from typing import Any

import pytest
from django.core.management import call_command

from finance_platform.foundation.calculator import CalculatorCommand, read_document
from finance_platform.foundation.faults import BadDocument, Fault, child


class Doubling(CalculatorCommand):
    def calculate(self, document: dict[str, Any]) -> dict[str, Any]:
        unknown = [Fault(child("", key), "unknown member") for key in document if key not in ("a", "name")]
        if unknown:
            raise BadDocument(unknown)
        return {"doubled": document["a"] * 2, "name": document.get("name")}


class Strict(Doubling):
    rejects_repeated_members = True


class Outcome:
    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Any:
    def run(*arguments: str, stdin: bytes = b"", command: type[CalculatorCommand] = Doubling) -> Outcome:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        out, err = io.StringIO(), io.StringIO()
        try:
            call_command(command(), *arguments, stdout=out, stderr=err)
        except SystemExit as stop:
            return Outcome(int(stop.code or 0), out.getvalue(), err.getvalue())
        return Outcome(0, out.getvalue(), err.getvalue())

    return run


def test_a_file_and_standard_input_give_the_same_answer(run: Any, tmp_path: Any) -> None:
    path = tmp_path / "in.json"
    path.write_bytes('{"a": 2, "name": "鄂尔多斯"}'.encode())
    from_file, from_stdin = run(str(path)), run("-", stdin=path.read_bytes())
    assert from_file.out == from_stdin.out == '{"doubled": 4, "name": "鄂尔多斯"}\n'
    assert (from_file.code, from_file.err) == (0, "")


@pytest.mark.parametrize(
    "text",
    [
        *(b"", b"{a:1}", b"[1]", b"1", b"null", b'"a"', b'{"a": 1} {}', b'{"a": 1,}'),
        *(b'{"a": NaN}', b'{"a": -Infinity}', b'\xff{"a": 1}', b"[" * 200_000),
    ],
)
def test_what_is_not_a_json_object_is_refused_at_the_empty_pointer(run: Any, text: bytes) -> None:
    outcome = run("-", stdin=text)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith(": ")
    assert outcome.err.count("\n") == 1


def test_a_file_that_cannot_be_opened_is_named(run: Any, tmp_path: Any) -> None:
    missing = run(str(tmp_path / "absent.json"))
    folder = run(str(tmp_path))
    assert (missing.code, missing.out, folder.code) == (2, "", 2)
    assert missing.err.startswith(": cannot read ")
    assert "absent.json" in missing.err


def test_each_fault_is_one_line_even_when_its_key_holds_a_line_feed(run: Any) -> None:
    outcome = run("-", stdin=b'{"x\\ny": 1, "p/q~r": 2}')
    assert outcome.err.splitlines() == ["/x\\u000ay: unknown member", "/p~1q~0r: unknown member"]


def test_lines_keep_their_order_skip_blanks_and_never_fail(run: Any) -> None:
    outcome = run("-", "--lines", stdin=b'{"a": 1}\r\n\n  \nnonsense\n{"b": 1, "a": 1}\n{"a": 3}')
    first, second, third, fourth = map(json.loads, outcome.out.splitlines())
    assert (outcome.code, outcome.err) == (0, "")
    assert (first["doubled"], fourth["doubled"]) == (2, 6)
    assert [second["errors"][0]["pointer"], third["errors"][0]["pointer"]] == ["", "/b"]


def test_lines_answer_before_the_next_line_arrives(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.StringIO()
    seen: list[str] = []

    class Source(io.BytesIO):
        def __next__(self) -> bytes:
            seen.append(out.getvalue())
            return super().__next__()

    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(Source(b'{"a": 1}\n{"a": 2}\n')))
    call_command(Doubling(), "--lines", stdout=out)
    assert [text.count("\n") for text in seen] == [0, 1, 2]


def test_a_repeated_member_is_refused_only_where_asked(run: Any) -> None:
    text = b'{"a": 1, "a": 2}'
    assert json.loads(run("-", stdin=text).out)["doubled"] == 4
    strict = run("-", stdin=text, command=Strict)
    assert (strict.code, strict.out) == (2, "")
    assert strict.err.startswith(": ")


def test_an_integer_beyond_pythons_limit_still_reaches_the_calculator() -> None:
    document = read_document(b'{"a": ' + b"9" * 5000 + b"}", rejects_repeated_members=False)
    assert not isinstance(document["a"], int)
    assert document["a"] > 10**4000


def test_a_byte_order_mark_is_passed_over() -> None:
    assert read_document(b'\xef\xbb\xbf{"a": 1}', rejects_repeated_members=False) == {"a": 1}


def test_a_lone_surrogate_leaves_as_an_escape(run: Any) -> None:
    outcome = run("-", stdin=b'{"a": 1, "name": "\\ud800"}')
    assert json.loads(outcome.out)["name"] == "\ud800"
    outcome.out.encode()


def test_a_bad_document_names_at_least_one_fault() -> None:
    with pytest.raises(ValueError, match="at least one fault"):
        BadDocument([])
