"""One run: a document in, a value and the record of how it came about out.

The record holds the engine's version, a digest of the document and the seed. Nothing else enters a run: no clock, no
state, no order of members, so the same document gives the same bytes.
"""

import hashlib
import json
import math
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from finance_platform.foundation.faults import BadDocument, Fault
from valuation.engine.assets import ASSET_METHODS, REAL_OPTION, read_asset, read_method
from valuation.engine.dependence import read_correlation
from valuation.engine.document import Members, Node, Reading, text
from valuation.engine.loan import Loan, read_loan
from valuation.engine.model import Model
from valuation.engine.options import read_option
from valuation.engine.periods import read_setting
from valuation.engine.portfolio import read_portfolio
from valuation.engine.quantities import at_the_means
from valuation.engine.randomness import Randomness
from valuation.engine.sampling import Part, SimulationRequest, in_chunks, read_simulation, sampler_for
from valuation.engine.sensitivity import SensitivityRequest, indices, read_sensitivity, tornado
from valuation.engine.sobol_directions import MOST_DIMENSIONS
from valuation.engine.summary import summarise

type FloatArray = NDArray[np.float64]

ENGINE = "1.1.0"
STEPS_IN_TIME = ("1.0.0",)
"""Versions in which a dimension of a growth path is a step in time; later ones bridge the paths of Sobol points."""
BLOCKS = ("loan", "correlation", "simulation", "sensitivity")
MEMORY_KEPT = 16 * 2**20
"""Bytes: more than the arrays of one chunk together."""
HAIRCUT = "/loan/disposal_haircut"


@dataclass(frozen=True)
class Run:
    """A document read without fault."""

    model: Model
    randomness: Randomness
    simulation: SimulationRequest | None
    seed: int | None
    loan: Loan | None
    sensitivity: SensitivityRequest | None


def value(document: dict[str, Any], threads: int = 1, version: str = ENGINE) -> dict[str, Any]:
    """Give the result of one valuation document (both as in the calculator's contract, JSON-ready).

    `threads` share the simulated paths; the result is the same to the byte for every number of them. Money is in the
    document's unit, rates are fractions a year, times are years. Raises BadDocument with every fault found, and when
    the result is beyond the doubles. `version` is one of valuation.engine.versions.

    >>> value({"method": "incremental_income", "timing": "end_of_year", "horizon": {"years": 1}, "tax_rate": 0,
    ...        "incremental": {"with": 110}, "discount_rate": 0.1})["value"]
    100.0
    """
    with np.errstate(all="ignore"):
        run = read_run(document, version)
        result = _result(run, threads)
    if not all(math.isfinite(number) for number in _numbers(result)):
        raise BadDocument([Fault("", "the result is beyond the range of double precision")])
    return result | {"run": {"engine": version, "input_digest": digest(document), "seed": run.seed}}


def canonical(document: Any) -> str:
    """Give the one JSON text of a document that its digest is taken of: sorted members, no spaces."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest(document: dict[str, Any]) -> str:
    """Give the SHA-256 of the document's canonical JSON. Raises BadDocument for text that UTF-8 cannot hold."""
    try:
        return f"sha256:{hashlib.sha256(canonical(document).encode()).hexdigest()}"
    except UnicodeEncodeError as error:
        raise BadDocument([Fault("", "holds half of a surrogate pair, which is no text")]) from error


def read_run(document: dict[str, Any], version: str = ENGINE) -> Run:
    """Read a document for a version of the engine. Raises BadDocument with every fault found."""
    reading = Reading()
    top = Members(Node(document, "", reading))
    for name in ("id", "title"):
        top.optional(name, text, "")
    model, blocks, seed = _read_model(top)
    loan = top.optional("loan", read_loan, None) if "loan" in blocks else None
    correlation = top.optional("correlation", read_correlation, None) if "correlation" in blocks else None
    simulation = top.optional("simulation", read_simulation, None) if "simulation" in blocks else None
    sensitivity = top.optional("sensitivity", read_sensitivity, None) if "sensitivity" in blocks else None
    if sensitivity is not None and sensitivity.indices:
        _check_indices(top)
    top.close()
    bridges = simulation is not None and simulation.sampler == "sobol" and version not in STEPS_IN_TIME
    randomness = Randomness.of(reading, correlation, bridges=bridges)
    _check_dimensions(top, randomness, simulation, sensitivity)
    reading.settle()
    assert model is not None
    seed = simulation.seed if simulation is not None else seed
    return Run(model, randomness, simulation, seed, loan, sensitivity)


