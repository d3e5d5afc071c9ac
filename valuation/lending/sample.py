"""One set of simulated paths, from which every one of the lender's figures is taken.

What a path holds: the value of the rights today, what they would fetch at a sale that begins today or at each
instalment, the borrower's cash between instalments, and the revenue of its products. Loans of other sizes are judged
on the same paths, so that their figures differ by the loan alone.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from valuation.engine.quantities import Draws, total
from valuation.engine.randomness import Randomness
from valuation.engine.sampling import Part, SimulationRequest, in_chunks, sampler_for
from valuation.lending.borrower import Borrower
from valuation.lending.families import Families
from valuation.lending.instalments import Instalments
from valuation.lending.liquidation import Liquidation
from valuation.lending.rights import Rights, worth_at

type FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Model:
    """What is simulated: the rights and their families, the borrower, the loan's instalments, the forced sale."""

    rights: Rights
    families: Families
    borrower: Borrower
    instalments: Instalments
    liquidation: Liquidation

    @property
    def rows(self) -> int:
        """How many numbers a path holds."""
        revenues = sum(self.rights.rights[p[0]].asset.horizon.count for p in self.rights.of_product().values())
        return 2 * self.instalments.count + revenues + 5


@dataclass(frozen=True)
class Sample:
    """The paths: (paths,) unless said otherwise."""

    value: FloatArray
    uncapped: FloatArray
    sold_today: FloatArray
    opening: FloatArray
    carried: FloatArray
    cash: FloatArray
    """(instalments, paths)."""
    recovery: FloatArray
    """What a sale brings that begins at each instalment, (instalments, paths)."""
    revenue: dict[str, FloatArray]
    """Revenue of a product in each period, (periods, paths)."""

    @property
    def paths(self) -> int:
        return len(self.value)

    @property
    def is_finite(self) -> bool:
        """Whether every number of every path is one."""
        single = (self.value, self.uncapped, self.sold_today, self.opening, self.carried)
        return all(
            bool(np.isfinite(part).all()) for part in (*single, self.cash, self.recovery, *self.revenue.values())
        )

    @classmethod
    def empty(cls, model: Model, paths: int) -> "Sample":
        """Give room for the paths of a model."""
        rights, products = model.rights.rights, model.rights.of_product()
        counts = {name: rights[places[0]].asset.horizon.count for name, places in products.items()}
        return cls(
            value=np.empty(paths),
            uncapped=np.empty(paths),
            sold_today=np.empty(paths),
            opening=np.empty(paths),
            carried=np.empty(paths),
            cash=np.empty((model.instalments.count, paths)),
            recovery=np.empty((model.instalments.count, paths)),
            revenue={name: np.empty((count, paths)) for name, count in counts.items()},
        )

    def part(self, here: slice) -> "Sample":
        """Give some consecutive paths."""
        return Sample(
            value=self.value[here],
            uncapped=self.uncapped[here],
            sold_today=self.sold_today[here],
            opening=self.opening[here],
            carried=self.carried[here],
            cash=self.cash[:, here],
            recovery=self.recovery[:, here],
            revenue={name: revenue[:, here] for name, revenue in self.revenue.items()},
        )

    def fill(self, here: slice, model: Model, draws: Draws) -> None:
        """Write the paths of `draws` to their place."""
        rights, times = model.rights, np.array([0.0, *model.instalments.at])
        flows = rights.flows(draws)
        self.value[here] = total(flow.value for flow in flows)
        self.uncapped[here] = (
            total(right.asset.value(draws) for right in rights.rights) if rights.caps else self.value[here]
        )
        rates = [flow.discount_rate for flow in flows]
        grids = [right.asset.horizon for right in rights.rights]
        worths = [worth_at(flow, grid, times) for flow, grid in zip(flows, grids, strict=True)]
        proceeds = model.liquidation.proceeds(worths, rates, draws)
        self.sold_today[here], self.recovery[:, here] = proceeds[0], proceeds[1:]
        self.cash[:, here] = model.borrower.cash(rights, flows, model.instalments, draws)
        self.opening[here], self.carried[here] = model.borrower.opening_cash.at(draws), model.borrower.carried.at(draws)
        for name, places in rights.of_product().items():
            lengths = np.array(grids[places[0]].longest)[:, None]
            self.revenue[name][:, here] = flows[places[0]].revenue * lengths


def simulate(model: Model, randomness: Randomness, request: SimulationRequest, threads: int = 1) -> Sample:
    """Give the sample that `request` asks for; the same to the byte for every number of threads."""
    sample = Sample.empty(model, request.paths)

    def fill(here: slice, draws: Draws) -> None:
        sample.fill(here, model, model.families.joined(draws))

    each_course(randomness, request, fill, threads)
    return sample


def values(model: Model, randomness: Randomness, request: SimulationRequest, threads: int = 1) -> FloatArray:
    """Give the value of the rights alone on every path that `request` asks for, (paths,)."""
    found = np.empty(request.paths)

    def fill(here: slice, draws: Draws) -> None:
        found[here] = total(flow.value for flow in model.rights.flows(model.families.joined(draws)))

    each_course(randomness, request, fill, threads)
    return found


def each_course(
    randomness: Randomness, request: SimulationRequest, fill: Callable[[slice, Draws], None], threads: int = 1
) -> None:
    """Call `fill` with the draws of consecutive paths, a piece at a time, and which paths they are.

    Every number has an address of its own, so threads may draw the parts of the run in any order.
    """

    def run(part: Part) -> None:
        start = part.start
        with np.errstate(all="ignore"):  # which a thread does not inherit
            for uniforms in in_chunks(part.blocks):
                here = slice(start, start + uniforms.shape[1])
                fill(here, randomness.draws(uniforms))
                start = here.stop

    parts = sampler_for(request).parts(0, randomness.dimensions)
    with ThreadPoolExecutor(threads) as pool:
        for _ in pool.map(run, parts) if threads > 1 else map(run, parts):
            pass
