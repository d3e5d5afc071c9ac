"""The site's vocabulary for page authors: `{% load ipf i18n %}` and hardly any HTML is written by hand.

Figures and dates are filters, everything with a shape is a tag that renders one partial of `templates/parts/`.
`docs/design.md` shows a line of use for each.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import template
from django.forms import BaseForm, BoundField
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from finance_platform.foundation import doors
from finance_platform.foundation.phrases import said
from finance_platform.foundation.templatetags import charts, curves, fields, figures

register = template.Library()
for _name, _filter in figures.FILTERS.items():
    register.filter(_name, _filter)

TONES = frozenset({"good", "warn", "bad", "info", "neutral"})
BUTTON_TONES = frozenset({"plain", "primary", "danger"})
STEP_STATES = frozenset({"done", "now", "todo", "failed"})
Page = dict[str, Any]


def known(value: str, allowed: frozenset[str], what: str) -> str:
    """Return `value`; raises TemplateSyntaxError naming the allowed words, so that a typing slip is not a colour."""
    if value not in allowed:
        raise template.TemplateSyntaxError(f"{what}={value!r}: use one of {', '.join(sorted(allowed))}")
    return value


# --- Figures with a shape -----------------------------------------------------------------------------------------


@register.inclusion_tag("parts/money.html")
def money(amount_fen: int | None, unit: str = "wan") -> Page:
    """Show an amount in `yuan`, `wan` or `yi`, with the exact yuan on hover."""
    written = figures.FILTERS[known(unit, frozenset({"yuan", "wan", "yi"}), "unit")](amount_fen)
    return {"amount_fen": amount_fen, "text": written, "exact": figures.yuan(amount_fen)}


@register.inclusion_tag("parts/status_tag.html")
def status_tag(state: str, label: str, tone: str = "neutral") -> Page:
    """Show a state as a small coloured word; the word carries the meaning, the colour only repeats it."""
    return {"state": state, "label": said(label), "tone": known(tone, TONES, "tone")}


@register.inclusion_tag("parts/kpi.html")
def kpi(label: str, value: object, unit: str = "", hint: str = "", url: str = "") -> Page:
    """Show one key figure as a card; with `url` the figure opens the entries behind it."""
    words = {"label": said(label), "unit": said(unit), "hint": said(hint)}
    return words | {"value": figures.otherwise_unknown(value), "url": url}


@register.inclusion_tag("parts/facts.html")
def facts(pairs: Iterable[Sequence[object]], layout: str = "strip") -> Page:
    """Show (label, value) or (label, value, tone) as a `strip`, or as a `grid` of four columns."""
    rows = [(said(label), told(figures.otherwise_unknown(value)), *rest) for label, value, *rest in pairs]
    return {"pairs": rows, "layout": known(layout, frozenset({"strip", "grid"}), "layout")}


@register.inclusion_tag("parts/steps.html")
def steps(steps: Iterable[Mapping[str, Any]], label: str = "") -> Page:
    """Show a case's way: steps with `label`, `state` (done, now, todo, failed), and perhaps `note` and `url`."""
    rows = [{**step, "label": said(step["label"])} for step in steps]
    for step in rows:
        known(step["state"], STEP_STATES, "state")
    return {"steps": rows, "label": label}


@register.inclusion_tag("parts/empty_state.html")
def empty_state(title: str, text: str = "", action_url: str = "", action_label: str = "") -> Page:
    """Say that there is nothing here yet, why, and what to do next."""
    return {"title": title, "text": text, "action_url": action_url, "action_label": action_label}


@register.filter
def told(value: object) -> object:
    """Say a label of rules or models in the reader's language; safe markup, numbers and data stay what they are."""
    return said(value) if isinstance(value, str) and not isinstance(value, SafeString) else value


# --- Lists and actions --------------------------------------------------------------------------------------------


@register.inclusion_tag("parts/page_nav.html", takes_context=True)
def page_nav(context: template.Context, page: Any) -> Page:
    """Lead to the next page of a keyset list (`doors.Page`) or back to the first, keeping the address's filters."""
    request = context.get("request")
    return {"page": page, "query": request.GET if request else QueryDict()}


