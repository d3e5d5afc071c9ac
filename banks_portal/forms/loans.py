"""Forms of post-loan work: receipts, acceleration, claims, disposals."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from finance_platform.foundation.forms import DayField, PlatformForm, YuanField


class ReceiptForm(PlatformForm):
    received_on = DayField(label=_("到账日"))
    amount_fen = YuanField(label=_("金额"))
    reference = forms.CharField(label=_("回单号"), max_length=60)


class NoticeForm(PlatformForm):
    notice = forms.FileField(label=_("提前到期通知书"))


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
