"""The income approach against closed forms, published figures and laws that hold for any right."""

import math
from itertools import pairwise
from typing import Any

import pytest

from valuation.engine import value

EXACT = 1e-12
ANNUITY: dict[str, Any] = {
    "method": "incremental_income",
    "timing": "end_of_year",
    "horizon": {"years": 10},
    "incremental": {"with": 100},
    "tax_rate": 0,
    "discount_rate": 0.12,
}
ROYALTY: dict[str, Any] = {
    "method": "relief_from_royalty",
    "horizon": {"years": 6},
    "revenue": {"base": 1000, "growth": 0.05},
    "royalty_rate": 0.04,
    "tax_rate": 0.25,
    "discount_rate": 0.1,
}


def worth(document: dict[str, Any], **changes: Any) -> float:
    result: float = value(document | changes)["value"]
    return result


@pytest.mark.parametrize(("rate", "years"), [(0.12, 10), (0.01, 100), (1, 1), (0.5, 37)])
def test_a_level_income_is_an_annuity(rate: float, years: int) -> None:
    expected = 100 * (1 - (1 + rate) ** -years) / rate
    assert worth(ANNUITY, discount_rate=rate, horizon={"years": years}) == pytest.approx(expected, rel=EXACT)


def test_mid_year_income_is_worth_half_a_year_more() -> None:
    assert worth(ANNUITY, timing="mid_year") == pytest.approx(worth(ANNUITY) * 1.12**0.5, rel=EXACT)


def test_a_growing_annuity_is_not_an_annuity_at_the_net_rate() -> None:
    """The trap: 775,100 is printed for 772,860.99, by discounting at r - g."""
    document = ROYALTY | {"timing": "end_of_year", "horizon": {"years": 10}, "tax_rate": 0, "royalty_rate": 1}
    document |= {"revenue": {"base": 100_000, "growth": 0.05}, "discount_rate": 0.1}
    expected = 100_000 * (1 - (1.05 / 1.1) ** 10) / 0.05
    assert worth(document) == pytest.approx(expected, rel=EXACT)


def test_a_base_of_the_year_before_grows_once_before_the_first_period() -> None:
    before = ROYALTY["revenue"] | {"base_year": 0}
    assert worth(ROYALTY, revenue=before) == pytest.approx(1.05 * worth(ROYALTY), rel=EXACT)


def test_a_hazard_at_the_flow_is_a_shift_of_the_rate() -> None:
    shifted = 1.1 / 0.97 - 1
    assert worth(ROYALTY, hazard={"annual": 0.03}) == pytest.approx(worth(ROYALTY, discount_rate=shifted), rel=EXACT)


def test_exponential_decay_at_the_flow_is_a_shift_of_the_rate() -> None:
    shifted = 1.1 * math.exp(0.08) - 1
    assert worth(ROYALTY, decay={"rate": 0.08}) == pytest.approx(worth(ROYALTY, discount_rate=shifted), rel=EXACT)


def test_geometric_decay_is_exponential_decay_at_the_matching_rate() -> None:
    geometric = worth(ROYALTY, decay={"rate": 0.2, "form": "geometric", "at": "end"})
    assert geometric == pytest.approx(worth(ROYALTY, decay={"rate": -math.log(0.8), "at": "end"}), rel=EXACT)


@pytest.mark.parametrize(("at", "times"), [("start", (0, 1)), ("mid", (0.5, 1.5)), ("end", (1, 2)), ("flow", (1, 2))])
def test_fades_are_read_at_the_moment_asked_for(at: str, times: tuple[float, float]) -> None:
    document = ANNUITY | {
        "horizon": {"years": 2},
        "hazard": {"annual": 0.1, "at": at},
        "decay": {"rate": 0.2, "at": at},
    }
    rows = value(document)["years"]
    for row, time in zip(rows, times, strict=True):
        assert row["survival"] == pytest.approx(0.9**time, rel=EXACT)
        assert row["decay"] == pytest.approx(math.exp(-0.2 * time), rel=EXACT)


