"""The risk ledger: where a document charges each risk, and which risk it charges twice.

Five risks can lower what a right is worth: invalidation, decay, market, management, disposal. Each may be charged in
one form: in the flow, as a premium in the rate, as a haircut, or as an event. What a simulation merely spreads about
its mean is not a charge: the systematic premium of a lender's document prices what its simulated revenue spreads.

Source: valuation page, sections 0 (2) and 2; the names of premiums as in its section 1.8.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from finance_platform.foundation.faults import BadDocument, Fault
from valuation.lending.places import Found, Place, places

RISKS = ("invalidation", "decay", "market", "management", "disposal")
FLOW, RATE_PREMIUM, HAIRCUT, EVENT = "flow", "rate_premium", "haircut", "event"
PREMIUMS = {
    "invalidation": ("legal", "invalidation", "法律", "失效", "无效"),
    "decay": ("technology", "obsolescence", "decay", "技术"),
    "market": ("market", "市场"),
    "management": ("management", "经营", "管理", "经营管理"),
    "disposal": ("disposal", "liquidity", "处置", "变现", "流动性"),
}
RISK_OF = {name: risk for risk, names in PREMIUMS.items() for name in names}
UNDIVIDED = {"capm": ("specific_premium", "size_premium"), "wacc": ("asset_premium",)}


@dataclass(frozen=True, order=True)
class Charge:
    """One risk charged once: for which asset (empty: the document as a whole), in which form, and where."""

    risk: str
    asset: str
    form: str
    pointer: str


def risk_ledger(document: Mapping[str, Any]) -> dict[str, Any]:
    """Give the ledger of a valuation document, JSON-ready: a value_asset document or a lender's, already read as good.

    `rows`: a row per asset and risk with its `charges` {form, pointer}, none where nothing is charged. `doubles`: the
    rows with more than one charge, each with the remedy. `undivided`: pointers of rates and premiums that do not say
    which risk they charge. `other_premiums`: premiums for none of the five risks.

    >>> rate = {"build_up": {"risk_free": 0.02, "premiums": {"legal": 0.03}}}
    >>> [row["risk"] for row in risk_ledger({"hazard": {"annual": 0.01}, "discount_rate": rate})["doubles"]]
    ['invalidation']
    """
    assets = list(places(document))
    rows = [
        _row(risk, place.name, [charge for charge in charges if charge.risk == risk])
        for place in assets
        for charges in [list(_charges(place, document))]
        for risk in RISKS
    ]
    return {
        "rows": rows,
        "doubles": [row | {"remedy": _remedy(row)} for row in rows if len(row["charges"]) > 1],
        "undivided": _pointers(found for place in assets for found in _undivided(place)),
        "other_premiums": _pointers(
            found for place in assets for name, found in _premiums(place) if _risk(name) is None
        ),
    }


def require_single_charges(document: Mapping[str, Any]) -> None:
    """Refuse a document that charges a risk twice. Raises: BadDocument with a fault at every charge of such a risk."""
    faults = [
        Fault(charge["pointer"], f"{row['risk']} is charged more than once: {row['remedy']}")
        for row in risk_ledger(document)["doubles"]
        for charge in row["charges"]
    ]
    if faults:
        raise BadDocument(sorted(set(faults), key=lambda fault: (fault.pointer, fault.reason)))


def _row(risk: str, asset: str, charges: list[Charge]) -> dict[str, Any]:
    return {
        "risk": risk,
        "asset": asset,
        "charges": [{"form": charge.form, "pointer": charge.pointer} for charge in charges],
    }


def _remedy(row: dict[str, Any]) -> str:
    where = " and ".join(f"{charge['form']} ({charge['pointer']})" for charge in row["charges"])
    return f"keep one of {where}"


def _pointers(found: Iterator[Found]) -> list[str]:
    return sorted({each.pointer for each in found})


def _charges(place: Place, document: Mapping[str, Any]) -> Iterator[Charge]:
    """Give every charge on one asset, in the order flow and event, rate, haircut, borrower."""

    def charge(risk: str, form: str, found: Found) -> Charge:
        return Charge(risk, place.name, form, found.pointer)

    hazard, decay = place.field("hazard"), place.field("decay")
    if hazard is not None and _counts(hazard.member("annual")):
        struck = hazard.member("mode")
        yield charge("invalidation", EVENT if struck is not None and struck.value == "event" else FLOW, hazard)
    if decay is not None and _counts(decay.member("rate")):
        yield charge("decay", FLOW, decay)
    for name, premium in _premiums(place):
        risk = _risk(name)
        if risk is not None:
            yield charge(risk, RATE_PREMIUM, premium)
    for systematic in _systematic(place):
        yield charge("market", RATE_PREMIUM, systematic)
    for haircut in _haircuts(Found("", document)):
        yield charge("disposal", HAIRCUT, haircut)
    borrower = Found("", document).member("borrower")
    if borrower is not None:
        yield charge("management", EVENT, borrower)


def _haircuts(document: Found) -> Iterator[Found]:
    """Give what is taken off at disposal: the haircut of the calculator, or the liquidation of a lender's loan."""
    loan = document.member("loan")
    haircut = loan.member("disposal_haircut") if loan is not None else None
    liquidation = loan.member("liquidation") if loan is not None else None
    if _counts(haircut):
        assert haircut is not None
        yield haircut
    if liquidation is not None:
        yield liquidation


def _premiums(place: Place) -> Iterator[tuple[str, Found]]:
    """Give the premiums of a build-up that are not nought, in the order of their names."""
    rate = place.field("discount_rate")
    build_up = rate.member("build_up") if rate is not None else None
    premiums = build_up.member("premiums") if build_up is not None else None
    for name in sorted(premiums.value) if premiums is not None and isinstance(premiums.value, Mapping) else ():
        premium = premiums.member(name) if premiums is not None else None
        if premium is not None and _counts(premium):
            yield name, premium


def _systematic(place: Place) -> Iterator[Found]:
    """Give the equity risk premium of a CAPM, which prices the risk of the market."""
    for capm in _capms(place):
        excess = capm.member("equity_risk_premium") or capm.member("market_return")
        if excess is not None and _counts(capm.member("beta")) and _counts(excess):
            yield excess


def _capms(place: Place) -> Iterator[Found]:
    rate = place.field("discount_rate")
    wacc = rate.member("wacc") if rate is not None else None
    own = rate.member("capm") if rate is not None else None
    equity = wacc.member("cost_of_equity") if wacc is not None else None
    yield from filter(None, (own, equity.member("capm") if equity is not None else None))


def _undivided(place: Place) -> Iterator[Found]:
    """Give the rate that is a mere number, and the premiums that name no risk."""
    rate = place.field("discount_rate")
    if rate is None:
        return
    wacc = rate.member("wacc")
    if not any(rate.member(form) for form in ("build_up", "capm", "wacc")):
        yield rate
    holders = [*(("capm", capm) for capm in _capms(place)), *([("wacc", wacc)] if wacc is not None else [])]
    for form, holder in holders:
        yield from (part for name in UNDIVIDED[form] if (part := holder.member(name)) and _counts(part))


def _risk(premium: str) -> str | None:
    """Give the risk that a premium of this name charges, None where it is none of the five."""
    return RISK_OF.get(premium.strip().lower().removesuffix("风险").removesuffix("_risk"))


def _counts(found: Found | None) -> bool:
    """Say whether a rate or premium is there and not simply nought."""
    return found is not None and not (isinstance(found.value, int | float) and found.value == 0)
