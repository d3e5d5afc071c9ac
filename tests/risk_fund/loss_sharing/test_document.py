"""What a document may say: every fault at its pointer, every boundary on its right side."""

import copy
from typing import Any

import pytest

from finance_platform.foundation.faults import BadDocument
from risk_fund.loss_sharing import calculate, read_event, read_scheme
from tests.risk_fund.loss_sharing.builders import DAY, Json

GONE = object()
GOOD: Json = {
    "scheme": {
        "code": "IM-1",
        "parties": ["fund", "insurer", "bank"],
        "residual": "bank",
        "fund": "fund",
        "base": {"components": ["principal", "interest"], "interest_days_cap": 90, "ip_portion": "pro_rata"},
        "stages": [
            {"layers": [{"exhaust": 100, "shares": {"bank": 1}}, {"attach": 100, "shares": {"fund": 1, "bank": 1}}]},
            {"of": "fund", "scope": "bank_year", "unit": "portfolio", "portfolio": 1000,
             "layers": [{"attach": "1/10", "exhaust": "0.5", "shares": {"fund": 1000000, "insurer": 1}}]},
        ],
        "caps": [{"party": "fund", "scope": "loan", "amount": 0, "overflow_to": "insurer"},
                 {"party": "insurer", "scope": "year", "amount": 10**15}],
        "rounding": "floor_residual",
        "waiting": {"wait_days": 36500, "window_days": 0},
        "breakers": [{"denominator": 1, "suspend": "5/100", "warn": "0.05"},
                     {"denominator": 1, "suspend": 1, "scope": "bank", "metric": "gross", "comparison": ">",
                      "latched": False}],
        "capacity": {"leverage": 10, "measure": "covered", "quotas": {"K1": 0}},
        "recovery": {"order": ["cost", "loss", "interest"], "first": ["bank", "fund"]},
        "pool": {"same_day": "pro_rata", "unpaid": "extinguished"},
    },
    "events": [
        {"type": "contribute", "date": DAY, "amount": 1, "note": ""},
        {"type": "withdraw", "date": DAY, "amount": 10**15},
        {"type": "enrol", "date": DAY, "loan": "L1", "borrower": "B", "bank": "K1", "principal": 1,
         "registered": "2024-02-29", "contract": 1, "ip_part": 1},
        {"type": "repay", "date": DAY, "loan": "L1", "amount": 1},
        {"type": "claim", "date": DAY, "loan": "L1", "principal": 0, "interest": 1, "penalty": 0, "cost": 0,
         "interest_days": 36500, "due": "9999-12-31"},
        {"type": "recovery", "date": DAY, "loan": "L1", "gross": 1, "cost": 0, "interest": 0},
        {"type": "clawback", "date": DAY, "loan": "L1"},
        {"type": "pay_deferred", "date": DAY},
        {"type": "reset", "date": DAY, "breaker": 1, "bank": "K1", "approvers": []},
    ],
}  # fmt: skip
ENROL, CLAIM, RESET = "/events/2", "/events/4", "/events/8"


def changed(path: str, value: Any, document: Json = GOOD) -> Json:
    """Return a copy of the document with one place set, or taken away."""
    document = copy.deepcopy(document)
    *way, leaf = path.removeprefix("/").split("/")
    place: Any = document
    for step in way:
        place = place[int(step) if isinstance(place, list) else step]
    key: Any = int(leaf) if isinstance(place, list) else leaf
    if value is GONE:
        del place[key]
    elif isinstance(place, list) and key == len(place):
        place.append(value)
    else:
        place[key] = value
    return document


def pointers(document: Any) -> list[str]:
    with pytest.raises(BadDocument) as caught:
        calculate(document)
    assert all(fault.reason for fault in caught.value.faults)
    return [fault.pointer for fault in caught.value.faults]


def test_the_good_document_is_good() -> None:
    assert len(calculate(GOOD)["events"]) == len(GOOD["events"])


