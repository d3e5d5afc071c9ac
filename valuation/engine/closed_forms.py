"""Options that have a formula: the right to invest in, or to give up, a project; and the right to swap two."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

from valuation.engine.model import Warnings
from valuation.engine.quantities import Draws, Quantity

type FloatArray = NDArray[np.float64]

SIGNS = {"call": 1.0, "put": -1.0}


@dataclass(frozen=True)
class BlackScholes:
    """A European option on an asset with a yield. Source: Merton (1973), doi 10.2307/3003143; Haug (2007), 1.1.6."""

    sign: float
    underlying: Quantity
    strike: Quantity
    expiry: Quantity
    risk_free: Quantity
    asset_yield: Quantity
    volatility: Quantity
    warnings: Warnings = ()

    def value(self, draws: Draws) -> FloatArray:
        """Give the value on each path, (1,) or (paths,)."""
        expiry = self.expiry.at(draws)
        asset = self.underlying.at(draws) * np.exp(-self.asset_yield.at(draws) * expiry)
        price = self.strike.at(draws) * np.exp(-self.risk_free.at(draws) * expiry)
        return exchange_value(asset, price, self.volatility.at(draws) * np.sqrt(expiry), self.sign)

    def report(self, point: Draws) -> dict[str, Any]:
        """Give the members of the result for the one path of `point`."""
        gain = self.sign * (self.underlying.at(point)[0] - self.strike.at(point)[0])
        return option_report(float(self.value(point)[0]), max(float(gain), 0.0))


@dataclass(frozen=True)
class Margrabe:
    """The right to get one asset for another. Source: Margrabe (1978), doi 10.1111/j.1540-6261.1978.tb03397.x."""

    first: tuple[Quantity, Quantity, Quantity]
    """Underlying, yield and volatility of the asset received."""
    second: tuple[Quantity, Quantity, Quantity]
    """Underlying, yield and volatility of the asset given."""
    correlation: Quantity
    expiry: Quantity
    warnings: Warnings = ()

    def value(self, draws: Draws) -> FloatArray:
        """Give the value on each path, (1,) or (paths,)."""
        expiry = self.expiry.at(draws)
        received, first_volatility = _forward(self.first, expiry, draws)
        given, second_volatility = _forward(self.second, expiry, draws)
        apart = 2 * (1 - self.correlation.at(draws)) * first_volatility * second_volatility
        variance = (first_volatility - second_volatility) ** 2 + apart
        return exchange_value(received, given, np.sqrt(variance * expiry), 1.0)

    def report(self, point: Draws) -> dict[str, Any]:
        """Give the members of the result for the one path of `point`."""
        gain = self.first[0].at(point)[0] - self.second[0].at(point)[0]
        return option_report(float(self.value(point)[0]), max(float(gain), 0.0))


def _forward(asset: tuple[Quantity, Quantity, Quantity], expiry: FloatArray, draws: Draws) -> tuple[FloatArray, ...]:
    """Give what delivery of the asset at expiry is worth now, and its volatility."""
    underlying, asset_yield, volatility = (quantity.at(draws) for quantity in asset)
    return underlying * np.exp(-asset_yield * expiry), volatility


def exchange_value(received: FloatArray, given: FloatArray, deviation: FloatArray, sign: float) -> FloatArray:
    """Give the value of max(sign (X - Y), 0) for X, Y jointly lognormal with present values `received` and `given`.

    `deviation` is that of log X / Y; at zero the option is worth what it would fetch now. All broadcastable arrays.
    """
    distance = np.log(received / given) / deviation
    upper, lower = sign * (distance + deviation / 2), sign * (distance - deviation / 2)
    value = sign * (received * special.ndtr(upper) - given * special.ndtr(lower))
    certain = np.maximum(sign * (received - given), 0.0)
    return np.where(deviation > 0, value, certain)


def option_report(value: float, intrinsic: float, **further: float) -> dict[str, Any]:
    """Give the members `value` and `option` of a result."""
    option = {"value": value, "intrinsic": intrinsic, "time_premium": value - intrinsic}
    return {"value": value, "option": option | further}
