"""One assumption of a signed run changed, and what that alone does to its figures.

A challenge points at one number, one distribution or one series of the document and says what it should be instead.
Both runs use the same random numbers, so the difference is the assumption's; its standard error is that of the sixteen
differences, far below those of the two figures.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any

from finance_platform.foundation.errors import Conflict, Invalid
from valuation.lending import risk_ledger
from valuation.rules.coverage import Asked, Sample, estimated

FIXED = ("simulation", "sensitivity", "valuation_date", "loan", "correlation", "id", "title")
"""What is no assumption: how the run is made, and facts."""
POINTER_MAX, REASON_MAX = 300, 500
QUANTILES = ("p10", "p50", "p90")


def tokens(pointer: str) -> list[str]:
    """Return the reference tokens of a JSON pointer (RFC 6901). Raises: Invalid."""
    if not pointer.startswith("/") or len(pointer) > POINTER_MAX:
        raise _unknown(pointer)
    return [token.replace("~1", "/").replace("~0", "~") for token in pointer[1:].split("/")]


def at(document: Any, pointer: str) -> Any:
    """Return what stands at a pointer. Raises: Invalid if nothing does."""
    found = document
    for token in tokens(pointer):
        try:
            found = found[int(token) if isinstance(found, list) and token.isdigit() else token]
        except (KeyError, IndexError, TypeError):
            raise _unknown(pointer) from None
    return found


def _unknown(pointer: str) -> Invalid:
    return Invalid("该测算没有这项假设", code="unknown_assumption", fields={"pointer": f"没有 {pointer[:80]}"})


def is_assumption(value: Any) -> bool:
    """Say whether a value is one assumption: a number, one distribution, or one series of numbers."""
    if isinstance(value, Mapping):
        return "distribution" in value
    if isinstance(value, list):
        return bool(value) and all(isinstance(one, int | float) and not isinstance(one, bool) for one in value)
    return isinstance(value, int | float) and not isinstance(value, bool)


def assumptions(document: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Give every assumption of a document with its pointer, in the document's order."""
    for name, block in document.items():
        if name not in FIXED:
            yield from _within(block, f"/{_escaped(name)}")


def _within(value: Any, pointer: str) -> Iterator[tuple[str, Any]]:
    if is_assumption(value):
        yield pointer, value
    elif isinstance(value, Mapping):
        for name, member in value.items():
            yield from _within(member, f"{pointer}/{_escaped(name)}")
    elif isinstance(value, list):
        for place, member in enumerate(value):
            yield from _within(member, f"{pointer}/{place}")


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def the_one(changes: Sequence[Mapping[str, Any]]) -> tuple[str, Any]:
    """Return pointer and new value of the only change. Raises: Invalid for none or several."""
    if len(changes) != 1:
        raise Invalid(
            "一次质疑只改一项假设", code="not_one_assumption", fields={"changes": f"收到 {len(changes)} 项;请逐项提出"}
        )
    return str(changes[0]["pointer"]), changes[0]["value"]


def changed(document: Mapping[str, Any], pointer: str, value: Any) -> dict[str, Any]:
    """Return a copy of the document with one assumption replaced; the original is left alone.

    Raises: Invalid for what is no assumption, for several at once, or for the value that is there already; Conflict
    if a risk would be charged twice that was not before.
    """
    old = at(document, pointer)
    first = tokens(pointer)[0]
    if first in FIXED:
        raise Invalid("这不是可质疑的假设", code="not_an_assumption", fields={"pointer": f"/{first} 不是价值假设"})
    if not is_assumption(old):
        raise Invalid("该处不是单独一项假设", code="not_one_assumption", fields={"pointer": "请指到一个数或一个分布"})
    if not is_assumption(value):
        raise Invalid("新值应为一个数、一个分布或一列数", fields={"value": "例如 0.03"})
    if json.dumps(old, sort_keys=True) == json.dumps(value, sort_keys=True):
        raise Invalid("新值与原值相同", fields={"value": "请填写不同的值"})
    copy = deepcopy(dict(document))
    *way, last = tokens(pointer)
    holder: Any = copy
    for token in way:
        holder = holder[int(token) if isinstance(holder, list) else token]
    holder[int(last) if isinstance(holder, list) else last] = deepcopy(value)
    return copy


def require_no_new_double(before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """Refuse a change that charges a risk twice which the signed run charges once. Raises: Conflict naming both."""
    known = {(row["risk"], row["asset"]) for row in risk_ledger(before)["doubles"]}
    fresh = [row for row in risk_ledger(after)["doubles"] if (row["risk"], row["asset"]) not in known]
    if fresh:
        places = "、".join(charge["pointer"] for charge in fresh[0]["charges"])
        raise Conflict(f"改后同一风险被计入两次({places}):请改为调整已有的一处", code="risk_charged_twice")


def comparison(
    old: Mapping[str, Any], new: Mapping[str, Any], before: Sample, after: Sample, asked: Asked
) -> dict[str, dict[str, float | None]]:
    """Return {figure: {old, new, difference, error}} of two runs on the same random numbers, in the run's money."""
    found: dict[str, dict[str, float | None]] = {"point": _pair(old["value"], new["value"], None)}
    size = before.rows.shape[1]
    rows: dict[str, tuple[list[float], list[float]]] = {
        "mean": _both(before, after, lambda of: [sums[-1] / size for sums in of.sums]),
        "value_below": _both(before, after, lambda of: _shares(of, asked.amount, 1.0)),
        "recovery_below": _both(before, after, lambda of: _shares(of, asked.amount, asked.keep)),
        "gap": _both(before, after, lambda of: _gaps(of, asked)),
    }
    for name, (ours, theirs) in rows.items():
        error = estimated([there - here for here, there in zip(ours, theirs, strict=True)]).error
        found[name] = _pair(estimated(ours).value, estimated(theirs).value, error)
    for name in QUANTILES:
        then, now = (output["simulation"]["quantiles"][name] for output in (old, new))
        found[name] = _pair(then, now, None)
    return found


def _both(before: Sample, after: Sample, figure: Any) -> tuple[list[float], list[float]]:
    return figure(before), figure(after)


def _shares(of: Sample, amount: float, keep: float) -> list[float]:
    return [count / of.rows.shape[1] for count in of.counts(amount, keep)]


def _gaps(of: Sample, asked: Asked) -> list[float]:
    pairs = zip(of.counts(asked.amount, asked.keep), of.sums, strict=True)
    return [(asked.amount * count - asked.keep * sums[count]) / of.rows.shape[1] for count, sums in pairs]


def _pair(old: float, new: float, error: float | None) -> dict[str, float | None]:
    return {"old": old, "new": new, "difference": new - old, "error": error}


def typed(text: str, old: Any) -> Any:
    """Return a value as a person types it: a number, three numbers for a three-point distribution, or JSON.

    `typed("0.02, 0.03, 0.05", {"distribution": "pert", ...})` keeps the distribution's shape. Raises: Invalid.
    """
    parts = text.replace(",", ",").split(",")
    try:
        if isinstance(old, Mapping) and {"low", "mode", "high"} <= set(old) and len(parts) == 3:
            return {**old, **dict(zip(("low", "mode", "high"), map(float, parts), strict=True))}
        return json.loads(text)
    except ValueError:
        raise Invalid(
            "新值无法读出", fields={"value": "请填写一个数;三点分布写成“低, 中, 高”;其他分布写成 JSON"}
        ) from None
