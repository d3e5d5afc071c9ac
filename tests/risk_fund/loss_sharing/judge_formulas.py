"""The judge's formulas: base, stage, refunds and ration, once more from the contract, in exact fractions."""

from fractions import Fraction
from math import floor
from typing import Any

Json = dict[str, Any]


def ratio(value: int | str) -> Fraction:
    return Fraction(value)


def base_of(scheme: Json, counted: int, loan: Json) -> int:
    portion = scheme.get("base", {}).get("ip_portion", "all")
    if portion == "pro_rata":
        return floor(Fraction(counted * loan["ip_part"], loan["contract"]))
    return min(counted, loan["ip_part"]) if portion == "amount" else counted


def result(scheme: Json, stage: Json, amount: int) -> dict[str, int]:
    parties, residual = scheme["parties"], scheme["residual"]
    unit = stage.get("unit", "amount")
    factor = {"amount": 1, "portfolio": stage.get("portfolio", 0), "loss": amount}[unit]
    exact = {party: Fraction(0) for party in parties}
    inside = Fraction(0)
    for layer in stage["layers"]:
        low = ratio(layer.get("attach", 0)) * factor
        high = None if layer.get("exhaust") is None else ratio(layer["exhaust"]) * factor
        part = max(Fraction(0), (Fraction(amount) if high is None else min(Fraction(amount), high)) - low)
        inside += part
        for party, weight in layer["shares"].items():
            exact[party] += part * weight / sum(layer["shares"].values())
    exact[residual] += amount - inside
    if scheme.get("rounding", "floor_residual") == "floor_residual":
        whole = {p: floor(exact[p]) for p in parties if p != residual}
        return whole | {residual: amount - sum(whole.values())}
    whole = {p: floor(exact[p]) for p in parties}
    while sum(whole.values()) < amount:
        best = max(parties, key=lambda p: (exact[p] - whole[p], -parties.index(p)))
        whole[best] += 1
    return whole


def refunds(scheme: Json, borne: dict[str, int], recovered: int) -> dict[str, int]:
    parties, residual = scheme["parties"], scheme["residual"]
    back, left = dict.fromkeys(parties, 0), recovered
    if recovered == 0:
        return back
    first = scheme.get("recovery", {}).get("first", [])
    for party in first:
        back[party] = min(left, borne[party])
        left -= back[party]
    others = [p for p in parties if p not in first]
    total, share = sum(borne[p] for p in others), left
    if total <= 0 or share <= 0:
        return back
    for party in others:
        if party != residual:
            back[party] = floor(Fraction(share * borne[party], total))
            left -= back[party]
    if residual in others:
        back[residual] = min(left, max(0, borne[residual]))
        left -= back[residual]
    for party in others:
        if left > 0 and party not in (residual, scheme.get("fund")) and back[party] < borne[party]:
            back[party] += 1
            left -= 1
    return back


def rationed(parts: dict[int, int], cash: int) -> dict[int, int]:
    total = sum(parts.values())
    if total <= cash:
        return parts
    paid = {i: cash * part // total for i, part in parts.items()}
    while sum(paid.values()) < cash:
        best = max(parts, key=lambda i: (Fraction(cash * parts[i], total) - paid[i], -i))
        paid[best] += 1
    return paid
