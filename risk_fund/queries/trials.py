"""A loss tried on a scheme: one loan, one claim, perhaps one recovery, on a book that holds nothing else."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from risk_fund.models import SchemeVersion
from risk_fund.queries import schemes
from risk_fund.rules.schemes import party_label


@dataclass(frozen=True)
class Trial:
    """What each party would bear and get back, in fen, or the code of a refusal."""

    refused: str
    loss_fen: int = 0
    rows: tuple[tuple[str, int, int, int], ...] = ()
    surplus_fen: int = 0


def trial(
    version: SchemeVersion, *, loan_fen: int, loss_fen: int, gross_fen: int | None = None, cost_fen: int | None = None
) -> Trial:
    """Return the sharing of a principal loss and a later recovery, with ample cash and the waiting time kept.

    Raises: Invalid if the calculator refuses the input.
    """
    entries = schemes.tried(version, _events(version, loan_fen, loss_fen, gross_fen or 0, cost_fen or 0))["events"]
    refusal = next((entry["reason"] for entry in entries if not entry["ok"]), "")
    if refusal:
        return Trial(refused=refusal)
    claim, recovery = entries[2], entries[3] if len(entries) > 3 else None
    rows = tuple(
        (party_label(party), amount, recovery["allocation"][party] if recovery else 0,
         (recovery or claim)["position"][party])
        for party, amount in claim["allocation"].items()
    )  # fmt: skip
    return Trial("", claim["loss"], rows, recovery["surplus"] if recovery else 0)


def _events(
    version: SchemeVersion, loan_fen: int, loss_fen: int, gross_fen: int, cost_fen: int
) -> list[dict[str, Any]]:
    due = version.valid_from
    claimed = due + timedelta(days=(version.document.get("waiting") or {}).get("wait_days", 0))
    enrol = {"type": "enrol", "date": due.isoformat(), "loan": "试算", "borrower": "试算企业", "bank": "试算银行",
             "principal": loan_fen, "contract": loan_fen, "ip_part": loan_fen}  # fmt: skip
    events: list[dict[str, Any]] = [
        {"type": "contribute", "date": due.isoformat(), "amount": 10**14},
        enrol,
        {"type": "claim", "date": claimed.isoformat(), "loan": "试算", "principal": loss_fen, "due": due.isoformat()},
    ]
    if gross_fen:
        events.append(
            {"type": "recovery", "date": claimed.isoformat(), "loan": "试算", "gross": gross_fen, "cost": cost_fen}
        )
    return events
