"""What an offer costs the enterprise, all in: the terms written as a loan document, priced by the loan schedule.

There is no second formula here: every figure comes from `pledges.loan_schedule`. All offers of an application are
priced as if disbursed on one day, the day they were opened, on nominal due dates, so that they differ by their terms
alone.
"""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from banks_portal.rules.terms import OfferTerms
from finance_platform.foundation.errors import Invalid
from pledges import loan_schedule

SETTLEMENT_DAY = 20  # interest of settled loans falls due on the 20th, as the region's banks contract
Flow = tuple[date, int]


@dataclass(frozen=True, slots=True)
class Price:
    """The all-in price of an offer; rates as parts of one, money in fen, flows as the enterprise feels them (+ in)."""

    start: date
    nominal_rate: float
    annual_cost: float | None
    annual_cost_before_subsidy: float | None
    interest_fen: int
    fees_fen: int
    fees_by_payee: dict[str, int]
    subsidy_fen: int
    simple_cost: float
    first_payment_fen: int
    last_payment_fen: int
    flows: tuple[Flow, ...]
    rows: tuple[dict[str, Any], ...]

    @property
    def net_cost_fen(self) -> int:
        return self.interest_fen + self.fees_fen - self.subsidy_fen

    def yearly(self, amount_fen: int) -> float:
        """Return a part of the cost as a yearly part of the principal really used (0.02: 2 a year for each 100 lent).

        The schedule's own `simple` cost says what interest and fees together come to; a part is its share of it.
        """
        whole_fen = self.interest_fen + self.fees_fen
        return self.simple_cost * amount_fen / whole_fen if whole_fen else 0.0


def document(
    terms: OfferTerms,
    start: date,
    *,
    lpr: Sequence[dict[str, Any]] = (),
    subsidies: Sequence[dict[str, Any]] = (),
    principal_fen: int | None = None,
) -> dict[str, Any]:
    """Return the terms as a `loan_schedule` document disbursed on `start` (principal in fen: the offer's, or given).

    Source: contract page loan_schedule, section Input.
    """
    floating = {"lpr": terms.lpr, "bp": terms.bp, "reset": terms.reset}
    found: dict[str, Any] = {
        "disbursements": [{"date": start.isoformat(), "amount": principal_fen or terms.amount_fen}],
        "rate": floating if terms.follows_lpr else {"annual": terms.annual_rate},
        "day_count": terms.day_count,
        "method": terms.method,
    } | _plan(terms, start)
    if terms.fees:
        found["fees"] = [
            {"date": months_later(start, fee.after_months).isoformat(), "amount": fee.amount_fen, "payee": fee.payee}
            for fee in terms.fees
        ]
    if terms.follows_lpr or any("gate" in subsidy for subsidy in subsidies):
        found["lpr"] = list(lpr)
    if subsidies:
        found["subsidies"] = list(subsidies)
    return found


def _plan(terms: OfferTerms, start: date) -> dict[str, Any]:
    maturity = {"maturity": months_later(start, terms.term_months).isoformat()}
    if terms.method == "bullet":
        return maturity
    if terms.method == "interest_only":
        return maturity | {"settlement": {"every": terms.settlement, "day": SETTLEMENT_DAY}}
    return {"instalments": terms.term_months, "first_due": months_later(start, 1).isoformat()}


def price(terms: OfferTerms, start: date, **tables: Any) -> Price:
    """Return what the terms cost from `start` on; `tables` as for `document`.

    Raises: Invalid where the terms cannot be scheduled (no LPR in force, a fee after maturity).
    """
    try:
        agreed = document(terms, start, **tables)
        answer = loan_schedule.build(agreed)
    except loan_schedule.BadDocument as error:
        raise Invalid(f"无法按此条件排出还款计划:{error}", fields={"amount_fen": str(error)}) from None
    rows, totals, cost = answer["rows"], answer["totals"], answer["cost"]
    return Price(
        start=start,
        nominal_rate=float(answer["rate_path"][0]["annual"]),
        annual_cost=cost["xirr_after_subsidy"],
        annual_cost_before_subsidy=cost["xirr"],
        interest_fen=totals["interest"],
        fees_fen=totals["fees"],
        fees_by_payee=totals["fees_by_payee"],
        subsidy_fen=totals["subsidy"],
        simple_cost=cost["simple"],
        first_payment_fen=rows[0]["interest"] + rows[0]["principal"],
        last_payment_fen=rows[-1]["interest"] + rows[-1]["principal"],
        flows=_flows(agreed, rows),
        rows=tuple(rows),
    )


def _flows(agreed: dict[str, Any], rows: Sequence[dict[str, Any]]) -> tuple[Flow, ...]:
    """Return the flows whose internal rate is the all-in cost: money in, instalments and fees out, subsidies in."""
    flows = [(date.fromisoformat(entry["date"]), entry["amount"]) for entry in agreed["disbursements"]]
    flows += [(date.fromisoformat(fee["date"]), -fee["amount"]) for fee in agreed.get("fees", ())]
    flows += [(date.fromisoformat(r["due"]), r["subsidy"] - r["interest"] - r["principal"]) for r in rows]
    return tuple(sorted(flows))


def months_later(day: date, months: int) -> date:
    """Return the same day of the month `months` later, cut to the month's end.

    >>> months_later(date(2025, 1, 31), 1)
    datetime.date(2025, 2, 28)
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def maturity(terms: OfferTerms, start: date) -> date:
    """Return the day the loan ends if disbursed on `start`."""
    return months_later(start, terms.term_months)
