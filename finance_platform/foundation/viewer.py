"""Tells PostgreSQL who is looking, so that row-level security can stand behind `queries.visible_to`.

The settings `ipf.viewer_org` and `ipf.viewer_role` are read by the policies. Outside a viewer nobody is looking, and
the protected tables are empty.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.db.backends.signals import connection_created

from finance_platform.foundation.models import User

_NOBODY = ("", "")


@contextmanager
def seen_by(user: User | None) -> Iterator[None]:
    """Let the block see what `user` may see, then restore the viewer before it."""
    before: tuple[str, str] = getattr(connection, "ipf_viewer", _NOBODY)
    now = _NOBODY if user is None or user.organisation is None else (str(user.organisation.pk), user.role)
    _look(now)
    try:
        yield
    finally:
        _look(before)


def _look(viewer: tuple[str, str]) -> None:
    if getattr(connection, "ipf_viewer", None) == viewer:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('ipf.viewer_org', %s, false), set_config('ipf.viewer_role', %s, false)", viewer
        )
    connection.ipf_viewer = viewer  # type: ignore[attr-defined]


@connection_created.connect
def _forget(connection: Any, **_: Any) -> None:
    """A new session of the database knows no viewer."""
    connection.ipf_viewer = _NOBODY
