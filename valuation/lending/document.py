"""The lender's document, read strictly.

It is a value_asset document of an income asset or of a portfolio of such (its contract), with a `mode` and more blocks:

    {"mode": "lender_distribution", ..., "discount_rate": {"capm": {"risk_free", "beta", "equity_risk_premium"}},
     "hazard": {"annual", "mode": "event"},
     "simulation": {"paths": 4096, "largest_paths": 65536, "sampler": "sobol" | "latin_hypercube", "seed": 0},
     "borrower": {"operating_margin": series [-1,1],      share of product revenue left as cash after costs and taxes
                  "lost_with_right": scalar [0,1] = 0,    share of that cash lost when the product's rights have fallen
                  "other_income": scalar >= 0 a year = 0, or {"annual", "shock": {"speed", "volatility"}},
                  "existing_debt_service": scalar >= 0 a year = 0, or [{"at", "amount"}],
                  "opening_cash": scalar >= 0 = 0, "carried": scalar [0,1] = 1},   share of a surplus that is kept
     "loan": {"amount", "repayments": [{"at": years from the valuation date, "principal", "interest" = 0, "fee" = 0}],
              "liquidation": {"factor": scalar [0,1] = PERT 5/15/40 %, "time_to_sale_years": scalar >= 0,
                              "cost_share": scalar [0,1] = 0, "cost_amount": scalar >= 0 = 0},
              "curve": [loan amounts]?, "tolerance": {"measure", "at_most"}?},
     "families": [[names of assets whose hazards strike as one event], ...]?}

`sensitivity` stays with the calculator. Random inputs of these blocks may stand in `correlation` under their pointers.
In a portfolio every asset names its `product`, whose revenue counts once; assets of one product have one revenue.

Mode `appraisal` is the contract's document without `loan`, of any asset that may stand in a portfolio; its
`simulation` has the members above and gives the expected value with its standard error, no tail.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from valuation.engine.assets import ASSET_METHODS, read_asset, read_method
from valuation.engine.dependence import Copula, read_correlation
from valuation.engine.document import POSITIVE, Members, Node, Reading, choice, number, text
from valuation.engine.model import Model as Valued
from valuation.engine.portfolio import read_portfolio
from valuation.engine.randomness import Randomness
from valuation.engine.sobol_directions import MOST_DIMENSIONS
from valuation.lending.borrower import read_borrower
from valuation.lending.families import Families, read_families
from valuation.lending.instalments import Instalments, check_principal, read_instalments
from valuation.lending.liquidation import Liquidation, read_liquidation
from valuation.lending.modes import APPRAISAL, MODES, refuse_lender_blocks, refuse_loaded_flows
from valuation.lending.places import places
from valuation.lending.rights import Rights
from valuation.lending.sample import Model
from valuation.lending.sizes import Tolerance, read_amounts, read_tolerance
from valuation.lending.stopping import Plan, read_plan

FOLLOWED = ("relief_from_royalty", "profit_split", "multi_period_excess_earnings")
"""The methods whose flows come from a product's revenue, which the borrower's cash can follow."""
MOST_NUMBERS = 2**25
"""A sample holds at most so many numbers: 256 MB."""


@dataclass(frozen=True)
class Appraisal:
    """A document of mode appraisal."""

    model: Valued
    randomness: Randomness
    plan: Plan | None


@dataclass(frozen=True)
class Assessment:
    """A document of mode lender_distribution."""

    valued: Valued
    model: Model
    randomness: Randomness
    plan: Plan
    amount: float
    amounts: tuple[float, ...]
    tolerance: Tolerance | None


@dataclass(frozen=True)
class _Loan:
    amount: float
    instalments: Instalments
    liquidation: Liquidation
    amounts: tuple[float, ...]
    tolerance: Tolerance | None


def read(document: Mapping[str, Any]) -> Appraisal | Assessment:
    """Read a lender's document. Raises BadDocument with every fault found."""
    reading = Reading()
    top = Members(Node(document, "", reading))
    for name in ("id", "title"):
        top.optional(name, text, "")
    mode = top.required("mode", choice(*MODES))
    if not mode:
        reading.settle()
    if mode == APPRAISAL:
        return _read_appraisal(document, top, reading)
    return _read_assessment(document, top, reading)


def _read_appraisal(document: Mapping[str, Any], top: Members, reading: Reading) -> Appraisal:
    refuse_lender_blocks(document, reading)
    for name in ("borrower", "loan", "families"):
        top.find(name)
    valued = _read_valued(top, ASSET_METHODS)
    copula = top.optional("correlation", read_correlation, None)
    plan = top.optional("simulation", read_plan, None)
    top.close()
    randomness = Randomness.of(reading, copula)
    _check_dimensions(top, randomness)
    reading.settle()
    assert valued is not None
    return Appraisal(valued, randomness, plan)


