"""Rules propose policy tags by the longest matching prefix; a person decides."""

import pytest

from finance_platform.foundation.errors import Forbidden, IllegalTransition, Invalid, NotFound
from pledges.models import AssetTag
from pledges.rules import tags as rules
from pledges.services import tags
from tests.factories import Actors
from tests.pledges.builders import CHECKED, listed_asset, patent_number


def plan_fields(*ipc: str, text: str = "") -> list[str]:
    return [p.code for p in rules.proposals(ipc, text) if p.taxonomy == rules.PLAN_FIELDS]


@pytest.mark.parametrize(
    ("ipc", "field"),
    [
        ("H01M8/04", ["氢能"]),
        ("H01M8/18", ["大规模储能"]),
        ("C01B32/182", ["石墨烯"]),
        ("C01B32/194", ["石墨烯"]),
        ("C01B32/1985", ["石墨烯"]),
        ("C01B32/20", []),
        ("C01B32/50", ["碳捕集封存"]),
        ("B01D53/62", ["碳捕集封存"]),
        ("B01D53/625", ["碳捕集封存"]),
        ("B01D53/64", []),
        ("C22B59/00", ["稀土"]),
        ("H02J3/28", ["大规模储能"]),
        ("H02J3/32", ["大规模储能"]),
        ("H02J3/38", []),
        ("C01B3/02", ["氢能"]),
        ("C01B33/02", []),
    ],
)
def test_the_longest_prefix_wins_within_a_taxonomy(ipc: str, field: list[str]) -> None:
    assert plan_fields(ipc) == field


def test_doubtful_prefixes_need_a_keyword_or_a_companion() -> None:
    assert plan_fields("H01M10/0525", text="一种电动自行车电池") == []
    assert plan_fields("H01M10/0525", text="一种电网侧电池") == ["大规模储能"]
    assert plan_fields("H01M10/0525", "H02J7/00") == ["大规模储能"]
    assert plan_fields("E21B43/16", text="一种co2驱油方法") == ["碳捕集封存"]
    assert plan_fields("E21B43/16", text="一种注水采油方法") == []


def test_several_symbols_may_give_several_fields_each_once() -> None:
    assert plan_fields("H01M8/04", "H01M8/10", "C22B59/00") == ["氢能", "稀土"]


def test_a_bare_subclass_matches_only_rules_of_subclasses() -> None:
    assert [p.label for p in rules.proposals(["A01H"])] == ["From genetically engineered organisms"]
    assert plan_fields("H01M") == []


def test_the_green_list_holds_the_inventory() -> None:
    assert sum(len(found) for found in rules._rules(rules.GREEN).values()) == 1214


def test_a_proposal_keeps_the_rule_version_and_the_symbol_that_hit(actors: Actors) -> None:
    asset = listed_asset(actors.enterprise, patent_number(1), ipc="H01F1/057; B22F3/00")
    tag = AssetTag.objects.get(asset=asset, taxonomy="plan_five_fields")
    assert (tag.code, tag.rule_version, tag.rule_hit, tag.state) == (
        "稀土",
        "plan-14th/2026-11",
        "H01F1/057",
        "PROPOSED",
    )


def test_proposing_again_changes_nothing_that_was_decided(actors: Actors) -> None:
    asset = listed_asset(actors.enterprise, patent_number(1))
    tag = AssetTag.objects.get(asset=asset)
    tags.decide(by=actors.verifier, at=CHECKED, tag_id=tag.pk, confirm=False, reason="仅为测量方法")
    assert [t.state for t in tags.propose(by=actors.verifier, at=CHECKED, asset_id=asset.pk)] == ["REJECTED"]


def test_a_person_decides_once_and_gives_a_reason_against(actors: Actors) -> None:
    tag = AssetTag.objects.get(asset=listed_asset(actors.enterprise, patent_number(1)))
    with pytest.raises(Invalid):
        tags.decide(by=actors.verifier, at=CHECKED, tag_id=tag.pk, confirm=False)
    decided = tags.decide(by=actors.verifier, at=CHECKED, tag_id=tag.pk, confirm=True)
    assert (decided.state, decided.decided_by) == ("CONFIRMED", actors.verifier)
    with pytest.raises(IllegalTransition):
        tags.decide(by=actors.verifier2, at=CHECKED, tag_id=tag.pk, confirm=False, reason="另有看法")


def test_the_enterprise_does_not_tag_and_other_prefectures_find_nothing(actors: Actors) -> None:
    mine = AssetTag.objects.get(asset=listed_asset(actors.enterprise, patent_number(1)))
    with pytest.raises(Forbidden):
        tags.decide(by=actors.enterprise, at=CHECKED, tag_id=mine.pk, confirm=True)
    theirs = AssetTag.objects.get(asset=listed_asset(actors.other_enterprise, patent_number(2)))
    with pytest.raises(NotFound):
        tags.decide(by=actors.verifier, at=CHECKED, tag_id=theirs.pk, confirm=True)
