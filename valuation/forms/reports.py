"""The form of what a report states beside its figures, one field a statement."""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from finance_platform.foundation.forms import PlatformForm
from finance_platform.foundation.phrases import said
from valuation.rules.completeness import INCURABLE, STATEMENTS, TEXT_MAX, missing


class StatementsForm(PlatformForm):
    """Every statement that words can make; what the records say is `known`."""

    def __init__(self, *args: Any, stated: Mapping[str, str], known: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = known
        self.gaps = {gap.code for gap in missing(stated, known)}
        for each in STATEMENTS:
            if each.code in INCURABLE:
                continue
            beside = _("补充说明(可不填)") if known.get(each.code) else said(each.hint)
            self.fields[each.code] = forms.CharField(
                label=said(each.label), help_text=beside, max_length=TEXT_MAX, required=False,
                initial=stated.get(each.code) or each.draft, widget=forms.Textarea(attrs={"rows": 2}),
            )  # fmt: skip
            # May stay empty for now, and yet is no optional remark: the label must not call it one.
            self.fields[each.code].wanted = not known.get(each.code)  # type: ignore[attr-defined]

    def wanted(self) -> Iterator[tuple[Any, bool]]:
        """Give the fields that the records leave to the appraiser, and whether each is still missing."""
        for code in self.fields:
            if not self.known.get(code):
                yield self[code], code in self.gaps

    def recorded(self) -> Iterator[tuple[Any, str, Any]]:
        """Give the statements the records make as (statement, what they say, the field beside it or None)."""
        for each in STATEMENTS:
            if self.known.get(each.code):
                yield each, self.known[each.code], self[each.code] if each.code in self.fields else None

    def of_runs(self) -> Iterator[Any]:
        """Give what is still missing and no words can make."""
        yield from (each for each in STATEMENTS if each.code in INCURABLE and each.code in self.gaps)
