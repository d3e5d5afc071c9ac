"""Where valuation stands in the line: see docs/architecture.md."""

from django.apps import AppConfig


class ValuationConfig(AppConfig):
    name = "valuation"
    verbose_name = "估值"
