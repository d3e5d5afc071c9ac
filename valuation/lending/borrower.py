"""The firm that repays: cash from the products that use the pledged rights, other income, debts it already has.

Its product revenue is the one that the rights are valued on, path by path. So a year in which the product fails
weakens the borrower and the collateral together, and nobody has to state a correlation.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from valuation.engine.document import NON_NEGATIVE, POSITIVE, UNIT, Members, Node, number
from valuation.engine.earnings import MARGIN
from valuation.engine.growth import SPEED
from valuation.engine.income import Flows
from valuation.engine.quantities import Constant, Draws, Quantity, Series
from valuation.engine.scalars import scalar, series
from valuation.lending.instalments import Instalments
from valuation.lending.rights import Rights

type FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Shock:
    """A mean-reverting factor e^(y - Var(y)/2) of mean 1: dy = -kappa y dt + sigma dW from y = 0, exact steps.

    Source: Vasicek (1977), doi 10.1016/0304-405X(77)90016-2.
    """

    pointer: str
    speed: Quantity
    volatility: Quantity

    def factors(self, steps: FloatArray, draws: Draws) -> list[FloatArray]:
        """Give the factor after each of the `steps` (times,) in years, each (1,) or (paths,)."""
        shocks = draws.shocks.get(self.pointer)
        if shocks is None:
            return [np.ones(1)] * len(steps)
        speed, volatility = self.speed.at(draws), self.volatility.at(draws)
        level, variance, factors = np.zeros(1), np.zeros(1), []
        for step, shock in zip(steps, shocks, strict=True):
            fresh = volatility * volatility * -np.expm1(-2 * speed * step) / (2 * speed)
            level = level * np.exp(-speed * step) + np.sqrt(fresh) * shock
            variance = variance * np.exp(-2 * speed * step) + fresh
            factors.append(np.exp(level - variance / 2))
        return factors


@dataclass(frozen=True)
class Borrower:
    """What the firm earns, owes and keeps. Money a year or at once, shares between 0 and 1."""

    margin: Series
    lost_with_right: Quantity
    other_income: Quantity
    shock: Shock | None
    debt_service: Quantity
    debts: tuple[tuple[float, float], ...]
    opening_cash: Quantity
    carried: Quantity

    def cash(self, rights: Rights, flows: list[Flows], instalments: Instalments, draws: Draws) -> FloatArray:
        """Give the operating cash between instalments, (instalments, 1) or (instalments, paths).

        The margin's share of product revenue, which accrues evenly over a period, and other income, less the service
        of debts that are there already.
        """
        cash = self._other_cash(instalments, draws)
        margin = self.margin.at(draws)
        for places in rights.of_product().values():
            grid = rights.rights[places[0]].asset.horizon
            weights = instalments.overlaps(grid.starts, grid.longest)
            earned = flows[places[0]].revenue * (margin[: grid.count] if margin.ndim > 1 else margin)
            earned = earned * self._kept([flows[place] for place in places], draws)
            cash = [each + _weighted(earned, row) for each, row in zip(cash, weights, strict=True)]
        return np.stack(np.broadcast_arrays(*cash))

    def _kept(self, flows: list[Flows], draws: Draws) -> FloatArray:
        """Give the share of a product's cash that is left to the firm when its rights may have fallen or expired."""
        lost = self.lost_with_right.at(draws)
        if not np.any(lost):
            return np.ones((1, 1))
        standing = flows[0].survival
        for other in flows[1:]:
            ended = [(0, len(standing) - len(other.survival)), (0, 0)]
            standing = np.maximum(standing, np.pad(other.survival, ended))
        return 1 - lost * (1 - standing)

    def _other_cash(self, instalments: Instalments, draws: Draws) -> list[FloatArray]:
        lengths, income = instalments.lengths, self.other_income.at(draws)
        factors = [np.ones(1)] * len(lengths) if self.shock is None else self.shock.factors(lengths, draws)
        service = self.debt_service.at(draws)
        intervals = zip((0.0, *instalments.at), instalments.at, strict=False)
        owed = [sum(amount for at, amount in self.debts if begin < at <= due) for begin, due in intervals]
        rows = zip(lengths, factors, owed, strict=True)
        return [length * (income * factor - service) - owed_here for length, factor, owed_here in rows]


def _weighted(amounts: FloatArray, weights: FloatArray) -> FloatArray:
    """Give the sum of `amounts` (periods, paths) by `weights` (periods,), (paths,), in a fixed order of additions."""
    result = np.zeros(1)
    for period in np.nonzero(weights)[0]:
        result = result + weights[period] * amounts[period]
    return result


def read_borrower(node: Node, periods: int, instalments: Instalments | None) -> Borrower:
    """Read {operating_margin, lost_with_right, other_income, existing_debt_service, opening_cash, carried}."""
    members = node.members()
    other = members.find("other_income")
    service = members.find("existing_debt_service")
    by_rows = isinstance(service.value, list)
    income, shock = (Constant(0.0), None) if other.absent else _read_income(other, instalments)
    borrower = Borrower(
        margin=members.required("operating_margin", series(MARGIN, periods or None)),
        lost_with_right=members.optional("lost_with_right", scalar(UNIT), Constant(0.0)),
        other_income=income,
        shock=shock,
        debt_service=scalar(NON_NEGATIVE)(service) if not (service.absent or by_rows) else Constant(0.0),
        debts=tuple(_read_debt(entry) for entry in service.items()) if by_rows else (),
        opening_cash=members.optional("opening_cash", scalar(NON_NEGATIVE), Constant(0.0)),
        carried=members.optional("carried", scalar(UNIT), Constant(1.0)),
    )
    members.close()
    return borrower


def _read_income(node: Node, instalments: Instalments | None) -> tuple[Quantity, Shock | None]:
    """Read other income a year: a scalar, or {annual, shock}."""
    if not node.is_object or "distribution" in node.value:
        return scalar(NON_NEGATIVE)(node), None
    members = node.members()
    annual = members.required("annual", scalar(NON_NEGATIVE))
    shock = members.optional("shock", lambda found: _read_shock(found, instalments), None)
    members.close()
    return annual, shock


def _read_shock(node: Node, instalments: Instalments | None) -> Shock:
    members: Members = node.members()
    shock = Shock(
        node.pointer,
        speed=members.required("speed", scalar(SPEED)),
        volatility=members.required("volatility", scalar(UNIT)),
    )
    members.close()
    if instalments is not None and instalments.count and shock.volatility != Constant(0.0):
        node.reading.growth_steps[node.pointer] = instalments.count
    return shock


def _read_debt(node: Node) -> tuple[float, float]:
    members = node.members()
    at = members.required("at", lambda found: number(found, POSITIVE))
    amount = members.required("amount", lambda found: number(found, NON_NEGATIVE))
    members.close()
    return at, amount
