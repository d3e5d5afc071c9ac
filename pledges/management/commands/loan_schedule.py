"""`manage.py loan_schedule FILE|- [--lines]`: one loan in, its schedule out; no database is opened."""

from typing import Any

from finance_platform.foundation.calculator import CalculatorCommand
from pledges.loan_schedule import build


class Command(CalculatorCommand):
    help = "Repayment table, all-in annual cost, subsidies and arrears of a loan, from JSON to JSON, in exact fen."

    def calculate(self, document: dict[str, Any]) -> dict[str, Any]:
        return build(document)
