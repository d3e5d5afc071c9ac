"""A correlation matrix that experts gave and that is none: the nearest one is shown, and used only with consent.

The calculator refuses such a matrix (contract `value_asset`) and never mends it silently. On the platform the appraiser
sees what would change and consents to exactly that: he names the largest change he was shown, and the run keeps it.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from finance_platform.foundation.errors import Invalid
from valuation.engine.nearest_correlation import nearest_correlation

MATRIX = "/correlation/matrix"
type Matrix = list[list[float]]


@dataclass(frozen=True)
class Repair:
    """What was given, what is used instead, and the largest change of an entry, as both were stated."""

    given: Matrix
    used: Matrix
    largest_change: str

    def plain(self) -> dict[str, Any]:
        """Return the members as a JSON object."""
        return {"given": self.given, "used": self.used, "largest_change": self.largest_change}


def mended(document: Mapping[str, Any], consent: str = "") -> tuple[dict[str, Any], Repair | None]:
    """Return the document with a positive semidefinite correlation matrix, and what was changed (None: nothing).

    `consent` is the largest change as it was shown. A matrix with other faults (shape, entries, symmetry) is left for
    the calculator to refuse. Raises: Invalid, with the nearest matrix, unless consented.
    Source: Higham (2002) by `valuation.engine.nearest_correlation`.
    """
    repair = repair_of(document.get("correlation"))
    if repair is None:
        return dict(document), None
    if consent.strip() != repair.largest_change:
        remedy = (
            f"最接近的相关矩阵为 {repair.used},最大改动 {repair.largest_change}:同意则填写该数后重新提交,否则请改矩阵"
        )
        raise Invalid("相关矩阵不是半正定的,不会自动修改", code="correlation_not_psd", fields={MATRIX: remedy})
    return {**document, "correlation": {**document["correlation"], "matrix": repair.used}}, repair


def repair_of(stated: object) -> Repair | None:
    """Return the nearest correlation matrix where the stated one is symmetric with a unit diagonal but indefinite."""
    given = _symmetric(stated.get("matrix")) if isinstance(stated, Mapping) else None
    if given is None or not isinstance(stated, Mapping):
        return None
    spearman = stated.get("measure") == "spearman"
    latent = _latent(given) if spearman else given
    if np.linalg.eigvalsh(latent)[0] >= 0:
        return None
    found = nearest_correlation(latent, consent=True).matrix
    used = _spearman(found) if spearman else found
    return Repair(given.tolist(), used.tolist(), f"{float(np.max(np.abs(used - given))):.4f}")


def _symmetric(value: object) -> Any:
    try:
        matrix = np.array(value, dtype=np.float64)
    except (TypeError, ValueError):
        return None
    square = matrix.ndim == 2 and matrix.shape[0] == matrix.shape[1] >= 2 and bool(np.isfinite(matrix).all())
    fine = square and (np.diag(matrix) == 1).all() and (np.abs(matrix) <= 1).all() and (matrix == matrix.T).all()
    return matrix if fine else None


def _latent(rank: Any) -> Any:
    """Pearson's correlation of the latent normals from Spearman's of the ranks."""
    matrix = 2 * np.sin(math.pi * rank / 6)
    np.fill_diagonal(matrix, 1.0)
    return matrix


def _spearman(latent: Any) -> Any:
    matrix = 6 / math.pi * np.arcsin(latent / 2)
    np.fill_diagonal(matrix, 1.0)
    return matrix
