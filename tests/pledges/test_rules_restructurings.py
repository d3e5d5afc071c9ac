"""How the old account ends and the new one begins, against figures worked by hand and over drawn contracts."""

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pledges import loan_schedule
from pledges.rules import restructurings as rules
from pledges.rules.loans import Debt, Payment, account_end, debt_on
from pledges.rules.restructurings import Agreed

# 1,200,000.00 yuan, 6 % act/360, principal in 12 equal parts of 100,000.00; from 25 March interest only at 4.8 %.
TERMS = {
    "disbursements": [{"date": "2025-01-10", "amount": 120_000_000}], "rate": {"annual": "0.06"},
    "day_count": "act/360", "method": "equal_principal", "instalments": 12, "first_due": "2025-02-10",
}  # fmt: skip
START, FIRST, SECOND, AGREED = date(2025, 1, 10), date(2025, 2, 10), date(2025, 3, 10), date(2025, 3, 25)
# After the rows of February and March 1,000,000.00 is left: 15 days at 6 % are 2,500.00.
BROKEN_FEN = 250_000
PAID = [Payment(FIRST, 10_600_000), Payment(SECOND, 10_550_000)]
NEW = rules.document(
    TERMS, agreed_on=AGREED, principal_fen=100_000_000, annual_rate="0.048",
    plan={"method": "interest_only", "maturity": "2026-01-10", "settlement": {"every": "quarter", "day": 20}},
)  # fmt: skip
AGREEMENTS = [Agreed(START, TERMS), Agreed(AGREED, NEW, BROKEN_FEN)]
# 25 March to 20 June: 87 days at 4.8 % on 1,000,000.00 are 11,600.00, and the 2,500.00 carried in.
JUNE, JUNE_FEN = date(2025, 6, 20), 1_410_000


def owed(on: date, *payments: Payment, notice: date | None = None) -> Debt:
    return rules.debt_under(AGREEMENTS, payments, on, notice)


# --- By hand ----------------------------------------------------------------------------------------------------------
def test_interest_earned_and_not_yet_due_is_carried_broken_period_and_all():
    end = account_end(TERMS, PAID, AGREED)
    assert (end.principal_fen, end.interest_fen, end.penalty_fen, end.compound_fen) == (100_000_000, 0, 0, 0)
    assert (end.carried_fen, end.credit_fen, rules.faults(end)) == (BROKEN_FEN, 0, {})


def test_on_a_due_date_nothing_is_carried_and_what_falls_due_is_owed():
    end = account_end(TERMS, PAID[:1], SECOND)
    assert (end.carried_fen, end.interest_fen) == (0, 550_000)
    assert set(rules.faults(end)) == {"interest"}


def test_penalty_and_compound_interest_stand_against_a_restructuring_and_overdue_principal_does_not():
    # Nothing of March: 5,500.00 of interest and 100,000.00 of principal are 15 days late at 9 %.
    end = account_end(TERMS, PAID[:1], AGREED)
    assert (end.penalty_fen, end.compound_fen, end.interest_fen) == (37_500, 2_063, 550_000)
    assert set(rules.faults(end)) == {"penalty", "interest"}
    assert "395.63" in rules.faults(end)["penalty"]
    cleared = account_end(TERMS, [PAID[0], Payment(AGREED, 37_500 + 2_063 + 550_000)], AGREED)
    # 1,100,000.00 stays owed, of which 100,000.00 is overdue and bears penalty, the rest the broken interest.
    assert (cleared.principal_fen, cleared.carried_fen, rules.faults(cleared)) == (110_000_000, BROKEN_FEN, {})


def test_the_new_terms_run_from_their_day_to_the_fen():
    assert (owed(AGREED, *PAID).total_fen, owed(AGREED, *PAID).due_fen) == (100_000_000, 0)
    late = owed(JUNE + timedelta(days=1), *PAID)
    assert (late.interest_fen, late.overdue_principal_fen, late.days_past_due) == (JUNE_FEN, 0, 1)
    # 14,100.00 x 4.8 % x 1.5 / 360 = 2.82 of compound interest.
    assert (late.compound_fen, late.penalty_fen) == (282, 0)
    on_time = owed(JUNE + timedelta(days=1), *PAID, Payment(JUNE, JUNE_FEN))
    assert (on_time.total_fen, on_time.days_past_due, on_time.interest_paid_fen) == (100_000_000, 0, JUNE_FEN)


def test_a_day_before_the_agreement_is_reckoned_by_the_old_terms():
    for on in (START, FIRST + timedelta(days=1), SECOND, AGREED - timedelta(days=1)):
        assert owed(on, *PAID) == debt_on(TERMS, PAID, on)


def test_credit_brought_forward_pays_the_first_new_instalment():
    later = owed(JUNE, *PAID, Payment(AGREED, 1_000_000))
    assert (later.interest_paid_fen, later.unapplied_fen) == (1_000_000, 0)


