"""The appraisal a bank may rely on, and what moves its value."""

import json
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from finance_platform.foundation.errors import DomainError
from valuation import queries as valuation
from valuation.queries.bases import regions_of
from valuation.rules import bases


def issued(application_id: int, on: date) -> Any | None:
    """Return the appraisal of an application's pool that is issued and unexpired on the day, or None."""
    return valuation.issued_appraisal(application_id, on)


def in_force(application_id: int, bank: Any, basis: str, on: date) -> Any | None:
    """Return the value of a basis that a bank may lend on, on a day; None without one, or for an unknown basis."""
    return valuation.value_in_force(application_id, bank.pk, basis, on) if basis in bases.LABELS else None


BASES = bases.LABELS
values_in_force = valuation.values_in_force


def not_allowed(application_id: int, basis: str, principal_fen: int, value: Any | None, on: date) -> dict[str, str]:
    """Return what the bounds of a basis (ceiling, pilot region) have against a loan on a value of it, by field."""
    if value is None or basis == bases.FILED_REPORT:
        return {}
    parameters = valuation.parameters(on)
    try:
        bases.require_within(parameters, basis, principal_fen, field="principal_fen")
        if basis == bases.AGREED:
            regions = regions_of(value.application)
            bases.require_agreeable(parameters, value_fen=value.appraised_value_fen, region_codes=regions)
    except DomainError as refusal:
        return {"basis": refusal.message}
    return {}


def relied_on(application: Any, today: date) -> Any | None:
    """Return the appraisal that an application's offers and award rest on, or None.

    While they are under way it must hold today; later the pages show what was in force when the offers were opened.
    """
    deadline = application.offer_deadline
    opened = timezone.localdate(deadline) if deadline else today
    return issued(application.pk, today) or issued(application.pk, min(opened, today))


# What moves a value, by the last known name of its place in the run's document.
DRIVERS = {
    "royalty_rate": "许可费率", "growth": "增长率", "rate": "衰减率", "discount_rate": "折现率", "annual": "失效率",
    "technology": "技术风险报酬", "market": "市场风险报酬", "finance": "资金风险报酬", "management": "管理风险报酬",
    "economic_life_years": "经济寿命", "coverage": "份额", "base": "产品收入", "risk_free": "无风险利率",
    "tax_rate": "所得税率", "cap": "许可费上限",
}  # fmt: skip


def driver(pointer: str) -> str:
    """Return what a driver is, and of which right if it is one right's own; an unknown one keeps its pointer."""
    parts = pointer.strip("/").split("/")
    word = next((_(DRIVERS[part]) for part in reversed(parts) if part in DRIVERS), pointer)
    own = parts[:2] == ["portfolio", "assets"]
    return _("第 %(place)s 件权利的%(what)s") % {"place": int(parts[2]) + 1, "what": word} if own else word


def tornado(run: Any) -> list[dict[str, Any]]:
    """Return the run's sensitivities as bars around its point value, in 万元, widest first."""
    output = json.loads(run.output_json)
    rows = output.get("sensitivity", {}).get("tornado", [])
    centre = output["value"]
    return [
        {
            "label": driver(row["name"]),
            "text": f"{row['swing'] / 10_000:,.1f}",
            "segments": [
                {"value": (min(row["low"], row["high"]) - centre) / 10_000, "tone": "warn"},
                {"value": (max(row["low"], row["high"]) - centre) / 10_000, "tone": "info"},
            ],
        }
        for row in rows[:8]
    ]
