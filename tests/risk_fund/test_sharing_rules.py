"""The engine driven from a record: contexts are told and taken away, and the record gives the state again."""

from datetime import date

import pytest

from finance_platform.foundation.faults import BadDocument
from risk_fund.loss_sharing import State, read_scheme
from risk_fund.rules import sharing as rules
from risk_fund.rules.samples import LEVERAGED, QUOTA_SHARE, SAMPLES
from risk_fund.rules.schemes import in_record, ratio_text, unsupported

SCHEME = in_record(read_scheme(QUOTA_SHARE.document))
ENROL = {"type": "enrol", "date": "2025-01-02", "loan": "L1", "borrower": "B1", "bank": "K1", "principal": 500_000_000}
CLAIM = {"type": "claim", "date": "2025-06-02", "loan": "L1", "principal": 333_333_333}
RECOVERY = {"type": "recovery", "date": "2025-09-01", "loan": "L1", "gross": 50_000_000, "cost": 2_345_678}


def record(*events: tuple[dict[str, object], rules.Context]) -> list[rules.Entry]:
    state, lines = State(), []
    for i, (event, context) in enumerate(events):
        outcome = rules.take(SCHEME, state, i, event, context)
        assert outcome.ok
        lines.append(rules.Entry(i, event, context, rules.written(outcome)))
    return lines


def test_the_record_gives_the_state_again() -> None:
    lines = record(
        (ENROL, rules.Context(10**12)),
        (CLAIM, rules.Context(9 * 10**11, registered="2025-02-01")),
        (RECOVERY, rules.Context(5 * 10**11)),
    )
    state, faults = rules.replay(SCHEME, lines)
    assert faults == []
    assert state.loans["L1"].facts.registered == date(2025, 2, 1)


def test_a_record_that_was_tampered_with_is_found() -> None:
    lines = record((ENROL, rules.Context(10**12)), (CLAIM, rules.Context(10**12)))
    forged = lines[1].outcome | {"base": 1}
    tampered = [lines[0], rules.Entry(1, lines[1].event, lines[1].context, forged)]
    assert rules.replay(SCHEME, tampered)[1] == ["#1 claim: 重放结果与记录不同"]


def test_exposure_elsewhere_uses_up_the_capacity_of_one_fund() -> None:
    scheme = in_record(read_scheme(LEVERAGED.document))
    alone = rules.take(scheme, State(), 0, ENROL, rules.Context(50_000_000))
    crowded = rules.take(scheme, State(), 0, ENROL, rules.Context(50_000_000, exposure_elsewhere_fen=1))
    assert alone.ok
    assert crowded.reason == "OVER_CAPACITY"


def test_exposure_elsewhere_is_not_taken_into_the_book() -> None:
    state = State()
    rules.take(SCHEME, state, 0, ENROL, rules.Context(10**12, exposure_elsewhere_fen=7, covered_elsewhere_fen=3))
    assert state.account.exposure_fen == 500_000_000
    assert state.account.covered_fen == 200_000_000, "54 % is above the cap of 2,000,000 yuan a loan"


def test_the_sample_scheme_shares_54_26_16_4_to_the_fen_under_its_cap() -> None:
    lines = record((ENROL, rules.Context(10**12)), (CLAIM, rules.Context(10**12)))
    allocation = lines[1].outcome["allocation"]
    assert allocation == {"fund": 179_999_999, "bank": 86_666_668, "insurer": 53_333_333, "appraiser": 13_333_333}
    assert sum(allocation.values()) == 333_333_333


def test_a_claim_keeps_how_it_came_about() -> None:
    lines = record((ENROL, rules.Context(10**12)), (CLAIM | {"principal": 500_000_000}, rules.Context(10**12)))
    explanation = lines[1].outcome["explanation"]
    assert explanation["stages"][0]["amounts"]["fund"] == 270_000_000
    assert explanation["caps"] == [
        {"cap": 0, "party": "fund", "room": 200_000_000, "cut": 70_000_000, "to": "bank"}
    ]  # fmt: skip


def test_an_event_that_the_scheme_cannot_read_is_refused_before_anything_is_done() -> None:
    with pytest.raises(BadDocument):
        rules.take(SCHEME, State(), 0, ENROL | {"principal": "5"}, rules.Context(0))


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.code)
def test_every_sample_is_a_scheme_the_workflow_carries(sample: object) -> None:
    assert unsupported(read_scheme(sample.document)) is None  # type: ignore[attr-defined]
    assert "示例" in sample.legal_basis  # type: ignore[attr-defined]


def test_what_the_workflow_cannot_carry_is_said() -> None:
    pooled = QUOTA_SHARE.document | {"pool": {"same_day": "pro_rata"}}
    alone = {"parties": ["bank"], "residual": "bank", "stages": [{"layers": [{"shares": {"bank": 1}}]}]}
    assert "同日按比例" in (unsupported(read_scheme(pooled)) or "")
    assert "fund" in (unsupported(read_scheme(alone)) or "")


def test_the_ratio_reads_in_party_order() -> None:
    assert ratio_text(QUOTA_SHARE.document) == "54 : 26 : 16 : 4"
