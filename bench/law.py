"""One law for all: the valuation that the benches run, as the engine's document and once in plain numpy for the peers.

Relief from royalty over fifteen years. Four inputs hang together by a Gaussian copula, growth reverts to its mean with
fifteen shocks, and the right falls by an event: twenty random numbers a path.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

type FloatArray = NDArray[np.float64]

YEARS, TAX, HAZARD = 15, 0.15, 0.03
ROYALTY, RATE, DECAY, REVENUE = (0.02, 0.035, 0.06), (0.12, 0.008), (0.05, 0.08, 0.12), (2e7, 4e6)
INITIAL, LONG_RUN, SPEED, VOLATILITY = 0.08, 0.02, 0.4, 0.1
CORRELATION = np.full((4, 4), 0.3) + 0.7 * np.eye(4)
NAMES = ("/royalty_rate", "/discount_rate", "/decay/rate", "/revenue/base")

PERT_WIDTH = ROYALTY[2] - ROYALTY[0]
ALPHA = 1 + 4 * (ROYALTY[1] - ROYALTY[0]) / PERT_WIDTH
BETA = 1 + 4 * (ROYALTY[2] - ROYALTY[1]) / PERT_WIDTH
SIGMA = float(np.sqrt(np.log1p((REVENUE[1] / REVENUE[0]) ** 2)))
MU = float(np.log(REVENUE[0]) - SIGMA**2 / 2)
QUANTILES = (1, 5, 10, 25, 50, 75, 90, 95, 99)


def document(paths: int, sampler: str = "pseudo", seed: int = 7, *, correlated: bool = True) -> dict[str, Any]:
    """Return the document of the calculator's contract."""
    correlation = {"correlation": {"names": list(NAMES), "matrix": CORRELATION.tolist()}} if correlated else {}
    growth = {"initial": INITIAL, "long_run": LONG_RUN, "speed": SPEED, "volatility": VOLATILITY}
    return correlation | {
        "method": "relief_from_royalty", "horizon": {"years": YEARS}, "tax_rate": TAX,
        "revenue": {
            "base": {"distribution": "lognormal", "mean": REVENUE[0], "sd": REVENUE[1]}, "growth": growth,
            "base_year": 0,
        },
        "royalty_rate": dict(zip(("low", "mode", "high"), ROYALTY, strict=True)) | {"distribution": "pert"},
        "discount_rate": {"distribution": "normal", "mean": RATE[0], "sd": RATE[1]},
        "decay": {"rate": dict(zip(("low", "mode", "high"), DECAY, strict=True)) | {"distribution": "triangular"}},
        "hazard": {"annual": HAZARD, "mode": "event"},
        "simulation": {"paths": paths, "sampler": sampler, "seed": seed},
    }  # fmt: skip


@dataclass(frozen=True)
class Drawn:
    """What a peer has drawn: each (paths,), the shocks (YEARS, paths)."""

    royalty: FloatArray
    rate: FloatArray
    decay: FloatArray
    revenue: FloatArray
    shocks: FloatArray
    event: FloatArray


def worth(drawn: Drawn) -> FloatArray:
    """Return the value on every path, (paths,), in plain numpy."""
    time = (np.arange(YEARS) + 0.5)[:, None]
    growth = np.empty_like(drawn.shocks)
    above = np.full(drawn.shocks.shape[1], INITIAL - LONG_RUN)
    scale = VOLATILITY * np.sqrt(-np.expm1(-2 * SPEED) / (2 * SPEED))
    for year in range(YEARS):
        above = above * np.exp(-SPEED) + scale * drawn.shocks[year]
        growth[year] = LONG_RUN + above
    revenue = drawn.revenue * np.exp(np.cumsum(growth, axis=0))
    stands = drawn.event < (1 - HAZARD) ** time
    income = revenue * drawn.royalty * np.exp(-drawn.decay * time) * stands * (1 - TAX)
    return np.asarray(np.sum(income * np.exp(-time * np.log1p(drawn.rate)), axis=0))


def at_uniforms(latents: FloatArray, shocks: FloatArray, event: FloatArray) -> Drawn:
    """Return the draws at uniforms of the four inputs (4, paths), by scipy's inverse distribution functions."""
    from scipy import stats

    low, mode, high = DECAY
    return Drawn(
        stats.beta.ppf(latents[0], ALPHA, BETA, ROYALTY[0], PERT_WIDTH),
        stats.norm.ppf(latents[1], *RATE),
        stats.triang.ppf(latents[2], (mode - low) / (high - low), low, high - low),
        stats.lognorm.ppf(latents[3], SIGMA, scale=np.exp(MU)),
        shocks,
        event,
    )


def at_scores(scores: FloatArray, shocks: FloatArray, event: FloatArray) -> Drawn:
    """Return the draws at correlated normal scores (4, ...), by the fastest inverses that scipy has."""
    low, mode, high = DECAY
    u, width = special.ndtr(scores[2]), high - low
    rising, falling = low + np.sqrt(u * width * (mode - low)), high - np.sqrt((1 - u) * width * (high - mode))
    return Drawn(
        ROYALTY[0] + PERT_WIDTH * special.betaincinv(ALPHA, BETA, special.ndtr(scores[0])),
        RATE[0] + RATE[1] * scores[1],
        np.where(u < (mode - low) / width, rising, falling),
        np.exp(MU + SIGMA * scores[3]),
        shocks,
        event,
    )


def summary(values: FloatArray) -> FloatArray:
    """Return mean, standard deviation and nine quantiles, as the engine's own result has them."""
    return np.array([np.mean(values), np.std(values, ddof=1), *np.percentile(values, QUANTILES)])
