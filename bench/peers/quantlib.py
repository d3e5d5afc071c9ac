"""QuantLib from Python: Gaussian sequences of its Mersenne twister; it has no beta, so scipy inverts the marginals."""

import numpy as np
import QuantLib
from scipy import special

from bench.law import CORRELATION, YEARS, FloatArray, at_scores, worth


def values(paths: int, seed: int) -> FloatArray:
    uniforms = QuantLib.UniformRandomSequenceGenerator(YEARS + 5, QuantLib.UniformRandomGenerator(seed))
    sequences = QuantLib.GaussianRandomSequenceGenerator(uniforms)
    drawn = np.empty((paths, YEARS + 5))
    for path in drawn:
        path[:] = sequences.nextSequence().value()
    scores = np.linalg.cholesky(CORRELATION) @ drawn[:, :4].T
    return worth(at_scores(scores, np.ascontiguousarray(drawn[:, 4:-1].T), special.ndtr(drawn[:, -1])))
