"""Every published case of the loss-sharing contract, through the command itself: same input, same output, same exit."""

import hashlib
import io
import json
import os
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

HERE = Path(__file__).parent
CASES: list[dict[str, Any]] = json.loads((HERE / "share_loss_cases.json").read_text(encoding="utf-8"))
ORIGINALS = Path(os.environ.get("SHARED_DIR", HERE.parents[2] / "shared")) / "contract"
DIGESTS = {
    "share_loss.md": "6f16fd31b055c0f11c2a4f257a351d9a27d5bfefb2a5d24c87f59963cf13cd14",
    "share_loss_cases.json": "c103dbacbab2f133c5e49961c5e1084c9d3c59295978ad671026c8cd1e2be6cc",
}


def run(text: str, *options: str, monkeypatch: pytest.MonkeyPatch) -> tuple[int, str, str]:
    """Run the command on `text` as standard input; return exit status, standard output and standard error."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("share_loss", "-", *options, stdout=out, stderr=err)
    except SystemExit as end:
        return int(end.code or 0), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def assert_within(expected: Any, found: Any, place: str = "") -> None:
    """Every member of an expected object must be found, equal; lists must have the same length."""
    if isinstance(expected, dict):
        assert set(expected) <= set(found), place
        for member in expected:
            assert_within(expected[member], found[member], f"{place}/{member}")
    elif isinstance(expected, list):
        assert len(expected) == len(found), place
        for index, item in enumerate(expected):
            assert_within(item, found[index], f"{place}/{index}")
    else:
        assert expected == found, place


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["title"])
def test_published_case(case: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    status, out, err = run(json.dumps(case["input"]), monkeypatch=monkeypatch)
    assert status == case["expected"].get("exit", 0), err
    if "pointers" in case["expected"]:
        assert [line.split(": ", 1)[0] for line in err.splitlines()] == case["expected"]["pointers"]
        assert out == ""
    else:
        assert_within(case["expected"], json.loads(out))


def test_lines_give_one_result_or_its_errors_per_document(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = "\n\n".join(json.dumps(case["input"]) for case in CASES)
    status, out, _ = run(lines, "--lines", monkeypatch=monkeypatch)
    results = [json.loads(line) for line in out.splitlines()]
    assert status == 0
    assert len(results) == len(CASES)
    for case, result in zip(CASES, results, strict=True):
        if "pointers" in case["expected"]:
            assert list(result) == ["errors"]
            assert [each["pointer"] for each in result["errors"]] == case["expected"]["pointers"]
            assert all(each["reason"] for each in result["errors"])
        else:
            assert_within(case["expected"], result)


@pytest.mark.parametrize("text", ["", "{", "[]", "7", "null", '{"scheme": NaN}'])
def test_text_that_is_no_json_object_has_the_empty_pointer(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    status, out, err = run(text, monkeypatch=monkeypatch)
    assert (status, out) == (2, "")
    assert err.startswith(": ")
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize("name", DIGESTS)
def test_copies_are_the_originals(name: str) -> None:
    assert hashlib.sha256((HERE / name).read_bytes()).hexdigest() == DIGESTS[name]
    if (ORIGINALS / name).exists():
        assert (ORIGINALS / name).read_bytes() == (HERE / name).read_bytes()
