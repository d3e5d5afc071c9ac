"""Forms of a pledge registration: what was handed in, what the registry decided, why it is let go."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from banks_portal.forms.offers import choices
from finance_platform.foundation.forms import DayField, PlatformForm
from pledges.rules.agreements import CANCELLATION_GROUNDS
from pledges.rules.pledgeability import GROUNDS


class RegistrationForm(PlatformForm):
    """A form that knows at which registry the pledge is."""

    def __init__(self, *args: Any, registry: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.registry = registry


class FilingForm(RegistrationForm):
    receipt_no = forms.CharField(label=_("受理回执号"), max_length=40, required=False)


class CertificateForm(RegistrationForm):
    certificate_no = forms.CharField(label=_("登记证书号"), max_length=40)
    registered_on = DayField(label=_("登记日"))


class CorrectionForm(RegistrationForm):
    notice = forms.CharField(label=_("补正通知内容"), max_length=200, widget=forms.Textarea)


class RefusalForm(RegistrationForm):
    ground = forms.ChoiceField(label=_("不予登记事由"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        grounds = {ground.code: ground.label for ground in GROUNDS[self.registry]}
        self.fields["ground"].choices = choices(grounds)  # type: ignore[attr-defined]


class WithdrawalForm(RegistrationForm):
    reason = forms.CharField(label=_("撤回原因"), max_length=200, widget=forms.Textarea)


class CancellationForm(RegistrationForm):
    ground = forms.ChoiceField(label=_("注销原因"), choices=choices(CANCELLATION_GROUNDS))
    note = forms.CharField(
        label=_("说明"), max_length=180, required=False, widget=forms.Textarea,
        help_text=_("放弃质权、合同无效须写明声明或裁判文书的日期与编号"),
    )  # fmt: skip


class CancelledForm(RegistrationForm):
    notice_no = forms.CharField(label=_("注销通知书号"), max_length=40)
    cancelled_on = DayField(label=_("注销日"))


class RevocationForm(RegistrationForm):
    notice_no = forms.CharField(label=_("撤销通知书号"), max_length=40)