@pytest.mark.parametrize("document", [[], 7, None, "text"])
def test_what_is_no_object_has_the_empty_pointer(document: Any) -> None:
    assert pointers(document) == [""]


STAGE, LATER = "/scheme/stages/0", "/scheme/stages/1"
LAYER = f"{LATER}/layers/0"


@pytest.mark.parametrize(
    ("path", "value"),
    [
        # every required field, gone
        *[(path, GONE) for path in (
            "/scheme", "/events", "/scheme/parties", "/scheme/residual", "/scheme/stages", "/scheme/fund",
            f"{STAGE}/layers", f"{LATER}/of", f"{LATER}/portfolio", f"{LAYER}/shares", "/scheme/caps/0/party",
            "/scheme/caps/0/scope", "/scheme/caps/0/amount", "/scheme/waiting/wait_days",
            "/scheme/breakers/0/denominator", "/scheme/breakers/0/suspend", "/events/0/type", "/events/0/date",
            "/events/0/amount", "/events/1/amount", f"{ENROL}/loan", f"{ENROL}/borrower", f"{ENROL}/bank",
            f"{ENROL}/principal", f"{ENROL}/contract", f"{ENROL}/ip_part", "/events/3/loan", "/events/3/amount",
            f"{CLAIM}/loan", f"{CLAIM}/interest_days", f"{CLAIM}/due", "/events/5/loan", "/events/5/gross",
            "/events/6/loan", f"{RESET}/breaker", f"{RESET}/bank", f"{RESET}/approvers",
        )],
        # null is a wrong type wherever the page does not allow it
        *[(path, None) for path in (
            "/scheme", "/events", "/scheme/code", "/scheme/parties", "/scheme/residual", "/scheme/base",
            "/scheme/base/components", "/scheme/base/ip_portion", "/scheme/stages", f"{STAGE}/scope", f"{STAGE}/unit",
            f"{LATER}/of", f"{LATER}/portfolio", f"{STAGE}/portfolio", f"{LAYER}/attach", f"{LAYER}/shares",
            "/scheme/caps", "/scheme/caps/0/amount", "/scheme/rounding", "/scheme/breakers",
            "/scheme/breakers/0/suspend", "/scheme/breakers/0/scope", "/scheme/breakers/0/latched",
            "/scheme/waiting/wait_days", "/scheme/capacity/measure", "/scheme/capacity/quotas", "/scheme/recovery",
            "/scheme/recovery/order", "/scheme/recovery/first", "/scheme/pool/same_day", "/scheme/pool/unpaid",
            "/events/0/note", f"{ENROL}/registered", f"{ENROL}/contract", f"{ENROL}/ip_part", f"{CLAIM}/interest_days",
            f"{CLAIM}/due", f"{CLAIM}/penalty", f"{RESET}/bank",
        )],
        # a field that is not on the page, at each level
        *[(f"{path}/surprise", 1) for path in (
            "", "/scheme", "/scheme/base", STAGE, LAYER, "/scheme/caps/0", "/scheme/waiting", "/scheme/breakers/0",
            "/scheme/capacity", "/scheme/recovery", "/scheme/pool", "/events/0", "/events/7",
        )],
        # wrong types
        *[("/events/0/amount", wrong) for wrong in (True, 1.0, "5", None, [1])],
        *[(f"{STAGE}/layers/1/attach", value) for value in ("100", True, 100.0)],
        *[(f"{LAYER}/attach", value) for value in (
            0.1, True, "-1", "+1", "1/0", "1/2/3", ".5", "5.", "", " 1", "1e2", "٣", "1\n", "1" * 19, "1/" + "1" * 19,
        )],
        ("/scheme/breakers/0/latched", 1), ("/scheme/parties", "fund"), ("/scheme/stages", {}), ("/events", {}),
        ("/scheme/capacity/quotas", []), ("/scheme/capacity/quotas/K1", "5"), ("/scheme/recovery/order", "cost"),
        ("/events/0", "contribute"), ("/events/0/note", 5), ("/scheme/waiting", 60), (f"{RESET}/approvers", "Ada"),
        ("/events/0/date", 20250301),
        # values out of range
        *[("/events/0/amount", value) for value in (0, -1, 10**15 + 1)],
        ("/scheme/code", ""), ("/scheme/code", "x" * 65), ("/scheme/parties", []),
        ("/scheme/parties/3", ""), ("/scheme/parties/3", "x" * 65),
        (f"{ENROL}/loan", ""), (f"{ENROL}/loan", "x" * 65), (f"{ENROL}/ip_part", -1), (f"{ENROL}/contract", 0),
        (f"{CLAIM}/interest_days", 0), (f"{CLAIM}/interest_days", 36501), (f"{CLAIM}/cost", -1),
        ("/scheme/base/components", []), ("/scheme/base/components/0", "fees"), ("/scheme/base/interest_days_cap", -1),
        ("/scheme/base/interest_days_cap", 36501), ("/scheme/base/ip_portion", "some"), ("/scheme/stages", []),
        (f"{STAGE}/scope", "borrower_month"), (f"{STAGE}/unit", "fen"), (f"{STAGE}/layers", []),
        (f"{LAYER}/shares", {}), (f"{LAYER}/shares/fund", 0), (f"{LAYER}/shares/fund", 1000001),
        (f"{LATER}/portfolio", 0), ("/scheme/caps/0/amount", -1), ("/scheme/caps/0/scope", "scheme"),
        ("/scheme/rounding", "half_up"), ("/scheme/waiting/window_days", 36501), ("/scheme/waiting/wait_days", -1),
        ("/scheme/breakers/0/denominator", 0), ("/scheme/breakers/0/suspend", 0), ("/scheme/breakers/0/warn", "0/7"),
        ("/scheme/breakers/0/scope", "loan"), ("/scheme/breakers/0/metric", "sum"),
        ("/scheme/breakers/0/comparison", "="), ("/scheme/capacity/measure", "loans"),
        ("/scheme/capacity/leverage", "-1"), ("/scheme/capacity/quotas/K1", -1), ("/scheme/capacity/quotas/", 1),
        ("/scheme/recovery/order", ["loss", "cost", "interest"]), ("/scheme/recovery/order", ["cost"]),
        ("/scheme/pool/same_day", "lifo"), ("/scheme/pool/unpaid", "forgiven"), ("/events/0/type", "pay"),
        ("/events/0/type", ["claim"]), (f"{RESET}/breaker", 2), (f"{RESET}/breaker", -1),
        *[("/events/0/date", value) for value in (
            "2025-02-29", "2025-13-01", "20250301", "2025-3-1", "2025-W09-6", "0000-01-01", "2025-03-01T00:00", "",
        )],
        # names that must be parties
        ("/scheme/residual", "court"), ("/scheme/fund", "court"), (f"{LATER}/of", "court"),
        (f"{LAYER}/shares/court", 1), ("/scheme/caps/0/party", "court"), ("/scheme/caps/0/overflow_to", "court"),
        ("/scheme/recovery/first/0", "court"),
        # rules between fields
        ("/scheme/parties/3", "fund"), ("/scheme/fund", "bank"), ("/scheme/fund", None),
        ("/scheme/base/components/1", "principal"), (f"{STAGE}/of", "fund"), (f"{LATER}/of", "bank"),
        (f"{STAGE}/portfolio", 5), (f"{STAGE}/layers/1/attach", 99), (f"{STAGE}/layers/1/exhaust", 100),
        (f"{LAYER}/exhaust", "1/10"), ("/scheme/caps/0/party", "bank"), ("/scheme/caps/0/overflow_to", "fund"),
        ("/scheme/caps/1/overflow_to", "fund"), ("/scheme/rounding", "largest_remainder"),
        ("/scheme/breakers/0/warn", "0.051"), ("/scheme/recovery/first/1", "bank"), (f"{ENROL}/ip_part", 2),
        ("/events/3/date", "2025-02-28"),
    ],
)  # fmt: skip
def test_one_fault_is_named_by_its_pointer(path: str, value: Any) -> None:
    assert pointers(changed(path, value)) == [path]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        # null means absent
        *[(path, None) for path in (
            "/scheme/base/interest_days_cap", f"{STAGE}/of", f"{STAGE}/layers/1/exhaust", f"{LAYER}/exhaust",
            "/scheme/caps/0/overflow_to", "/scheme/breakers/0/warn", "/scheme/waiting", "/scheme/waiting/window_days",
            "/scheme/capacity", "/scheme/capacity/leverage", "/scheme/pool",
        )],
        # left out
        *[(path, GONE) for path in (
            "/scheme/code", "/scheme/base", "/scheme/caps", "/scheme/rounding", "/scheme/recovery", f"{LATER}/scope",
            "/scheme/breakers/0/warn", f"{LAYER}/attach", f"{LAYER}/exhaust", f"{ENROL}/registered",
            f"{CLAIM}/principal",
        )],
        # boundaries
        ("/scheme/code", "x" * 64), ("/scheme/parties/3", "界" * 64), (f"{LAYER}/attach", "0"), (f"{LAYER}/attach", 0),
        (f"{LAYER}/exhaust", 10**15), (f"{LAYER}/exhaust", "9" * 18), (f"{LAYER}/exhaust", "007/9"),
        ("/scheme/breakers/0/warn", "5/100"), ("/scheme/recovery/first", []), ("/scheme/base/interest_days_cap", 0),
        ("/scheme/caps/1/overflow_to", "bank"), (f"{ENROL}/ip_part", 0), (f"{RESET}/approvers", ["a", "a"]),
        ("/scheme/capacity/quotas", {}), ("/events", []), ("/events/0/note", "界" * 999),
        (f"{RESET}", {"type": "reset", "date": DAY, "breaker": 0, "approvers": ["Ada", "Bao"]}),
    ],
)  # fmt: skip
def test_what_the_page_allows_is_read(path: str, value: Any) -> None:
    assert calculate(changed(path, value))["checks"]


