"""What is refused, and where: modes that are mixed up, loans that do not add up, products that are counted twice."""

from datetime import date
from typing import Any

import pytest

from finance_platform.foundation.faults import BadDocument
from tests.valuation.engine.spoilt import REMOVED, UNIFORM, Case, changed
from tests.valuation.lending.specimens import APPRAISAL, CERTAIN, PACKAGE, PATENT
from valuation.lending import assess, repayments_of

RATE, LOAN, BORROWER = "/discount_rate", "/loan", "/borrower"
ASSETS = "/portfolio/assets"
CAPM = PATENT["discount_rate"]["capm"]
GROWING = {"base": 20000, "growth": {"initial": 0, "long_run": 0, "speed": 1, "volatility": 0.1}}

MODES: list[Case] = [
    (PATENT, {"/mode": REMOVED}, ["/mode"]),
    (PATENT, {"/mode": "stress"}, ["/mode"]),
    (PATENT, {RATE: {"build_up": {"risk_free": 0.02, "premiums": {"technology": 0.03, "a/b": 0.01}}}},
     [f"{RATE}/build_up/premiums/a~1b", f"{RATE}/build_up/premiums/technology"]),
    (PATENT, {RATE: {"build_up": {"risk_free": 0.02, "premiums": {}}}}, [f"{RATE}/build_up"]),
    (PATENT, {RATE: 0.12}, [RATE]),
    (PATENT, {RATE: UNIFORM}, [RATE]),
    (PATENT, {RATE: {"wacc": {"equity": 1, "debt": 1, "cost_of_equity": 0.1, "cost_of_debt": 0.1, "tax_rate": 0}}},
     [f"{RATE}/wacc"]),
    (PATENT, {f"{RATE}/capm/specific_premium": 0.02, f"{RATE}/capm/size_premium": 0},
     [f"{RATE}/capm/size_premium", f"{RATE}/capm/specific_premium"]),
    (PATENT, {"/hazard/mode": "expected"}, ["/hazard/mode"]),
    (PATENT, {"/hazard": {"annual": 0.01}}, ["/hazard/mode"]),
    (PATENT, {"/tax_amortisation": {"years": 10}}, ["/tax_amortisation"]),
    (PATENT, {"/sensitivity": {}}, ["/sensitivity"]),
    (PATENT, {f"{LOAN}/disposal_haircut": 0.7}, [f"{LOAN}/disposal_haircut"]),
    (PATENT, {"/method": "incremental_income"}, ["/method"]),
    (PATENT, {"/method": "real_option"}, ["/method"]),
    (APPRAISAL, {LOAN: {"amount": 1}, BORROWER: {}, "/families": []}, [BORROWER, "/families", LOAN]),
    (APPRAISAL, {"/simulation": {"sampler": "pseudo"}}, ["/simulation/sampler"]),
]  # fmt: skip
LOANS: list[Case] = [
    (PATENT, {LOAN: REMOVED, BORROWER: REMOVED, "/simulation": REMOVED}, [BORROWER, LOAN, "/simulation"]),
    (PATENT, {f"{LOAN}/amount": 999}, [f"{LOAN}/repayments"]),
    (PATENT, {f"{LOAN}/amount": 0}, [f"{LOAN}/amount"]),
    (PATENT, {f"{LOAN}/repayments": []}, [f"{LOAN}/repayments"]),
    (PATENT, {f"{LOAN}/repayments": {}}, [f"{LOAN}/repayments"]),
    (PATENT, {f"{LOAN}/repayments/1/at": 0.25}, [f"{LOAN}/repayments/1/at"]),
    (PATENT, {f"{LOAN}/repayments/0/at": 0, f"{LOAN}/repayments/2/interest": -1},
     [f"{LOAN}/repayments/0/at", f"{LOAN}/repayments/2/interest"]),
    (PATENT, {f"{LOAN}/repayments/7/at": 6.01}, [f"{LOAN}/repayments/7/at"]),
    (PATENT, {f"{LOAN}/repayments": [{"at": 1, "principal": 0}, {"at": 2, "principal": 1000}]},
     [f"{LOAN}/repayments/0"]),
    (PATENT, {f"{LOAN}/liquidation": REMOVED}, [f"{LOAN}/liquidation"]),
    (PATENT, {f"{LOAN}/liquidation": {"factor": 1.1, "wait": 1}},
     [f"{LOAN}/liquidation/factor", f"{LOAN}/liquidation/time_to_sale_years", f"{LOAN}/liquidation/wait"]),
    (PATENT, {f"{LOAN}/curve": [1, 1]}, [f"{LOAN}/curve"]),
    (PATENT, {f"{LOAN}/curve": []}, [f"{LOAN}/curve"]),
    (PATENT, {f"{LOAN}/curve": [0]}, [f"{LOAN}/curve/0"]),
    (PATENT, {f"{LOAN}/tolerance": {"measure": "hope", "at_most": 1}},
     [f"{LOAN}/tolerance/at_most", f"{LOAN}/tolerance/measure"]),
    (PATENT, {BORROWER: {"operating_margin": 2, "age": 3}}, [f"{BORROWER}/age", f"{BORROWER}/operating_margin"]),
    (PATENT, {f"{BORROWER}/operating_margin": [0.1, 0.1]}, [f"{BORROWER}/operating_margin"]),
    (PATENT, {f"{BORROWER}/other_income": {"shock": {"speed": 0, "volatility": 2}}},
     [f"{BORROWER}/other_income/annual",
      f"{BORROWER}/other_income/shock/speed", f"{BORROWER}/other_income/shock/volatility"]),
    (PATENT, {f"{BORROWER}/other_income": -1, f"{BORROWER}/carried": 1.5},
     [f"{BORROWER}/carried", f"{BORROWER}/other_income"]),
    (PATENT, {f"{BORROWER}/existing_debt_service": [{"at": 1}]}, [f"{BORROWER}/existing_debt_service/0/amount"]),
    (PATENT, {"/simulation": {"paths": 5000}}, ["/simulation/paths"]),
    (PATENT, {"/simulation": {"paths": 2048, "largest_paths": 2**19}},
     ["/simulation/largest_paths", "/simulation/paths"]),
    (PATENT, {"/simulation": {"paths": 8192, "largest_paths": 4096}}, ["/simulation/largest_paths"]),
    (PATENT, {"/simulation": {"antithetic": False}}, ["/simulation/antithetic"]),
]  # fmt: skip
LONG = [{"at": month / 24, "principal": 10} for month in range(1, 101)]
PACKAGES: list[Case] = [
    (PACKAGE, {f"{ASSETS}/0/discount_rate": 0.1}, [f"{ASSETS}/0/discount_rate"]),
    (PACKAGE, {f"{ASSETS}/2/hazard": {"annual": 0.1}}, [f"{ASSETS}/2/hazard/mode"]),
    (PACKAGE, {f"{ASSETS}/2": {"name": "m", "method": "cost", "cost": {"items": [{"amount": 1}]}, "product": "o"}},
     [f"{ASSETS}/2/method"]),
    (PACKAGE, {"/portfolio/shared/product": REMOVED, "/portfolio/overlap": REMOVED, "/families": REMOVED},
     [f"{ASSETS}/{place}/product" for place in range(3)]),
    (PACKAGE, {f"{ASSETS}/2/revenue": {"base": 9}}, [f"{ASSETS}/2/revenue"]),
    (PACKAGE, {f"{ASSETS}/1/revenue": PACKAGE["portfolio"]["shared"]["revenue"]}, [f"{ASSETS}/1/revenue"]),
    (PACKAGE, {"/families": [["first"]]}, ["/families/0"]),
    (PACKAGE, {"/families": [["first", "third"]]}, ["/families/0/1"]),
    (PACKAGE, {"/families": [["first", "mark"]]}, ["/families/0/1"]),
    (PACKAGE, {"/families": [["first", "second"], ["second", "first"]]}, ["/families/1/0", "/families/1/1"]),
    (PACKAGE, {"/families": 3}, ["/families"]),
    (PATENT, {"/simulation/largest_paths": 2**18, "/loan/repayments": LONG}, ["/simulation/largest_paths"]),
]  # fmt: skip


