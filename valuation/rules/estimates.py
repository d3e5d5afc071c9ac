"""The public's question, answered by the appraisers' engine: what might this right be worth, and what be lent on it.

The model is relief from royalty at a risk-loaded rate (the *appraisal* mode): expected flows, and the spread is that of
the parameters alone, so no risk is charged twice. Obsolescence stands in the decay, so the economic life is the long
end of its table and the rate carries no technology premium; invalidation stands in the hazard, so the rate carries no
legal premium.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from finance_platform.foundation.errors import Invalid
from pledges import loan_schedule
from valuation.engine.periods import anniversary
from valuation.rules import figures
from valuation.rules.parameters import Parameters, three_point
from valuation.rules.rights import ENGINE_KINDS, MARKS
from valuation.rules.risks import premiums_in_rate

KINDS = ("invention_patent", "utility_model", "design", "trademark")
SECTORS = (
    "machinery", "chemicals", "petrochemical", "pharma", "electrical", "electronics", "instruments", "automotive",
    "food", "consumer", "other",
)  # fmt: skip
PATHS = 16384
REVENUE_FEN_MAX = 10**14
TEN_THOUSAND_YUAN_FEN = 1_000_000
RATE_SPREAD = 0.02


@dataclass(frozen=True)
class EstimateInputs:
    """The six answers. Years from today, revenue of last year in fen, growth and discount rate as fractions a year."""

    kind: str
    sector: str
    remaining_years: float
    revenue_fen: int
    growth: float
    discount_rate: float | None = None

    def plain(self) -> dict[str, Any]:
        """Return the members as a JSON object."""
        return asdict(self)


@dataclass(frozen=True)
class Answer:
    """What the public is told, in fen, and the ratios the loan range rests on."""

    median_fen: int
    p10_fen: int
    p90_fen: int
    loan_low_fen: int
    loan_high_fen: int
    ltv_low: float
    ltv_high: float

    def plain(self) -> dict[str, Any]:
        """Return the members as a JSON object."""
        return asdict(self)


@dataclass(frozen=True)
class LoanCost:
    """What the upper end of the loan range may cost: yearly rates as fractions, a year's interest in fen."""

    lpr: float
    low_rate: float
    high_rate: float
    low_fen: int
    high_fen: int


def loan_cost(amount_fen: int, lpr: Decimal, parameters: Parameters, start: date) -> LoanCost:
    """Return what a loan of a year, interest quarterly and principal at the end, costs at both ends of the rates.

    No fees: a bank's offer names them. Source: the table `loan_rate`; the schedule is the loans' own.
    """
    spread = parameters.row("loan_rate", "spread")
    low, high = (lpr + Decimal(repr(end)) for end in (spread.low, spread.high))
    interest = [_year_of_interest_fen(amount_fen, rate, start) if amount_fen else 0 for rate in (low, high)]
    return LoanCost(float(lpr), float(low), float(high), *interest)


def _year_of_interest_fen(amount_fen: int, rate: Decimal, start: date) -> int:
    loan = {
        "disbursements": [{"date": start.isoformat(), "amount": amount_fen}], "rate": {"annual": str(rate)},
        "day_count": "act/360", "method": "interest_only", "maturity": anniversary(start, 1).isoformat(),
        "settlement": {"every": "quarter", "day": 20},
    }  # fmt: skip
    interest: int = loan_schedule.build(loan)["totals"]["interest"]
    return interest


