"""The income methods: contract sections 1.3, 1.4 and 2, one period after the other."""

import math
from typing import Any

from .horizon import periods
from .path import Fields, Path, below

type Worth = dict[str, Any]
"""What an asset is worth and why: the members of the contract's output."""


def revenues(fields: Fields, n: int, path: Path) -> list[float]:
    """Give the revenue a year in each of n periods."""
    revenue, at = fields["revenue"]
    if isinstance(revenue, list):
        return [float(amount) for amount in revenue]
    level, growth = path.member(revenue, at, "base"), revenue.get("growth", 0)
    early = revenue.get("base_year", 1) == 0
    x, amounts = None, [] if early else [level]
    for j in range(n if early else n - 1):
        if reverts(growth):
            x = _next_log_growth(growth, below(at, "growth"), x, j, path)
            level *= math.exp(x)
        else:
            level *= 1 + path.entry(growth, below(at, "growth"), j)
        amounts.append(level)
    return amounts[:n]


def reverts(growth: Any) -> bool:
    """Whether a growth is a mean-reverting path."""
    return isinstance(growth, dict) and "speed" in growth


def _next_log_growth(growth: dict[str, Any], at: str, x: float | None, j: int, path: Path) -> float:
    theta, kappa = path.member(growth, at, "long_run"), path.member(growth, at, "speed")
    before = path.member(growth, at, "initial") if x is None else x
    z = path.shocks[at][j] if at in path.shocks else 0.0
    spread = path.member(growth, at, "volatility") * math.sqrt((1 - math.exp(-2 * kappa)) / (2 * kappa))
    return theta + (before - theta) * math.exp(-kappa) + spread * z


def discount_rate(rate: Any, at: str, path: Path) -> float:
    """Give the discount rate, composed where it is."""
    if not isinstance(rate, dict) or "distribution" in rate:
        return path.number(rate, at)
    if "build_up" in rate:
        form, at = rate["build_up"], below(at, "build_up")
        premiums = [path.number(v, below(at, "premiums", k)) for k, v in sorted(form["premiums"].items())]
        return sum([path.member(form, at, "risk_free"), *premiums])
    if "capm" in rate:
        return _capm(rate["capm"], below(at, "capm"), path)
    return _wacc(rate["wacc"], below(at, "wacc"), path)


def _wacc(form: dict[str, Any], at: str, path: Path) -> float:
    e, d = path.member(form, at, "equity"), path.member(form, at, "debt")
    own, place = form["cost_of_equity"], below(at, "cost_of_equity")
    nested = isinstance(own, dict) and "capm" in own
    re = _capm(own["capm"], below(place, "capm"), path) if nested else path.number(own, place)
    rd = path.member(form, at, "cost_of_debt") * (1 - path.member(form, at, "tax_rate"))
    return (e * re + d * rd) / (e + d) + path.member(form, at, "asset_premium")


def _capm(form: dict[str, Any], at: str, path: Path) -> float:
    part = {name: path.member(form, at, name) for name in form}
    rf = part["risk_free"]
    excess = part["equity_risk_premium"] if "equity_risk_premium" in part else part["market_return"] - rf
    return rf + part["beta"] * excess + part.get("size_premium", 0) + part.get("specific_premium", 0)


def claimed_rate(fields: Fields, i: int, path: Path) -> float:
    """Give rho (or K, or alpha m) in period i, before coverage."""
    if "royalty_rate" in fields:
        return path.entry(*fields["royalty_rate"], i)
    split, at = fields["contribution"]
    if "revenue_share" in split:
        return path.entry(split["revenue_share"], below(at, "revenue_share"), i)
    alpha = path.entry(split["profit_share"], below(at, "profit_share"), i)
    return alpha * path.entry(split["operating_margin"], below(at, "operating_margin"), i)


def _earned(fields: Fields, n: int, path: Path) -> list[tuple[float, float, float]]:
    """Give (revenue, income of the whole right, contributory charges) a year, before coverage and fading."""
    method = fields["method"][0]
    if method == "incremental_income":
        return [(0.0, _increment(*fields["incremental"], i, path), 0.0) for i in range(n)]
    sales = revenues(fields, n, path)
    if method != "multi_period_excess_earnings":
        return [(sales[i], sales[i] * claimed_rate(fields, i, path), 0.0) for i in range(n)]
    charges, at = fields.get("contributory_charges", ([], ""))
    return [
        (
            sales[i],
            sales[i] - _costs(*fields["operating_costs"], i, sales[i], path),
            sum(_charge(form, below(at, j), i, sales[i], path) for j, form in enumerate(charges)),
        )
        for i in range(n)
    ]


def _increment(parts: dict[str, Any], at: str, i: int, path: Path) -> float:
    names = ("with", "without", "price_premium", "cost_saving", "quantity")
    gain, loss, premium, saving, quantity = (path.entry(parts.get(n, 0), below(at, n), i) for n in names)
    return gain - loss + (premium + saving) * quantity


def _costs(costs: Any, at: str, i: int, sales: float, path: Path) -> float:
    if isinstance(costs, dict) and "share_of_revenue" in costs:
        return path.member(costs, at, "share_of_revenue") * sales
    return path.entry(costs, at, i)