@pytest.mark.parametrize(("document", "changes", "pointers"), MODES + LOANS + PACKAGES)
def test_a_document_is_refused_where_it_is_wrong(
    document: dict[str, Any], changes: dict[str, Any], pointers: list[str]
) -> None:
    with pytest.raises(BadDocument) as refusal:
        assess(changed(document, changes))
    assert sorted({fault.pointer for fault in refusal.value.faults}) == sorted(pointers)


def test_the_refusal_of_a_premium_names_the_remedy() -> None:
    loaded = {"build_up": {"risk_free": 0.02, "premiums": {"technology": 0.03}}}
    with pytest.raises(BadDocument, match=r"revenue, decay, hazard or liquidation and give \{\"capm\"") as refusal:
        assess(changed(PATENT, {RATE: loaded}))
    assert refusal.value.faults[0].pointer == f"{RATE}/build_up/premiums/technology"


ACCEPTED: list[tuple[dict[str, Any], dict[str, Any]]] = [
    (PATENT, {"/method": "profit_split", "/royalty_rate": REMOVED,
              "/contribution": {"profit_share": 0.3, "operating_margin": 0.1}}),
    (PATENT, {f"{RATE}/capm": {"risk_free": UNIFORM, "beta": 1, "market_return": 0.3}}),
    (PATENT, {"/valuation_date": "2026-06-30",
              "/horizon": {"filing_date": "2018-03-15", "first_year_end": "2026-12-31"}}),
    (PATENT, {"/timing": "end_of_year", "/hazard": REMOVED, "/decay": REMOVED,
              f"{BORROWER}/operating_margin": [0.05] * 6}),
    (PATENT, {f"{BORROWER}/other_income": UNIFORM, f"{BORROWER}/existing_debt_service": [{"at": 0.5, "amount": 3}]}),
    (PATENT, {"/correlation": {"names": ["/loan/liquidation/factor", "/royalty_rate"], "matrix": [[1, 0], [0, 1]]}}),
    (PATENT, {"/simulation": {"sampler": "latin_hypercube", "largest_paths": 4096}}),
    (PATENT, {"/kind": "trademark", "/terminal": {"growth": 0.0}}),
    (PACKAGE, {"/portfolio/shared/revenue": {"base": 9000}, f"{ASSETS}/2/revenue": {"base": 9000}}),
    (PACKAGE, {f"{ASSETS}/2/product": "other", f"{ASSETS}/2/revenue": GROWING, f"{ASSETS}/2/horizon": {"years": 3}}),
    (APPRAISAL, {RATE: 0.12, "/hazard/mode": "event"}),
    (APPRAISAL, {"/method": "multi_period_excess_earnings", "/royalty_rate": REMOVED, "/operating_costs": 900}),
    (CERTAIN, {"/loan/repayments/7/at": 6}),
]  # fmt: skip


