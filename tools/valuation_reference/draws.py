"""The random numbers of any one path of a run, drawn alone: contract section 5, and the sampling of the engine.

Every number has an address: seed and stream key the generator, (block, dimension) start its counter. The dimensions
are the inputs by their pointers, the events by theirs, the chi-square of a Student-t copula, the steps of the growth
paths. A word gives the uniform ((word >> 12) + 1/2) 2^-52. In engine 1.0.0 the normals of a growth path are its steps
in time; from 1.1.0 on those of Sobol points decide its end, its middle, and the middles of what is left (a bridge).
"""

import math
from functools import lru_cache
from typing import Any

from . import bits
from .horizon import periods
from .income import reverts
from .laws import Law, law
from .model import INCOME, assets_of
from .path import Path, below
from .special import gammaincinv, ndtr, ndtri, stdtr

BLOCK, RANDOMISATIONS = 4096, 16
SMALLEST, LARGEST = 2.0**-53, 1 - 2.0**-53
VANISHED = 1e-9


def laws_of(document: dict[str, Any]) -> dict[str, Law]:
    """Give every distribution of a document by its pointer, in the order of the pointers."""
    found: dict[str, Law] = {}

    def look(value: Any, pointer: str) -> None:
        if isinstance(value, dict) and isinstance(value.get("distribution"), str):
            found[pointer] = law(value)
        elif isinstance(value, dict | list):
            for token, each in value.items() if isinstance(value, dict) else enumerate(value):
                look(each, below(pointer, token))

    look(document, "")
    return dict(sorted(found.items()))


def point(document: dict[str, Any]) -> Path:
    """Give the path on which every input is at its mean."""
    laws = laws_of(document)
    return Path({name: law.mean for name, law in laws.items()}, {name: law.greatest for name, law in laws.items()})


