"""The bottom of the line."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class FoundationConfig(AppConfig):
    name = "finance_platform.foundation"
    label = "foundation"
    verbose_name = "基础"

    def ready(self) -> None:
        from finance_platform.foundation import grants, viewer  # noqa: F401

        post_migrate.connect(grants.after_migrate, dispatch_uid="foundation.grants")
