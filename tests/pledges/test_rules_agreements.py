"""Which pledgees can hold a pledge, what their shares are, and how a number on a paper is read."""

from decimal import Decimal

import pytest

from finance_platform.foundation.errors import Invalid
from pledges.rules.agreements import check_pledgees, shares_of
from pledges.rules.evidence import number_on_paper, reason

LENDER, BANK, GUARANTOR, ENTERPRISE = 1, 2, 3, 4
KINDS = {LENDER: "bank", BANK: "bank", GUARANTOR: "guarantor", ENTERPRISE: "enterprise"}


def holders(*pairs: tuple[int, str]) -> list[dict[str, object]]:
    return [{"organisation_id": pk, "role": role} for pk, role in pairs]


@pytest.mark.parametrize(
    "entries",
    [
        holders((LENDER, "sole")),
        holders((LENDER, "joint"), (BANK, "joint")),
        holders((BANK, "agent")),
        holders((GUARANTOR, "counter")),
        holders((LENDER, "joint"), (GUARANTOR, "counter")),
    ],
)
def test_a_bank_several_banks_an_agent_or_a_guarantor_may_hold_the_pledge(entries: list[dict[str, object]]):
    check_pledgees(entries, KINDS, LENDER)


@pytest.mark.parametrize(
    "entries",
    [
        [],
        holders((BANK, "sole")),
        holders((LENDER, "sole"), (BANK, "joint")),
        holders((LENDER, "joint"), (LENDER, "joint")),
        holders((BANK, "joint")),
        holders((ENTERPRISE, "joint"), (LENDER, "joint")),
        holders((LENDER, "counter")),
        holders((LENDER, "owner")),
        holders(*[(LENDER, "joint")] * 11),
    ],
)
def test_other_pledgees_are_refused(entries: list[dict[str, object]]):
    with pytest.raises(Invalid) as refusal:
        check_pledgees(entries, KINDS, LENDER)
    assert "pledgees" in refusal.value.fields


def test_shares_add_up_to_one_or_are_not_named():
    assert shares_of([{"share": "0.6"}, {"share": 0.4}]) == [Decimal("0.6"), Decimal("0.4")]
    assert shares_of([{}, {"share": None}]) == [None, None]


@pytest.mark.parametrize(
    "shares", [["0.6", "0.3"], ["0.5", None], ["1.5", "-0.5"], ["viel", "1"], ["NaN", "1"], ["0.3333333", "0.6666667"]]
)
def test_shares_that_do_not_foot_are_refused(shares: list[str]):
    with pytest.raises(Invalid):
        shares_of([{"share": share} for share in shares])


def test_a_number_keyed_in_full_width_is_the_same_number():
    assert number_on_paper("  Y2025-01 ", field="x", label="证书号") == "Y2025-01"


@pytest.mark.parametrize("text", ["", "   ", "9" * 41])
def test_a_number_that_is_absent_or_too_long_is_refused_by_its_field(text: str):
    with pytest.raises(Invalid) as refusal:
        number_on_paper(text, field="certificate_no", label="登记证书号")
    assert "certificate_no" in refusal.value.fields


def test_a_reason_keeps_its_punctuation():
    assert reason(" 清偿,已核 ", field="reason", label="原因") == "清偿,已核"
