"""Where banks_portal stands in the line: see docs/architecture.md."""

from django.apps import AppConfig


class BanksPortalConfig(AppConfig):
    name = "banks_portal"
    verbose_name = "银行"