def test_every_fault_is_reported_not_only_the_first() -> None:
    document = changed("/scheme/caps/0/amount", True)
    document["scheme"]["x/~y"] = 1
    document["events"][0] |= {"amount": "5", "extra": 1}
    document["events"][3] |= {"date": "2025-02-28", "amount": 0}
    assert set(pointers(document)) == {
        "/scheme/caps/0/amount", "/scheme/x~1~0y", "/events/0/amount", "/events/0/extra", "/events/3/date",
        "/events/3/amount",
    }  # fmt: skip


def test_an_event_of_unknown_type_gives_only_its_type() -> None:
    document = changed("/events/0", {"type": "gift", "date": "never", "sum": 1})
    assert pointers(document) == ["/events/0/type"]


def test_a_claim_without_loss_is_a_fault_of_the_event() -> None:
    assert pointers(changed(f"{CLAIM}/interest", 0)) == [CLAIM]


def test_what_follows_from_a_fault_is_not_another_one() -> None:
    assert pointers(changed("/scheme/base/ip_portion", "half")) == ["/scheme/base/ip_portion"]
    assert pointers(changed(f"{CLAIM}/interest", -1)) == [f"{CLAIM}/interest"]
    assert pointers(changed("/scheme/breakers", "none")) == ["/scheme/breakers"]


