"""Forms of the book: revaluations, their end, and realised revenue."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from finance_platform.foundation.forms import DayField, PlatformForm, YuanField


class RevaluationForm(PlatformForm):
    valuation_date = DayField(label=_("新的评估基准日"))
    seed = forms.IntegerField(label=_("随机种子"), min_value=0, initial=0, help_text=_("同一种子可原样重算"))


class CancellationForm(PlatformForm):
    reason = forms.CharField(label=_("取消原因"), max_length=300)


class RealisedForm(PlatformForm):
    product = forms.ChoiceField(label=_("产品"), required=False)
    year = forms.IntegerField(label=_("评估基准日后第几年"), min_value=1, help_text=_("该年度须已结束"))
    revenue_fen = YuanField(label=_("实现收入"))
    file = forms.FileField(label=_("依据材料"), help_text=_("如经审计的年度报表"))

    def __init__(self, *args: Any, products: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["product"].choices = [(name, name or _("(唯一产品)")) for name in products]  # type: ignore[attr-defined]