def _charge(form: dict[str, Any], at: str, i: int, sales: float, path: Path) -> float:
    if "amount" in form:
        return path.entry(form["amount"], below(at, "amount"), i)
    if "share_of_revenue" in form:
        return path.member(form, at, "share_of_revenue") * sales
    return path.entry(form["asset_value"], below(at, "asset_value"), i) * path.member(form, at, "return")


class Fading:
    """How decay and hazard wear an asset on one path."""

    def __init__(self, fields: Fields, path: Path) -> None:
        self.decay, decay_at = fields.get("decay", ({"rate": 0}, ""))
        self.hazard, hazard_at = fields.get("hazard", ({"annual": 0}, ""))
        delta, h = path.member(self.decay, decay_at, "rate"), path.member(self.hazard, hazard_at, "annual")
        self.left_a_year = 1 - delta if self.decay.get("form") == "geometric" else math.exp(-delta)
        self.lasting_a_year = 1 - h
        self.uniform = path.events.get(hazard_at) if self.hazard.get("mode") == "event" else None

    def at(self, moments: dict[str, float]) -> tuple[float, float]:
        """Give decay and survival of a period whose moments are given by name."""
        survival = self.lasting_a_year ** moments[self.hazard.get("at", "flow")]
        if self.uniform is not None:
            survival = 1.0 if self.uniform < survival else 0.0
        return self.left_a_year ** moments[self.decay.get("at", "flow")], survival


def income_worth(fields: Fields, top: dict[str, Any], path: Path, caps: list[float] | None) -> Worth:
    """Give what an income asset is worth; `caps` scales its rate in each period."""
    grid = periods(fields, top, path)
    tau, k = path.number(*fields["tax_rate"]), discount_rate(*fields["discount_rate"], path)
    fading, tab = Fading(fields, path), _tab_factor(fields, tau, k, top, path)
    rows, last = [], dict[str, float]()
    for i, (earned, lived) in enumerate(zip(_earned(fields, len(grid), path), grid, strict=True)):
        last = _year(fields, top, path, i, earned, lived, fading, (tau, k), caps[i] if caps else 1.0)
        path.moved += last.pop("moved") * tab
        rows.append(last)
    terminal = _terminal_value(fields, path, k, fading, last) if "terminal" in fields else 0.0
    present = sum(row["present_value"] for row in rows) + terminal
    return {
        "value": present * tab,
        "discount_rate": k,
        "present_value": present,
        "terminal_value": terminal,
        "tab_factor": tab,
        "years": [{name: row[name] for name in row if name != "annual"} for row in rows if row["fraction"] > 0],
    }


def _year(
    fields: Fields,
    top: dict[str, Any],
    path: Path,
    i: int,
    earned: tuple[float, float, float],
    lived: tuple[float, float],
    fading: Fading,
    rates: tuple[float, float],
    cap: float,
) -> dict[str, float]:
    (sales, income, charges), (start, f), (tau, k) = earned, lived, rates
    end, middle = start + f, start + f / 2
    exponent = end if top.get("timing") == "end_of_year" else middle
    decay, survival = fading.at({"flow": exponent, "start": start, "mid": middle, "end": end})
    whole = path.entry(*fields.get("coverage", (1, "")), i) * decay * survival * cap
    cost = path.entry(*fields.get("costs", (0, "")), i)
    pre, cac = income * whole - cost * survival, charges * whole
    before_tax = fields.get("cac_basis", ("", ""))[0] == "pre_tax"
    taxable = pre - cac if before_tax else pre
    flow = taxable * (1 - tau) - (0 if before_tax else cac)
    factor = (1 + k) ** -exponent
    columns = {"revenue": sales, "pre_tax": pre, "contributory_charges": cac, "tax": tau * taxable, "cash_flow": flow}
    row = {"period": i + 1, "start": start, "end": end, "fraction": f, "decay": decay, "survival": survival}
    row |= {name: amount * f for name, amount in columns.items()}
    row |= {"exponent": exponent, "discount_factor": factor, "present_value": flow * f * factor, "annual": flow}
    return row | {"moved": (abs(income) + charges + cost) * f * factor}


def _terminal_value(fields: Fields, path: Path, k: float, fading: Fading, last: dict[str, float]) -> float:
    form, at = fields["terminal"]
    g = (1 + path.member(form, at, "growth")) * fading.lasting_a_year * fading.left_a_year
    years = last["end"] if form.get("exponent") == "horizon_end" else last["exponent"]
    return last["annual"] * g / (k - (g - 1)) * (1 + k) ** -years


def _tab_factor(fields: Fields, tau: float, k: float, top: dict[str, Any], path: Path) -> float:
    if "tax_amortisation" not in fields:
        return 1.0
    form, at = fields["tax_amortisation"]
    tau, k = path.member(form, at, "tax_rate", tau), path.member(form, at, "discount_rate", k)
    early = 0.0 if top.get("timing") == "end_of_year" else 0.5
    n = int(form["years"])
    return 1 / (1 - tau / n * sum((1 + k) ** -(j - early) for j in range(1, n + 1)))
