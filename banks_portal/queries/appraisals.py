"""The appraisal a bank may rely on: issued, unexpired on the day, with its distribution."""

from datetime import date
from typing import Any


def issued(application_id: int, on: date) -> Any | None:
    """Return the appraisal of an application's pool that is issued and unexpired on the day, or None."""
    from valuation import queries

    return queries.issued_appraisal(application_id, on)
