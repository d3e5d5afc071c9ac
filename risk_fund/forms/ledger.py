"""What people ask of the books, and what they write to correct or close them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from finance_platform.foundation.forms import DayField, PlatformForm, YuanField
from risk_fund.rules.journal import KINDS


class DayForm(forms.Form):
    """As of which day; the fund goes along."""

    fund = forms.CharField(required=False, widget=forms.HiddenInput)
    as_of = DayField(label=_("截至日期"), required=False)


class StatementForm(forms.Form):
    """Which postings of an account."""

    fund = forms.CharField(required=False, widget=forms.HiddenInput)
    since = DayField(label=_("自"), required=False)
    until = DayField(label=_("至(含)"), required=False)
    unit = forms.CharField(label=_("辅助核算"), required=False, max_length=64)
    kind = forms.ChoiceField(label=_("业务"), required=False, choices=[("", _("全部")), *KINDS.items()])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and since > until:
            self.add_error("until", _("须不早于起始日期"))
        return cleaned


class ReversalForm(PlatformForm):
    effective_date = DayField(label=_("冲销日期"), help_text=_("未结账月份的日期,不早于原凭证"))
    reason = forms.CharField(label=_("冲销原因"), max_length=200)


class ReasonForm(PlatformForm):
    reason = forms.CharField(label=_("原因"), max_length=200)


class ReconciliationForm(PlatformForm):
    year = forms.IntegerField(label=_("年"), min_value=2000, max_value=2200)
    month = forms.IntegerField(label=_("月"), min_value=1, max_value=12)
    treasury_statement_fen = YuanField(label=_("财政专户对账单余额"))
    deposit_statement_fen = YuanField(label=_("保证金户对账单余额"))
