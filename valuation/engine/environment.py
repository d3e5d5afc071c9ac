"""Where a run was computed: what a stranger needs to know to repeat it to the last bit.

Source: numpy's transcendental functions depend on the processor features they are dispatched to; additions,
multiplications, square roots and raw random bits do not.
"""

import platform
from functools import cache

import numpy as np
import scipy


@cache
def fingerprint() -> dict[str, str]:
    """Return the versions and the processor features that may change the last bit of a double.

    >>> sorted(fingerprint())
    ['libc', 'machine', 'numpy', 'python', 'scipy', 'simd']
    """
    features = np.show_config(mode="dicts")["SIMD Extensions"]
    return {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "scipy": scipy.__version__,
        "libc": " ".join(platform.libc_ver()),
        "machine": platform.machine(),
        "simd": " ".join([*features.get("baseline", []), *features.get("found", [])]),
    }
