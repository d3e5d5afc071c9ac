"""From the JSON document to the JSON result: the calculator's own door, and the form in which the answer is written."""

from dataclasses import replace
from typing import Any

from pledges.loan_schedule.arrears import Arrears
from pledges.loan_schedule.document import read
from pledges.loan_schedule.schedule import Schedule, arrears_only, schedule
from pledges.loan_schedule.terms import Loan


def build(document: dict[str, Any], *, carried_interest_fen: int = 0) -> dict[str, Any]:
    """Give the result of a loan document, money in fen, as JSON values.

    `carried_interest_fen`, earned under earlier terms, is added to the interest of the first row.
    Raises BadDocument with pointers into the document. Source: contract page, section Output.

    >>> result = build({"disbursements": [{"date": "2024-01-05", "amount": 100000000}], "rate": {"annual": "0.0435"},
    ...     "day_count": "act/360", "method": "equal_instalment", "instalments": 12, "first_due": "2024-02-05"})
    >>> result["rows"][0]["interest"], result["rows"][0]["principal"], result["rows"][-1]["total"]
    (362500, 8168490, 8530989)
    """
    loan = replace(read(document), carried_interest_fen=carried_interest_fen)
    return written(loan, schedule(loan))


def build_arrears(document: dict[str, Any], *, carried_interest_fen: int = 0) -> dict[str, Any]:
    """Give the `arrears` member of `build`'s result alone; the document must have `as_of`. Raises BadDocument."""
    return _arrears(arrears_only(replace(read(document), carried_interest_fen=carried_interest_fen)))


def written(loan: Loan, answer: Schedule) -> dict[str, Any]:
    """Give the answer as JSON values, in the order of the contract page."""
    return {
        "rows": _rows(answer),
        "totals": _totals(answer),
        "cost": {
            "xirr": answer.cost.xirr,
            "xirr_after_subsidy": answer.cost.xirr_after_subsidy,
            "simple": answer.cost.simple,
            "simple_after_subsidy": answer.cost.simple_after_subsidy,
        },
        "rate_path": _rate_path(answer),
        "arrears": _arrears(answer.arrears) if answer.arrears else None,
    }


def _rows(answer: Schedule) -> list[dict[str, Any]]:
    return [
        {
            "no": number,
            "kind": row.kind,
            "from": row.start.isoformat(),
            "to": row.end.isoformat(),
            "due": row.due.isoformat(),
            "days": row.days,
            "interest": row.interest_fen,
            "principal": row.principal_fen,
            "fee": fee_fen,
            "total": row.interest_fen + row.principal_fen + fee_fen,
            "balance": row.balance_fen,
            "subsidy": subsidy_fen,
        }
        for number, (row, fee_fen, subsidy_fen) in enumerate(
            zip(answer.rows, answer.fees_fen, answer.subsidies_fen, strict=True), start=1
        )
    ]


def _totals(answer: Schedule) -> dict[str, Any]:
    principal_fen = sum(row.principal_fen for row in answer.rows)
    interest_fen = sum(row.interest_fen for row in answer.rows)
    fees_fen = sum(answer.fees_fen) + answer.fees_upfront_fen
    return {
        "principal": principal_fen,
        "interest": interest_fen,
        "fees": fees_fen,
        "fees_upfront": answer.fees_upfront_fen,
        "subsidy": sum(answer.subsidies_fen),
        "paid": principal_fen + interest_fen + fees_fen,
        "fees_by_payee": answer.fees_by_payee_fen,
        "subsidy_by_payer": answer.subsidy_by_payer_fen,
    }


def _rate_path(answer: Schedule) -> list[dict[str, str]]:
    last_boundary = answer.periods[-1].end
    return [
        {"from": day.isoformat(), "annual": f"{annual:.8f}"}
        for day, annual in zip(answer.rates.days, answer.rates.annual, strict=True)
        if day < last_boundary
    ]


def _arrears(state: Arrears) -> dict[str, Any]:
    return {
        "as_of": state.as_of.isoformat(),
        "outstanding_principal": state.outstanding_principal_fen,
        "overdue_principal": state.overdue_principal_fen,
        "overdue_interest": state.overdue_interest_fen,
        "penalty_accrued": state.penalty_accrued_fen,
        "compound_accrued": state.compound_accrued_fen,
        "penalty_due": state.penalty_due_fen,
        "compound_due": state.compound_due_fen,
        "total_due": state.total_due_fen,
        "paid": dict(state.paid_fen),
        "unapplied": state.unapplied_fen,
        "days_past_due": state.days_past_due,
        "class_floor": state.class_floor,
    }
