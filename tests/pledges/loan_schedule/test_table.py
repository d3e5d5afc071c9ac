"""The table's rows: what interest costs, what principal is repaid, what an event does."""

from datetime import date
from fractions import Fraction

import pytest

from tests.pledges.loan_schedule.samples import BULLET, EQUAL, PARTS, START, annuity, column, half_up, rows


def by_days(balance: int, start: str, end: str, annual: str = "0.06") -> Fraction:
    return balance * Fraction(annual) * (date.fromisoformat(end) - date.fromisoformat(start)).days / 360


# --- interest ---------------------------------------------------------------------------------------------------------


def test_a_whole_month_costs_a_twelfth_whatever_its_days() -> None:
    table = rows(EQUAL)
    balances = [1_000_000, *column(table, "balance")]
    assert column(table, "interest") == [half_up(Fraction(balance * 6, 1200)) for balance in balances[:-1]]
    assert column(table, "days") == [31, 29, 31, 30, 31, 30]


def test_a_whole_step_of_three_months_costs_a_quarter() -> None:
    table = rows(EQUAL, every={"unit": "month", "count": 3}, first_due="2024-04-05")
    assert table[0]["interest"] == 15_000


@pytest.mark.parametrize("first_due", ["2024-02-04", "2024-02-06", "2024-03-05"])
def test_a_first_period_that_is_no_whole_step_costs_its_days(first_due: str) -> None:
    table = rows(EQUAL, first_due=first_due)
    assert table[0]["interest"] == half_up(by_days(1_000_000, "2024-01-05", first_due))
    assert table[1]["interest"] == half_up(Fraction(table[0]["balance"] * 6, 1200))


def test_a_step_cut_to_the_months_end_is_whole() -> None:
    table = rows(EQUAL, disbursements=[{"date": "2024-01-31", "amount": 1_000_000}], first_due="2024-02-29")
    assert table[0]["interest"] == 5_000


def test_a_whole_period_stays_whole_where_a_working_day_moves_its_end() -> None:
    table = rows(EQUAL, first_due="2024-02-05", business_days={
        "rule": "following", "holidays": ["2024-02-05"], "accrue_to": "adjusted"})  # fmt: skip
    assert (table[0]["days"], table[0]["interest"]) == (32, 5_000)


def test_daily_interest_counts_the_days() -> None:
    table = rows(EQUAL, interest_basis="daily")
    assert table[0]["interest"] == half_up(by_days(1_000_000, "2024-01-05", "2024-02-05"))


def test_instalments_by_weeks_are_daily() -> None:
    table = rows(EQUAL, every={"unit": "week", "count": 2}, first_due="2024-01-19")
    assert table[0]["interest"] == half_up(by_days(1_000_000, "2024-01-05", "2024-01-19"))


def test_a_disbursement_strictly_inside_makes_the_period_daily() -> None:
    table = rows(EQUAL, disbursements=[START, {"date": "2024-01-15", "amount": 500_000}])
    exact = by_days(1_000_000, "2024-01-05", "2024-01-15") + by_days(1_500_000, "2024-01-15", "2024-02-05")
    assert table[0]["interest"] == half_up(exact)
    assert table[1]["interest"] == half_up(Fraction(table[0]["balance"] * 6, 1200))


def test_events_on_a_boundary_leave_both_periods_whole() -> None:
    table = rows(
        EQUAL,
        disbursements=[START, {"date": "2024-02-05", "amount": 500_000}],
        prepayments=[{"date": "2024-02-05", "amount": 100_000}],
    )
    assert column(table, "kind")[:3] == ["instalment", "prepayment", "instalment"]
    assert table[0]["interest"] == 5_000
    assert (table[1]["days"], table[1]["interest"]) == (0, 0)
    assert table[2]["interest"] == half_up(Fraction(table[1]["balance"] * 6, 1200))


def test_a_rate_that_changes_inside_a_whole_period_waits_for_the_next() -> None:
    lpr = [{"date": "2024-01-01", "1Y": "0.06"}, {"date": "2024-01-20", "1Y": "0.03"}]
    table = rows(EQUAL, rate={"lpr": "1Y", "bp": 0, "reset": "publication"}, lpr=lpr)
    assert table[0]["interest"] == 5_000
    assert table[1]["interest"] == half_up(Fraction(table[0]["balance"] * 3, 1200))


def test_a_rate_that_changes_inside_a_daily_period_cuts_it() -> None:
    lpr = [{"date": "2024-01-01", "1Y": "0.06"}, {"date": "2024-01-20", "1Y": "0.03"}]
    rate = {"lpr": "1Y", "bp": 0, "reset": "publication"}
    table = rows(EQUAL, rate=rate, lpr=lpr, interest_basis="daily")
    cut = by_days(1_000_000, "2024-01-05", "2024-01-20") + by_days(1_000_000, "2024-01-20", "2024-02-05", "0.03")
    assert table[0]["interest"] == half_up(cut)


def test_the_sum_of_a_rows_segments_is_rounded_once() -> None:
    """Two segments of 0.4 fen each: 0.8 fen, so 1 fen; rounded singly they would vanish."""
    table = rows(
        BULLET,
        rate={"annual": "0.004"},
        day_count="act/360",
        disbursements=[{"date": "2024-01-05", "amount": 900}, {"date": "2024-02-14", "amount": 900}],
        maturity="2024-03-05",
    )
    assert column(table, "interest") == [1]


def test_bond_basis_cuts_a_period_as_each_segment_counts() -> None:
    """From the 30th to the 31st there is no day by 30/360, from the 31st to the 1st there is one."""
    table = rows(
        BULLET,
        rate={"annual": "0.36"},
        day_count="30/360",
        disbursements=[{"date": "2024-01-30", "amount": 1_000}, {"date": "2024-01-31", "amount": 1_000_000}],
        maturity="2024-02-01",
    )
    assert (table[0]["days"], table[0]["interest"]) == (1, 1_001)


