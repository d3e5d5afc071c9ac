"""The shape of the input: every sentence of the contract that makes a member faulty, with the pointer it asks for."""

import json
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from pledges.loan_schedule import BadDocument, build
from tests.pledges.loan_schedule.documents import loan_document
from tests.pledges.loan_schedule.samples import ABSENT, BULLET, EQUAL, FULL, INTEREST_ONLY, changed, pointers


@pytest.mark.parametrize("document", [EQUAL, BULLET, INTEREST_ONLY, FULL])
def test_the_good_documents_are_good(document: dict[str, Any]) -> None:
    assert build(document)["rows"]


@pytest.mark.parametrize("key", ["disbursements", "rate", "day_count", "method", "instalments", "first_due"])
def test_a_missing_key_is_named_by_the_pointer_it_would_have(key: str) -> None:
    assert pointers(changed(EQUAL, f"/{key}", ABSENT)) == [f"/{key}"]


@pytest.mark.parametrize(
    "path",
    [
        *("/maturity", "/disbursements/0/date", "/disbursements/0/amount", "/rate/lpr", "/rate/bp", "/lpr/1/date"),
        *("/business_days/rule", "/fees/0/date", "/fees/0/amount", "/fees/0/payee"),
        *("/subsidies/0/payer", "/subsidies/0/share", "/subsidies/1/gate/tenor", "/subsidies/1/gate/multiple"),
        *("/subsidies/1/gate/effect", "/prepayments/0/date", "/prepayments/0/amount"),
        *("/payments/1/date", "/payments/1/amount"),
    ],
)
def test_a_missing_key_within_is_named_too(path: str) -> None:
    assert pointers(changed(FULL, path, ABSENT)) == [path]


@pytest.mark.parametrize("path", ["/settlement/every", "/settlement/day"])
def test_settlement_needs_both_keys(path: str) -> None:
    assert pointers(changed(INTEREST_ONLY, path, ABSENT)) == [path]


@pytest.mark.parametrize(("key", "other"), [("unit", "count"), ("count", "unit")])
def test_every_needs_both_keys(key: str, other: str) -> None:
    every = {"unit": "month", "count": 2}
    assert pointers(EQUAL | {"every": {other: every[other]}}) == [f"/every/{key}"]


@pytest.mark.parametrize(
    "holder",
    [
        *("", "/disbursements/0", "/rate", "/lpr/0", "/business_days", "/rounding", "/fees/0", "/subsidies/0"),
        *("/subsidies/1/gate", "/prepayments/0", "/payments/0", "/penalty"),
    ],
)
def test_an_unknown_key_is_a_fault_at_every_level(holder: str) -> None:
    assert pointers(changed(FULL, f"{holder}/amounts", 1)) == [f"{holder}/amounts"]


def test_an_unknown_key_is_escaped_in_its_pointer() -> None:
    assert pointers(EQUAL | {"a/b~c": 1, "": 2}) == ["/a~1b~0c", "/"]


@pytest.mark.parametrize(
    ("document", "key"),
    [
        *((EQUAL, key) for key in ("maturity", "settlement")),
        *((BULLET, key) for key in ("instalments", "first_due", "every", "interest_basis", "settlement")),
        *((INTEREST_ONLY, key) for key in ("instalments", "first_due", "every", "interest_basis")),
    ],
)
def test_a_key_of_another_method_is_a_fault(document: dict[str, Any], key: str) -> None:
    assert pointers(document | {key: None}) == [f"/{key}"]


def test_while_the_method_is_unknown_its_keys_are_not_called_wrong() -> None:
    assert pointers(EQUAL | {"method": "annuity"}) == ["/method"]
    assert pointers(INTEREST_ONLY | {"method": ["bullet"]}) == ["/method"]


@pytest.mark.parametrize("amount", [1.0, "1", True, None, 0, -1, 10**15 + 1, Decimal(10) ** 5000, [1], {"fen": 1}])
@pytest.mark.parametrize("place", ["disbursements", "fees", "prepayments", "payments"])
def test_money_is_an_integer_of_fen(place: str, amount: Any) -> None:
    assert pointers(changed(FULL, f"/{place}/0/amount", amount)) == [f"/{place}/0/amount"]


