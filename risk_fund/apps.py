"""Where risk_fund stands in the line: see docs/architecture.md."""

from django.apps import AppConfig


class RiskFundConfig(AppConfig):
    name = "risk_fund"
    verbose_name = "风险补偿"
