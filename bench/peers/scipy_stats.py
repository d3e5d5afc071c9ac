"""scipy.stats: correlated normals, and its inverse distribution functions over whole columns."""

import numpy as np
from scipy import stats

from bench.law import CORRELATION, YEARS, FloatArray, at_uniforms, worth


def values(paths: int, seed: int) -> FloatArray:
    random = np.random.default_rng(seed)
    latents = stats.norm.cdf(stats.multivariate_normal(np.zeros(4), CORRELATION).rvs(paths, random_state=random).T)
    shocks = stats.norm.rvs(size=(YEARS, paths), random_state=random)
    return worth(at_uniforms(latents, shocks, stats.uniform.rvs(size=paths, random_state=random)))
