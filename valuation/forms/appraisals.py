"""Forms of the people around an appraisal."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from finance_platform.foundation.forms import PlatformForm
from finance_platform.foundation.templatetags.figures import wan
from valuation.forms.fields import WanField


def _text(label: Any, help_text: Any = "", *, required: bool = True, most: int = 500) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(label=label, help_text=help_text, max_length=most, widget=widget, required=required)


class PercentShareField(forms.DecimalField):
    """A share typed in percent, given to the service as an exact fraction."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=5, decimal_places=2, min_value=0, max_value=100, **kwargs)

    def clean(self, value: Any) -> Any:
        percent = super().clean(value)
        return None if percent is None else percent / 100


class FilingForm(PlatformForm):
    code = forms.CharField(label=_("机构备案编号"), max_length=40)
    authority = forms.CharField(label=_("备案机关"), max_length=100)
    notice = forms.FileField(label=_("备案公告或证明"))


class CommissionForm(PlatformForm):
    firm_id = forms.TypedChoiceField(label=_("评估机构"), coerce=int)
    purpose = forms.CharField(label=_("评估目的"), max_length=200, initial=_("知识产权质押融资"))

    def __init__(self, *args: Any, firms: list[tuple[int, str]], again: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if again:
            self.fields["supersedes_reason"] = _text(
                _("重新评估的理由"), _("已有在用的评估值;新报告出具后旧值被替代,理由记入两份报告")
            )
        self.fields["firm_id"].choices = firms  # type: ignore[attr-defined]


class AcceptanceForm(PlatformForm):
    conflict_free = forms.BooleanField(label=_("本机构及承办人员与各方无利害关系"), required=False)
    declaration = _text(_("独立性声明"), _("含是否分担贷款损失;分担损失的,写明对独立性的威胁"))
    loss_sharing = forms.TypedChoiceField(
        label=_("本机构是否按方案分担贷款损失"), choices=[("1", _("是")), ("0", _("否"))],
        coerce=lambda value: value == "1", widget=forms.RadioSelect,
        help_text=_("例如 54:26:16:4 的方案中评估机构承担 4%;报告会写明这对独立性构成威胁"),
    )  # fmt: skip
    loss_share = PercentShareField(label=_("本机构承担的比例(%)"), required=False)
    loss_scheme = forms.CharField(label=_("分担方案"), max_length=60, required=False, help_text=_("例如 54:26:16:4"))
    filing_code = forms.ChoiceField(
        label=_("机构备案编号"), required=False,
        help_text=_("未备案的机构出具《系统测算报告》,不得称资产评估报告"),
    )  # fmt: skip

    def __init__(self, *args: Any, filing: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(filing, filing)] if filing else []
        self.fields["filing_code"].initial = filing
        self.fields["filing_code"].choices = [*known, ("", _("不以备案机构名义出具"))]  # type: ignore[attr-defined]


class ConflictForm(PlatformForm):
    declaration = _text(_("回避声明"), _("说明利害关系"))


class DraftForm(PlatformForm):
    point_fen = WanField(label=_("评估值"))
    low_fen = WanField(label=_("下限"), help_text=_("单位:万元;预填第 10 百分位"))
    high_fen = WanField(label=_("上限"), help_text=_("单位:万元;预填第 90 百分位"))
    evidence = _text(_("测算依据"), _("方法选择、收入预测与各参数的来源"), most=5000)

    def __init__(self, *args: Any, point_fen: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["point_fen"].help_text = _(
            "单位:万元;预填模拟均值(价值的期望),不是中位数,也不是各项取均值的点值 %(point)s;另取他值请说明依据"
        ) % {"point": wan(point_fen)}


class ReviewForm(PlatformForm):
    approve = forms.TypedChoiceField(
        label=_("复核结论"), choices=[("1", _("同意,送签字")), ("0", _("退回修改"))], coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
    )  # fmt: skip
    note = _text(_("复核意见"))


class NoteForm(PlatformForm):
    note = _text(_("意见"))


class WithdrawalForm(PlatformForm):
    reason = _text(_("撤回原因"))


class ObjectionForm(PlatformForm):
    ground = _text(_("异议理由"), _("出具后 30 日内提出;答复前该评估值不能用于放款"))


class AnswerForm(PlatformForm):
    outcome = forms.ChoiceField(
        label=_("处理"), choices=[("uphold", _("维持原值")), ("revise", _("撤销,重新评估"))], widget=forms.RadioSelect
    )
    answer = _text(_("答复"))
