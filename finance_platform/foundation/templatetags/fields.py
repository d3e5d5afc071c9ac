"""What a form needs around its widgets: a label, help, its errors, and a summary that leads to them.

Ids follow Django's own (`<id>_helptext`, `<id>_error`), which its widgets already name in `aria-describedby`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.forms import BaseForm, BoundField, CheckboxInput, DateInput, FileInput, NumberInput, Textarea
from django.forms.widgets import ChoiceWidget

from finance_platform.foundation.phrases import said

DJANGO_ROWS = "10"  # what a Textarea gets when its author said nothing


@dataclass(frozen=True)
class FieldError:
    """One line of the error summary and the element it leads to; `target` is empty for errors of the whole form."""

    target: str
    label: str
    message: str


def prepared(bound: BoundField) -> BoundField:
    """Return the field with widgets that suit the form: a date picker, a numeric keypad, a modest box for long text.

    A native number box or date picker drops text it cannot read; what a person typed wrongly has to stay in sight.
    """
    widget = bound.field.widget
    bound.label = said(bound.label)
    if isinstance(widget, ChoiceWidget):
        widget.choices = [(value, name if isinstance(name, list) else said(name)) for value, name in widget.choices]
    if isinstance(widget, NumberInput):
        widget.input_type = "text"
        widget.attrs = {name: value for name, value in widget.attrs.items() if name not in {"step", "min", "max"}}
        widget.attrs.setdefault("inputmode", "decimal")
    elif isinstance(widget, DateInput) and not bound.errors:
        widget.input_type, widget.format = "date", "%Y-%m-%d"
    elif isinstance(widget, Textarea) and widget.attrs.get("rows") == DJANGO_ROWS:
        widget.attrs["rows"] = "4"
    return bound


def kind(bound: BoundField) -> str:
    """Return how the field is laid out: `check` beside its label, `group` under a legend, or `plain`."""
    if isinstance(bound.field.widget, CheckboxInput):
        return "check"
    if bound.use_fieldset:
        return "group"
    return "file" if isinstance(bound.field.widget, FileInput) else "plain"


def target(bound: BoundField) -> str:
    """Return the id of the element a link must lead to: the widget, or the first of its choices."""
    widget = bound.field.widget
    if isinstance(widget, ChoiceWidget) and bound.use_fieldset:
        return f"{bound.auto_id}_0"
    return bound.id_for_label or bound.auto_id


def errors(form: BaseForm) -> Iterator[FieldError]:
    """Yield the errors of the whole form, then those of each visible field in the order of the page."""
    for message in form.non_field_errors():
        yield FieldError("", "", str(message))
    for bound in form.hidden_fields():
        yield from (FieldError("", str(bound.label), str(message)) for message in bound.errors)
    for bound in form.visible_fields():
        yield from (FieldError(target(bound), str(bound.label), str(message)) for message in bound.errors)
