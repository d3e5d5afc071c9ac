"""Every risk is charged once, in the flow, the rate, a haircut or as an event; charged twice, both places are named."""

from typing import Any

import pytest

from finance_platform.foundation.faults import BadDocument
from tests.valuation.engine.spoilt import REMOVED, changed
from tests.valuation.lending.specimens import APPRAISAL, PACKAGE, PATENT
from valuation.lending import assess, require_single_charges, risk_ledger
from valuation.lending.ledger import RISKS

PREMIUMS = "/discount_rate/build_up/premiums"


def table(document: dict[str, Any], asset: str = "") -> dict[str, list[tuple[str, str]]]:
    """Return the charges on an asset by risk."""
    return {
        row["risk"]: [(charge["form"], charge["pointer"]) for charge in row["charges"]]
        for row in risk_ledger(document)["rows"]
        if row["asset"] == asset
    }


def doubles(document: dict[str, Any]) -> list[str]:
    return [row["risk"] for row in risk_ledger(document)["doubles"]]


def test_a_lenders_document_charges_every_risk_once() -> None:
    assert table(PATENT) == {
        "invalidation": [("event", "/hazard")],
        "decay": [("flow", "/decay")],
        "market": [("rate_premium", "/discount_rate/capm/equity_risk_premium")],
        "management": [("event", "/borrower")],
        "disposal": [("haircut", "/loan/liquidation")],
    }
    assert doubles(PATENT) == []
    require_single_charges(PATENT)
    assert assess(PATENT)["ledger"] == risk_ledger(PATENT)


def test_an_appraisal_charges_in_flow_and_rate() -> None:
    assert table(APPRAISAL) == {
        "invalidation": [("flow", "/hazard")],
        "decay": [("flow", "/decay")],
        "market": [("rate_premium", f"{PREMIUMS}/market")],
        "management": [("rate_premium", f"{PREMIUMS}/management")],
        "disposal": [],
    }


DOUBLED: list[tuple[str, dict[str, Any], list[str]]] = [
    ("invalidation", {f"{PREMIUMS}/legal": 0.02}, ["/hazard", f"{PREMIUMS}/legal"]),
    ("invalidation", {f"{PREMIUMS}/法律风险": 0.02}, ["/hazard", f"{PREMIUMS}/法律风险"]),
    ("decay", {f"{PREMIUMS}/Technology": 0.02}, ["/decay", f"{PREMIUMS}/Technology"]),
    ("market", {f"{PREMIUMS}/market_risk": 0.02}, [f"{PREMIUMS}/market", f"{PREMIUMS}/market_risk"]),
    ("management", {f"{PREMIUMS}/经营管理": 0.02}, [f"{PREMIUMS}/management", f"{PREMIUMS}/经营管理"]),
    ("disposal", {f"{PREMIUMS}/liquidity": 0.02, "/loan": {"amount": 1, "disposal_haircut": 0.5}},
     [f"{PREMIUMS}/liquidity", "/loan/disposal_haircut"]),
]  # fmt: skip


@pytest.mark.parametrize(("risk", "changes", "pointers"), DOUBLED)
def test_a_risk_charged_twice_is_named_with_both_places(
    risk: str, changes: dict[str, Any], pointers: list[str]
) -> None:
    document = changed(APPRAISAL, changes)
    (row,) = risk_ledger(document)["doubles"]
    assert row["risk"] == risk
    assert sorted(charge["pointer"] for charge in row["charges"]) == sorted(pointers)
    assert all(pointer in row["remedy"] for pointer in pointers)
    with pytest.raises(BadDocument) as refusal:
        require_single_charges(document)
    assert [fault.pointer for fault in refusal.value.faults] == sorted(pointers)
    assert risk in refusal.value.faults[0].reason


NOT_DOUBLED: list[dict[str, Any]] = [
    {f"{PREMIUMS}/legal": 0},
    {f"{PREMIUMS}/legal": 0.02, "/hazard/annual": 0},
    {f"{PREMIUMS}/legal": 0.02, "/hazard": REMOVED},
    {f"{PREMIUMS}/finance": 0.02},
]


@pytest.mark.parametrize("changes", NOT_DOUBLED)
def test_what_is_nought_or_another_risk_is_no_second_charge(changes: dict[str, Any]) -> None:
    assert doubles(changed(APPRAISAL, changes)) == []


def test_a_premium_that_varies_is_a_charge() -> None:
    law = {"distribution": "uniform", "low": 0.0, "high": 0.02}
    assert doubles(changed(APPRAISAL, {f"{PREMIUMS}/legal": law})) == ["invalidation"]


def test_what_does_not_say_its_risk_is_listed() -> None:
    assert risk_ledger(changed(APPRAISAL, {"/discount_rate": 0.12}))["undivided"] == ["/discount_rate"]
    capm = {"risk_free": 0.02, "beta": 1, "market_return": 0.08, "specific_premium": 0.03, "size_premium": 0}
    ledger = risk_ledger(changed(APPRAISAL, {"/discount_rate": {"capm": capm}}))
    assert ledger["undivided"] == ["/discount_rate/capm/specific_premium"]
    wacc = {"cost_of_equity": {"capm": capm}, "asset_premium": 0.02}
    ledger = risk_ledger(changed(APPRAISAL, {"/discount_rate": {"wacc": wacc}}))
    assert ledger["undivided"] == ["/discount_rate/wacc/asset_premium", "/discount_rate/wacc/cost_of_equity/capm/specific_premium"]  # fmt: skip # noqa: E501
    charged = [charge["pointer"] for row in ledger["rows"] if row["risk"] == "market" for charge in row["charges"]]
    assert charged == ["/discount_rate/wacc/cost_of_equity/capm/market_return"]
    assert risk_ledger(changed(APPRAISAL, {f"{PREMIUMS}/finance": 0.02}))["other_premiums"] == [f"{PREMIUMS}/finance"]


def test_a_package_is_judged_asset_by_asset() -> None:
    assert table(PACKAGE, "second")["invalidation"] == [("event", "/portfolio/assets/1/hazard")]
    assert table(PACKAGE, "mark")["invalidation"] == []
    assert len(risk_ledger(PACKAGE)["rows"]) == 3 * len(RISKS)
    loaded = {"build_up": {"risk_free": 0.02, "premiums": {"legal": 0.03}}}
    document = changed(PACKAGE, {"/portfolio/shared/discount_rate": loaded})
    assert [row["asset"] for row in risk_ledger(document)["doubles"]] == ["first", "second"]
