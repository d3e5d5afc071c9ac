"""Opening a fund."""

from django import forms
from django.utils.translation import gettext_lazy as _

from finance_platform.foundation.forms import PlatformForm
from risk_fund.models import Fund


class FundForm(PlatformForm):
    code = forms.CharField(label=_("资金代码"), max_length=24)
    name = forms.CharField(label=_("名称"), max_length=120)
    name_en = forms.CharField(label=_("英文名称"), max_length=160, required=False)
    kind = forms.ChoiceField(label=_("核算方式"), choices=Fund.Kind.choices)
    recovery_right_as_asset = forms.BooleanField(label=_("追偿权列为资产并全额计提准备"), required=False)
