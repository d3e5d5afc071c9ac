"""monaco: random variables of scipy, one case of its simulation a path; it has no copula, so the case correlates."""

from typing import Any

import monaco
import numpy as np
from scipy import stats

from bench.law import CORRELATION, YEARS, FloatArray, at_scores, worth

FACTOR = np.linalg.cholesky(CORRELATION)
NORMALS = YEARS + 4


def values(paths: int, seed: int) -> FloatArray:
    functions = {
        monaco.SimFunctions.PREPROCESS: _gathered,
        monaco.SimFunctions.RUN: _run,
        monaco.SimFunctions.POSTPROCESS: _kept,
    }
    simulation = monaco.Sim("bench", paths, functions, False, monaco.SampleMethod.RANDOM, seed, verbose=False)
    for place in range(NORMALS):
        simulation.addInVar(f"normal {place}", stats.norm, {"loc": 0, "scale": 1})
    simulation.addInVar("event", stats.uniform, {"loc": 0, "scale": 1})
    simulation.runSim()
    return np.array(simulation.outvars["value"].nums)


def _gathered(case: Any) -> tuple[FloatArray, float]:
    return np.array([case.invals[f"normal {place}"].val for place in range(NORMALS)]), case.invals["event"].val


def _run(normals: FloatArray, event: float) -> tuple[float]:
    scores = FACTOR @ normals[:4]
    return (float(worth(at_scores(scores, normals[4:, None], np.array([event])))[0]),)


def _kept(case: Any, value: float) -> None:
    case.addOutVal("value", value)
