"""Row locks inside a use case that has already decided who may act: the application first, then what hangs on it."""

from django.db import connection

from finance_platform.foundation.errors import Conflict


def state_of_locked(application_id: int) -> str:
    """Lock an application's row and return its state as it is after the lock was won."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT state FROM pledges_application WHERE id = %s FOR UPDATE", [application_id])
        row = cursor.fetchone()
    return str(row[0]) if row else ""


def require_published(application_id: int) -> None:
    """Lock an application that still waits for a choice. Raises: Conflict."""
    if state_of_locked(application_id) != "PUBLISHED":
        raise Conflict("该申请已作出选择或已结束,请刷新页面查看", code="not_published")
