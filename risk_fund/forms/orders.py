"""What the cashier and the accountant write."""

from django import forms
from django.utils.translation import gettext_lazy as _

from finance_platform.foundation.forms import PlatformForm, YuanField
from risk_fund.rules.orders import KINDS, SOURCES


class OrderForm(PlatformForm):
    kind = forms.ChoiceField(label=_("业务"), choices=list(KINDS.items()))
    subject = forms.CharField(label=_("对应业务"), max_length=40, help_text=_("补偿申请或追偿编号;拨入填资金代码"))
    amount_fen = YuanField(label=_("金额"))
    reference = forms.CharField(label=_("银行流水号"), max_length=60, help_text=_("与银行回单或支付指令一致"))
    source = forms.ChoiceField(label=_("资金来源"), required=False, choices=[("", _("不适用")), *SOURCES.items()])
    memo = forms.CharField(label=_("摘要"), max_length=200, required=False)


class ReturnForm(PlatformForm):
    reason = forms.CharField(label=_("退回原因"), max_length=200)
