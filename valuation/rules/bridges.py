"""Two runs of one appraisal, explained driver by driver: a bridge from the value of one to the value of the other.

One driver after another, in a fixed order, is taken from the second run while the rest stays as in the first, and the
engine is asked each time on the same seed. The steps are differences of consecutive values in fen, so that their sum
is the difference of the two values to the fen. What a driver is given depends on its place in the order; the order is
part of the answer.

Source: valuation page, section 4 ("explain-a-change").
"""

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from finance_platform.foundation.errors import Invalid
from finance_platform.foundation.faults import BadDocument
from valuation.engine.versions import UnknownVersion, engine_of
from valuation.rules import figures

Document = dict[str, Any]
MISSING = object()
# Drivers in the order of replacement: its name, and its members of an asset or of what the assets share.
MEMBERS: tuple[tuple[str, tuple[tuple[str, ...], ...]], ...] = (
    ("产品收入", (("revenue", "base"), ("revenue", "base_year"))),
    ("年增长率", (("revenue", "growth"),)),
    ("许可费率", (("royalty_rate",),)),
    ("份额", (("coverage",),)),
    ("寿命与期限", (("horizon",),)),
    ("衰减率", (("decay",),)),
    ("失效率", (("hazard",),)),
    ("折现率", (("discount_rate",),)),
    ("所得税率", (("tax_rate",),)),
)
DATE, CAP, PATHS, REST, ENGINE = "评估基准日", "许可费上限", "模拟路径与种子", "其他", "引擎版本"
ENVIRONMENT = "计算环境"


@dataclass(frozen=True)
class Step:
    """One driver's part: what it is (several where they only make sense together), and value before and after."""

    drivers: tuple[str, ...]
    before_fen: int
    after_fen: int

    @property
    def change_fen(self) -> int:
        return self.after_fen - self.before_fen


@dataclass(frozen=True)
class Bridge:
    """From one simulated mean to another, in fen; `sum(step.change_fen) == to_fen - from_fen` always."""

    from_fen: int
    to_fen: int
    steps: tuple[Step, ...]

    def plain(self) -> dict[str, Any]:
        """Return the bridge as a JSON object."""
        told = [
            {
                "drivers": list(step.drivers), "before_fen": step.before_fen, "after_fen": step.after_fen,
                "change_fen": step.change_fen,
            }
            for step in self.steps
        ]  # fmt: skip
        return {"from_fen": self.from_fen, "to_fen": self.to_fen, "steps": told}


@dataclass(frozen=True)
class Side:
    """One of the two runs: what went in, by which engine, and the simulated mean that came out."""

    document: Document
    engine: str
    mean_fen: int


def bridge(first: Side, second: Side) -> Bridge:
    """Return the bridge between two runs of one pool.

    A driver whose replacement alone leaves no valid model goes together with the next. The last step ends at the value
    that the second run recorded. Raises: Invalid if the runs do not value the same rights.
    """
    if _names(first.document) != _names(second.document):
        raise Invalid("两次测算的权利不同,不能逐项比较", code="pools_differ")
    steps: list[Step] = []
    waiting: list[str] = []
    at_fen = first.mean_fen
    stages = list(_stages(first, second))
    for place, (name, document, version) in enumerate(stages):
        waiting.append(name)
        last = place == len(stages) - 1
        value_fen = second.mean_fen if last else _mean_fen(document, version)
        if value_fen is not None:
            steps.append(Step(tuple(waiting), at_fen, value_fen))
            waiting, at_fen = [], value_fen
    if not stages and first.mean_fen != second.mean_fen:
        steps.append(Step((ENVIRONMENT,), first.mean_fen, second.mean_fen))
    return Bridge(first.mean_fen, second.mean_fen, tuple(steps))


def _names(document: Mapping[str, Any]) -> set[str]:
    return {str(asset["name"]) for asset in document["portfolio"]["assets"]}


def _stages(first: Side, second: Side) -> Iterator[tuple[str, Document, str]]:
    """Give each driver that differs, with the document in which it and all before it are the second run's."""
    document = copy.deepcopy(first.document)
    for name, replaced in _replacements(document, second.document):
        if figures.canonical(replaced) != figures.canonical(document):
            document = replaced
            yield name, document, first.engine
    if first.engine != second.engine:
        yield ENGINE, second.document, second.engine


def _replacements(document: Document, target: Document) -> Iterator[tuple[str, Document]]:
    """Give the drivers in their order, each with the document so far after its replacement; the rest comes last."""
    so_far = document

    def taken(name: str, *paths: tuple[str, ...]) -> tuple[str, Document]:
        nonlocal so_far
        so_far = _with(so_far, target, paths)
        return name, so_far

    yield taken(DATE, ("valuation_date",))
    for name, members in MEMBERS:
        yield taken(name, *_places(so_far, members))
    yield taken(CAP, ("portfolio", "overlap"))
    yield taken(PATHS, ("simulation",))
    yield REST, target


def _places(document: Document, members: tuple[tuple[str, ...], ...]) -> list[tuple[str, ...]]:
    """Return the places of members: what the assets share, and each asset's own (named by the asset)."""
    holders = [("portfolio", "shared"), *(("portfolio", "assets", name) for name in sorted(_names(document)))]
    return [(*holder, *member) for holder in holders for member in members]


def _with(document: Document, target: Document, paths: tuple[tuple[str, ...], ...]) -> Document:
    """Return the document with what stands at the paths taken from the target; what is not there is taken away."""
    changed = copy.deepcopy(document)
    for path in paths:
        holder, found = _holder(changed, path[:-1]), _holder(target, path[:-1])
        value = found.get(path[-1], MISSING) if found is not None else MISSING
        if holder is not None and value is not MISSING:
            holder[path[-1]] = copy.deepcopy(value)
        elif holder is not None:
            holder.pop(path[-1], None)
    return changed


def _holder(document: Document, path: tuple[str, ...]) -> dict[str, Any] | None:
    found: Any = document
    for part in path:
        if isinstance(found, list):
            found = next((one for one in found if one.get("name") == part), None)
        else:
            found = found.get(part) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else None


def _mean_fen(document: Document, version: str) -> int | None:
    """Return the simulated mean, None where the document is no valid model on its own."""
    asked = {name: value for name, value in document.items() if name != "sensitivity"}
    try:
        return figures.fen(engine_of(version)(asked)["simulation"]["mean"])
    except (BadDocument, KeyError):
        return None
    except UnknownVersion as error:
        raise Invalid(f"本系统没有测算引擎 {version}", code="unknown_engine") from error


def mean_fen(output: Mapping[str, Any]) -> int:
    """Return a run's simulated mean, the value it proposes, in fen."""
    return figures.fen(output["simulation"]["mean"])