def test_an_open_layer_is_the_last_one() -> None:
    layers = [{"shares": {"fund": 1}}, {"attach": 5, "shares": {"fund": 1}}, {"attach": 6, "shares": {"fund": 1}}]
    found = pointers(changed(f"{STAGE}/layers", layers))
    assert found == [f"{STAGE}/layers/1/attach", f"{STAGE}/layers/2/attach"]


def test_two_things_wrong_with_one_value_are_one_fault() -> None:
    assert pointers(changed(f"{LAYER}/shares/court", 0)) == [f"{LAYER}/shares/court"]
    layers = [{"shares": {"fund": 1}}, {"attach": -1, "shares": {"fund": 1}}]
    assert pointers(changed(f"{STAGE}/layers", layers)) == [f"{STAGE}/layers/1/attach"]


def test_bounds_of_unit_loss_end_at_the_whole_loss() -> None:
    def stage(exhaust: Any) -> Json:
        return {"unit": "loss", "layers": [{"exhaust": exhaust, "shares": {"fund": 1}}]}

    assert calculate(changed(STAGE, stage("1")))["checks"]
    assert pointers(changed(STAGE, stage("1.001"))) == [f"{STAGE}/layers/0/exhaust"]


def test_a_date_is_held_against_the_event_above_it_and_no_other() -> None:
    dates = ["2025-01-05", "2025-01-03", "2025-01-04"]
    document = changed("/events", [{"type": "pay_deferred", "date": date} for date in dates])
    assert pointers(document) == ["/events/1/date"]