def _read_model(top: Members) -> tuple[Model | None, tuple[str, ...], int | None]:
    """Give the model (None when faulty), the blocks the document may have, and the seed the model itself uses."""
    if "portfolio" in top:
        return top.required("portfolio", lambda node: read_portfolio(node, top)), BLOCKS, None
    method = read_method(top, *ASSET_METHODS, REAL_OPTION)
    if method != REAL_OPTION:
        return read_asset(method, top, top), BLOCKS, None
    read_setting(top, top)
    top.optional("product", text, "")
    option = top.required("option", lambda node: read_option(node, top))
    return option.model, option.blocks, option.seed


def _check_indices(top: Members) -> None:
    if "simulation" not in top:
        top.fault("simulation", "is required by sensitivity.sobol")
    if "correlation" in top:
        top.find("sensitivity").at("sobol", True).fault("is for independent inputs: it cannot stand beside correlation")


def _check_dimensions(
    top: Members, randomness: Randomness, simulation: SimulationRequest | None, sensitivity: SensitivityRequest | None
) -> None:
    """Note a fault where more dimensions are needed than the Sobol sequence has."""
    if simulation is None:
        return
    needed = randomness.dimensions if simulation.sampler == "sobol" else 0
    if sensitivity is not None and sensitivity.indices:
        needed = 2 * randomness.dimensions
    if needed > MOST_DIMENSIONS:
        top.fault("simulation", f"needs {needed} dimensions, the Sobol sequence has {MOST_DIMENSIONS}")


def _result(run: Run, threads: int) -> dict[str, Any]:
    point = at_the_means(run.randomness.inputs)
    result = run.model.report(point)
    disposal_values = None
    if run.simulation is not None:
        values, disposal_values = simulate(run, run.simulation, threads)
        result["simulation"] = summarise(values, run.simulation)
        del values  # the largest array there is: the lender's figures need the room
    if run.loan is not None:
        result["loan"] = run.loan.report(result["value"], point, disposal_values)
    if run.sensitivity is not None:
        result["sensitivity"] = _sensitivity(run, run.sensitivity)
    return result | {"warnings": list(run.model.warnings)}


def simulate(run: Run, request: SimulationRequest, threads: int = 1) -> tuple[FloatArray, FloatArray | None]:
    """Give the value and, with a loan, the disposal value on every path, (paths,) each.

    Every number of a path has an address of its own, so `threads` may draw the parts of the run in any order.
    """
    _keep_memory()
    values = np.empty(request.paths)
    disposal_values = np.empty(request.paths) if run.loan is not None else None
    parts = sampler_for(request).parts(0, run.randomness.dimensions)
    with ThreadPoolExecutor(threads) as pool:
        fill_each = pool.map if threads > 1 else map
        for _ in fill_each(lambda part: _fill(run, part, values, disposal_values), parts):
            pass
    return values, disposal_values


def _keep_memory() -> None:
    """Let the C library reuse the memory of one chunk for the next instead of giving it back to the system.

    glibc raises both of its thresholds to the largest mapping it has been given back: this one, which is never
    touched. Elsewhere this does nothing. A chunk costs twice as much without it. Source: mallopt(3), M_MMAP_THRESHOLD.
    """
    np.empty(MEMORY_KEPT, dtype=np.uint8)


def _fill(run: Run, part: Part, values: FloatArray, disposal_values: FloatArray | None) -> None:
    """Write the values on the paths of `part` to their places, block by block."""
    start = part.start
    with np.errstate(all="ignore"):  # which a thread does not inherit
        for uniforms in in_chunks(part.blocks):
            here = slice(start, start + uniforms.shape[1])
            draws = run.randomness.draws(uniforms)
            values[here] = worth = run.model.value(draws)
            if run.loan is not None and disposal_values is not None:
                disposal_values[here] = run.loan.disposal_value(worth, draws)
            start = here.stop


def _sensitivity(run: Run, request: SensitivityRequest) -> dict[str, Any]:
    """Give the block `sensitivity`: of the value, which the disposal haircut does not enter."""
    block: dict[str, Any] = {}
    randomness = run.randomness.without(HAIRCUT)
    if request.tornado is not None:
        block["tornado"] = tornado(run.model, randomness, request.tornado)
    if request.indices and run.simulation is not None:
        block["sobol"] = indices(run.model, randomness, run.simulation)
    return block


def _numbers(result: Any) -> Iterator[float]:
    """Give every number of a result."""
    if isinstance(result, dict):
        result = list(result.values())
    if isinstance(result, list):
        for entry in result:
            yield from _numbers(entry)
    elif isinstance(result, int | float):
        yield result
