"""How inputs hang together: a Gaussian or Student-t copula over the latent normals of the inputs it names."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

from valuation.engine.distributions import LARGEST_PROBABILITY, SMALLEST_PROBABILITY
from valuation.engine.document import Domain, Members, Node, as_double, choice, number

type FloatArray = NDArray[np.float64]

DEGREES_OF_FREEDOM = Domain(1.0, 1000.0)
LEAST_EIGENVALUE = -1e-10
SYMMETRIC_WITHIN = 1e-12
NEGLIGIBLE_PIVOT = 1e-9
"""Beneath this a pivot counts as vanished: dividing by it would blow up an eigenvalue that is zero but for rounding."""


@dataclass(frozen=True)
class Copula:
    """Inputs `names`, in order, correlated by the lower triangular `factor` (d, d) of their latents' correlations."""

    names: tuple[str, ...]
    factor: FloatArray
    degrees_of_freedom: float | None

    def scores(self, independent: FloatArray) -> FloatArray:
        """Give the correlated normal scores (d, paths) made of independent uniforms.

        The product with the triangle is written out, so that its order of additions never depends on the machine.
        """
        normals = special.ndtri(independent)
        latents = np.zeros_like(normals)
        for row, column in zip(*np.nonzero(self.factor), strict=True):
            latents[row] += self.factor[row, column] * normals[column]
        return latents

    def student_t(self, independent: FloatArray, mixing: FloatArray) -> FloatArray:
        """Give the dependent uniforms (d, paths) of a Student-t copula made of independent ones.

        `mixing` (paths,) are the uniforms of the chi-square that all its inputs share.
        Source: Demarta & McNeil (2005), doi 10.1111/j.1751-5823.2005.tb00254.x, equations 1 and 5.
        """
        assert self.degrees_of_freedom is not None
        half = self.degrees_of_freedom / 2
        scale = np.sqrt(half / special.gammaincinv(half, mixing))
        uniforms = special.stdtr(self.degrees_of_freedom, self.scores(independent) * scale)
        return np.clip(uniforms, SMALLEST_PROBABILITY, LARGEST_PROBABILITY)


def triangular_factor(correlations: FloatArray) -> FloatArray:
    """Give the lower triangle L (d, d) with L L' = `correlations` (d, d), which may be singular.

    A pivot that has vanished leaves its column zero; every row keeps the norm 1.
    Source: Higham (1990), Analysis of the Cholesky decomposition of a semi-definite matrix.
    """
    size = len(correlations)
    factor = np.zeros((size, size))
    for column in range(size):
        for row in range(column, size):
            rest = correlations[row, column] - math.fsum(factor[row, :column] * factor[column, :column])
            if row == column:
                factor[row, column] = math.sqrt(rest) if rest > NEGLIGIBLE_PIVOT else 0.0
            elif factor[column, column] > 0:
                factor[row, column] = rest / factor[column, column]
    return factor / np.sqrt(np.sum(factor * factor, axis=1, keepdims=True))


def read_correlation(node: Node) -> Copula | None:
    """Read {names, matrix, copula, degrees_of_freedom, measure}, after all inputs have been read; None when faulty."""
    members, before = node.members(), len(node.reading.faults)
    names = members.required("names", _read_names)
    copula = members.optional("copula", choice("gaussian", "student_t"), "gaussian")
    measure = members.optional("measure", choice("latent", "spearman"), "latent")
    freedom = _read_degrees_of_freedom(members, copula)
    if measure == "spearman" and copula == "student_t":
        members.fault("measure", "spearman is only for the gaussian copula")
    matrix = members.required("matrix", lambda found: _read_matrix(found, len(names), measure == "spearman"))
    members.close()
    if len(node.reading.faults) > before or matrix is None:
        return None
    return Copula(tuple(names), triangular_factor(matrix), freedom)


def _read_degrees_of_freedom(members: Members, copula: str) -> float | None:
    if copula == "student_t":
        return members.required("degrees_of_freedom", lambda found: number(found, DEGREES_OF_FREEDOM))
    if copula == "gaussian" and "degrees_of_freedom" in members:
        members.fault("degrees_of_freedom", "is only for the student_t copula")
    return None


def _read_names(node: Node) -> list[str]:
    names: list[str] = []
    for entry in node.items():
        if not isinstance(entry.value, str) or entry.value not in node.reading.inputs:
            entry.fault("must be the pointer of a distribution of this document")
        elif entry.value in names:
            entry.fault("names an input twice")
        names.append(entry.value)
    if isinstance(node.value, list) and len(names) < 2:
        node.fault("must name at least two inputs")
    return names


def _read_matrix(node: Node, size: int, is_spearman: bool) -> FloatArray | None:
    """Read the correlations of the latents (size, size); None when they are none."""
    matrix = _square(node.value, size)
    if matrix is None:
        node.fault(f"must be {size} lists of {size} finite numbers, as many as there are names")
        return None
    problem = _not_a_correlation(matrix)
    if problem is None and is_spearman:
        matrix = 2 * np.sin(np.pi * matrix / 6)
        np.fill_diagonal(matrix, 1.0)
    if problem is None and size and np.linalg.eigvalsh(matrix)[0] < LEAST_EIGENVALUE:
        problem = "must be positive semidefinite; it is never repaired silently"
    if problem is not None:
        node.fault(problem)
        return None
    return matrix


def _square(value: Any, size: int) -> FloatArray | None:
    if not isinstance(value, list) or len(value) != size:
        return None
    if not all(isinstance(row, list) and len(row) == size for row in value):
        return None
    matrix = np.array([[as_double(entry) for entry in row] for row in value], dtype=np.float64).reshape(size, size)
    return None if np.isnan(matrix).any() else matrix


def _not_a_correlation(matrix: FloatArray) -> str | None:
    if (np.diag(matrix) != 1).any():
        return "must have a unit diagonal"
    if (np.abs(matrix - matrix.T) > SYMMETRIC_WITHIN).any():
        return "must be symmetric"
    return "must have entries from -1 to 1" if (np.abs(matrix) > 1).any() else None
