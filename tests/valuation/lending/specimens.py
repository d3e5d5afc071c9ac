"""Good lender's documents: a patent on one product and the firm that lives on it, a package of rights, an appraisal."""

from typing import Any

REPAYMENTS = [{"at": quarter / 4, "principal": 125.0, "interest": 2.0 * (9 - quarter)} for quarter in range(1, 9)]

PATENT: dict[str, Any] = {
    "mode": "lender_distribution",
    "method": "relief_from_royalty",
    "kind": "patent",
    "horizon": {"years": 6},
    "revenue": {"base": 20000, "growth": {"initial": 0.05, "long_run": 0.02, "speed": 0.7, "volatility": 0.25}},
    "royalty_rate": {"distribution": "pert", "low": 0.02, "mode": 0.035, "high": 0.06},
    "tax_rate": 0.15,
    "discount_rate": {"capm": {"risk_free": 0.02, "beta": 1.1, "equity_risk_premium": 0.06}},
    "decay": {"rate": 0.08},
    "hazard": {"annual": 0.03, "mode": "event"},
    "simulation": {"seed": 7, "largest_paths": 4096},
    "borrower": {
        "operating_margin": {"distribution": "triangular", "low": 0.0, "mode": 0.05, "high": 0.1},
        "lost_with_right": 0.3,
        "other_income": {"annual": 300, "shock": {"speed": 1, "volatility": 0.4}},
        "existing_debt_service": 400,
        "opening_cash": 50,
        "carried": 0.5,
    },
    "loan": {
        "amount": 1000,
        "repayments": REPAYMENTS,
        "liquidation": {
            "time_to_sale_years": {"distribution": "lognormal", "mean": 1, "sd": 0.5},
            "cost_share": 0.05,
            "cost_amount": 10,
        },
    },
}

PACKAGE: dict[str, Any] = {
    "mode": "lender_distribution",
    "portfolio": {
        "shared": {
            "horizon": {"years": 6},
            "tax_rate": 0.15,
            "discount_rate": {"capm": {"risk_free": 0.02, "beta": 1, "equity_risk_premium": 0.06}},
            "revenue": PATENT["revenue"],
            "product": "feed",
            "method": "relief_from_royalty",
        },
        "assets": [
            {"name": "first", "kind": "patent", "royalty_rate": 0.03, "hazard": {"annual": 0.05, "mode": "event"}},
            {"name": "second", "kind": "patent", "royalty_rate": 0.02, "hazard": {"annual": 0.08, "mode": "event"}},
            {"name": "mark", "kind": "trademark", "royalty_rate": 0.02},
        ],
        "overlap": {"rule": "cap", "cap": 0.05},
    },
    "families": [["first", "second"]],
    "simulation": {"seed": 3, "largest_paths": 4096},
    "borrower": {"operating_margin": 0.08, "existing_debt_service": 900},
    "loan": {"amount": 1000, "repayments": REPAYMENTS, "liquidation": {"time_to_sale_years": 1}},
}

APPRAISAL: dict[str, Any] = {
    "mode": "appraisal",
    "method": "relief_from_royalty",
    "horizon": {"years": 6},
    "revenue": {"base": 20000},
    "royalty_rate": {"distribution": "uniform", "low": 0.02, "high": 0.06},
    "tax_rate": 0.15,
    "discount_rate": {"build_up": {"risk_free": 0.02, "premiums": {"market": 0.05, "management": 0.02}}},
    "decay": {"rate": 0.08},
    "hazard": {"annual": 0.03},
}

CERTAIN: dict[str, Any] = PATENT | {
    "revenue": {"base": 20000, "growth": 0.03},
    "royalty_rate": 0.035,
    "hazard": {"annual": 0, "mode": "event"},
    "borrower": {"operating_margin": 0.03, "existing_debt_service": 10},
    "loan": PATENT["loan"] | {"liquidation": {"factor": 0.2, "time_to_sale_years": 1}},
}
