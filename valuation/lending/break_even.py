"""The royalty at which the rights are worth exactly the loan.

Every share of revenue is multiplied by one factor until the simulated mean value is the amount lent; costs, caps and
fading stay as they are. The paths are those of the run.
"""

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import optimize

from valuation.engine.earnings import RevenueShare
from valuation.engine.income import IncomeAsset
from valuation.engine.quantities import Draws
from valuation.engine.summary import mean
from valuation.lending.estimates import Estimate, by_randomisation, error_of
from valuation.lending.sample import Model

type FloatArray = NDArray[np.float64]
type Values = Callable[[Model], FloatArray]

PRECISION = 1e-12
SLOPE_STEP = 1e-3
"""Of the multiple: wide enough that the slope keeps its digits. Source: our own, the value is nearly linear in it."""


def break_even(model: Model, amount: float, point: Draws, values: Values) -> dict[str, Any]:
    """Give the `multiple` of all shares of revenue at which the mean value is `amount`, and the `shares` it means.

    `values` gives the value on every path of a model, (paths,). None where no right earns a share of revenue, or where
    even a share that is 100 % at the means of the inputs would not do.
    """
    greatest = max((float(np.max(share)) for share in _shares(model, point).values()), default=0.0)
    if greatest <= 0:
        return _answer(None, None, {})

    def gap(multiple: float) -> float:
        return mean(values(_scaled(model, multiple))) - amount

    highest = 1 / greatest
    if not (0 <= gap(highest) < math.inf and gap(0.0) <= 0):
        return _answer(None, None, {})
    multiple = float(optimize.brentq(gap, 0.0, highest, xtol=PRECISION, rtol=PRECISION))
    shares = {name: _flat(multiple * share) for name, share in _shares(model, point).items()}
    return _answer(multiple, _error(model, multiple, values), shares)


def _answer(multiple: float | None, error: float | None, shares: dict[str, Any]) -> dict[str, Any]:
    return {"multiple": Estimate(multiple, error).as_json(), "shares": shares}


def _error(model: Model, multiple: float, values: Values) -> float | None:
    """Give the error of the multiple: that of the mean value there, over its slope."""
    here, above = values(_scaled(model, multiple)), values(_scaled(model, multiple * (1 + SLOPE_STEP)))
    slope = (mean(above) - mean(here)) / (multiple * SLOPE_STEP)
    error = error_of([mean(row) for row in by_randomisation(here)])
    return error / slope if slope > 0 else None


def _scaled(model: Model, multiple: float) -> Model:
    return replace(model, rights=model.rights.scaled(multiple))


def _shares(model: Model, point: Draws) -> dict[str, FloatArray]:
    """Give the share of revenue at the means of the inputs of every right that earns one, by period or for all."""
    return {right.name: share for right in model.rights.rights if (share := _share(right.asset, point)) is not None}


def _share(asset: IncomeAsset, point: Draws) -> FloatArray | None:
    return asset.earnings.rate.at(point).ravel() if isinstance(asset.earnings, RevenueShare) else None


def _flat(shares: FloatArray) -> float | list[float]:
    return float(shares[0]) if np.all(shares == shares[0]) else [float(share) for share in shares]
