"""The plain scalar judge of the vectorised kernel: one path, one period at a time, straight from the contract's page.

It takes a document that is known to be good and the numbers that its random parts take on one path, and gives the
value. It shares no code with the engine and reads no distribution, so an error would have to be made twice.
"""

import math
from datetime import date, timedelta
from typing import Any

type Fields = dict[str, tuple[Any, str]]
"""The members of an asset, each with its pointer."""

LEGAL = {"patent": 20, "utility_model": 10, "design": 15, "trademark": 10}


class Path:
    """The numbers of one path: inputs by pointer, normals of growth by pointer, uniforms of events by pointer."""

    def __init__(self, inputs: dict[str, float], shocks: dict[str, list[float]], events: dict[str, float]) -> None:
        self.inputs, self.shocks, self.events = inputs, shocks, events
        self.moved = 0.0
        """The sum of absolute present values so far, to which rounding errors are proportional."""

    def number(self, value: Any, pointer: str) -> float:
        return self.inputs[pointer] if isinstance(value, dict) else float(value)

    def entry(self, value: Any, pointer: str, i: int) -> float:
        return float(value[i]) if isinstance(value, list) else self.number(value, pointer)


def value(document: dict[str, Any], path: Path) -> float:
    if "portfolio" in document:
        return sum(asset_values(document, path))
    fields = {name: (value, f"/{name}") for name, value in document.items()}
    return asset_value(fields, document, path, None)


def asset_values(document: dict[str, Any], path: Path) -> list[float]:
    portfolio, assets = document["portfolio"], []
    shared = {name: (value, f"/portfolio/shared/{name}") for name, value in portfolio.get("shared", {}).items()}
    for i, asset in enumerate(portfolio["assets"]):
        assets.append(shared | {name: (value, f"/portfolio/assets/{i}/{name}") for name, value in asset.items()})
    return [asset_value(a, document, path, cap_factors(a, assets, document, path)) for a in assets]


def asset_value(fields: Fields, top: dict[str, Any], path: Path, caps: list[float] | None) -> float:
    method = fields["method"][0]
    if method == "cost":
        return cost_value(*fields["cost"], path)
    if method == "market":
        return market_value(*fields["market"], path)
    return income_value(fields, top, path, caps)


def cost_value(cost: dict[str, Any], at: str, path: Path) -> float:
    made = 0.0
    for i, item in enumerate(cost["items"]):
        index = path.number(item.get("index", 1), f"{at}/items/{i}/index")
        made += path.number(item["amount"], f"{at}/items/{i}/amount") * index
    profit = path.number(cost.get("developer_profit", 0), f"{at}/developer_profit")
    made *= 1 + profit + path.number(cost.get("opportunity_cost", 0), f"{at}/opportunity_cost")
    losses = [path.number(v, f"{at}/obsolescence/{k}") for k, v in sorted(cost.get("obsolescence", {}).items())]
    additive = cost.get("obsolescence_combination") == "additive"
    made *= max(0.0, 1 - sum(losses)) if additive else math.prod(1 - loss for loss in losses)
    if "age" in cost:
        used = path.number(cost["age"]["used_years"], f"{at}/age/used_years")
        left = path.number(cost["age"]["remaining_years"], f"{at}/age/remaining_years")
        made *= left / (used + left)
    path.moved += made
    return made


def market_value(market: dict[str, Any], at: str, path: Path) -> float:
    prices = []
    for i, comparable in enumerate(market["comparables"]):
        price = path.number(comparable["price"], f"{at}/comparables/{i}/price")
        for name, factor in sorted(comparable.get("adjustments", {}).items()):
            price *= path.number(factor, f"{at}/comparables/{i}/adjustments/{name}")
        prices.append((price, comparable.get("weight", 1)))
        path.moved += price
    if market.get("aggregate") == "median":
        ordered = sorted(price for price, _ in prices)
        half = len(ordered) // 2
        return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2
    return sum(price * weight for price, weight in prices) / sum(weight for _, weight in prices)