@register.simple_block_tag(end_name="endscroll")
def scroll(content: SafeString, caption: str) -> SafeString:
    """Let a wide table scroll inside the page, reachable by keyboard and named for a screen reader."""
    return render_to_string("parts/scroll.html", {"content": content, "caption": caption})


@register.inclusion_tag("parts/action.html", takes_context=True)
def action(context: template.Context, url: str, label: str, tone: str = "plain", confirm: str = "") -> Page:
    """Offer one POST as a button; `confirm` puts a sentence and a second click before it."""
    known(tone, BUTTON_TONES, "tone")
    return {"url": url, "label": label, "tone": tone, "confirm": confirm, "csrf_token": context.get("csrf_token")}


@register.simple_tag
def form_key() -> SafeString:
    """Give a form its own number, so that the same submission sent twice is carried out once."""
    return format_html('<input type="hidden" name="form_key" value="{}">', secrets.token_urlsafe(18))


@register.filter
def role_label(role: str) -> object:
    """Name a role in the reader's language."""
    return doors.role_label(role)


# --- Forms ----------------------------------------------------------------------------------------------------------


@register.inclusion_tag("parts/field.html")
def field(field: BoundField) -> Page:
    """Show a form field with label, help and errors tied together."""
    return {"field": fields.prepared(field), "kind": fields.kind(field)}


@register.inclusion_tag("parts/error_summary.html")
def error_summary(form: BaseForm) -> Page:
    """List what has to be corrected, each line a link to its field."""
    return {"errors": list(fields.errors(form))}


@register.inclusion_tag("parts/form_body.html")
def form_body(form: BaseForm) -> Page:
    """Show the error summary and every field of a form; the form element and its button stay with the page."""
    return {"form": form}


@register.inclusion_tag("parts/post_form.html", takes_context=True)
def post_form(context: template.Context, form: BaseForm, label: str, url: str = "", cancel_url: str = "") -> Page:
    """Show a whole POST form: token, fields, the button `label` and perhaps a way back."""
    token = context.get("csrf_token")
    return {"form": form, "label": label, "url": url, "cancel_url": cancel_url, "csrf_token": token}


# --- Charts ---------------------------------------------------------------------------------------------------------

Rows = Sequence[Mapping[str, Any]]
PLOT_PX = 220


@register.inclusion_tag("parts/meter.html")
def meter(ratio: figures.Number | None, places: int = 1) -> Page:
    """Show a ratio of 0 to 1 as a small bar with its percentage, for a table cell."""
    return {"text": figures.percent(ratio, places), "width": bar_width(ratio)}


@register.inclusion_tag("parts/progress.html")
def progress(ratio: figures.Number, label: str, mark: figures.Number | None = None, mark_label: str = "") -> Page:
    """Show how far something has come as a broad bar, with a mark to compare it with."""
    return {"width": bar_width(ratio), "label": label, "mark": bar_width(mark), "mark_label": mark_label}


def bar_width(ratio: figures.Number | None) -> float | None:
    """Return a ratio as percent of the bar, clipped to it; None where nothing is known."""
    return None if figures.is_unknown(ratio) else round(100 * min(1.0, max(0.0, float(ratio))), 2)  # type: ignore[arg-type]


@register.inclusion_tag("parts/prefecture_tiles.html")
def prefecture_tiles(rows: Rows, legend: Sequence[str] = ()) -> Page:
    """Show the prefectures as a tile map: `code`, `name`, `text`, `level` 1 (light) to 4 (dark), perhaps `url`."""
    return {"rows": rows, "legend": legend}


