"""What the run-time role may write, on one page; applied by the owner after every migration.

The run-time role owns nothing. It reads and inserts, updates where a thing has a state, deletes nothing of the
record. Ledger tables it may only read: entries come in through the function `ledger_post`, which the owner defined.
"""

from collections.abc import Collection
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connections

READ, ADD, CHANGE, REMOVE = "SELECT", "INSERT", "UPDATE", "DELETE"

# A database that was a demonstration once keeps no moved clock in earnest.
_CLOCK_OF_THE_MODE = "UPDATE platform_clock SET mode = %s, ahead = CASE WHEN %s THEN ahead ELSE '0'::interval END"

# Tables of the framework: sessions end, login attempts expire.
FRAMEWORK_APPS = {"sessions", "axes", "contenttypes", "auth"}
# A model says `write_policy = "append_only"` or `"function_only"`; without a word it may be added to and changed.
POLICIES = {
    "": (READ, ADD, CHANGE),
    "append_only": (READ, ADD),
    "function_only": (READ,),
    "working_copy": (READ, ADD, CHANGE, REMOVE),
}


def after_migrate(app_config: Any, using: str, **_: Any) -> None:
    """Grant once, when the last app has been migrated by the owner."""
    last = list(apps.get_app_configs())[-1]
    connection = connections[using]
    if app_config is not last or connection.settings_dict["USER"] == runtime_role():
        return
    with connection.cursor() as cursor:
        there = set(connection.introspection.table_names(cursor))
        if "platform_clock" not in there:  # somebody migrates an app of the framework alone
            return
        cursor.execute(_statements(runtime_role(), there))
        cursor.execute(_CLOCK_OF_THE_MODE, [settings.MODE, settings.MODE in {"demo", "test"}])


def runtime_role() -> str:
    return str(settings.DATABASES["default"]["USER"])


def _statements(role: str, there: Collection[str]) -> str:
    """Return the grants on the tables that are there (some apps may be migrated later, or back)."""
    lines = [
        f'GRANT USAGE ON SCHEMA public TO "{role}"',
        f'GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO "{role}"',
        f'GRANT SELECT ON platform_clock, django_migrations TO "{role}"',
    ]
    for model in apps.get_models(include_auto_created=True):
        if model._meta.db_table in there and model._meta.managed and not model._meta.proxy:
            table = model._meta.db_table
            lines += [
                f'REVOKE ALL ON "{table}" FROM "{role}"',
                f'GRANT {", ".join(_rights(model))} ON "{table}" TO "{role}"',
            ]
    return ";\n".join(lines)


def _rights(model: Any) -> tuple[str, ...]:
    if model._meta.app_label in FRAMEWORK_APPS:
        return (READ, ADD, CHANGE, REMOVE)
    return POLICIES[getattr(model, "write_policy", "")]
