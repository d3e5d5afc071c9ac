"""What a signed run's simulated values say of a loan, exactly: every path counts, nothing is fitted or thinned.

A run is kept as its values in sixteen ascending rows, one a randomisation, so that each figure has a standard error.
The browser is given the same numbers and does the same arithmetic in the same order (static/js/coverage.js): every sum
runs from left to right, every text is rounded half-up from the double as it is, so that both write the same digits.

Values are those of an appraisal: the rate already carries premiums for risk, the lower tail therefore overstates it.
"""

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

type FloatArray = NDArray[np.float64]

ROWS = 16
CURVE_STEPS = 20
"""The curve over loan amounts goes up to the mean value in steps of 5 %."""
CLASSES = 24
"""Of the drawn density."""
TAIL = 0.005
"""The drawn density leaves out this share of the paths at the upper end; no figure does. Source: our own."""
WAN = 10_000


@dataclass(frozen=True)
class Figure:
    """A figure and its standard error, which is None where the paths form no sixteen independent rows."""

    value: float
    error: float | None


@dataclass(frozen=True)
class Sample:
    """The simulated values of one run, `rows` (rows, paths / rows), each row ascending, in the run's money."""

    rows: FloatArray

    @classmethod
    def of(cls, values: FloatArray, *, mirrored: bool = False) -> "Sample":
        """Sort the values (paths,) of a run; `mirrored` halves (antithetic draws) stay together in a row."""
        count = math.gcd(len(values) // (2 if mirrored else 1), ROWS)
        rows = values.reshape(2, count, -1).transpose(1, 0, 2) if mirrored else values
        return cls(np.sort(rows.reshape(count, -1), axis=1))

    @classmethod
    def read(cls, data: bytes, rows: int) -> "Sample":
        """Read what `data` wrote."""
        return cls(np.frombuffer(data, dtype="<f8").reshape(rows, -1))

    @property
    def data(self) -> bytes:
        """The rows one after another as little-endian doubles."""
        return self.rows.astype("<f8").tobytes()

    @property
    def digest(self) -> str:
        """The SHA-256 of `data`."""
        return f"sha256:{hashlib.sha256(self.data).hexdigest()}"

    @property
    def paths(self) -> int:
        return int(self.rows.size)

    @cached_property
    def pooled(self) -> FloatArray:
        """All values ascending, (paths,)."""
        return np.sort(self.rows.reshape(-1))

    @cached_property
    def sums(self) -> list[list[float]]:
        """What the k lowest values of each row add up to, added one by one; the first is 0."""
        return [[0.0, *np.cumsum(row).tolist()] for row in self.rows]

    @property
    def mean(self) -> float:
        size = self.rows.shape[1]
        return added([row[-1] / size for row in self.sums]) / len(self.sums)

    def counts(self, amount: float, keep: float) -> list[int]:
        """Return on how many paths of each row `keep` of the value is less than the amount."""
        return [int(count) for count in np.count_nonzero(self.rows * keep < amount, axis=1)]

    def below(self, amount: float, keep: float = 1.0) -> Figure:
        """Return P(keep x value < amount)."""
        size = self.rows.shape[1]
        return estimated([count / size for count in self.counts(amount, keep)])

    def gap(self, amount: float, keep: float) -> Figure:
        """Return E[(amount - keep x value)+]: what is missing on average, paths that suffice included."""
        size, counts = self.rows.shape[1], self.counts(amount, keep)
        pairs = zip(counts, self.sums, strict=True)
        return estimated([max(amount * count - keep * sums[count], 0.0) / size for count, sums in pairs])

    def largest(self, tolerance: float, keep: float) -> Figure:
        """Return the largest amount with P(keep x value < amount) <= tolerance (0 < tolerance < 1)."""
        found = [_lowest_beyond(row, tolerance) * keep for row in self.rows]
        return Figure(_lowest_beyond(self.pooled, tolerance) * keep, estimated(found).error)


def _lowest_beyond(ascending: FloatArray, tolerance: float) -> float:
    """Return the lowest value below which more than the tolerated share would lie if the amount rose above it."""
    return max(float(ascending[math.floor(tolerance * len(ascending))]), 0.0)


def added(numbers: Sequence[float]) -> float:
    """Return the sum, added from left to right (the built-in compensates, the browser cannot)."""
    total = 0.0
    for number in numbers:
        total += number
    return total


def estimated(parts: Sequence[float]) -> Figure:
    """Return the mean of the rows' figures and the standard error that their spread tells."""
    mean = added(parts) / len(parts)
    if len(parts) < ROWS:
        return Figure(mean, None)
    spread = added([(part - mean) * (part - mean) for part in parts])
    return Figure(mean, math.sqrt(spread / (len(parts) - 1)) / math.sqrt(len(parts)))


@dataclass(frozen=True)
class Asked:
    """A loan in the run's money, the share of the value that a disposal realises, the tolerated share of breaches."""

    amount: float
    keep: float
    tolerance: float


@dataclass(frozen=True)
class Answer:
    """What the paths say of a loan; `curve` gives (amount, P(value < amount), P(recovery < amount), gap)."""

    value_below: Figure
    recovery_below: Figure
    gap: Figure
    largest: Figure
    recovery_mean: float
    curve: list[tuple[float, float, float, float]]


def answer(sample: Sample, asked: Asked) -> Answer:
    """Return every figure of a loan."""
    mean = sample.mean
    amounts = [mean * step / CURVE_STEPS for step in range(1, CURVE_STEPS + 1)] if mean > 0 else []
    return Answer(
        value_below=sample.below(asked.amount),
        recovery_below=sample.below(asked.amount, asked.keep),
        gap=sample.gap(asked.amount, asked.keep),
        largest=sample.largest(asked.tolerance, asked.keep),
        recovery_mean=mean * asked.keep,
        curve=[
            (
                amount, sample.below(amount).value, sample.below(amount, asked.keep).value,
                sample.gap(amount, asked.keep).value,
            )
            for amount in amounts
        ],
    )  # fmt: skip


# --- Texts ------------------------------------------------------------------------------------------------------------
def fixed(value: float | None, places: int) -> str:
    """Return a number as the browser's `toFixed` writes it, with thousands separators: half-up from the exact double.

    `fixed(0.125, 2)` gives 0.13, `fixed(1.005, 2)` 1.00 (the double is just below).
    """
    if value is None:
        return "—"
    rounded = Decimal(value).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    return f"{rounded:,.{places}f}"


def texts(found: Answer, asked: Asked, appraised: float) -> dict[str, str]:
    """Return the figures as they stand on the page: shares in percent, money in 万元; the largest loan is cut off."""
    largest = math.floor(found.largest.value / 100) / 100
    return {
        "loan": fixed(asked.amount / WAN, 2),
        "loan_to_value": fixed(asked.amount / appraised * 100, 2),
        "value_below": fixed(found.value_below.value * 100, 2),
        "value_below_error": fixed(_times(found.value_below.error, 100), 2),
        "recovery_below": fixed(found.recovery_below.value * 100, 2),
        "recovery_below_error": fixed(_times(found.recovery_below.error, 100), 2),
        "gap": fixed(found.gap.value / WAN, 2),
        "gap_error": fixed(_times(found.gap.error, 1 / WAN), 2),
        "largest": fixed(largest, 2),
        "largest_error": fixed(_times(found.largest.error, 1 / WAN), 2),
        "recovery_mean": fixed(found.recovery_mean / WAN, 2),
    }


def curve_texts(found: Answer) -> list[list[str]]:
    """Return the rows of the curve's table: amount in 万元, both probabilities in percent, the gap in 万元."""
    return [
        [fixed(amount / WAN, 2), fixed(value * 100, 2), fixed(recovery * 100, 2), fixed(gap / WAN, 2)]
        for amount, value, recovery, gap in found.curve
    ]


def _times(error: float | None, factor: float) -> float | None:
    return None if error is None else error * factor


# --- Picture ----------------------------------------------------------------------------------------------------------
WIDTH, HEIGHT = 1000, 220
"""The box in which the paths are drawn; the page stretches it."""


def density(sample: Sample) -> list[tuple[float, float]]:
    """Return (value, density) at the middle of equal classes, with a zero at either end; empty without spread."""
    values = sample.pooled
    low, high = float(values[0]), float(values[min(int(len(values) * (1 - TAIL)), len(values) - 1)])
    if not low < high:
        return []
    counts, edges = np.histogram(values, bins=CLASSES, range=(low, high))
    width = (high - low) / CLASSES
    middles = [(float(edges[k] + edges[k + 1]) / 2, int(n) / (len(values) * width)) for k, n in enumerate(counts)]
    return [(low, 0.0), *middles, (high, 0.0)]


def outline(points: Sequence[tuple[float, float]], keep: float, top: float, highest: float) -> str:
    """Return SVG path data of a density whose values are multiplied by `keep`; `top` and `highest` fill the box."""
    placed = [
        (WIDTH * value * keep / top, HEIGHT * (1 - share / keep / highest)) for value, share in points
    ]  # fmt: skip
    return smooth(placed)


def smooth(placed: Sequence[tuple[float, float]]) -> str:
    """Return SVG path data of a curve through the middles between points, tangent to the lines that join them."""
    if len(placed) < 2:
        return ""
    text = f"M{_place(placed[0])}"
    for here, following in pairwise(placed[1:]):
        middle = ((here[0] + following[0]) / 2, (here[1] + following[1]) / 2)
        text += f" Q{_place(here)} {_place(middle)}"
    return f"{text} L{_place(placed[-1])}"


def _place(point: tuple[float, float]) -> str:
    return f"{point[0]:.1f} {point[1]:.1f}"
