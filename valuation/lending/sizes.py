"""The same paths under loans of other sizes: the curve over loan amounts, and the largest loan within a tolerance.

A loan of another size is repaid at the same times in proportion. Nothing is drawn anew, so what changes along the
curve changes because of the loan.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from valuation.engine.document import POSITIVE, Domain, Node, choice, number
from valuation.engine.sampling import RANDOMISATIONS
from valuation.engine.summary import mean
from valuation.lending.defaults import Outcome, first_missed, outcome
from valuation.lending.estimates import Estimate, error_of, mean_of, mean_where, share_of
from valuation.lending.instalments import Instalments
from valuation.lending.sample import Sample

type FloatArray = NDArray[np.float64]

MOST_AMOUNTS = 200
DEFAULT_STEPS = 20
"""Without amounts of its own the curve goes up to the mean value in steps of 5 %."""
RUNGS = 32
HALVINGS = 30
TOLERANCE = Domain(0.0, 1.0, open_low=True, open_high=True)


@dataclass(frozen=True)
class Lending:
    """A loan of `amount`, repaid by `instalments`, judged on a sample."""

    amount: float
    instalments: Instalments
    sample: Sample

    def outcome(self, amount: float) -> Outcome:
        """Give what becomes of a loan of another amount on every path."""
        scale, sample = amount / self.amount, self.sample
        amounts = scale * self.instalments.amounts
        first = first_missed(sample.cash, amounts, sample.opening, sample.carried)
        return outcome(first, self.instalments, sample.recovery, scale)

    def part(self, randomisation: int) -> "Lending":
        """Give the same question on the paths of one randomisation."""
        size = self.sample.paths // RANDOMISATIONS
        return replace(self, sample=self.sample.part(slice(randomisation * size, (randomisation + 1) * size)))


def _value_below(lending: Lending, amount: float) -> float:
    return mean((lending.sample.value < amount).astype(np.float64))


def _recovery_below(lending: Lending, amount: float) -> float:
    return mean((lending.sample.sold_today < amount).astype(np.float64))


def _default(lending: Lending, amount: float) -> float:
    return mean(lending.outcome(amount).has_defaulted.astype(np.float64))


def _loss_rate(lending: Lending, amount: float) -> float:
    return mean(lending.outcome(amount).loss) / amount


MEASURES: dict[str, Callable[[Lending, float], float]] = {
    "probability_value_below_loan": _value_below,
    "probability_recovery_below_loan": _recovery_below,
    "probability_of_default": _default,
    "expected_loss_rate": _loss_rate,
}


@dataclass(frozen=True)
class Tolerance:
    """The most that a measure may be."""

    measure: str
    at_most: float


def curve(lending: Lending, amounts: tuple[float, ...]) -> list[dict[str, Any]]:
    """Give a row for each amount, ascending; without amounts, for every 5 % of the mean value where it is positive."""
    whole = mean(lending.sample.value)
    steps = [whole * step / DEFAULT_STEPS for step in range(1, DEFAULT_STEPS + 1)] if whole > 0 else []
    return [_row(lending, amount, whole) for amount in sorted(amounts) or steps]


def _row(lending: Lending, amount: float, whole: float) -> dict[str, Any]:
    result = lending.outcome(amount)
    estimates = {
        "probability_value_below_loan": share_of(lending.sample.value < amount),
        "probability_recovery_below_loan": share_of(lending.sample.sold_today < amount),
        "probability_of_default": share_of(result.has_defaulted),
        "probability_recovery_below_exposure_given_default": mean_where(
            (result.recovery < result.exposure).astype(np.float64), result.has_defaulted
        ),
        "expected_loss_rate": mean_of(result.loss / amount),
    }
    row = {name: estimate.as_json() for name, estimate in estimates.items()}
    return {"amount": amount, "loan_to_value": amount / whole if whole > 0 else None} | row


def largest_loan(lending: Lending, tolerance: Tolerance) -> dict[str, Any]:
    """Give the largest amount up to which the measure stays within `tolerance`, and its standard error.

    None beyond the highest simulated value: an amount that even this meets is not bounded by the tolerance.
    """
    highest = float(np.max(lending.sample.value))
    amount = _largest(lending, tolerance, highest)
    found = [_largest(lending.part(place), tolerance, highest) for place in range(RANDOMISATIONS)]
    error = error_of(found) if highest > 0 else None
    is_bound = amount < highest
    estimate = Estimate(amount, error) if is_bound or highest <= 0 else Estimate(None, None)
    return {
        "measure": tolerance.measure,
        "at_most": tolerance.at_most,
        "amount": estimate.as_json(),
        "within_up_to": amount,
        "is_bound_by_tolerance": is_bound,
    }


def _largest(lending: Lending, tolerance: Tolerance, highest: float) -> float:
    """Climb a ladder of amounts to the first that breaks the tolerance, then halve the gap to the rung below."""
    if highest <= 0:
        return 0.0
    meets = _meets(lending, tolerance)
    rungs = [highest * rung / RUNGS for rung in range(1, RUNGS + 1)]
    broken = next((place for place, amount in enumerate(rungs) if not meets(amount)), None)
    if broken is None:
        return highest
    low, high = (rungs[broken - 1] if broken else 0.0), rungs[broken]
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if meets(middle) else (low, middle)
    return low


def _meets(lending: Lending, tolerance: Tolerance) -> Callable[[float], bool]:
    measure = MEASURES[tolerance.measure]
    return lambda amount: measure(lending, amount) <= tolerance.at_most


def read_tolerance(node: Node) -> Tolerance:
    """Read {measure, at_most}."""
    members = node.members()
    measure = members.required("measure", choice(*MEASURES))
    at_most = members.required("at_most", lambda found: number(found, TOLERANCE))
    members.close()
    return Tolerance(measure, at_most)


def read_amounts(node: Node) -> tuple[float, ...]:
    """Read the loan amounts of the curve: distinct, at least one."""
    amounts = [number(entry, POSITIVE) for entry in node.items()]
    if isinstance(node.value, list) and not 1 <= len(amounts) <= MOST_AMOUNTS:
        node.fault(f"must have 1 to {MOST_AMOUNTS} amounts")
    elif len(set(amounts)) < len(amounts):
        node.fault("must be distinct")
    return tuple(amounts)
