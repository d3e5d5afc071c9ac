"""A second opinion on one path, in plain loops over plain numbers: no array, none of the package's arithmetic.

It knows one right on one product: mean-reverting revenue, a royalty, decay, an event, a life that may be random.
"""

import math
from dataclasses import dataclass
from typing import Any


@dataclass
class Path:
    """What a path draws, all plain numbers."""

    royalty: float
    margin: float
    life: float
    struck: float
    growth_normals: list[float]
    income_normals: list[float]
    factor: float
    wait: float


@dataclass
class Verdict:
    """What becomes of the right and the loan on a path."""

    value: float
    cash: list[float]
    recovery: list[float]
    missed: int | None
    loss: float


def rate_of(document: dict[str, Any]) -> float:
    capm = document["discount_rate"]["capm"]
    return float(capm["risk_free"] + capm["beta"] * capm["equity_risk_premium"])


def revenues(document: dict[str, Any], path: Path, periods: int) -> list[float]:
    growth, level = document["revenue"]["growth"], document["revenue"]["growth"]["initial"]
    kappa, sigma = growth["speed"], growth["volatility"]
    found = [document["revenue"]["base"]]
    for normal in path.growth_normals[: periods - 1]:
        noise = sigma * math.sqrt((1 - math.exp(-2 * kappa)) / (2 * kappa)) * normal
        level = growth["long_run"] + (level - growth["long_run"]) * math.exp(-kappa) + noise
        found.append(found[-1] * math.exp(level))
    return found


def flow(document: dict[str, Any], path: Path, revenue: float, moment: float) -> float:
    """Return the after-tax flow a year of a period whose flow falls at `moment`."""
    if not path.struck < (1 - document["hazard"]["annual"]) ** moment:
        return 0.0
    return revenue * path.royalty * math.exp(-document["decay"]["rate"] * moment) * (1 - document["tax_rate"])


def worth(document: dict[str, Any], path: Path, periods: int, time: float) -> float:
    """Return what the right is worth at `time`: the rest of its flows, each at the middle of what is left of it."""
    worth, rate = 0.0, rate_of(document)
    for start, revenue in enumerate(revenues(document, path, periods)):
        end = min(path.life, start + 1)
        if end > max(start, time):
            amount = flow(document, path, revenue, (start + end) / 2) * (end - max(start, time))
            worth += amount * (1 + rate) ** -((max(start, time) + end) / 2 - time)
    return worth


def recovery(document: dict[str, Any], path: Path, periods: int, time: float) -> float:
    sale = document["loan"]["liquidation"]
    waited = worth(document, path, periods, time) * (1 + rate_of(document)) ** -path.wait
    return max(waited * path.factor * (1 - sale["cost_share"]) - sale["cost_amount"], 0.0)


def cash(document: dict[str, Any], path: Path, periods: int) -> list[float]:
    """Return the cash between instalments, month by month where the periods of revenue change in between."""
    borrower, found, before, level, variance = document["borrower"], [], 0.0, 0.0, 0.0
    income = revenues(document, path, periods)
    shock, lost = borrower["other_income"]["shock"], borrower["lost_with_right"]
    for row, normal in zip(document["loan"]["repayments"], path.income_normals, strict=True):
        step = row["at"] - before
        own = 0.0
        for start, revenue in enumerate(income):
            inside = max(min(row["at"], start + 1) - max(before, start), 0.0)
            moment = (start + min(max(path.life, start), start + 1)) / 2
            fell = not path.struck < (1 - document["hazard"]["annual"]) ** moment
            own += inside * revenue * path.margin * (1 - lost if fell else 1.0)
        fresh = shock["volatility"] ** 2 * (1 - math.exp(-2 * shock["speed"] * step)) / (2 * shock["speed"])
        level = level * math.exp(-shock["speed"] * step) + math.sqrt(fresh) * normal
        variance = variance * math.exp(-2 * shock["speed"] * step) + fresh
        other = borrower["other_income"]["annual"] * math.exp(level - variance / 2)
        found.append(own + step * (other - borrower["existing_debt_service"]))
        before = row["at"]
    return found


def judge(document: dict[str, Any], path: Path, periods: int) -> Verdict:
    rows, borrower = document["loan"]["repayments"], document["borrower"]
    earned, held, missed, owed, loss = cash(document, path, periods), borrower["opening_cash"], None, 0.0, 0.0
    sales = [recovery(document, path, periods, row["at"]) for row in rows]
    for place, row in enumerate(rows):
        left = held + earned[place] - row["principal"] - row["interest"]
        if left < 0:
            owed = sum(later["principal"] for later in rows[place:]) + row["interest"]
            missed, loss = place, max(owed - sales[place], 0.0)
            break
        held = left * borrower["carried"]
    return Verdict(worth(document, path, periods, 0.0), earned, sales, missed, loss)
