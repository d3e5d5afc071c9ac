"""The database is what the code says, belongs to its owner, and refuses what must never happen to everybody."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, connections, models, transaction

from finance_platform.foundation.grants import FRAMEWORK_APPS, runtime_role
from finance_platform.foundation.models import CalendarDay, Region
from tests.architecture import specimen_rows

pytestmark = pytest.mark.django_db(databases=["default", "owner"])

OURS = [model for model in apps.get_models() if model._meta.app_label not in FRAMEWORK_APPS and model._meta.managed]
RECORDED = [model for model in OURS if getattr(model, "write_policy", "") in {"append_only", "function_only"}]
WORKING = [model for model in OURS if getattr(model, "write_policy", "") == "working_copy"]
KEPT = [model for model in OURS if "no_delete" in {trigger.name for trigger in getattr(model._meta, "triggers", [])}]
# The run-time role cannot change these either; the owner can, and why.
OWNER_MAY_CHANGE = {
    "risk_fund.AccountBalance": "running totals, which the owner's function ledger_post alone writes",
    "demo.StoryStep": "the demonstration's memory of what it has told, no record of the platform",
}
# Tables that are neither append-only nor guarded against deletion by the owner, and why.
UNGUARDED = {
    "foundation.Region": "reference data, from the migration",
    "foundation.CalendarYear": "reference data, corrected by the operator",
    "foundation.CalendarDay": "reference data, corrected by the operator",
    "foundation.IdempotencyKey": "a retried call's answer, no record",
    "foundation.Counter": "the last number of a series, no record",
}


def label(model: type[models.Model]) -> str:
    return model._meta.label


@pytest.fixture
def owner() -> Iterator[Any]:
    """Give a cursor of the owner; all it does is rolled back."""
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        yield cursor
        transaction.set_rollback(True, using="owner")


def refusals(cursor: Any, using: str, model: type[models.Model], *names: str) -> dict[str, str]:
    """Return what the database says to each of the statements on a table."""
    tried = statements(model)
    return {
        name: specimen_rows.refusal(using, lambda name=name: cursor.execute(tried[name])) for name in names or tried
    }


def statements(model: type[models.Model]) -> dict[str, str]:
    table, key = model._meta.db_table, model._meta.pk.column  # type: ignore[union-attr]
    return {
        "UPDATE": f'UPDATE "{table}" SET "{key}" = "{key}"',
        "DELETE": f'DELETE FROM "{table}"',
        "TRUNCATE": f'TRUNCATE "{table}" CASCADE',
    }


# --- Code and database ------------------------------------------------------------------------------------------------
def test_no_model_has_changed_without_a_migration():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_a_changed_model_is_found(monkeypatch, capsys):
    monkeypatch.setattr(Region._meta.get_field("name"), "max_length", 41)
    with pytest.raises(SystemExit):
        call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_the_live_driver_is_psycopg2():
    connection.ensure_connection()
    assert type(connection.connection).__module__.split(".")[0] == "psycopg2"


# --- Owner and run-time role ------------------------------------------------------------------------------------------
@pytest.mark.parametrize("catalogue", ["pg_class.relowner", "pg_proc.proowner", "pg_namespace.nspowner"])
def test_the_run_time_role_owns_nothing(catalogue):
    table, column = catalogue.split(".")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table} JOIN pg_roles r ON r.oid = {column} WHERE rolname = current_user")
        assert cursor.fetchone() == (0,)


def test_the_run_time_role_has_no_power():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolname, rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb FROM pg_roles "
            "WHERE rolname = current_user"
        )
        assert cursor.fetchone() == (runtime_role(), False)


def test_the_run_time_role_may_delete_working_copies_and_nothing_else_of_ours():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.table_privileges "
            "WHERE grantee = current_user AND privilege_type IN ('DELETE', 'TRUNCATE')"
        )
        granted = {name for (name,) in cursor.fetchall()}
    assert granted & {model._meta.db_table for model in OURS} == {model._meta.db_table for model in WORKING}


# --- The record -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("model", RECORDED, ids=label)
def test_the_run_time_role_cannot_rewrite_what_is_recorded(model):
    with connection.cursor() as cursor:
        said = refusals(cursor, "default", model)
    assert all("permission denied" in text for text in said.values()), said


@pytest.mark.parametrize("model", [model for model in RECORDED if label(model) not in OWNER_MAY_CHANGE], ids=label)
def test_the_owner_cannot_rewrite_what_is_recorded_either(owner, model):
    specimen_rows.lift_other_rules(owner, model)
    specimen_rows.with_sleeping_triggers(owner, model, specimen_rows.FIRST)
    said = refusals(owner, "owner", model)
    assert "" not in said.values(), said


@pytest.mark.parametrize("model", KEPT, ids=label)
def test_nobody_deletes_what_is_kept(owner, model):
    specimen_rows.lift_other_rules(owner, model)
    specimen_rows.with_sleeping_triggers(owner, model, specimen_rows.FIRST)
    said = refusals(owner, "owner", model, "DELETE", "TRUNCATE")
    assert "" not in said.values(), said


def test_a_table_that_nobody_guards_is_noticed(owner):
    """The same statements on reference data go through, so the tests above can fail."""
    specimen_rows.lift_other_rules(owner, CalendarDay)
    specimen_rows.with_sleeping_triggers(owner, CalendarDay, specimen_rows.FIRST)
    assert set(refusals(owner, "owner", CalendarDay).values()) == {""}


def test_every_table_of_ours_is_append_only_kept_a_working_copy_or_on_the_list():
    guarded = {label(model) for model in RECORDED + KEPT + WORKING}
    assert {label(model) for model in OURS} - guarded == set(UNGUARDED)
