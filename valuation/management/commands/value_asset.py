"""`manage.py value_asset FILE`: the valuation calculator, whose contract is tests/contract/value_asset.md."""

import os
from typing import Any

from finance_platform.foundation.calculator import CalculatorCommand
from valuation import engine

MOST_THREADS = 4


class Command(CalculatorCommand):
    help = "Value an intellectual property right or a portfolio of them: one JSON document in, one out."
    rejects_repeated_members = True

    def calculate(self, document: dict[str, Any]) -> dict[str, Any]:
        return engine.value(document, threads=min(os.cpu_count() or 1, MOST_THREADS))
