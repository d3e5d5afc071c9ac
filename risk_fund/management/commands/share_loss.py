"""The loss-sharing calculator at the command line."""

from typing import Any

from finance_platform.foundation.calculator import CalculatorCommand
from risk_fund.loss_sharing.document import calculate


class Command(CalculatorCommand):
    help = "Replay the events of a loss-sharing scheme and say who bears what, to the fen."

    def calculate(self, document: dict[str, Any]) -> dict[str, Any]:
        return calculate(document)
