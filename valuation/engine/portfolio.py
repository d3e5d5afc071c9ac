"""Several rights valued together, so that one product's revenue is not claimed more than once.

Assets may share fields: what is random in a shared field is one draw for all its users. Assets with the same product
live on the same revenue; the overlap rule says how their claims on it are held within bounds.

Source: value_asset.md section 6.
"""

from collections import defaultdict
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

import numpy as np
from numpy.typing import NDArray

from valuation.engine.assets import ASSET_METHODS, REVENUE_METHODS, Asset, read_asset, read_method
from valuation.engine.document import Domain, Members, Node, choice, text
from valuation.engine.income import UNCAPPED, IncomeAsset
from valuation.engine.model import Warnings
from valuation.engine.quantities import Draws, Quantity, total
from valuation.engine.scalars import scalar

type FloatArray = NDArray[np.float64]

CAP = Domain(0.0, 1.0, open_low=True)
RULES = ("cap", "split", "none")
COVERAGE_ROUNDING = 1e-9


@dataclass(frozen=True)
class Part:
    """One asset of a portfolio."""

    name: str
    asset: Asset
    product: str | None

    def value(self, draws: Draws, cap: FloatArray | None) -> FloatArray:
        """Give the asset's value on each path under `cap`, alone where that is None."""
        if cap is not None and isinstance(self.asset, IncomeAsset):
            return self.asset.value(draws, cap)
        return self.asset.value(draws)

    def report(self, point: Draws, cap: FloatArray | None) -> dict[str, Any]:
        """Give the asset's row of the result."""
        if cap is not None and isinstance(self.asset, IncomeAsset):
            fields = self.asset.report(point, cap)
        else:
            fields = self.asset.report(point)
        alone = float(self.asset.value(point)[0])
        return {"name": self.name, "value": fields["value"], "standalone_value": alone} | fields


@dataclass(frozen=True)
class ProductCap:
    """The most that the assets `members` (places in the portfolio) may together claim of their product's revenue."""

    members: tuple[int, ...]
    cap: Quantity

    def scales(self, assets: list[IncomeAsset], draws: Draws) -> list[FloatArray]:
        """Give what each of `assets` has its rate multiplied by in each period, broadcastable to (periods, paths).

        Rates count before decay and survival, and only those of assets still alive in the period.
        """
        claims = [_claim(asset, draws) for asset in assets]
        claimed = [total(claim for claim in period if claim is not None) for period in zip_longest(*claims)]
        cap = self.cap.at(draws)
        scales = [cap / np.maximum(rates, cap) for rates in claimed]
        table = np.stack(np.broadcast_arrays(*scales)) if scales else UNCAPPED[:, None]
        return [table[: asset.horizon.count] for asset in assets]


def _claim(asset: IncomeAsset, draws: Draws) -> list[FloatArray]:
    """Give the asset's effective rate per period, zero where it no longer lives; each (1,) or (paths,)."""
    alive = asset.horizon.at(draws).fraction > 0
    return list(np.where(alive, asset.effective_rate(draws), 0.0))


@dataclass(frozen=True)
class Portfolio:
    """The sum of its parts, less what their product's caps take away."""

    parts: tuple[Part, ...]
    caps: tuple[ProductCap, ...]

    @property
    def warnings(self) -> Warnings:
        return tuple(row for part in self.parts for row in part.asset.warnings)

    def value(self, draws: Draws) -> FloatArray:
        """Give the value on each path, (1,) or (paths,)."""
        scales = self._scales(draws)
        return total(part.value(draws, scales.get(place)) for place, part in enumerate(self.parts))

    def _scales(self, draws: Draws) -> dict[int, FloatArray]:
        scales: dict[int, FloatArray] = {}
        for cap in self.caps:
            capped = [self.parts[place].asset for place in cap.members]
            assets = [asset for asset in capped if isinstance(asset, IncomeAsset)]
            scales |= zip(cap.members, cap.scales(assets, draws), strict=True)
        return scales

    def report(self, point: Draws) -> dict[str, Any]:
        """Give the members of the result for the one path of `point`."""
        scales = self._scales(point)
        rows = [part.report(point, scales.get(place)) for place, part in enumerate(self.parts)]
        value, alone = sum(row["value"] for row in rows), sum(row["standalone_value"] for row in rows)
        return {"value": value, "standalone_value": alone, "overlap_reduction": alone - value, "assets": rows}