def read(inputs: Mapping[str, Any]) -> EstimateInputs:
    """Return the six answers, checked. Raises: Invalid with every field that must be mended."""
    faults: dict[str, str] = {}
    if inputs.get("kind") not in KINDS:
        faults["kind"] = "请选择发明专利、实用新型、外观设计或注册商标"
    if inputs.get("sector", "other") not in SECTORS:
        faults["sector"] = "请从列表中选择行业"
    years = _number(inputs, "remaining_years", 0.5, 20, "请填写 0.5 至 20 年", faults)
    revenue = _number(
        inputs, "revenue_fen", 1, REVENUE_FEN_MAX,
        "相关产品年收入须大于零:尚无收入的权利不能用收益法试算,请委托评估机构以成本法评估", faults,
    )  # fmt: skip
    growth = _number(inputs, "growth", -0.5, 0.5, "请填写 -50% 至 50%", faults)
    rate = None
    if inputs.get("discount_rate") is not None:
        rate = _number(inputs, "discount_rate", 0.05, 0.5, "请填写 5% 至 50%,或留空用默认值", faults)
    if faults:
        raise Invalid("试算输入有误,请按各字段说明修改", fields=faults)
    return EstimateInputs(str(inputs["kind"]), str(inputs.get("sector", "other")), years, int(revenue), growth, rate)


def _number(
    inputs: Mapping[str, Any], name: str, low: float, high: float, remedy: str, faults: dict[str, str]
) -> float:
    value = inputs.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        faults[name] = remedy
        return 0
    return value


def document(inputs: EstimateInputs, parameters: Parameters, seed: int) -> dict[str, Any]:
    """Return the engine's document for six answers and the tables in force.

    Source: valuation page sections 1.1 (relief from royalty), 1.8 (build-up), 1.9 (life and decay).
    """
    spread = parameters.row("conventions", "growth_spread").mode
    life = min(inputs.remaining_years, parameters.row("economic_life", inputs.kind).high)
    royalties = "royalty_mark" if inputs.kind in MARKS else "royalty_patent"
    return {
        "method": "relief_from_royalty",
        "kind": ENGINE_KINDS[inputs.kind],
        "horizon": {"years": life},
        "revenue": {
            "base": figures.yuan(inputs.revenue_fen),
            "growth": three_point("triangular", inputs.growth - spread, inputs.growth, inputs.growth + spread),
            "base_year": 0,
        },
        "royalty_rate": parameters.row_or_other(royalties, inputs.sector).pert,
        "tax_rate": parameters.row("conventions", "tax_rate").mode,
        "discount_rate": _rate(inputs, parameters),
        "decay": {"rate": parameters.row("decay", inputs.kind).triangular},
        "hazard": {"annual": parameters.row("hazard", inputs.kind).mode},
        "simulation": {"paths": PATHS, "sampler": "sobol", "seed": seed},
        "sensitivity": {"tornado": [0.1, 0.9]},
    }


def _rate(inputs: EstimateInputs, parameters: Parameters) -> dict[str, Any] | float:
    wanted, decays = inputs.discount_rate, parameters.row("decay", inputs.kind).high > 0
    if wanted is not None:
        return three_point("triangular", wanted - RATE_SPREAD, wanted, wanted + RATE_SPREAD)
    premiums = {name: parameters.row("discount_rate", name).triangular for name in premiums_in_rate(decays=decays)}
    return {"build_up": {"risk_free": parameters.row("discount_rate", "risk_free").mode, "premiums": premiums}}


def answer(inputs: EstimateInputs, output: Mapping[str, Any], parameters: Parameters) -> Answer:
    """Return median, P10, P90 and the loan range: the low ratio of P10 to the high ratio of the median.

    The range is rounded down to ten thousand yuan. Source: valuation page section 6 (pledge rates).
    """
    quantiles = output["simulation"]["quantiles"]
    median, p10, p90 = (figures.fen(quantiles[name]) for name in ("p50", "p10", "p90"))
    ratio = parameters.row("loan_to_value", inputs.kind)
    return Answer(
        median, p10, p90, _rounded_down(p10, ratio.low), _rounded_down(median, ratio.high), ratio.low, ratio.high
    )


def _rounded_down(amount_fen: int, ratio: float) -> int:
    return int(amount_fen * ratio) // TEN_THOUSAND_YUAN_FEN * TEN_THOUSAND_YUAN_FEN
