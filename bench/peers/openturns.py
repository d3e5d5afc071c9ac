"""OpenTURNS: a joint distribution with a normal copula, and samples of independent ones for the rest."""

import numpy as np
import openturns

from bench.law import ALPHA, BETA, CORRELATION, DECAY, MU, RATE, ROYALTY, SIGMA, YEARS, Drawn, FloatArray, worth


def values(paths: int, seed: int) -> FloatArray:
    openturns.RandomGenerator.SetSeed(seed)
    inputs = [
        openturns.Beta(ALPHA, BETA, ROYALTY[0], ROYALTY[2]),
        openturns.Normal(*RATE),
        openturns.Triangular(*DECAY),
        openturns.LogNormal(MU, SIGMA),
    ]
    copula = openturns.NormalCopula(openturns.CorrelationMatrix(CORRELATION.tolist()))
    drawn = np.asarray(openturns.JointDistribution(inputs, copula).getSample(paths)).T
    shocks = np.asarray(openturns.Normal(YEARS).getSample(paths)).T
    return worth(Drawn(*drawn, shocks, np.asarray(openturns.Uniform(0, 1).getSample(paths))[:, 0]))
