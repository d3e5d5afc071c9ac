"""A run as pictures and tables: distribution, tornado, convergence, the value of each right. In ten thousand yuan."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from finance_platform.foundation.phrases import said
from finance_platform.foundation.templatetags.figures import percent
from valuation.forms.fields import WAN
from valuation.models import Estimate, ValuationRun
from valuation.rules import figures, risks
from valuation.rules.drivers import driver
from valuation.views import statements as statements_shown

Output = Mapping[str, Any]
# The rest of the drivers moves the value less than a bar can show.
WIDEST = 10


def distribution(bins: Sequence[Mapping[str, float]], output: Output) -> dict[str, Any]:
    """Return the histogram of a run with P10–P90 in colour, and the sentence that says it."""
    quantiles = output["simulation"]["quantiles"]
    low, median, high = (quantiles[name] for name in ("p10", "p50", "p90"))
    columns = [
        {
            "low": one["low"] / WAN, "high": one["high"] / WAN, "count": one["count"],
            "tone": "plain" if low <= (one["low"] + one["high"]) / 2 <= high else "neutral",
        }
        for one in bins
    ]  # fmt: skip
    marks = [
        {"at": value / WAN, "label": label, "tone": "info"}
        for value, label in ((low, "P10"), (median, _("中位数")), (high, "P90"))
    ]
    return {"bins": columns, "marks": marks, "sentence": _sentence(low, high)}


def _sentence(low: float, high: float) -> str:
    ends = {"low": f"{low / WAN:,.2f}", "high": f"{high / WAN:,.2f}"}
    return _("100 种情形中约有 80 种落在 %(low)s–%(high)s 万元之间。") % ends


def legend() -> list[tuple[Any, str]]:
    """Return what the two colours of a tornado mean."""
    return [(_("低于点值"), "warn"), (_("高于点值"), "plain")]


def tornado(output: Output) -> list[dict[str, Any]]:
    """Return the ten widest drivers: how far the value moves at the 10th and 90th percentile, the others at means."""
    point = output["value"]
    rows = []
    for row in output["sensitivity"]["tornado"][:WIDEST]:
        ends = sorted((row["low"], row["high"]))
        segments = [
            {"value": round((ends[0] - point) / WAN, 4), "tone": "warn"},
            {"value": round((ends[1] - point) / WAN, 4), "tone": "plain"},
        ]
        text = f"{ends[0] / WAN:,.1f}–{ends[1] / WAN:,.1f}"
        rows.append({"label": said(driver(row["name"])), "segments": segments, "text": text})
    return rows


def _ledger(run: ValuationRun) -> list[tuple[risks.Entry, str]]:
    """Return the lines of the run's risk ledger, each with its figures as they are read."""
    return [(entry, " / ".join(percent(figure) for figure in entry.figures)) for entry in risks.entries(run.document)]


def shown(run: ValuationRun) -> dict[str, Any]:
    """Return what the pages show of a run."""
    output = run.output
    simulation, quantiles = output["simulation"], output["simulation"]["quantiles"]
    return {
        "run": run,
        "picture": distribution(run.histogram, output),
        "tornado": tornado(output),
        "legend": legend(),
        "assets": [
            {
                "name": one["name"],
                "value_fen": figures.fen(one["value"]),
                "alone_fen": figures.fen(one["standalone_value"]),
            }
            for one in output["assets"]
        ],
        "overlap_fen": figures.fen(output["overlap_reduction"]),
        "point_fen": figures.fen(output["value"]),
        "mean_fen": figures.fen(simulation["mean"]),
        "error_fen": figures.fen(simulation["standard_error"]),
        "quantiles": [
            (name.upper(), figures.fen(value))
            for name, value in sorted(quantiles.items(), key=lambda one: int(one[0][1:]))
        ],
        "convergence": [
            {
                "paths": row["paths"],
                "mean_fen": figures.fen(row["mean"]),
                "p5_fen": figures.fen(row["p5"]) if "p5" in row else None,
                "error_fen": figures.fen(row["standard_error"]),
            }
            for row in run.convergence or simulation["convergence"]
        ],
        "risks": _ledger(run),
        "inputs": statements_shown.inputs(run.stated),
        "indicators": run.stated.get("indicators"),
        "correlation": run.stated.get("correlation"),
        "warnings": output["warnings"],
        "stated": run.input_json,
    }


def shown_estimate(estimate: Estimate) -> dict[str, Any]:
    """Return what the page shows of an estimate."""
    output = estimate.output
    return {
        "estimate": estimate,
        "picture": distribution(estimate.histogram, output),
        "tornado": tornado(output),
        "legend": legend(),
        "discount_rate": output["discount_rate"],
    }
