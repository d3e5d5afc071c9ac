"""The paths of a line chart, drawn in a box 1,000 units wide that the browser stretches to the plot.

A series is evenly spaced over the chart's labels, or a list of (x, y) pairs over a number line.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from finance_platform.foundation.templatetags.charts import Scale, Spec, decimals, nice_scale, readable
from finance_platform.foundation.templatetags.figures import number

Values = Sequence[float | None]
Point = tuple[float, float]

WIDTH = 1000
TABLE_ROWS = 40  # a table under a curve of many points shows every n-th
STYLES = frozenset({"actual", "target", "forecast", "limit", "plain", "shade"})


@dataclass(frozen=True)
class Curve:
    """One series: SVG path data of its line and of the area under it, its last point and the text there."""

    label: str
    style: str
    tone: str
    path: str
    area: str
    end_at: float
    end_y: float
    text: str
    text_y: float

    @property
    def outside(self) -> bool:
        """Return whether the text stands in the right margin, because the line runs to the edge."""
        return bool(self.text) and self.end_at > 92


def curve(series: Spec, up: Scale, across: Scale | None, height: float) -> Curve:
    """Return the path of one series; a gap in the values is a gap in the line. Raises ValueError for a new style."""
    style = series.get("style", "plain")
    if style not in STYLES:
        raise ValueError(f"style={style!r}: use one of {', '.join(sorted(STYLES))}")
    found = points(series["values"], across)
    runs = known_runs(found)
    path = " ".join(line(run, up, height) for run in runs)
    filled = style == "shade" or series.get("area")
    area = " ".join(under(run, up, height) for run in runs) if filled else ""
    end_at, end_value = runs[-1][-1] if runs else (0.0, up.low)
    end_y = up.down(end_value, height)
    tone, text = series.get("tone", style), str(series.get("end", ""))
    return Curve(str(series["label"]), style, tone, path, area, round(end_at, 2), end_y, text, end_y)


def number_line(series: Iterable[Spec], marks: Iterable[Spec]) -> Scale:
    """Return the scale across that holds the x of every (x, y) pair and every mark."""
    found = [float(x) for one in series for x, _rest in one["values"]]
    return nice_scale([*found, *(float(mark["at"]) for mark in marks)], parts=6, zero=False)


def points(values: Sequence[Any], across: Scale | None) -> list[Point | None]:
    """Return (percent across, value) of each known value: evenly spaced, or by its own x where a scale is given."""
    if across:
        return [(across.percent(float(x)), float(y)) for x, y in values]
    gaps = max(1, len(values) - 1)
    return [None if value is None else (100 * index / gaps, float(value)) for index, value in enumerate(values)]


def known_runs[T](found: Iterable[T | None]) -> list[list[T]]:
    """Cut a series at its unknown values into unbroken runs."""
    runs: list[list[T]] = [[]]
    for point in found:
        if point is None:
            runs.append([])
        else:
            runs[-1].append(point)
    return [run for run in runs if run]


def line(run: Sequence[Point], up: Scale, height: float) -> str:
    """Return SVG path data through the points; a single one is drawn as a dot, a line to itself."""
    places = [f"{at * WIDTH / 100:.1f} {up.down(value, height)}" for at, value in run]
    return "M" + " L".join(places if len(places) > 1 else places * 2)


def under(run: Sequence[Point], up: Scale, height: float) -> str:
    """Return SVG path data of the area between the points and zero."""
    floor = up.down(0, height)
    left, right = (f"{run[end][0] * WIDTH / 100:.1f} {floor}" for end in (0, -1))
    return f"{line(run, up, height)} L{right} L{left} Z"


def band(low: Values, high: Values, up: Scale, height: float) -> str:
    """Return SVG path data of the stretch between two series of equal length, where both are known."""
    pairs = zip(points(low, None), points(high, None), strict=True)
    closed = []
    for run in known_runs((below, above) if below and above else None for below, above in pairs):
        there = line([below for below, _rest in run], up, height)
        back = line([above for _rest, above in reversed(run)], up, height)
        closed.append(f"{there} L{back[1:]} Z")
    return " ".join(closed)


def limit_series(limit: float | None, label: str, labels: Sequence[str], across: Scale | None) -> list[Spec]:
    """Return the level line at `limit` as one more series, or nothing."""
    if limit is None:
        return []
    level = [(across.low, limit), (across.high, limit)] if across else [limit] * max(2, len(labels))
    return [{"label": label, "values": level, "style": "limit", "end": label}]


def heights(series: Iterable[Spec], band: Mapping[str, Values] | None, across: Scale | None) -> list[float]:
    """Return every known value of the curves and the band."""
    found = [point[1] for one in series for point in points(one["values"], across) if point]
    return found + [float(value) for side in (band or {}).values() for value in side if value is not None]


def lifted(curves: Sequence[Curve], gap: float = 16) -> list[Curve]:
    """Move the texts in the right margin apart, upwards from the lowest, so that no two overlap."""
    free = math.inf
    placed: dict[int, Curve] = {}
    for index in sorted(range(len(curves)), key=lambda index: -curves[index].end_y):
        one = curves[index]
        if one.outside:
            one = replace(one, text_y=min(one.end_y, free))
            free = one.text_y - gap
        placed[index] = one
    return [placed[index] for index in range(len(curves))]


def data_rows(series: Sequence[Spec], labels: Sequence[str], most: int) -> list[tuple[str, list[str]]]:
    """Return the figures behind the curves as (label or x, one text per series), with at most `most` decimals."""
    if labels:
        found = {str(name): [one["values"][row] for one in series] for row, name in enumerate(labels)}
    else:
        found = by_x([{float(x): float(y) for x, y in one["values"]} for one in series])
    places = decimals([value for row in found.values() for value in row if value is not None], most)
    return [
        (name, [number(None if value is None else float(value), places) for value in row])
        for name, row in found.items()
    ]


def by_x(known: Sequence[Mapping[float, float]]) -> dict[str, list[float | None]]:
    """Return the values of every series at every x, thinned where there are more than a table should hold."""
    xs = sorted(set[float]().union(*known))
    step = math.ceil(len(xs) / TABLE_ROWS) or 1
    return {readable(x, 6): [one.get(x) for one in known] for x in xs[::step]}
