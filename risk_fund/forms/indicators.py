"""Importing official figures."""

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from finance_platform.foundation.forms import PlatformForm
from risk_fund.rules.indicators import COLUMNS


class FiguresForm(PlatformForm):
    file = forms.FileField(label=_("CSV 文件"), help_text=format_lazy("{}{}", _("列:"), ", ".join(COLUMNS)))
