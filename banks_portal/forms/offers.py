"""The bank's offer as a form. It carries no key of its own: a saved offer is the same however often it is sent,
and a key kept in the open would tell that an offer is being made."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from banks_portal.queries.coverage import TOLERANCE_PERCENT
from banks_portal.rules import offers as rules
from banks_portal.rules import terms as offer_terms
from finance_platform.foundation.forms import DayField, YuanField
from finance_platform.foundation.phrases import said

FEE_ROWS = 4


def choices(labels: dict[str, str]) -> list[tuple[str, Any]]:
    return [(value, _(label)) for value, label in labels.items()]


class BidForm(forms.Form):
    amount_fen = YuanField(label=_("可贷金额"))
    annual_rate = forms.DecimalField(
        label=_("固定年利率(%)"), required=False, min_value=0, max_digits=9, decimal_places=6,
        help_text=_("如 3.45;按 LPR 报价时留空"),
    )  # fmt: skip
    lpr = forms.ChoiceField(
        label=_("或按放款日 LPR"), required=False,
        choices=[("", _("不按 LPR")), ("1Y", _("一年期 LPR")), ("5Y", _("五年期以上 LPR"))],
    )  # fmt: skip
    bp = forms.IntegerField(label=_("加减基点(BP)"), required=False, help_text=_("如 45 或 -10;期内不变"))
    term_months = forms.IntegerField(label=_("期限(月)"), min_value=1, max_value=offer_terms.TERM_MONTHS_MAX)
    method = forms.ChoiceField(label=_("还款方式"), choices=choices(offer_terms.METHODS))
    settlement = forms.ChoiceField(
        label=_("付息频率"), choices=choices(offer_terms.SETTLEMENTS), required=False, help_text=_("仅到期还本时适用")
    )
    day_count = forms.ChoiceField(label=_("计息基数"), choices=choices(offer_terms.DAY_COUNTS))
    security = forms.ChoiceField(label=_("追加担保或保险"), choices=choices(offer_terms.SECURITIES))
    conditions = forms.CharField(label=_("附加条件"), required=False, max_length=500, widget=forms.Textarea)
    with_cover = forms.BooleanField(label=_("拟纳入风险补偿资金"), required=False, initial=True)
    valid_until = DayField(label=_("报价有效期至"))
    contact = forms.CharField(label=_("联系人"), required=False, max_length=60)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for row in range(FEE_ROWS):
            self.fields[f"fee_{row}_name"] = forms.CharField(label=_("费用名称"), required=False, max_length=40)
            self.fields[f"fee_{row}_payee"] = forms.CharField(label=_("收取方"), required=False, max_length=60)
            self.fields[f"fee_{row}_amount_fen"] = YuanField(label=_("金额"), required=False)
            self.fields[f"fee_{row}_after_months"] = forms.IntegerField(
                label=_("放款后第几个月支付"), required=False, min_value=0, help_text=_("0 即放款时")
            )

    @property
    def main_fields(self) -> list[Any]:
        return [bound for bound in self if not bound.name.startswith("fee_")]

    @property
    def fee_rows(self) -> list[list[Any]]:
        names = ("name", "payee", "amount_fen", "after_months")
        return [[self[f"fee_{row}_{name}"] for name in names] for row in range(FEE_ROWS)]

    def terms(self) -> dict[str, Any]:
        """Return the plain values the service takes."""
        data = self.cleaned_data
        rate = data["annual_rate"]
        plain = {name: data[name] for name in self.fields if not name.startswith("fee_")}
        return plain | {
            "annual_rate": "" if rate is None else f"{rate / Decimal(100):f}",
            "fees": [fee for row in range(FEE_ROWS) if (fee := self._fee(row))],
        }

    def _fee(self, row: int) -> dict[str, Any] | None:
        data = self.cleaned_data
        name, payee, amount_fen = (data[f"fee_{row}_{part}"] for part in ("name", "payee", "amount_fen"))
        if not (name or payee or amount_fen):
            return None
        after = data[f"fee_{row}_after_months"] or 0
        return {"name": name, "payee": payee, "amount_fen": amount_fen or 0, "after_months": after}

    def show(self, faults: dict[str, str]) -> None:
        """Put the service's faults to the fields; what belongs to no field stands above the form."""
        for name, text in faults.items():
            field = name.replace("fees.", "fee_").replace(".", "_")
            self.add_error(field if field in self.fields else None, said(text))


def initial_of(terms: offer_terms.OfferTerms) -> dict[str, Any]:
    """Return what the form shows of a saved offer."""
    plain = offer_terms.written(terms)
    rate = Decimal(plain["annual_rate"]) * 100 if plain["annual_rate"] else None
    fees = {f"fee_{row}_{name}": value for row, fee in enumerate(plain["fees"]) for name, value in fee.items()}
    return plain | {"annual_rate": rate, "bp": plain["bp"] if plain["lpr"] else None} | fees


class RefusalForm(forms.Form):
    codes = forms.MultipleChoiceField(
        label=_("不参与的原因(可多选)"), choices=choices(rules.REFUSAL_CODES), widget=forms.CheckboxSelectMultiple
    )
    text = forms.CharField(label=_("书面说明"), required=False, max_length=500, widget=forms.Textarea,
                           help_text=_("报价截止后企业可见"))  # fmt: skip


class CoverageForm(forms.Form):
    """What the dossier's figures can be varied by: the loan, what a disposal realises, the tolerated breaches."""

    loan_fen = YuanField(label=_("拟贷金额"), min_value=1)
    realised = forms.IntegerField(label=_("处置变现率(%)"), min_value=1, max_value=100)
    tolerance = forms.DecimalField(
        label=_("可接受的不足额概率(%)"), required=False, min_value=Decimal("0.1"), max_value=50, decimal_places=1,
        help_text=_("据此算出最大可贷额"),
    )  # fmt: skip

    def clean_tolerance(self) -> float:
        found = self.cleaned_data["tolerance"]
        return TOLERANCE_PERCENT if found is None else float(found)
