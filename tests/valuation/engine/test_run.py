"""A run as a whole: the same bytes whatever came before, exactness where nothing varies, and the loan block."""

import copy
import hashlib
import json
import math
import os
import subprocess
import sys
from random import Random
from typing import Any

import pytest

from finance_platform.foundation.faults import BadDocument
from tests.valuation.engine.specimens import Specimens
from valuation.engine import ENGINE, value

SIMULATION = {"paths": 1024, "seed": 4}
RICH = Specimens(31).portfolio() | {
    "simulation": SIMULATION,
    "sensitivity": {"tornado": [0.05, 0.95], "sobol": True},
    "loan": {"amount": 900, "disposal_haircut": {"distribution": "pert", "low": 0.1, "mode": 0.4, "high": 0.9}},
}


def shuffled(document: Any, random: Random) -> Any:
    """Return the document with the members of every object in another order."""
    if isinstance(document, dict):
        names = list(document)
        random.shuffle(names)
        return {name: shuffled(document[name], random) for name in names}
    return [shuffled(entry, random) for entry in document] if isinstance(document, list) else document


def written(document: dict[str, Any]) -> str:
    return json.dumps(value(document))


def test_the_order_of_members_matters_to_no_byte() -> None:
    random, expected = Random(1), written(RICH)
    assert len({written(shuffled(RICH, random)) for _ in range(4)} | {expected}) == 1


def test_the_order_of_members_matters_to_no_fault() -> None:
    spoilt, random = copy.deepcopy(RICH) | {"colour": 1, "loan": {"amount": 0}}, Random(2)
    texts = set()
    for _ in range(4):
        with pytest.raises(BadDocument) as refusal:
            value(shuffled(spoilt, random))
        texts.add(str(refusal.value))
    assert len(texts) == 1


@pytest.mark.parametrize(
    "simulation",
    [
        {"paths": 32_768, "sampler": "sobol"},
        {"paths": 131_072, "sampler": "sobol"},
        {"paths": 16 * 700, "sampler": "latin_hypercube"},
        {"paths": 30_001, "sampler": "pseudo"},
        {"paths": 30_002, "sampler": "pseudo", "antithetic": True},
    ],
    ids=lambda each: f"{each['sampler']} {each['paths']}",
)
def test_the_number_of_threads_matters_to_no_byte(simulation: dict[str, Any]) -> None:
    document = RICH | {"simulation": simulation | {"seed": 4}, "sensitivity": {}}
    assert len({json.dumps(value(document, threads)) for threads in (1, 2, 5)}) == 1


def test_what_ran_before_matters_to_no_byte() -> None:
    first = written(RICH)
    for seed in range(5):
        value(Specimens(seed).document() | {"simulation": {"paths": 256, "sampler": "pseudo", "seed": seed}})
    assert written(RICH) == first


