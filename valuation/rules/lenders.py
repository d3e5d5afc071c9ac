"""A signed appraisal as the lender's question: the same rights and revenue, at a rate that carries no specific risk.

The appraiser's document charges risks in its rate and averages invalidation; the lender's simulates them. So the
premiums go, the hazard strikes as an event, and borrower, loan and forced sale come in: nothing is charged twice.

Source: valuation page, section 2 (two modes); format: valuation.lending.document.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from finance_platform.foundation.errors import Invalid
from finance_platform.foundation.faults import BadDocument
from pledges import loan_schedule
from valuation.lending import repayments_of
from valuation.rules import figures
from valuation.rules.parameters import Parameters, three_point
from valuation.rules.pools import PRODUCT

METHODS = ("equal_instalment", "equal_principal", "interest_only")
MEASURES = {
    "expected_loss_rate": "预期损失率",
    "probability_of_default": "违约概率",
    "probability_recovery_below_loan": "立即处置不足额概率",
    "probability_value_below_loan": "价值低于贷款概率",
}
SETTLEMENT = {"every": "month", "day": 20}
TERM_MONTHS_MAX = 120
RATE_MAX = Decimal("0.24")
FIRST_PATHS, LARGEST_PATHS = 4096, 16384


@dataclass(frozen=True)
class Terms:
    """The loan as the bank means to grant it, and the firm that repays. Amounts in fen, shares as fractions."""

    amount_fen: int
    annual_rate: str
    term_months: int
    method: str
    disbursed_on: date
    operating_margin: float
    other_income_fen: int = 0
    debt_service_fen: int = 0
    opening_cash_fen: int = 0
    lost_with_right: float = 0.0
    measure: str = "expected_loss_rate"
    at_most: float = 0.02

    def plain(self) -> dict[str, Any]:
        """Return the terms as JSON."""
        return asdict(self) | {"disbursed_on": self.disbursed_on.isoformat()}


def check(terms: Terms, valuation_date: date) -> None:
    """Refuse terms that name no loan. Raises: Invalid naming every field."""
    faults = {name: "不能为负" for name in ("other_income_fen", "debt_service_fen", "opening_cash_fen")
              if getattr(terms, name) < 0}  # fmt: skip
    if terms.amount_fen <= 0:
        faults["amount_fen"] = "请填写大于零的金额"
    if not _is_rate(terms.annual_rate):
        faults["annual_rate"] = f"请填写 0 至 {RATE_MAX} 的年利率(小数)"
    if not 1 <= terms.term_months <= TERM_MONTHS_MAX:
        faults["term_months"] = f"请填写 1 至 {TERM_MONTHS_MAX} 个月"
    if terms.method not in METHODS:
        faults["method"] = f"请填写其中之一:{'、'.join(METHODS)}"
    if terms.disbursed_on < valuation_date:
        faults["disbursed_on"] = f"不能早于评估基准日 {valuation_date}"
    if not -1 <= terms.operating_margin <= 1:
        faults["operating_margin"] = "请填写 -1 至 1"
    if not 0 <= terms.lost_with_right <= 1:
        faults["lost_with_right"] = "请填写 0 至 1"
    if terms.measure not in MEASURES or not 0 < terms.at_most < 1:
        faults["at_most"] = f"请填写 0 与 1 之间的上限,度量为其中之一:{'、'.join(MEASURES)}"
    if faults:
        raise Invalid("贷款或借款人资料有误", fields=faults)


def _is_rate(text: str) -> bool:
    try:
        return 0 <= Decimal(text) <= RATE_MAX
    except InvalidOperation:
        return False


def document(
    signed: Mapping[str, Any], terms: Terms, valuation_date: date, parameters: Parameters, seed: int
) -> dict[str, Any]:
    """Return the lender's document of a signed run under a loan. Raises: Invalid (schedule, missing parameter)."""
    check(terms, valuation_date)
    sale = {
        "factor": parameters.row("lender", "liquidation_factor").pert,
        "time_to_sale_years": parameters.row("lender", "time_to_sale").triangular,
        "cost_share": parameters.row("lender", "cost_share").mode,
    }
    kept = {name: block for name, block in signed.items() if name not in {"loan", "sensitivity", "simulation"}}
    return kept | {
        "mode": "lender_distribution",
        "portfolio": _portfolio(signed["portfolio"], parameters),
        "simulation": {"paths": FIRST_PATHS, "largest_paths": LARGEST_PATHS, "sampler": "sobol", "seed": seed},
        "borrower": _borrower(terms, parameters),
        "loan": {
            "amount": figures.yuan(terms.amount_fen),
            "repayments": repayments_of(_schedule(terms), valuation_date, 100),
            "liquidation": sale,
            "tolerance": {"measure": terms.measure, "at_most": terms.at_most},
        },
    }


