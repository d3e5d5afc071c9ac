"""One run of a lender's document: from the document to the figures and the record of how they came about."""

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from finance_platform.foundation.faults import BadDocument, Fault
from valuation.engine import ENGINE
from valuation.engine.quantities import Draws, at_the_means
from valuation.engine.randomness import Randomness
from valuation.engine.run import digest
from valuation.engine.sampling import SimulationRequest
from valuation.lending.break_even import break_even
from valuation.lending.document import Appraisal, Assessment, read
from valuation.lending.estimates import mean_of
from valuation.lending.ledger import risk_ledger
from valuation.lending.modes import APPRAISAL, BASIS, LENDER_DISTRIBUTION
from valuation.lending.report import (
    distribution,
    figures,
    instalment_rows,
    loan_block,
    package,
    product_revenue,
    wrong_way,
)
from valuation.lending.sample import Model, Sample, each_course, simulate, values
from valuation.lending.sizes import Lending, curve, largest_loan
from valuation.lending.stopping import Stopped, run_until

type FloatArray = NDArray[np.float64]

LENDING = "1.0.0"
"""Version of this model; the engine beneath it has its own."""
BEYOND = Fault("", "the result is beyond the range of double precision")


def assess(document: Mapping[str, Any], threads: int = 1) -> dict[str, Any]:
    """Give the result of a lender's document in either mode (format: valuation.lending.document), JSON-ready.

    `threads` share the paths; the result is the same to the byte for every number of them. Money is in the document's
    unit, probabilities and rates are fractions, times years. A simulated figure is {value, standard_error}.
    Raises BadDocument with every fault found, and when the result is beyond the doubles.
    """
    with np.errstate(all="ignore"):
        asked = read(document)
        result = _appraised(asked, threads) if isinstance(asked, Appraisal) else _assessed(asked, threads)
    seed = asked.plan.first.seed if asked.plan is not None else None
    result["ledger"] = risk_ledger(document)
    result["run"] = {"engine": ENGINE, "lending": LENDING, "input_digest": digest(dict(document)), "seed": seed}
    try:
        json.dumps(result, allow_nan=False)
    except ValueError as error:
        raise BadDocument([BEYOND]) from error
    return result


def _appraised(asked: Appraisal, threads: int) -> dict[str, Any]:
    point = asked.model.report(at_the_means(asked.randomness.inputs))
    warnings = list(asked.model.warnings)
    result: dict[str, Any] = {"mode": APPRAISAL, "basis": BASIS[APPRAISAL], "point": point}
    if asked.plan is None:
        return result | {"warnings": warnings}
    stopped = run_until(
        asked.plan, lambda request: _worths(asked, request, threads), lambda worths: {"mean": mean_of(worths)}
    )
    result["expected_value"] = mean_of(stopped.sample).as_json()
    result["simulation"] = stopped.report(asked.plan)
    return result | {"warnings": warnings + stopped.warnings}


def _worths(asked: Appraisal, request: SimulationRequest, threads: int) -> FloatArray:
    """Give the value on every path, (paths,)."""
    found = np.empty(request.paths)

    def fill(here: slice, draws: Draws) -> None:
        found[here] = asked.model.value(draws)

    each_course(asked.randomness, request, fill, threads)
    return found


def _assessed(asked: Assessment, threads: int) -> dict[str, Any]:
    stopped = run_until(
        asked.plan,
        lambda request: simulate(asked.model, asked.randomness, request, threads),
        lambda sample: figures(Lending(asked.amount, asked.model.instalments, sample)),
    )
    if not stopped.sample.is_finite:
        raise BadDocument([BEYOND])
    point = asked.valued.report(at_the_means(asked.randomness.inputs))
    result = {"mode": LENDER_DISTRIBUTION, "basis": BASIS[LENDER_DISTRIBUTION], "point": point}
    result |= _figures(asked, stopped, threads)
    result["simulation"] = stopped.report(asked.plan)
    return result | {"warnings": list(asked.valued.warnings) + stopped.warnings}


def _figures(asked: Assessment, stopped: Stopped[Sample], threads: int) -> dict[str, Any]:
    """Give every block that is read off the sample."""
    sample, rights, instalments = stopped.sample, asked.model.rights, asked.model.instalments
    lending = Lending(asked.amount, instalments, sample)
    result = lending.outcome(asked.amount)
    return {
        "distribution": distribution(sample.value),
        "package": package(sample, rights),
        "product_revenue": product_revenue(sample, rights),
        "instalments": instalment_rows(sample, instalments, result),
        "loan": loan_block(lending, result),
        "wrong_way": wrong_way(sample, result),
        "curve": curve(lending, asked.amounts),
        "largest_loan": None if asked.tolerance is None else largest_loan(lending, asked.tolerance),
        "break_even": _break_even(asked, stopped.request, threads),
    }


def _break_even(asked: Assessment, request: SimulationRequest, threads: int) -> dict[str, Any]:
    point, randomness = at_the_means(asked.randomness.inputs), asked.randomness
    return break_even(asked.model, asked.amount, point, _values(randomness, request, threads))


def _values(randomness: Randomness, request: SimulationRequest, threads: int) -> Any:
    def on_every_path(model: Model) -> FloatArray:
        return values(model, randomness, request, threads)

    return on_every_path
