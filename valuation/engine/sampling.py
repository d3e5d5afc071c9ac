"""How we draw: uniforms in (0, 1), one row a dimension, one column a path.

Every number has an address. A Philox generator keyed by the seed and the stream is counted from (block, dimension),
so a dimension or a block can be drawn alone, in any order, on any machine, and is always the same. Only raw bits are
taken from numpy; the rest is integer arithmetic. Source: Salmon et al. (2011), doi 10.1145/2063384.2063405.

Three samplers: `pseudo` draws independently (antithetic: the second half mirrors the first); `latin_hypercube` and
`sobol` consist of 16 independent randomisations, whose spread is the standard error.
"""

import math
import threading
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from valuation.engine.document import Node, choice, flag, integer
from valuation.engine.sobol_directions import directions

type FloatArray = NDArray[np.float64]
type WordArray = NDArray[np.uint64]

BLOCK = 4096
"""Paths drawn at a time: the unit of the generator's addresses."""
CHUNK = 4096
"""Paths evaluated at a time: few enough for their arrays to stay in the cache, enough to pay for the calls."""
RANDOMISATIONS = 16
FEWEST_PATHS, MOST_PATHS = 256, 4_194_304
LARGEST_SEED = 2**63 - 1
SAMPLERS = ("sobol", "latin_hypercube", "pseudo")
SIMULATION_STREAM, SENSITIVITY_STREAM = 0, 1

_DROPPED_BITS = np.uint64(12)
_ONE_TO_TWO = np.uint64(0x3FF0_0000_0000_0000)
"""Sign and exponent of the doubles from 1 to 2."""
_NEARLY_ONE = math.nextafter(1.0, 0.0)


@dataclass(frozen=True)
class SimulationRequest:
    """What the document asks to be simulated."""

    paths: int
    sampler: str
    seed: int
    antithetic: bool

    @property
    def rows(self) -> int:
        """How many equal rows the paths form: 16 randomisations, 2 mirrored halves, or 1."""
        if self.sampler != "pseudo":
            return RANDOMISATIONS
        return 2 if self.antithetic else 1


@dataclass(frozen=True)
class Part:
    """Uniforms of consecutive paths from `start` on, drawn block by block when they are asked for."""

    start: int
    blocks: Iterator[FloatArray]


class Sampler(ABC):
    """A source of uniforms with a fixed number of paths."""

    @abstractmethod
    def parts(self, first: int, last: int) -> list[Part]:
        """Give the uniforms of dimensions first..last-1 in parts that may be drawn alone, in any order, in any thread.

        Each is (last - first, up to BLOCK) a block. Together, in order, they are all paths.
        """

    def blocks(self, first: int, last: int) -> Iterator[FloatArray]:
        """Give the same for consecutive paths, one block after another."""
        return chain.from_iterable(part.blocks for part in self.parts(first, last))


def chunks(sampler: Sampler, dimensions: int) -> Iterator[FloatArray]:
    """Give the uniforms of the first dimensions for consecutive paths in pieces (dimensions, up to CHUNK)."""
    return in_chunks(sampler.blocks(0, dimensions))


def in_chunks(blocks: Iterable[FloatArray]) -> Iterator[FloatArray]:
    """Give the same uniforms in pieces (dimensions, up to CHUNK)."""
    for block in blocks:
        for start in range(0, block.shape[1], CHUNK):
            yield block[:, start : start + CHUNK]


def column(sampler: Sampler, dimension: int) -> FloatArray:
    """Give the uniforms of one dimension for all paths (paths,)."""
    return np.concatenate([block[0] for block in sampler.blocks(dimension, dimension + 1)])


def sampler_for(request: SimulationRequest) -> Sampler:
    """Give the sampler that `request` asks for."""
    bits = RandomBits(request.seed, SIMULATION_STREAM)
    if request.sampler == "pseudo":
        return PseudoRandom(bits, request.paths, request.antithetic)
    points = request.paths // RANDOMISATIONS
    return ScrambledSobol(bits, points) if request.sampler == "sobol" else LatinHypercube(bits, points)


