"""What a valuation says on paper: the same figures as on the page, in one Sheet."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from finance_platform.foundation import sheets
from finance_platform.foundation.sheets import Section, Sheet
from finance_platform.foundation.templatetags.figures import in_wan, percent, wan
from valuation.forms.estimates import KIND_LABELS, SECTOR_LABELS
from valuation.models import Estimate
from valuation.views import pictures


def estimate(found: Estimate, cost: Any, banner: str) -> Sheet:
    """Return the one page that a visitor takes along."""
    shown = pictures.shown_estimate(found)
    return Sheet(
        title=_("知识产权估值试算单"),
        subtitle=f"{KIND_LABELS[found.inputs['kind']]} · {SECTOR_LABELS[found.inputs['sector']]}",
        number=str(found.pk),
        warning=_("本结果不构成资产评估报告,也不是放款承诺。") + _("能借多少由银行按评估、授信和质押率决定。"),
        banner=banner,
        footer=f"{_('输入摘要')} {found.input_digest}",
        sections=[
            _lending(found, cost), _value(found, shown["picture"]),
            Section(_("价值主要取决于什么(万元)"), bars=_bars(shown["tornado"])), _basis(found, shown),
        ],
    )  # fmt: skip


def _lending(found: Estimate, cost: Any) -> Section:
    rows = [
        (_("参考可贷区间"), _range(found.loan_low_fen, found.loan_high_fen)),
        (_("质押率"), f"{percent(found.ltv_low, 1)}(P10)– {percent(found.ltv_high, 1)}({_('中位数')})"),
    ]
    if cost is not None:
        rows += [
            (_("可能的年利率(一年期 LPR 加点)"), f"{percent(cost.low_rate)} – {percent(cost.high_rate)}"),
            (_("借足上限一年的利息"), _range(cost.low_fen, cost.high_fen)),
        ]
    return Section(_("能借多少,要花多少"), rows=rows)


def _value(found: Estimate, picture: Mapping[str, Any]) -> Section:
    bins: Sequence[Mapping[str, Any]] = picture["bins"]
    drawn = None
    if bins:
        ends = (f"{bins[0]['low']:,.1f} {_('万元')}", f"{bins[-1]['high']:,.1f} {_('万元')}")
        drawn = sheets.histogram([(one["count"], one["tone"]) for one in bins], *ends)
    rows = [(_("价值中位数"), wan(found.median_fen)), (_("P10–P90"), _range(found.p10_fen, found.p90_fen))]
    return Section(_("价值"), [picture["sentence"]], rows=rows, histogram=drawn)


def _bars(tornado: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    rows = []
    for one in tornado:
        below, above = (segment["value"] for segment in one["segments"])
        rows.append((str(one["label"]), max(-below, 0), max(above, 0), one["text"]))
    return sheets.bars(rows)


def _basis(found: Estimate, shown: Mapping[str, Any]) -> Section:
    inputs = found.inputs
    rows = [
        (_("相关产品上年收入"), wan(inputs["revenue_fen"])), (_("剩余保护年限"), f"{inputs['remaining_years']:g}"),
        (_("预计年增长率"), percent(inputs["growth"], 1)), (_("折现率"), percent(shown["discount_rate"], 1)),
        (_("参数表版本"), "、".join(f"{code} v{number}" for code, number in sorted(found.parameter_versions.items()))),
    ]  # fmt: skip
    return Section(_("填写的内容和依据"), rows=rows)


def _range(low_fen: int, high_fen: int) -> str:
    return f"{in_wan(low_fen)} – {wan(high_fen)}"