def years_between(start: date, end: date) -> float:
    whole = 0
    while birthday(start, whole + 1) <= end:
        whole += 1
    before, after = birthday(start, whole), birthday(start, whole + 1)
    return whole + (end - before) / timedelta(days=1) / ((after - before) / timedelta(days=1))


def birthday(start: date, years: int) -> date:
    leap = start.month == 2 and start.day == 29
    year = start.year + years
    common = year % 4 != 0 or (year % 100 == 0 and year % 400 != 0)
    return date(year, 2, 28) if leap and common else date(year, start.month, start.day)


def lifetime(fields: Fields, top: dict[str, Any], path: Path, economic: float | None) -> float:
    """Give the life in years with the economic life taken as `economic` (None: as it is on the path)."""
    horizon, at = fields["horizon"]
    if "years" in horizon:
        return float(horizon["years"])
    limits = []
    if "legal_expiry" in horizon:
        limits.append(years_between(day(top["valuation_date"]), day(horizon["legal_expiry"])))
    if "filing_date" in horizon:
        own = LEGAL.get(fields.get("kind", ("other", ""))[0])
        expiry = birthday(day(horizon["filing_date"]), horizon.get("legal_life_years", own))
        limits.append(years_between(day(top["valuation_date"]), expiry))
    if "contract_end" in horizon:
        limits.append(years_between(day(top["valuation_date"]), day(horizon["contract_end"])))
    if "economic_life_years" in horizon:
        drawn = path.number(horizon["economic_life_years"], f"{at}/economic_life_years")
        limits.append(drawn if economic is None or not isinstance(horizon["economic_life_years"], dict) else economic)
    return min(limits)


def day(text: str) -> date:
    return date(*(int(part) for part in text.split("-")))


def periods(fields: Fields, top: dict[str, Any], path: Path, longest: float) -> list[tuple[float, float]]:
    """Give (start, lived fraction) of every period of the grid that a life of `longest` years spans."""
    horizon = fields["horizon"][0]
    first = 1.0
    if "first_year_end" in horizon:
        first = years_between(day(top["valuation_date"]), day(horizon["first_year_end"]))
    life, start, width, grid = lifetime(fields, top, path, None), 0.0, first, []
    while longest - start >= 1e-9:
        fraction = min(max(life - start, 0.0), width, longest - start)
        grid.append((start, fraction if life - start >= 1e-9 else 0.0))
        start, width = first + len(grid) - 1, 1.0
    return grid


def greatest(law: dict[str, Any]) -> float:
    """Give the upper end of the support of a distribution."""
    if law["distribution"] == "discrete":
        return max(v for v, p in zip(law["values"], law["probabilities"], strict=True) if p > 0)
    default = 1.0 if law["distribution"] == "beta" else math.inf
    return law.get("high", default)


def grid_of(fields: Fields, top: dict[str, Any], path: Path) -> list[tuple[float, float]]:
    life = fields["horizon"][0].get("economic_life_years")
    longest = greatest(life) if isinstance(life, dict) else None
    return periods(fields, top, path, lifetime(fields, top, path, longest))


def revenues(fields: Fields, n: int, path: Path) -> list[float]:
    revenue, at = fields["revenue"]
    if isinstance(revenue, list):
        return [float(amount) for amount in revenue]
    level, growth = path.number(revenue["base"], f"{at}/base"), revenue.get("growth", 0)
    early = revenue.get("base_year", 1) == 0
    x, amounts = None, [] if early else [level]
    for j in range(n if early else n - 1):
        if isinstance(growth, dict) and "speed" in growth:
            x = next_log_growth(growth, f"{at}/growth", x, j, path)
            level *= math.exp(x)
        else:
            level *= 1 + path.entry(growth, f"{at}/growth", j)
        amounts.append(level)
    return amounts[:n]


def next_log_growth(growth: dict[str, Any], at: str, x: float | None, j: int, path: Path) -> float:
    theta, kappa = path.number(growth["long_run"], f"{at}/long_run"), path.number(growth["speed"], f"{at}/speed")
    sigma = path.number(growth["volatility"], f"{at}/volatility")
    before = path.number(growth["initial"], f"{at}/initial") if x is None else x
    z = path.shocks[at][j] if at in path.shocks else 0.0
    spread = sigma * math.sqrt((1 - math.exp(-2 * kappa)) / (2 * kappa))
    return theta + (before - theta) * math.exp(-kappa) + spread * z


