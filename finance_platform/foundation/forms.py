"""Forms of the shared pages, and the base of every form."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from finance_platform.foundation import queries
from finance_platform.foundation.models import Organisation
from finance_platform.foundation.permissions import ROLES_BY_KIND


class PlatformForm(forms.Form):
    """The base of every form; `{% post_form %}` gives each its own key, so that sent twice it acts once."""

    required_css_class = "required"


class YuanField(forms.DecimalField):
    """An amount typed in yuan, given to the service as integer fen."""

    def __init__(self, **kwargs: Any) -> None:
        defaults: dict[str, Any] = {"decimal_places": 2, "max_digits": 16, "min_value": 0, "help_text": _("单位:元")}
        super().__init__(**defaults | kwargs)

    def clean(self, value: Any) -> Any:
        yuan = super().clean(value.replace(",", "").replace(",", "") if isinstance(value, str) else value)
        return None if yuan is None else int(yuan * 100)

    def prepare_value(self, value: Any) -> Any:
        return f"{value // 100}.{value % 100:02d}" if isinstance(value, int) else value


class DayField(forms.DateField):
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class RegistrationForm(PlatformForm):
    name = forms.CharField(label=_("企业名称"), max_length=120, help_text=_("与营业执照一致"))
    credit_code = forms.CharField(label=_("统一社会信用代码"), max_length=40, help_text=_("18 位;可带空格粘贴"))
    region_code = forms.ChoiceField(label=_("所在盟市"))
    full_name = forms.CharField(label=_("您的姓名"), max_length=60)
    username = forms.CharField(label=_("账号"), max_length=60, help_text=_("字母或数字,用于登录"))
    password = forms.CharField(
        label=_("密码"), widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}), help_text=_("至少 10 位")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["region_code"].choices = [(r.code, r.name) for r in queries.prefectures()]  # type: ignore[attr-defined]


class OnboardingForm(RegistrationForm):
    kind = forms.ChoiceField(
        label=_("单位类型"), choices=[c for c in Organisation.Kind.choices if c[0] not in {"enterprise", "operator"}]
    )
    field_order = ["kind"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("单位名称")


class InvitationForm(PlatformForm):
    full_name = forms.CharField(label=_("姓名"), max_length=60)
    role = forms.ChoiceField(label=_("岗位"))

    def __init__(self, *args: Any, organisation: Organisation, labels: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = ROLES_BY_KIND[organisation.kind]
        self.fields["role"].choices = [(role.value, labels[role.value]) for role in roles]  # type: ignore[attr-defined]


class AcceptanceForm(PlatformForm):
    username = forms.CharField(label=_("账号"), max_length=60)
    password = forms.CharField(
        label=_("密码"), widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}), help_text=_("至少 10 位")
    )


class DelegationForm(PlatformForm):
    delegate_id = forms.TypedChoiceField(label=_("受托同事"), coerce=int)
    starts_on = DayField(label=_("自"))
    ends_on = DayField(label=_("至(含)"))
    reason = forms.CharField(label=_("原因"), max_length=200)

    def __init__(self, *args: Any, colleagues: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["delegate_id"].choices = colleagues  # type: ignore[attr-defined]


class CalendarForm(PlatformForm):
    kind = forms.ChoiceField(label=_("内容"), choices=[("holidays", _("节假日安排")), ("lpr", _("LPR 公布值"))])
    file = forms.FileField(label=_("CSV 文件"), help_text=_("节假日:year,date,is_off,name;LPR:date,1Y,5Y(小数)"))
    source = forms.CharField(label=_("来源"), max_length=200, help_text=_("文号或网址"))


class CheckForm(PlatformForm):
    file = forms.FileField(label=_("文件"))


class TokenForm(PlatformForm):
    label = forms.CharField(label=_("用途"), max_length=60)


class SuspensionForm(PlatformForm):
    reason = forms.CharField(label=_("停用原因"), max_length=200)
