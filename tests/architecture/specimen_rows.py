"""Puts specimen rows into any table, so that what its triggers refuse can be tried generically.

Triggers fire for rows only, and rows obey many rules. Inside one transaction of the owner, which is rolled back, the
other rules are lifted: foreign keys, checks, exclusions and row-level security go, and the triggers sleep while the
specimen comes in.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.db import DatabaseError, models, transaction

# Specimens are numbered from here, beyond the rows that migrations bring.
FIRST = 900

_RULES = """
SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype IN ('f', 'c', 'x')
"""
_COLUMNS = """
SELECT attname, format_type(atttypid, NULL), CASE WHEN atttypmod > 4 THEN atttypmod - 4 END
FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
ORDER BY attnum
"""


def lift_other_rules(cursor: Any, model: type[models.Model]) -> None:
    """Drop what else could refuse a specimen: foreign keys, checks, exclusions, row-level security."""
    table = model._meta.db_table
    cursor.execute(_RULES, [table])
    for (name,) in cursor.fetchall():
        cursor.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"')
    cursor.execute(f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY')


def insert(cursor: Any, model: type[models.Model], serial: int, **given: Any) -> Any:
    """Insert the specimen number `serial`, every column filled by its type; returns its primary key."""
    table = model._meta.db_table
    cursor.execute(_COLUMNS, [table])
    row = {name: given.get(name, _value(kind, length, serial)) for name, kind, length in cursor.fetchall()}
    names, places = ", ".join(f'"{name}"' for name in row), ", ".join(["%s"] * len(row))
    key = model._meta.pk.column  # type: ignore[union-attr]
    cursor.execute(f'INSERT INTO "{table}" ({names}) VALUES ({places}) RETURNING "{key}"', list(row.values()))
    return cursor.fetchone()[0]


def with_sleeping_triggers(cursor: Any, model: type[models.Model], serial: int, **given: Any) -> Any:
    """Insert a specimen past the table's triggers, which are awake again afterwards."""
    table = model._meta.db_table
    cursor.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')
    key = insert(cursor, model, serial, **given)
    cursor.execute(f'ALTER TABLE "{table}" ENABLE TRIGGER USER')
    return key


def _value(kind: str, length: int | None, serial: int) -> Any:
    """Return a value of a column's type that differs from specimen to specimen."""
    if kind.endswith("[]"):
        return "{}"
    if kind.endswith("range"):
        return "empty"
    if kind.startswith("timestamp") or kind == "date":
        return date(2020, 1, 1) + timedelta(days=serial)
    fixed = {
        "boolean": False, "jsonb": "{}", "bytea": str(serial).encode(), "interval": "1 day",
        "uuid": f"00000000-0000-0000-0000-{serial:012d}", "text": str(serial),
        "character varying": str(serial)[-(length or 0) :],
    }  # fmt: skip
    return fixed.get(kind, 0 if kind == "numeric" else serial)


def refusal(using: str, action: Callable[[], object]) -> str:
    """Carry out an action of one connection; returns what the database refuses it with, or nothing if it is done."""
    try:
        with transaction.atomic(using=using):
            action()
    except DatabaseError as error:
        return str(error)
    return ""