def discount_rate(rate: Any, at: str, path: Path) -> float:
    if not isinstance(rate, dict) or "distribution" in rate:
        return path.number(rate, at)
    if "build_up" in rate:
        form, at = rate["build_up"], f"{at}/build_up"
        premiums = [path.number(v, f"{at}/premiums/{k}") for k, v in sorted(form["premiums"].items())]
        return sum([path.number(form["risk_free"], f"{at}/risk_free"), *premiums])
    if "capm" in rate:
        return capm(rate["capm"], f"{at}/capm", path)
    form, at = rate["wacc"], f"{at}/wacc"
    e, d = path.number(form["equity"], f"{at}/equity"), path.number(form["debt"], f"{at}/debt")
    own, cost = form["cost_of_equity"], path.number(form["cost_of_debt"], f"{at}/cost_of_debt")
    nested = isinstance(own, dict) and "capm" in own
    re = capm(own["capm"], f"{at}/cost_of_equity/capm", path) if nested else path.number(own, f"{at}/cost_of_equity")
    kept = 1 - path.number(form["tax_rate"], f"{at}/tax_rate")
    return (e * re + d * cost * kept) / (e + d) + path.number(form.get("asset_premium", 0), f"{at}/asset_premium")


def capm(form: dict[str, Any], at: str, path: Path) -> float:
    part = {name: path.number(value, f"{at}/{name}") for name, value in form.items()}
    rf = part["risk_free"]
    excess = part["equity_risk_premium"] if "equity_risk_premium" in part else part["market_return"] - rf
    return rf + part["beta"] * excess + part.get("size_premium", 0) + part.get("specific_premium", 0)


def claimed_rate(fields: Fields, i: int, path: Path) -> float:
    """Give rho a (or K a, alpha m a) in period i."""
    covered = path.entry(*fields.get("coverage", (1, "")), i)
    if "royalty_rate" in fields:
        return path.entry(*fields["royalty_rate"], i) * covered
    split, at = fields["contribution"]
    if "revenue_share" in split:
        return path.entry(split["revenue_share"], f"{at}/revenue_share", i) * covered
    alpha = path.entry(split["profit_share"], f"{at}/profit_share", i)
    return alpha * path.entry(split["operating_margin"], f"{at}/operating_margin", i) * covered


def cap_factors(fields: Fields, assets: list[Fields], document: dict[str, Any], path: Path) -> list[float] | None:
    """Give what the rate of the asset is multiplied by in each period, None where nothing is capped."""
    overlap = document["portfolio"].get("overlap", {})
    same = [
        other for other in assets if "product" in fields and other.get("product", ("", ""))[0] == fields["product"][0]
    ]
    if overlap.get("rule") != "cap" or len(same) < 2:
        return None
    cap, factors = path.number(overlap["cap"], "/portfolio/overlap/cap"), []
    for i in range(len(grid_of(fields, document, path))):
        claims = 0.0
        for other in same:
            grid = grid_of(other, document, path)
            if i < len(grid) and grid[i][1] > 0:
                claims += claimed_rate(other, i, path)
        factors.append(cap / claims if claims > cap else 1.0)
    return factors


def earned(fields: Fields, n: int, path: Path) -> tuple[list[float], list[float]]:
    """Give income of the whole right and contributory charges, a year each, before coverage and fading."""
    method = fields["method"][0]
    if method == "incremental_income":
        parts, at = fields["incremental"]
        get = lambda name, i: path.entry(parts.get(name, 0), f"{at}/{name}", i)  # noqa: E731
        return [
            get("with", i) - get("without", i) + (get("price_premium", i) + get("cost_saving", i)) * get("quantity", i)
            for i in range(n)
        ], [0.0] * n
    sales = revenues(fields, n, path)
    if method != "multi_period_excess_earnings":
        bare = {name: field for name, field in fields.items() if name != "coverage"}
        return [sales[i] * claimed_rate(bare, i, path) for i in range(n)], [0.0] * n
    costs, at = fields["operating_costs"]
    profits, charges = [], []
    for i in range(n):
        shared = isinstance(costs, dict) and "share_of_revenue" in costs
        share = path.number(costs["share_of_revenue"], f"{at}/share_of_revenue") * sales[i] if shared else None
        profits.append(sales[i] - (path.entry(costs, at, i) if share is None else share))
        charges.append(sum(charge(*each, i, sales[i], path) for each in listed(fields.get("contributory_charges"))))
    return profits, charges


