"""The signed run under a loan: figures, curve and picture of the dossier, from the run's own simulated values."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from finance_platform.foundation.templatetags.charts import Label, nice_scale, tick_labels
from valuation import queries as valuation
from valuation.queries.samples import REALISED_PERCENT, TOLERANCE_PERCENT
from valuation.rules import coverage as rules
from valuation.rules import figures

__all__ = ["REALISED_PERCENT", "TOLERANCE_PERCENT", "Page", "page"]
HEADROOM = 1.25
"""The picture and the slider reach this far beyond what was applied for."""


@dataclass(frozen=True)
class Picture:
    """Paths in a box of rules.WIDTH by rules.HEIGHT; `loan_at` and `mean_at` across it, in percent."""

    recovery: str
    value: str
    curve_value: str
    curve_recovery: str
    loan_at: float
    mean_at: float
    appraised_at: float
    labels: list[Label]


@dataclass(frozen=True)
class Page:
    """What the dossier shows of a run; `data` is what the browser needs to do the same sums."""

    texts: dict[str, str]
    curve: list[list[str]]
    picture: Picture
    digest: str
    paths: int
    data: dict[str, Any]


def page(appraisal: Any, application: Any, loan_fen: int, realised: int, tolerance: float) -> Page | None:
    """Return the figures of a loan on the appraisal's signed run; None without a simulation. Raises: Invalid."""
    sample = valuation.sample_of(appraisal.run)
    if sample is None:
        return None
    asked = valuation.asked(loan_fen, realised, tolerance)
    found = rules.answer(sample, asked)
    appraised = figures.yuan(appraisal.appraised_value_fen)
    points = rules.density(sample)
    top = _top(points, figures.yuan(application.amount_fen), appraised)
    return Page(
        texts=rules.texts(found, asked, appraised),
        curve=rules.curve_texts(found),
        picture=_picture(found, asked, points, top, appraised),
        digest=sample.digest,
        paths=sample.paths,
        data={
            "url": reverse("bank_dossier_sample", args=[application.number]), "rows": len(sample.rows),
            "appraised": appraised, "points": points, "top": top, "width": rules.WIDTH, "height": rules.HEIGHT,
        },
    )  # fmt: skip


def _top(points: list[tuple[float, float]], applied: float, appraised: float) -> float:
    """Return where the axis ends, in the run's money: the same for every loan and rate that is tried."""
    widest = max([applied * HEADROOM, appraised * HEADROOM, *(value for value, _share in points[-1:])])
    return nice_scale([widest / rules.WAN], parts=6).high * rules.WAN


def _picture(
    found: rules.Answer, asked: rules.Asked, points: list[tuple[float, float]], top: float, appraised: float
) -> Picture:
    highest = max((share for _value, share in points), default=1.0) / asked.keep
    scale = nice_scale([top / rules.WAN], parts=6)
    return Picture(
        recovery=rules.outline(points, asked.keep, top, highest),
        value=rules.outline(points, 1.0, top, highest),
        curve_value=rules.smooth([_at(amount, value, top) for amount, value, _recovery, _gap in found.curve]),
        curve_recovery=rules.smooth([_at(amount, share, top) for amount, _value, share, _gap in found.curve]),
        loan_at=_across(asked.amount, top),
        mean_at=_across(found.recovery_mean, top),
        appraised_at=_across(appraised, top),
        labels=tick_labels(scale),
    )


def _at(amount: float, share: float, top: float) -> tuple[float, float]:
    return rules.WIDTH * amount / top, rules.HEIGHT * (1 - share)


def _across(amount: float, top: float) -> float:
    return round(min(100 * amount / top, 100.0), 2)
