"""Small good documents to spoil, and what a spoilt one is refused for."""

import copy
from fractions import Fraction
from typing import Any

import pytest

from pledges.loan_schedule import BadDocument, build

START = {"date": "2024-01-05", "amount": 1_000_000}
EQUAL: dict[str, Any] = {
    "disbursements": [START],
    "rate": {"annual": "0.06"},
    "day_count": "act/360",
    "method": "equal_instalment",
    "instalments": 6,
    "first_due": "2024-02-05",
}
BULLET: dict[str, Any] = {
    "disbursements": [START],
    "rate": {"lpr": "1Y", "bp": 50},
    "lpr": [{"date": "2024-01-01", "1Y": "0.0345", "5Y": "0.042"}, {"date": "2024-03-01", "1Y": "0.03"}],
    "day_count": "act/365",
    "method": "bullet",
    "maturity": "2024-07-05",
}
PARTS = EQUAL | {"method": "equal_principal"}
INTEREST_ONLY = BULLET | {"method": "interest_only", "settlement": {"every": "quarter", "day": 20}}
FULL: dict[str, Any] = BULLET | {
    "business_days": {"rule": "following", "holidays": ["2024-07-05"], "workdays": [], "accrue_to": "adjusted"},
    "rounding": {"interest": "half_even", "instalment": "up", "multiple": 100},
    "fees": [{"date": "2024-01-05", "amount": 1, "payee": "a"}],
    "subsidies": [
        {"payer": "p", "share": "0.6", "cap_per_year": 0},
        {"payer": "p", "share": "0.4", "gate": {"tenor": "5Y", "multiple": "10", "effect": "truncate"}},
    ],
    "prepayments": [{"date": "2024-03-05", "amount": 1, "effect": "lower", "fee_rate": "1"}],
    "as_of": "2024-09-01",
    "payments": [{"date": "2024-01-05", "amount": 1}, {"date": "2024-01-05", "amount": 1}],
    "penalty": {"multiple": "3", "compound": False, "order": ["interest", "principal", "compound", "penalty"]},
}
ABSENT = object()


def changed(document: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """Give a copy with one member set (or taken away) at a pointer; "-" appends to a list."""
    copied: Any = copy.deepcopy(document)
    *parents, last = path.split("/")[1:]
    holder = copied
    for token in parents:
        holder = holder[int(token)] if isinstance(holder, list) else holder[token]
    if isinstance(holder, list):
        holder.append(value) if last == "-" else holder.__setitem__(int(last), value)
    elif value is ABSENT:
        del holder[last]
    else:
        holder[last] = value
    return copied


def pointers(document: dict[str, Any]) -> list[str]:
    with pytest.raises(BadDocument) as bad:
        build(document)
    assert all(fault.reason for fault in bad.value.faults)
    return [fault.pointer for fault in bad.value.faults]


def rows(document: dict[str, Any], **changes: Any) -> list[dict[str, Any]]:
    """Give the rows of a document with some root members changed."""
    return build(document | changes)["rows"]


def column(table: list[dict[str, Any]], key: str) -> list[Any]:
    """Give one member of every row."""
    return [row[key] for row in table]


def half_up(value: Fraction) -> int:
    """Round a positive amount of fen."""
    return int(value + Fraction(1, 2))


def annuity(balance: int, monthly: Fraction, months: int) -> int:
    """Give the level instalment of the textbook."""
    return half_up(balance * monthly / (1 - (1 + monthly) ** -months))
