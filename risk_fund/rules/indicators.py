"""Official figures and the plan: reading a file of them, where a plan period stands, how far the region has come.

The region's official amount and what runs through the platform are two different things; nothing here adds them up.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction

REGISTERED_AMOUNT = "registered_amount"
INDICATORS = {REGISTERED_AMOUNT: "知识产权质押融资登记金额"}
KINDS = ("base", "target", "actual", "final")
UNITS_FEN = {"元": 100, "万元": 1_000_000, "亿元": 10_000_000_000}
COLUMNS = ("indicator", "kind", "region", "period_from", "period_to", "as_of", "amount", "unit", "definition", "source")
DEFINITION = (
    "按质押合同计:每份合同的担保债权金额只计一次,专利、商标等多项登记不重复计;最高额质押按最高债权额计;"
    "变更登记不另计,重新签约(续贷)计为新合同;日期为全部质押登记完成之日;著作权质押单独注明登记机构后一并计入。"
)


@dataclass(frozen=True)
class FigureRow:
    """One line of a file of official figures; `amount_fen` is exact."""

    indicator: str
    kind: str
    region: str
    period_from: date
    period_to: date
    as_of: date
    amount_fen: int
    definition: str
    source: str

    @property
    def key(self) -> tuple[str, str, str, date, date, date]:
        return self.indicator, self.kind, self.region, self.period_from, self.period_to, self.as_of


def read_figures(text: str, regions: Iterable[str]) -> tuple[list[FigureRow], list[str]]:
    """Return the rows of a CSV with the columns COLUMNS, and one line per fault (empty: all rows are good).

    Amounts are decimal numbers in 元, 万元 or 亿元 that come out as whole fen; nothing is rounded.
    """
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    if missing:
        return [], ["第 1 行:表头缺少列 " + "、".join(missing)]
    rows, faults, known = [], [], set(regions)
    for number, cells in enumerate(reader, start=2):
        try:
            rows.append(_row({name: (cells[name] or "").strip() for name in COLUMNS}, known))
        except ValueError as fault:
            faults.append(f"第 {number} 行:{fault}")
    return rows, faults


def _row(cells: dict[str, str], regions: set[str]) -> FigureRow:
    _one_of(cells["indicator"], INDICATORS, "indicator")
    _one_of(cells["kind"], KINDS, "kind")
    _one_of(cells["region"], regions, "region")
    since, until, as_of = (_date(cells[name], name) for name in ("period_from", "period_to", "as_of"))
    if until < since:
        raise ValueError("period_to 早于 period_from")
    if not cells["source"] or not cells["definition"]:
        raise ValueError("source、definition 必填:每个数字须写明来源和口径")
    amount_fen = _fen(cells["amount"], cells["unit"])
    return FigureRow(cells["indicator"], cells["kind"], cells["region"], since, until, as_of, amount_fen,
                     cells["definition"], cells["source"])  # fmt: skip


def _one_of(text: str, allowed: Iterable[str], column: str) -> None:
    if text not in allowed:
        raise ValueError(f"{column}“{text}”不在允许范围内")


def _date(text: str, column: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{column}“{text}”应写作 2025-06-30") from None


def _fen(text: str, unit: str) -> int:
    try:
        fen = Decimal(text.replace(",", "")) * UNITS_FEN[unit]
    except (InvalidOperation, KeyError):
        raise ValueError(f"amount“{text} {unit}”不是以元、万元或亿元计的数") from None
    if fen != int(fen) or not 0 <= fen <= 10**15:
        raise ValueError(f"amount“{text} {unit}”不能化为整数分,或超出范围")
    return int(fen)


# --- The plan --------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Plan:
    """A plan period of one indicator; target and base in fen."""

    period_from: date
    period_to: date
    base_fen: int | None
    target_fen: int | None
    target_source: str = ""

    def state(self, on: date, final_known: bool) -> str:
        """Return running, awaiting (over, final figures not in) or evaluated.

        Source: decisions page, "Figures" (a plan period has states).
        """
        if on <= self.period_to:
            return "running"
        return "evaluated" if final_known else "awaiting"


PLAN_STATES = {"running": "进行中", "awaiting": "期满,待定稿数据", "evaluated": "已评估"}


@dataclass(frozen=True)
class Progress:
    """How far the official amount has come; pace only while the period runs. Ratios are None without a target."""

    actual_fen: int
    target_fen: int | None
    elapsed_ratio: Fraction | None
    quarters_left: int | None
    needed_per_quarter_fen: int | None

    @property
    def attained_ratio(self) -> Fraction | None:
        return Fraction(self.actual_fen, self.target_fen) if self.target_fen else None

    @property
    def gap_fen(self) -> int | None:
        return None if self.target_fen is None else max(0, self.target_fen - self.actual_fen)


def progress(plan: Plan, actual_fen: int, as_of: date, on: date) -> Progress:
    """Return the progress of an official cumulative amount known as of a day.

    `needed_per_quarter_fen` spreads the gap over the quarters that begin after `as_of`, rounded up to a fen; after the
    period's end there is no pace, only the outcome.
    Source: decisions page, "Figures". Raises: nothing.
    """
    if on > plan.period_to:
        return Progress(actual_fen, plan.target_fen, None, None, None)
    elapsed = path_share(plan, as_of)
    left = _quarters_between(as_of, plan.period_to)
    gap = None if plan.target_fen is None else max(0, plan.target_fen - actual_fen)
    needed = -(-gap // left) if gap is not None and left else None
    return Progress(actual_fen, plan.target_fen, elapsed, left, needed)


def path_share(plan: Plan, day: date) -> Fraction:
    """Return the part of the period that has passed by the end of a day: 0 before it, 1 from its last day on."""
    days = (plan.period_to - plan.period_from).days + 1
    return min(Fraction(1), max(Fraction(0), Fraction((day - plan.period_from).days + 1, days)))


def _quarters_between(after: date, until: date) -> int:
    """Return how many whole quarters begin after a day and by the end of a period: 2025-06-30 to 2025-12-31 gives 2."""
    return max(0, (until.year * 4 + (until.month - 1) // 3) - (after.year * 4 + (after.month - 1) // 3))


# --- What ran through the platform -----------------------------------------------------------------------------------
@dataclass(frozen=True)
class Registration:
    """One registration of one pledge contract: several of them (patent, trademark) may secure one loan."""

    agreement: str
    region: str
    secured_fen: int
    registry: str
    registered_on: date | None
    borrower: str = ""


@dataclass(frozen=True)
class Tally:
    """What was registered in a period under DEFINITION: amount, contracts, registrations, borrowers."""

    amount_fen: int = 0
    agreements: int = 0
    registrations: int = 0
    borrowers: int = 0


def tally(registrations: Sequence[Registration], since: date, until: date) -> Tally:
    """Return what counts between two days (both included): each agreement once, on the day its last pledge stood.

    An agreement with a pledge still unregistered does not count. Source: DEFINITION. Raises: nothing.
    """
    counted = [rows for rows in _by_agreement(registrations) if (day := _complete_on(rows)) and since <= day <= until]
    return Tally(
        amount_fen=sum(rows[0].secured_fen for rows in counted),
        agreements=len(counted),
        registrations=sum(len(rows) for rows in counted),
        borrowers=len({rows[0].borrower for rows in counted}),
    )


def _by_agreement(registrations: Sequence[Registration]) -> list[list[Registration]]:
    found: dict[str, list[Registration]] = {}
    for row in registrations:
        found.setdefault(row.agreement, []).append(row)
    return list(found.values())


def _complete_on(rows: Sequence[Registration]) -> date | None:
    days = [row.registered_on for row in rows]
    return None if None in days else max(day for day in days if day is not None)