@pytest.mark.parametrize(("document", "changes"), ACCEPTED)
def test_a_good_document_is_answered(document: dict[str, Any], changes: dict[str, Any]) -> None:
    result = assess(changed(document, changes))
    assert result["mode"] == document["mode"]
    assert result["point"]["value"] > 0


def test_the_two_modes_answer_different_questions() -> None:
    lender, appraisal = assess(PATENT), assess(APPRAISAL | {"simulation": {"largest_paths": 4096}})
    assert lender["basis"] != appraisal["basis"]
    assert {"distribution", "loan", "curve"} <= set(lender)
    assert not {"distribution", "loan", "curve", "quantiles"} & set(appraisal)


def test_the_same_document_gives_the_same_answer_and_is_left_as_it_was() -> None:
    before = changed(PATENT, {})
    first = assess(PATENT)
    assert before == PATENT
    assert assess(dict(reversed(PATENT.items()))) == first
    assert assess(changed(PATENT, {"/simulation/seed": 8})) != first
    assert first["run"]["seed"] == 7
    assert first["run"]["input_digest"].startswith("sha256:")


def test_any_table_of_the_loan_schedule_can_be_fed_in() -> None:
    rows = [
        {"due": "2027-02-28", "principal": 50000, "interest": 700, "fee": 300, "total": 51000},
        {"due": "2026-08-31", "principal": 40000, "interest": 900, "fee": 0, "total": 40900},
        {"due": "2026-08-31", "principal": 10000, "interest": 0, "fee": 0, "total": 10000},
    ]
    found = repayments_of(rows, date(2026, 2, 28), units_per_money=100)
    assert [row["principal"] for row in found] == [500, 500]
    assert [(row["interest"], row["fee"]) for row in found] == [(9, 0), (7, 3)]
    assert [row["at"] for row in found] == pytest.approx([184 / 365, 1])
    fed = assess(changed(PATENT, {"/loan/repayments": found}))
    assert [row["amount"] for row in fed["instalments"]] == pytest.approx([509, 510])
    assert [row["exposure"] for row in fed["instalments"]] == pytest.approx([1009, 510])
    with pytest.raises(ValueError, match="valuation date"):
        repayments_of(rows, date(2026, 8, 31))


def test_a_result_beyond_the_doubles_is_refused() -> None:
    with pytest.raises(BadDocument, match="double precision"):
        assess(changed(PATENT, {"/revenue/base": 1.7e308, "/revenue/growth": 9}))
