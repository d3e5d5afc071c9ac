"""Every published case of the loan schedule's contract, through the command itself, and the command's manners."""

import hashlib
import io
import json
import math
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
CASES: list[dict[str, Any]] = json.loads((HERE / "loan_schedule_cases.json").read_text(encoding="utf-8"))["cases"]
ORIGINALS = Path(os.environ.get("SHARED_DIR", ROOT.parent / "shared")) / "contract"
COPIES = ["loan_schedule.md", "loan_schedule_cases.json"]
DIGESTS = {
    "loan_schedule.md": "2876075cfb5b306d0d08864c60ac878a7b703178c6b9968fb6bb8d572dee44f9",
    "loan_schedule_cases.json": "c85b2db2c4c5fda297d55705da7e7ac2e512cdff4c0443468729395e49f082e5",
}


def text_of(case: dict[str, Any]) -> str:
    return case["raw"] if "raw" in case else json.dumps(case["input"], ensure_ascii=False)


def run(text: str, *options: str, monkeypatch: pytest.MonkeyPatch) -> tuple[int, str, str]:
    """Run the command on `text` as standard input; return exit status, standard output and standard error."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("loan_schedule", "-", *options, stdout=out, stderr=err)
    except SystemExit as end:
        return int(end.code or 0), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def assert_same(expected: Any, found: Any, place: str = "") -> None:
    """The same members and entries; integers and texts exactly, floats to 1e-9 of their size."""
    if isinstance(expected, dict):
        assert set(expected) == set(found), place
        for member in expected:
            assert_same(expected[member], found[member], f"{place}/{member}")
    elif isinstance(expected, list):
        assert len(expected) == len(found), place
        for index, entry in enumerate(expected):
            assert_same(entry, found[index], f"{place}/{index}")
    elif isinstance(expected, float):
        assert isinstance(found, float), place
        assert math.isclose(expected, found, rel_tol=1e-9), f"{place}: {expected} {found}"
    else:
        assert type(expected) is type(found), place
        assert expected == found, place


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["title"])
def test_published_case(case: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    status, out, err = run(text_of(case), monkeypatch=monkeypatch)
    if "errors" in case:
        assert (status, out) == (2, "")
        assert [line.split(": ", 1)[0] for line in err.splitlines()] == case["errors"]
    else:
        assert (status, err) == (0, "")
        assert_same(case["expect"], json.loads(out))


def test_lines_answer_each_document_in_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    status, out, err = run("\n\n".join(map(text_of, CASES)), "--lines", monkeypatch=monkeypatch)
    assert (status, err) == (0, "")
    for case, line in zip(CASES, out.splitlines(), strict=True):
        answer = json.loads(line)
        if "errors" in case:
            assert [fault["pointer"] for fault in answer["errors"]] == case["errors"]
            assert all(fault["reason"] for fault in answer["errors"])
        else:
            assert_same(case["expect"], answer)


def test_both_sides_of_the_contract_are_present() -> None:
    assert {"expect", "errors"} == {key for case in CASES for key in case if key in ("expect", "errors")}


def test_the_process_exits_as_agreed_and_opens_no_database(tmp_path: Path) -> None:
    """A real process with an address no database answers at: the calculator must not care."""
    good = next(case for case in CASES if "expect" in case and "担保公司" in text_of(case))
    path = tmp_path / "loan.json"
    path.write_text(text_of(good), encoding="utf-8")
    surroundings = os.environ | {
        "DATABASE_URL": "postgres://runtime@127.0.0.1:1/none",
        "DATABASE_OWNER_URL": "postgres://owner@127.0.0.1:1/none",
        "PYTHONIOENCODING": "ascii",
    }

    def process(argument: str, text: str = "") -> subprocess.CompletedProcess[bytes]:
        command = [sys.executable, "manage.py", "loan_schedule", argument]
        return subprocess.run(
            command, input=text.encode(), capture_output=True, cwd=ROOT, env=surroundings, check=False
        )

    answered, refused = process(str(path)), process("-", '{"贷款": 1}')
    assert (answered.returncode, answered.stderr) == (0, b"")
    assert_same(good["expect"], json.loads(answered.stdout.decode()))
    assert (refused.returncode, refused.stdout) == (2, b"")
    assert refused.stderr.decode().splitlines()[0].startswith("/贷款: ")


@pytest.mark.parametrize("name", COPIES)
def test_the_copy_is_the_contract(name: str) -> None:
    """The copy beside this test is the page that was agreed, and the original where it is at hand."""
    digest = hashlib.sha256((HERE / name).read_bytes()).hexdigest()
    assert digest == DIGESTS[name]
    if (ORIGINALS / name).exists():
        assert hashlib.sha256((ORIGINALS / name).read_bytes()).hexdigest() == digest
