"""The appraisal a bank may rely on, and what moves its value."""

import json
from datetime import date
from typing import Any

from django.utils import timezone

from finance_platform.foundation.errors import DomainError
from finance_platform.foundation.phrases import said
from valuation import queries as valuation
from valuation.queries.bases import regions_of
from valuation.rules import bases
from valuation.rules.drivers import driver


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


def tornado(run: Any) -> list[dict[str, Any]]:
    """Return the run's sensitivities as bars around its point value, in 万元, widest first."""
    output = json.loads(run.output_json)
    rows = output.get("sensitivity", {}).get("tornado", [])
    centre = output["value"]
    return [
        {
            "label": said(driver(row["name"])),
            "text": f"{row['swing'] / 10_000:,.1f}",
            "segments": [
                {"value": (min(row["low"], row["high"]) - centre) / 10_000, "tone": "warn"},
                {"value": (max(row["low"], row["high"]) - centre) / 10_000, "tone": "info"},
            ],
        }
        for row in rows[:8]
    ]
