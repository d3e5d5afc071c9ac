"""The run record and its verdict: what is the same, what is nearly so, and what has been tampered with."""

import copy
import json
from typing import Any

import pytest

from valuation import engine
from valuation.engine import record, versions
from valuation.engine.verdict import CLOSE, DIFFERS, IDENTICAL, WITHIN, compare, standard_errors, worst

DOCUMENT: dict[str, Any] = {
    "method": "relief_from_royalty",
    "horizon": {"years": 6},
    "revenue": {"base": 2e7, "growth": {"initial": 0.05, "long_run": 0.03, "speed": 0.5, "volatility": 0.1}},
    "royalty_rate": {"distribution": "pert", "low": 0.02, "mode": 0.035, "high": 0.06},
    "tax_rate": 0.15,
    "discount_rate": 0.1,
    "hazard": {"annual": 0.02, "mode": "event"},
    "simulation": {"paths": 4096, "sampler": "sobol", "seed": 7},
    "loan": {"amount": 2e6, "disposal_haircut": {"distribution": "uniform", "low": 0.5, "high": 0.8}},
    "sensitivity": {"tornado": [0.1, 0.9], "sobol": True},
}


@pytest.fixture(scope="module")
def made() -> record.Record:
    return record.make(DOCUMENT, {"royalty_patent": 3})


def changed(made: record.Record, *path: Any, by: float = 1.0, to: Any = None) -> record.Record:
    """Give a copy with one figure of the result multiplied, or replaced, under digests that fit it."""
    other = copy.deepcopy(made)
    place = other["result"]
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = place[path[-1]] * by if to is None else to
    other["raw_digest"] = record.raw_digest(other["result"])
    return other