def listed(field: tuple[list[Any], str] | None) -> list[tuple[Any, str]]:
    return [(entry, f"{field[1]}/{i}") for i, entry in enumerate(field[0])] if field else []


def charge(form: dict[str, Any], at: str, i: int, sales: float, path: Path) -> float:
    if "amount" in form:
        return path.entry(form["amount"], f"{at}/amount", i)
    if "share_of_revenue" in form:
        return path.number(form["share_of_revenue"], f"{at}/share_of_revenue") * sales
    return path.entry(form["asset_value"], f"{at}/asset_value", i) * path.number(form["return"], f"{at}/return")


def income_value(fields: Fields, top: dict[str, Any], path: Path, caps: list[float] | None) -> float:
    grid = grid_of(fields, top, path)
    n, late = len(grid), top.get("timing") == "end_of_year"
    income, charges = earned(fields, n, path)
    tau, k = path.number(*fields["tax_rate"]), discount_rate(*fields["discount_rate"], path)
    decay, decay_at = fields.get("decay", ({"rate": 0}, ""))
    hazard, hazard_at = fields.get("hazard", ({"annual": 0}, ""))
    delta, h = path.number(decay["rate"], f"{decay_at}/rate"), path.number(hazard["annual"], f"{hazard_at}/annual")
    left_a_year = 1 - delta if decay.get("form") == "geometric" else math.exp(-delta)
    before_tax = fields.get("cac_basis", ("", ""))[0] == "pre_tax"
    present, flow, when, end = 0.0, 0.0, 0.0, 0.0
    for i, (start, fraction) in enumerate(grid):
        end = start + fraction
        when = end if late else (start + end) / 2
        moments = {"flow": when, "start": start, "mid": (start + end) / 2, "end": end}
        d, s = left_a_year ** moments[decay.get("at", "flow")], (1 - h) ** moments[hazard.get("at", "flow")]
        if hazard.get("mode") == "event" and hazard_at in path.events:
            s = 1.0 if path.events[hazard_at] < s else 0.0
        whole = path.entry(*fields.get("coverage", (1, "")), i) * d * s * (caps[i] if caps else 1.0)
        cost = path.entry(*fields.get("costs", (0, "")), i)
        pre = income[i] * whole - cost * s
        cac = charges[i] * whole
        flow = (pre - cac) * (1 - tau) if before_tax else pre * (1 - tau) - cac
        present += flow * fraction * (1 + k) ** -when
        path.moved += (
            (abs(income[i]) + charges[i] + cost) * fraction * (1 + k) ** -when * tab_factor(fields, tau, k, late, path)
        )
    if "terminal" in fields:
        terminal, at = fields["terminal"]
        g = (1 + path.number(terminal["growth"], f"{at}/growth")) * (1 - h) * left_a_year
        present += flow * g / (k - (g - 1)) * (1 + k) ** -(end if terminal.get("exponent") == "horizon_end" else when)
    return present * tab_factor(fields, tau, k, late, path)


def tab_factor(fields: Fields, tau: float, k: float, late: bool, path: Path) -> float:
    if "tax_amortisation" not in fields:
        return 1.0
    form, at = fields["tax_amortisation"]
    tau = path.number(form["tax_rate"], f"{at}/tax_rate") if "tax_rate" in form else tau
    k = path.number(form["discount_rate"], f"{at}/discount_rate") if "discount_rate" in form else k
    years = range(1, form["years"] + 1)
    return 1 / (1 - tau / form["years"] * sum((1 + k) ** -(j if late else j - 0.5) for j in years))
