"""Random valid loan documents, rich in what goes wrong: month ends, stubs, long holidays, events on boundaries."""

from datetime import date, timedelta
from random import Random

from tests.pledges.loan_schedule.judge import Judge

STARTS = [
    date(2024, 2, 29),
    date(2024, 12, 20),
    date(2023, 1, 31),
    date(2023, 12, 30),
    date(2024, 8, 31),
    date(2022, 10, 1),
]


def loan_document(seed):
    """Give a document of the right shape whose prepayments and fees the arithmetic may still refuse."""
    rng = Random(seed)
    start = rng.choice(STARTS) if rng.random() < 0.5 else date(2021, 1, 1) + timedelta(days=rng.randrange(1500))
    scale = rng.choice([50, 10_000, 10_000_000, 10**10])
    doc = {
        "disbursements": [{"date": start.isoformat(), "amount": rng.randint(1, scale)}],
        "rate": rate(rng),
        "day_count": rng.choice(["act/360", "act/365", "act/act", "30/360"]),
        "method": rng.choice(["equal_instalment"] * 4 + ["equal_principal", "interest_only", "bullet"]),
    }
    doc |= plan(rng, doc["method"], start)
    if rng.random() < 0.6:
        doc["business_days"] = business_days(rng, start)
        if doc.get("every", {}).get("unit") == "day":
            doc["business_days"]["accrue_to"] = "adjusted"
    judge = Judge(doc | {"rate": {"annual": "0"}})
    turns = sorted({*judge.bounds, *judge.due})
    doc["lpr"] = quotations(rng, start, turns)
    if rng.random() < 0.6:
        doc["rounding"] = {
            "interest": rng.choice(["half_up", "half_even", "up", "down"]),
            "instalment": rng.choice(["half_up", "half_even", "up", "down"]),
            "multiple": rng.choice([1, 1, 7, 100, 10_000]),
        }
    add_events(rng, doc, start, turns, last=judge.bounds[-1], scale=scale)
    add_costs(rng, doc, start, scale)
    if rng.random() < 0.7:
        add_arrears(rng, doc, start, turns, scale)
    return doc


def rate(rng):
    if rng.random() < 0.5:
        return {"annual": rng.choice(["0", "0.0435", "0.12", "1", f"0.{rng.randrange(10**8):08d}"])}
    reset = rng.choice(["none", "publication", "january_1", "anniversary"])
    return {"lpr": rng.choice(["1Y", "5Y"]), "bp": rng.randint(-80, 300), "reset": reset}


def plan(rng, method, start):
    if not method.startswith("equal"):
        maturity = start + timedelta(days=rng.randint(1, 700))
        keys = {"maturity": maturity.isoformat()}
        if method == "interest_only" and rng.random() < 0.7:
            keys["settlement"] = {
                "every": rng.choice(["month", "quarter"]),
                "day": rng.choice([rng.randint(1, 28), min(start.day, 28)]),
            }
        return keys
    unit = rng.choice(["month", "month", "month", "week", "day"])
    count = rng.randint(1, {"month": 3, "week": 3, "day": 40}[unit])
    if rng.random() < 0.25:
        unit, count = "day", rng.randint(1, 3)
    keys = {"instalments": rng.randint(1, 12), "every": {"unit": unit, "count": count}}
    keys["first_due"] = (start + timedelta(days=rng.randint(1, 50))).isoformat()
    if unit == "month":
        keys["interest_basis"] = rng.choice(["period", "daily"])
        if rng.random() < 0.6:
            keys["first_due"] = regular_first_due(start, count).isoformat()
    return keys


def regular_first_due(start, months):
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    for day in range(start.day, 27, -1):
        try:
            return date(year, month + 1, day)
        except ValueError:
            continue
    return date(year, month + 1, start.day)


