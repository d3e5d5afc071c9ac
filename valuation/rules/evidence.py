"""How well an input is known: A by a document, B from a database, C by an expert; the weaker, the wider it is drawn.

The grade acts between what is stated and the model: half-widths around the mode grow by a factor, and are at least a
part of the mode, so that a single number of grade B or C becomes a distribution. The mode stays. A nought stays a
nought: what is not charged is not made uncertain. Factors are a table (`evidence`), 自拟示例 until calibrated.

Widening an input that is skewed moves its mean outward, as it must: the long side is the one less known.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from finance_platform.foundation.errors import Invalid
from valuation.rules.parameters import Parameter, Parameters

DOCUMENT, DATABASE, EXPERT = "A", "B", "C"
GRADES = (DOCUMENT, DATABASE, EXPERT)
GRADE_NAMES = {DOCUMENT: "A 文件", DATABASE: "B 数据库", EXPERT: "C 专家判断"}
TABLE = "evidence"
SOURCE_LENGTH = 200
Triple = tuple[float, float, float]
Widen = Callable[[str, Triple], Triple]
# What the model can carry: a right's decay, hazard and tax stay below 100 %, growth above -100 %.
DOMAINS: Mapping[str, tuple[float, float]] = {
    "revenue": (0.0, float("inf")), "growth": (-0.99, 1.0), "margin": (0.0, 1.0), "royalty": (0.0, 1.0),
    "mark_royalty": (0.0, 1.0), "decay": (0.0, 0.99), "life": (0.5, 50.0), "hazard": (0.0, 0.99),
    "risk_free": (0.0, 1.0), "premiums": (0.0, 1.0),
}  # fmt: skip
# Shares part one product among its rights: they are a split, not a measurement, and must not exceed the whole. The tax
# rate is the law's.
NOT_WIDENED = frozenset({"shares", "tax_rate"})
GROUPS = (*DOMAINS, *NOT_WIDENED)


@dataclass(frozen=True)
class Evidence:
    """What stands behind one group of inputs: grade, source, and the day of the document or of the data."""

    grade: str
    source: str
    day: date | None = None

    def plain(self) -> dict[str, Any]:
        """Return the members as a JSON object."""
        return {"grade": self.grade, "source": self.source, "date": self.day.isoformat() if self.day else None}


@dataclass(frozen=True)
class Widening:
    """What a grade does to half-widths: a factor, and the least half-width as a part of the mode."""

    factor: float
    least: float


def widenings(parameters: Parameters) -> dict[str, Widening]:
    """Return what each grade does by the tables in force. Raises: Invalid for a table that would narrow anything."""
    found = {
        grade: Widening(parameters.row(TABLE, f"factor_{grade}").mode, parameters.row(TABLE, f"least_{grade}").mode)
        for grade in GRADES
    }
    steps = [found[grade] for grade in GRADES]
    rising = all(one.factor <= two.factor and one.least <= two.least for one, two in pairwise(steps))
    if steps[0] != Widening(1, 0) or not rising:
        raise Invalid("证据等级参数有误:A 级不放宽,C 级不得窄于 B 级", code="evidence_table")
    return found


def widened(triple: Triple, widening: Widening, domain: tuple[float, float]) -> Triple:
    """Return low, mode and high at a grade: each half-width times the factor, at least a part of the mode, in bounds.

    >>> widened((2, 3, 5), Widening(1.5, 0.1), (0, 10))
    (1.5, 3, 6.0)
    >>> widened((8, 8, 8), Widening(1.5, 0.25), (0.5, 9))
    (6.0, 8, 9)
    """
    low, mode, high = triple
    if low == mode == high == 0:
        return triple
    least = widening.least * abs(mode)
    down, up = _more(mode - low, widening, least), _more(high - mode, widening, least)
    return min(low, max(low - down, domain[0])), mode, max(high, min(high + up, domain[1]))


def _more(half_width: float, widening: Widening, least: float) -> float:
    """Give what a half-width grows by; exactly nothing at factor 1 and nothing least."""
    return max((widening.factor - 1) * half_width, least - half_width, 0.0)


def widener(evidence: Mapping[str, Evidence], by_grade: Mapping[str, Widening]) -> Widen:
    """Return the function that widens an input of a group by its evidence."""

    def widen(group: str, triple: Triple) -> Triple:
        if group in NOT_WIDENED:
            return triple
        return widened(triple, by_grade[evidence[group].grade], DOMAINS[group])

    return widen


def as_stated(_group: str, triple: Triple) -> Triple:
    """Leave an input as it is stated: for models that carry their own distributions."""
    return triple


def of_rows(table: str, rows: list[Parameter]) -> Evidence:
    """Return the evidence of inputs taken from a table: B where every row is verified, else C; the rows' sources."""
    grade = DATABASE if all(row.status == "verified" for row in rows) else EXPERT
    sources = list(dict.fromkeys(row.source for row in rows))
    return Evidence(grade, f"参数表:{';'.join(sources)}"[:SOURCE_LENGTH])


def faults(evidence: Mapping[str, Evidence], groups: list[str], today: date) -> dict[str, str]:
    """Return what is wrong, by `group_grade`, `group_source`, `group_date`: every input has grade and source."""
    found = {f"{group}_grade": "请写明证据等级 A、B 或 C、来源和日期" for group in groups if group not in evidence}
    found |= {f"{group}_grade": "模型没有这项输入" for group in evidence if group not in groups}
    for group, one in evidence.items():
        found |= {f"{group}_{name}": reason for name, reason in _faults(one, today).items()}
    return found


def _faults(one: Evidence, today: date) -> dict[str, str]:
    found = {}
    if one.grade not in GRADES:
        found["grade"] = "请选择 A 文件、B 数据库或 C 专家判断"
    if not one.source.strip() or len(one.source) > SOURCE_LENGTH:
        found["source"] = "请写明来源,至多 200 字"
    if one.grade == DOCUMENT and one.day is None:
        found["date"] = "A 级依据是文件:请填文件日期"
    if one.day is not None and one.day > today:
        found["date"] = "资料日期不能晚于今天"
    return found
