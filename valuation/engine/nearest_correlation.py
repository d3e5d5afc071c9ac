"""The correlation matrix nearest to a symmetric one that experts gave, and how far it is from what they said.

The calculator refuses a matrix that is none and never repairs it silently. Here the repair is made in the open: the
result says what changed, and a change above 0.05 is refused unless the user has consented to it.

Source: Higham (2002), Computing the nearest correlation matrix, doi 10.1093/imanum/22.3.329, algorithm 3.3.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

type FloatArray = NDArray[np.float64]

LARGEST_QUIET_CHANGE = 0.05
SETTLED, MOST_ROUNDS = 1e-13, 10_000
LEAST_EIGENVALUE = 1e-12
"""The repaired matrix is pulled to this, so that rounding leaves it positive semidefinite."""


class TooMuchChanged(ValueError):
    """The nearest correlation matrix is further away than may pass without consent."""


@dataclass(frozen=True)
class Repair:
    """The nearest correlation matrix (d, d), what was added to the given one (d, d), and the largest of it."""

    matrix: FloatArray
    change: FloatArray
    largest_change: float
    consented: bool


def nearest_correlation(given: FloatArray, *, consent: bool = False) -> Repair:
    """Return the correlation matrix (d, d) nearest to `given` (d, d) in the Frobenius norm.

    A matrix that is already one comes back as it is, without change. `consent` says that the user has seen the change
    and agrees to it. Raises: ValueError for what is not symmetric; TooMuchChanged above 0.05 without consent.

    Source: Higham (2002), alternating projections with Dykstra's correction.

    >>> repair = nearest_correlation(np.array([[1, 1, 0], [1, 1, 1], [0, 1, 1.0]]), consent=True)
    >>> repair.matrix.round(4).tolist()
    [[1.0, 0.7607, 0.1573], [0.7607, 1.0, 0.7607], [0.1573, 0.7607, 1.0]]
    """
    if given.ndim != 2 or given.shape[0] != given.shape[1] or not np.allclose(given, given.T, rtol=0, atol=1e-12):
        raise ValueError("given: must be a square symmetric matrix")
    if not np.isfinite(given).all():
        raise ValueError("given: must be finite")
    already = (np.diag(given) == 1).all() and np.linalg.eigvalsh(given)[0] >= 0
    matrix = given.copy() if already else _projected(given)
    change = matrix - given
    largest = float(np.max(np.abs(change)))
    if largest > LARGEST_QUIET_CHANGE and not consent:
        raise TooMuchChanged(
            f"the nearest correlation matrix changes an entry by {largest:.4f}, more than {LARGEST_QUIET_CHANGE}: "
            "look at the change and consent, or ask the experts again"
        )
    return Repair(matrix, change, largest, consent)


def _projected(given: FloatArray) -> FloatArray:
    """Give the limit of the projections on the semidefinite cone and on unit diagonals, unit diagonal and psd."""
    matrix, correction = (given + given.T) / 2, np.zeros_like(given)
    for _ in range(MOST_ROUNDS):
        corrected = matrix - correction
        semidefinite = _semidefinite(corrected)
        correction = semidefinite - corrected
        following = semidefinite.copy()
        np.fill_diagonal(following, 1.0)
        settled = np.max(np.abs(following - matrix)) <= SETTLED * max(1.0, float(np.max(np.abs(following))))
        matrix = following
        if settled:
            break
    return _made_safe(matrix)


def _semidefinite(matrix: FloatArray) -> FloatArray:
    values, vectors = np.linalg.eigh(matrix)
    projected: FloatArray = (vectors * np.maximum(values, 0.0)) @ vectors.T
    return (projected + projected.T) / 2


def _made_safe(matrix: FloatArray) -> FloatArray:
    """Give the matrix mixed with as little of the identity as makes its least eigenvalue not negative."""
    least = float(np.linalg.eigvalsh(matrix)[0])
    if least < LEAST_EIGENVALUE:
        share = (LEAST_EIGENVALUE - least) / (1 - least)
        matrix = (1 - share) * matrix
        np.fill_diagonal(matrix, 1.0)
    return matrix


def is_correlation(matrix: FloatArray) -> bool:
    """Return whether a matrix (d, d) has a unit diagonal and no eigenvalue below zero but for rounding.

    >>> is_correlation(np.array([[1.0, 1.5], [1.5, 1.0]]))
    False
    """
    return (
        bool((np.diag(matrix) == 1).all())
        and math.isfinite(float(np.sum(matrix)))
        and bool(np.linalg.eigvalsh(matrix)[0] >= -LEAST_EIGENVALUE)
    )
