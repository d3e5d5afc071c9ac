"""The all-in annual cost: the rate inside the flows, and cost over the principal really used."""

from datetime import date, timedelta
from typing import Any

import pytest

from pledges.loan_schedule import build
from pledges.loan_schedule.internal_rate import xirr
from tests.pledges.loan_schedule.samples import BULLET, EQUAL

DAY = date(2023, 1, 1)


def after(days: int) -> date:
    return DAY + timedelta(days=days)


@pytest.mark.parametrize("rate", ["-0.9", "-0.5", "-0.00000001", "0.00000001", "0.0435", "1", "99.99999999"])
def test_a_rate_put_in_comes_out(rate: str) -> None:
    owed = round(10**15 * (1 + float(rate)))
    assert xirr([(DAY, 10**15), (after(365), -owed)]) == pytest.approx(owed / 10**15 - 1, rel=1e-12)


def test_no_cost_is_exactly_nothing() -> None:
    assert xirr([(DAY, 100), (after(30), -30), (after(400), -70)]) == 0.0


def test_the_worked_example_of_the_spreadsheets() -> None:
    """Source: Microsoft Excel function reference, XIRR: 0.373362535."""
    flows = [
        (date(2008, 1, 1), -10_000), (date(2008, 3, 1), 2_750), (date(2008, 10, 30), 4_250),
        (date(2009, 2, 15), 3_250), (date(2009, 4, 1), 2_750),
    ]  # fmt: skip
    assert xirr(flows) == pytest.approx(0.373362535, abs=1e-8)


@pytest.mark.parametrize(
    "flows",
    [
        [(DAY, 100)],
        [(DAY, 100), (after(10), 5)],
        [(DAY, -100), (after(10), -5)],
        [(DAY, 100), (after(365), -10_101)],
        [(DAY, 100_000), (after(365), -9_999)],
    ],
)
def test_no_rate_where_both_ends_have_one_sign(flows: list[tuple[date, int]]) -> None:
    assert xirr(flows) is None


def test_the_ends_belong_to_the_range() -> None:
    assert xirr([(DAY, 100), (after(365), -10_100)]) == pytest.approx(100, rel=1e-12)
    assert xirr([(DAY, 100_000), (after(365), -10_000)]) == pytest.approx(-0.9, rel=1e-12)


def test_five_centuries_do_not_overflow() -> None:
    flows = [(DAY, 10**15)] + [(after(366 * year), -(10**13)) for year in range(1, 481)]
    found = xirr(flows)
    assert found is not None
    assert sum(amount / (1 + found) ** ((day - DAY).days / 365) for day, amount in flows) == pytest.approx(0, abs=100)


def test_flows_of_one_day_are_one_flow() -> None:
    assert xirr([(DAY, 60), (after(365), -110), (DAY, 40)]) == pytest.approx(0.1, rel=1e-12)
    assert xirr([(after(-9), 5), (after(-9), -5), (DAY, 100), (after(365), -110)]) == pytest.approx(0.1, rel=1e-12)


def cost(document: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return build(document | changes)["cost"]


YEAR = BULLET | {
    "disbursements": [{"date": "2023-01-05", "amount": 1_000_000}],
    "maturity": "2024-01-05",
    "rate": {"annual": "0.05"},
}


def test_both_measures_agree_on_a_year_without_fees() -> None:
    assert cost(YEAR) == pytest.approx(dict.fromkeys(cost(YEAR), 0.05), rel=1e-12)


def test_a_fee_in_advance_costs_more_than_one_at_the_end() -> None:
    early, late = (
        cost(YEAR, fees=[{"date": day, "amount": 10_000, "payee": "a"}]) for day in ("2023-01-05", "2024-01-05")
    )
    assert early["xirr"] == pytest.approx(1_050_000 / 990_000 - 1, rel=1e-12)
    assert late["xirr"] == pytest.approx(0.06, rel=1e-12)
    assert early["simple"] == late["simple"] == pytest.approx(0.06, rel=1e-12)


def test_a_fee_is_paid_on_its_own_day_wherever_the_table_shows_it() -> None:
    """Half a year before the only row: r solves 1000000 - 10000/(1+r)^(181/365) = 1050000/(1+r)."""
    found = cost(YEAR, fees=[{"date": "2023-07-05", "amount": 10_000, "payee": "a"}])["xirr"]
    growth = 1 + found
    assert 1_000_000 - 10_000 / growth ** (181 / 365) == pytest.approx(1_050_000 / growth, rel=1e-12)


def test_the_subsidy_comes_in_on_the_rows_due_date() -> None:
    found = cost(YEAR, subsidies=[{"payer": "p", "share": "0.4"}])
    assert found["xirr"] == pytest.approx(0.05, rel=1e-12)
    assert found["xirr_after_subsidy"] == pytest.approx(0.03, rel=1e-12)
    assert found["simple_after_subsidy"] == pytest.approx(0.03, rel=1e-12)


def test_interest_paid_by_others_leaves_no_cost() -> None:
    found = cost(YEAR, subsidies=[{"payer": "p", "share": "1"}])
    assert (found["xirr_after_subsidy"], found["simple_after_subsidy"]) == (0.0, 0.0)


def test_money_that_moves_later_is_used_longer() -> None:
    found = cost(YEAR, maturity="2024-01-06", business_days={"rule": "following"})
    interest = round(1_000_000 * 0.05 * 366 / 365)
    assert found["simple"] == pytest.approx(interest * 365 / (1_000_000 * 368), rel=1e-12)


def test_fees_above_the_loan_leave_no_rate_to_speak_of() -> None:
    found = cost(YEAR, fees=[{"date": "2023-01-05", "amount": 1_000_000, "payee": "a"}])
    assert found["xirr"] is None
    assert found["simple"] == pytest.approx(1.05, rel=1e-12)


def test_payments_and_arrears_play_no_part() -> None:
    arrears = {"as_of": "2025-01-05", "payments": [{"date": "2023-01-05", "amount": 10**9}]}
    assert cost(EQUAL, **arrears | {"as_of": "2024-03-01", "payments": [{"date": "2024-01-05", "amount": 1}]}) == cost(
        EQUAL
    )
    assert cost(YEAR, **arrears) == cost(YEAR)
