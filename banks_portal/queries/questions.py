"""What the pages show of a bank's questions: figures of the lender's distribution, differences of a challenge."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from finance_platform.foundation.phrases import said
from finance_platform.foundation.templatetags.figures import number, percent
from valuation.rules import challenges as rules
from valuation.rules import figures
from valuation.rules.coverage import WAN
from valuation.rules.drivers import driver

RISKS = {
    "invalidation": "权利失效", "decay": "技术衰减", "market": "市场", "management": "经营", "disposal": "处置",
}  # fmt: skip
FORMS = {"flow": "现金流", "rate_premium": "折现率", "haircut": "变现折扣", "event": "随机事件"}
FIGURES = {
    "point": ("点值(万元)", False), "mean": ("模拟均值(万元)", False), "p10": ("P10(万元)", False),
    "p50": ("中位数(万元)", False), "p90": ("P90(万元)", False), "value_below": ("价值低于贷款的概率", True),
    "recovery_below": ("变现后不足额的概率", True), "gap": ("预期缺口(万元)", False),
}  # fmt: skip
DAYS = 365
WHOLE = 1 - 1e-6
"""Of a year: a shorter period is drawn nowhere."""


@dataclass(frozen=True)
class Row:
    """A figure with its standard error, as texts."""

    label: str
    value: str
    error: str
    tone: str = ""


def assumptions(document: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return every assumption of a run as (pointer, what it is and its value)."""
    return [(pointer, f"{said(driver(pointer))}({shown(value)})") for pointer, value in rules.assumptions(document)]


def shown(value: Any) -> str:
    """Return an assumption's value for people: a number, the parameters of a distribution, a series."""
    if isinstance(value, Mapping):
        points = ", ".join(f"{name} {value[name]:g}" for name in value if isinstance(value[name], int | float))
        return f"{value['distribution']}: {points}"
    return ", ".join(f"{one:g}" for one in value) if isinstance(value, list) else f"{value:.10g}"


def difference(challenge: Any) -> list[dict[str, str]]:
    """Return the rows of a challenge: figure, before, after, difference and its standard error."""
    rows = []
    for name, (label, is_share) in FIGURES.items():
        found = challenge.figures[name]
        write = _share if is_share else _wan
        rows.append(
            {"label": _(label)} | {key: write(found[key]) for key in ("old", "new", "error")}
            | {"difference": _signed(found["difference"], write), "rises": found["difference"] > 0}
        )  # fmt: skip
    return rows


def _signed(value: float, write: Any) -> str:
    return f"+{write(value)}" if value > 0 else str(write(value))


def _wan(value: float | None) -> str:
    return number(None if value is None else value / WAN, 2)


def _share(value: float | None) -> str:
    return percent(value, 2)


# --- The lender's distribution ----------------------------------------------------------------------------------------
def lender_rows(output: Mapping[str, Any]) -> list[Row]:
    """Return the figures of the loan, each with its standard error."""
    loan, largest = output["loan"], output["largest_loan"]
    shares = {
        "probability_value_below_loan": _("价值低于贷款的概率"),
        "probability_recovery_below_loan": _("今日处置不足以偿还的概率"),
        "probability_of_default": _("借款人违约概率"),
        "probability_recovery_below_exposure_given_default": _("违约后处置不足以偿还的概率"),
        "loss_given_default": _("违约损失率"),
        "expected_loss_rate": _("预期损失率"),
    }
    amounts = {"exposure_given_default": _("违约时的敞口(万元)"), "expected_loss": _("预期损失(万元)")}
    rows = [_row(label, loan[name], _share) for name, label in shares.items()]
    rows += [_row(label, loan[name], _wan) for name, label in amounts.items()]
    rows.append(_row(_("立即处置的平均回收(万元)"), loan["recovery_if_sold_today"]["mean"], _wan))
    rows.append(_row(_("违约后处置的平均回收(万元)"), loan["recovery_given_default"]["mean"], _wan))
    rows.append(_row(_("错向风险:违约时回收减少"), output["wrong_way"]["recovery_shortfall"], _share))
    if largest is not None:
        rows.append(_row(_("符合上限的最大贷款(万元)"), largest["amount"], _wan))
    return rows


def _row(label: str, found: Mapping[str, float | None], write: Any) -> Row:
    return Row(label, write(found["value"]), write(found["standard_error"]))


def instalment_rows(output: Mapping[str, Any], valuation_date: date) -> list[dict[str, str]]:
    """Return a row for each instalment: day, amount, debt service cover at P5, P50, P95, default so far."""
    return [
        {
            "due": f"{valuation_date + timedelta(days=round(row['at'] * DAYS))}", "amount": _wan(row["amount"]),
            **{name: number(row["cover"]["quantiles"][name]["value"], 2) for name in ("p5", "p50", "p95")},
            "short": _share(row["probability_cover_below_one"]["value"]),
            "default": _share(row["probability_of_default_so_far"]["value"]),
            "error": _share(row["probability_of_default_so_far"]["standard_error"]),
        }
        for row in output["instalments"]
    ]  # fmt: skip


def curve_series(output: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the curve over loan amounts as lines, in percent over 万元."""
    named = {
        "probability_recovery_below_loan": (_("今日处置不足"), "plain"),
        "probability_value_below_loan": (_("价值低于贷款"), "target"),
        "probability_of_default": (_("借款人违约"), "limit"),
    }
    return [
        {
            "label": label, "style": "actual" if name == "probability_of_default" else style,
            "values": [(row["amount"] / WAN, 100 * row[name]["value"]) for row in output["curve"]],
        }
        for name, (label, style) in named.items()
    ]  # fmt: skip


def revenue_chart(output: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the first product's revenue a period: median as a line, P10–P90 as a band, in 万元."""
    if not output["product_revenue"]:
        return None
    periods = next(iter(output["product_revenue"].values()))
    rows = [row for row in periods if row["end"] - row["start"] > WHOLE]  # the last one may be part of a year

    def of(name: str) -> list[float]:
        return [row["quantiles"][name]["value"] / WAN for row in rows]

    return {
        "labels": [_("第%(n)s年") % {"n": row["period"]} for row in rows],
        "series": [{"label": _("中位数"), "values": of("p50"), "style": "plain"}],
        "band": {"low": of("p10"), "high": of("p90")},
    }


def ledger_rows(output: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return the risk ledger: for each right and risk, where it is charged."""
    return [
        {
            "asset": row["asset"] or "—", "risk": _(RISKS[row["risk"]]),
            "where": "、".join(f"{_(FORMS[charge['form']])} {charge['pointer']}" for charge in row["charges"]) or "—",
        }
        for row in output["ledger"]["rows"]
    ]  # fmt: skip


def point_fen(output: Mapping[str, Any]) -> int:
    """Return the mean value of the rights by the lender's distribution, in fen."""
    return figures.fen(output["distribution"]["mean"]["value"])
