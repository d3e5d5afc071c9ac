"""What the value means to a lender: the disposal value against the amount lent."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from valuation.engine.document import POSITIVE, UNIT, Node, number
from valuation.engine.quantities import Constant, Draws, Quantity
from valuation.engine.scalars import scalar
from valuation.engine.summary import mean

type FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Loan:
    """An amount lent against the asset, and the haircut its disposal would suffer."""

    amount: float
    disposal_haircut: Quantity

    def disposal_value(self, value: FloatArray, draws: Draws) -> FloatArray:
        """Give value (1 - haircut) on each path."""
        return value * (1 - self.disposal_haircut.at(draws))

    def report(self, value: float, point: Draws, disposal_values: FloatArray | None) -> dict[str, Any]:
        """Give the block `loan`; `disposal_values` (paths,) are the simulated ones, None without simulation."""
        block: dict[str, Any] = {
            "disposal_value": float(self.disposal_value(np.array([value]), point)[0]),
            "loan_to_value": self.amount / value if value > 0 else None,
        }
        return block if disposal_values is None else block | self._shortfall(disposal_values)

    def _shortfall(self, disposal_values: FloatArray) -> dict[str, float]:
        missing = self.amount - disposal_values[disposal_values < self.amount]
        share = missing.size / disposal_values.size
        given_breach = mean(missing) if missing.size else 0.0
        return {
            "probability_below_loan": share,
            "expected_shortfall": given_breach * share,
            "expected_shortfall_given_breach": given_breach,
        }


def read_loan(node: Node) -> Loan:
    """Read {amount, disposal_haircut}."""
    members = node.members()
    amount = members.required("amount", lambda found: number(found, POSITIVE))
    haircut = members.optional("disposal_haircut", scalar(UNIT), Constant(0.0))
    members.close()
    return Loan(amount, haircut)
