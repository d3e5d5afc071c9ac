"""Random bits in plain Python: the seed sequence, the counter-based generator, and the Sobol direction numbers.

Source: O'Neill (2015) as numpy.random.SeedSequence documents it; Salmon et al. (2011), doi 10.1145/2063384.2063405,
Philox4x64 with 10 rounds; Joe & Kuo (2008), doi 10.1137/070709359, for the direction numbers.
"""

import ast
from functools import lru_cache
from pathlib import Path

MASK32, MASK64 = 2**32 - 1, 2**64 - 1
POOL = 4
DIRECTIONS = Path(__file__).resolve().parents[2] / "valuation" / "engine" / "sobol_directions.npy"
SOBOL_COLUMNS = 20


def seed_key(seed: int, stream: int) -> tuple[int, int]:
    """Give the two 64-bit words that key the generator for a seed and a stream."""
    entropy = _words(seed)
    entropy += [0] * (POOL - len(entropy)) + _words(stream)
    state = _expanded(_mixed(entropy), 4)
    return state[0] | state[1] << 32, state[2] | state[3] << 32


def _words(number: int) -> list[int]:
    words = [number & MASK32]
    while number := number >> 32:
        words.append(number & MASK32)
    return words


def _mixed(entropy: list[int]) -> list[int]:
    constant = 0x43B0D7E5

    def hashed(value: int) -> int:
        nonlocal constant
        value ^= constant
        constant = constant * 0x931E8875 & MASK32
        value = value * constant & MASK32
        return value ^ value >> 16

    def together(x: int, y: int) -> int:
        result = (0xCA01F9DD * x - 0x4973F715 * y) & MASK32
        return result ^ result >> 16

    pool = [hashed(entropy[i]) for i in range(POOL)]
    for source in range(POOL):
        for target in range(POOL):
            if source != target:
                pool[target] = together(pool[target], hashed(pool[source]))
    for word in entropy[POOL:]:
        for target in range(POOL):
            pool[target] = together(pool[target], hashed(word))
    return pool


def _expanded(pool: list[int], count: int) -> list[int]:
    constant, state = 0x8B51F9DD, []
    for i in range(count):
        value = pool[i % POOL] ^ constant
        constant = constant * 0x58F38DED & MASK32
        value = value * constant & MASK32
        state.append(value ^ value >> 16)
    return state


def philox(key: tuple[int, int], counter: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    """Give the four words of one counter."""
    (k0, k1), (c0, c1, c2, c3) = key, counter
    for _ in range(10):
        p0, p1 = 0xD2E7470EE14C6C93 * c0, 0xCA5A826395121157 * c2
        c0, c1, c2, c3 = (p1 >> 64) ^ c1 ^ k0, p1 & MASK64, (p0 >> 64) ^ c3 ^ k1, p0 & MASK64
        k0, k1 = (k0 + 0x9E3779B97F4A7C15) & MASK64, (k1 + 0xBB67AE8584CAA73B) & MASK64
    return c0, c1, c2, c3


def word(key: tuple[int, int], block: int, dimension: int, index: int) -> int:
    """Give word `index` at (block, dimension): the counter runs from 1, four words each."""
    return philox(key, (1 + index // 4, block, dimension, 0))[index % 4]


def words(key: tuple[int, int], block: int, dimension: int, count: int) -> list[int]:
    """Give the first `count` words at (block, dimension)."""
    drawn = [each for i in range((count + 3) // 4) for each in philox(key, (1 + i, block, dimension, 0))]
    return drawn[:count]


@lru_cache(maxsize=1)
def directions() -> list[list[int]]:
    """Give the Sobol direction numbers of every dimension, as the leading bits of 64-bit words, from their table."""
    data = DIRECTIONS.read_bytes()
    length = int.from_bytes(data[8:10], "little")
    header = ast.literal_eval(data[10 : 10 + length].decode("latin-1"))
    if data[:7] != b"\x93NUMPY\x01" or header["descr"] != "<u4" or header["fortran_order"]:
        raise ValueError(f"{DIRECTIONS.name} is not a table of 32-bit direction numbers")
    rows, columns = header["shape"]
    numbers = memoryview(data)[10 + length :].cast("I").tolist()
    return [[n << 64 - SOBOL_COLUMNS for n in numbers[r * columns : (r + 1) * columns]] for r in range(rows)]
