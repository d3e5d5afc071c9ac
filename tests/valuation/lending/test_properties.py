"""What must hold for every lender's document, tried on documents that Hypothesis makes from fixed seeds."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from tests.valuation.engine.spoilt import changed
from tests.valuation.lending.specimens import CERTAIN, PATENT
from valuation.engine import value
from valuation.engine.sampling import SimulationRequest
from valuation.engine.summary import QUANTILES
from valuation.lending import assess
from valuation.lending.document import Assessment, read
from valuation.lending.sample import Sample, simulate
from valuation.lending.sizes import MEASURES, Lending

REQUEST = SimulationRequest(256, "sobol", 3, antithetic=False)
steadily = settings(derandomize=True, max_examples=30, deadline=None, database=None)
seldom = settings(steadily, max_examples=12)
"""For whole results, which hold every figure."""


@some.composite
def documents(draw: some.DrawFn) -> dict[str, Any]:
    """Give a good document: any number of it may be another, what may be random is or is not."""

    def between(low: float, high: float) -> float:
        return low + (high - low) * draw(some.integers(0, 1000)) / 1000

    def perhaps(low: float, high: float) -> Any:
        first, second = sorted((between(low, high), between(low, high)))
        is_law = draw(some.booleans()) and second > first
        return {"distribution": "uniform", "low": first, "high": second} if is_law else first

    years = draw(some.integers(2, 8))
    mean_reverting = {
        "initial": between(-0.2, 0.2),
        "long_run": 0.02,
        "speed": between(0.1, 2),
        "volatility": between(0, 0.4),
    }
    growth = draw(some.sampled_from([mean_reverting, between(-0.2, 0.3)]))
    income = {"annual": perhaps(0, 500), "shock": {"speed": between(0.1, 2), "volatility": between(0, 0.5)}}
    return changed(
        PATENT,
        {
            "/horizon": {"years": years},
            "/timing": draw(some.sampled_from(["mid_year", "end_of_year"])),
            "/revenue": {"base": perhaps(5000, 40000), "growth": growth},
            "/royalty_rate": perhaps(0.01, 0.08),
            "/discount_rate/capm": {"risk_free": 0.02, "beta": perhaps(0, 2), "equity_risk_premium": 0.06},
            "/decay": {"rate": perhaps(0, 0.3), "form": draw(some.sampled_from(["exponential", "geometric"]))},
            "/hazard/annual": perhaps(0, 0.2),
            "/borrower/operating_margin": perhaps(0, 0.1),
            "/borrower/lost_with_right": between(0, 1),
            "/borrower/other_income": income,
            "/borrower/carried": between(0, 1),
        },
    )


def sampled(document: dict[str, Any]) -> Sample:
    asked = read(document)
    assert isinstance(asked, Assessment)
    return simulate(asked.model, asked.randomness, REQUEST)


def plus(law: Any, amount: float) -> Any:
    """Return a number or uniform law moved up."""
    return law + amount if not isinstance(law, dict) else law | {end: law[end] + amount for end in ("low", "high")}


@steadily
@given(documents(), some.lists(some.floats(1, 10_000), min_size=2, max_size=12, unique=True))
def test_no_probability_falls_as_the_loan_grows(document: dict[str, Any], amounts: list[float]) -> None:
    asked = read(document)
    assert isinstance(asked, Assessment)
    lending = Lending(asked.amount, asked.model.instalments, sampled(document))
    for measure in MEASURES.keys() - {"expected_loss_rate"}:
        shares = [MEASURES[measure](lending, amount) for amount in sorted(amounts)]
        assert shares == sorted(shares)
    assert all(0 <= MEASURES["expected_loss_rate"](lending, amount) <= 1.05 for amount in amounts)


@seldom
@given(documents())
def test_tail_means_lie_below_quantiles_and_these_in_order(document: dict[str, Any]) -> None:
    block = assess(document)["distribution"]
    tails = {name: figure["value"] for name, figure in block["tail_means"].items()}
    quantiles = [block["quantiles"][f"p{percent}"]["value"] for percent in QUANTILES]
    assert quantiles == sorted(quantiles)
    for name, tail in tails.items():
        assert tail <= block["quantiles"][name]["value"] <= block["quantiles"]["p50"]["value"]
    assert tails["p1"] <= tails["p5"] <= block["mean"]["value"] * (1 + 1e-12)


WORSE = {"/discount_rate/capm/beta": 0.5, "/hazard/annual": 0.05, "/decay/rate": 0.05, "/royalty_rate": -0.005}


@pytest.mark.parametrize("pointer", WORSE)
@steadily
@given(document=documents())
def test_value_falls_in_rate_hazard_and_decay_and_rises_in_royalty(pointer: str, document: dict[str, Any]) -> None:
    """On every path, for the draws are the same."""
    held: Any = document
    for token in pointer.split("/")[1:]:
        held = held[token]
    before, after = sampled(document).value, sampled(changed(document, {pointer: plus(held, WORSE[pointer])})).value
    assert (after <= before * (1 + 1e-12)).all()
    assert after.sum() < before.sum()


@steadily
@given(documents())
def test_value_rises_with_life(document: dict[str, Any]) -> None:
    longer = changed(document, {"/horizon/years": document["horizon"]["years"] + 1})
    before, after = sampled(document), sampled(longer)
    assert (after.value >= before.value * (1 - 1e-12)).all()
    assert after.value.sum() > before.value.sum()
    assert (after.recovery >= before.recovery * (1 - 1e-12)).all()


def in_currency(document: dict[str, Any], units: float) -> dict[str, Any]:
    """Return the document with every amount of money in another unit."""

    def scaled(law: Any) -> Any:
        return law * units if not isinstance(law, dict) else law | {end: law[end] * units for end in ("low", "high")}

    borrower, loan = document["borrower"], document["loan"]
    rows = [{"at": row["at"], "principal": row["principal"] * units, "interest": row["interest"] * units} for row in loan["repayments"]]  # fmt: skip # noqa: E501
    return changed(
        document,
        {
            "/revenue/base": scaled(document["revenue"]["base"]),
            "/borrower/other_income/annual": scaled(borrower["other_income"]["annual"]),
            "/borrower/existing_debt_service": borrower["existing_debt_service"] * units,
            "/borrower/opening_cash": borrower["opening_cash"] * units,
            "/loan/amount": loan["amount"] * units,
            "/loan/repayments": rows,
            "/loan/liquidation/cost_amount": loan["liquidation"]["cost_amount"] * units,
        },
    )


@seldom
@given(documents())
def test_another_currency_changes_amounts_and_nothing_else(document: dict[str, Any]) -> None:
    """A power of two as exchange rate: equal to the last bit."""
    one, other = assess(document), assess(in_currency(document, 8.0))
    for name in ("mean", "std"):
        assert read_value(other["distribution"][name]) == 8 * read_value(one["distribution"][name])
    for name, figure in one["loan"].items():
        if name.startswith(("probability", "loss_given", "loan_to", "expected_loss_rate")):
            assert other["loan"][name] == figure, name
    assert other["loan"]["expected_loss"]["value"] == 8 * one["loan"]["expected_loss"]["value"]
    assert other["break_even"] == one["break_even"]
    assert other["wrong_way"]["recovery_shortfall"] == one["wrong_way"]["recovery_shortfall"]


def read_value(figure: Any) -> float:
    number = figure["value"] if isinstance(figure, dict) else figure
    assert isinstance(number, float)
    return number


@seldom
@given(documents())
def test_a_document_of_nothing_random_is_its_point(document: dict[str, Any]) -> None:
    """Every law at its lower end, no path, no event: the simulation equals the calculator's value, and repeats it."""

    def low(law: Any) -> Any:
        return law["low"] if isinstance(law, dict) else law

    growth = document["revenue"]["growth"]
    plain = changed(
        CERTAIN,
        {
            "/horizon": document["horizon"],
            "/timing": document["timing"],
            "/revenue": {
                "base": low(document["revenue"]["base"]),
                "growth": growth | {"volatility": 0} if isinstance(growth, dict) else growth,
            },
            "/royalty_rate": low(document["royalty_rate"]),
            "/decay": {"rate": low(document["decay"]["rate"])},
        },
    )
    result = assess(plain)
    calculator = {name: plain[name] for name in plain.keys() - {"mode", "borrower", "loan", "simulation"}}
    exact = value(calculator)["value"]
    block = result["distribution"]
    assert result["point"]["value"] == exact
    assert block["mean"] == {"value": exact, "standard_error": 0}
    assert block["std"] == 0
    assert {figure["value"] for figure in block["quantiles"].values()} == {exact}
    assert {figure["value"] for figure in block["tail_means"].values()} == {exact}
    assert result["loan"]["probability_of_default"]["value"] in (0, 1)
    assert result["simulation"]["rule_met"]
