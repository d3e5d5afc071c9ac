"""Numbers people quote: series without gaps, taken under a lock, given back by a rollback."""

from django.db import connection

_TAKE = """
INSERT INTO foundation_counter (series, last) VALUES (%s, 1)
ON CONFLICT (series) DO UPDATE SET last = foundation_counter.last + 1 RETURNING last
"""


def take(prefix: str, year: int, *, digits: int = 5) -> str:
    """Return the next number of a yearly series, such as RZ-2025-00417; joins the caller's transaction."""
    series = f"{prefix}-{year}"
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [series])
        return f"{series}-{cursor.fetchone()[0]:0{digits}d}"
