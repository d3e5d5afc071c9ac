"""Forms of a bank's internal valuation and of a value agreed on."""

from django import forms
from django.utils.translation import gettext_lazy as _

from finance_platform.foundation.forms import PlatformForm
from valuation.forms.fields import WanField
from valuation.forms.pools import PoolForm


class InternalForm(PoolForm):
    """The model of a pool, and what it rests on."""

    evidence = forms.CharField(
        label=_("测算依据"), help_text=_("收入和各参数的来源;内部评估值取模拟均值,区间取 P10–P90"), max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip

    def settings(self) -> list[forms.BoundField]:
        """Return what stands beside the model's inputs, and the grounds."""
        return [*super().settings(), self["evidence"]]


class DecisionForm(PlatformForm):
    approve = forms.TypedChoiceField(
        label=_("结论"), choices=[("1", _("批准")), ("0", _("不批准"))], coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
    )  # fmt: skip
    note = forms.CharField(label=_("意见"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class ReasonForm(PlatformForm):
    reason = forms.CharField(label=_("理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class ProposalForm(PlatformForm):
    value_fen = WanField(label=_("协商价值"))
    grounds = forms.CharField(
        label=_("定价理由"), max_length=1000, help_text=_("企业可见"), widget=forms.Textarea(attrs={"rows": 3})
    )


class AgreementForm(PlatformForm):
    value_fen = WanField(label=_("我方认可的价值"), help_text=_("单位:万元;请自行填写,须与银行提出的金额逐分相同"))
