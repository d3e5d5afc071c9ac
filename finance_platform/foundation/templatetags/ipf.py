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

from finance_platform.foundation.templatetags import fields, figures

register = template.Library()
for _name, _filter in figures.FILTERS.items():
    register.filter(_name, _filter)

TONES = frozenset({"good", "warn", "bad", "info", "neutral"})
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
    return {"state": state, "label": label, "tone": known(tone, TONES, "tone")}


@register.inclusion_tag("parts/kpi.html")
def kpi(label: str, value: object, unit: str = "", hint: str = "", url: str = "") -> Page:
    """Show one key figure as a card; with `url` the figure opens the entries behind it."""
    return {"label": label, "value": figures.otherwise_unknown(value), "unit": unit, "hint": hint, "url": url}


@register.inclusion_tag("parts/facts.html")
def facts(pairs: Iterable[Sequence[object]], layout: str = "strip") -> Page:
    """Show (label, value) or (label, value, tone) as a `strip`, or as a `grid` of four columns."""
    rows = [(label, figures.otherwise_unknown(value), *rest) for label, value, *rest in pairs]
    return {"pairs": rows, "layout": known(layout, frozenset({"strip", "grid"}), "layout")}


@register.inclusion_tag("parts/steps.html")
def steps(steps: Iterable[Mapping[str, Any]], label: str = "") -> Page:
    """Show a case's way: steps with `label`, `state` (done, now, todo, failed), and perhaps `note` and `url`."""
    rows = list(steps)
    for step in rows:
        known(step["state"], STEP_STATES, "state")
    return {"steps": rows, "label": label}


@register.inclusion_tag("parts/empty_state.html")
def empty_state(title: str, text: str = "", action_url: str = "", action_label: str = "") -> Page:
    """Say that there is nothing here yet, why, and what to do next."""
    return {"title": title, "text": text, "action_url": action_url, "action_label": action_label}


# --- Lists and actions --------------------------------------------------------------------------------------------


@register.inclusion_tag("parts/page_nav.html", takes_context=True)
def page_nav(context: template.Context, page: Any) -> Page:
    """Lead to the next page of a keyset list (`doors.Page`) or back to the first, keeping the filters of the address."""
    request = context.get("request")
    return {"page": page, "query": request.GET if request else QueryDict()}


@register.simple_block_tag(end_name="endscroll")
def scroll(content: SafeString, caption: str) -> SafeString:
    """Let a wide table scroll inside the page, reachable by keyboard and named for a screen reader."""
    return render_to_string("parts/scroll.html", {"content": content, "caption": caption})


@register.inclusion_tag("parts/action.html", takes_context=True)
def action(context: template.Context, url: str, label: str, tone: str = "plain", confirm: str = "") -> Page:
    """Offer one POST as a button (tone plain, primary or danger); `confirm` puts a sentence and a second click before it."""
    known(tone, frozenset({"plain", "primary", "danger"}), "tone")
    return {"url": url, "label": label, "tone": tone, "confirm": confirm, "csrf_token": context.get("csrf_token")}


@register.simple_tag
def form_key() -> SafeString:
    """Give a form its own number, so that the same submission sent twice is carried out once."""
    return format_html('<input type="hidden" name="form_key" value="{}">', secrets.token_urlsafe(18))


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
