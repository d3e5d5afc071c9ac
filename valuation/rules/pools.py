"""A pool of pledged rights as one portfolio on one product's revenue.

The technology rights share one royalty, split among them by their share in the product; a mark has its own royalty.
Together they may take no more than a part of operating profit (the cap). Each right lives by its own term. As in the
public estimate, obsolescence stands in the decay and invalidation in the hazard, never also in the rate: where any
right of the pool decays, the rate carries no technology premium.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from finance_platform.foundation.errors import Invalid
from valuation.rules import figures
from valuation.rules.estimates import PATHS
from valuation.rules.parameters import Parameters, three_point
from valuation.rules.rights import ENGINE_KINDS, Right
from valuation.rules.risks import PREMIUMS, premiums_in_rate

PRODUCT = "pledged-product"
PATHS_MAX = 65536
Triple = tuple[float, float, float]
NONE: Triple = (0.0, 0.0, 0.0)


@dataclass(frozen=True)
class Assumptions:
    """What the appraiser states about a pool. Rates are fractions a year, triples are (low, mode, high)."""

    valuation_date: date
    revenue_fen: int
    growth: Triple
    royalty: Triple
    mark_royalty: Triple
    decay: Triple
    risk_free: float
    premiums: Mapping[str, Triple]
    tax_rate: float
    operating_margin: float
    profit_share_cap: float
    life_years: Mapping[str, float]
    hazard: Mapping[str, float]
    shares: Mapping[str, float]
    paths: int = PATHS


def defaults(
    pool: Sequence[Right], parameters: Parameters, *, sector: str, revenue_fen: int, valuation_date: date
) -> Assumptions:
    """Return the tables' assumptions for a pool; the appraiser replaces what he knows better. Raises: Invalid."""
    kinds = sorted({right.kind for right in pool})
    technology = [right for right in pool if not right.is_mark]
    spread = parameters.row("conventions", "growth_spread").mode
    decay = _triple(parameters, "decay", technology[0].kind) if technology else NONE
    rate = premiums_in_rate(decays=any(decay))
    return Assumptions(
        valuation_date=valuation_date, revenue_fen=revenue_fen, growth=(-spread, 0.0, spread),
        royalty=_triple(parameters, "royalty_patent", sector), mark_royalty=_triple(parameters, "royalty_mark", sector),
        decay=decay,
        risk_free=parameters.row("discount_rate", "risk_free").mode,
        premiums={
            name: _triple(parameters, "discount_rate", name) if name in rate else NONE for name in PREMIUMS
        },
        tax_rate=parameters.row("conventions", "tax_rate").mode,
        operating_margin=parameters.row("conventions", "operating_margin").mode,
        profit_share_cap=parameters.row("conventions", "profit_share_cap").mode,
        life_years={kind: parameters.row("economic_life", kind).high for kind in kinds},
        hazard={kind: parameters.row("hazard", kind).mode for kind in kinds},
        shares={right.number: 1 / len(technology) for right in technology},
    )  # fmt: skip


def _triple(parameters: Parameters, table: str, key: str) -> Triple:
    row = parameters.row_or_other(table, key) if table.startswith("royalty") else parameters.row(table, key)
    return row.low, row.mode, row.high


def document(pool: Sequence[Right], stated: Assumptions, seed: int) -> dict[str, Any]:
    """Return the engine's portfolio for a pool under the stated assumptions.

    Source: valuation page sections 1.1, 1.13 (attribute revenue once per product, cap on the joint royalty).
    Raises: Invalid if the shares of the technology rights add up to more than the whole product.
    """
    if sum(stated.shares.values()) > 1 + 1e-9:
        raise Invalid("各项技术权利的收入份额合计不能超过 100%", fields={"shares": "请调整各项份额"})
    portfolio: dict[str, Any] = {"shared": _shared(pool, stated), "assets": [_asset(right, stated) for right in pool]}
    if len(pool) > 1:
        portfolio["shared"]["product"] = PRODUCT
        portfolio["overlap"] = {"rule": "cap", "cap": stated.operating_margin * stated.profit_share_cap}
    return {
        "valuation_date": stated.valuation_date.isoformat(),
        "portfolio": portfolio,
        "simulation": {"paths": stated.paths, "sampler": "sobol", "seed": seed},
        "sensitivity": {"tornado": [0.1, 0.9]},
    }


def _shared(pool: Sequence[Right], stated: Assumptions) -> dict[str, Any]:
    premiums = {name: three_point("triangular", *triple) for name, triple in stated.premiums.items() if any(triple)}
    shared: dict[str, Any] = {
        "method": "relief_from_royalty",
        "revenue": {
            "base": figures.yuan(stated.revenue_fen),
            "growth": three_point("triangular", *stated.growth),
            "base_year": 0,
        },
        "tax_rate": stated.tax_rate,
        "discount_rate": {"build_up": {"risk_free": stated.risk_free, "premiums": premiums}},
    }
    if not all(right.is_mark for right in pool):
        shared["royalty_rate"] = three_point("pert", *stated.royalty)
        shared["decay"] = {"rate": three_point("triangular", *stated.decay)}
    return shared


def _asset(right: Right, stated: Assumptions) -> dict[str, Any]:
    asset: dict[str, Any] = {
        "name": right.number,
        "kind": ENGINE_KINDS.get(right.kind, "other"),
        "horizon": _horizon(right, stated.life_years[right.kind]),
        "hazard": {"annual": stated.hazard[right.kind]},
    }
    if right.is_mark:
        return asset | {"royalty_rate": three_point("pert", *stated.mark_royalty), "decay": {"rate": 0}}
    return asset | {"coverage": stated.shares[right.number]}


def _horizon(right: Right, life_years: float) -> dict[str, Any]:
    """The right's term by the register, and its economic life; the shorter one counts."""
    horizon: dict[str, Any] = {"economic_life_years": life_years}
    if right.expiry_date:
        return horizon | {"legal_expiry": right.expiry_date.isoformat()}
    begins = right.grant_date if right.is_mark else right.filing_date
    if begins and right.kind in ENGINE_KINDS:
        return horizon | {"filing_date": begins.isoformat()}
    return horizon