class RandomBits(threading.local):
    """Random 64-bit words, each found by its (block, dimension). Every thread has a generator of its own."""

    def __init__(self, seed: int, stream: int) -> None:
        key = np.random.SeedSequence(seed, spawn_key=(stream,)).generate_state(2, np.uint64)
        self._generator = np.random.Philox(key=key, counter=np.zeros(4, dtype=np.uint64))
        self._start = self._generator.state

    def words(self, block: int, dimension: int, count: int) -> WordArray:
        """Give the first `count` words at (block, dimension)."""
        self._start["state"]["counter"][:] = (0, block, dimension, 0)
        self._generator.state = self._start  # a fifth of the price of a new generator
        words: WordArray = self._generator.random_raw(count)
        return words


def to_uniform(words: WordArray, out: FloatArray | None = None) -> FloatArray:
    """Give the middle of each word's 2^-52 cell, in the words' shape: never 0, never 1, symmetric, exact in 1 - u.

    The leading 52 bits become the fraction of a double in [1, 2), from which 1 - 2^-53 is taken without rounding.
    """
    bits = words >> _DROPPED_BITS
    bits |= _ONE_TO_TWO
    return np.subtract(bits.view(np.float64), _NEARLY_ONE, out=out)


@dataclass(frozen=True)
class PseudoRandom(Sampler):
    """Independent uniforms; antithetic: path i + n/2 has 1 - u of path i."""

    bits: RandomBits
    paths: int
    antithetic: bool

    def parts(self, first: int, last: int) -> list[Part]:
        drawn = self.paths // 2 if self.antithetic else self.paths
        return [
            Part(mirrored * drawn + start, self._block(first, last, slice(start, min(start + BLOCK, drawn)), mirrored))
            for mirrored in range(2 if self.antithetic else 1)
            for start in range(0, drawn, BLOCK)
        ]

    def _block(self, first: int, last: int, drawn: slice, mirrored: int) -> Iterator[FloatArray]:
        size = drawn.stop - drawn.start
        rows = np.empty((last - first, size))
        for row, dimension in zip(rows, range(first, last), strict=True):
            to_uniform(self.bits.words(drawn.start // BLOCK, dimension, size), out=row)
        yield 1 - rows if mirrored else rows


@dataclass(frozen=True)
class LatinHypercube(Sampler):
    """Every dimension of a randomisation has one path in each of `points` equal cells. Source: McKay et al. (1979)."""

    bits: RandomBits
    points: int

    def parts(self, first: int, last: int) -> list[Part]:
        return [
            Part(repetition * self.points, self._randomisation(repetition, first, last))
            for repetition in range(RANDOMISATIONS)
        ]

    def _randomisation(self, repetition: int, first: int, last: int) -> Iterator[FloatArray]:
        rows = np.empty((last - first, self.points))
        for row, dimension in zip(rows, range(first, last), strict=True):
            row[:] = self._column(repetition, dimension)
        for start in range(0, self.points, BLOCK):
            yield rows[:, start : start + BLOCK]

    def _column(self, repetition: int, dimension: int) -> FloatArray:
        order, jitter = self.bits.words(repetition, dimension, 2 * self.points).reshape(2, self.points)
        cells = np.argsort(order, kind="stable")
        return np.minimum((cells + to_uniform(jitter)) / self.points, _NEARLY_ONE)


@dataclass(frozen=True)
class ScrambledSobol(Sampler):
    """Sobol points under random linear scrambling and digital shift, independently in each randomisation.

    Point i of a randomisation is the exclusive or of the direction numbers at the bits of i, so the first 2^j points
    are a net for every j. Source: Matousek (1998), doi 10.1006/jcom.1998.0489; Hong & Hickernell (2003).
    """

    bits: RandomBits
    points: int
    repetitions: int = RANDOMISATIONS

    def parts(self, first: int, last: int) -> list[Part]:
        shifts, scrambled = self._scrambled(first, last)
        together = max(BLOCK // self.points, 1)
        return [
            Part(start * self.points, self._nets(shifts[start : start + together], scrambled[start : start + together]))
            for start in range(0, self.repetitions, together)
        ]

    def _nets(self, shifts: WordArray, scrambled: WordArray) -> Iterator[FloatArray]:
        """Give the points of some randomisations: a small net, then its images under the higher bits of the index."""
        inner = min(self.points, BLOCK).bit_length() - 1
        words = _net(shifts, scrambled[..., :inner])
        for high in _net(np.zeros_like(shifts), scrambled[..., inner:]).transpose(2, 0, 1):
            block = (words ^ high[..., None]).transpose(1, 0, 2)
            yield to_uniform(block.reshape(block.shape[0], block.shape[1] * block.shape[2]))

    def _scrambled(self, first: int, last: int) -> tuple[WordArray, WordArray]:
        """Give the shifts (repetitions, dimensions) and scrambled directions (repetitions, dimensions, columns)."""
        columns = self.points.bit_length() - 1
        plain = directions(last)[first:, :columns]
        words = [self.bits.words(0, dimension, self.repetitions * (columns + 1)) for dimension in range(first, last)]
        shape = (last - first, self.repetitions, columns + 1)
        drawn = np.array(words, dtype=np.uint64).reshape(shape).transpose(1, 0, 2)
        return drawn[..., 0], _scramble(plain, drawn[..., 1:])


def _scramble(plain: WordArray, drawn: WordArray) -> WordArray:
    """Multiply the directions (dimensions, columns) by random unit lower triangular bit matrices.

    `drawn` (repetitions, dimensions, columns) are the matrices' columns before they are made triangular.
    """
    scrambled = np.zeros_like(drawn)
    for bit in range(plain.shape[1]):
        position = np.uint64(63 - bit)
        unit = np.uint64(1) << position
        matrix_column = (drawn[..., bit] & (unit - np.uint64(1))) | unit
        for column_index in range(bit, plain.shape[1]):
            has_bit = (plain[:, column_index] >> position) & np.uint64(1)
            scrambled[..., column_index] ^= matrix_column * has_bit
    return scrambled


def _net(shifts: WordArray, columns: WordArray) -> WordArray:
    """Give the points (..., 2^k) spanned by `columns` (..., k) from `shifts` (...)."""
    points = shifts[..., None]
    for index in range(columns.shape[-1]):
        points = np.concatenate([points, points ^ columns[..., index, None]], axis=-1)
    return points


def read_simulation(node: Node) -> SimulationRequest:
    """Read {paths, sampler, seed, antithetic}."""
    members = node.members()
    paths = members.required("paths", lambda found: integer(found, FEWEST_PATHS, MOST_PATHS))
    sampler = members.optional("sampler", choice(*SAMPLERS), SAMPLERS[0])
    seed = members.optional("seed", lambda found: integer(found, 0, LARGEST_SEED), 0)
    antithetic = members.optional("antithetic", flag, False)
    members.close()
    if antithetic and sampler not in ("pseudo", ""):
        members.fault("antithetic", "is only for the pseudo sampler")
    unit = _paths_unit(sampler, antithetic)
    if paths is not None and (paths % unit if unit else paths & (paths - 1)):
        members.fault("paths", f"must be a multiple of {unit}" if unit else "must be a power of two")
    return SimulationRequest(paths or FEWEST_PATHS, sampler, seed or 0, antithetic)


def _paths_unit(sampler: str, antithetic: bool) -> int:
    """Give what the number of paths must be a multiple of, 0 for a power of two."""
    if sampler == "sobol":
        return 0
    if sampler == "latin_hypercube":
        return RANDOMISATIONS
    return 2 if antithetic else 1
