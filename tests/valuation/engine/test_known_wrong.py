"""Published values that are wrong are not reproduced: each beside the right figure, and beside its slip where it shows.

Seen in print by the project's survey of methods.
"""

import math
from typing import Any

import pytest

from valuation import engine
from valuation.engine.staged import Stage, compound_option

END_OF_YEAR = {"timing": "end_of_year", "tax_rate": 0}


def amortised(income: float, years: int, rate: float, tax: float) -> dict[str, Any]:
    """Give the result of a level income with the benefit of amortising its price over the same years."""
    document = END_OF_YEAR | {"method": "incremental_income", "horizon": {"years": years}, "discount_rate": rate}
    amortisation = {"years": years, "tax_rate": tax}
    return engine.value(document | {"incremental": {"with": income}, "tax_amortisation": amortisation})


def annuity(years: int, rate: float) -> float:
    return (1 - (1 + rate) ** -years) / rate


def test_the_amortisation_benefit_of_85_85_is_13_89() -> None:
    """bizfluent.com, How to calculate a tax amortization benefit: 10 a year for 10 years at 10 %, taxed at 30 %."""
    result = amortised(10, 10, 0.10, 0.30)
    benefit = result["value"] - result["present_value"]
    assert result["present_value"] == pytest.approx(61.45, abs=0.005)
    assert benefit == pytest.approx(13.89, abs=0.005)
    assert abs(benefit - 85.85) > 70


def test_the_amortisation_factor_divides_by_the_years() -> None:
    """opag.io, tax amortisation benefit, "simplified" 1 / (1 - tax x annuity): 25 %, 15 years, 12 %. It is negative."""
    factor = amortised(1, 15, 0.12, 0.25)["tab_factor"]
    simplified = 1 / (1 - 0.25 * annuity(15, 0.12))
    assert simplified < 0
    assert factor == pytest.approx(1 / (1 - 0.25 / 15 * annuity(15, 0.12)), rel=1e-14)
    assert factor == pytest.approx(1.13, abs=0.005), "the factor that the same page states in words"


def test_a_growing_annuity_is_not_one_at_the_net_rate() -> None:
    """65,000 growing 2 % a year for 40 years at 10 %: 772,860.99, in print 775,100 from a level annuity at r - g."""
    document = END_OF_YEAR | {"method": "profit_split", "horizon": {"years": 40}, "discount_rate": 0.1}
    document |= {"revenue": {"base": 65_000, "growth": 0.02}, "contribution": {"revenue_share": 1}}
    found = engine.value(document)["value"]
    assert found == pytest.approx(772_860.99, abs=0.005)
    assert 65_000 * annuity(40, 0.1 - 0.02) == pytest.approx(775_100, abs=0.5)
    assert abs(found - 775_100) > 2_000


def test_nothing_is_rounded_inside_a_chain() -> None:
    """194163.76618 in print: the present value had been rounded to cents before it was grossed up."""
    document = END_OF_YEAR | {"method": "relief_from_royalty", "horizon": {"years": 5}, "discount_rate": 0.12}
    document |= {"revenue": [1e6, 1.1e6, 1.2e6, 1.3e6, 1.4e6], "royalty_rate": 0.05, "tax_rate": 0.25}
    found = engine.value(document | {"tax_amortisation": {"years": 5}})["value"]
    exact = 0.05 * 0.75 * math.fsum(1e5 * (10 + i) / 1.12 ** (i + 1) for i in range(5))
    exact /= 1 - 0.25 / 5 * annuity(5, 0.12)
    assert found == pytest.approx(exact, rel=1e-14)
    assert found == pytest.approx(194163.76338571688, rel=1e-13)
    early = round(exact * (1 - 0.25 / 5 * annuity(5, 0.12)), 2) / (1 - 0.25 / 5 * annuity(5, 0.12))
    assert early == pytest.approx(194163.76618, abs=1e-5)
    assert abs(found - early) > 0.002


def test_the_compound_option_of_21_1965_is_21_19635() -> None:
    """Haug (2007), 4.18, a put on a call."""
    found = compound_option(500, Stage("put", 50, 0.25), Stage("call", 520, 0.5), 0.08, 0.03, 0.35)
    assert found == pytest.approx(21.19635, abs=5e-6)
    assert round(found, 4) != 21.1965


def test_the_patent_as_an_option_of_37_12_is_26_60() -> None:
    """Damodaran, lecture slide "Valuing the patent": 350 against 500, 17 years, 4 %, variance 0.0625, yield 1/17.

    The slide's own line multiplies out to 37.12 by its N(d1) 0.5285 and N(d2) 0.1219; d1 gives 0.4439, not 0.5285.
    """
    option = {
        "model": "black_scholes", "type": "call", "underlying": 350, "strike": 500, "expiry": 17, "risk_free": 0.04,
        "volatility": 0.25, "yield": 1 / 17,
    }  # fmt: skip
    found = engine.value({"method": "real_option", "option": option})["value"]
    assert found == pytest.approx(26.60, abs=0.005)
    printed = 350 * math.exp(-0.0588 * 17) * 0.5285 - 500 * math.exp(-0.04 * 17) * 0.1219
    assert printed == pytest.approx(37.12, abs=0.1)
    assert abs(found - 37.12) > 10