def read_portfolio(node: Node, top: Members) -> Portfolio:
    """Read {shared, assets, overlap}; `top` holds the document's own fields."""
    members = node.members()
    shared = members.optional("shared", lambda found: found.members(), None)
    parts = members.required("assets", lambda found: _read_parts(found, shared, top))
    if shared is not None:
        shared.close("is used by no asset")
    products = _products(parts)
    if products and "overlap" not in members:
        members.fault("overlap", "is required where assets share a product")
    caps = members.optional("overlap", lambda found: _read_overlap(found, parts, products), ())
    members.close()
    return Portfolio(tuple(part for part in parts if part is not None), caps)


def _read_parts(node: Node, shared: Members | None, top: Members) -> list[Part | None]:
    entries = node.items()
    if node.value == []:
        node.fault("must have at least one asset")
    names: set[str] = set()
    parts = [_read_part(entry, shared, top, names) for entry in entries]
    _check_products(entries, parts)
    return parts


def _read_part(node: Node, shared: Members | None, top: Members, names: set[str]) -> Part | None:
    members = node.members(beneath=shared)
    name = _read_name(members, names)
    method = read_method(members, *ASSET_METHODS)
    asset = read_asset(method, members, top)
    product = members.find("product")
    members.close()
    return Part(name, asset, product.value if isinstance(product.value, str) else None) if asset is not None else None


def _read_name(members: Members, names: set[str]) -> str:
    """Read the asset's own name, which `shared` cannot lend and no other asset may have."""
    node = members.own("name")
    name = "" if node.absent else text(node)
    if node.absent and members.node.is_object:
        node.reading.fault(node.pointer, "is required")
    elif name in names:
        node.fault("must differ from the names of the other assets")
    names.add(name)
    return name


def _products(parts: list[Part | None]) -> list[tuple[int, ...]]:
    """Give the places of the assets of every product that several share, products in the order of their first asset."""
    places: dict[str, list[int]] = defaultdict(list)
    for place, part in enumerate(parts):
        if part is not None and part.product is not None:
            places[part.product].append(place)
    return [tuple(shared) for shared in places.values() if len(shared) > 1]


def _check_products(entries: list[Node], parts: list[Part | None]) -> None:
    for places in _products(parts):
        for place in places:
            part = parts[place]
            if part is not None and not (isinstance(part.asset, IncomeAsset) and part.asset.lives_on_revenue):
                entries[place].at("product", "").fault(f"may be shared only by {' and '.join(REVENUE_METHODS)}")


def _read_overlap(node: Node, parts: list[Part | None], products: list[tuple[int, ...]]) -> tuple[ProductCap, ...]:
    members = node.members()
    rule = members.required("rule", choice(*RULES))
    cap = members.required("cap", scalar(CAP)) if rule == "cap" else None
    if not rule:
        members.find("cap")
    members.close()
    if rule == "split" and any(_overcovered([parts[place] for place in places]) for places in products):
        node.fault("split: the coverages of a product must not add up to more than 1 in any period")
    return tuple(ProductCap(places, cap) for places in products) if cap is not None else ()


def _overcovered(parts: list[Part | None]) -> bool:
    """Whether the greatest coverages of some assets add up to more than 1 in any period."""
    assets = [part.asset for part in parts if part is not None and isinstance(part.asset, IncomeAsset)]
    coverages = [asset.coverage.highest(asset.horizon.count).tolist() for asset in assets]
    sums = [sum(period) for period in zip_longest(*coverages, fillvalue=0.0)]
    return any(covered > 1 + COVERAGE_ROUNDING for covered in sums)
