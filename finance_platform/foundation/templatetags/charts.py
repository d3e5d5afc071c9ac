"""Where everything of a chart stands, as plain numbers for a server-drawn SVG.

Across, a place is a percentage of the plot's width, so that a chart stretches without its letters shrinking; down, it
is pixels.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from finance_platform.foundation.templatetags.figures import number

Spec = Mapping[str, Any]

LABELS_WIDE = 8  # labels that fit under a plot on a desk
LEVEL_PX = 18  # height of one row of mark labels
NEAR = 30.0  # percent of the width within which two mark labels would touch on a phone


@dataclass(frozen=True)
class Scale:
    """A stretch of numbers from `low` to `high` cut at round, ascending `ticks`, the ends among them."""

    low: float
    high: float
    ticks: tuple[float, ...]

    def share(self, value: float) -> float:
        """Return where `value` stands between the ends, 0 to 1, clipped to the plot."""
        return min(1.0, max(0.0, (value - self.low) / (self.high - self.low)))

    def percent(self, value: float) -> float:
        """Return where `value` stands across the plot, 0 to 100."""
        return round(100 * self.share(value), 2)

    def down(self, value: float, height: float) -> float:
        """Return how many of `height` pixels below the top `value` stands."""
        return round(height * (1 - self.share(value)), 1)

    @property
    def places(self) -> int:
        """Return the decimals needed to tell the ticks apart."""
        step = self.ticks[1] - self.ticks[0] if len(self.ticks) > 1 else 1
        return next((places for places in range(7) if math.isclose(step, round(step, places), rel_tol=1e-9)), 6)


@dataclass(frozen=True)
class Label:
    """A short text at a place; `minor` ones are left out on a phone, `level` counts rows from the top."""

    at: float
    text: str
    anchor: str = "middle"
    minor: bool = False
    level: int = 0
    tone: str = "neutral"


@dataclass(frozen=True)
class Block:
    """A filled stretch of a bar: left edge and width in percent of the plot."""

    at: float
    width: float
    tone: str


@dataclass(frozen=True)
class Row:
    """One bar with its label and the figure at its end."""

    label: str
    blocks: tuple[Block, ...]
    text: str
    url: str


@dataclass(frozen=True)
class Column:
    """One class of a histogram: left edge and width in percent, top and height in pixels."""

    at: float
    width: float
    top: float
    height: float
    tone: str


def nice_scale(values: Iterable[float], *, parts: int = 4, zero: bool = True) -> Scale:
    """Return a scale with about `parts` equal round steps (1, 2, 2.5 or 5 times a power of ten) that holds all values.

    Raises ValueError for a value that is not finite. `nice_scale([93]).ticks` is `(0, 25, 50, 75, 100)`.
    """
    found = list(values) + ([0.0] if zero else [])
    if not all(map(math.isfinite, found)):
        raise ValueError("values: a chart needs finite numbers; leave unknown ones out")
    low, high = min(found, default=0.0), max(found, default=0.0)
    if low == high:
        high = low + (abs(low) or 1.0)
    step = nice_step((high - low) / parts)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    ticks = tuple(round(index * step, 12) for index in range(first, last + 1))
    return Scale(ticks[0], ticks[-1], ticks)


def nice_step(rough: float) -> float:
    """Return the smallest round step that is at least `rough` (> 0)."""
    power = 10.0 ** math.floor(math.log10(rough))
    return next(step * power for step in (1, 2, 2.5, 5, 10) if step * power >= rough * (1 - 1e-9))


def tick_labels(scale: Scale) -> list[Label]:
    """Return the texts along a scale that lies across."""
    return spaced([(scale.percent(tick), number(tick, scale.places)) for tick in scale.ticks])


def category_labels(names: Sequence[str]) -> list[Label]:
    """Return the texts under evenly spaced points, thinned to what fits; first and last are always there."""
    last = len(names) - 1
    step = max(1, math.ceil(len(names) / LABELS_WIDE))
    kept = [index for index in range(0, last, step) if last - index >= step] + [last]
    return spaced([(round(100 * index / max(1, last), 2), str(names[index])) for index in kept])


def spaced(texts: Sequence[tuple[float, str]]) -> list[Label]:
    """Return labels from left to right; a phone has room for the first, the last and one near the middle."""
    middle = min((at for at, _text in texts), key=lambda at: abs(at - 50))
    kept = {texts[0][0], texts[-1][0]} | ({middle} if 35 <= middle <= 65 else set())
    return [Label(at, text, edge(at, 2), minor=at not in kept) for at, text in texts]


def edge(at: float, margin: float) -> str:
    """Return how a text hangs on its place, so that those within `margin` percent of an edge stay inside."""
    return "start" if at < margin else "end" if at > 100 - margin else "middle"


def readable(value: float | None, most: int) -> str:
    """Return `value` with at most `most` decimals and none that say nothing; "—" when it is not known."""
    return number(value, decimals([value], most)) if value is not None else number(None)


def decimals(values: Iterable[float], most: int) -> int:
    """Return how many decimals, at most `most`, the values need to be told apart from their rounding."""
    found = [round(float(value), most) for value in values]
    return next((places for places in range(most) if all(round(value, places) == value for value in found)), most)


def chart_id(*parts: object) -> str:
    """Return a name for the chart's title and description that is the same at every rendering of the same data."""
    return "chart-" + hashlib.sha256(repr(parts).encode()).hexdigest()[:10]