def test_costs_stop_with_the_right_but_do_not_decay_with_its_power() -> None:
    dear = worth(ROYALTY, costs=10, coverage=0.5, decay={"rate": 0.3}, hazard={"annual": 0.05})
    free = worth(ROYALTY, coverage=0.5, decay={"rate": 0.3}, hazard={"annual": 0.05})
    fees = worth(ANNUITY, timing="mid_year", horizon={"years": 6}, discount_rate=0.1, hazard={"annual": 0.05})
    assert free - dear == pytest.approx(fees / 10 * 0.75, rel=1e-11)


def test_a_loss_has_a_negative_tax() -> None:
    row = value(ANNUITY | {"incremental": {"without": 100}, "tax_rate": 0.25})["years"][0]
    assert (row["pre_tax"], row["tax"], row["cash_flow"]) == (-100, -25, -75)


def test_premium_and_saving_count_by_the_piece() -> None:
    parts = {"with": 500, "without": 100, "price_premium": 2, "cost_saving": 1.5, "quantity": 40}
    assert value(ANNUITY | {"incremental": parts})["years"][3]["pre_tax"] == pytest.approx(540, rel=EXACT)


def test_charges_come_off_before_or_after_tax() -> None:
    document = {**ANNUITY, "method": "multi_period_excess_earnings", "revenue": [1000] * 10, "tax_rate": 0.25}
    del document["incremental"]
    document |= {"operating_costs": {"share_of_revenue": 0.6}, "coverage": 0.5}
    charges = [{"amount": 50}, {"share_of_revenue": 0.02}, {"asset_value": [300] * 10, "return": 0.1}]
    after = value(document | {"contributory_charges": charges})["years"][0]
    before = value(document | {"contributory_charges": charges, "cac_basis": "pre_tax"})["years"][0]
    assert after["contributory_charges"] == before["contributory_charges"] == 50
    assert (after["pre_tax"], after["tax"], after["cash_flow"]) == (200, 50, 100)
    assert (before["tax"], before["cash_flow"]) == (37.5, 112.5)


@pytest.mark.parametrize("timing", ["mid_year", "end_of_year"])
def test_the_amortisation_factor_is_a_fixed_point(timing: str) -> None:
    """Value = present value + tax saved by writing the value itself off."""
    document = ROYALTY | {"timing": timing, "tax_amortisation": {"years": 8, "discount_rate": 0.14, "tax_rate": 0.2}}
    result = value(document)
    late = 0.0 if timing == "end_of_year" else 0.5
    saved = sum(0.2 * result["value"] / 8 * 1.14 ** -(j - late) for j in range(1, 9))
    assert result["value"] == pytest.approx(result["present_value"] + saved, rel=EXACT)
    assert result["tab_factor"] > 1


def test_the_amortisation_factor_is_finite_where_nothing_is_discounted() -> None:
    free = {"build_up": {"risk_free": 0, "premiums": {}}}
    factor = value(ROYALTY | {"discount_rate": free, "tax_amortisation": {"years": 8}})["tab_factor"]
    assert factor == pytest.approx(1 / 0.75, rel=EXACT)


@pytest.mark.parametrize("exponent", ["last_flow", "horizon_end"])
def test_a_terminal_value_is_the_sum_of_all_later_years(exponent: str) -> None:
    fading = {"decay": {"rate": 0.1}, "hazard": {"annual": 0.04}, "timing": "end_of_year", "kind": "trademark"}
    for_ever = worth(ROYALTY | fading | {"terminal": {"growth": 0.05, "exponent": exponent}})
    long = worth(ROYALTY | fading | {"horizon": {"years": 100}})
    assert for_ever == pytest.approx(long, rel=1e-6)


