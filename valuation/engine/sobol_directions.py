"""The direction numbers of the Sobol sequence, with their birth certificate.

`sobol_directions.npy` holds those of the first 1,024 dimensions. It was written by `python -m
valuation.engine.sobol_directions`, which reads them off scipy's unscrambled sequence; dimensions beyond the table are
read off the same sequence when they are wanted. Source: Joe & Kuo (2008), doi 10.1137/070709359, new-joe-kuo-6.21201.
"""

from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

type WordArray = NDArray[np.uint64]

COLUMNS = 20
"""Enough for 2^20 points of one randomisation; the largest run has 2^18."""
TABLED = 1024
MOST_DIMENSIONS = 21_201
TABLE = Path(__file__).with_suffix(".npy")


@lru_cache(maxsize=1)
def _tabled() -> WordArray:
    return np.load(TABLE, allow_pickle=False).astype(np.uint64) << np.uint64(64 - COLUMNS)


def directions(dimensions: int) -> WordArray:
    """Give the direction numbers (dimensions, COLUMNS), as the leading bits of 64-bit words."""
    if dimensions <= TABLED:
        return _tabled()[:dimensions]
    return read_off_scipy(dimensions).astype(np.uint64) << np.uint64(64 - COLUMNS)


def read_off_scipy(dimensions: int) -> NDArray[np.uint32]:
    """Give the direction numbers (dimensions, COLUMNS) as COLUMNS-bit integers.

    The sequence runs in Gray code, so point 2^k differs from the one before it by direction number k alone.
    """
    from scipy.stats import qmc  # takes seconds to import, and only the largest models need it

    numbers = np.zeros((dimensions, COLUMNS), dtype=np.uint32)
    for column in range(COLUMNS):
        sequence = qmc.Sobol(dimensions, scramble=False, bits=COLUMNS)
        if column:
            sequence.fast_forward(2**column - 1)
        before, after = (sequence.random(2) * 2**COLUMNS).astype(np.uint32)
        numbers[:, column] = before ^ after
    return numbers


if __name__ == "__main__":
    np.save(TABLE, read_off_scipy(TABLED))
