"""Random documents that are all good: every method, every building block, any of its numbers uncertain."""

from datetime import date, timedelta
from random import Random
from typing import Any

from tools.valuation_reference.horizon import birthday, years_between

VALUATION_DATE = date(2026, 2, 28)
MEAN_REVERTING = 0.35
UNCERTAIN = 0.4


class Specimens:
    """A stream of documents from one seed. `horizon_years` bounds the lists, which fit the longest possible life."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.bounded = False
        """Whether every distribution must have a bounded support."""

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def between(self, low: float, high: float) -> float:
        return self.random.uniform(low, high)

    def law(self, low: float, high: float) -> dict[str, Any]:
        """Give a distribution whose support, but for 1e-12 of its probability, lies within [low, high]."""
        a, b = sorted((self.between(low, high), self.between(low, high)))
        middle, width = (a + b) / 2, b - a
        name = self.random.choice(
            ["uniform", "triangular", "pert", "normal", "truncated_normal", "lognormal", "beta", "discrete"]
        )
        if self.bounded and name in ("normal", "lognormal"):
            name = "uniform"
        if name == "normal":
            return {"distribution": name, "mean": middle, "sd": width / 20}
        if name == "lognormal" and low >= 0:
            return {"distribution": name, "mean": middle, "sd": min(width / 40, middle / 20)}
        if name == "discrete":
            return {"distribution": name, "values": [b, a, middle], "probabilities": [0.25, 0.5, 0.25]}
        ends: dict[str, Any] = {"distribution": "uniform" if name == "lognormal" else name, "low": a, "high": b}
        if name in ("triangular", "pert"):
            ends["mode"] = self.random.choice([a, b, self.between(a, b)])
        if name == "truncated_normal":
            ends |= {"mean": self.between(low, high), "sd": width}
        if name == "beta":
            ends |= {"alpha": self.between(0.5, 5), "beta": self.between(0.5, 5)}
        return ends

    def scalar(self, low: float, high: float) -> Any:
        return self.law(low, high) if self.chance(UNCERTAIN) else self.between(low, high)

    def series(self, low: float, high: float, n: int) -> Any:
        return [self.between(low, high) for _ in range(n)] if self.chance(0.4) else self.scalar(low, high)

    def document(self) -> dict[str, Any]:
        method = self.random.choice(
            ["relief_from_royalty", "profit_split", "multi_period_excess_earnings", "incremental_income"] * 2
            + ["cost", "market"]
        )
        top: dict[str, Any] = {"method": method, "valuation_date": str(VALUATION_DATE)}
        if self.chance(0.5):
            top["timing"] = self.random.choice(["mid_year", "end_of_year"])
        return top | self.asset(method, self.horizon())

    def horizon(self) -> tuple[dict[str, Any], int]:
        """Give a horizon from the valuation date and the number of its longest periods."""
        first, horizon = 1.0, dict[str, Any]()
        if self.chance(0.4):
            end = VALUATION_DATE + timedelta(days=self.random.randint(1, 365))
            horizon["first_year_end"], first = str(end), years_between(VALUATION_DATE, end)
        if self.chance(0.4):
            longest = horizon["years"] = self.random.choice([self.between(0.1, 9), float(self.random.randint(1, 9))])
        else:
            longest = self.limits(horizon)
        return horizon, 1 + sum(first + year < longest - 1e-9 for year in range(20))

    def limits(self, horizon: dict[str, Any]) -> float:
        """Put limits of life into `horizon` and give the longest that they allow."""
        law = self.law(0.5, 9)
        random = self.chance(0.6) and "high" in law
        horizon["economic_life_years"] = law if random else self.between(0.5, 9)
        longest = law["high"] if random else horizon["economic_life_years"]
        if self.chance(0.4):
            horizon |= {"filing_date": "2020-02-29", "legal_life_years": self.random.randint(8, 12)}
            expiry = birthday(date(2020, 2, 29), horizon["legal_life_years"])
            longest = min(longest, years_between(VALUATION_DATE, expiry))
        if self.chance(0.2):
            horizon["contract_end"] = "2031-07-14"
            longest = min(longest, years_between(VALUATION_DATE, date(2031, 7, 14)))
        return longest

    def asset(self, method: str, spanned: tuple[dict[str, Any], int]) -> dict[str, Any]:
        if method in ("cost", "market"):
            return {"cost": self.cost()} if method == "cost" else {"market": self.market()}
        horizon, n = spanned
        fields: dict[str, Any] = {"horizon": horizon, "tax_rate": self.scalar(0, 0.5), "discount_rate": self.rate()}
        fields |= self.earnings(method, n)
        optional = {
            "coverage": lambda: self.series(0, 1, n),
            "costs": lambda: self.series(0, 50, n),
            "decay": self.decay,
            "hazard": self.hazard,
            "tax_amortisation": self.amortisation,
        }
        return fields | {name: make() for name, make in optional.items() if self.chance(0.5)}

    def earnings(self, method: str, n: int) -> dict[str, Any]:
        if method == "incremental_income":
            return {"incremental": self.increment(n)}
        fields: dict[str, Any] = {"revenue": self.revenue(n)}
        if method == "relief_from_royalty":
            return fields | {"royalty_rate": self.series(0, 1, n)}
        if method == "profit_split":
            margin = {"profit_share": self.series(0, 1, n), "operating_margin": self.series(-1, 1, n)}
            return fields | {"contribution": self.random.choice([{"revenue_share": self.series(0, 1, n)}, margin])}
        share = {"share_of_revenue": self.scalar(0, 2)}
        fields["operating_costs"] = self.random.choice([self.series(0, 900, n), share])
        if self.chance(0.7):
            fields["contributory_charges"] = [self.charge(n) for _ in range(self.random.randint(0, 3))]
            fields["cac_basis"] = self.random.choice(["after_tax", "pre_tax"])
        return fields

    def charge(self, n: int) -> dict[str, Any]:
        return self.random.choice(
            [
                {"name": "labour", "amount": self.series(0, 99, n)},
                {"share_of_revenue": self.scalar(0, 0.3)},
                {"asset_value": self.series(0, 900, n), "return": self.scalar(0, 0.3)},
            ]
        )

    def increment(self, n: int) -> dict[str, Any]:
        parts = {"with": self.series(-99, 900, n), "without": self.series(-99, 300, n)}
        if self.chance(0.5):
            parts |= {"price_premium": self.series(-2, 5, n), "quantity": self.series(0, 99, n)}
        return parts | (
            {"cost_saving": self.series(0, 3, n), "quantity": self.series(0, 9, n)} if self.chance(0.3) else {}
        )

    def revenue(self, n: int) -> Any:
        if self.chance(0.3):
            return [self.between(0, 2000) for _ in range(n)]
        revenue: dict[str, Any] = {"base": self.scalar(100, 2000)}
        early = self.chance(0.5)
        if early:
            revenue["base_year"] = 0
        steps = n if early else n - 1
        if self.chance(MEAN_REVERTING):
            revenue["growth"] = {
                "initial": self.scalar(-0.2, 0.3),
                "long_run": self.scalar(-0.1, 0.2),
                "speed": self.scalar(0.01, 3),
                "volatility": self.scalar(0, 0.4),
            }
        elif self.chance(0.8):
            revenue["growth"] = self.series(-0.5, 0.6, steps)
        return revenue

    def rate(self) -> Any:
        form = self.random.choice(["number", "build_up", "capm", "wacc"])
        if form == "build_up":
            names = self.random.sample(["technology", "market", "legal", "management"], self.random.randint(0, 3))
            return {form: {"risk_free": self.scalar(0, 0.05), "premiums": {n: self.scalar(0, 0.08) for n in names}}}
        if form == "capm":
            return {form: self.capm()}
        if form == "wacc":
            weights = {"equity": self.scalar(1, 9), "debt": self.scalar(0, 9), "tax_rate": self.scalar(0, 0.4)}
            own = self.random.choice([self.scalar(0.05, 0.3), {"capm": self.capm()}])
            return {
                form: weights | {"cost_of_equity": own, "cost_of_debt": self.scalar(0.01, 0.1), "asset_premium": 0.02}
            }
        return self.scalar(0.02, 0.4)

    def capm(self) -> dict[str, Any]:
        excess = self.random.choice(["equity_risk_premium", "market_return"])
        return {
            "risk_free": self.scalar(0, 0.04),
            "beta": self.scalar(0, 2),
            excess: self.scalar(0.05, 0.1),
            **({"size_premium": self.scalar(0, 0.04)} if self.chance(0.5) else {}),
        }

    def decay(self) -> dict[str, Any]:
        form = self.random.choice(["exponential", "geometric"])
        return {"rate": self.scalar(0, 0.5), "form": form, "at": self.random.choice(["flow", "start", "mid", "end"])}

    def hazard(self) -> dict[str, Any]:
        mode = self.random.choice(["expected", "event"])
        return {"annual": self.scalar(0, 0.3), "mode": mode, "at": self.random.choice(["flow", "start", "mid", "end"])}

    def amortisation(self) -> dict[str, Any]:
        own = {"tax_rate": self.scalar(0, 0.4), "discount_rate": self.scalar(0.01, 0.3)}
        return {"years": self.random.randint(1, 30)} | {name: own[name] for name in own if self.chance(0.4)}

    def cost(self) -> dict[str, Any]:
        items = [{"amount": self.scalar(0, 900), "index": self.scalar(0, 3)} for _ in range(self.random.randint(1, 12))]
        losses = {name: self.scalar(0, 0.4) for name in self.random.sample("abcd", self.random.randint(0, 4))}
        return {
            "items": items,
            "developer_profit": self.scalar(0, 1),
            "obsolescence": losses,
            **({"opportunity_cost": self.scalar(0, 1)} if self.chance(0.5) else {}),
            **(
                {"age": {"used_years": self.scalar(0, 9), "remaining_years": self.scalar(1, 9)}}
                if self.chance(0.5)
                else {}
            ),
            "obsolescence_combination": self.random.choice(["multiplicative", "additive"]),
        }

    def market(self) -> dict[str, Any]:
        comparables = []
        for _ in range(self.random.randint(1, 6)):
            names = self.random.sample("efgh", self.random.randint(0, 3))
            adjustments = {name: self.scalar(0, 3) for name in names}
            comparables.append(
                {"price": self.scalar(0, 900), "adjustments": adjustments, "weight": self.between(0.1, 9)}
            )
        return {"comparables": comparables, "aggregate": self.random.choice(["weighted_mean", "median"])}

    def mark_for_ever(self) -> dict[str, Any]:
        """Give a trademark with a terminal value, whose flow fades faster than any rate."""
        self.bounded = True
        method = self.random.choice(["relief_from_royalty", "profit_split", "multi_period_excess_earnings"])
        years = self.random.randint(1, 8)
        terminal = {"growth": self.scalar(-0.6, -0.01), "exponent": self.random.choice(["last_flow", "horizon_end"])}
        top = {"method": method, "kind": self.random.choice(["trademark", "other"]), "terminal": terminal}
        return top | self.asset(method, ({"years": years}, years)) | {"timing": "mid_year"}

    def portfolio(self) -> dict[str, Any]:
        """Give a portfolio with shared fields, own fields and one product under a cap."""
        horizon, n = self.horizon()
        shared = {"horizon": horizon, "tax_rate": self.scalar(0, 0.4), "discount_rate": self.rate()}
        shared |= {"revenue": self.revenue(n), "hazard": self.hazard()}
        assets: list[dict[str, Any]] = [{"method": "relief_from_royalty", "royalty_rate": self.series(0, 0.5, n)}]
        assets.append({"method": "profit_split", "contribution": {"revenue_share": self.series(0, 0.5, n)}})
        assets.append({"method": "relief_from_royalty"} | self.asset("relief_from_royalty", self.horizon()))
        assets.append({"method": "multi_period_excess_earnings", "operating_costs": self.series(0, 900, n)})
        assets += [{"method": "cost", "cost": self.cost()}, {"method": "market", "market": self.market()}]
        for place, asset in enumerate(assets):
            asset["name"] = f"asset {place}"
            if place < 3 and self.chance(0.8):
                asset["product"] = "P"
        overlap = {"rule": "cap", "cap": self.scalar(0.05, 0.9)}
        portfolio = {"shared": shared, "assets": assets, "overlap": overlap}
        return {
            "valuation_date": str(VALUATION_DATE),
            "timing": self.random.choice(["mid_year", "end_of_year"]),
            "portfolio": portfolio,
        }

    def option(self) -> dict[str, Any]:
        """Give a real option that has a formula, or a small tree."""
        model = self.random.choice(["black_scholes", "margrabe", "binomial"])
        if model == "binomial":
            return {"method": "real_option", "option": {"model": model} | self.tree()}
        option = {"model": model, "expiry": self.scalar(0.1, 9)} | self.traded()
        if model == "margrabe":
            option |= {"second": self.traded(), "correlation": self.scalar(-0.9, 0.9)}
        else:
            option |= {"type": self.random.choice(["call", "put"]), "strike": self.scalar(50, 150)}
            option["risk_free"] = self.scalar(-0.02, 0.1)
        return {"method": "real_option", "option": option}

    def traded(self) -> dict[str, Any]:
        return {"underlying": self.scalar(50, 150), "yield": self.scalar(0, 0.1), "volatility": self.scalar(0.1, 0.9)}

    def tree(self) -> dict[str, Any]:
        steps = self.random.choice([1, 2, 12, 60])
        return {
            "type": self.random.choice(["call", "put"]),
            "underlying": self.between(50, 150),
            "strike": self.between(50, 150),
            "expiry": self.between(0.1, 3),
            "risk_free": self.between(0, 0.1),
            "yield": self.between(0, 0.1),
            "volatility": self.between(0.3, 0.9),
            "steps": steps,
            "exercise": self.random.choice(["american", "european", steps // 2 or 1]),
        }

    def anything(self) -> dict[str, Any]:
        """Give a document of any kind, single assets most often."""
        makers = [self.document] * 12 + [self.mark_for_ever] * 2 + [self.portfolio] * 2 + [self.option] * 4
        self.bounded = False
        return self.random.choice(makers)()
