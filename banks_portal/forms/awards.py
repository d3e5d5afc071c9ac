"""Forms of an award's way: diligence, credit, contracts, disbursement."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from banks_portal.forms.offers import choices
from banks_portal.rules.offers import DECLINE_CODES
from finance_platform.foundation.forms import DayField, PlatformForm, YuanField


class AwardDeclineForm(PlatformForm):
    code = forms.ChoiceField(label=_("原因"), choices=choices(DECLINE_CODES))
    text = forms.CharField(label=_("书面说明(企业可见)"), max_length=400, widget=forms.Textarea)


class CreditForm(PlatformForm):
    principal_fen = YuanField(label=_("批复金额"))
    ltv_limit = forms.DecimalField(
        label=_("本行质押率上限(%)"), min_value=1, max_value=100, max_digits=5, decimal_places=2, initial=50
    )
    basis = forms.ChoiceField(label=_("价值依据"), help_text=_("质押率按所选依据的价值计算;依据不同,效力不同,不可混用"))
    with_cover = forms.BooleanField(label=_("纳入风险补偿"), required=False, initial=True)
    scheme_code = forms.ChoiceField(label=_("补偿方案"), required=False)
    note = forms.CharField(label=_("授信意见"), max_length=1000, widget=forms.Textarea)

    def __init__(self, *args: Any, schemes: list[tuple[str, str]], bases: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["basis"].initial = bases[0][0]
        self.fields["basis"].choices = bases  # type: ignore[attr-defined]
        self.fields["scheme_code"].choices = [("", _("不纳入时留空")), *schemes]  # type: ignore[attr-defined]


class ReasonForm(PlatformForm):
    reason = forms.CharField(label=_("理由"), max_length=400, widget=forms.Textarea)


class ContractForm(PlatformForm):
    loan_contract = forms.FileField(label=_("借款合同"))
    contract = forms.FileField(label=_("质押合同"))
    kind = forms.ChoiceField(
        label=_("质押方式"), choices=[("ordinary", _("一般质押")), ("maximum_amount", _("最高额质押"))]
    )
    secured_amount_fen = YuanField(label=_("担保债权金额"), required=False, help_text=_("元;留空即批复金额"))
    maturity = DayField(label=_("债务履行期届满日"), required=False, help_text=_("留空则按期限并预留登记与放款时间"))


class RescissionForm(PlatformForm):
    rescission = forms.FileField(label=_("解除协议(双方签署)"))
    reason = forms.CharField(label=_("解除原因"), max_length=200, widget=forms.Textarea)


class DisbursementForm(PlatformForm):
    disbursed_on = DayField(label=_("放款日"))
