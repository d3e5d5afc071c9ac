"""Worth at a later time and cash between instalments, where a pencil is enough to say what they are."""

from typing import Any

import pytest

from tests.valuation.engine.spoilt import REMOVED, changed
from tests.valuation.lending.specimens import CERTAIN, PACKAGE
from valuation.engine import value
from valuation.engine.sampling import SimulationRequest
from valuation.lending.document import Assessment, read
from valuation.lending.sample import Sample, simulate

REQUEST = SimulationRequest(256, "sobol", 1, antithetic=False)
AT_ITS_WORTH = {"factor": 1, "time_to_sale_years": 0}


def sampled(document: dict[str, Any]) -> Sample:
    asked = read(document)
    assert isinstance(asked, Assessment)
    return simulate(asked.model, asked.randomness, REQUEST)


def due(*times: float) -> dict[str, Any]:
    """Return a loan of 1,000, due in equal parts, whose lender sells at once and in full."""
    rows = [{"at": at, "principal": 1000 / len(times)} for at in times]
    return {"amount": 1000, "repayments": rows, "liquidation": AT_ITS_WORTH}


MARK = changed(
    CERTAIN,
    {"/kind": "trademark", "/decay": REMOVED, "/hazard": REMOVED, "/terminal": {"growth": 0.01}, "/loan": due(1, 2.25)},
)


@pytest.mark.parametrize("timing", ["mid_year", "end_of_year"])
@pytest.mark.parametrize("exponent", ["last_flow", "horizon_end"])
def test_after_a_year_the_right_is_worth_what_a_valuation_then_would_say(timing: str, exponent: str) -> None:
    """Undecayed and safe: a year later the same flows are one year nearer, the terminal value too."""
    document = changed(MARK, {"/timing": timing, "/terminal/exponent": exponent})
    later = {
        name: document[name] for name in ("method", "kind", "royalty_rate", "tax_rate", "discount_rate", "terminal")
    }
    later |= {"timing": timing, "horizon": {"years": 5}, "revenue": {"base": 20000 * 1.03, "growth": 0.03}}
    assert sampled(document).recovery[0] == pytest.approx(value(later)["value"], rel=1e-12)


@pytest.mark.parametrize(("timing", "wait"), [("mid_year", 0.375), ("end_of_year", 0.75)])
def test_of_a_period_under_way_its_remainder_counts(timing: str, wait: float) -> None:
    document = changed(MARK, {"/timing": timing, "/terminal": REMOVED, "/horizon/years": 3})
    rate = 0.02 + 1.1 * 0.06
    rest = 20000 * 1.03**2 * 0.035 * 0.85 * 0.75
    assert sampled(document).recovery[1] == pytest.approx(rest * (1 + rate) ** -wait, rel=1e-12)


def test_at_the_end_of_its_life_a_right_is_worth_nothing() -> None:
    document = changed(MARK, {"/terminal": REMOVED, "/horizon/years": 2.25})
    assert sampled(document).recovery[1] == pytest.approx(0, abs=1e-9)


def test_a_sale_waits_costs_and_never_asks_for_money() -> None:
    document = changed(
        MARK, {"/loan/liquidation": {"factor": 0.5, "time_to_sale_years": 2, "cost_share": 0.1, "cost_amount": 70}}
    )
    worth = sampled(MARK).recovery
    rate = 0.02 + 1.1 * 0.06
    assert sampled(document).recovery == pytest.approx(worth * 0.5 * (1 + rate) ** -2 * 0.9 - 70, rel=1e-12)
    dear = changed(document, {"/loan/liquidation/cost_amount": 1e9})
    assert (sampled(dear).recovery == 0).all()


BORROWER: dict[str, Any] = {
    "operating_margin": [0.1, 0.2, 0.1, 0.1, 0.1, 0.1],
    "other_income": 40,
    "existing_debt_service": [{"at": 0.5, "amount": 30}, {"at": 0.75, "amount": 7}, {"at": 3, "amount": 99}],
}


def test_cash_follows_revenue_between_instalments_and_earlier_debts() -> None:
    """Revenue of 20,000 at 10 %, then 20,600 at 20 %; the debt due on an instalment's day comes before it."""
    cash = sampled(changed(CERTAIN, {"/borrower": BORROWER, "/loan": due(0.5, 1.5)})).cash
    assert cash[0] == pytest.approx(0.5 * 2000 + 20 - 30, rel=1e-12)
    assert cash[1] == pytest.approx(0.5 * 2000 + 0.5 * 4120 + 40 - 7, rel=1e-12)


def test_products_add_up_and_each_counts_once() -> None:
    plain = {"/portfolio/shared/revenue": {"base": 1000}, "/borrower": {"operating_margin": 0.1}, "/loan": due(1, 4)}
    one = changed(PACKAGE, plain)
    assert sampled(one).cash[0] == pytest.approx(100, rel=1e-12)
    other = {"/portfolio/assets/2/product": "other", "/portfolio/assets/2/revenue": {"base": 300}}
    two = sampled(changed(one, other | {"/portfolio/assets/2/horizon": {"years": 3}}))
    assert two.cash[0] == pytest.approx(130, rel=1e-12)
    assert two.cash[1] == pytest.approx(300 + 60, rel=1e-12)
    assert {name: table.shape for name, table in two.revenue.items()} == {"feed": (6, 256), "other": (3, 256)}


def test_a_product_keeps_its_cash_while_any_of_its_rights_stands() -> None:
    """All of the cash is lost with the rights: the mark outlives the patents' fall but not its own expiry."""
    plain = {"/portfolio/shared/revenue": {"base": 1000}, "/loan": due(1, 2, 4),
             "/borrower": {"operating_margin": 0.1, "lost_with_right": 1}}  # fmt: skip
    marked = sampled(changed(PACKAGE, plain | {"/portfolio/assets/2/horizon": {"years": 2}})).cash
    assert marked[:2] == pytest.approx(100, rel=1e-12)
    assert set(marked[2]) == {0.0, 100.0, 200.0}, "years three and four live by the patents alone"
    bare = changed(PACKAGE, plain | {"/portfolio/assets": PACKAGE["portfolio"]["assets"][:2]})
    assert set(sampled(bare).cash[0]) == {0.0, 100.0}
