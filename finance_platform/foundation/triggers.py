"""What the database refuses to everybody, the owner included: changing or removing what was recorded."""

import pgtrigger


def append_only() -> list[pgtrigger.Trigger]:
    """Return the triggers that refuse UPDATE, DELETE and TRUNCATE to everybody, the owner included."""
    return [
        pgtrigger.Protect(name="no_change", operation=pgtrigger.Update | pgtrigger.Delete),
        _no_truncate(),
    ]


def never_deleted() -> list[pgtrigger.Trigger]:
    """Return the triggers that refuse DELETE and TRUNCATE to everybody."""
    return [
        pgtrigger.Protect(name="no_delete", operation=pgtrigger.Delete),
        _no_truncate(),
    ]


def _no_truncate() -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name="no_truncate",
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        operation=pgtrigger.Truncate,
        func="RAISE EXCEPTION 'the record is not deleted: TRUNCATE on % is refused', TG_TABLE_NAME;",
    )