def test_the_terminal_exponent_is_worth_half_a_year_mid_year() -> None:
    mark = ROYALTY | {"kind": "trademark"}
    last = value(mark | {"terminal": {"growth": 0.02}})["terminal_value"]
    end = value(mark | {"terminal": {"growth": 0.02, "exponent": "horizon_end"}})["terminal_value"]
    assert last == pytest.approx(end * 1.1**0.5, rel=EXACT)


def test_a_mean_reverting_growth_without_shocks_follows_its_expectation() -> None:
    path = {"initial": 0.2, "long_run": 0.05, "speed": 0.7, "volatility": 0.3}
    rows = value(ROYALTY | {"revenue": {"base": 1000, "growth": path}})["years"]
    growth = [math.log(late["revenue"] / early["revenue"]) for early, late in pairwise(rows)]
    assert growth == pytest.approx([0.05 + 0.15 * math.exp(-0.7 * j) for j in range(1, 6)], rel=1e-10)


def test_a_simulated_growth_path_has_the_lognormal_mean_of_the_process() -> None:
    """One step: E[e^x] = exp(mean + variance / 2) of the exact transition. Source: Vasicek (1977)."""
    path = {"initial": 0.1, "long_run": 0.02, "speed": 0.8, "volatility": 0.4}
    document = ANNUITY | {"method": "relief_from_royalty", "royalty_rate": 1, "horizon": {"years": 1}}
    del document["incremental"]
    document |= {"revenue": {"base": 1, "growth": path, "base_year": 0}, "simulation": {"paths": 16384, "seed": 5}}
    block = value(document)["simulation"]
    mean, variance = 0.02 + 0.08 * math.exp(-0.8), 0.16 * (1 - math.exp(-1.6)) / 1.6
    assert block["mean"] * 1.12 == pytest.approx(math.exp(mean + variance / 2), abs=5 * 1.12 * block["std"] / 128)
    assert block["std"] / block["mean"] == pytest.approx(math.sqrt(math.expm1(variance)), rel=0.02)


def test_the_printed_rounded_chain_is_not_ours() -> None:
    """194163.76618 is printed where intermediate figures were rounded; the exact figure is 194163.76339."""
    revenue = [1_000_000, 1_100_000, 1_200_000, 1_300_000, 1_400_000]
    document = ROYALTY | {"timing": "end_of_year", "horizon": {"years": 5}, "revenue": revenue, "royalty_rate": 0.05}
    found = worth(document, discount_rate=0.12, tax_amortisation={"years": 5})
    assert found == pytest.approx(194163.76338571688, rel=EXACT)


@pytest.mark.parametrize(
    ("change", "sign"),
    [({"discount_rate": 0.11}, -1), ({"decay": {"rate": 0.01}}, -1), ({"hazard": {"annual": 0.01}}, -1),
     ({"royalty_rate": 0.05}, 1), ({"horizon": {"years": 6.5}}, 1), ({"tax_rate": 0.3}, -1), ({"costs": 1}, -1)],
)  # fmt: skip
def test_value_moves_the_way_it_must(change: dict[str, Any], sign: int) -> None:
    assert sign * (worth(ROYALTY | change) - worth(ROYALTY)) > 0


def test_value_does_not_depend_on_the_currency_unit() -> None:
    fen = ROYALTY | {"revenue": {"base": 100_000, "growth": 0.05}}
    assert worth(fen) == pytest.approx(100 * worth(ROYALTY), rel=EXACT)


def test_legal_risk_charged_twice_is_warned_of() -> None:
    rate: dict[str, Any] = {"build_up": {"risk_free": 0.02, "premiums": {"legal": 0.01, "market": 0.05}}}
    twice = value(ROYALTY | {"discount_rate": rate, "hazard": {"annual": 0.01}})
    assert twice["warnings"] == [{"pointer": "/hazard", "code": "legal_risk_twice"}]
    rate["build_up"]["premiums"]["legal"] = 0
    assert value(ROYALTY | {"discount_rate": rate, "hazard": {"annual": 0.01}})["warnings"] == []
    assert value(ROYALTY | {"discount_rate": rate})["warnings"] == []
