"""From a method's name to its asset: the readers of everything that may stand alone or in a portfolio."""

from collections.abc import Callable

from valuation.engine.cost import CostAsset, read_cost_asset
from valuation.engine.document import Members, choice, text
from valuation.engine.income import METHODS, IncomeAsset, read_income_asset
from valuation.engine.market import MarketAsset, read_market_asset
from valuation.engine.periods import read_setting

REAL_OPTION = "real_option"
REVENUE_METHODS = ("relief_from_royalty", "profit_split")
"""The methods that live on a product's revenue, which others may claim too."""
ASSET_METHODS = (*METHODS, "cost", "market")
ASSET_FIELDS = (
    *("kind", "product", "horizon", "tax_rate", "discount_rate", "contributory_charges", "cac_basis", "coverage"),
    *("costs", "decay", "hazard", "terminal", "tax_amortisation", "revenue", "royalty_rate", "contribution"),
    *("operating_costs", "incremental", "cost", "market", "option"),
)
"""Every field that some method knows."""

type Asset = IncomeAsset | CostAsset | MarketAsset


def read_method(members: Members, *methods: str) -> str:
    """Read the member `method`; empty when it is none of `methods`, and then all known fields count as used."""
    method = members.required("method", choice(*methods))
    for name in ASSET_FIELDS if not method else ():
        members.find(name)
    return method


def read_asset(method: str, members: Members, top: Members) -> Asset | None:
    """Read an asset valued by `method`; None when there is no such method."""
    setting = read_setting(members, top)
    members.optional("product", text, "")
    if method in METHODS:
        return read_income_asset(method, members, setting)
    readers: dict[str, Callable[[Members], Asset]] = {"cost": read_cost_asset, "market": read_market_asset}
    return readers[method](members) if method in readers else None
