"""The verifier as a stranger runs it: a Python without any package, a record in a file, a verdict on the screen."""

import copy
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.valuation.engine.specimens import Specimens
from valuation.engine import record
from valuation.engine.record import Record, make

TOOL = Path(__file__).parents[3] / "tools" / "verify_valuation.py"
PERT = {"distribution": "pert", "low": 0.02, "mode": 0.035, "high": 0.06}
HORIZON = {"filing_date": "2018-03-15", "economic_life_years": {"distribution": "uniform", "low": 2, "high": 9}}
PREMIUMS = {"a/b": {"distribution": "normal", "mean": 0.1, "sd": 0.005}}
ROYALTY: dict[str, Any] = {"method": "relief_from_royalty", "product": "P"}
DOCUMENT: dict[str, Any] = {
    "valuation_date": "2026-06-30",
    "portfolio": {
        "shared": {
            "horizon": HORIZON,
            "revenue": {"base": 5e6, "growth": {"initial": 0.1, "long_run": 0.03, "speed": 0.7, "volatility": 0.2}},
            "tax_rate": 0.25,
            "discount_rate": {"build_up": {"risk_free": 0.02, "premiums": PREMIUMS}},
            "hazard": {"annual": 0.02, "mode": "event"},
        },
        "assets": [
            ROYALTY | {"name": "patent", "kind": "patent", "royalty_rate": PERT},
            ROYALTY | {"name": "mark", "kind": "trademark", "royalty_rate": 0.02},
        ],
        "overlap": {"rule": "cap", "cap": 0.05},
    },
    "correlation": {
        "names": ["/portfolio/assets/0/royalty_rate", "/portfolio/shared/discount_rate/build_up/premiums/a~1b"],
        "matrix": [[1, -0.4], [-0.4, 1]],
    },
    "simulation": {"paths": 1024, "sampler": "sobol", "seed": 7},
    "loan": {"amount": 1e5, "disposal_haircut": {"distribution": "triangular", "low": 0.3, "mode": 0.6, "high": 0.9}},
    "sensitivity": {"tornado": [0.1, 0.9]},
}


def verify(made: Any, folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    file = folder / "record.json"
    file.write_text(json.dumps(made), encoding="utf-8")
    command = [sys.executable, "-S", "-E", str(TOOL), str(file), *options]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def made() -> Record:
    return make(DOCUMENT, {"royalty_patent": 1})


def resealed(made: Record) -> Record:
    return made | {"raw_digest": record.raw_digest(made["result"]), "input_digest": record.digest(made["input"])}


def test_a_portfolio_with_a_copula_a_path_and_an_event_is_confirmed_in_full(made: Record, tmp_path: Path) -> None:
    done = verify(made, tmp_path, "--full")
    assert (done.returncode, done.stdout, done.stderr) == (0, "IDENTICAL TO 1e-6\n", "")


@pytest.mark.parametrize(
    "simulation",
    [
        {"paths": 512, "sampler": "latin_hypercube", "seed": 0},
        {"paths": 300, "sampler": "pseudo", "seed": 2**63 - 1},
        {"paths": 300, "sampler": "pseudo", "seed": 5, "antithetic": True},
    ],
)
def test_every_sampler_is_drawn_again(simulation: dict[str, Any], tmp_path: Path) -> None:
    made = make(DOCUMENT | {"simulation": simulation}, {})
    assert verify(made, tmp_path, "--full").stdout == "IDENTICAL TO 1e-6\n"


def test_records_of_every_method_are_confirmed(tmp_path: Path) -> None:
    specimens = Specimens(77)
    for maker in (specimens.document, specimens.mark_for_ever, specimens.portfolio, specimens.option):
        assert verify(make(maker(), {}), tmp_path).stdout == "IDENTICAL TO 1e-6\n"


def test_what_is_not_recomputed_is_said(tmp_path: Path) -> None:
    asked = DOCUMENT | {"sensitivity": {"sobol": True}}
    made = make({name: asked[name] for name in asked if name != "correlation"}, {})
    assert verify(made, tmp_path).stdout == "IDENTICAL TO 1e-6\nnot recomputed: /sensitivity/sobol\n"


def test_a_forged_figure_is_found_at_its_place(made: Record, tmp_path: Path) -> None:
    forged = copy.deepcopy(made)
    forged["result"]["assets"][1]["years"][1]["survival"] *= 1.001
    done = verify(forged, tmp_path)
    assert (done.returncode, done.stdout.splitlines()[0]) == (1, "DIFFERS")
    assert "/raw_digest" in done.stdout
    done = verify(resealed(forged), tmp_path)
    assert (done.returncode, done.stdout.splitlines()[0]) == (1, "DIFFERS")
    assert done.stdout.splitlines()[1].startswith("  /assets/1/years/1/survival: recorded ")


def test_a_forged_path_a_forged_tornado_and_a_forged_summary_are_found(made: Record, tmp_path: Path) -> None:
    forged = copy.deepcopy(made)
    forged["paths"]["values"][9] *= 1.01
    forged["result"]["sensitivity"]["tornado"][0]["high"] *= 1.01
    told = verify(resealed(forged), tmp_path).stdout
    assert "/paths/values/9" in told
    assert "/tornado/" in told
    forged = copy.deepcopy(made)
    forged["result"]["simulation"]["quantiles"]["p50"] *= 1.5
    assert verify(resealed(forged), tmp_path).stdout == "IDENTICAL TO 1e-6\n", "only --full looks at the summary"
    assert "/simulation/quantiles/p50" in verify(resealed(forged), tmp_path, "--full").stdout


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"engine": "0.9.0"}, "engine 0.9.0 is not followed here; there are: 1.0.0, 1.1.0"),
        ({"format": 2}, "no record of format 1"),
    ],
)
def test_what_cannot_be_judged_is_refused_with_the_reason(
    made: Record, tmp_path: Path, change: dict[str, Any], reason: str
) -> None:
    done = verify(made | change, tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert reason in done.stderr


def test_least_squares_and_files_that_are_no_record_are_refused(tmp_path: Path) -> None:
    levels = [[1.0, 1.1], [1.0, 0.9], [1.0, 0.8]]
    option = {"model": "lsm", "type": "put", "strike": 1.1, "expiry": 1, "risk_free": 0.06, "path_matrix": levels}
    done = verify(make({"method": "real_option", "option": option}, {}), tmp_path)
    assert (done.returncode, "lsm" in done.stderr) == (2, True)
    assert verify({"engine": "1.0.0"}, tmp_path).returncode == 2
