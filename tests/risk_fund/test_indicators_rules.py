"""Official figures and the platform's registrations: read exactly, counted once."""

from datetime import date
from fractions import Fraction

import pytest

from risk_fund.rules import indicators as rules

HEAD = ",".join(rules.COLUMNS)
PLAN = rules.Plan(date(2021, 1, 1), date(2025, 12, 31), 826_100_000_000, 930_000_000_000)


def line(**changes: str) -> str:
    cells = {
        "indicator": "registered_amount", "kind": "actual", "region": "150000", "period_from": "2021-01-01",
        "period_to": "2025-12-31", "as_of": "2025-06-30", "amount": "71.38", "unit": "亿元",
        "definition": "期内累计登记",
        "source": "示例",
    } | changes  # fmt: skip
    return ",".join(cells[name] for name in rules.COLUMNS)


def read(*lines: str) -> tuple[list[rules.FigureRow], list[str]]:
    return rules.read_figures("\n".join([HEAD, *lines]), ["150000", "150100"])


def test_an_amount_in_yi_is_read_to_the_fen() -> None:
    rows, faults = read(line())
    assert not faults
    assert rows[0].amount_fen == 713_800_000_000


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"amount": "七十一"}, "amount"), ({"unit": "美元"}, "amount"), ({"amount": "0.001", "unit": "元"}, "整数分"),
        ({"region": "999999"}, "region"), ({"as_of": "2025/6/30"}, "as_of"), ({"kind": "guess"}, "kind"),
        ({"period_to": "2020-12-31"}, "period_to"), ({"source": ""}, "source"), ({"amount": "-1"}, "范围"),
    ],
)  # fmt: skip
def test_each_faulty_line_is_named_with_its_column(changes: dict[str, str], said: str) -> None:
    rows, faults = read(line(), line(**changes))
    assert len(rows) == 1
    assert faults[0].startswith("第 3 行")
    assert said in faults[0]


def test_a_file_without_its_columns_is_refused() -> None:
    assert rules.read_figures("a,b\n1,2", [])[1][0].startswith("第 1 行:表头缺少列")


def test_progress_says_what_each_remaining_quarter_needs() -> None:
    found = rules.progress(PLAN, 713_800_000_000, date(2025, 6, 30), on=date(2025, 6, 30))
    assert found.gap_fen == 216_200_000_000
    assert found.quarters_left == 2
    assert found.needed_per_quarter_fen == 108_100_000_000
    assert found.elapsed_ratio == Fraction(1642, 1826)


def test_after_the_period_only_the_outcome_is_shown() -> None:
    found = rules.progress(PLAN, 713_800_000_000, date(2025, 12, 31), on=date(2026, 3, 1))
    assert (found.elapsed_ratio, found.quarters_left, found.needed_per_quarter_fen) == (None, None, None)
    assert found.attained_ratio == Fraction(7138, 9300)


@pytest.mark.parametrize(
    ("on", "final", "state"),
    [
        (date(2025, 12, 31), False, "running"),
        (date(2026, 1, 1), False, "awaiting"),
        (date(2026, 1, 1), True, "evaluated"),
    ],
)  # fmt: skip
def test_a_plan_period_runs_then_awaits_final_figures_then_is_evaluated(on: date, final: bool, state: str) -> None:
    assert PLAN.state(on, final) == state


def registration(agreement: str, day: date | None, registry: str = "patent", fen: int = 500) -> rules.Registration:
    return rules.Registration(agreement, "150100", fen, registry, day, borrower="B1")


def test_a_mixed_loan_counts_once_though_it_has_two_registrations() -> None:
    rows = [registration("A", date(2025, 3, 1)), registration("A", date(2025, 3, 5), "trademark")]
    found = rules.tally(rows, date(2025, 1, 1), date(2025, 12, 31))
    assert (found.amount_fen, found.agreements, found.registrations) == (500, 1, 2)
    assert found.amount_fen < sum(row.secured_fen for row in rows), "the naive sum over registrations inflates"


def test_an_agreement_counts_on_the_day_its_last_pledge_stood() -> None:
    rows = [registration("A", date(2024, 12, 30)), registration("A", date(2025, 1, 2), "trademark")]
    assert rules.tally(rows, date(2024, 1, 1), date(2024, 12, 31)).amount_fen == 0
    assert rules.tally(rows, date(2025, 1, 1), date(2025, 12, 31)).amount_fen == 500


def test_an_agreement_with_a_pledge_still_unregistered_does_not_count() -> None:
    rows = [registration("A", date(2025, 3, 1)), registration("A", None, "trademark")]
    assert rules.tally(rows, date(2025, 1, 1), date(2025, 12, 31)) == rules.Tally()


def test_two_agreements_of_one_borrower_are_two_contracts_and_one_borrower() -> None:
    rows = [registration("A", date(2025, 3, 1)), registration("B", date(2025, 4, 1))]
    found = rules.tally(rows, date(2025, 1, 1), date(2025, 12, 31))
    assert (found.amount_fen, found.agreements, found.borrowers) == (1000, 2, 1)
