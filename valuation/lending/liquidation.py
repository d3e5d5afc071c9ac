"""What a lender gets for a right at a forced sale: a fraction of its worth, later, less the costs.

Source: valuation page, section 6 (liquidation factor: a mean below 15 % as anchor, the range our own).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from valuation.engine.document import NON_NEGATIVE, UNIT, Node
from valuation.engine.quantities import Constant, Draws, Quantity, total
from valuation.engine.scalars import scalar

type FloatArray = NDArray[np.float64]

DEFAULT_FACTOR = {"distribution": "pert", "low": 0.05, "mode": 0.15, "high": 0.40}


@dataclass(frozen=True)
class Liquidation:
    """A forced sale: the share of its worth that a right fetches, the wait, and the costs as a share and an amount."""

    factor: Quantity
    time_to_sale: Quantity
    cost_share: Quantity
    cost_amount: Quantity

    def proceeds(self, worths: list[FloatArray], rates: list[FloatArray], draws: Draws) -> FloatArray:
        """Give what the sale of several rights leaves, never less than nothing.

        `worths` are those of each right when its sale begins, (1,) or (paths,) or (times, paths); `rates` its discount
        rate, (1,) or (paths,), at which it waits for the buyer.
        """
        wait = self.time_to_sale.at(draws)
        waited = total(worth * np.exp(-wait * np.log1p(rate)) for worth, rate in zip(worths, rates, strict=True))
        fetched = waited * (self.factor.at(draws) * (1 - self.cost_share.at(draws)))
        return np.maximum(fetched - self.cost_amount.at(draws), 0.0)


def read_liquidation(node: Node) -> Liquidation:
    """Read {factor, time_to_sale_years, cost_share, cost_amount}."""
    members = node.members()
    given = members.find("factor")
    liquidation = Liquidation(
        factor=scalar(UNIT)(node.at("factor", DEFAULT_FACTOR) if given.absent else given),
        time_to_sale=members.required("time_to_sale_years", scalar(NON_NEGATIVE)),
        cost_share=members.optional("cost_share", scalar(UNIT), Constant(0.0)),
        cost_amount=members.optional("cost_amount", scalar(NON_NEGATIVE), Constant(0.0)),
    )
    members.close()
    return liquidation
