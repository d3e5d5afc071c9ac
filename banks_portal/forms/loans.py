"""Forms of post-loan work: receipts, acceleration, restructuring, claims, disposals."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from banks_portal.forms.offers import choices
from banks_portal.rules.restructurings import INSTALMENTS_MAX
from banks_portal.rules.terms import METHODS, SETTLEMENTS
from finance_platform.foundation.forms import DayField, PlatformForm, YuanField


class ReceiptForm(PlatformForm):
    received_on = DayField(label=_("到账日"))
    amount_fen = YuanField(label=_("金额"))
    reference = forms.CharField(label=_("回单号"), max_length=60)


class NoticeForm(PlatformForm):
    notice = forms.FileField(label=_("提前到期通知书"))


class RestructuringForm(PlatformForm):
    """New terms; which of the dates are asked for follows from the method."""

    agreed_on = DayField(
        label=_("协议日"), help_text=_("新条款自该日起执行;到期的利息、罚息须已收妥,未到期利息转入首期")
    )
    method = forms.ChoiceField(label=_("还款方式"), choices=choices(METHODS))
    annual_rate = forms.DecimalField(label=_("固定年利率(%)"), min_value=0, max_digits=9, decimal_places=6)
    maturity = DayField(label=_("新到期日"), required=False, help_text=_("到期还本的填写"))
    settlement = forms.ChoiceField(label=_("付息频率"), choices=choices(SETTLEMENTS), required=False)
    first_due = DayField(label=_("首期到期日"), required=False, help_text=_("等额还款的填写,其后按月"))
    instalments = forms.IntegerField(label=_("期数"), required=False, min_value=1, max_value=INSTALMENTS_MAX)
    difficulty = forms.CharField(label=_("借款人财务困难情况"), max_length=500, widget=forms.Textarea)
    agreement = forms.FileField(label=_("重组协议"))

    def plan(self) -> dict[str, Any]:
        return {
            name: self.cleaned_data[name] for name in ("method", "maturity", "settlement", "first_due", "instalments")
        }


class ClaimForm(PlatformForm):
    """Amounts come prefilled from the record; what differs must be explained."""

    principal_fen = YuanField(label=_("本金"))
    interest_fen = YuanField(label=_("利息"))
    penalty_fen = YuanField(label=_("罚息及复利"))
    cost_fen = YuanField(label=_("实现债权费用"), initial=0)
    explanation = forms.CharField(
        label=_("说明"), required=False, max_length=500, widget=forms.Textarea,
        help_text=_("与系统重算不一致时请说明原因"),
    )  # fmt: skip

    def __init__(self, *args: Any, required_evidence: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.evidence_kinds = list(required_evidence)
        for kind, label in required_evidence.items():
            self.fields[f"evidence_{kind}"] = forms.FileField(label=_(label))

    def amounts(self) -> dict[str, int]:
        return {name: self.cleaned_data[name] for name in ("principal_fen", "interest_fen", "penalty_fen", "cost_fen")}


class DisposalValueForm(PlatformForm):
    appraised_value_fen = YuanField(label=_("处置评估值"))
    report = forms.FileField(label=_("处置评估报告"))


class ListingForm(PlatformForm):
    reserve_price_fen = YuanField(label=_("保留价"))
    agreement = forms.FileField(label=_("处置协议或裁定书"))


class NoteForm(PlatformForm):
    text = forms.CharField(label=_("公告号或说明"), max_length=200)


class SaleForm(PlatformForm):
    price_fen = YuanField(label=_("成交价"))
    buyer = forms.CharField(label=_("受让人"), max_length=120)
    sold_on = DayField(label=_("成交日"))


class SettlementForm(PlatformForm):
    cost_fen = YuanField(label=_("处置费用"))
    received_on = DayField(label=_("到账日"))
    reference = forms.CharField(label=_("回单号"), max_length=60)
    transfer_notice_no = forms.CharField(label=_("转让手续合格通知书号"), max_length=40)
