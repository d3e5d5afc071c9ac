"""What an appraiser stated, as a table: each input, its numbers as stated, its grade, source and date."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from finance_platform.foundation.phrases import said
from finance_platform.foundation.templatetags.figures import percent, wan
from valuation.forms.estimates import KIND_LABELS
from valuation.forms.pools import SINGLE_PREMIUMS, TITLES
from valuation.rules import evidence
from valuation.rules.risks import TECHNOLOGY

TONES = {evidence.DOCUMENT: "good", evidence.DATABASE: "info", evidence.EXPERT: "warn"}
TRIPLES = ("growth", "royalty", "decay", "mark_royalty")
SINGLES = {"risk_free": "risk_free", "tax_rate": "tax_rate"}


def inputs(stated: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return a row for each group of a run's statement; none where the run was given a document as it is."""
    return [
        {
            "title": TITLES[group], "stated": _told(group, stated["assumptions"]), "grade": one["grade"],
            "grade_name": said(evidence.GRADE_NAMES[one["grade"]]), "tone": TONES[one["grade"]],
            "source": said(one["source"]), "date": one["date"],
        }
        for group in TITLES
        if (one := stated.get("evidence", {}).get(group))
    ]  # fmt: skip


def _told(group: str, assumptions: Mapping[str, Any]) -> str:
    """Return the numbers of a group as they were stated."""
    if group in TRIPLES:
        return _ends(assumptions[group])
    if group in SINGLES:
        return str(percent(assumptions[SINGLES[group]]))
    if group == "revenue":
        return str(wan(assumptions["revenue_fen"]))
    if group == "margin":
        return f"{percent(assumptions['operating_margin'])} × {percent(assumptions['profit_share_cap'])}"
    if group == "premiums":
        return ";".join(_premium(name, triple) for name, triple in assumptions["premiums"].items() if any(triple))
    if group == "shares":
        return ";".join(f"{number} {percent(share)}" for number, share in assumptions["shares"].items())
    if group == "life":
        told = ((kind, _("%(years)g 年") % {"years": years}) for kind, years in assumptions["life_years"].items())
    else:
        told = ((kind, str(percent(rate))) for kind, rate in assumptions["hazard"].items())
    return ";".join(f"{KIND_LABELS[kind]} {text}" for kind, text in told)


def _premium(name: str, triple: list[float]) -> str:
    label = _("技术风险") if name == TECHNOLOGY else SINGLE_PREMIUMS[name]
    return f"{label} {_ends(triple)}"


def _ends(triple: list[float]) -> str:
    low, mode, high = triple
    return str(percent(mode)) if low == high else " / ".join(str(percent(end)) for end in (low, mode, high))
