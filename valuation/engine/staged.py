"""Options on options, and options without end: the stages of a development, and when to invest at all.

Upside, never collateral, like every real option. Not part of the calculator.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy import optimize, special

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(64)
PANELS = 16
SIGNS = {"call": 1.0, "put": -1.0}
WIDEST_LOG_LEVEL = 60.0
"""The critical level is sought within e^-60 to e^60 of the strike."""


def bivariate_normal(a: float, b: float, correlation: float) -> float:
    """Return P(X <= a, Y <= b) for standard normals with a correlation in [-1, 1], to about 1e-14.

    Source: Plackett (1954), doi 10.1093/biomet/41.3-4.351; Genz (2004), doi 10.1023/B:STCO.0000035304.20635.31: the
    derivative in the correlation is integrated over its arc sine.

    >>> round(bivariate_normal(0, 0, 0.5), 12)
    0.333333333333
    """
    if abs(correlation) == 1:
        together = min(special.ndtr(a), special.ndtr(b))
        return float(together if correlation > 0 else max(special.ndtr(a) - special.ndtr(-b), 0))
    edges = np.linspace(0, math.asin(correlation), PANELS + 1)
    half = (edges[1:] - edges[:-1])[:, None] / 2
    angle = edges[:-1, None] + half * (_NODES + 1)
    density = np.exp(-(a * a + b * b - 2 * a * b * np.sin(angle)) / (2 * np.cos(angle) ** 2))
    return float(special.ndtr(a) * special.ndtr(b) + np.sum(density * _WEIGHTS * half) / (2 * math.pi))


@dataclass(frozen=True)
class Stage:
    """One right of a staged investment: call or put, its strike, and its expiry in years from now."""

    kind: str
    strike: float
    expiry: float


def compound_option(
    underlying: float, outer: Stage, inner: Stage, risk_free: float, asset_yield: float, volatility: float
) -> float:
    """Return the value of the right `outer` to get (call) or give (put) the option `inner` on an asset.

    Rates are continuously compounded a year. Raises: ValueError unless 0 < outer.expiry < inner.expiry, prices and
    volatility are positive and both kinds are call or put.

    Source: Geske (1979), doi 10.1016/0304-405X(79)90022-9; Haug (2007), Option pricing formulas, 4.18. Haug's example
    prints 21.1965; the formula gives 21.19635.

    >>> round(compound_option(500, Stage("put", 50, 0.25), Stage("call", 520, 0.5), 0.08, 0.03, 0.35), 4)
    21.1964
    """
    if not 0 < outer.expiry < inner.expiry:
        raise ValueError("outer.expiry: must lie between now and inner.expiry")
    if not min(underlying, outer.strike, inner.strike, volatility) > 0:
        raise ValueError("underlying, strikes and volatility: must be positive")
    if not {outer.kind, inner.kind} <= SIGNS.keys():
        raise ValueError(f"kind: must be one of {', '.join(SIGNS)}")
    return _geske(underlying, outer, inner, risk_free, asset_yield, volatility)


def _geske(s: float, outer: Stage, inner: Stage, r: float, q: float, sigma: float) -> float:
    on, of = SIGNS[outer.kind], SIGNS[inner.kind]
    t1, t2 = outer.expiry, inner.expiry
    critical = _critical_level(outer, inner, r, q, sigma)
    if critical is None:  # the inner option is never worth the outer strike: a call on it is nothing, a put is sure
        kept = outer.strike * math.exp(-r * t1) - _black_scholes(s, inner, t2, r, q, sigma)
        return 0.0 if on > 0 else kept
    near = (math.log(s / critical) + (r - q + sigma**2 / 2) * t1) / (sigma * math.sqrt(t1))
    far = (math.log(s / inner.strike) + (r - q + sigma**2 / 2) * t2) / (sigma * math.sqrt(t2))
    rho = on * math.sqrt(t1 / t2)
    received = of * s * math.exp(-q * t2) * bivariate_normal(on * of * near, of * far, rho)
    lower_near, lower_far = near - sigma * math.sqrt(t1), far - sigma * math.sqrt(t2)
    paid = of * inner.strike * math.exp(-r * t2) * bivariate_normal(on * of * lower_near, of * lower_far, rho)
    now = outer.strike * math.exp(-r * t1) * float(special.ndtr(on * of * lower_near))
    return on * (received - paid - now)


def _critical_level(outer: Stage, inner: Stage, r: float, q: float, sigma: float) -> float | None:
    """Give the level of the asset at which the inner option is worth the outer strike at its expiry; None if never."""
    left = inner.expiry - outer.expiry

    def gain(log_level: float) -> float:
        return _black_scholes(inner.strike * math.exp(log_level), inner, left, r, q, sigma) - outer.strike

    ends = (-WIDEST_LOG_LEVEL, WIDEST_LOG_LEVEL)
    if gain(ends[0]) * gain(ends[1]) > 0:
        return None
    return float(inner.strike * math.exp(optimize.brentq(gain, *ends, xtol=1e-15, rtol=1e-14)))


def _black_scholes(s: float, option: Stage, years: float, r: float, q: float, sigma: float) -> float:
    sign, deviation = SIGNS[option.kind], sigma * math.sqrt(years)
    upper = (math.log(s / option.strike) + (r - q) * years) / deviation + deviation / 2
    asset = s * math.exp(-q * years) * special.ndtr(sign * upper)
    return float(sign * (asset - option.strike * math.exp(-r * years) * special.ndtr(sign * (upper - deviation))))


@dataclass(frozen=True)
class Trigger:
    """When to invest: at the value `level` = beta / (beta - 1) times the cost; until then waiting is worth `option`."""

    beta: float
    level: float
    option: float


def investment_trigger(
    underlying: float, investment: float, risk_free: float, asset_yield: float, volatility: float
) -> Trigger:
    """Return the trigger V* = beta / (beta - 1) I of the right to invest I at any time, and the value of that right.

    beta > 1 solves sigma^2 / 2 beta (beta - 1) + (r - delta) beta - r = 0. Raises: ValueError unless value, cost,
    rate, yield (where waiting is free one waits for ever) and volatility are positive.

    Source: McDonald & Siegel (1986), doi 10.2307/1884175; Dixit & Pindyck (1994), chapter 5, equations 14 to 16.

    >>> round(investment_trigger(1.0, 1.0, 0.04, 0.04, 0.2).level, 12)
    2.0
    """
    if not min(underlying, investment, risk_free, asset_yield, volatility) > 0:
        raise ValueError("underlying, investment, risk_free, asset_yield and volatility: must be positive")
    variance = volatility**2
    drift = (risk_free - asset_yield) / variance - 0.5
    beta = -drift + math.sqrt(drift**2 + 2 * risk_free / variance)
    level = beta / (beta - 1) * investment
    waiting = (level - investment) * (underlying / level) ** beta
    return Trigger(beta, level, waiting if underlying < level else underlying - investment)
