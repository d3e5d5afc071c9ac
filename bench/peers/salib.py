"""SALib: first-order and total indices by groups of independent inputs, from Saltelli's Sobol sample."""

import numpy as np
from SALib.analyze import sobol as analysis
from SALib.sample import sobol as sampling
from scipy import special

from bench.law import YEARS, FloatArray, at_uniforms, worth

GROUPS = ("royalty", "rate", "decay", "revenue", "event", *["growth"] * YEARS)


def indices(points: int, seed: int) -> dict[str, tuple[float, float]]:
    """Return (first-order, total) index by group from `points` base points."""
    problem = {
        "num_vars": len(GROUPS),
        "names": [f"{group} {place}" for place, group in enumerate(GROUPS)],
        "groups": list(GROUPS),
        "bounds": [[0.0, 1.0]] * len(GROUPS),
    }
    drawn = sampling.sample(problem, points, calc_second_order=False, seed=seed).T
    uniforms: FloatArray = np.clip(drawn, 2.0**-53, 1 - 2.0**-53)
    values = worth(at_uniforms(uniforms[:4], special.ndtri(uniforms[5:]), uniforms[4]))
    found = analysis.analyze(problem, values, calc_second_order=False, seed=seed)
    names = list(dict.fromkeys(GROUPS))
    return {name: (float(found["S1"][i]), float(found["ST"][i])) for i, name in enumerate(names)}