def _read_assessment(document: Mapping[str, Any], top: Members, reading: Reading) -> Assessment:
    refuse_loaded_flows(document, reading)
    valued = _read_valued(top, FOLLOWED)
    rights = Rights.of(valued) if valued is not None else Rights((), ())
    _check_followed(document, reading)
    _check_products(document, reading)
    loan = top.required("loan", _read_loan)
    periods = max((right.asset.horizon.count for right in rights.rights), default=0)
    borrower = top.required("borrower", lambda node: read_borrower(node, periods, loan.instalments))
    families = top.optional("families", lambda node: read_families(node, rights), Families())
    _check_term(top, loan.instalments, rights)
    copula: Copula | None = top.optional("correlation", read_correlation, None)
    plan = top.required("simulation", read_plan)
    top.close()
    randomness = Randomness.of(reading, copula)
    _check_dimensions(top, randomness)
    model = Model(rights, families, borrower, loan.instalments, loan.liquidation)
    _check_memory(top, model, plan)
    reading.settle()
    assert valued is not None
    return Assessment(valued, model, randomness, plan, loan.amount, loan.amounts, loan.tolerance)


def _read_valued(top: Members, methods: tuple[str, ...]) -> Valued | None:
    if "portfolio" in top:
        return top.required("portfolio", lambda node: read_portfolio(node, top))
    return read_asset(read_method(top, *methods), top, top)


def _read_loan(node: Node) -> _Loan:
    members = node.members()
    if "disposal_haircut" in members:
        members.fault("disposal_haircut", "is the calculator's: what a forced sale takes off stands in liquidation")
    amount = members.required("amount", lambda found: number(found, POSITIVE))
    instalments = members.required("repayments", read_instalments)
    if instalments.count:
        check_principal(members.find("repayments"), instalments, amount)
    liquidation = members.required("liquidation", read_liquidation)
    amounts = members.optional("curve", read_amounts, ())
    tolerance = members.optional("tolerance", read_tolerance, None)
    members.close()
    return _Loan(amount, instalments, liquidation, amounts, tolerance)


def _check_followed(document: Mapping[str, Any], reading: Reading) -> None:
    """Note a fault at every method of a portfolio whose flows do not come from a product's revenue."""
    for place in places(document) if "portfolio" in document else ():
        method = place.field("method")
        if method is not None and method.value in set(ASSET_METHODS) - set(FOLLOWED):
            reading.fault(method.pointer, f"must be one of {', '.join(FOLLOWED)}: the borrower's cash follows revenue")


def _check_products(document: Mapping[str, Any], reading: Reading) -> None:
    """Note a fault where a product is not named in a portfolio, or where rights on it are valued on two revenues."""
    assets = list(places(document)) if "portfolio" in document else []
    revenues: dict[str, Any] = {}
    for place in assets:
        product, revenue = place.field("product"), place.field("revenue")
        if product is None and isinstance(place.own.value, Mapping):
            reading.fault(f"{place.own.pointer}/product", "is required: the revenue of a product counts once")
        if product is None or revenue is None or not isinstance(product.value, str):
            continue
        known = revenues.setdefault(product.value, revenue)
        if known.pointer != revenue.pointer and (known.value != revenue.value or _is_random(revenue.value)):
            reason = f"must be the one revenue of product {product.value}: put what is random or differs into shared"
            reading.fault(revenue.pointer, reason)


def _is_random(revenue: Any) -> bool:
    """Say whether a revenue holds a distribution or a mean-reverting path."""
    if isinstance(revenue, Mapping):
        return "distribution" in revenue or "volatility" in revenue or any(map(_is_random, revenue.values()))
    return False


def _check_term(top: Members, instalments: Instalments, rights: Rights) -> None:
    """Note a fault where the loan outlives the longest life of the rights."""
    if instalments.count and rights.rights and instalments.at[-1] > rights.end:
        node = top.find("loan").at("repayments", None).at(instalments.count - 1, None).at("at", None)
        node.fault(f"must not lie after the longest life of the rights, which ends after {rights.end:g} years")


def _check_dimensions(top: Members, randomness: Randomness) -> None:
    if randomness.dimensions > MOST_DIMENSIONS:
        top.fault("simulation", f"needs {randomness.dimensions} dimensions, the Sobol sequence has {MOST_DIMENSIONS}")


def _check_memory(top: Members, model: Model, plan: Plan) -> None:
    if model.rows * plan.largest_paths > MOST_NUMBERS and "simulation" in top:
        most = MOST_NUMBERS // model.rows
        top.find("simulation").at("largest_paths", 0).fault(
            f"must be at most {most} for so many instalments and periods"
        )
