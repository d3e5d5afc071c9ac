"""`make bench`: what the pure packages cost, each beside a yardstick measured in the same run.

    valuation      a simulation's CPU beside that of drawing as many standard normals (target V1: at most 2.0)
    loss sharing   events a second in the fold, beside the independent judge kept in the tests
    loan schedule  a 36-row table, beside solving its internal rate of return by scipy's brentq alone

CPU seconds of this process, the median of several turns taken alternately, so that a drifting machine moves both.
"""

import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.optimize import brentq

from pledges import loan_schedule
from risk_fund import loss_sharing
from tests.risk_fund.loss_sharing.documents import document as random_document
from tests.risk_fund.loss_sharing.judge import judge
from valuation import engine

TURNS = 5
PATHS = 2**18
INPUTS = 5


def cpu(work: Callable[[], Any]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def paired(ours: Callable[[], Any], yardstick: Callable[[], Any]) -> tuple[float, float, float]:
    """Return the median CPU seconds of both and of their ratio, taken turn by turn."""
    ours(), yardstick()  # caches and lazy imports are not what is measured
    turns = [(cpu(ours), cpu(yardstick)) for _ in range(TURNS)]
    ratios = [mine / max(other, 1e-9) for mine, other in turns]
    return statistics.median(t[0] for t in turns), statistics.median(t[1] for t in turns), statistics.median(ratios)


def valuation() -> tuple[str, float, float, float]:
    model = {
        "method": "relief_from_royalty", "horizon": {"years": 15}, "tax_rate": 0.15,
        "revenue": {"base": 2e7, "growth": {"distribution": "triangular", "low": 0, "mode": 0.03, "high": 0.08}},
        "royalty_rate": {"distribution": "pert", "low": 0.02, "mode": 0.035, "high": 0.06},
        "discount_rate": {"distribution": "normal", "mean": 0.12, "sd": 0.008},
        "decay": {"rate": {"distribution": "uniform", "low": 0.05, "high": 0.1}},
        "hazard": {"annual": {"distribution": "beta", "alpha": 2, "beta": 98}},
        "simulation": {"paths": PATHS, "sampler": "pseudo", "seed": 7},
    }  # fmt: skip
    draws = np.random.Generator(np.random.Philox(7))
    mine, other, ratio = paired(lambda: engine.value(model), lambda: draws.standard_normal(INPUTS * PATHS))
    return f"valuation, {PATHS:,} paths x {INPUTS} inputs / drawing their normals", mine, other, ratio


def sharing() -> tuple[str, float, float, float]:
    documents = [random_document(seed, 120) for seed in range(20)]
    mine, other, ratio = paired(
        lambda: [loss_sharing.calculate(one) for one in documents], lambda: [judge(one) for one in documents]
    )
    return "loss sharing, 20 x 120 events / independent judge", mine, other, ratio


def schedule() -> tuple[str, float, float, float]:
    loan = {
        "disbursements": [{"date": "2024-01-05", "amount": 100_000_000}], "rate": {"annual": "0.0435"},
        "day_count": "act/360", "method": "equal_instalment", "instalments": 36, "first_due": "2024-02-05",
    }  # fmt: skip
    rows = loan_schedule.build(loan)["rows"]
    flows = [(i + 1, row["total"]) for i, row in enumerate(rows)]

    def root() -> float:
        return float(brentq(lambda r: 100_000_000 - sum(total / (1 + r) ** (k / 12) for k, total in flows), -0.5, 1))

    mine, other, ratio = paired(
        lambda: [loan_schedule.build(loan) for _ in range(20)], lambda: [root() for _ in range(20)]
    )
    return "loan schedule, 36 rows with xirr / one brentq root", mine / 20, other / 20, ratio


def main() -> None:
    print(f"{'what / yardstick':<62}{'CPU s':>10}{'yardstick':>11}{'ratio':>8}")
    for measure in (valuation, sharing, schedule):
        name, mine, other, ratio = measure()
        print(f"{name:<62}{mine:>10.4f}{other:>11.4f}{ratio:>8.2f}")


if __name__ == "__main__":
    main()
