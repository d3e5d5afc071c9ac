"""A whole document on one path: an asset, a portfolio under its overlap rule, or an option."""

from typing import Any

from .horizon import periods
from .income import Worth, claimed_rate, income_worth
from .options import option_worth
from .others import cost_worth, market_worth
from .path import Fields, Path, below

INCOME = ("relief_from_royalty", "profit_split", "multi_period_excess_earnings", "incremental_income")


def worth(document: dict[str, Any], path: Path) -> Worth:
    """Give the members of the contract's output that belong to the model, `value` among them."""
    if "portfolio" in document:
        return _portfolio_worth(document, path)
    return _asset_worth(assets_of(document)[0], document, path, None)


def value(document: dict[str, Any], path: Path) -> float:
    """Give the value on one path."""
    if "portfolio" not in document:
        return float(worth(document, path)["value"])
    assets = assets_of(document)
    return sum(_asset_worth(a, document, path, _caps(a, assets, document, path))["value"] for a in assets)


def assets_of(document: dict[str, Any]) -> list[Fields]:
    """Give the members of every asset with their pointers: its own, else the shared ones."""
    if "portfolio" not in document:
        return [{name: (value, below("", name)) for name, value in document.items()}]
    portfolio, assets = document["portfolio"], []
    shared = {name: (value, below("/portfolio/shared", name)) for name, value in portfolio.get("shared", {}).items()}
    for i, asset in enumerate(portfolio["assets"]):
        own = {name: (value, below("/portfolio/assets", i, name)) for name, value in asset.items()}
        assets.append(shared | own)
    return assets


def _asset_worth(fields: Fields, top: dict[str, Any], path: Path, caps: list[float] | None) -> Worth:
    method = fields["method"][0]
    if method in INCOME:
        return income_worth(fields, top, path, caps)
    if method == "real_option":
        return option_worth(*fields["option"], path)
    return cost_worth(*fields["cost"], path) if method == "cost" else market_worth(*fields["market"], path)


def _portfolio_worth(document: dict[str, Any], path: Path) -> Worth:
    assets, rows = assets_of(document), []
    for fields in assets:
        capped = _asset_worth(fields, document, path, _caps(fields, assets, document, path))
        alone = _asset_worth(fields, document, path, None)["value"]
        rows.append({"name": fields["name"][0], "standalone_value": alone} | capped)
    total, apart = sum(row["value"] for row in rows), sum(row["standalone_value"] for row in rows)
    return {"value": total, "standalone_value": apart, "overlap_reduction": apart - total, "assets": rows}


def _caps(fields: Fields, assets: list[Fields], document: dict[str, Any], path: Path) -> list[float] | None:
    """Give what the rate of an asset is multiplied by in each period, None where nothing is capped."""
    overlap = document["portfolio"].get("overlap", {})
    if overlap.get("rule") != "cap" or "product" not in fields:
        return None
    same = [other for other in assets if other.get("product", ("", ""))[0] == fields["product"][0]]
    if len(same) < 2:
        return None
    cap, grids = path.number(overlap["cap"], "/portfolio/overlap/cap"), [periods(o, document, path) for o in same]
    factors = []
    for i in range(len(periods(fields, document, path))):
        alive = [other for other, grid in zip(same, grids, strict=True) if i < len(grid) and grid[i][1] > 0]
        claims = sum(claimed_rate(o, i, path) * path.entry(*o.get("coverage", (1, "")), i) for o in alive)
        factors.append(cap / claims if claims > cap else 1.0)
    return factors