def business_days(rng, start):
    holidays = set()
    for _ in range(rng.randint(0, 4)):
        first = start + timedelta(days=rng.randint(0, 300))
        if rng.random() < 0.3:
            first = date(start.year, 12, 31)
        length = rng.choice([1, 3, 8, 45])
        holidays |= {first + timedelta(days=offset) for offset in range(length)}
    workdays = {start + timedelta(days=rng.randint(0, 300)) for _ in range(rng.randint(0, 20))}
    return {
        "rule": rng.choice(["following", "following", "following", "none"]),
        "holidays": [day.isoformat() for day in sorted(holidays)],
        "workdays": [day.isoformat() for day in sorted(workdays)],
        "accrue_to": rng.choice(["nominal", "adjusted"]),
    }


def quotations(rng, start, turns):
    days = {start - timedelta(days=rng.randint(0, 40))}
    days |= {start + timedelta(days=rng.randint(-30, 500)) for _ in range(rng.randint(0, 8))}
    days |= {rng.choice(turns) for _ in range(rng.randint(0, 4))}
    table = []
    for day in sorted(days):
        entry = {"date": day.isoformat()}
        for tenor in ("1Y", "5Y"):
            if not table or rng.random() < 0.8:
                entry[tenor] = f"{rng.choice([0.03, 0.0345, 0.0395, 0.042, 0.01234567]):.8f}"
        table.append(entry)
    return table


def add_events(rng, doc, start, turns, last, scale):
    def some_days(most):
        wanted = [
            rng.choice(turns) if rng.random() < 0.5 else start + timedelta(days=rng.randint(1, 200))
            for _ in range(rng.randint(0, most))
        ]
        return sorted({day for day in wanted if start < day < last})

    doc["disbursements"] += [{"date": day.isoformat(), "amount": rng.randint(1, scale)} for day in some_days(3)]
    may_shorten = doc["method"].startswith("equal") and doc["rate"].get("reset", "none") == "none"
    doc["prepayments"] = []
    for day in some_days(3):
        entry = {"date": day.isoformat(), "amount": rng.randint(1, max(1, scale // rng.choice([2, 10, 30])))}
        if rng.random() < 0.5:
            entry["effect"] = rng.choice(["lower", "shorten"]) if may_shorten else "lower"
        if rng.random() < 0.5:
            entry["fee_rate"] = rng.choice(["0.01", "0.005", "0.33333333"])
        doc["prepayments"].append(entry)


def add_costs(rng, doc, start, scale):
    doc["fees"] = [
        {
            "date": (start + timedelta(days=rng.choice([0, 1, 30, 60]))).isoformat(),
            "amount": rng.randint(1, max(2, scale // 20)),
            "payee": rng.choice(["评估机构", "担保公司", "lender"]),
        }
        for _ in range(rng.choice([0, 0, 1, 2, 4]))
    ]
    doc["subsidies"] = []
    for _ in range(rng.randint(0, 3)):
        entry = {"payer": rng.choice(["自治区", "盟市"]), "share": rng.choice(["0.3", "0.33333333", "0"])}
        if rng.random() < 0.5:
            entry["cap_per_year"] = rng.randint(0, max(1, scale // 50))
        if rng.random() < 0.5:
            effect = rng.choice(["refuse", "truncate"])
            multiple = rng.choice(["0", "1", "1.4", "0.97"])
            entry["gate"] = {"tenor": rng.choice(["1Y", "5Y"]), "multiple": multiple, "effect": effect}
        doc["subsidies"].append(entry)


def add_arrears(rng, doc, start, turns, scale):
    as_of = start + timedelta(days=rng.randint(0, 900))
    if rng.random() < 0.4:
        events = [date.fromisoformat(entry["date"]) for entry in doc["disbursements"] + doc["prepayments"]]
        as_of = rng.choice(turns + events)
    doc["as_of"] = as_of.isoformat()
    days = sorted(start + timedelta(days=rng.randint(0, (as_of - start).days)) for _ in range(rng.randint(0, 6)))
    doc["payments"] = [{"date": day.isoformat(), "amount": rng.randint(1, max(1, scale // 3))} for day in days]
    if rng.random() < 0.7:
        order = ["compound", "penalty", "interest", "principal"]
        rng.shuffle(order)
        doc["penalty"] = {
            "multiple": rng.choice(["1", "1.3", "1.5", "3", "2.12345678"]),
            "compound": rng.random() < 0.7,
            "order": order,
        }
