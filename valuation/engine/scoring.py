"""From scores to rates, and from profit to royalty: two ways by which a profit split finds its share of revenue.

Neither is part of the calculator: both give numbers that go into its `contribution` or `royalty_rate`.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

WEIGHTS_SUM_WITHIN = 1e-9
RULE_OF_THUMB = (0.25, 1 / 3)
"""Four factors (capital, labour, technology, management) to three. Source: from memory, unverified; a band to compare
with, never evidence (Uniloc v. Microsoft, 2011)."""


def score(weights: Mapping[str, float], answers: Mapping[str, float]) -> float:
    """Return the score r = sum w_i y_i in [0, 1] of answers y_i in [0, 1], weighted with weights that sum to 1.

    Raises: ValueError naming the weight or answer that is wrong, missing or not asked for.

    Source: the comprehensive-scoring formula of Chinese appraisal practice [from memory]; valuation domain page, 1.2.

    >>> score({"legal": 0.3, "technical": 0.4, "economic": 0.3}, {"legal": 0.8, "technical": 0.6, "economic": 0.5})
    0.63
    """
    for name in sorted(weights.keys() ^ answers.keys()):
        raise ValueError(f"{name}: has " + ("no answer" if name in weights else "no weight"))
    for name in weights:
        if not (weights[name] >= 0 and 0 <= answers[name] <= 1):
            raise ValueError(f"{name}: the weight must not be negative and the answer must lie in [0, 1]")
    if not abs(math.fsum(weights.values()) - 1) <= WEIGHTS_SUM_WITHIN:
        raise ValueError(f"weights: must sum to 1, not {math.fsum(weights.values()):.6g}")
    return min(math.fsum(weights[name] * answers[name] for name in weights), 1.0)


def profit_split_rate(low: float, high: float, score: float) -> float:
    """Return K = low + (high - low) r, the share of revenue that a score r in [0, 1] earns between two bounds.

    Raises: ValueError unless 0 <= low <= high <= 1 and 0 <= r <= 1.

    Source: valuation domain page, 1.2 (收入分成率).

    >>> profit_split_rate(0.02, 0.04, 0.5)
    0.03
    """
    if not 0 <= low <= high <= 1:
        raise ValueError("low, high: must satisfy 0 <= low <= high <= 1")
    if not 0 <= score <= 1:
        raise ValueError("score: must lie in [0, 1]")
    return low + (high - low) * score


@dataclass(frozen=True)
class LicensorShare:
    """What a royalty leaves to whom: the licensor's share of the licensee's profit (LSLP).

    `in_rule_of_thumb` says whether the share lies in the band of 25 % to one third, which is a comparison only.
    """

    share: float
    in_rule_of_thumb: bool


def licensor_share(royalty_rate: float, operating_margin: float) -> LicensorShare:
    """Return the share of the licensee's profit before royalty that a royalty on revenue takes: alpha = rho / m.

    Raises: ValueError for a margin that is not in (0, 1] or a royalty that is negative.

    Source: Goldscheider, Jarosz & Mulhern (2002), Use of the 25 per cent rule in valuing IP.

    >>> licensor_share(0.05, 0.20)
    LicensorShare(share=0.25, in_rule_of_thumb=True)
    """
    if not 0 < operating_margin <= 1:
        raise ValueError("operating_margin: must lie in (0, 1]: where there is no profit there is no share of it")
    if not royalty_rate >= 0:
        raise ValueError("royalty_rate: must not be negative")
    share = royalty_rate / operating_margin
    return LicensorShare(share, RULE_OF_THUMB[0] <= share <= RULE_OF_THUMB[1])


def royalty_from_share(share: float, operating_margin: float) -> float:
    """Return the royalty on revenue rho = alpha m that gives the licensor a share alpha of the licensee's profit.

    Raises: ValueError unless the share lies in [0, 1] and the margin in (0, 1].

    Source: as `licensor_share`, of which it is the inverse.

    >>> royalty_from_share(0.25, 0.16)
    0.04
    """
    if not 0 <= share <= 1:
        raise ValueError("share: must lie in [0, 1]")
    if not 0 < operating_margin <= 1:
        raise ValueError("operating_margin: must lie in (0, 1]")
    return share * operating_margin
