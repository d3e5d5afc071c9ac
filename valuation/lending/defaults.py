"""When the borrower first misses an instalment, and what the lender then loses."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from valuation.lending.instalments import Instalments

type FloatArray = NDArray[np.float64]
type BoolArray = NDArray[np.bool_]
type IntArray = NDArray[np.intp]


@dataclass(frozen=True)
class Outcome:
    """What became of a loan, (paths,) each: the first missed instalment (their number where none was missed), what was
    then owed, what the sale brought and what was lost; nothing on paths without default.
    """

    first: IntArray
    has_defaulted: BoolArray
    exposure: FloatArray
    recovery: FloatArray
    loss: FloatArray


def first_missed(cash: FloatArray, amounts: FloatArray, opening: FloatArray, carried: FloatArray) -> IntArray:
    """Give the first instalment that cash and what was carried over do not cover, (paths,); their number where none.

    `cash` (instalments, paths), `amounts` (instalments,), `opening` cash (paths,), `carried` share of what is left
    after an instalment (paths,).
    """
    first = np.full(cash.shape[1], len(amounts), dtype=np.intp)
    held = opening
    for place, amount in enumerate(amounts):
        left = held + cash[place] - amount
        first[(left < 0) & (first == len(amounts))] = place
        held = left * carried
    return first


def outcome(first: IntArray, instalments: Instalments, recovery: FloatArray, scale: float = 1.0) -> Outcome:
    """Give what became of the loan of `instalments` times `scale`.

    `first` (paths,) as of `first_missed`, `recovery` (instalments, paths) what a sale brings that begins at each.
    """
    count = instalments.count
    has_defaulted = first < count
    when = np.minimum(first, count - 1)
    exposure = np.where(has_defaulted, scale * instalments.exposures[when], 0.0)
    recovered = np.where(has_defaulted, np.take_along_axis(recovery, when[None, :], axis=0)[0], 0.0)
    return Outcome(first, has_defaulted, exposure, recovered, np.maximum(exposure - recovered, 0.0))