def test_acceleration_takes_the_new_terms():
    notice = date(2025, 7, 20)
    found = owed(notice, *PAID, notice=notice)
    # June's 14,100.00, and 30 days of the broken period: 1,000,000.00 x 4.8 % x 30/360 = 4,000.00.
    assert (found.interest_fen, found.principal_fen) == (1_810_000, 100_000_000)
    assert found.overdue_principal_fen == 100_000_000


@pytest.mark.parametrize(("days", "earned_fen"), [(0, 0), (15, 200_000)])
def test_a_notice_in_the_first_new_period_owes_what_was_carried_in(days: int, earned_fen: int):
    notice = AGREED + timedelta(days=days)
    found = owed(notice, *PAID, notice=notice)
    assert (found.interest_fen, found.principal_fen) == (BROKEN_FEN + earned_fen, 100_000_000)


def test_a_second_restructuring_follows_the_first():
    paid = [*PAID, Payment(JUNE, JUNE_FEN)]
    third = rules.document(
        NEW, agreed_on=JUNE, principal_fen=100_000_000, annual_rate="0.036",
        plan={"method": "bullet", "maturity": "2026-01-10"},
    )  # fmt: skip
    agreed = [*AGREEMENTS, Agreed(JUNE, third)]
    found = rules.debt_under(agreed, paid, date(2026, 1, 11))
    # 204 days at 3.6 % on 1,000,000.00.
    assert (found.interest_fen, found.overdue_principal_fen) == (2_040_000, 100_000_000)
    assert rules.debt_under(agreed, paid, date(2025, 6, 1)) == owed(date(2025, 6, 1), *paid)


def test_interest_carried_in_twice_is_earned_from_the_first_broken_day():
    again = date(2025, 4, 4)
    end = account_end(NEW, [], again, BROKEN_FEN)
    assert end.carried_fen == BROKEN_FEN + 133_333  # ten days: 1,000,000.00 x 4.8 % x 10/360 = 1,333.33
    third = Agreed(again, NEW, end.carried_fen)
    assert rules.earned_from([*AGREEMENTS, third]) == rules.earned_from(AGREEMENTS) == SECOND
    assert rules.earned_from(AGREEMENTS[:1]) == START
    assert rules.earned_from([AGREEMENTS[0], Agreed(SECOND, NEW)]) == SECOND


def test_what_was_agreed_about_days_fen_and_lateness_stays_and_coming_fees_stay_due():
    terms = TERMS | {
        "penalty": {"multiple": "1.3", "compound": False}, "rounding": {"multiple": 100},
        "subsidies": [{"payer": "财政", "share": "0.5"}],
        "fees": [{"date": day, "amount": 1_000, "payee": "评估机构"} for day in ("2025-01-10", "2025-12-05")],
    }  # fmt: skip
    new = rules.document(terms, agreed_on=AGREED, principal_fen=1, annual_rate="0.05", plan={"method": "bullet"})
    assert {key: new[key] for key in ("day_count", "penalty", "rounding")} == {
        key: terms[key] for key in ("day_count", "penalty", "rounding")
    }
    assert [fee["date"] for fee in new["fees"]] == ["2025-12-05"]
    assert "subsidies" not in new


@pytest.mark.parametrize(
    ("dues", "since", "until"),
    [
        # A year is longer than two periods by quarter, two periods by year longer than a year.
        (["2025-03-20", "2025-06-20", "2025-09-20"], "2025-03-20", "2026-03-20"),
        (["2025-03-20", "2026-03-20", "2027-03-20", "2028-03-20"], "2025-03-20", "2027-03-20"),
        # One missed in June begins it anew; at the end of the table a year remains.
        (["2025-03-20", "2025-06-20", "2025-09-20"], "2025-06-20", "2026-06-20"),
        (["2024-02-29"], "2024-02-29", "2025-02-28"),
    ],
)
def test_an_observation_lasts_a_year_and_two_repayment_periods(dues: list[str], since: str, until: str):
    days = [date.fromisoformat(due) for due in dues]
    assert rules.observation_until(days, date.fromisoformat(since)) == date.fromisoformat(until)


# --- Unchanged terms --------------------------------------------------------------------------------------------------
METHODS = {
    "interest_only": {"method": "interest_only", "maturity": "2027-01-10", "settlement": {"every": "month", "day": 10}},
    "equal_principal": {"method": "equal_principal", "instalments": 24, "first_due": "2025-02-10"},
}
contracts = st.fixed_dictionaries(
    {
        "method": st.sampled_from(sorted(METHODS)),
        # A multiple of every number of instalments left, so that the parts do not round otherwise than before.
        "principal": st.integers(1, 10**4).map(lambda n: n * 5_354_228_880),
        "rate": st.decimals("0.001", "0.24", places=4).map(str),
        "day_count": st.sampled_from(["act/360", "act/365", "act/act", "30/360"]),
        "changed_after": st.integers(1, 22),
        "paid_after": st.lists(st.integers(0, 10**9), max_size=3),
        "days": st.integers(0, 500),
        "noticed": st.booleans(),
    }
)


