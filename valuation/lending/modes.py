"""Two ways to value a right, and what each refuses so that nobody mixes them up.

`appraisal` is the expected cash flow at a rate loaded with every risk that the flow does not carry: one figure, no
tail. `lender_distribution` simulates the risks and discounts at the risk-free rate plus beta times the equity risk
premium: a distribution, whose tail would count every specific premium a second time.

Source: valuation page, section 2, "discounting trap".
"""

from collections.abc import Mapping
from typing import Any

from valuation.engine.document import Reading
from valuation.lending.places import Found, Place, places

APPRAISAL, LENDER_DISTRIBUTION = "appraisal", "lender_distribution"
MODES = (APPRAISAL, LENDER_DISTRIBUTION)
LENDER_BLOCKS = ("borrower", "loan", "families")
BASIS = {
    APPRAISAL: {"cash_flow": "expected", "rate": "loaded with the risks that the cash flow does not carry"},
    LENDER_DISTRIBUTION: {"cash_flow": "simulated", "rate": "risk_free + beta x equity_risk_premium"},
}
COMPOSED = 'give {"capm": {"risk_free", "beta", "equity_risk_premium"}}'
SPECIFIC = (
    "is a specific premium, and a simulated cash flow already carries specific risk: "
    f"put the risk into revenue, decay, hazard or liquidation and {COMPOSED}"
)


def refuse_lender_blocks(document: Mapping[str, Any], reading: Reading) -> None:
    """Note a fault at every block of an appraisal that asks a lender's question."""
    for name in LENDER_BLOCKS:
        if name in document:
            reading.fault(f"/{name}", f"is a lender's question: ask it in mode {LENDER_DISTRIBUTION}, at its own rate")


def refuse_loaded_flows(document: Mapping[str, Any], reading: Reading) -> None:
    """Note a fault wherever a lender's document averages a risk away, or charges it in the rate."""
    for place in places(document):
        _check_rate(place.field("discount_rate"), reading)
        _check_hazard(place, reading)
        benefit = place.field("tax_amortisation")
        if benefit is not None:
            reading.fault(benefit.pointer, "is not certain for whoever buys at a forced sale: leave it out")


def _check_hazard(place: Place, reading: Reading) -> None:
    hazard = place.field("hazard")
    if hazard is None or not isinstance(hazard.value, Mapping) or hazard.value.get("mode") == "event":
        return
    reason = "must be event: averaged over all paths, invalidation leaves no path on which the right has fallen"
    reading.fault(f"{hazard.pointer}/mode", reason)


def _check_rate(rate: Found | None, reading: Reading) -> None:
    if rate is None:
        return
    capm, build_up, wacc = (rate.member(name) for name in ("capm", "build_up", "wacc"))
    if build_up is not None:
        _refuse_premiums(build_up, reading)
    elif wacc is not None:
        reading.fault(wacc.pointer, f"mixes in the capital structure of the firm: {COMPOSED}")
    elif capm is None:
        reading.fault(rate.pointer, f"does not say what it is composed of: {COMPOSED}")
    else:
        for part in filter(None, (capm.member("size_premium"), capm.member("specific_premium"))):
            reading.fault(part.pointer, SPECIFIC)


def _refuse_premiums(build_up: Found, reading: Reading) -> None:
    premiums = build_up.member("premiums")
    named = [premiums.member(name) for name in premiums.value] if premiums and isinstance(premiums.value, dict) else []
    for premium in filter(None, named):
        reading.fault(premium.pointer, SPECIFIC)
    if not named:
        reading.fault(build_up.pointer, f"does not say the systematic premium: {COMPOSED}")
