"""Random loans, worked out twice: by the package and by the slow judge, which shares no code with it."""

from decimal import Decimal, localcontext
from itertools import pairwise
from typing import Any

import pytest

from pledges.loan_schedule import BadDocument, build
from tests.pledges.loan_schedule.documents import loan_document
from tests.pledges.loan_schedule.judge import Judge
from tests.pledges.loan_schedule.judged_table import Refused

BLOCK = 25


def assert_judged_alike(seed: int) -> bool:
    """Compare one random loan to the fen; tell whether it could be worked out at all."""
    document = loan_document(seed)
    judge = Judge(document)
    expected, found = judged(judge), answered(document)
    cost = found.pop("cost", None)
    assert found == expected, seed
    if cost:
        assert_cost(judge, cost)
    return cost is not None


def judged(judge: Judge) -> dict[str, Any]:
    try:
        return judge.result()
    except Refused as refused:
        return {"refused": str(refused)}


def answered(document: dict[str, Any]) -> dict[str, Any]:
    try:
        return build(document)
    except BadDocument as bad:
        return {"refused": bad.faults[0].pointer}


def assert_cost(judge: Judge, cost: dict[str, Any]) -> None:
    for suffix, subsidised in (("", False), ("_after_subsidy", True)):
        assert cost[f"simple{suffix}"] == pytest.approx(judge.simple(subsidised), rel=1e-12, abs=1e-15)
        assert_brackets_a_root(judge.flows(subsidised), cost[f"xirr{suffix}"])


def assert_brackets_a_root(flows: list[tuple[Any, int]], rate: float | None) -> None:
    """The flows' worth, at 60 digits, changes sign within 1e-10 of the rate, or has one sign at both ends."""
    if rate is None:
        assert worth(flows, Decimal("-0.9")) * worth(flows, Decimal(100)) > 0
        return
    near = Decimal(rate)
    margin = abs(near) * Decimal("1e-10") + Decimal("1e-13")
    assert worth(flows, near - margin) * worth(flows, near + margin) <= 0


def worth(flows: list[tuple[Any, int]], rate: Decimal) -> Decimal:
    with localcontext() as context:
        context.prec = 60
        first = min(day for day, _ in flows)
        return sum((amount / (1 + rate) ** (Decimal((day - first).days) / 365) for day, amount in flows), Decimal(0))


@pytest.mark.parametrize("block", range(8))
def test_package_and_judge_agree_to_the_fen(block: int) -> None:
    worked_out = [assert_judged_alike(seed) for seed in range(block * BLOCK, (block + 1) * BLOCK)]
    assert sum(worked_out) > BLOCK // 2


@pytest.mark.proof
@pytest.mark.parametrize("block", range(100, 130))
def test_package_and_judge_agree_on_thousands_of_loans(block: int) -> None:
    assert sum(assert_judged_alike(seed) for seed in range(block * 100, (block + 1) * 100)) > 50


@pytest.mark.parametrize("block", range(8))
def test_laws_of_every_table(block: int) -> None:
    for seed in range(10_000 + block * 40, 10_000 + (block + 1) * 40):
        document = loan_document(seed)
        answer = answered(document)
        if "refused" not in answer:
            assert_laws(document, answer)


def assert_laws(document: dict[str, Any], answer: dict[str, Any]) -> None:
    rows, totals = answer["rows"], answer["totals"]
    lent = sum(entry["amount"] for entry in document["disbursements"])
    assert totals["principal"] == lent
    assert rows[-1]["balance"] == 0
    assert all(row["total"] == row["interest"] + row["principal"] + row["fee"] for row in rows)
    assert all(before["to"] == after["from"] for before, after in pairwise(rows))
    assert min(row[key] for row in rows for key in ("days", "interest", "principal", "fee", "balance", "subsidy")) >= 0
    assert all(row["subsidy"] <= row["interest"] for row in rows)
    assert totals["fees"] == sum(totals["fees_by_payee"].values())
    assert totals["subsidy"] == sum(totals["subsidy_by_payer"].values()) == sum(row["subsidy"] for row in rows)
    assert totals["paid"] == sum(row["total"] for row in rows) + totals["fees_upfront"]
    assert answer["cost"]["simple"] >= answer["cost"]["simple_after_subsidy"]
    if answer["arrears"]:
        assert_laws_of_arrears(document, answer["arrears"])


def assert_laws_of_arrears(document: dict[str, Any], arrears: dict[str, Any]) -> None:
    paid_in = sum(payment["amount"] for payment in document["payments"])
    assert sum(arrears["paid"].values()) + arrears["unapplied"] == paid_in
    assert arrears["outstanding_principal"] >= arrears["overdue_principal"] >= 0
    assert arrears["penalty_due"] == arrears["penalty_accrued"] - arrears["paid"]["penalty"] >= 0
    assert arrears["compound_due"] == arrears["compound_accrued"] - arrears["paid"]["compound"] >= 0
    assert (arrears["days_past_due"] > 0) == (arrears["overdue_principal"] + arrears["overdue_interest"] > 0)
    if arrears["unapplied"]:
        assert arrears["total_due"] == 0


def test_the_judge_can_disagree() -> None:
    """The comparison has teeth: a judge told of another rate finds another table."""
    document = next(document for document in map(loan_document, range(100)) if "as_of" not in document)
    assert Judge(document).result()["rows"] != Judge(document | {"rate": {"annual": "0.2512"}}).result()["rows"]
