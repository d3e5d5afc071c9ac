"""Where pledges stands in the line: see docs/architecture.md."""

from django.apps import AppConfig


class PledgesConfig(AppConfig):
    name = "pledges"
    verbose_name = "质押"
