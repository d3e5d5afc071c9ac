"""What a bank asks of a signed run. No form key: a key kept in the open would tell that an offer is being made, and
the same question asked twice is answered by the same record anyway."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from banks_portal.forms.offers import choices
from banks_portal.rules.terms import METHODS
from finance_platform.foundation.forms import DayField, YuanField
from valuation.rules import lenders as rules

HUNDRED = Decimal(100)


class LenderForm(forms.Form):
    """The loan as the bank means to grant it, and the firm that repays it."""

    amount_fen = YuanField(label=_("拟贷金额"), min_value=1)
    annual_rate = forms.DecimalField(label=_("年利率(%)"), min_value=0, max_digits=8, decimal_places=4)
    term_months = forms.IntegerField(label=_("期限(月)"), min_value=1, max_value=rules.TERM_MONTHS_MAX)
    method = forms.ChoiceField(label=_("还款方式"), choices=choices({name: METHODS[name] for name in rules.METHODS}))
    disbursed_on = DayField(label=_("拟放款日"))
    operating_margin = forms.DecimalField(
        label=_("产品收入的现金利润率(%)"), min_value=-100, max_value=100, decimal_places=2,
        help_text=_("扣除成本与税后留给偿债的部分"),
    )  # fmt: skip
    lost_with_right = forms.DecimalField(
        label=_("权利失效后损失的现金流(%)"), min_value=0, max_value=100, decimal_places=2, initial=0
    )
    other_income_fen = YuanField(label=_("其他收入(每年)"), initial=0)
    debt_service_fen = YuanField(label=_("已有债务的还本付息(每年)"), initial=0)
    opening_cash_fen = YuanField(label=_("可用于偿债的现有资金"), initial=0)
    measure = forms.ChoiceField(label=_("最大可贷额依据"), choices=choices(rules.MEASURES))
    at_most = forms.DecimalField(
        label=_("不超过(%)"), min_value=Decimal("0.01"), max_value=Decimal("99.99"), decimal_places=2
    )

    def terms(self) -> rules.Terms:
        """Return the loan that the service takes."""
        data: dict[str, Any] = dict(self.cleaned_data)
        for name in ("operating_margin", "lost_with_right", "at_most"):
            data[name] = float(data[name] / HUNDRED)
        data["annual_rate"] = f"{data['annual_rate'] / HUNDRED:f}"
        return rules.Terms(**data)


def lender_initial(amount_fen: int, term_months: int, repayment: str, today: date, margin: float) -> dict[str, Any]:
    """Return what the form begins with: what was applied for, on today's date."""
    method = {"bullet": "interest_only"}.get(repayment, repayment)
    return {
        "amount_fen": amount_fen, "term_months": term_months, "method": method, "disbursed_on": today,
        "operating_margin": round(margin * 100, 2), "lost_with_right": 0, "other_income_fen": 0,
        "debt_service_fen": 0, "opening_cash_fen": 0, "measure": "expected_loss_rate", "at_most": 2,
    }  # fmt: skip


class ChallengeForm(forms.Form):
    """One assumption, its new value, why; and the loan under which the difference is shown."""

    pointer = forms.ChoiceField(label=_("假设(现值)"))
    value = forms.CharField(
        label=_("改为"), max_length=2000, help_text=_("一个数,如 0.03;三点分布写“低, 中, 高”,如 0.01, 0.02, 0.04")
    )
    loan_fen = YuanField(label=_("拟贷金额"), min_value=1)
    realised_percent = forms.IntegerField(label=_("处置变现率(%)"), min_value=1, max_value=100)
    reason = forms.CharField(label=_("理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, assumptions: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pointer"].choices = list(assumptions)  # type: ignore[attr-defined]