def test_money_written_with_a_point_or_an_exponent_is_not_an_integer() -> None:
    for text in ("1000000.0", "1e6", "10E5"):
        document = json.loads(json.dumps(EQUAL).replace("1000000", text))
        assert pointers(document) == ["/disbursements/0/amount"]


def test_money_reaches_ten_to_the_fifteenth() -> None:
    assert build(changed(EQUAL, "/disbursements/0/amount", 10**15))["rows"][-1]["balance"] == 0


@pytest.mark.parametrize(
    "text",
    [0.05, 0, True, None, "", ".5", "5.", "0.123456789", "0001", "1e-2", "+0.1", "-0.1", " 0.1", "0.1\n", "٠.١", "0,1"],
)
def test_a_rate_is_a_plain_decimal_string(text: Any) -> None:
    assert pointers(EQUAL | {"rate": {"annual": text}}) == ["/rate/annual"]


@pytest.mark.parametrize("text", ["0", "1", "000", "001.00000000", "0.00000001"])
def test_decimal_strings_may_have_three_and_eight_digits(text: str) -> None:
    assert build(EQUAL | {"rate": {"annual": text}})["rate_path"][0]["annual"] == f"{float(text):.8f}"


@pytest.mark.parametrize(
    ("path", "value"),
    [
        *(("/rate/bp", value) for value in (-501, 2001, 50.0, "50", True)),
        *(("/rate/reset", value) for value in ("monthly", None, ["none"])),
        *(("/rate/lpr", value) for value in ("3Y", 1, "1y")),
        *(("/lpr/0/1Y", value) for value in ("1.1", 0.03, "3.45%")),
        *(("/subsidies/0/share", value) for value in ("1.00000001", 0.4)),
        *(("/subsidies/0/cap_per_year", value) for value in (-1, 10**15 + 1, "0", None)),
        *(("/subsidies/1/gate/multiple", value) for value in ("10.1", 1)),
        *(("/subsidies/1/gate/effect", value) for value in ("cut", None)),
        ("/subsidies/1/gate", None),
        *(("/prepayments/0/fee_rate", value) for value in ("1.1", 0)),
        *(("/prepayments/0/effect", value) for value in ("LOWER", None)),
        *(("/penalty/multiple", value) for value in ("0.99", "3.00000001", 1.5)),
        *(("/penalty/compound", value) for value in (0, 1, "true", None)),
        *(("/penalty/order", value) for value in (
            None, [], "penalty", ["compound", "penalty", "interest"],
            ["compound", "penalty", "interest", "interest"], ["compound", "penalty", "interest", ["principal"]],
            ["compound", "penalty", "interest", "principal", "principal"],
        )),
        *(("/business_days/rule", value) for value in ("preceding", None)),
        *(("/business_days/accrue_to", value) for value in ("due", None)),
        *(("/business_days/holidays", value) for value in (None, {}, "2024-01-01", ["2024-01-01"] * 5001)),
        *(("/rounding/interest", value) for value in ("half", None)),
        *(("/rounding/multiple", value) for value in (0, 1_000_001, 1.0)),
        *(("/fees/0/payee", value) for value in ("", " \u3000", 1, None)),
        *(("/subsidies/0/payer", value) for value in ("", "\t", None)),
        *(("/day_count", value) for value in ("act/364", "ACT/360", None)),
        *((f"/{key}", None) for key in ("rate", "lpr", "fees", "subsidies", "prepayments")),
        *((f"/{key}", None) for key in ("payments", "penalty", "as_of")),
        *((f"/{key}", value) for key in ("rounding", "business_days") for value in (None, [])),
        ("/fees/0", "a fee"),
        ("/disbursements", []),
        ("/disbursements/0", 1),
    ],
)  # fmt: skip
def test_a_value_out_of_its_range_is_named(path: str, value: Any) -> None:
    assert pointers(changed(FULL, path, value)) == [path]