def _borrower(terms: Terms, parameters: Parameters) -> dict[str, Any]:
    spread = parameters.row("lender", "margin_spread").mode
    low, high = max(terms.operating_margin - spread, -1.0), min(terms.operating_margin + spread, 1.0)
    return {
        "operating_margin": three_point("triangular", low, terms.operating_margin, high),
        "lost_with_right": terms.lost_with_right,
        "other_income": figures.yuan(terms.other_income_fen),
        "existing_debt_service": figures.yuan(terms.debt_service_fen),
        "opening_cash": figures.yuan(terms.opening_cash_fen),
    }


def _portfolio(signed: Mapping[str, Any], parameters: Parameters) -> dict[str, Any]:
    """Return the pool at the lender's rate: what every right shares, then each right's own."""
    shared = dict(signed.get("shared", {}))
    shared.setdefault("product", PRODUCT)
    shared = _lenders(shared, parameters)
    if "discount_rate" not in shared and not all("discount_rate" in asset for asset in signed["assets"]):
        shared["discount_rate"] = _rate({}, parameters)
    assets = [_lenders(asset, parameters) for asset in signed["assets"]]
    return {**signed, "shared": shared, "assets": assets}


def _lenders(block: Mapping[str, Any], parameters: Parameters) -> dict[str, Any]:
    found = {name: value for name, value in block.items() if name != "tax_amortisation"}
    if "discount_rate" in found:
        found["discount_rate"] = _rate(found["discount_rate"], parameters)
    if isinstance(found.get("hazard"), Mapping):
        found["hazard"] = {**found["hazard"], "mode": "event"}
    return found


def _rate(stated: Any, parameters: Parameters) -> dict[str, Any]:
    """Return risk-free plus systematic premium; the appraiser's own risk-free rate where the document states one."""
    forms = (stated.get(form, {}) for form in ("build_up", "capm")) if isinstance(stated, Mapping) else ()
    own = next((form["risk_free"] for form in forms if "risk_free" in form), None)
    return {
        "capm": {
            "risk_free": parameters.row("discount_rate", "risk_free").mode if own is None else own,
            "beta": parameters.row("lender", "beta").mode,
            "equity_risk_premium": parameters.row("lender", "equity_risk_premium").mode,
        }
    }


def _schedule(terms: Terms) -> list[dict[str, Any]]:
    start = terms.disbursed_on
    plan: dict[str, Any] = {"instalments": terms.term_months, "first_due": _later(start, 1)}
    if terms.method == "interest_only":
        plan = {"maturity": _later(start, terms.term_months), "settlement": SETTLEMENT}
    agreed = {
        "disbursements": [{"date": start.isoformat(), "amount": terms.amount_fen}],
        "rate": {"annual": terms.annual_rate}, "day_count": "act/360", "method": terms.method,
    }  # fmt: skip
    try:
        rows: list[dict[str, Any]] = loan_schedule.build(agreed | plan)["rows"]
    except BadDocument as error:
        raise Invalid("无法按此条件排出还款计划", fields={"term_months": str(error)}) from None
    return rows


def _later(day: date, months: int) -> str:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = (date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1) - date(year, month + 1, 1)).days
    return date(year, month + 1, min(day.day, last)).isoformat()