def test_a_record_says_all_that_a_stranger_needs(made: record.Record) -> None:
    assert made["result"] == engine.value(DOCUMENT)
    assert made["input_digest"] == made["result"]["run"]["input_digest"]
    assert (made["engine"], made["seed"], made["parameters"]) == (engine.ENGINE, 7, {"royalty_patent": 3})
    assert {"python", "numpy", "scipy", "libc", "machine", "simd"} == set(made["environment"])
    assert json.loads(json.dumps(made)) == made
    places, values, disposal = (made["paths"][name] for name in ("places", "values", "disposal_values"))
    assert (len(set(places)), places[:3], places[63] // 64) == (64, [0, 65, 130], 63)
    assert len(values) == len(disposal) == 64
    assert all(0 <= cash <= worth for cash, worth in zip(disposal, values, strict=True))


def test_a_record_that_went_through_text_reruns_identically(made: record.Record) -> None:
    read = json.loads(json.dumps(made))
    assert record.verify_run(read, record.rerun(read)).answer == IDENTICAL


def test_other_last_digits_are_identical_to_1e_6(made: record.Record) -> None:
    verdict = record.verify_run(made, changed(made, "simulation", "mean", by=1 + 1e-15))
    assert (verdict.answer, [place["pointer"] for place in verdict.differences]) == (CLOSE, ["/simulation/mean"])
    assert record.verify_run(made, changed(made, "value", by=1 + 9e-7)).answer == CLOSE


def test_another_sample_is_within_standard_error_and_not_identical(made: record.Record) -> None:
    other = record.make(DOCUMENT | {"simulation": DOCUMENT["simulation"] | {"seed": 8}}, {})
    alike = [
        compare(made["result"][block], other["result"][block]).answer for block in ("value", "years", "present_value")
    ]
    assert set(alike) == {IDENTICAL}
    verdict = compare(
        {name: made["result"][name] for name in ("simulation", "loan")},
        {name: other["result"][name] for name in ("simulation", "loan")},
    )
    assert verdict.answer == WITHIN
    assert verdict.differences


@pytest.mark.parametrize(
    ("place", "by"),
    [
        (("value",), 1 + 2e-6),
        (("years", 3, "discount_factor"), 1 + 2e-6),
        (("simulation", "mean"), 1.01),
        (("simulation", "quantiles", "p50"), 1.2),
        (("loan", "probability_below_loan"), 1.2),
        (("sensitivity", "sobol", "/royalty_rate", "total"), 1.01),
    ],
)
def test_a_figure_too_far_off_differs_at_its_place(made: record.Record, place: tuple[Any, ...], by: float) -> None:
    verdict = record.verify_run(made, changed(made, *place, by=by))
    escaped = [str(step).replace("/", "~1") for step in place]
    assert verdict.answer == DIFFERS
    assert [found["pointer"] for found in verdict.differences] == ["/" + "/".join(escaped)]


def test_what_is_missing_or_of_another_kind_differs(made: record.Record) -> None:
    assert compare({"a": 1, "b": None}, {"a": 1}).differences == [
        {"pointer": "/b", "recorded": None, "recomputed": None}
    ]
    assert compare({"a": True}, {"a": 1}).answer == DIFFERS
    assert compare({"a": [1, 2]}, {"a": [1]}).answer == DIFFERS
    assert compare({"a": "x"}, {"a": "y"}).answer == DIFFERS
    assert record.verify_run(made, changed(made, "run", "engine", to="9")).answer == DIFFERS


def test_a_forged_result_or_input_is_named_and_nothing_else_is_compared(made: record.Record) -> None:
    forged = copy.deepcopy(made)
    forged["result"]["value"] *= 2
    forged["input"]["tax_rate"] = 0
    verdict = record.verify_run(forged, made)
    assert verdict.answer == DIFFERS
    assert [found["pointer"] for found in verdict.differences] == ["/input_digest", "/raw_digest"]


def test_a_forged_path_differs(made: record.Record) -> None:
    forged = copy.deepcopy(made)
    forged["paths"]["values"][5] *= 1.1
    verdict = record.verify_run(forged, made)
    assert (verdict.answer, verdict.differences[0]["pointer"]) == (DIFFERS, "/paths/values/5")


def test_the_digests_tell_bits_from_figures(made: record.Record) -> None:
    nudged = changed(made, "value", by=1 + 1e-15)["result"]
    assert record.raw_digest(nudged) != made["raw_digest"]
    assert record.rounded_digest(nudged) == made["rounded_digest"]
    assert record.rounded_digest(changed(made, "value", by=1.001)["result"]) != made["rounded_digest"]


def test_rounding_left_by_a_cancellation_counts_for_the_figures_it_came_from() -> None:
    assert compare({"alone": 1e9, "saved": 0.0}, {"alone": 1e9, "saved": 3e-7}).answer == CLOSE
    assert compare({"alone": 1.0, "saved": 0.0}, {"alone": 1.0, "saved": 3e-7}).answer == DIFFERS


def test_the_worst_of_some_verdicts_counts() -> None:
    grades = [compare({"a": 1.0}, {"a": other}) for other in (1.0, 2.0, 1 + 1e-9)]
    assert worst(*grades).answer == DIFFERS


def test_standard_errors_are_stated_for_every_simulated_figure_of_the_lender_and_the_value(made: record.Record) -> None:
    errors = standard_errors(made["result"])
    simulated = {pointer for pointer, value in record.leaves(made["result"]) if pointer.startswith("/simulation/")}
    assert simulated - set(errors) == {"/simulation/paths", "/simulation/sampler"} | {
        f"/simulation/convergence/{row}/paths" for row in range(4)
    }
    assert errors["/simulation/mean"] == made["result"]["simulation"]["standard_error"]


def test_stated_errors_cover_what_other_seeds_give() -> None:
    """Of 39 other pseudo-random runs nearly all lie within three stated errors in every one of thirty figures."""
    document = {name: DOCUMENT[name] for name in DOCUMENT if name != "sensitivity"}
    simulations = [{"paths": 2048, "sampler": "pseudo", "seed": seed} for seed in range(40)]
    results = [engine.value(document | {"simulation": simulation}) for simulation in simulations]
    verdicts = [compare(results[0], {**other, "run": results[0]["run"]}) for other in results[1:]]
    assert sum(verdict.answer == WITHIN for verdict in verdicts) >= 36


def test_an_old_version_runs_and_an_unknown_one_is_refused_with_the_list(
    made: record.Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = versions.Engine(lambda document: {"value": 1.0, "run": {"seed": None}}, lambda document: None)
    monkeypatch.setattr(versions, "VERSIONS", {**versions.VERSIONS, "0.9.0": old})
    remade = record.make({"any": "thing"}, {}, "0.9.0")
    assert (remade["result"]["value"], remade["engine"], remade["paths"]) == (1.0, "0.9.0", None)
    assert record.verify_run(remade, record.rerun(remade)).answer == IDENTICAL
    with pytest.raises(versions.UnknownVersion, match=r"engine 0\.1\.0 .* there are: 1\.0\.0, 1\.1\.0, 0\.9\.0"):
        record.rerun(made | {"engine": "0.1.0"})
