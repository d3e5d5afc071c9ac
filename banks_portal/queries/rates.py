"""The LPR as it was known on a day: later fixings must not change what was compared that day."""

from datetime import date
from typing import Any

from banks_portal.rules.terms import OfferTerms
from finance_platform.foundation import queries


def lpr_for(terms: OfferTerms, on: date) -> list[dict[str, Any]]:
    """Return the fixing in force on the day, as the loan schedule's `lpr` list; empty where the rate is fixed.

    Raises: OutOfRange if the rate follows the LPR and the table does not reach the day.
    """
    if not terms.follows_lpr:
        return []
    queries.lpr_on(on, terms.lpr)
    known = [row for row in queries.lpr_table() if str(row["date"]) <= on.isoformat() and terms.lpr in row]
    return known[-1:]
