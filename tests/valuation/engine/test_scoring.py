"""Rates from scores, and the licensor's share of the licensee's profit."""

import pytest

from valuation import engine
from valuation.engine.scoring import licensor_share, profit_split_rate, royalty_from_share, score

WEIGHTS = {"legal": 0.3, "technical": 0.5, "economic": 0.2}


def test_the_rate_runs_from_its_low_to_its_high_with_the_score() -> None:
    assert score(WEIGHTS, dict.fromkeys(WEIGHTS, 0.0)) == 0
    assert score(WEIGHTS, dict.fromkeys(WEIGHTS, 1.0)) == 1
    assert profit_split_rate(0.015, 0.03, 0) == 0.015
    assert profit_split_rate(0.015, 0.03, 1) == 0.03
    assert profit_split_rate(0.015, 0.03, score(WEIGHTS, {"legal": 1, "technical": 0.4, "economic": 0.5})) == 0.024


@pytest.mark.parametrize(
    ("weights", "answers", "named"),
    [
        (WEIGHTS, {"legal": 1, "technical": 1}, "economic: has no answer"),
        ({"legal": 1.0}, {"legal": 1, "extra": 1}, "extra: has no weight"),
        ({"legal": 0.9}, {"legal": 1}, "weights: must sum to 1, not 0.9"),
        ({"legal": 1.5, "technical": -0.5}, {"legal": 1, "technical": 1}, "technical: the weight"),
        ({"legal": 1.0}, {"legal": 1.01}, "legal: .* the answer"),
        ({"legal": 1.0}, {"legal": float("nan")}, "legal: .* the answer"),
    ],
)
def test_a_wrong_score_sheet_is_refused_at_its_line(
    weights: dict[str, float], answers: dict[str, float], named: str
) -> None:
    with pytest.raises(ValueError, match=named):
        score(weights, answers)


@pytest.mark.parametrize(
    ("low", "high", "given"), [(0.3, 0.2, 0.5), (-0.1, 0.2, 0.5), (0.1, 1.2, 0.5), (0.1, 0.2, 1.1)]
)
def test_a_wrong_rate_is_refused(low: float, high: float, given: float) -> None:
    with pytest.raises(ValueError):
        profit_split_rate(low, high, given)


def test_royalty_and_share_of_profit_are_two_ways_to_say_the_same() -> None:
    for share in (0.0, 0.2, 0.25, 0.3, 1.0):
        found = licensor_share(royalty_from_share(share, 0.16), 0.16)
        assert found.share == pytest.approx(share, abs=1e-15)
        assert found.in_rule_of_thumb == (share in (0.25, 0.3))


def test_a_share_of_profit_is_worth_what_its_royalty_is() -> None:
    common = {
        "horizon": {"years": 5},
        "revenue": {"base": 1e6, "growth": 0.05},
        "tax_rate": 0.25,
        "discount_rate": 0.15,
    }
    share = {"method": "profit_split", "contribution": {"profit_share": 0.3, "operating_margin": 0.12}}
    royalty = {"method": "relief_from_royalty", "royalty_rate": royalty_from_share(0.3, 0.12)}
    assert engine.value(common | share)["value"] == engine.value(common | royalty)["value"]


@pytest.mark.parametrize("margin", [0.0, -0.1, 1.1])
def test_without_profit_there_is_no_share_of_it(margin: float) -> None:
    with pytest.raises(ValueError, match="operating_margin"):
        licensor_share(0.05, margin)
    with pytest.raises(ValueError, match="operating_margin"):
        royalty_from_share(0.25, margin)
    with pytest.raises(ValueError, match="royalty_rate"):
        licensor_share(-0.01, 0.1)
    with pytest.raises(ValueError, match="share"):
        royalty_from_share(1.1, 0.1)