# --- level instalment -------------------------------------------------------------------------------------------------


def test_the_instalment_is_level_and_the_last_takes_the_rest() -> None:
    table = rows(EQUAL)
    level = annuity(1_000_000, Fraction(6, 1200), 6)
    assert column(table, "total")[:-1] == [level] * 5
    assert table[-1]["principal"] == table[-2]["balance"]


def test_a_new_rate_is_solved_for_at_the_start_of_the_period_it_meets() -> None:
    lpr = [{"date": "2024-01-01", "1Y": "0.06"}, {"date": "2024-03-01", "1Y": "0.12"}]
    table = rows(EQUAL, rate={"lpr": "1Y", "bp": 0, "reset": "publication"}, lpr=lpr)
    assert column(table, "total")[:2] == [annuity(1_000_000, Fraction(6, 1200), 6)] * 2
    assert column(table, "total")[2:5] == [annuity(table[1]["balance"], Fraction(12, 1200), 4)] * 3


def test_a_disbursement_on_a_boundary_is_solved_for_with_the_whole_periods_left() -> None:
    table = rows(EQUAL, disbursements=[START, {"date": "2024-03-05", "amount": 500_000}])
    assert table[1]["balance"] == table[0]["balance"] - table[1]["principal"] + 500_000
    assert table[2]["total"] == annuity(table[1]["balance"], Fraction(6, 1200), 4)


def test_a_lowering_prepayment_is_solved_for_from_its_own_day() -> None:
    table = rows(EQUAL, prepayments=[{"date": "2024-02-20", "amount": 300_000}])
    balance, first = table[1]["balance"], 1 + by_days(1, "2024-02-20", "2024-03-05")
    whole = 1 + Fraction(6, 1200)
    factors = [1 / (first * whole**k) for k in range(5)]
    assert table[2]["total"] == half_up(balance / sum(factors))
    assert table[2]["interest"] == half_up(by_days(balance, "2024-02-20", "2024-03-05"))


def test_interest_already_accrued_joins_the_instalment_at_its_boundary() -> None:
    table = rows(EQUAL, disbursements=[START, {"date": "2024-01-15", "amount": 500_000}])
    accrued = by_days(1_000_000, "2024-01-05", "2024-01-15")
    first, whole = 1 + by_days(1, "2024-01-15", "2024-02-05"), 1 + Fraction(6, 1200)
    factors = [1 / (first * whole**k) for k in range(6)]
    assert table[0]["total"] == half_up((1_500_000 + accrued * factors[0]) / sum(factors))


def test_a_stub_first_period_keeps_one_common_instalment() -> None:
    table = rows(EQUAL, first_due="2024-01-20")
    first, whole = 1 + by_days(1, "2024-01-05", "2024-01-20"), 1 + Fraction(6, 1200)
    level = half_up(1_000_000 / sum(1 / (first * whole**k) for k in range(6)))
    assert column(table, "total")[:-1] == [level] * 5


def test_an_instalment_below_its_interest_repays_nothing() -> None:
    document = EQUAL | {"rate": {"annual": "1"}, "first_due": "2026-01-05", "instalments": 480}
    assert rows(document | {"rounding": {"instalment": "down", "multiple": 1_000_000}})[0]["principal"] == 0


def test_rounding_up_ends_the_table_early() -> None:
    table = rows(EQUAL, rounding={"instalment": "up", "multiple": 300_000})
    assert [row["balance"] for row in table][-1] == 0
    assert len(table) == 4
    assert table[-1]["total"] < 300_000


def test_rounding_down_to_nothing_leaves_all_to_the_last() -> None:
    table = rows(EQUAL, rounding={"instalment": "down", "multiple": 1_000_000})
    assert column(table, "principal") == [0, 0, 0, 0, 0, 1_000_000]


def test_without_interest_parts_are_equal() -> None:
    assert column(rows(EQUAL, rate={"annual": "0"}), "principal") == [166_667] * 5 + [166_665]


# --- equal principal --------------------------------------------------------------------------------------------------


def test_equal_principal_divides_the_balance_by_the_instalments_left() -> None:
    assert column(rows(PARTS), "principal") == [166_667] * 5 + [166_665]


def test_the_part_is_rounded_to_the_multiple() -> None:
    table = rows(PARTS, rounding={"instalment": "up", "multiple": 100_000})
    assert column(table, "principal") == [200_000] * 5


def test_a_disbursement_and_a_lowering_prepayment_set_the_part_anew() -> None:
    table = rows(
        PARTS,
        disbursements=[START, {"date": "2024-02-05", "amount": 500_000}],
        prepayments=[{"date": "2024-03-20", "amount": 333_332}],
    )
    assert column(table, "principal") == [166_667, 266_667, 333_332, 183_334, 183_334, 183_334, 183_332]


def test_a_shortening_prepayment_keeps_the_part() -> None:
    table = rows(PARTS, prepayments=[{"date": "2024-02-20", "amount": 400_000, "effect": "shorten"}])
    assert column(table, "principal") == [166_667, 400_000, 166_667, 166_667, 99_999]


def test_a_new_rate_does_not_touch_the_part() -> None:
    lpr = [{"date": "2024-01-01", "1Y": "0.06"}, {"date": "2024-03-01", "1Y": "0.12"}]
    table = rows(PARTS, rate={"lpr": "1Y", "bp": 0, "reset": "publication"}, lpr=lpr)
    assert column(table, "principal") == [166_667] * 5 + [166_665]
