"""A restructuring with everything its approver looks at: the debt on its day, the terms before, the new table."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from banks_portal.rules.terms import METHODS
from finance_platform.foundation.models import User
from pledges import loan_schedule
from pledges import queries as pledges


@dataclass(frozen=True)
class Change:
    """One term before and after; rates are fractions."""

    label: str
    before: Any
    after: Any
    is_rate: bool = False


@dataclass(frozen=True)
class RestructuringFile:
    """What changes, the new table as rows of the schedule, the debt at the end of the day agreed."""

    restructuring: Any
    debt: Any
    changes: list[Change]
    rows: list[dict[str, Any]]


def restructuring_file(by: User, number: str) -> RestructuringFile:
    """Return a restructuring the viewer may see. Raises: NotFound."""
    row: Any = pledges.restructuring_by_number(by, number)
    before = _terms_before(row)
    return RestructuringFile(
        restructuring=row,
        debt=pledges.debt(row.loan, row.agreed_on),
        changes=[
            Change("还款方式", METHODS[before["method"]], METHODS[row.terms["method"]]),
            Change("年利率", _rate(before), _rate(row.terms), is_rate=True),
            Change("到期日", _last_due(before), row.maturity.isoformat()),
        ],
        rows=loan_schedule.build(_plain(row.terms), carried_interest_fen=row.carried_interest_fen)["rows"],
    )


def _terms_before(row: Any) -> dict[str, Any]:
    """Return the terms that stood on the day of the agreement, whether or not the new ones are in force since."""
    earlier = [agreed for agreed in pledges.agreed_terms(row.loan) if agreed.since < row.agreed_on]
    return dict(earlier[-1].terms)


def _rate(terms: dict[str, Any]) -> Decimal:
    return Decimal(loan_schedule.build(_plain(terms))["rate_path"][0]["annual"])


def _last_due(terms: dict[str, Any]) -> str:
    return str(loan_schedule.build(_plain(terms))["rows"][-1]["due"])


def _plain(terms: dict[str, Any]) -> dict[str, Any]:
    """Return the terms without the clause on lateness, which the schedule reads beside a day only."""
    return {key: value for key, value in terms.items() if key != "penalty"}
