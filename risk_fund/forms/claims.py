"""What the desks write on a claim, and what an objector writes."""

from django import forms
from django.utils.translation import gettext_lazy as _

from finance_platform.foundation.forms import PlatformForm

_OPINION = forms.Textarea(attrs={"rows": 4})


class DecisionForm(PlatformForm):
    """Agree or refuse, with the words that go into the record."""

    agree = forms.TypedChoiceField(
        label=_("意见"), choices=[("yes", _("同意")), ("no", _("不予补偿"))], coerce=lambda text: text == "yes",
        widget=forms.RadioSelect,
    )  # fmt: skip
    note = forms.CharField(label=_("说明"), required=False, widget=_OPINION, help_text=_("金额有差异或不予补偿时必填"))


class NoteForm(PlatformForm):
    note = forms.CharField(label=_("补正清单"), widget=_OPINION, help_text=_("一次性写明需要补正的全部材料"))


class ObjectionForm(PlatformForm):
    text = forms.CharField(label=_("异议内容"), widget=_OPINION, help_text=_("写明事实和依据,并留下可核实的线索"))


class ProposalForm(PlatformForm):
    uphold = forms.TypedChoiceField(
        label=_("处理意见"), choices=[("no", _("不采纳")), ("yes", _("采纳并撤销审定"))],
        coerce=lambda text: text == "yes", widget=forms.RadioSelect,
    )  # fmt: skip
    finding = forms.CharField(label=_("调查意见"), widget=_OPINION)
