"""Short words for worked examples: one fund, one bank, everything on one day unless said otherwise."""

from typing import Any

from risk_fund.loss_sharing import calculate

Json = dict[str, Any]
DAY = "2025-03-01"


def scheme(**terms: Any) -> Json:
    """Fund and bank share each loan's principal half and half."""
    plain: Json = {"parties": ["fund", "bank"], "residual": "bank", "fund": "fund"}
    return plain | {"stages": [layered(fund=1, bank=1)]} | terms


def layered(**shares: int) -> Json:
    """A stage of one open layer."""
    return {"layers": [{"shares": shares}]}


def contribute(amount: int, date: str = DAY) -> Json:
    return {"type": "contribute", "date": date, "amount": amount}


def withdraw(amount: int, date: str = DAY) -> Json:
    return {"type": "withdraw", "date": date, "amount": amount}


def enrol(loan: str = "L1", principal: int = 100_000, date: str = DAY, **facts: Any) -> Json:
    plain = {"type": "enrol", "date": date, "loan": loan, "borrower": "B1", "bank": "K1", "principal": principal}
    return plain | facts


def claim(principal: int = 0, loan: str = "L1", date: str = DAY, **facts: Any) -> Json:
    return {"type": "claim", "date": date, "loan": loan, "principal": principal} | facts


def repay(amount: int, loan: str = "L1", date: str = DAY) -> Json:
    return {"type": "repay", "date": date, "loan": loan, "amount": amount}


def recovery(gross: int, loan: str = "L1", date: str = DAY, **facts: Any) -> Json:
    return {"type": "recovery", "date": date, "loan": loan, "gross": gross} | facts


def clawback(loan: str = "L1", date: str = DAY) -> Json:
    return {"type": "clawback", "date": date, "loan": loan}


def pay_deferred(date: str = DAY) -> Json:
    return {"type": "pay_deferred", "date": date}


def reset(breaker: int = 0, approvers: tuple[str, ...] = ("Ada", "Bao"), date: str = DAY, **facts: Any) -> Json:
    return {"type": "reset", "date": date, "breaker": breaker, "approvers": list(approvers)} | facts


def played(terms: Json, *events: Json) -> Json:
    """Return the result of the record; every check of it must be true."""
    result = calculate({"scheme": terms, "events": list(events)})
    assert all(result["checks"].values()), result["checks"]
    return result


def last(terms: Json, *events: Json) -> Json:
    """Return the entry of the last event."""
    entry: Json = played(terms, *events)["events"][-1]
    return entry


def reasons(terms: Json, *events: Json) -> list[str | None]:
    return [entry["reason"] for entry in played(terms, *events)["events"]]
