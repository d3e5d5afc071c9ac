"""What an appraiser states before the engine is asked: assumptions, and for each group of inputs what stands behind it.

A statement is kept with its run as it was made; the document of the engine follows from it by the evidence's widening.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from finance_platform.foundation.errors import Invalid
from valuation.rules import evidence as grades
from valuation.rules import pools
from valuation.rules.evidence import EXPERT, Evidence, Triple
from valuation.rules.parameters import Parameter, Parameters
from valuation.rules.pools import Assumptions
from valuation.rules.rights import Right

STATED, SCORE = "stated", "score"
REVENUE_SOURCE = "企业申报的上年营业收入(未审计)"
SHARES_SOURCE = "按件数等额分摊(自拟)"
DECLARED = {"revenue": REVENUE_SOURCE, "shares": SHARES_SOURCE}
SAME_WITHIN = 2e-6
"""A value that differs by less was only cut by the form's last decimal. Source: six decimals of a percentage."""
TRIPLES = frozenset({"growth", "royalty", "mark_royalty", "decay"})
NAMED = frozenset({"life_years", "hazard", "shares"})


@dataclass(frozen=True)
class Statement:
    """Assumptions with the evidence of each group; `royalty_by` says whether the royalty is stated or scored."""

    assumptions: Assumptions
    evidence: Mapping[str, Evidence]
    royalty_by: str = STATED

    def plain(self) -> dict[str, Any]:
        """Return the statement as a JSON object."""
        held = {field.name: getattr(self.assumptions, field.name) for field in fields(self.assumptions)}
        held["valuation_date"] = self.assumptions.valuation_date.isoformat()
        held["premiums"] = {name: list(triple) for name, triple in self.assumptions.premiums.items()}
        held |= {name: list(held[name]) for name in TRIPLES} | {name: dict(held[name]) for name in NAMED}
        behind = {group: one.plain() for group, one in self.evidence.items()}
        return {"assumptions": held, "evidence": behind, "royalty_by": self.royalty_by}


def groups(pool: Sequence[Right]) -> list[str]:
    """Return the groups of inputs that a pool's model has, in the order in which they are read."""
    technology, marks = any(not right.is_mark for right in pool), any(right.is_mark for right in pool)
    own = [*(["royalty", "decay"] if technology else []), *(["mark_royalty"] if marks else [])]
    shared = ["shares"] if technology else []
    return ["revenue", "growth", "margin", *own, *shared, "life", "hazard", "risk_free", "premiums", "tax_rate"]


def default(
    pool: Sequence[Right], parameters: Parameters, *, sector: str, revenue_fen: int, valuation_date: date
) -> Statement:
    """Return the tables' assumptions with the tables as their evidence, for the appraiser to begin from."""
    stated = pools.defaults(pool, parameters, sector=sector, revenue_fen=revenue_fen, valuation_date=valuation_date)
    kinds = sorted({right.kind for right in pool})
    return Statement(
        stated, {group: _table_evidence(group, parameters, sector, kinds) for group in groups(pool)}
    )  # fmt: skip


def _table_evidence(group: str, parameters: Parameters, sector: str, kinds: list[str]) -> Evidence:
    if group in DECLARED:
        return Evidence(EXPERT, DECLARED[group])
    return grades.of_rows(group, _rows(group, parameters, sector, kinds))


def _rows(group: str, parameters: Parameters, sector: str, kinds: list[str]) -> list[Parameter]:
    """Return the rows of the tables that a group's defaults were taken from."""
    if group in {"royalty", "mark_royalty"}:
        table = "royalty_patent" if group == "royalty" else "royalty_mark"
        return [parameters.row_or_other(table, sector)]
    if group in {"decay", "hazard", "life"}:
        table = "economic_life" if group == "life" else group
        return [parameters.row(table, kind) for kind in kinds]
    rows = {
        "growth": [("conventions", "growth_spread")], "tax_rate": [("conventions", "tax_rate")],
        "margin": [("conventions", "operating_margin"), ("conventions", "profit_share_cap")],
        "risk_free": [("discount_rate", "risk_free")],
        "premiums": [("discount_rate", name) for name in ("market", "finance", "management")],
    }  # fmt: skip
    return [parameters.row(table, key) for table, key in rows[group]]


def numbers(stated: Assumptions, group: str) -> tuple[float, ...]:
    """Return the numbers of a group, in a fixed order."""
    held: dict[str, Any] = {
        "revenue": [stated.revenue_fen], "growth": stated.growth, "royalty": stated.royalty, "decay": stated.decay,
        "mark_royalty": stated.mark_royalty, "margin": [stated.operating_margin, stated.profit_share_cap],
        "shares": [share for _number, share in sorted(stated.shares.items())],
        "life": [years for _kind, years in sorted(stated.life_years.items())],
        "hazard": [rate for _kind, rate in sorted(stated.hazard.items())],
        "risk_free": [stated.risk_free], "tax_rate": [stated.tax_rate],
        "premiums": [end for _name, triple in sorted(stated.premiums.items()) for end in triple],
    }  # fmt: skip
    return tuple(held[group])