@pytest.mark.parametrize("needing", ["pool", "capacity", "breakers"])
def test_what_needs_a_fund_faults_its_absence(needing: str) -> None:
    terms = {"pool": {}, "capacity": {}, "breakers": [{"denominator": 1, "suspend": 1}]}
    plain = {"parties": ["a", "b"], "residual": "b", "stages": [{"layers": [{"shares": {"a": 1}}]}]}
    assert pointers({"scheme": plain | {needing: terms[needing]}, "events": []}) == ["/scheme/fund"]
    assert calculate({"scheme": plain | {"breakers": [], "capacity": None, "pool": None}, "events": []})


@pytest.mark.parametrize(
    "terms",
    [{"caps": [{"party": "a", "scope": "loan", "amount": 1}]}, {"pool": {}}, {"stages": "two"}, {"stages": "all"}],
)
def test_largest_remainder_stands_alone(terms: Json) -> None:
    stage = {"layers": [{"shares": {"a": 1}}]}
    others = {"two": [stage, stage | {"of": "a"}], "all": [stage | {"scope": "all"}]}
    plain = {"parties": ["a", "b"], "residual": "b", "fund": "a", "stages": [stage], "rounding": "largest_remainder"}
    assert calculate({"scheme": plain, "events": []})["checks"]
    chosen = {"stages": others[terms["stages"]]} if "stages" in terms else terms
    assert pointers({"scheme": plain | chosen, "events": []}) == ["/scheme/rounding"]


def test_the_ip_part_rules_follow_the_base_rule() -> None:
    def faults_under(portion: str) -> list[str]:
        document = changed("/scheme/base/ip_portion", portion)
        del document["events"][2]["contract"], document["events"][2]["ip_part"]
        try:
            calculate(document)
        except BadDocument as bad:
            return [fault.pointer for fault in bad.faults]
        return []

    assert faults_under("all") == []
    assert faults_under("amount") == [f"{ENROL}/ip_part"]
    assert faults_under("pro_rata") == [f"{ENROL}/contract", f"{ENROL}/ip_part"]


def test_a_breaker_of_the_scheme_is_reset_for_no_bank() -> None:
    assert pointers(changed(f"{RESET}/breaker", 0)) == [f"{RESET}/bank"]
    assert pointers(changed(RESET, GOOD["events"][8] | {"breaker": 0, "bank": None})) == [f"{RESET}/bank"]


def test_a_service_reads_schemes_and_events_one_by_one() -> None:
    scheme = read_scheme(GOOD["scheme"])
    assert read_event(scheme, 7, GOOD["events"][4]).i == 7
    with pytest.raises(BadDocument, match=r"^/due: is required"):
        read_event(scheme, 0, {key: value for key, value in GOOD["events"][4].items() if key != "due"})
