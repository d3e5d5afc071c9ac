"""The fictional region: it uses the platform from above, as its people would."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "finance_platform.demo"
    label = "demo"
    verbose_name = "演示"
