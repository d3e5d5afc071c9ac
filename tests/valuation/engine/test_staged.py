"""Compound options and the perpetual trigger against published values and against each other."""

import math

import numpy as np
import pytest
from scipy import special, stats

from valuation.engine.staged import Stage, bivariate_normal, compound_option, investment_trigger

INNER = Stage("call", 520, 0.5)
MARKET = {"risk_free": 0.08, "asset_yield": 0.03, "volatility": 0.35}


def black_scholes(s: float, option: Stage, risk_free: float, asset_yield: float, volatility: float) -> float:
    sign, deviation = (1 if option.kind == "call" else -1), volatility * math.sqrt(option.expiry)
    upper = (math.log(s / option.strike) + (risk_free - asset_yield) * option.expiry) / deviation + deviation / 2
    asset = s * math.exp(-asset_yield * option.expiry) * special.ndtr(sign * upper)
    return float(
        sign * (asset - option.strike * math.exp(-risk_free * option.expiry) * special.ndtr(sign * (upper - deviation)))
    )


@pytest.mark.parametrize("correlation", [-1.0, -0.9999, -0.9, -0.3, 0.0, 0.5, 0.7071, 0.95, 0.999, 1.0])
def test_the_bivariate_normal_is_that_of_scipy(correlation: float) -> None:
    law = stats.multivariate_normal([0, 0], [[1, correlation], [correlation, 1]], allow_singular=True)
    for a, b in [(0, 0), (1.2, -0.4), (-2, -1), (3, 0.1), (-0.5, 2.5)]:
        assert bivariate_normal(a, b, correlation) == pytest.approx(float(law.cdf([a, b])), abs=2e-6)


def test_the_bivariate_normal_has_its_closed_forms() -> None:
    for correlation in (-0.99, -0.5, 0.3, 0.8, 0.999):
        quadrant = 0.25 + math.asin(correlation) / (2 * math.pi)
        assert bivariate_normal(0, 0, correlation) == pytest.approx(quadrant, abs=1e-14)
    assert bivariate_normal(0.7, -0.2, 0) == pytest.approx(special.ndtr(0.7) * special.ndtr(-0.2), abs=1e-16)
    for a, b, correlation in [(0.4, -1.1, 0.6), (-2.0, 0.3, -0.8)]:
        both = bivariate_normal(a, b, correlation) + bivariate_normal(a, -b, -correlation)
        assert both == pytest.approx(special.ndtr(a), abs=1e-15)


def test_the_published_put_on_a_call() -> None:
    """Haug (2007), p. 132 prints 21.1965; in double precision the formula gives 21.19635."""
    assert compound_option(500, Stage("put", 50, 0.25), INNER, **MARKET) == pytest.approx(21.19635, abs=5e-6)


@pytest.mark.parametrize("kind", ["call", "put"])
def test_a_call_less_a_put_on_the_same_option_is_the_option_less_the_strike(kind: str) -> None:
    inner = Stage(kind, 520, 0.5)
    call, put = (compound_option(500, Stage(outer, 40, 0.25), inner, **MARKET) for outer in ("call", "put"))
    option = black_scholes(500, inner, **MARKET)
    assert call - put == pytest.approx(option - 40 * math.exp(-0.08 * 0.25), abs=1e-10)
    assert 0 < call < option


@pytest.mark.parametrize("outer", ["call", "put"])
@pytest.mark.parametrize("kind", ["call", "put"])
def test_every_kind_is_what_its_payoff_is_worth(outer: str, kind: str) -> None:
    """Integrate the payoff at the first expiry over the asset's law."""
    stage, inner = Stage(outer, 45, 0.25), Stage(kind, 520, 0.5)
    nodes, weights = np.polynomial.hermite_e.hermegauss(180)
    levels = 500 * np.exp((0.08 - 0.03 - 0.35**2 / 2) * 0.25 + 0.35 * 0.5 * nodes)
    worth = np.array([black_scholes(level, Stage(kind, 520, 0.25), **MARKET) for level in levels])
    payoff = np.maximum((1 if outer == "call" else -1) * (worth - 45), 0)
    expected = math.exp(-0.08 * 0.25) * float(np.sum(payoff * weights)) / math.sqrt(2 * math.pi)
    assert compound_option(500, stage, inner, **MARKET) == pytest.approx(expected, abs=0.15)


def test_a_strike_that_a_put_never_reaches_leaves_nothing_to_call_and_all_to_give() -> None:
    inner = Stage("put", 100, 0.5)
    assert compound_option(100, Stage("call", 150, 0.25), inner, **MARKET) == 0
    sure = 150 * math.exp(-0.08 * 0.25) - black_scholes(100, inner, **MARKET)
    assert compound_option(100, Stage("put", 150, 0.25), inner, **MARKET) == pytest.approx(sure, rel=1e-12)


@pytest.mark.parametrize(
    ("outer", "inner", "named"),
    [
        (Stage("call", 50, 0.5), INNER, "expiry"),
        (Stage("call", 50, 0.0), INNER, "expiry"),
        (Stage("call", 0, 0.25), INNER, "strikes"),
        (Stage("calls", 5, 0.25), INNER, "kind"),
    ],
)
def test_what_is_no_staged_option_is_refused(outer: Stage, inner: Stage, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        compound_option(500, outer, inner, **MARKET)


def test_the_published_trigger_is_twice_the_investment() -> None:
    """Dixit & Pindyck (1994), section 5.2.C: r = delta = 4 %, sigma = 20 %, I = 1 gives beta = 2, V* = 2, F = V^2/4."""
    for value in (0.5, 1.0, 1.9):
        trigger = investment_trigger(value, 1, 0.04, 0.04, 0.2)
        assert (trigger.beta, trigger.level) == pytest.approx((2, 2), rel=1e-15)
        assert trigger.option == pytest.approx(value**2 / 4, rel=1e-14)


def test_beyond_the_trigger_the_right_is_worth_its_exercise_and_it_rises_with_uncertainty() -> None:
    assert investment_trigger(5, 1, 0.04, 0.04, 0.2).option == 4
    levels = [investment_trigger(1, 1, 0.06, 0.05, volatility).level for volatility in (0.1, 0.2, 0.4)]
    assert levels == sorted(levels)
    assert levels[0] > 1
    beta = investment_trigger(1, 1, 0.06, 0.05, 0.3).beta
    assert 0.045 * beta * (beta - 1) + 0.01 * beta - 0.06 == pytest.approx(0, abs=1e-15)


def test_where_waiting_is_free_there_is_no_trigger() -> None:
    with pytest.raises(ValueError, match="asset_yield"):
        investment_trigger(1, 1, 0.04, 0, 0.2)
