"""Every published case of the valuation contract, through the command itself, judged by the case's own tolerances."""

import hashlib
import io
import json
import math
import os
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

HERE = Path(__file__).parent
CASES: list[dict[str, Any]] = json.loads((HERE / "value_asset_cases.json").read_text(encoding="utf-8"))
ORIGINALS = Path(os.environ.get("SHARED_DIR", HERE.parents[2] / "shared")) / "contract"
DIGESTS = {
    "value_asset.md": "c2de837ff6f040988751f41327b1b88f5234e5a8cbdd7b1a5269c79e11fab0d0",
    "value_asset_cases.json": "91c7511293931c031ee7b4fadb20761f8049a401d12ee5a0b94dba1b1e57bd6b",
}


def run(text: str, *options: str, monkeypatch: pytest.MonkeyPatch) -> tuple[int, str, str]:
    """Run the command on `text` as standard input; return exit status, standard output and standard error."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("value_asset", "-", *options, stdout=out, stderr=err)
    except SystemExit as end:
        return int(end.code or 0), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def found_at(pointer: str, result: Any) -> Any:
    """Return the value of a result at a JSON pointer (RFC 6901)."""
    for token in pointer.split("/")[1:]:
        token = token.replace("~1", "/").replace("~0", "~")
        result = result[int(token)] if isinstance(result, list) else result[token]
    return result


def allowance(tolerance: dict[str, float], expected: float, paths: int) -> float:
    """Return how far a figure may be from the expected one."""
    if "standard_errors" in tolerance:
        return tolerance["standard_errors"] * tolerance["sd"] / math.sqrt(paths)
    return tolerance["abs"] if "abs" in tolerance else tolerance["rel"] * abs(expected)


def assert_as_expected(case: dict[str, Any], result: dict[str, Any]) -> None:
    paths = case["input"].get("simulation", {}).get("paths", 1)
    for pointer, expected in case["expected"].items():
        found = found_at(pointer, result)
        if isinstance(expected, str):
            assert found == expected, pointer
            continue
        tolerance = case["tolerance"].get(pointer, case["tolerance"].get("*"))
        assert abs(found - expected) <= allowance(tolerance, expected, paths), (pointer, found, expected)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["title"])
def test_published_case(case: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    status, out, err = run(json.dumps(case["input"]), monkeypatch=monkeypatch)
    if "errors" in case["expected"]:
        assert (status, out) == (2, "")
        assert [line.split(": ", 1)[0] for line in err.splitlines()] == sorted(case["expected"]["errors"])
    else:
        assert (status, err) == (0, "")
        assert_as_expected(case, json.loads(out))


def test_lines_give_the_bytes_that_single_documents_give(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [json.dumps(case["input"]) for case in reversed(CASES)]
    status, out, _ = run("\n\n".join(texts), "--lines", monkeypatch=monkeypatch)
    assert status == 0
    for text, line in zip(texts, out.splitlines(), strict=True):
        alone_status, alone, err = run(text, monkeypatch=monkeypatch)
        if alone_status:
            errors = json.loads(line)["errors"]
            assert [f"{error['pointer']}: {error['reason']}" for error in errors] == err.splitlines()
        else:
            assert line == alone.rstrip("\n")


UNREADABLE = ["", "{", "[]", "7", "null", '{"loan": NaN}', '{"loan": -Infinity}', '{"id": "a", "id": "a"}']


@pytest.mark.parametrize("text", UNREADABLE)
def test_text_that_cannot_be_read_has_the_empty_pointer(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    status, out, err = run(text, monkeypatch=monkeypatch)
    assert (status, out) == (2, "")
    assert err.startswith(": ")
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize("name", DIGESTS)
def test_copies_are_the_originals(name: str) -> None:
    assert hashlib.sha256((HERE / name).read_bytes()).hexdigest() == DIGESTS[name]
    if (ORIGINALS / name).exists():
        assert (ORIGINALS / name).read_bytes() == (HERE / name).read_bytes()
