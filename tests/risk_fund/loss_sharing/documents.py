"""Random documents for the loss-sharing tests: small figures, so that rounding, caps, cash and breakers often bind.

A document follows from a seed and a number of events, both drawn by Hypothesis, so a failing one shrinks to its
shortest beginning. Names hold slashes and tildes on purpose: they must not run together in any key.
"""

from datetime import date as Date
from datetime import timedelta
from fractions import Fraction
from itertools import pairwise
from random import Random
from typing import Any

from hypothesis import strategies as st

Json = dict[str, Any]

SCOPES = ["loan", "borrower", "bank", "all", "borrower_year", "bank_year", "year"]
LASTING_SCOPES = ["loan", "borrower", "bank", "all"]
PARTIES = ["bank", "fund", "insurer", "g/r~1"]
LOANS = {  # loan -> borrower, bank
    "L1": ("B1", "K"),
    "L2": ("B1", "K/2025"),
    "L/3": ("B~", "K"),
    "L4": ("K", "K/2025"),
    "L5": ("B1", "K"),
    "L6": ("B~", "K/2025"),
}
RATIOS: list[int | str] = [0, "1/3", "0.05", "1/7", "0.5", "2/3", "1", "3/2", 2, "5"]
FIRST_DAY = Date(2024, 11, 1)
EVENTS_MAX = 45


def documents() -> st.SearchStrategy[Json]:
    """Any good document."""
    return st.builds(document, st.integers(0, 2**32), st.integers(4, EVENTS_MAX))


def document(seed: int, length: int, **terms: Any) -> Json:
    """Return the document of this seed; `terms` overrule the scheme's."""
    rng = Random(seed)
    scheme = random_scheme(rng) | terms
    return {"scheme": scheme, "events": random_events(rng, scheme, length)}


def chance(rng: Random, one_in: int) -> bool:
    return rng.randrange(one_in) == 0


# ---------------------------------------------------------------------- schemes
def random_scheme(rng: Random) -> Json:
    parties = rng.sample(PARTIES, rng.choice([2, 3, 3, 4]))
    residual, *others = rng.sample(parties, len(parties))
    fund = None if chance(rng, 8) else others[0]
    scheme: Json = {"parties": parties, "residual": residual, "fund": fund}
    scheme["stages"] = random_stages(rng, parties, residual, SCOPES, rng.choice([1, 1, 2, 3]))
    scheme["caps"] = random_caps(rng, parties, residual)
    scheme["base"] = random_base(rng)
    order = rng.choice([["cost", "interest", "loss"], ["cost", "loss", "interest"]])
    scheme["recovery"] = {"order": order, "first": rng.sample(parties, rng.choice([0, 0, 1, 2]))}
    if fund is not None:
        scheme |= funded_terms(rng)
    if chance(rng, 8):
        scheme["waiting"] = {"wait_days": rng.randrange(9), "window_days": rng.choice([None, 30, 60])}
    if chance(rng, 6):
        plain: Json = {"caps": [], "pool": None, "rounding": "largest_remainder"}
        scheme |= plain | {"stages": random_stages(rng, parties, residual, ["loan"], 1)}
    return scheme


def random_stages(rng: Random, parties: list[str], residual: str, scopes: list[str], count: int) -> list[Json]:
    stages = []
    for index in range(count):
        unit = rng.choice(["amount", "amount", "portfolio", "loss"])
        stage: Json = {"unit": unit, "scope": rng.choice(scopes), "layers": random_layers(rng, parties, unit)}
        if unit == "portfolio":
            stage["portfolio"] = rng.randint(1, 1000)
        if index:
            stage["of"] = rng.choice([party for party in parties if party != residual])
        stages.append(stage)
    return stages


def random_layers(rng: Random, parties: list[str], unit: str) -> list[Json]:
    """Rising layers, with gaps now and then; the last may be open, and often one open layer is all."""
    if chance(rng, 3):
        return [{"shares": random_weights(rng, parties)}]
    count = rng.randint(2, 6)
    bounds: list[Any] = sorted(rng.sample(range(900), count))
    if unit != "amount":
        usable = [ratio for ratio in RATIOS if unit == "portfolio" or Fraction(ratio) <= 1]
        bounds = sorted(rng.sample(usable, count), key=Fraction)
    pairs = pairwise(bounds) if chance(rng, 2) else zip(bounds[::2], bounds[1::2], strict=False)
    layers: list[Json] = [
        {"attach": low, "exhaust": high, "shares": random_weights(rng, parties)} for low, high in pairs
    ]
    if not bounds[0]:
        del layers[0]["attach"]
    if chance(rng, 2):
        layers[-1]["exhaust"] = None
    return layers


def random_weights(rng: Random, parties: list[str]) -> dict[str, int]:
    chosen = parties if chance(rng, 2) else rng.sample(parties, rng.randint(1, len(parties)))
    return {party: rng.choice([1, 2, 3, 7, 54, 1000000]) for party in chosen}


def random_caps(rng: Random, parties: list[str], residual: str) -> list[Json]:
    caps: list[Json] = []
    for _ in range(rng.choice([0, 0, 1, 2, 4])):
        party = rng.choice([party for party in parties if party != residual])
        capped = {cap["party"] for cap in caps}
        overflow = rng.choice([None, *(other for other in parties if other != party and other not in capped)])
        amount = rng.choice([0, 7, 50, 100, 333, 900])
        caps.append({"party": party, "scope": rng.choice(SCOPES), "amount": amount, "overflow_to": overflow})
    return caps


