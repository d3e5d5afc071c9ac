"""chaospy: a Nataf (Gaussian) copula over its own distributions, and independent ones for the rest."""

import chaospy
import numpy as np

from bench.law import ALPHA, BETA, CORRELATION, DECAY, MU, RATE, ROYALTY, SIGMA, YEARS, Drawn, FloatArray, worth


def values(paths: int, seed: int) -> FloatArray:
    np.random.seed(seed)
    inputs = chaospy.J(
        chaospy.Beta(ALPHA, BETA, ROYALTY[0], ROYALTY[2]),
        chaospy.Normal(*RATE),
        chaospy.Triangle(*DECAY),
        chaospy.LogNormal(MU, SIGMA),
    )
    royalty, rate, decay, revenue = chaospy.Nataf(inputs, CORRELATION).sample(paths)
    shocks = chaospy.Iid(chaospy.Normal(), YEARS).sample(paths)
    return worth(Drawn(royalty, rate, decay, revenue, shocks, chaospy.Uniform().sample(paths)))