class Draws:
    """The paths of one simulated run."""

    def __init__(self, document: dict[str, Any], engine: str = "1.1.0") -> None:
        self.document, self.laws = document, laws_of(document)
        simulation = document["simulation"]
        self.paths, self.sampler = int(simulation["paths"]), simulation.get("sampler", "sobol")
        self.bridges = self.sampler == "sobol" and engine != "1.0.0"
        self.antithetic = simulation.get("antithetic", False)
        self.key = bits.seed_key(int(simulation.get("seed", 0)), 0)
        self.events, self.steps = self._events(), self._growth_steps()
        self.copula = Copula(document["correlation"]) if "correlation" in document else None

    def _events(self) -> list[str]:
        hazards = [
            fields["hazard"] for fields in assets_of(self.document) if self._earns(fields) and "hazard" in fields
        ]
        return sorted({at for hazard, at in hazards if hazard.get("mode") == "event"})

    def _growth_steps(self) -> dict[str, int]:
        steps: dict[str, int] = {}
        still = point(self.document)
        for fields in assets_of(self.document):
            revenue, at = fields.get("revenue", ({}, "")) if self._earns(fields) else ({}, "")
            growth = revenue.get("growth") if isinstance(revenue, dict) else None
            if reverts(growth) and growth["volatility"] != 0:
                count = len(periods(fields, self.document, still)) - 1 + (revenue.get("base_year", 1) == 0)
                place = below(at, "growth")
                steps[place] = max(steps.get(place, 0), count)
        return {place: count for place, count in sorted(steps.items()) if count > 0}

    @staticmethod
    def _earns(fields: Any) -> bool:
        return fields["method"][0] in INCOME

    def path(self, index: int) -> Path:
        """Give path `index` of the run."""
        names, shares = list(self.laws), self.copula is not None and self.copula.freedom is not None
        uniforms = {name: self.uniform(index, d) for d, name in enumerate(names)}
        events = {at: self.uniform(index, len(names) + d) for d, at in enumerate(self.events)}
        start = len(names) + len(events)
        if self.copula is not None:
            uniforms |= self.copula.correlated(uniforms, self.uniform(index, start) if shares else None)
        start += shares
        shocks = {}
        for at, count in self.steps.items():
            normals = [ndtri(self.uniform(index, start + d)) for d in range(count)]
            shocks[at] = bridge(normals) if self.bridges else normals
            start += count
        inputs = {name: law.quantile(uniforms[name]) for name, law in self.laws.items()}
        return Path(inputs, {name: law.greatest for name, law in self.laws.items()}, shocks, events)

    def uniform(self, index: int, dimension: int) -> float:
        """Give the uniform of one dimension on path `index`."""
        if self.sampler == "pseudo":
            return self._pseudo(index, dimension)
        row, place = divmod(index, self.paths // RANDOMISATIONS)
        return self._sobol(row, place, dimension) if self.sampler == "sobol" else self._hypercube(row, place, dimension)

    def _pseudo(self, index: int, dimension: int) -> float:
        drawn = self.paths // 2 if self.antithetic else self.paths
        mirrored, index = divmod(index, drawn)
        u = to_uniform(bits.word(self.key, index // BLOCK, dimension, index % BLOCK))
        return 1 - u if mirrored else u

    def _hypercube(self, row: int, place: int, dimension: int) -> float:
        cells, jitters = _hypercube_column(self.key, row, dimension, self.paths // RANDOMISATIONS)
        return min((cells[place] + to_uniform(jitters[place])) / len(cells), math.nextafter(1.0, 0.0))

    def _sobol(self, row: int, place: int, dimension: int) -> float:
        shift, scrambled = _scrambled(self.key, dimension, (self.paths // RANDOMISATIONS).bit_length() - 1)[row]
        for bit, direction in enumerate(scrambled):
            if place >> bit & 1:
                shift ^= direction
        return to_uniform(shift)


def to_uniform(word: int) -> float:
    """Give the middle of a word's 2^-52 cell."""
    return ((word >> 12) + 0.5) * 2.0**-52


def bridge(normals: list[float]) -> list[float]:
    """Give the steps of a walk from the normals that decide its end and then, span by span, where it is halfway."""
    walk = {0: 0.0, len(normals): normals[0] * math.sqrt(len(normals))}
    rest, spans = iter(normals[1:]), [(0, len(normals))]
    for first, last in spans:  # which grows on the way: all spans of a size come before the smaller ones
        middle = (first + last) // 2
        if middle == first:
            continue
        share = (middle - first) / (last - first)
        spread = math.sqrt(share * (last - middle))
        walk[middle] = (1 - share) * walk[first] + share * walk[last] + spread * next(rest)
        spans += [(first, middle), (middle, last)]
    return [walk[step + 1] - walk[step] for step in range(len(normals))]


@lru_cache(maxsize=4096)
def _hypercube_column(key: tuple[int, int], row: int, dimension: int, points: int) -> tuple[list[int], list[int]]:
    drawn = bits.words(key, row, dimension, 2 * points)
    return sorted(range(points), key=drawn.__getitem__), drawn[points:]


@lru_cache(maxsize=4096)
def _scrambled(key: tuple[int, int], dimension: int, columns: int) -> list[tuple[int, list[int]]]:
    """Give shift and scrambled directions of every randomisation (Matousek 1998: unit lower triangular matrices)."""
    plain = bits.directions()[dimension][:columns]
    drawn, rows = bits.words(key, 0, dimension, RANDOMISATIONS * (columns + 1)), []
    for row in range(RANDOMISATIONS):
        shift, *random = drawn[row * (columns + 1) : (row + 1) * (columns + 1)]
        units = [1 << 63 - bit for bit in range(columns)]
        matrix = [(word & (unit - 1)) | unit for word, unit in zip(random, units, strict=True)]
        scrambled = [0] * columns
        for column, direction in enumerate(plain):
            for bit, unit in enumerate(units):
                if direction & unit:
                    scrambled[column] ^= matrix[bit]
        rows.append((shift, scrambled))
    return rows


class Copula:
    """A Gaussian or Student-t copula: contract section 5."""

    def __init__(self, given: dict[str, Any]) -> None:
        self.names: list[str] = given["names"]
        self.freedom: float | None = given.get("degrees_of_freedom")
        matrix = given["matrix"]
        if given.get("measure") == "spearman":
            matrix = [[2 * math.sin(math.pi * r / 6) for r in row] for row in matrix]
            for i in range(len(matrix)):
                matrix[i][i] = 1.0
        self.factor = _triangle(matrix)

    def correlated(self, uniforms: dict[str, float], mixing: float | None) -> dict[str, float]:
        """Give the dependent uniforms of the named inputs."""
        normals = [ndtri(uniforms[name]) for name in self.names]
        latents = [sum(x * z for x, z in zip(row, normals, strict=True)) for row in self.factor]
        if mixing is None or self.freedom is None:
            return {name: _held(ndtr(z)) for name, z in zip(self.names, latents, strict=True)}
        half = self.freedom / 2
        scale = math.sqrt(half / gammaincinv(half, mixing))
        return {name: _held(stdtr(self.freedom, z * scale)) for name, z in zip(self.names, latents, strict=True)}


def _held(u: float) -> float:
    return min(max(u, SMALLEST), LARGEST)


def _triangle(matrix: list[list[float]]) -> list[list[float]]:
    """Give the lower triangle L with L L' = matrix, zero columns for vanished pivots, rows of norm 1."""
    size = len(matrix)
    factor = [[0.0] * size for _ in range(size)]
    for column in range(size):
        for row in range(column, size):
            rest = matrix[row][column] - math.fsum(factor[row][j] * factor[column][j] for j in range(column))
            if row == column:
                factor[row][column] = math.sqrt(rest) if rest > VANISHED else 0.0
            elif factor[column][column] > 0:
                factor[row][column] = rest / factor[column][column]
    return [[x / math.sqrt(sum(y * y for y in row)) for x in row] for row in factor]