# --- Bars ---------------------------------------------------------------------------------------------------------


def bar_scale(rows: Iterable[Spec], limit: float | None) -> Scale:
    """Return the scale that holds every bar, both sides of a stacked one, and the limit."""
    ends = [0.0 if limit is None else float(limit)]
    for row in rows:
        values = [value for value, _tone in known_parts(row)]
        ends += [sum(value for value in values if value > 0), sum(value for value in values if value < 0)]
    return nice_scale(ends)


def segments(row: Spec) -> Sequence[Spec]:
    """Return the row's stacked parts; a plain row is one part."""
    return row.get("segments") or [{"value": row["value"], "tone": row.get("tone", "plain")}]


def known_parts(row: Spec) -> list[tuple[float, str]]:
    """Return (value, tone) of the parts whose value is known."""
    return [(float(one["value"]), one.get("tone", "plain")) for one in segments(row) if one["value"] is not None]


def bar_row(row: Spec, scale: Scale) -> Row:
    """Return one bar: positive parts stacked to the right of zero, negative ones to the left."""
    ends = {True: 0.0, False: 0.0}
    blocks = []
    for value, tone in known_parts(row):
        start, end = ends[value >= 0], ends[value >= 0] + value
        ends[value >= 0] = end
        left, right = scale.percent(min(start, end)), scale.percent(max(start, end))
        blocks.append(Block(left, round(right - left, 2), tone))
    total = sum(ends.values()) if blocks else None
    return Row(
        str(row["label"]), tuple(blocks), row.get("text") or readable(total, scale.places + 2), row.get("url", "")
    )


def bar_figures(row: Spec, scale: Scale) -> list[str]:
    """Return the figures of the row's parts, for the table under the chart."""
    return [readable(one["value"], scale.places + 2) for one in segments(row)]


def mark_labels(marks: Iterable[Spec], across: Scale) -> list[Label]:
    """Return upright marks from left to right, their texts on different levels where they would touch."""
    placed: list[Label] = []
    for mark in sorted(marks, key=lambda mark: float(mark["at"])):
        at = across.percent(float(mark["at"]))
        taken = {label.level for label in placed if at - label.at < NEAR}
        level = next(level for level in range(len(taken) + 1) if level not in taken)
        placed.append(Label(at, str(mark["label"]), edge(at, 12), level=level, tone=mark.get("tone", "bad")))
    return placed


# --- Histograms ---------------------------------------------------------------------------------------------------


def class_scale(bins: Iterable[Spec], marks: Iterable[Spec]) -> Scale:
    """Return the scale across that holds every class and every mark."""
    ends = [float(end) for one in bins for end in (one["low"], one["high"])]
    return nice_scale([*ends, *(float(mark["at"]) for mark in marks)], parts=6, zero=False)


def column(one: Spec, across: Scale, up: Scale, height: float) -> Column:
    """Return the upright bar of one class of a histogram, a hair from its neighbours."""
    left, right = across.percent(float(one["low"])), across.percent(float(one["high"]))
    gap = min(0.3, (right - left) / 4)
    top = up.down(float(one["count"]), height)
    place, width = round(left + gap / 2, 2), round(right - left - gap, 2)
    return Column(place, width, top, round(height - top, 1), one.get("tone", "plain"))


def bin_row(one: Spec, places: int) -> tuple[str, list[str]]:
    """Return one class as (from – to, count), for the table under the chart."""
    return f"{readable(float(one['low']), places)} – {readable(float(one['high']), places)}", [number(one["count"])]
