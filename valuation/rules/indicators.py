"""Indicator form of a patent: raw answers, their score in [0, 1], and the royalty that the score may set.

The form is data (a tree of named indicators with weights); the first version carries the three first-level names of
GB/T 42748 and, below them, placeholders of our own marked 自拟示例: the standard's own second and third levels and its
weights are not reproduced here. It is for inventions and utility models; designs and marks have no such form.

An answer is 1 to 10 with a note of what it rests on, or explicitly missing with the reason. A missing answer counts as
the lowest: the score is what has been shown.

Source: valuation page, 1.2 (K formula) and 1.12 (scope of the standard; store raw answers).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from finance_platform.foundation.errors import Invalid
from valuation.engine import scoring
from valuation.rules.rights import Right

KINDS = frozenset({"invention_patent", "utility_model"})
FIRST_LEVEL = ("法律", "技术", "经济")
LOWEST, HIGHEST = 1, 10
NOTE_LENGTH = 300
WEIGHTS_WITHIN = 1e-9


@dataclass(frozen=True)
class Leaf:
    """One indicator that is answered: its key, the names above it with its own last, its share of the whole score."""

    key: str
    path: tuple[str, ...]
    weight: float
    question: str = ""


@dataclass(frozen=True)
class Score:
    """The score of one right, of each first-level name, and how many answers are missing."""

    value: float
    parts: Mapping[str, float]
    missing: int


def applies_to(right: Right) -> bool:
    """Say whether the form is for a right of this kind."""
    return right.kind in KINDS


def leaves(structure: Mapping[str, Any]) -> list[Leaf]:
    """Return the indicators of a structure that are answered, in order. Raises: Invalid naming what is wrong."""
    nodes = structure.get("indicators")
    if not isinstance(nodes, list) or [_label(node) for node in nodes] != list(FIRST_LEVEL):
        raise _fault("indicators", f"第一级须依次为:{'、'.join(FIRST_LEVEL)}")
    found = list(_leaves(nodes, (), 1.0, "indicators"))
    keys = [leaf.key for leaf in found]
    if len(set(keys)) != len(keys):
        raise _fault("indicators", "每项指标的 key 须不同")
    return found


def _leaves(nodes: Sequence[Any], path: tuple[str, ...], share: float, place: str) -> Iterator[Leaf]:
    weights = [_weight(node, place) for node in nodes]
    if abs(sum(weights) - 1) > WEIGHTS_WITHIN:
        raise _fault(place, "同一级的权重合计须为 1")
    for node, weight in zip(nodes, weights, strict=True):
        label, here = _label(node), (*path, _label(node))
        if not label:
            raise _fault(place, "每项指标须有 label")
        if "indicators" in node and not isinstance(node["indicators"], list):
            raise _fault(f"{place}/{label}", "indicators 须是数组")
        if node.get("indicators"):
            yield from _leaves(node["indicators"], here, share * weight, f"{place}/{label}")
        elif isinstance(node.get("key"), str) and node["key"]:
            yield Leaf(node["key"], here, share * weight, str(node.get("question", "")))
        else:
            raise _fault(f"{place}/{label}", "最末级指标须有 key")


def _weight(node: Any, place: str) -> float:
    found = node.get("weight") if isinstance(node, Mapping) else None
    if isinstance(found, bool) or not isinstance(found, int | float) or not found > 0:
        raise _fault(place, "每项指标须有大于零的 weight")
    return found


def _label(node: Any) -> str:
    return str(node.get("label", "")) if isinstance(node, Mapping) else ""


def _fault(place: str, remedy: str) -> Invalid:
    return Invalid(f"指标表有误:{remedy}", code="indicator_form", fields={place: remedy})


def read_answers(structure: Mapping[str, Any], answers: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return raw answers {key: {score, note}} checked; `score` None is missing. Raises: Invalid naming every one."""
    known = {leaf.key for leaf in leaves(structure)}
    faults = {key: "没有这项指标" for key in answers if key not in known}
    faults |= dict.fromkeys(sorted(known - set(answers)), "请评分或写明缺失原因")
    faults |= {key: reason for key in known & set(answers) if (reason := _answer_fault(answers[key]))}
    if faults:
        raise Invalid("请补全指标评分", code="indicator_answers", fields=faults)
    return {key: {"score": answers[key]["score"], "note": answers[key]["note"].strip()} for key in sorted(known)}


def _answer_fault(answer: Any) -> str:
    if not isinstance(answer, Mapping):
        return "请写 score 和 note"
    given, note = answer.get("score"), answer.get("note")
    if given is not None and (isinstance(given, bool) or not isinstance(given, int) or not LOWEST <= given <= HIGHEST):
        return "请评 1 至 10 的整数,或选择缺失"
    if not isinstance(note, str) or not note.strip() or len(note) > NOTE_LENGTH:
        return "请写明评分依据或缺失原因,至多 300 字"
    return ""


def named(structure: Mapping[str, Any], answers: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return raw answers with the name that each indicator bears in its version, to be kept with a run."""
    return {leaf.key: {"indicator": " · ".join(leaf.path), **answers[leaf.key]} for leaf in leaves(structure)}


def score(structure: Mapping[str, Any], answers: Mapping[str, Any]) -> Score:
    """Return the score r = sum w_i y_i, y = (answer - 1) / 9 and 0 where missing. Source: valuation page, 1.2."""
    found = leaves(structure)
    given = {leaf.key: _unit(answers[leaf.key]["score"]) for leaf in found}
    parts = {name: _part([leaf for leaf in found if leaf.path[:1] == (name,)], given) for name in FIRST_LEVEL}
    missing = sum(answers[leaf.key]["score"] is None for leaf in found)
    return Score(scoring.score({leaf.key: leaf.weight for leaf in found}, given), parts, missing)


def _unit(answer: int | None) -> float:
    return 0.0 if answer is None else (answer - LOWEST) / (HIGHEST - LOWEST)


def _part(found: Sequence[Leaf], given: Mapping[str, float]) -> float:
    """Give the score of one first-level name, in [0, 1]."""
    whole = sum(leaf.weight for leaf in found)
    return sum(leaf.weight * given[leaf.key] for leaf in found) / whole


def royalty(low: float, high: float, scores: Mapping[str, float], shares: Mapping[str, float]) -> float:
    """Return the joint royalty K = low + (high - low) r, r being the rights' scores weighted with their shares.

    Raises: Invalid where a right that shares in the product has no score.
    """
    without = sorted(number for number, share in shares.items() if share > 0 and number not in scores)
    if without:
        raise Invalid(
            "不能由评分定许可费率:有权利未评分", code="not_scored",
            fields={"royalty_by": f"请先为 {'、'.join(without)} 评分(仅限发明专利和实用新型),或改为直接填写许可费率"},
        )  # fmt: skip
    whole = sum(share for share in shares.values() if share > 0)
    if not whole:
        raise Invalid("不能由评分定许可费率:份额合计为零", fields={"royalty_by": "请填写各项技术权利的份额"})
    joint = sum(scores[number] * share for number, share in shares.items() if share > 0) / whole
    return scoring.profit_split_rate(low, high, min(joint, 1.0))
