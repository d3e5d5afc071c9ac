"""The steps of a growth path in the order in which they matter: a Brownian bridge over independent normals.

The first normal decides where the walk of all steps ends, the next one where it is halfway, and so on. The steps are
again independent and standard normal, whatever the order; but a low-discrepancy point is most even in its first
dimensions, and these now carry most of a path. Source: Caflisch, Morokoff & Owen (1997), doi 10.21314/JCF.1997.005;
Glasserman, Monte Carlo Methods in Financial Engineering (2004), section 3.1.
"""

import math
from collections import deque
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

type FloatArray = NDArray[np.float64]


def bridged(normals: FloatArray) -> FloatArray:
    """Give the steps (steps, paths) of the walks whose end and midpoints the independent `normals` decide.

    Every product and sum is written out, so that their order never depends on the machine.
    """
    steps = len(normals)
    walk = np.zeros((steps + 1, *normals.shape[1:]))
    np.multiply(normals[0], math.sqrt(steps), out=walk[steps])
    for normal, (left, middle, right) in zip(normals[1:], halvings(steps), strict=True):
        here, width = walk[middle], right - left
        np.multiply(normal, math.sqrt((middle - left) * (right - middle) / width), out=here)
        here += walk[right] * ((middle - left) / width)
        if left:
            here += walk[left] * ((right - middle) / width)
    return np.subtract(walk[1:], walk[:-1])


@lru_cache(maxsize=128)
def halvings(steps: int) -> tuple[tuple[int, int, int], ...]:
    """Give (left, middle, right) of every halving of 0..steps, the widest first.

    >>> halvings(4)
    ((0, 2, 4), (0, 1, 2), (2, 3, 4))
    """
    found, spans = [], deque([(0, steps)])
    while spans:
        left, right = spans.popleft()
        if right - left > 1:
            middle = (left + right) // 2
            found.append((left, middle, right))
            spans += [(left, middle), (middle, right)]
    return tuple(found)
