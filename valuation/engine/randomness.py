"""All that is random in one document, laid out over the dimensions of a sampler.

Order of dimensions: the inputs by their pointers, the events by theirs, the chi-square of a Student-t copula, the
steps of the growth paths. The pointers alone decide it, so the order of members in the document does not matter.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import special

from valuation.engine.bridge import bridged
from valuation.engine.dependence import Copula
from valuation.engine.distributions import Distribution, draw, draw_at_scores
from valuation.engine.document import Reading
from valuation.engine.quantities import EVENT_SUFFIX, PATH_SUFFIX, Draws

type FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Randomness:
    """The random inputs, events and growth paths (pointer -> steps), each in the order of their pointers."""

    inputs: Mapping[str, Distribution]
    events: tuple[str, ...]
    growth_steps: Mapping[str, int]
    copula: Copula | None = None
    bridges: bool = False
    """Whether the dimensions of a growth path decide its end and midpoints first; else they are its steps in time."""

    @classmethod
    def of(cls, reading: Reading, copula: Copula | None, *, bridges: bool = False) -> "Randomness":
        """Give what `reading` has found to be random."""
        inputs = {pointer: reading.inputs[pointer] for pointer in sorted(reading.inputs)}
        steps = {pointer: reading.growth_steps[pointer] for pointer in sorted(reading.growth_steps)}
        return cls(inputs, tuple(sorted(reading.events)), steps, copula, bridges)

    def without(self, pointer: str) -> "Randomness":
        """Give the same sources, independent, but for the input at `pointer`."""
        inputs = {name: law for name, law in self.inputs.items() if name != pointer}
        return replace(self, inputs=inputs, copula=None)

    @property
    def shares_chi_square(self) -> bool:
        return self.copula is not None and self.copula.degrees_of_freedom is not None

    @property
    def dimensions(self) -> int:
        fixed = len(self.inputs) + len(self.events) + self.shares_chi_square
        return fixed + sum(self.growth_steps.values())

    def groups(self) -> dict[str, slice]:
        """Give the dimensions of every source of randomness by its name; a path is one source, `...#path`."""
        names = [*self.inputs, *(f"{pointer}{EVENT_SUFFIX}" for pointer in self.events)]
        groups = {name: slice(index, index + 1) for index, name in enumerate(names)}
        start = len(names) + self.shares_chi_square
        for pointer, steps in self.growth_steps.items():
            groups[f"{pointer}{PATH_SUFFIX}"] = slice(start, start + steps)
            start += steps
        return groups

    def draws(self, uniforms: FloatArray) -> Draws:
        """Give the draws of independent uniforms (dimensions, paths)."""
        groups = self.groups()
        own = {name: uniforms[groups[name].start] for name in self.inputs}
        paths = {pointer: uniforms[groups[f"{pointer}{PATH_SUFFIX}"]] for pointer in self.growth_steps}
        return Draws(
            inputs=self._input_draws(own, uniforms),
            shocks={pointer: self._steps(special.ndtri(path)) for pointer, path in paths.items()},
            events={pointer: uniforms[groups[f"{pointer}{EVENT_SUFFIX}"].start] for pointer in self.events},
        )

    def _steps(self, normals: FloatArray) -> FloatArray:
        return bridged(normals) if self.bridges else normals

    def _input_draws(self, own: dict[str, FloatArray], uniforms: FloatArray) -> dict[str, FloatArray]:
        if self.copula is None:
            return {name: draw(law, own[name]) for name, law in self.inputs.items()}
        independent = np.stack([own[name] for name in self.copula.names])
        if self.shares_chi_square:
            mixing = uniforms[len(self.inputs) + len(self.events)]
            own |= zip(self.copula.names, self.copula.student_t(independent, mixing), strict=True)
            return {name: draw(law, own[name]) for name, law in self.inputs.items()}
        scores = dict(zip(self.copula.names, self.copula.scores(independent), strict=True))
        return {
            name: draw_at_scores(law, scores[name]) if name in scores else draw(law, own[name])
            for name, law in self.inputs.items()
        }