def test_threads_and_hash_seeds_matter_to_no_byte() -> None:
    program = "import json, sys; from valuation.engine import value; print(json.dumps(value(json.load(sys.stdin))))"
    outputs = set()
    for threads in ("1", "4"):
        environment = os.environ | {
            "OPENBLAS_NUM_THREADS": threads,
            "OMP_NUM_THREADS": threads,
            "PYTHONHASHSEED": threads,
        }
        ran = subprocess.run(
            [sys.executable, "-c", program],
            input=json.dumps(RICH),
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        outputs.add(ran.stdout.strip())
    assert outputs == {written(RICH)}


def test_the_input_is_left_as_it_was() -> None:
    before = copy.deepcopy(RICH)
    value(RICH)
    assert before == RICH


def test_the_record_names_engine_digest_and_seed() -> None:
    document = Specimens(3).document() | {"title": "一种饲料", "id": "x"}
    canonical = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    digest = f"sha256:{hashlib.sha256(canonical.encode()).hexdigest()}"
    assert value(document)["run"] == {"engine": ENGINE, "input_digest": digest, "seed": None}
    assert value(document | {"simulation": {"paths": 256, "seed": 2**63 - 1}})["run"]["seed"] == 2**63 - 1
    assert value(document | {"simulation": {"paths": 256}})["run"]["seed"] == 0
    assert not {"title", "id"} & set(value(document))


CERTAIN: dict[str, Any] = {
    "valuation_date": "2026-02-28",
    "portfolio": {
        "shared": {
            "horizon": {"years": 3},
            "revenue": {"base": 100, "growth": {"initial": 0.1, "long_run": 0, "speed": 1, "volatility": 0}},
            "tax_rate": 0.25,
            "discount_rate": {"capm": {"risk_free": 0.02, "beta": 1.1, "equity_risk_premium": 0.07}},
            "hazard": {"annual": 0.03},
            "product": "P",
        },
        "assets": [
            {"name": "a", "method": "relief_from_royalty", "royalty_rate": [0.03, 0.04, 0.05], "decay": {"rate": 0.1}},
            {
                "name": "b",
                "method": "profit_split",
                "contribution": {"revenue_share": 0.04},
                "terminal": {"growth": 0.01},
            },
            {"name": "c", "method": "cost", "cost": {"items": [{"amount": 0.1}, {"amount": 0.2}]}, "product": "Q"},
            {"name": "d", "method": "market", "market": {"comparables": [{"price": 0.7}]}, "product": "R"},
        ],
        "overlap": {"rule": "cap", "cap": 0.06},
    },
}


@pytest.mark.parametrize("sampler", ["sobol", "latin_hypercube", "pseudo"])
def test_a_simulation_of_nothing_random_is_the_point_to_the_bit(sampler: str) -> None:
    result = value(CERTAIN | {"simulation": {"paths": 512, "sampler": sampler}})
    block = result["simulation"]
    assert (block["mean"], block["std"], block["standard_error"]) == (result["value"], 0, 0)
    assert set(block["quantiles"].values()) == {result["value"]}
    assert {block["tail_mean_5"], block["tail_mean_1"], *(row["mean"] for row in block["convergence"])} == {
        result["value"]
    }


def test_an_event_makes_a_simulation_even_without_distributions() -> None:
    document = {
        "method": "incremental_income",
        "horizon": {"years": 1},
        "incremental": {"with": 100},
        "tax_rate": 0,
        "timing": "end_of_year",
        "discount_rate": {"build_up": {"risk_free": 0, "premiums": {}}},
        "hazard": {"annual": 0.3, "mode": "event"},
        "simulation": {"paths": 4096},
        "loan": {"amount": 60},
    }
    result = value(document)
    assert result["value"] == pytest.approx(70, rel=1e-12)
    assert result["simulation"]["mean"] == pytest.approx(70, abs=5 * 100 * math.sqrt(0.21) / 64)
    assert result["simulation"]["quantiles"]["p5"] == 0
    assert result["loan"]["probability_below_loan"] == pytest.approx(0.3, abs=5 * math.sqrt(0.21) / 64)
    assert result["loan"]["expected_shortfall_given_breach"] == 60


def test_a_loan_against_a_value_that_is_not_positive_has_no_ratio() -> None:
    document = {
        "method": "incremental_income",
        "horizon": {"years": 1},
        "incremental": {"without": 100},
        "tax_rate": 0,
        "discount_rate": 0.1,
        "loan": {"amount": 60},
    }
    assert value(document)["loan"]["loan_to_value"] is None


def test_a_loan_that_nothing_can_breach_has_no_shortfall() -> None:
    law = {"distribution": "uniform", "low": 10, "high": 20}
    document = {"method": "market", "market": {"comparables": [{"price": law}]}, "loan": {"amount": 10}}
    block = value(document | {"simulation": {"paths": 256}})["loan"]
    assert (block["probability_below_loan"], block["expected_shortfall"], block["expected_shortfall_given_breach"]) == (
        0,
        0,
        0,
    )


def test_a_disposal_that_just_repays_the_loan_is_no_breach() -> None:
    document = {"method": "cost", "cost": {"items": [{"amount": 100}]}, "loan": {"amount": 100}}
    assert value(document | {"simulation": {"paths": 256}})["loan"]["probability_below_loan"] == 0


def test_a_random_haircut_moves_the_disposal_and_not_the_value() -> None:
    law = {"distribution": "uniform", "low": 0.2, "high": 0.6}
    document = {
        "method": "market",
        "market": {"comparables": [{"price": 100}]},
        "loan": {"amount": 50, "disposal_haircut": law},
    }
    result = value(document | {"simulation": {"paths": 4096}})
    assert result["simulation"]["std"] == 0
    assert result["loan"]["disposal_value"] == pytest.approx(60, rel=1e-12)
    assert result["loan"]["probability_below_loan"] == pytest.approx(0.25, abs=5 * 0.433 / 64)
    assert result["loan"]["expected_shortfall"] == pytest.approx(1.25, abs=5 * 2.6 / 64)


def test_a_haircut_may_hang_together_with_the_value() -> None:
    laws = {"low": 0, "high": 1, "distribution": "uniform"}
    document = {"method": "market", "market": {"comparables": [{"price": laws}]}, "simulation": {"paths": 1024}}
    document |= {"loan": {"amount": 0.25, "disposal_haircut": laws}}
    names = ["/market/comparables/0/price", "/loan/disposal_haircut"]
    together = value(document | {"correlation": {"names": names, "matrix": [[1, 1], [1, 1]]}})
    assert together["loan"]["probability_below_loan"] > 0.99, "u (1 - u) never exceeds a quarter"


def test_a_result_beyond_the_doubles_is_refused() -> None:
    document = {"method": "cost", "cost": {"items": [{"amount": 1.7e308}, {"amount": 1.7e308}]}}
    with pytest.raises(BadDocument) as refusal:
        value(document)
    assert [fault.pointer for fault in refusal.value.faults] == [""]


def test_half_a_character_is_no_text() -> None:
    with pytest.raises(BadDocument, match="surrogate"):
        value({"method": "cost", "cost": {"items": [{"amount": 1, "name": "\ud800"}]}})


def test_a_model_of_more_dimensions_than_the_sequence_has_is_refused() -> None:
    items = [{"amount": {"distribution": "uniform", "low": 0, "high": 1}} for _ in range(10_601)]
    document = {"method": "cost", "cost": {"items": items}, "sensitivity": {"sobol": True}}
    with pytest.raises(BadDocument, match="dimensions"):
        value(document | {"simulation": {"paths": 256, "sampler": "pseudo"}})
