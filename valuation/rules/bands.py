"""A sanity band: an appraised patent against what patents are licensed for in the published statistics.

A flag for reviewer and signatories, never a refusal. The statistics exclude free licences (over half of the contracts
of 2023), so the band speaks of paid licences only.

Source: valuation page, section 6 (mean fixed fee per contract; flag a single patent above ten times).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from valuation.rules import figures
from valuation.rules.parameters import Parameters
from valuation.rules.rights import Right

TABLE = "licence_fee"
TIMES = 10
LICENCE_BAND = "licence_band"


def flags(output: Mapping[str, Any], pool: Sequence[Right], parameters: Parameters) -> list[dict[str, Any]]:
    """Return a flag for each patent whose value in the pool exceeds ten times the latest mean fixed licence fee.

    Each: code, asset, value_fen, limit_fen, fee_fen, times, year, n, source. Empty where no statistics are loaded.
    """
    rows = parameters.tables.get(TABLE, {}).values()
    latest = max(rows, key=lambda row: row.year or 0, default=None)
    if latest is None:
        return []
    patents = {right.number for right in pool if right.registry == "patent"}
    fee_fen = figures.fen(latest.mode)
    common = {"code": LICENCE_BAND, "limit_fen": TIMES * fee_fen, "fee_fen": fee_fen, "times": TIMES}
    told = {"year": latest.year, "n": latest.n, "source": latest.source}
    worth = [(str(asset["name"]), figures.fen(asset["value"])) for asset in output["assets"]]
    return [
        {**common, "asset": name, "value_fen": value_fen, **told}
        for name, value_fen in worth
        if name in patents and value_fen > TIMES * fee_fen
    ]
