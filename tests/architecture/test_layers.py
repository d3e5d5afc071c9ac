"""The house stands as its contracts say, and every contract notices the fault it is there for."""

import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CONFIG = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
CONTRACTS = {contract["id"]: contract for contract in CONFIG["contracts"]}
APPS = ("pledges", "valuation", "risk_fund", "banks_portal")

# (contract, where the fault is planted, its text, other contracts that the same import must break)
FAULTS = [
    ("line", "pledges/services/planted.py", "from valuation import queries", ()),
    ("line", "finance_platform/foundation/services/planted.py", "from pledges import queries", ()),
    ("top", "finance_platform/extra.py", "", ()),
    ("shelf", "pledges/models/planted.py", "from pledges import services", ()),
    ("shelf", "risk_fund/services/planted.py", "from risk_fund import views", ()),
    ("shelf", "valuation/helpers.py", "", ()),
    ("foundation", "finance_platform/foundation/templatetags/planted.py",
     "from finance_platform.foundation import views", ()),
    ("foundation", "finance_platform/foundation/common.py", "", ()),
    ("pure", "pledges/rules/planted.py", "import django.utils.timezone", ()),
    ("pure", "risk_fund/loss_sharing/planted.py", "from pydantic import BaseModel", ()),
    ("private-pledges", "banks_portal/services/planted.py", "from pledges.models import Loan", ()),
    ("private-pledges", "finance_platform/demo/planted.py", "import pledges.forms", ()),
    ("private-valuation", "risk_fund/queries/planted.py", "from valuation import models", ()),
    ("private-risk-fund", "banks_portal/views/planted.py", "from risk_fund import views", ()),
    ("private-banks-portal", "finance_platform/demo/planted.py", "import banks_portal.models", ()),
]  # fmt: skip


def lint(folder: Path) -> tuple[set[str], str]:
    """Return the ids of the contracts that are broken in `folder`, and what import-linter printed."""
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()", "--no-cache"],
        cwd=folder, capture_output=True, text=True, env={"COLUMNS": "300", "PATH": ""},
    )  # fmt: skip
    verdicts = dict(line.rsplit(" ", 1) for line in done.stdout.splitlines() if line.endswith((" KEPT", " BROKEN")))
    assert set(verdicts) == {contract["name"] for contract in CONTRACTS.values()}, done.stdout + done.stderr
    return {key for key, contract in CONTRACTS.items() if verdicts[contract["name"]] == "BROKEN"}, done.stdout


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a copy of the packages in which faults may be planted."""
    folder = tmp_path_factory.mktemp("house")
    shutil.copy(ROOT / "pyproject.toml", folder)
    for package in CONFIG["root_packages"]:
        shutil.copytree(
            ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__", "static", "data")
        )
    return folder


@pytest.fixture
def plant(copied: Path) -> Iterator[object]:
    planted: list[Path] = []

    def put(place: str, text: str) -> Path:
        path = copied / place
        assert not path.exists(), f"{place} is a real file: choose another name for the fault"
        path.write_text(text + "\n")
        planted.append(path)
        return copied

    yield put
    for path in planted:
        path.unlink()


def test_every_contract_is_kept():
    broken, said = lint(ROOT)
    assert broken == set(), said


@pytest.mark.parametrize(("contract", "place", "text", "also"), FAULTS)
def test_a_planted_fault_breaks_the_contract_it_offends(plant, contract, place, text, also):
    broken, said = lint(plant(place, text))
    assert broken == {contract, *also}, said


def test_every_contract_is_shown_to_catch_something():
    assert {contract for contract, *_rest in FAULTS} == set(CONTRACTS)


def test_every_app_has_a_contract_that_keeps_its_tables_private():
    for app in APPS:
        contract = CONTRACTS[f"private-{app.replace('_', '-')}"]
        assert f"{app}.models" in contract["protected_modules"]
        assert contract["allowed_importers"] == [app, "finance_platform.api"]


def test_every_pure_package_is_forbidden_the_frameworks():
    pure = set(CONTRACTS["pure"]["source_modules"])
    shelf = CONTRACTS["shelf"]["layers"][-3:]
    names = {name.strip(" ()") for layer in shelf for name in layer.split("|")}
    found = {f"{app}.{name}" for app in APPS for name in names if (ROOT / app / name).is_dir()}
    assert found <= pure
    assert {"django", "ninja", "pydantic"} <= set(CONTRACTS["pure"]["forbidden_modules"])
