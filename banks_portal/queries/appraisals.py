"""The appraisal a bank may rely on, and what its run says of a loan: the engine itself is asked, on the same paths."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from valuation import engine
from valuation import queries as valuation


def issued(application_id: int, on: date) -> Any | None:
    """Return the appraisal of an application's pool that is issued and unexpired on the day, or None."""
    return valuation.issued_appraisal(application_id, on)


@dataclass(frozen=True)
class Shortfall:
    """How often, and by how much on average, the realised value falls short of a loan; the mean of what is realised."""

    probability: float
    expected_fen: int
    realised_mean_fen: int


def shortfall(run: Any, loan_fen: int, realised: float) -> Shortfall | None:
    """Return the shortfall of a loan when disposal realises this part of the value; None without a simulation.

    The run's own document is valued again with the loan added: same seed, same paths, the engine's own figures.
    Source: contract page value_asset, `loan`.
    """
    document = json.loads(run.input_json)
    if "simulation" not in document:
        return None
    document.pop("sensitivity", None)
    answer = engine.value(document | {"loan": {"amount": loan_fen / 100, "disposal_haircut": 1 - realised}})
    return Shortfall(
        probability=answer["loan"]["probability_below_loan"],
        expected_fen=round(answer["loan"]["expected_shortfall"] * 100),
        realised_mean_fen=round(answer["simulation"]["mean"] * realised * 100),
    )


def bins(run: Any, realised: float, loan_fen: int) -> list[dict[str, Any]]:
    """Return the run's distribution of the realised value in 万元; what lies below the loan is toned."""
    loan_wan = loan_fen / 1_000_000
    return [
        {
            "low": cell["low"] * realised / 10_000, "high": cell["high"] * realised / 10_000, "count": cell["count"],
            "tone": "bad" if cell["high"] * realised / 10_000 <= loan_wan else "info",
        }
        for cell in run.histogram
    ]  # fmt: skip


def tornado(run: Any) -> list[dict[str, Any]]:
    """Return the run's sensitivities as bars around its point value, in 万元, widest first."""
    output = json.loads(run.output_json)
    rows = output.get("sensitivity", {}).get("tornado", [])
    centre = output["value"]
    return [
        {
            "label": row["name"],
            "segments": [
                {"value": (min(row["low"], row["high"]) - centre) / 10_000, "tone": "warn"},
                {"value": (max(row["low"], row["high"]) - centre) / 10_000, "tone": "info"},
            ],
        }
        for row in rows[:8]
    ]
