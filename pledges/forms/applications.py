"""Forms about applications: company, need, pledgors, papers, and the office's decisions."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from finance_platform.foundation.forms import DayField, PlatformForm, YuanField
from pledges.models import Application, EnterpriseProfile, Pledgor
from pledges.rules.applications import CONSENTS, PAPERS, PURPOSES


class ProfileForm(PlatformForm):
    size = forms.ChoiceField(
        label=_("企业规模"), choices=EnterpriseProfile.Size.choices, help_text=_("按工信部划型标准")
    )
    industry_code = forms.CharField(
        label=_("行业代码"), max_length=6, required=False, help_text=_("GB/T 4754,如 C3824")
    )
    founded_on = DayField(label=_("成立日期"), required=False)
    employees = forms.IntegerField(label=_("从业人数"), min_value=0, required=False)
    revenue_last_year_fen = YuanField(label=_("上年营业收入"), required=False)
    total_assets_fen = YuanField(label=_("资产总额"), required=False)
    total_debt_fen = YuanField(label=_("负债总额"), required=False)
    state_owned = forms.BooleanField(label=_("国有企业"), required=False)


class ApplicationForm(PlatformForm):
    """The need, the borrower's own rights, the banks, and what is consented to."""

    amount_fen = YuanField(label=_("申请金额"), min_value=1)
    term_months = forms.IntegerField(label=_("期限(月)"), min_value=1, max_value=120)
    purpose_code = forms.ChoiceField(label=_("用途分类"), choices=list(PURPOSES.items()))
    purpose = forms.CharField(label=_("资金用途"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    repayment = forms.ChoiceField(label=_("希望的还款方式"), choices=Application.Repayment.choices)
    asset_ids = forms.TypedMultipleChoiceField(
        label=_("质押标的(本单位的可质押权利)"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    bank_ids = forms.TypedMultipleChoiceField(
        label=_("发送给哪些银行"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("只有您选择的银行能看到本申请"),
    )  # fmt: skip
    consents = forms.MultipleChoiceField(
        label=_("授权与承诺"), choices=list(CONSENTS.items()), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, assets: list[tuple[int, str]], banks: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["asset_ids"].choices = assets  # type: ignore[attr-defined]
        if not assets:
            self.fields["asset_ids"].help_text = _("还没有可质押的权利:请先在知识产权库登记并通过核验")
        self.fields["bank_ids"].choices = banks  # type: ignore[attr-defined]


class PledgorForm(PlatformForm):
    """A third party who pledges a right of his own for the borrower."""

    kind = forms.ChoiceField(label=_("出质人类型"), choices=[c for c in Pledgor.Kind.choices if c[0] != "borrower"])
    name = forms.CharField(label=_("名称/姓名"), max_length=120, help_text=_("与登记的权利人一致"))
    id_number = forms.CharField(
        label=_("证件号码"), max_length=30, required=False, help_text=_("自然人必填;只保存摘要")
    )
    relation = forms.CharField(label=_("与本单位的关系"), max_length=60)
    consent = forms.FileField(label=_("同意书或决议"))
    asset_ids = forms.TypedMultipleChoiceField(label=_("其名下的权利"), coerce=int, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, assets: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["asset_ids"].choices = assets  # type: ignore[attr-defined]


class PaperForm(PlatformForm):
    kind = forms.ChoiceField(label=_("材料类型"), choices=[(paper.kind, paper.label) for paper in PAPERS])
    file = forms.FileField(label=_("文件"), help_text=_("PDF、图片、Word、Excel,不超过 20 MB"))


class ReasonForm(PlatformForm):
    reason = forms.CharField(label=_("理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class ReturnForm(PlatformForm):
    missing = forms.CharField(
        label=_("需补正的全部内容"), widget=forms.Textarea(attrs={"rows": 4}), help_text=_("每行一项;只能退回一次")
    )

    def clean_missing(self) -> list[str]:
        return [line.strip() for line in self.cleaned_data["missing"].splitlines() if line.strip()]


class AcceptanceForm(PlatformForm):
    offer_deadline = forms.DateTimeField(
        label=_("报价截止时间"),
        help_text=_("北京时间,如 2025-07-10 17:00"),
        input_formats=["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M"],
    )