def require_evidence(statement: Statement, begun_from: Statement, pool: Sequence[Right], today: date) -> None:
    """Refuse inputs without grade and source, or whose numbers were changed while the source still names the table.

    `begun_from` is the statement offered to the appraiser. Raises: Invalid naming every group.
    """
    found = grades.faults(statement.evidence, groups(pool), today)
    for group, one in statement.evidence.items():
        default_source = begun_from.evidence[group].source if group in begun_from.evidence else ""
        if one.source.strip() == default_source and _changed(statement, begun_from, group):
            found[f"{group}_source"] = "数值已改,来源仍是预填的:请写明新数值的来源"
    if found:
        raise Invalid("请补全各项输入的依据", code="evidence_missing", fields=found)


def _changed(statement: Statement, begun_from: Statement, group: str) -> bool:
    mine, theirs = numbers(statement.assumptions, group), numbers(begun_from.assumptions, group)
    return len(mine) != len(theirs) or any(
        abs(one - two) > SAME_WITHIN * max(abs(one), abs(two)) for one, two in zip(mine, theirs, strict=True)
    )


def scored(statement: Statement, rate: float) -> Statement:
    """Return the statement with the royalty at a scored rate: an expert's judgement, whatever the bounds rest on."""
    behind = Evidence(EXPERT, f"指标评分:K=低+(高−低)×得分={rate:.4%}")
    assumptions = replace(statement.assumptions, royalty=(rate, rate, rate))
    return replace(statement, assumptions=assumptions, evidence={**statement.evidence, "royalty": behind})


# --- Read from JSON ---------------------------------------------------------------------------------------------------
def read(plain: Mapping[str, Any], begun_from: Statement) -> Statement:
    """Return the statement of a JSON object; what the assumptions leave out stays as in `begun_from`.

    Raises: Invalid naming every member that is unknown or not of its form.
    """
    faults: dict[str, str] = {}
    assumptions = _assumptions(_object(plain, "assumptions", faults), begun_from.assumptions, faults)
    evidence = {
        group: _evidence(one, f"evidence/{group}", faults)
        for group, one in _object(plain, "evidence", faults).items()
    }  # fmt: skip
    royalty_by = plain.get("royalty_by", STATED)
    if royalty_by not in (STATED, SCORE):
        faults["royalty_by"] = "请写 stated 或 score"
    faults |= {name: "没有这项" for name in plain if name not in {"assumptions", "evidence", "royalty_by"}}
    if faults:
        raise Invalid("测算陈述有误,请按所列位置修改", code="bad_statement", fields=faults)
    return Statement(assumptions, evidence, royalty_by)


def _object(plain: Mapping[str, Any], name: str, faults: dict[str, str]) -> Mapping[str, Any]:
    found = plain.get(name, {})
    if isinstance(found, Mapping):
        return found
    faults[name] = "请写成对象"
    return {}


def _assumptions(given: Mapping[str, Any], otherwise: Assumptions, faults: dict[str, str]) -> Assumptions:
    known = {field.name: getattr(otherwise, field.name) for field in fields(otherwise)}
    for name, value in given.items():
        place = f"assumptions/{name}"
        if name not in known:
            faults[place] = "没有这项输入"
        elif name == "valuation_date":
            known[name] = _day(value, place, faults)
        elif name in TRIPLES:
            known[name] = _triple(value, place, faults)
        elif name in NAMED:
            known[name] = {key: _number(value, key, place, faults) for key in known[name]}
            faults |= _unknown(value, known[name], place)
        elif name == "premiums":
            premiums = value if isinstance(value, Mapping) else {}
            known[name] = {
                **known[name], **{key: _triple(one, f"{place}/{key}", faults) for key, one in premiums.items()}
            }  # fmt: skip
            faults |= _unknown(value, otherwise.premiums, place)
        else:
            known[name] = _number({name: value}, name, "assumptions", faults)
            if name in {"revenue_fen", "paths"} and not isinstance(value, int):
                faults[place] = "请写整数"
    return Assumptions(**known)


def _unknown(value: Any, known: Mapping[str, Any], place: str) -> dict[str, str]:
    if not isinstance(value, Mapping):
        return {place: "请写成对象"}
    return {f"{place}/{key}": "没有这一项" for key in value if key not in known}


def _day(value: Any, place: str, faults: dict[str, str]) -> date:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        faults[place] = "请写成 2025-06-30 的样子"
        return date.min


def _triple(value: Any, place: str, faults: dict[str, str]) -> Triple:
    if (
        isinstance(value, list | tuple)
        and len(value) == 3
        and all(map(_is_number, value))
        and sorted(value) == [*value]
    ):
        return value[0], value[1], value[2]
    faults[place] = "请写三个数:低 ≤ 最可能 ≤ 高"
    return pools.NONE


def _number(value: Any, key: str, place: str, faults: dict[str, str]) -> float:
    found: Any = value.get(key) if isinstance(value, Mapping) else None
    if _is_number(found):
        return found  # type: ignore[no-any-return]
    faults[f"{place}/{key}"] = "请写一个数"
    return 0.0


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e18


def _evidence(given: Any, place: str, faults: dict[str, str]) -> Evidence:
    if not isinstance(given, Mapping) or not isinstance(given.get("source"), str):
        faults[place] = "请写 grade、source 和 date"
        return Evidence("", "")
    day = given.get("date")
    return Evidence(
        str(given.get("grade", "")), given["source"].strip(), _day(day, f"{place}/date", faults) if day else None
    )
