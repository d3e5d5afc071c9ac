"""Forms about rights: listing, import, verification, tags."""

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from finance_platform.foundation.forms import DayField, PlatformForm
from pledges.models import IpAsset
from pledges.rules import verification
from pledges.rules.pledgeability import GROUNDS

YES_NO = [("", _("请选择")), ("no", _("否")), ("yes", _("是"))]


class AssetFactsForm(PlatformForm):
    """What can be said and corrected of a right."""

    title = forms.CharField(label=_("名称"), max_length=300, help_text=_("与证书一致"))
    legal_status = forms.ChoiceField(label=_("法律状态"), choices=IpAsset.LegalStatus.choices, initial="unknown")
    filing_date = DayField(label=_("申请日"), required=False)
    grant_date = DayField(label=_("授权/注册日"), required=False)
    expiry_date = DayField(label=_("届满日"), required=False, help_text=_("可不填:专利和商标按法定期限推算"))
    fee_paid_until = DayField(label=_("年费/续展缴至"), required=False)
    ipc = forms.CharField(label=_("IPC 分类号"), max_length=500, required=False, help_text=_("多个用分号隔开"))
    nice_classes = forms.CharField(
        label=_("尼斯分类"), max_length=100, required=False, help_text=_("商标填写,如 9、35")
    )
    goods = forms.CharField(label=_("商品/服务"), max_length=500, required=False)
    product = forms.CharField(label=_("相关产品"), max_length=200, required=False)
    state_asset = forms.BooleanField(label=_("属于国有资产"), required=False)


class AssetForm(AssetFactsForm):
    """A new right, with its number."""

    kind = forms.ChoiceField(label=_("权利类型"), choices=IpAsset.Kind.choices)
    number = forms.CharField(
        label=_("权利号"), max_length=60, help_text=_("专利号含校验位,如 ZL01108608.4;商标填注册号")
    )
    owner_name = forms.CharField(
        label=_("登记的权利人"),
        max_length=200,
        required=False,
        help_text=_("留空即本单位;第三方或自然人的权利请填写其名称"),
    )
    field_order = ["kind", "number", "title", "owner_name"]


class AssetRevisionForm(AssetFactsForm):
    """A correction, with the curable grounds that the parties know of and accept."""

    declared = forms.MultipleChoiceField(
        label=_("知悉并仍同意质押的事由"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, registry: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        curable = [(ground.code, ground.label) for ground in GROUNDS[registry] if ground.curable]
        if curable:
            self.fields["declared"].choices = curable  # type: ignore[attr-defined]
        else:
            del self.fields["declared"]


class ImportForm(PlatformForm):
    file = forms.FileField(label=_("文件"), help_text=_(".xlsx 或 .csv(UTF-8、GBK 均可),第一行为列名"))


class FirstCheckForm(PlatformForm):
    """Every question of the registry, and what the extract shows."""

    extract_date = DayField(label=_("登记簿副本日期"), help_text=_("30 日内出具"))
    extract = forms.FileField(label=_("登记簿副本"), required=False, help_text=_("上传后生成回执"))
    legal_status = forms.ChoiceField(label=_("登记簿所示法律状态"), choices=IpAsset.LegalStatus.choices)
    fee_paid_until = DayField(label=_("年费/续展缴至"), required=False)
    expiry_date = DayField(label=_("届满日"), required=False)
    note = forms.CharField(label=_("说明"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, registry: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.codes = list(verification.questions(registry))
        for code, label in verification.questions(registry).items():
            self.fields[f"q_{code}"] = forms.ChoiceField(
                label=format_lazy("{}{}", _("是否存在:"), _(label)), choices=YES_NO
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        cleaned["findings"] = {code: cleaned.pop(f"q_{code}", "") == "yes" for code in self.codes}
        return cleaned


class SecondCheckForm(PlatformForm):
    ok = forms.TypedChoiceField(
        label=_("复核结论"), choices=[("yes", _("通过:可质押")), ("no", _("不通过:受限"))], coerce=lambda v: v == "yes",
        widget=forms.RadioSelect,
    )  # fmt: skip
    ground = forms.ChoiceField(label=_("不通过的事由"), required=False)

    def __init__(self, *args: Any, registry: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ground"].choices = [("", "—"), *grounds(registry)]  # type: ignore[attr-defined]


class GroundForm(PlatformForm):
    """A ground that has appeared, with where it was learnt."""

    ground = forms.ChoiceField(label=_("事由"))
    note = forms.CharField(label=_("来源与说明"), max_length=300)

    def __init__(self, *args: Any, registry: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ground"].choices = grounds(registry)  # type: ignore[attr-defined]


class EndForm(PlatformForm):
    legal_status = forms.ChoiceField(
        label=_("终止情形"),
        choices=[c for c in IpAsset.LegalStatus.choices if c[0] not in {"in_force", "pending", "unknown"}],
    )
    notice_no = forms.CharField(label=_("公告号"), max_length=60)


class NoteForm(PlatformForm):
    note = forms.CharField(label=_("收据或决定的编号"), max_length=300)


class TagRejectionForm(PlatformForm):
    reason = forms.CharField(label=_("不认定的理由"), max_length=200)


def grounds(registry: str) -> list[tuple[str, str]]:
    return [(ground.code, ground.label) for ground in GROUNDS[registry]]
