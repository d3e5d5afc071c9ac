"""Drafting a scheme version, and trying a loss on it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from finance_platform.foundation.forms import DayField, PlatformForm, YuanField
from risk_fund.models import SchemeVersion
from risk_fund.queries.funds import funds


class SchemeForm(PlatformForm):
    code = forms.CharField(label=_("方案代码"), max_length=40, help_text=_("已有代码即起草下一版本"))
    name = forms.CharField(label=_("名称"), max_length=80, required=False, help_text=_("新方案必填"))
    fund_code = forms.ChoiceField(label=_("所属资金"))
    document = forms.JSONField(
        label=_("分担文件(JSON)"), widget=forms.Textarea(attrs={"rows": 18, "spellcheck": "false"})
    )
    legal_basis = forms.CharField(label=_("法律依据"), max_length=300)
    source = forms.CharField(label=_("出处"), max_length=300, required=False)
    authority = forms.ChoiceField(label=_("出处核对"), choices=SchemeVersion.Authority.choices, initial="unverified")
    valid_from = DayField(label=_("生效日"))
    valid_to = DayField(label=_("失效日"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["fund_code"].choices = [(fund.code, fund.name) for fund in funds()]  # type: ignore[attr-defined]


class TrialForm(PlatformForm):
    """One loan, one loss, one recovery, on a book that holds nothing else."""

    loan_fen = YuanField(label=_("贷款本金"), min_value=1)
    loss_fen = YuanField(label=_("损失本金"), min_value=1)
    gross_fen = YuanField(label=_("其后追偿总额"), required=False)
    cost_fen = YuanField(label=_("追偿费用"), required=False)


class ReasonForm(PlatformForm):
    reason = forms.CharField(label=_("原因"), max_length=200)