@register.inclusion_tag("parts/bars.html")
def bars(
    rows: Rows,
    title: str = "",
    unit: str = "",
    limit: float | None = None,
    limit_label: str = "",
    legend: Sequence[tuple[str, str]] = (),
    desc: str = "",
) -> Page:
    """Draw horizontal bars: `label` and `value` (or `segments` of `value` and `tone`), perhaps `text`, `tone`, `url`.

    Parts of a stacked bar are named by `legend`, pairs of (label, tone) in the order of the segments.
    """
    scale = charts.bar_scale(rows, limit)
    return {
        "rows": [charts.bar_row(row, scale) for row in rows],
        "ticks": charts.tick_labels(scale),
        "zero": scale.percent(0) if scale.low < 0 else None,
        "limit": None if limit is None else scale.percent(float(limit)),
        "table": [(row["label"], charts.bar_figures(row, scale)) for row in rows],
        "headers": [said(label) for label, _rest in legend] or [said(unit)],
        "legend": [(said(label), tone) for label, tone in legend],
    } | {"title": title, "unit": said(unit), "limit_label": said(limit_label), "desc": desc}


def labelled(rows: Rows) -> list[Page]:
    """Return the rows with their labels in the reader's language."""
    return [{**row, "label": said(row.get("label", ""))} for row in rows]


@register.inclusion_tag("parts/line_chart.html")
def line_chart(
    series: Rows,
    labels: Sequence[str] = (),
    title: str = "",
    unit: str = "",
    limit: float | None = None,
    limit_label: str = "",
    band: Mapping[str, curves.Values] | None = None,
    marks: Rows = (),
    desc: str = "",
    height: int = PLOT_PX,
) -> Page:
    """Draw curves over the evenly spaced `labels`, or over a number line when values are (x, y) pairs.

    A series has `label`, `values`, and perhaps `style` (actual, target, forecast, plain, shade), `tone`, `area`, and
    `end`, a text at its last point. `band` is {"low", "high"}; `marks` are uprights with `at`, `label`, `tone`.
    """
    series, marks = labelled(series), labelled(marks)
    across = None if labels else curves.number_line(series, marks)
    drawn = [*series, *curves.limit_series(limit, limit_label, labels, across)]
    up = charts.nice_scale(curves.heights(drawn, band, across))
    lines = curves.lifted([curves.curve(one, up, across, height) for one in drawn])
    placed = charts.mark_labels(marks, across) if across else []
    return plot(title, unit, desc, height, up, placed) | {
        "id": charts.chart_id(title, series, labels),
        "curves": lines,
        "wide": any(one.outside for one in lines),
        "band": curves.band(band["low"], band["high"], up, height) if band else "",
        "x_labels": charts.tick_labels(across) if across else charts.category_labels(labels),
        "headers": [one["label"] for one in series],
        "table": curves.data_rows(series, labels, up.places + 2),
    }


@register.inclusion_tag("parts/histogram.html")
def histogram(
    bins: Rows,
    title: str = "",
    unit: str = "",
    marks: Rows = (),
    desc: str = "",
    height: int = PLOT_PX,
) -> Page:
    """Draw a histogram: bins have `low`, `high`, `count`, perhaps `tone`; marks have `at`, `label`, `tone`."""
    marks = labelled(marks)
    across = charts.class_scale(bins, marks)
    up = charts.nice_scale([float(one["count"]) for one in bins])
    return plot(title, unit, desc, height, up, charts.mark_labels(marks, across)) | {
        "id": charts.chart_id(title, bins),
        "columns": [charts.column(one, across, up, height) for one in bins],
        "x_labels": charts.tick_labels(across),
        "headers": [_("频次")],
        "table": [charts.bin_row(one, across.places + 2) for one in bins],
    }


def plot(title: str, unit: str, desc: str, height: int, up: charts.Scale, marks: Sequence[charts.Label]) -> Page:
    """Return what every plot with a vertical axis needs: its name, its grid and the room above for marks."""
    top = 12 + charts.LEVEL_PX * (max((mark.level for mark in marks), default=-1) + 1)
    grid = [(up.down(tick, height), figures.number(tick, up.places)) for tick in up.ticks]
    return {
        "grid": grid,
        "marks": [(mark, charts.LEVEL_PX * mark.level - top + 12) for mark in marks],
        "top": top,
        "whole": top + height + 26,
        "axis_y": height + 19,
    } | {"title": title, "unit": said(unit), "desc": desc, "height": height}
