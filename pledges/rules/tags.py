"""Green and priority-field tags by classification: the longest matching prefix proposes, a person decides.

A hit says which rule fired on which symbol, never that the right "is" green. Two taxonomies are kept apart: the WIPO
IPC Green Inventory (what the region's plan calls 国际专利分类绿色清单) and the five fields of the plan's chapter 2(3).

Sources of the tables: `data/green_ipc.csv` carries the codes and topics of the WIPO IPC Green Inventory as compiled by
Favot et al. 2023 (CC-BY-4.0), main groups written as prefixes; `data/plan_fields.csv` is the domain page's section 7,
from memory and so unverified; the prefixes it doubts itself were left out.
"""

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

GREEN, PLAN_FIELDS = "green_ipc", "plan_five_fields"
TAXONOMIES = {GREEN: "国际专利分类绿色清单(WIPO)", PLAN_FIELDS: "规划五大领域(稀土、储能、石墨烯、氢能、碳捕集)"}
RULE_VERSIONS = {GREEN: "wipo-2010/favot-2023", PLAN_FIELDS: "plan-14th/2026-11"}
_DATA = Path(__file__).resolve().parents[1] / "data"
_PREFIX = re.compile(r"([A-H]\d\d[A-Z]?)(?:(\d+)/(\d*))?")


@dataclass(frozen=True, slots=True)
class Symbol:
    """A classification symbol in parts: H01M 10/0525 is ("H01M", "10", "0525"); missing parts are empty.

    Digits after the stroke order like decimals (53/625 lies under 53/62), so they are compared as text.
    """

    subclass: str
    group: str = ""
    subgroup: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """One prefix or range; with `keywords` one must stand in the text, or an `or_with` symbol beside it."""

    code: str
    label: str
    first: Symbol
    last: str = ""
    keywords: tuple[str, ...] = ()
    or_with: str = ""

    @property
    def length(self) -> int:
        return len(self.first.subclass) + (10 + len(self.first.subgroup) if self.first.group else 0)

    def matches(self, symbol: Symbol) -> bool:
        """Return whether the symbol lies under the prefix, or within the range (both ends with all under them)."""
        if not symbol.subclass.startswith(self.first.subclass):
            return False
        if not self.first.group:
            return True
        if symbol.group != self.first.group:
            return False
        if not self.first.subgroup:
            return True
        last = self.last or self.first.subgroup
        return self.first.subgroup <= symbol.subgroup and symbol.subgroup[: len(last)] <= last


@dataclass(frozen=True, slots=True)
class Proposal:
    """A tag proposed: what, of which taxonomy and version, and the symbol that hit."""

    taxonomy: str
    code: str
    label: str
    rule_version: str
    rule_hit: str


def symbol(text: str) -> Symbol:
    """Return a compact classification symbol in parts. Raises: ValueError for something else."""
    found = _PREFIX.fullmatch(text)
    if not found:
        raise ValueError(f"not a classification symbol: {text!r}")
    return Symbol(found[1], found[2] or "", found[3] or "")


def proposals(ipc: Sequence[str], text: str = "") -> list[Proposal]:
    """Return the tags of a right with these symbols and this title or product, each topic once.

    Within a taxonomy each symbol gives the topic of its longest matching prefix; several symbols may give several.

    >>> [p.code for p in proposals(["H01M8/18"])]
    ['fuel-cells', '大规模储能']
    """
    symbols = [(written, symbol(written)) for written in ipc]
    found: dict[tuple[str, str], Proposal] = {}
    for taxonomy in TAXONOMIES:
        for written, parts in symbols:
            rule = _longest(taxonomy, parts, ipc, text)
            if rule:
                hit = Proposal(taxonomy, rule.code, rule.label, RULE_VERSIONS[taxonomy], written)
                found.setdefault((taxonomy, rule.code), hit)
    return list(found.values())


def _longest(taxonomy: str, parts: Symbol, ipc: Iterable[str], text: str) -> Rule | None:
    rules = [rule for rule in _rules(taxonomy)[parts.subclass[:3]] if rule.matches(parts)]
    if not rules:
        return None
    best = max(rules, key=lambda rule: rule.length)
    return best if _supported(best, ipc, text) else None


def _supported(rule: Rule, ipc: Iterable[str], text: str) -> bool:
    if not rule.keywords or any(word.upper() in text.upper() for word in rule.keywords):
        return True
    return bool(rule.or_with) and any(written.startswith(rule.or_with) for written in ipc)


@cache
def _rules(taxonomy: str) -> defaultdict[str, list[Rule]]:
    by_class: defaultdict[str, list[Rule]] = defaultdict(list)
    for rule in _green_rules() if taxonomy == GREEN else _plan_rules():
        by_class[rule.first.subclass[:3]].append(rule)
    return by_class


def _green_rules() -> list[Rule]:
    return [Rule(_slug(row["topic"]), row["topic"], symbol(row["prefix"])) for row in _table("green_ipc.csv")]


def _plan_rules() -> list[Rule]:
    return [
        Rule(
            row["field"], row["field"], symbol(row["from"]), last=row["to"].partition("/")[2],
            keywords=tuple(row["keywords"].split()), or_with=row["or_with"],
        )
        for row in _table("plan_fields.csv")
    ]  # fmt: skip


def _table(name: str) -> list[dict[str, str]]:
    with (_DATA / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _slug(topic: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", topic.lower()).strip("-")[:40]
