"""`make clean` takes away what the other targets made, and nothing else."""

import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MADE = (
    ".venv/bin/tool", ".local/secret_key", "staticfiles/a.css", ".hypothesis/x", ".mypy_cache/x", ".ruff_cache/x",
    "pledges/__pycache__/a.pyc", "pledges/rules/__pycache__/b.pyc",
)  # fmt: skip
KEPT = ("pledges/rules/a.py", "docs/proof.txt", ".env", "notes/mine.txt", "data.csv")


def test_clean_removes_what_was_made_and_nothing_else(tmp_path):
    shutil.copy(ROOT / "Makefile", tmp_path)
    for name in (*MADE, *KEPT):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    for _twice in range(2):
        subprocess.run(["make", "-s", "clean"], cwd=tmp_path, check=True)  # noqa: S607 - the one that runs the tests
        left = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file())
        assert left == sorted(["Makefile", *KEPT])
    assert not [path for path in tmp_path.rglob("*") if path.is_dir() and path.name in {"__pycache__", ".venv"}]