@pytest.mark.parametrize(
    ("key", "most"),
    [("disbursements", 50), ("lpr", 1000), ("fees", 200), ("subsidies", 5), ("prepayments", 100), ("payments", 2000)],
)
def test_lists_end_somewhere(key: str, most: int) -> None:
    assert pointers(FULL | {key: [FULL[key][0]] * (most + 1)}) == [f"/{key}"]


@pytest.mark.parametrize(("unit", "most"), [("month", 12), ("week", 52), ("day", 366)])
def test_steps_end_somewhere(unit: str, most: int) -> None:
    assert build(EQUAL | {"every": {"unit": unit, "count": most}})
    assert pointers(EQUAL | {"every": {"unit": unit, "count": most + 1}}) == ["/every/count"]
    assert pointers(EQUAL | {"every": {"unit": unit, "count": 0}}) == ["/every/count"]


@pytest.mark.parametrize(("key", "value"), [("instalments", 0), ("instalments", 481), ("instalments", 6.0)])
def test_instalments_end_somewhere(key: str, value: Any) -> None:
    assert pointers(EQUAL | {key: value}) == [f"/{key}"]


@pytest.mark.parametrize("day", [0, 29, "20", True])
def test_settlement_day_is_in_every_month(day: Any) -> None:
    assert pointers(INTEREST_ONLY | {"settlement": {"every": "month", "day": day}}) == ["/settlement/day"]


@pytest.mark.parametrize(
    "day",
    ["2024-02-30", "2023-02-29", "2024-2-3", "20240203", "2024-W05-1", "2024-02-03T00:00", "1989-12-31", "2200-01-01",
     "２０２４-02-03", "", None, 20240203, True],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/lpr/1/date", "/maturity", "/as_of", "/business_days/holidays/0", "/fees/0/date"])
def test_a_date_is_a_real_day_of_the_years_served(path: str, day: Any) -> None:
    assert path in pointers(changed(FULL, path, day))


def test_the_table_may_run_beyond_the_years_served() -> None:
    yearly = {"first_due": "2199-12-31", "instalments": 480, "every": {"unit": "month", "count": 12}}
    assert build(EQUAL | yearly | {"rate": {"annual": "0"}})["rows"][-1]["due"] == "2678-12-31"


def test_several_faults_are_reported_together_each_once() -> None:
    document = changed(changed(FULL, "/fees/0/amount", 0), "/penalty/compound", 1) | {"surprise": 1}
    assert sorted(pointers(document)) == ["/fees/0/amount", "/penalty/compound", "/surprise"]
    twice = FULL | {"prepayments": [{"date": "2024-01-05", "amount": 1}, {"date": "2024-01-05", "amount": 1}]}
    assert pointers(twice) == ["/prepayments/1/date", "/prepayments/0/date"]


@pytest.mark.parametrize("seed", range(60))
def test_a_spoilt_document_is_refused_and_never_breaks_the_calculator(seed: int) -> None:
    rng = Random(seed)
    document = loan_document(seed)
    for _ in range(rng.randint(1, 4)):
        spoil(rng, document)
    answer = answered(document)
    json.dumps(answer, allow_nan=False)
    refused = answer.get("refused", [])
    assert len(set(refused)) == len(refused)


def answered(document: dict[str, Any]) -> dict[str, Any]:
    try:
        return build(document)
    except BadDocument as bad:
        return {"refused": [fault.pointer for fault in bad.faults]}


def spoil(rng: Random, value: Any) -> None:
    """Put something unexpected somewhere below `value`, or take something away."""
    keys = list(value) if isinstance(value, dict) else list(range(len(value)))
    if not keys:
        return
    key = rng.choice(keys)
    if isinstance(value[key], dict | list) and value[key] and rng.random() < 0.7:
        spoil(rng, value[key])
    elif rng.random() < 0.2:
        del value[key]
    else:
        odd = [None, True, 0, -1, 1.5, 10**40, "", "x", "0.5", "2024-02-29", [], {}, [[]], {"": 1}, "\ud800"]
        value[key] = rng.choice(odd)
