"""What a bench measures with: CPU seconds in turns, memory in a process of its own, and rows with their targets.

Figures are medians of several turns taken alternately, so that a drifting machine moves both sides of a ratio. Linear
algebra is held to one thread. Nothing here asserts on a clock: a row says whether its target is met, that is all.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

TURNS = 5


@dataclass(frozen=True)
class Row:
    """One line of a table: what was attained, and whether that is what was aimed at (None: no aim of its own)."""

    name: str
    what: str
    target: str
    attained: str
    met: bool | None = None


def cpu(work: Callable[[], Any]) -> float:
    """Return the CPU seconds of this process, all its threads, that `work` takes."""
    start = time.process_time()
    work()
    return time.process_time() - start


def wall(work: Callable[[], Any]) -> float:
    """Return the seconds on the wall that `work` takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def interleaved(
    *works: Callable[[], Any], turns: int = TURNS, clock: Callable[[Callable[[], Any]], float] = cpu
) -> list[float]:
    """Return the median seconds of each work, taken turn by turn after one turn that is not counted."""
    for work in works:  # caches and lazy imports are not what is measured
        work()
    taken = [[clock(work) for work in works] for _ in range(turns)]
    return [max(statistics.median(column), 1e-9) for column in zip(*taken, strict=True)]


def memory_growth(who: str, paths: int) -> float:
    """Return by how many MB a run of `who` (see bench.memory) raises the peak of a fresh process."""
    child = [sys.executable, "-W", "ignore", "-m", "bench.memory", who, str(paths)]
    return float(subprocess.run(child, capture_output=True, check=True, text=True).stdout.split()[-1])


def print_rows(title: str, rows: list[Row]) -> None:
    """Print a table of rows as Markdown, so that it can stand in a document as it is."""
    print(f"\n### {title}\n\n| id | what | target | attained | met |\n|---|---|---|---|---|", flush=True)
    for row in rows:
        met = {None: "", True: "yes", False: "**no**"}[row.met]
        print(f"| {row.name} | {row.what} | {row.target} | {row.attained} | {met} |", flush=True)
