"""When a simulation has run long enough: its standard errors say so, or its largest size is reached.

The paths double, from the first size, until every error is within its bound. A run that reached the largest size
first says which errors are not.

Source: valuation page, section 2, "SE" (0.1 % of the mean, 0.2 percentage points of a probability, 0.5 % of the 5 %
quantile).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from valuation.engine.document import Node, choice, integer
from valuation.engine.sampling import LARGEST_SEED, SimulationRequest
from valuation.lending.estimates import Estimate

MEAN_WITHIN, PROBABILITY_WITHIN, QUANTILE_WITHIN = 0.001, 0.002, 0.005
FEWEST, LARGEST, LARGEST_DEFAULT = 2**12, 2**18, 2**16
SAMPLERS = ("sobol", "latin_hypercube")
"""Those whose 16 randomisations tell the standard error of any figure."""
REACHED = "largest_paths_reached_before_the_stopping_rule"


@dataclass(frozen=True)
class Plan:
    """The first size of a simulation, and the largest it may double to."""

    first: SimulationRequest
    largest_paths: int


@dataclass(frozen=True)
class Check:
    """One error against its bound."""

    name: str
    error: float
    bound: float

    @property
    def is_met(self) -> bool:
        return self.error <= self.bound


@dataclass(frozen=True)
class Stopped[S]:
    """The last sample, whether it satisfies the rule, and the way there."""

    sample: S
    request: SimulationRequest
    unmet: tuple[str, ...]
    convergence: list[dict[str, Any]]

    def report(self, plan: Plan) -> dict[str, Any]:
        """Give the block `simulation` of the result."""
        return {
            "paths": self.request.paths,
            "largest_paths": plan.largest_paths,
            "sampler": self.request.sampler,
            "seed": self.request.seed,
            "rule_met": not self.unmet,
            "unmet": list(self.unmet),
            "convergence": self.convergence,
        }

    @property
    def warnings(self) -> list[dict[str, str]]:
        """Say aloud that the figures are less sure than the rule asks."""
        return [{"pointer": "/simulation/largest_paths", "code": REACHED}] if self.unmet else []


def relative(name: str, estimate: Estimate, within: float) -> Check:
    """Give the check of a figure's error relative to the figure."""
    return Check(name, estimate.standard_error or 0.0, within * abs(estimate.value or 0.0))


def absolute(name: str, estimate: Estimate) -> Check:
    """Give the check of a probability's error."""
    return Check(name, estimate.standard_error or 0.0, PROBABILITY_WITHIN)


def run_until[S](
    plan: Plan, simulate: Callable[[SimulationRequest], S], figures: Callable[[S], Mapping[str, Estimate]]
) -> Stopped[S]:
    """Simulate at doubling sizes until the rule is met or the largest size is reached.

    `figures` names the estimates that the rule judges: `mean` and `p5` relatively, all others as probabilities.
    """
    request, table = plan.first, list[dict[str, Any]]()
    while True:
        sample = simulate(request)
        estimates = figures(sample)
        unmet = tuple(check.name for check in map(_check, estimates.items()) if not check.is_met)
        row = {name: estimate.as_json() for name, estimate in estimates.items()}
        table.append({"paths": request.paths} | row | {"unmet": list(unmet)})
        if not unmet or 2 * request.paths > plan.largest_paths:
            return Stopped(sample, request, unmet, table)
        request = replace(request, paths=2 * request.paths)


def _check(named: tuple[str, Estimate]) -> Check:
    name, estimate = named
    bounds = {"mean": MEAN_WITHIN, "p5": QUANTILE_WITHIN}
    return relative(name, estimate, bounds[name]) if name in bounds else absolute(name, estimate)


def read_plan(node: Node) -> Plan:
    """Read {paths, largest_paths, sampler, seed}; sizes are powers of two."""
    members = node.members()
    paths = members.optional("paths", lambda found: integer(found, FEWEST, LARGEST), FEWEST) or FEWEST
    default = max(paths, LARGEST_DEFAULT)
    largest = members.optional("largest_paths", lambda found: integer(found, FEWEST, LARGEST), default) or default
    sampler = members.optional("sampler", choice(*SAMPLERS), SAMPLERS[0])
    seed = members.optional("seed", lambda found: integer(found, 0, LARGEST_SEED), 0) or 0
    members.close()
    for name, size in (("paths", paths), ("largest_paths", largest)):
        if size & (size - 1):
            members.fault(name, "must be a power of two")
    if largest < paths:
        members.fault("largest_paths", "must not be fewer than paths")
    return Plan(SimulationRequest(paths, sampler, seed, antithetic=False), largest)
