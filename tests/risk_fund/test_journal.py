"""What is posted for each event: pure, without a database."""

from inspect import getmembers, isfunction, signature

import pytest

from risk_fund.rules import accounts, journal
from risk_fund.rules.journal import Draft, Place, draft

ARGUMENTS = {
    "source": "region", "bank": "B1", "loan": "L1", "party": "P1", "subsidy_kind": "interest", "amount_fen": 12_345,
    "same_year": True,
}  # fmt: skip
EVENTS = {
    name: function
    for name, function in getmembers(journal, isfunction)
    if not name.startswith("_") and "amount_fen" in signature(function).parameters
}


def drafts_of(name: str, **changed) -> tuple[Draft, ...]:
    function = EVENTS[name]
    known = ARGUMENTS | changed
    arguments = {key: known[key] for key in signature(function).parameters if key in known}
    made = function(**arguments)
    return (made,) if isinstance(made, Draft) else made


@pytest.mark.parametrize("name", sorted(EVENTS))
def test_every_event_debits_and_credits_postable_accounts_of_one_book(name):
    for entry in drafts_of(name):
        assert entry.kind in journal.KINDS
        assert entry.postings
        assert entry.memo
        for line in entry.postings:
            rows = [accounts.account_row(place.code) for place in (line.debit, line.credit)]
            assert {row.book for row in rows} == {entry.book}
            assert not any(row.is_header for row in rows)
            assert line.amount_fen == 12_345


@pytest.mark.parametrize("name", sorted(EVENTS))
def test_an_event_of_nought_posts_nothing_and_a_negative_one_is_refused(name):
    assert all(entry.postings == () for entry in drafts_of(name, amount_fen=0))
    with pytest.raises(ValueError, match="not negative"):
        drafts_of(name, amount_fen=-1)
    with pytest.raises(ValueError, match="integer of fen"):
        drafts_of(name, amount_fen=1.0)


def test_a_recovery_of_the_same_year_lowers_the_cost_and_a_later_one_is_income():
    assert journal.recovery_due("B1", 100, same_year=True).postings[0].credit == Place("5901.01")
    assert journal.recovery_due("B1", 100, same_year=False).postings[0].credit == Place("4609")
    assert journal.recovery_collected(100, same_year=False).postings[0].credit == Place("4609")
    assert journal.clawback_due("B1", 100, same_year=False).postings[0].credit == Place("4609")


def test_a_bank_without_a_quota_draws_on_the_contra_account():
    assert journal.reservation("L1", "B1", 5).postings[0].credit == Place("9001", "B1")
    assert journal.reservation("L1", "B1", 5, limited=False).postings[0].credit == Place("9009")
    assert journal.commitment_released("L1", "B1", 5, limited=False).postings[0].debit == Place("9009")


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ((Place("1002.01.01"), Place("9009"), 1), "one book"),
        ((Place("9009"), Place("9009"), 1), "debited and credited"),
        ((Place("9001"), Place("9009"), 1), "dimension"),
        ((Place("9009", "x"), Place("9001", "B1"), 1), "dimension"),
        ((Place("9009"), Place("9001", "B1"), True), "integer of fen"),
    ],
)
def test_a_line_that_makes_no_sense_cannot_be_drafted(line, fault):
    with pytest.raises(ValueError, match=fault):
        draft("trial", "trial", line)


def test_the_budget_follows_the_funds_own_cash_and_nothing_else():
    def parallel(entry):
        return [e.postings for e in journal.with_budget([entry]) if e.book == "budget"]

    cash, revenue, expense = Place("8001"), Place("6001"), Place("7901")
    assert parallel(journal.appropriation("central", 7)) == [((cash, revenue, 7),)]
    assert parallel(journal.claim_paid("L1", 7)) == [((expense, cash, 7),)]
    assert parallel(journal.recovery_received("B1", 7)) == [((cash, expense, 7),)]
    assert parallel(journal.bank_interest(7)) == [((cash, Place("6609"), 7),)]
    assert parallel(journal.surplus_returned("region", 7)) == [((revenue, cash, 7),)]
    for silent in (
        journal.claim_approved("L1", 7), journal.bank_contribution("B1", 7), journal.collected_for_others("P1", 7),
        journal.recovery_due("B1", 7, same_year=True), journal.reservation("L1", "B1", 7),
    ):  # fmt: skip
        assert parallel(silent) == []


def test_the_years_end_closes_what_stands_on_either_side():
    drafts = journal.year_end({"4604": 100, "5901.01": -30, "5001.02": 50, "6001": 9, "7901": 0, "1002.01.01": 5}, 2025)
    money, budget = drafts
    carried = Place("3101.05")
    assert set(money.postings) == {
        (Place("4604"), carried, 100),
        (Place("5901.01"), carried, 30),
        (carried, Place("5001.02"), 50),
    }
    assert budget.postings == ((Place("6001"), Place("8101"), 9),)
    assert journal.year_end({}, 2025) == ()


def test_a_reversal_turns_every_line_round():
    (entry,) = drafts_of("claim_approved")
    turned = journal.reversed_lines(entry.postings)
    assert [(b, a, n) for a, b, n in turned] == list(entry.postings)
    assert journal.reversed_lines(turned) == entry.postings


def test_the_chart_is_a_tree_whose_headers_take_no_postings():
    codes = {row.code for row in accounts.CHART}
    assert len(codes) == len(accounts.CHART)
    for row in accounts.CHART:
        parents = [other for other in accounts.CHART if other.code == row.parent]
        assert all(parent.is_header and (parent.book, parent.side) == (row.book, row.side) for parent in parents)
        assert row.is_header == any(other.parent == row.code for other in accounts.CHART)
    assert codes >= accounts.CLOSED_EACH_YEAR