def random_base(rng: Random) -> Json:
    components = ["principal", "interest", "penalty", "cost"]
    return {
        "components": ["principal"] if chance(rng, 2) else rng.sample(components, rng.randint(1, 4)),
        "interest_days_cap": rng.choice([None, 0, 30, 90]),
        "ip_portion": rng.choice(["all", "all", "pro_rata", "amount"]),
    }


def funded_terms(rng: Random) -> Json:
    """Return what only a scheme with a fund may have."""
    terms: Json = {"breakers": [random_breaker(rng) for _ in range(rng.choice([0, 1, 2]))]}
    if not chance(rng, 3):
        unpaid = rng.choice(["deferred", "extinguished"])
        terms["pool"] = {"same_day": rng.choice(["fifo", "pro_rata", "pro_rata"]), "unpaid": unpaid}
    if chance(rng, 5):
        terms["capacity"] = {
            "leverage": rng.choice([None, "5", 10, "30.5"]),
            "measure": rng.choice(["principal", "covered"]),
            "quotas": {bank: rng.randint(500, 4000) for bank in ["K", "nobody"] if chance(rng, 2)},
        }
    return terms


def random_breaker(rng: Random) -> Json:
    return {
        "denominator": rng.choice([50, 100, 333, 900]),
        "suspend": rng.choice(["1/2", 1, "0.05"]),
        "warn": rng.choice([None, "1/20", "0.04"]),
        "scope": rng.choice(["scheme", "bank"]),
        "metric": rng.choice(["net", "gross"]),
        "comparison": rng.choice([">=", ">"]),
        "latched": chance(rng, 2),
    }


# ---------------------------------------------------------------------- events
MOVES = ["claim"] * 10 + ["recovery"] * 5 + ["pay_deferred", "contribute", "withdraw", "enrol"] * 2
MOVES += ["repay", "clawback", "reset"]


def random_events(rng: Random, scheme: Json, length: int) -> list[Json]:
    """Return a record: money, three enrolments, then anything, several events a day, over some years."""
    opening = rng.choice([1, 40, 150, 400, 5000])
    record: list[Json] = [{"type": "contribute", "date": FIRST_DAY.isoformat(), "amount": opening}]
    record += [random_event(rng, scheme, "enrol", FIRST_DAY, loan) for loan in ("L1", "L2", "L/3")]
    moves, day = [move for move in MOVES if move != "reset" or scheme.get("breakers")], FIRST_DAY
    while len(record) < length:
        day += timedelta(days=rng.choice([0, 0, 0, 0, 0, 0, 1, 25, 70, 120]))
        kind = rng.choice(moves)
        record.append(random_event(rng, scheme, kind, day, rng.choice(likely_loans(record, kind))))
    return record


def likely_loans(record: list[Json], kind: str) -> list[str]:
    """Return the loans an event is likely to name: mostly where it makes sense, now and then where it does not."""
    enrolled = [past["loan"] for past in record if past["type"] == "enrol"]
    if kind == "enrol":
        return [loan for loan in LOANS if loan not in enrolled] * 2 + ["L1"]
    claimed = [past["loan"] for past in record if past["type"] == "claim"]
    aimed = claimed if kind in ("recovery", "clawback") else enrolled
    return (aimed or enrolled) * 6 + ["L4", "unknown"]


def random_event(rng: Random, scheme: Json, kind: str, day: Date, loan: str) -> Json:
    event: Json = {"type": kind, "date": day.isoformat()}
    if kind in ("contribute", "withdraw"):
        return event | {"amount": rng.choice([rng.randint(1, 60), rng.randint(1, 500)])}
    if kind == "pay_deferred":
        return event
    if kind == "reset":
        return event | random_reset(rng, scheme)
    event["loan"] = loan
    if kind == "enrol":
        event |= random_enrolment(rng, day, loan)
    if kind == "repay":
        event["amount"] = rng.randint(1, 400)
    if kind == "claim":
        event |= random_loss(rng, scheme, day)
    if kind == "recovery":
        event |= {"gross": rng.randint(1, 250), "cost": rng.randint(0, 60), "interest": rng.randint(0, 60)}
    return event


def random_enrolment(rng: Random, day: Date, loan: str) -> Json:
    borrower, bank = LOANS.get(loan, ("B1", "K"))
    contract = rng.randint(1, 2500)
    event: Json = {"borrower": borrower, "bank": bank, "principal": rng.choice([60, 900, 2500])}
    event |= {"contract": contract, "ip_part": rng.randint(0, contract)}
    if chance(rng, 10):
        event["registered"] = (day + timedelta(days=20)).isoformat()
    return event


def random_loss(rng: Random, scheme: Json, day: Date) -> Json:
    loss: Json = {"principal": rng.choice([rng.randint(1, 12), rng.randint(20, 300)])}
    if chance(rng, 3):
        loss |= {part: rng.randint(0, 90) for part in ("interest", "penalty", "cost")}
        loss["interest_days"] = rng.randint(1, 70)
    if scheme.get("waiting"):
        loss["due"] = (day - timedelta(days=rng.randint(0, 70))).isoformat()
    return loss


def random_reset(rng: Random, scheme: Json) -> Json:
    index = rng.randrange(len(scheme["breakers"]))
    reset: Json = {"breaker": index, "approvers": rng.choice([["a", "b"], ["a", "b"], ["a", "a"], []])}
    if scheme["breakers"][index]["scope"] == "bank":
        reset["bank"] = rng.choice(["K", "K/2025", "nobody"])
    return reset