def paid_until(terms: dict[str, Any], rows: list[dict[str, Any]], count: int) -> list[Payment]:
    return [Payment(date.fromisoformat(row["due"]), row["interest"] + row["principal"]) for row in rows[:count]]


@settings(max_examples=60, deadline=None)
@given(contracts)
def test_unchanged_terms_change_nothing_in_what_is_owed(drawn: dict[str, Any]):
    """Agreed anew on a due date, with everything paid, a contract goes on as if nothing had been agreed."""
    terms = {
        "disbursements": [{"date": START.isoformat(), "amount": drawn["principal"]}], "day_count": drawn["day_count"],
        "rate": {"annual": drawn["rate"]}, **METHODS[drawn["method"]],
    }  # fmt: skip
    rows = loan_schedule.build(terms)["rows"]
    k = drawn["changed_after"]
    agreed_on = date.fromisoformat(rows[k - 1]["due"])
    paid = paid_until(terms, rows, k)
    end = account_end(terms, paid, agreed_on)
    assert rules.faults(end) == {}
    plan = METHODS[drawn["method"]]
    if drawn["method"] == "equal_principal":
        plan = plan | {"instalments": 24 - k, "first_due": rows[k]["due"]}
    new = rules.document(
        terms, agreed_on=agreed_on, principal_fen=end.principal_fen, annual_rate=drawn["rate"], plan=plan
    )
    later = [
        Payment(agreed_on + timedelta(days=37 * place), fen)
        for place, fen in enumerate(drawn["paid_after"], start=1) if fen
    ]  # fmt: skip
    on = agreed_on + timedelta(days=drawn["days"])
    notice = on if drawn["noticed"] and drawn["days"] else None
    before = debt_on(terms, [*paid, *later], on, notice)
    after = rules.debt_under([Agreed(START, terms), Agreed(agreed_on, new)], [*paid, *later], on, notice)
    for name in ("principal_fen", "overdue_principal_fen", "interest_fen", "penalty_fen", "compound_fen",
                 "days_past_due", "class_floor", "oldest_due", "unapplied_fen", "total_fen", "due_fen"):  # fmt: skip
        assert getattr(after, name) == getattr(before, name), name


@settings(max_examples=40, deadline=None)
@given(
    method=st.sampled_from(["equal_instalment", "equal_principal", "interest_only", "bullet"]),
    principal=st.integers(10**6, 10**12), rate=st.decimals("0.001", "0.24", places=4), days=st.integers(1, 700),
)  # fmt: skip
def test_on_any_day_the_old_account_ends_where_the_new_one_begins(method: str, principal: int, rate: Any, days: int):
    """Whatever the method and the day, the sum owed stays what it was, interest earned and not yet due included."""
    plan = {"method": method, "instalments": 24, "first_due": "2025-02-10"}
    if method in {"interest_only", "bullet"}:
        plan = {"method": method, "maturity": "2027-01-10"}
    terms = {
        "disbursements": [{"date": START.isoformat(), "amount": principal}], "rate": {"annual": str(rate)},
        "day_count": "act/360", **plan,
    }  # fmt: skip
    agreed_on = START + timedelta(days=days)
    rows = loan_schedule.build(terms)["rows"]
    paid = [Payment(date.fromisoformat(row["due"]), row["interest"] + row["principal"])
            for row in rows if row["due"] <= agreed_on.isoformat()]  # fmt: skip
    end = account_end(terms, paid, agreed_on)
    started = date.fromisoformat(next(row["from"] for row in rows if row["to"] > agreed_on.isoformat()))
    exact = Fraction(str(rate)) * end.principal_fen * (agreed_on - started).days / 360
    assert abs(end.carried_fen - exact) <= Fraction(1, 2)
    assert (end.interest_fen, end.credit_fen, rules.faults(end)) == (0, 0, {})
    new = rules.document(
        terms, agreed_on=agreed_on, principal_fen=end.principal_fen, annual_rate=str(rate),
        plan={"method": "bullet", "maturity": "2028-01-10"},
    )  # fmt: skip
    agreed = [Agreed(START, terms), Agreed(agreed_on, new, end.carried_fen)]
    after = rules.debt_under(agreed, paid, agreed_on)
    assert after.total_fen == debt_on(terms, paid, agreed_on).total_fen == end.principal_fen
    # Declared due at once, either account owes the same: principal and the interest earned until the day.
    called = debt_on(terms, paid, agreed_on, agreed_on)
    assert rules.debt_under(agreed, paid, agreed_on, agreed_on).total_fen == called.total_fen
