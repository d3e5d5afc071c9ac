"""Every risk once: which premiums a rate may carry, what a run charges where, and the refusal of a double charge.

Obsolescence stands in the decay of a technology right and invalidation in its hazard; the rate carries what is left.
Where nothing decays (a pool of marks) the technology premium stays in the rate.

Source: valuation page, sections 0 (2) and 1.10; the ledger is `valuation.lending.ledger`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from finance_platform.foundation.errors import Conflict
from valuation.lending import risk_ledger

TECHNOLOGY = "technology"
PREMIUMS = (TECHNOLOGY, "market", "finance", "management")
RISK_NAMES = {
    "invalidation": "权利失效", "decay": "技术过时", "market": "市场", "management": "经营管理", "disposal": "处置变现",
}  # fmt: skip
FORM_NAMES = {"flow": "现金流", "event": "模拟事件", "rate_premium": "折现率", "haircut": "处置折扣", "": "未计入"}
OTHER_PREMIUMS = {"finance": "资金", "policy": "政策"}


@dataclass(frozen=True)
class Entry:
    """One line of a ledger: a risk, the rights it concerns, in which form it is charged and at what figures."""

    risk: str
    form: str
    assets: tuple[str, ...]
    figures: tuple[float, ...]
    pointer: str
    double: bool


def premiums_in_rate(*, decays: bool) -> tuple[str, ...]:
    """Return the premiums of a rate: without the technology premium where the flow decays.

    >>> premiums_in_rate(decays=True)
    ('market', 'finance', 'management')
    """
    return tuple(name for name in PREMIUMS if not (decays and name == TECHNOLOGY))


def require_once(document: Mapping[str, Any]) -> None:
    """Refuse a model that charges a risk twice, naming risk, rights, both places and the remedy. Raises: Conflict."""
    doubles = risk_ledger(document)["doubles"]
    if not doubles:
        return
    told: dict[str, list[str]] = {}
    for row in doubles:
        places = "、".join(f"{FORM_NAMES[charge['form']]}({charge['pointer']})" for charge in row["charges"])
        told.setdefault(f"{RISK_NAMES[row['risk']]}风险同时计入{places}", []).append(row["asset"])
    faults = ";".join(f"{'、'.join(filter(None, assets)) or '本项资产'}:{what}" for what, assets in told.items())
    raise Conflict(
        f"同一风险被计入两次({faults}):请改模型,只保留一处后重新测算", code="risk_charged_twice",
        fields={charge["pointer"]: "请删除或填 0,风险只计一次" for row in doubles for charge in row["charges"]},
    )  # fmt: skip


def entries(document: Mapping[str, Any]) -> list[Entry]:
    """Return the ledger for readers: risk by risk, rights that are charged alike in one line; premiums for none last.

    `figures` holds one number, or low, mode and high, as fractions a year; none where a risk is not charged.
    """
    ledger = risk_ledger(document)
    lines: dict[tuple[Any, ...], list[str]] = {}
    for row in sorted(ledger["rows"], key=lambda row: list(RISK_NAMES).index(row["risk"])):
        double = len(row["charges"]) > 1
        for charge in row["charges"] or [{"form": "", "pointer": ""}]:
            figures = tuple(_figures(_at(document, charge["pointer"])))
            place = charge["pointer"] if double or not _own(charge["pointer"]) else _unplaced(charge["pointer"])
            lines.setdefault((row["risk"], charge["form"], figures, place, double), []).append(row["asset"])
    named = [
        Entry(RISK_NAMES[risk], FORM_NAMES[form], tuple(assets), figures, place, double)
        for (risk, form, figures, place, double), assets in lines.items()
    ]
    return named + [
        Entry(_other(pointer), FORM_NAMES["rate_premium"], (), tuple(_figures(_at(document, pointer))), pointer, False)
        for pointer in ledger["other_premiums"]
    ]


def _other(pointer: str) -> str:
    """Return the name of a premium for none of the five risks."""
    name = pointer.rsplit("/", 1)[-1]
    return OTHER_PREMIUMS.get(name, name)


def _own(pointer: str) -> bool:
    return pointer.startswith("/portfolio/assets/")


def _unplaced(pointer: str) -> str:
    """Return the place within any asset, so that rights charged alike share a line."""
    return "/portfolio/assets/*/" + "/".join(pointer.split("/")[4:])


def _at(document: Mapping[str, Any], pointer: str) -> Any:
    found: Any = document
    for part in filter(None, pointer.split("/")):
        found = found[int(part)] if isinstance(found, list) else found[part.replace("~1", "/").replace("~0", "~")]
    return found if pointer else None


def _figures(value: Any) -> Iterator[float]:
    """Give the number a charge is made at, or the three points of its distribution, or nothing that can be told."""
    if isinstance(value, Mapping):
        inner = next((value[name] for name in ("annual", "rate") if name in value), None)
        if inner is not None:
            yield from _figures(inner)
        elif {"low", "mode", "high"} <= value.keys():
            yield from (value["low"], value["mode"], value["high"])
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield value
