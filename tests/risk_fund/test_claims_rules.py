"""A claim's pure decisions: comparison, double claims, publicity, masks."""

from datetime import date

import pytest

from risk_fund.rules import claims as rules
from risk_fund.rules.claims import Loss


def test_a_difference_is_shown_component_by_component() -> None:
    rows = rules.compare(Loss(100, 20, 3, 4), Loss(100, 25, 3, 0))
    assert [(row.component, row.difference_fen) for row in rows] == [
        ("principal", 0), ("interest", -5), ("penalty", 0), ("cost", 4)
    ]  # fmt: skip


def test_one_loss_is_not_claimed_twice() -> None:
    owed = Loss(principal_fen=1_000, interest_fen=200)
    assert rules.claimed_twice(Loss(principal_fen=600), Loss(principal_fen=401), owed) == ["principal"]
    assert rules.claimed_twice(Loss(principal_fen=600), Loss(principal_fen=400), owed) == []


def test_a_component_never_claimed_before_is_left_to_the_reviewer() -> None:
    assert rules.claimed_twice(Loss(principal_fen=600), Loss(interest_fen=999), Loss(1_000, 200)) == []


@pytest.mark.parametrize(("today", "may"), [(date(2025, 6, 9), False), (date(2025, 6, 10), True)])
def test_the_last_day_of_publicity_still_belongs_to_objectors(today: date, may: bool) -> None:
    assert rules.may_pay(today, publicity_ends=date(2025, 6, 9)) is may


@pytest.mark.parametrize(
    ("name", "shown"),
    [("包头市稀源磁材有限公司", "包头*******公司"), ("王小明", "王**"), ("蒙科", "蒙*"), ("青山稀土科", "青山*土科")],
)
def test_public_notices_mask_names(name: str, shown: str) -> None:
    assert rules.masked(name) == shown


def test_missing_evidence_is_named() -> None:
    assert rules.missing_evidence({"overdue_statement", "other"}) == ["催收记录", "损失计算表"]


def test_every_state_of_a_claim_can_be_reached_and_only_ends_lead_nowhere() -> None:
    reached = {"DRAFT"} | {move.target for move in rules.CLAIM.moves}
    assert reached == set(rules.CLAIM.states)
    ends = {state for state in rules.CLAIM.states if not rules.CLAIM.events_from(state)}
    assert ends == {"PAID", *rules.DEAD_STATES}
