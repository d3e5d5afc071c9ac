"""The public's six questions."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from finance_platform.foundation.forms import PlatformForm
from valuation.forms.fields import PercentField, WanField
from valuation.rules.estimates import KINDS

KIND_LABELS = {
    "invention_patent": _("发明专利"), "utility_model": _("实用新型"), "design": _("外观设计"),
    "trademark": _("注册商标"), "gi_mark": _("地理标志商标"), "copyright": _("著作权"),
    "plant_variety": _("植物新品种权"),
}  # fmt: skip
SECTOR_LABELS = {
    "machinery": _("机械制造"), "chemicals": _("化学"), "petrochemical": _("石油化工"), "pharma": _("制药"),
    "electrical": _("电器"), "electronics": _("光学与电子"), "instruments": _("精密仪器"), "automotive": _("汽车"),
    "food": _("食品"), "consumer": _("日用消费品"), "other": _("其他行业"),
}  # fmt: skip


class EstimateForm(PlatformForm):
    kind = forms.ChoiceField(label=_("权利类型"), choices=[(kind, KIND_LABELS[kind]) for kind in KINDS])
    sector = forms.ChoiceField(
        label=_("所属行业"), choices=list(SECTOR_LABELS.items()), help_text=_("决定默认许可费率")
    )
    remaining_years = forms.DecimalField(
        label=_("剩余保护年限"), max_digits=4, decimal_places=1, help_text=_("0.5 至 20 年")
    )
    revenue_fen = WanField(label=_("相关产品上年收入"), help_text=_("单位:万元;只算用到这项权利的产品"))
    growth = PercentField(label=_("预计年增长率(%)"), help_text=_("可为负"))
    discount_rate = PercentField(
        label=_("折现率(%)"), required=False,
        help_text=_("留空按默认参数累加:专利约 9.65%,商标约 13.65%;过时和失效已另计,请勿再加进折现率"),
    )  # fmt: skip

    def clean_remaining_years(self) -> float:
        return float(self.cleaned_data["remaining_years"])

    def inputs(self) -> dict[str, Any]:
        return dict(self.cleaned_data)
